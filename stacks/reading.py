"""From Pulumi's configuration to a pydantic model, and from pydantic's errors to sentences that name key and fix."""

from __future__ import annotations

import json
from collections.abc import Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, TypeVar

import pulumi
import pulumi.runtime.config
from azureml_scoring.rules import Problem
from pydantic import BaseModel, ValidationError

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

NAMESPACE = "azureml-scoring"
"""What every key of ours starts with, as in `azureml-scoring:location`."""

_HIDDEN = "[secret]"

Model = TypeVar("Model", bound=BaseModel)


class InvalidSettings(pulumi.RunError):
    """Settings that break rules; the engine shows the message as it is.

    Attributes:
        problems: Each broken rule; a secret value is in none of them.
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        lines = "\n".join(f"  - {NAMESPACE}:{problem}" for problem in problems)
        count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        super().__init__(f"the stack's configuration has {count}; nothing was deployed:\n{lines}")
        self.problems = tuple(problems)


def read_config() -> dict[str, Any]:
    """Every value below our namespace; structured ones are read from the JSON that the engine hands over."""
    values = {}
    for key, text in pulumi.runtime.config.CONFIG.get().items():
        namespace, _, name = key.partition(":")
        if namespace == NAMESPACE:
            values[name] = _parsed(text)
    return values


def validate(model: type[Model], values: dict[str, Any]) -> tuple[Model | None, list[Problem]]:
    """The model of the values, or None and every problem that pydantic finds."""
    try:
        return model.model_validate(values), []
    except ValidationError as error:
        return None, [_problem(model, details) for details in error.errors(include_url=False)]


def _parsed(text: str) -> Any:
    """Objects and arrays arrive as JSON; numbers, booleans and text as they were written."""
    if text[:1] not in "{[":
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text


def _problem(model: type[BaseModel], details: ErrorDetails) -> Problem:
    path = details["loc"]
    key = ".".join(str(part) for part in path)
    field_model, field = _field(model, path)
    value = _HIDDEN if pulumi.runtime.config.is_config_secret(f"{NAMESPACE}:{path[0]}") else details["input"]
    match details["type"]:
        case "missing":
            return Problem(key, "is required", None, _example(field))
        case "extra_forbidden":
            names = [alias for one in field_model.model_fields.values() if (alias := one.alias)]
            nearest = get_close_matches(str(path[-1]), names, n=1)
            fix = nearest[0] if nearest else f"one of {', '.join(sorted(names))}"
            return Problem(key, "is no key that is known here", value, fix)
        case _:
            return Problem(key, f"is wrong: {details['msg'][0].lower()}{details['msg'][1:]}", value, _example(field))


def _field(model: type[BaseModel], path: tuple[int | str, ...]) -> tuple[type[BaseModel], Any]:
    """The innermost model that the path passes, and the field of it that the path ends in, if there is one."""
    field: Any = None
    for part in path:
        found = next((one for one in model.model_fields.values() if one.alias == part), None)
        if found is not None:
            field = found
        inner = _model_in(found.annotation) if found is not None else None
        if inner is not None:
            model = inner
    return model, field


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    arguments = getattr(annotation, "__args__", ())
    return next((inner for argument in arguments if (inner := _model_in(argument)) is not None), None)


def _example(field: Any) -> str:
    examples = getattr(field, "examples", None)
    return json.dumps(examples[0]) if examples else "see stacks/Pulumi.local.yaml"
