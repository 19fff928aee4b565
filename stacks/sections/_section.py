"""What every part of the configuration has in common."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import pulumi
from azureml_scoring.rules import Problem
from pydantic import BaseModel, ConfigDict, SecretStr
from pydantic.alias_generators import to_camel

from stacks.reading import NAMESPACE, is_secret, model_in

LATER = object()
"""Stands for an input that the program gives, and that rules leave alone: its value is known only later."""


class Section(BaseModel):
    """A part of the configuration: frozen, strict about its keys, which are written in camelCase."""

    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=to_camel, use_attribute_docstrings=True)

    def inputs(self) -> Any:
        """What the stack sets, as inputs of the component; what it leaves out keeps the component's default."""
        return _secret(self.checked_inputs())

    def checked_inputs(self) -> dict[str, Any]:
        """The same for the rules, which look at no secret."""
        return self.model_dump(exclude_unset=True, exclude_none=True, warnings=False)

    def found(self, problems: Iterable[Problem], key: str, files: dict[str, str] | None = None) -> Iterator[Problem]:
        """What a component's rules say of its inputs, said of the keys of this section.

        Args:
            problems: As the rules say them: of an input (`entry_script`) or of a file (`score.py`).
            key: Key of the section.
            files: Path of a file -> name of the key that holds it.
        """
        names = re.compile(rf"\b(?:{'|'.join(sorted(_names(type(self))))})\b")
        for problem in problems:
            own = (files or {}).get(problem.subject)
            subject, rule, fix = (
                names.sub(lambda found: to_camel(found[0]), text)
                for text in (f"{own}:" if own else problem.subject, problem.rule, problem.fix)
            )
            subject = f"{subject} {problem.subject}" if own else subject
            yield replace(problem, subject=f"{key}.{subject}", rule=rule, fix=fix)


def plain_password(section: str, key: str) -> Iterator[Problem]:
    """A problem where a password stands in the stack's file as plain text.

    Args:
        section: Key of the section.
        key: Key of the password in it.
    """
    if not is_secret(section):
        fix = f"pulumi config set --secret --path {NAMESPACE}:{section}.{key}"
        yield Problem(f"{section}.{key}", "must be set with --secret", "a value in plain text", fix)


@cache
def _names(model: type[BaseModel]) -> frozenset[str]:
    """The inputs of a section and of its parts."""
    inner = [part for field in model.model_fields.values() if (part := model_in(field.annotation)) is not None]
    return frozenset(model.model_fields).union(*(_names(part) for part in inner))


def _secret(value: Any) -> Any:
    """The value with its secrets as Pulumi's."""
    match value:
        case SecretStr():
            return pulumi.Output.secret(value.get_secret_value())
        case dict():
            return {key: _secret(inner) for key, inner in value.items()}
        case list():
            return [_secret(inner) for inner in value]
        case _:
            return value
