"""What `inferenceconfig.json` says, as inputs of a service."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..rules.image_reference import ImageReference, InvalidImageReference
from ..rules.problem import Problem
from ._conda import conda_text
from .inference_config import PYTHON_INPUTS, BaseImageRegistry, InferenceConfig, PythonSection


def service_inputs(
    config: InferenceConfig, path: Path, given: Mapping[str, Any], problems: list[Problem]
) -> dict[str, Any]:
    """The inputs of the service; what is wrong with the file as a whole is added to `problems`.

    Args:
        config: The file's content.
        path: The file; its paths count from its folder.
        given: Inputs that go before the file.
        problems: Problems so far.
    """
    folder = path.parent / (config.source_directory or "")
    environment = config.environment
    inputs: dict[str, Any] = {
        "entry_script": str(folder / config.entry_script),
        "source_directory": str(folder) if config.source_directory else None,
    }
    if environment is None:
        inputs |= _image(config.base_image, config.base_image_registry, f"{path}: baseImage", problems)
        inputs["conda_file"] = str(folder / config.conda_file) if config.conda_file else None
    else:
        problems += _outside(config, path)
        docker = environment.docker
        if docker:
            subject = f"{path}: environment.docker.baseImage"
            inputs |= _image(docker.base_image, docker.base_image_registry, subject, problems)
        inputs |= _packages(environment.python, folder)
        inputs["environment_variables"] = environment.environment_variables
    if any(name in given for name in PYTHON_INPUTS):
        inputs = {key: value for key, value in inputs.items() if key not in {"conda_text", *PYTHON_INPUTS}}
    return {key: value for key, value in inputs.items() if value not in (None, {})}


def _outside(config: InferenceConfig, path: Path) -> list[Problem]:
    """What stands beside `environment`, which v1 passed over."""
    keys = {"condaFile": config.conda_file, "baseImage": config.base_image}
    rule = "has no meaning beside environment, as it had none in v1"
    return [
        Problem(f"{path}: {key}", rule, value, "leave it out", warning=True) for key, value in keys.items() if value
    ]


def _packages(python: PythonSection | None, folder: Path) -> dict[str, Any]:
    if python is None:
        return {}
    if python.user_managed_dependencies:
        # The image brings all: nothing is installed.
        return {"pip_packages": []}
    if python.conda_dependencies_file:
        return {"conda_file": str(folder / python.conda_dependencies_file)}
    return {"conda_text": conda_text(python.conda_dependencies)} if python.conda_dependencies else {}


def _image(
    image: str | None, registry: BaseImageRegistry | None, subject: str, problems: list[Problem]
) -> dict[str, str]:
    """The base image with its registry's host, and the login that the file has for it."""
    inputs: dict[str, str] = {}
    address = (registry.address or "").removeprefix("https://").rstrip("/") if registry else ""
    if image:
        inputs["base_image"] = _with_host(image, address, subject, problems)
    if registry and registry.username:
        inputs["base_image_username"] = registry.username
    if registry and registry.password:
        inputs["base_image_password"] = registry.password.get_secret_value()
        rule = "should not stand in a file"
        where = f"{subject.removesuffix('baseImage')}baseImageRegistry.password"
        problems.append(Problem(where, rule, "a password", "base_image_password, a secret input", warning=True))
    return inputs


def _with_host(image: str, address: str, subject: str, problems: list[Problem]) -> str:
    """`myimage:v1` in a registry is `<registry>/myimage:v1`; an image that names its registry has to name that one."""
    if not address:
        return image
    first, slash, _ = image.partition("/")
    if not slash or not ({".", ":"} & set(first) or first == "localhost"):
        return f"{address}/{image}"
    try:
        host = ImageReference.parse(image).domain
    except InvalidImageReference:
        return image
    if host != address:
        rule = f"must lie in baseImageRegistry.address, {address}"
        problems.append(Problem(subject, rule, image, f"{address}/{image.partition('/')[2]}"))
    return image
