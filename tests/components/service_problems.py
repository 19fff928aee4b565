"""What tests of the rules of a service share."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from azureml_scoring import service_problems

from tests.components import inputs


def online(folder: Path, **changes: Any) -> Any:
    """Inputs of a service on a managed endpoint."""
    args = inputs.service(folder) | {"target": "managed_endpoint", "auth": "key", "workspace_name": "team"}
    return args | changes


def found(args: Any) -> list[str]:
    """The sentences of the problems, without advice."""
    given = {key: value for key, value in args.items() if value is not None}
    return [str(problem) for problem in service_problems("scores", given) if not problem.warning]


def assert_only(args: Any, start: str) -> None:
    """Fails unless there is one problem, which opens so."""
    sentences = found(args)
    assert len(sentences) == 1, sentences
    assert sentences[0].startswith(start), sentences[0]
