"""The files that a service is made of: each has to be there and to be what it is named for."""

import re
from dataclasses import dataclass
from pathlib import Path

from .dockerfile import check_dockerfile
from .entry_script import check_entry_script
from .problem import Problem
from .python_environment import PythonEnvironment, check_python_environment

__all__ = [
    "Model",
    "RegisteredModel",
    "ServiceSource",
    "check_base_image_source",
    "check_service_source",
    "model_name",
    "read_model",
]

_REGISTERED = re.compile(r"azureml:(?P<name>[A-Za-z0-9][A-Za-z0-9._-]{0,254}):(?P<version>[A-Za-z0-9._-]{1,30})")


@dataclass(frozen=True)
class RegisteredModel:
    """A model of the workspace.

    Attributes:
        name: Its name.
        version: Its version.
    """

    name: str
    version: str


Model = Path | RegisteredModel
"""A model of a service: a file or folder, or one that is registered."""


@dataclass(frozen=True)
class ServiceSource:
    """The files that a service is made of; relative paths count from the working directory.

    Attributes:
        entry_script: Script with `init()` and `run(data)`; below `source_directory` if there is one.
        source_directory: Folder that goes along as a whole; None for the script alone.
        models: Model files and folders, and registered models; no two of one name.
        python: What is installed.
    """

    entry_script: Path
    source_directory: Path | None
    models: tuple[Model, ...]
    python: PythonEnvironment


def read_model(text: str) -> Model:
    """The model that an input names: `azureml:<name>:<version>`, or a path."""
    match = _REGISTERED.fullmatch(text)
    return RegisteredModel(match["name"], match["version"]) if match else Path(text)


def model_name(model: Model) -> str:
    """A model's name in Azure ML, and of its folder below AZUREML_MODEL_DIR where there are several models."""
    if isinstance(model, RegisteredModel):
        return model.name
    return re.sub(r"[^A-Za-z0-9_-]+", "-", model.absolute().stem).strip("-") or "model"


def check_service_source(source: ServiceSource) -> list[Problem]:
    """Check all files of a service; the script is read, never run.

    A file that isn't there is a problem of the input that names it; what is wrong in a file, of the file.
    """
    example = "examples/diabetes"
    script = _missing_file("entry_script", source.entry_script, f"{example}/score.py")
    return [
        *(script or check_entry_script(source.entry_script.read_bytes(), str(source.entry_script))),
        *_check_place(source),
        *_check_models(source.models),
        *check_python_environment(source.python),
    ]


def check_base_image_source(context: Path, dockerfile: str, arguments: dict[str, str]) -> list[Problem]:
    """Check the folder and the Dockerfile of a base image.

    Args:
        context: The folder.
        dockerfile: Path of the Dockerfile in it.
        arguments: Build arguments by name.
    """
    if not context.is_dir():
        return [Problem("context", "must be a folder that exists", str(context), "examples/diabetes")]
    path = context / dockerfile
    missing = _missing_file("dockerfile", path, "Dockerfile, a path in the context")
    return missing or check_dockerfile(_text(path), arguments, str(path))


def _check_place(source: ServiceSource) -> list[Problem]:
    folder = source.source_directory
    if folder is None:
        return []
    if not folder.is_dir():
        return [Problem("source_directory", "must be a folder that exists", str(folder), "src")]
    script = source.entry_script
    if script.is_relative_to(folder) and ".." not in script.relative_to(folder).parts:
        return []
    rule = f"must lie in source_directory {folder}"
    return [Problem("entry_script", rule, str(source.entry_script), f"{folder}/score.py")]


def _check_models(models: tuple[Model, ...]) -> list[Problem]:
    fix = "examples/diabetes/model/model.joblib, which examples/diabetes/train.py writes"
    problems = list[Problem]()
    for index, model in enumerate(models):
        subject = f"models[{index}]"
        if isinstance(model, Path) and str(model).startswith("azureml:"):
            rule = "must name a registered model as azureml:<name>:<version>"
            problems.append(Problem(subject, rule, str(model), "azureml:diabetes:3"))
        elif isinstance(model, Path) and not model.exists():
            problems.append(Problem(subject, "must be a file or folder that exists", str(model), fix))
        elif isinstance(model, Path) and model.is_dir() and not any(one.is_file() for one in model.rglob("*")):
            problems.append(Problem(subject, "must hold a file", str(model), fix))
        elif model_name(model) in [model_name(other) for other in models[:index]]:
            rule = "must have a name of its own: it is that of its folder below AZUREML_MODEL_DIR"
            problems.append(Problem(subject, rule, model_name(model), "another file name"))
    return problems


def _missing_file(subject: str, path: Path, example: str) -> list[Problem]:
    return [] if path.is_file() else [Problem(subject, "must be a file that exists", str(path), example)]


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")
