"""From Pulumi's configuration to a pydantic model, and from pydantic's errors to sentences that name key and fix."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from enum import Enum
from typing import TYPE_CHECKING, Any, TypeVar, get_args, get_origin

import pulumi
import pulumi.runtime.config
from azureml_scoring.rules import Problem, nearest
from pydantic import BaseModel, SecretStr, ValidationError

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo
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
        self.problems = tuple(_hidden(problem) if is_secret(problem.subject) else problem for problem in problems)
        lines = "\n".join(f"  - {NAMESPACE}:{problem}" for problem in self.problems)
        count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        super().__init__(f"the stack's configuration has {count}; nothing was deployed:\n{lines}")


def is_secret(key: str) -> bool:
    """Whether a key, or a part of the structured value that holds it, was set with `--secret`."""
    top = key.partition(":")[0].partition(".")[0]
    return pulumi.runtime.config.is_config_secret(f"{NAMESPACE}:{top}")


def _hidden(problem: Problem) -> Problem:
    """The problem without what it may quote: the engine hands a structured value over as secret as a whole."""
    rule = "breaks a rule that is not shown, as the value is secret"
    return Problem(problem.subject.partition(":")[0], rule, _HIDDEN, "the same without --secret, to see the rule")


def read_config() -> dict[str, Any]:
    """Every value below our namespace; structured ones are read from the JSON that the engine hands over."""
    values = {}
    for key, text in pulumi.runtime.config.CONFIG.get().items():
        namespace, _, name = key.partition(":")
        if namespace == NAMESPACE:
            values[name] = _parsed(text)
    return values


def validate(model: type[Model], values: object) -> tuple[Model | None, list[Problem]]:
    """The model of the values, or None and every problem that pydantic finds."""
    try:
        return model.model_validate(values), []
    except ValidationError as error:
        return None, [_problem(model, details) for details in error.errors(include_url=False)]


def salvage(model: type[Model], values: object, needed: str = "") -> Model | None:
    """The model of what has the right form in the values, so that its rules can be told with the form of the rest.

    A choice that there is not stays as it was written: it has its problem, a default in its place would make others.

    Args:
        model: The model.
        values: What was given for it.
        needed: Key without which nothing more can be said.
    """
    whole, problems = validate(model, values)
    broken = {re.split(r"[.[]", problem.subject, maxsplit=1)[0] for problem in problems}
    if whole is not None or not isinstance(values, dict) or needed in broken:
        return whole
    part, _ = validate(model, {key: value for key, value in values.items() if key not in broken})
    choices = {
        name: values[field.alias]
        for name, field in model.model_fields.items()
        if field.alias in broken & values.keys() and isinstance(field.default, Enum)
    }
    return part and part.model_copy(update=choices)


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
    key = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).removeprefix(".")
    holder, field = _field(model, path)
    match details["type"]:
        case "missing":
            return Problem(key, "is required", None, _example(field))
        case "extra_forbidden":
            known = {alias: one for one in holder.model_fields.values() if (alias := one.alias)}
            meant = nearest(str(path[-1]), known)
            value = _HIDDEN if _is_secret(known.get(meant)) else details["input"]
            return Problem(key, "is no key that is known here", value, meant)
        case _:
            message = details["msg"]
            value = _HIDDEN if _is_secret(field) else details["input"]
            return Problem(key, f"is wrong: {message[0].lower()}{message[1:]}", value, _example(field))


def _is_secret(field: FieldInfo | None) -> bool:
    return field is not None and SecretStr in (field.annotation, *get_args(field.annotation))


def _field(model: type[BaseModel], path: tuple[int | str, ...]) -> tuple[type[BaseModel], FieldInfo | None]:
    """The innermost model that the path passes, and the field of it that the path ends in, if there is one."""
    field: FieldInfo | None = None
    parts = iter(path)
    for part in parts:
        field = next((one for one in model.model_fields.values() if one.alias == part), None)
        if field is None or (inner := model_in(field.annotation)) is None:
            break
        model = inner
        if get_origin(field.annotation) in (dict, list):
            next(parts, None)  # the entry's own name, or place, is no field
    return model, field


def model_in(annotation: Any) -> type[BaseModel] | None:
    """The model in an annotation: `Part`, `Part | None`, `list[Part]` and `dict[str, Part]` hold a Part."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    arguments = getattr(annotation, "__args__", ())
    return next((inner for argument in arguments if (inner := model_in(argument)) is not None), None)


def _example(field: FieldInfo | None) -> str:
    examples = field.examples if field else None
    return json.dumps(examples[0]) if examples else "see stacks/Pulumi.local.yaml"
