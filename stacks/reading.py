"""From Pulumi's configuration to a pydantic model, and from pydantic's errors to sentences that name key and fix."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar, get_origin

import pulumi
import pulumi.runtime.config
from azureml_scoring.rules import Problem, nearest
from pydantic import BaseModel, ValidationError
from pydantic.alias_generators import to_camel

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


def keyed(problems: Iterable[Problem], key: str, files: Mapping[str, str]) -> Iterator[Problem]:
    """The problems of a section's files, said of its keys: `<key>.<name>`, and the file where one is concerned.

    Args:
        problems: As the rules say them: of an input (`entry_script`) or of a file (`score.py`).
        key: Key of the section.
        files: Path of a file -> name of the key that holds it.
    """
    for problem in problems:
        own = files.get(problem.subject)
        subject = f"{own}: {problem.subject}" if own else to_camel(problem.subject)
        yield replace(problem, subject=f"{key}.{subject}")


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
    holder, field = _field(model, path)
    match details["type"]:
        case "missing":
            return Problem(key, "is required", None, _example(field))
        case "extra_forbidden":
            names = [alias for one in holder.model_fields.values() if (alias := one.alias)]
            return Problem(key, "is no key that is known here", details["input"], nearest(str(path[-1]), names))
        case _:
            message = details["msg"]
            return Problem(key, f"is wrong: {message[0].lower()}{message[1:]}", details["input"], _example(field))


def _field(model: type[BaseModel], path: tuple[int | str, ...]) -> tuple[type[BaseModel], FieldInfo | None]:
    """The innermost model that the path passes, and the field of it that the path ends in, if there is one."""
    field: FieldInfo | None = None
    parts = iter(path)
    for part in parts:
        field = next((one for one in model.model_fields.values() if one.alias == part), None)
        if field is None or (inner := _model_in(field.annotation)) is None:
            break
        model = inner
        if get_origin(field.annotation) is dict:
            next(parts, None)  # the entry's own name is no field
    return model, field


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    arguments = getattr(annotation, "__args__", ())
    return next((inner for argument in arguments if (inner := _model_in(argument)) is not None), None)


def _example(field: FieldInfo | None) -> str:
    examples = field.examples if field else None
    return json.dumps(examples[0]) if examples else "see stacks/Pulumi.local.yaml"
