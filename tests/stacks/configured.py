"""Stack configurations as the engine hands them to a program."""

from __future__ import annotations

import contextvars
import json
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any, TypeVar

import pulumi.runtime
import pytest

from stacks.reading import InvalidSettings
from stacks.settings import Settings

T = TypeVar("T")

_DOCKERFILE = "ARG VERSION=22.04\nFROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu${VERSION}:20241202.v1\n"
"""An image that has what Azure ML asks for."""


def with_config(values: Mapping[str, Any], ask: Callable[[], T], secret: Collection[str] = ()) -> T:
    """What `ask` returns while the stack has these values below our namespace.

    Args:
        values: By key, without the namespace.
        ask: What is asked.
        secret: Keys that were set with --secret, in whole or in part.
    """

    def run() -> T:
        texts = {f"azureml-scoring:{key}": as_text(value) for key, value in values.items()}
        texts["azure-native:location"] = "of another namespace"
        pulumi.runtime.set_all_config(texts, [f"azureml-scoring:{key}" for key in secret])
        return ask()

    # The configuration is a context variable: a copy keeps it away from other tests.
    return contextvars.copy_context().run(run)


def as_text(value: Any) -> str:
    """A value as the engine passes it: text as it is, all else as JSON."""
    return value if isinstance(value, str) else json.dumps(value)


def load(values: Mapping[str, Any], secret: Collection[str] = ()) -> Settings:
    """The settings of a stack."""
    return with_config(values, Settings.load, secret)


def refused(values: Mapping[str, Any], secret: Collection[str] = ()) -> str:
    """The message of a configuration that is refused."""
    with pytest.raises(InvalidSettings) as error:
        load(values, secret)
    return str(error.value)


def problems(values: Mapping[str, Any], secret: Collection[str] = ()) -> list[str]:
    """The problems of a configuration that is refused, without the namespace, sorted."""
    first, *rest = refused(values, secret).splitlines()
    count = f"{len(rest)} problem" if len(rest) == 1 else f"{len(rest)} problems"
    assert first == f"the stack's configuration has {count}; nothing was deployed:"
    assert [line for line in rest if not line.startswith("  - azureml-scoring:")] == []
    return sorted(line.removeprefix("  - azureml-scoring:") for line in rest)


def write_files(folder: Path) -> None:
    """Writes a base image's folder `image` and the files of a service."""
    (folder / "image").mkdir()
    (folder / "image" / "Dockerfile").write_text(_DOCKERFILE)
    (folder / "score.py").write_text("def init(): ...\ndef run(data): return data\n")
    (folder / "model.joblib").write_bytes(b"model")
    (folder / "requirements.txt").write_text("azureml-inference-server-http==1.5.1\n")


def base_image(**changes: Any) -> dict[str, Any]:
    """A base image with the files that `write_files` wrote."""
    return {"context": "image", "imageName": "base"} | changes


def service(**changes: Any) -> dict[str, Any]:
    """A service with the files that `write_files` wrote; its target has no port."""
    files = {"entryScript": "score.py", "models": ["model.joblib"], "requirements": "requirements.txt"}
    return files | {"target": "aci", "auth": "none"} | changes


def stack(**changes: Any) -> dict[str, Any]:
    """A configuration without a problem."""
    return {"location": "westeurope", "baseImage": base_image(), "services": {"scores": service()}} | changes
