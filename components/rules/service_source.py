"""The files that a service is made of: each has to be there and to be what it is named for."""

from dataclasses import dataclass
from pathlib import Path

from .dockerfile import check_dockerfile
from .entry_script import check_entry_script
from .environment import check_requirements
from .problem import Problem

__all__ = ["ServiceSource", "check_base_image_source", "check_service_source"]


@dataclass(frozen=True)
class ServiceSource:
    """The files that a service is made of; relative paths count from the working directory.

    Attributes:
        entry_script: Script with `init()` and `run(data)`; below `source_directory` if there is one.
        source_directory: Folder that goes into the image as a whole; None for the script alone.
        model: Model file, or a folder of them.
        requirements: pip requirements file.
    """

    entry_script: Path
    source_directory: Path | None
    model: Path
    requirements: Path


def check_service_source(source: ServiceSource) -> list[Problem]:
    """Check all files of a service; the script is read, never run.

    A file that isn't there is a problem of the input that names it; what is wrong in a file, of the file.
    """
    example = "examples/diabetes"
    script = _missing_file("entry_script", source.entry_script, f"{example}/score.py")
    requirements = _missing_file("requirements", source.requirements, f"{example}/requirements.txt")
    return [
        *(script or check_entry_script(source.entry_script.read_bytes(), str(source.entry_script))),
        *_check_place(source),
        *_check_model(source),
        *(requirements or check_requirements(_text(source.requirements), str(source.requirements))),
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
    if source.entry_script.is_relative_to(folder):
        return []
    rule = f"must lie in source_directory {folder}"
    return [Problem("entry_script", rule, str(source.entry_script), f"{folder}/score.py")]


def _check_model(source: ServiceSource) -> list[Problem]:
    if source.model.exists():
        return []
    fix = "examples/diabetes/model/model.joblib, which examples/diabetes/train.py writes"
    return [Problem("model", "must be a file or folder that exists", str(source.model), fix)]


def _missing_file(subject: str, path: Path, example: str) -> list[Problem]:
    return [] if path.is_file() else [Problem(subject, "must be a file that exists", str(path), example)]


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")
