"""Variables in a Dockerfile's words: `$NAME`, `${NAME}` and the forms with a default."""

from __future__ import annotations

import re
from collections.abc import Mapping

__all__ = ["UnknownVariable", "UnreadableVariable", "substitute"]

_TOKEN = re.compile(
    r"""
      \\(?P<escaped>.)
    | '(?P<single>[^']*)'
    | "(?P<double>(?:[^"\\]|\\.)*)"
    | \$(?P<plain>[A-Za-z_][A-Za-z0-9_]*)
    | \$\{(?P<braced>[A-Za-z_][A-Za-z0-9_]*)(?:(?P<operator>:?[-+?])(?P<word>(?:[^{}]|\$\{[^{}]*\})*))?\}
    | (?P<stray>\$.*)
    """,
    re.VERBOSE | re.DOTALL,
)


class UnknownVariable(ValueError):
    """A variable that has no value where it needs one.

    Attributes:
        name: Name of the variable.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"variable {name} has no value")


class UnreadableVariable(ValueError):
    """A dollar sign that opens none of the supported forms.

    Attributes:
        text: The text from that sign on.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__(f"{text!r} is none of $NAME, ${{NAME}}, ${{NAME:-default}} and ${{NAME:+other}}")


def substitute(text: str, values: Mapping[str, str | None]) -> str:
    """Replace the variables of a word and remove its quotes, as Docker's builder does.

    Single quotes and backslashes keep a dollar sign; a variable whose value is None counts as unset.

    Raises:
        UnknownVariable: A variable without a value, and without a default.
        UnreadableVariable: A form that is not supported, such as `${NAME#prefix}`.
    """

    def replaced(match: re.Match[str]) -> str:
        if match["stray"] is not None:
            raise UnreadableVariable(match["stray"])
        if match["double"] is not None:
            return substitute(match["double"], values)
        if (name := match["plain"] or match["braced"]) is not None:
            return _value(name, match["operator"] or "", match["word"] or "", values)
        return str(match["escaped"] or match["single"] or "")

    return _TOKEN.sub(replaced, text)


def _value(name: str, operator: str, word: str, values: Mapping[str, str | None]) -> str:
    """Return a variable's value, or what its operator puts in its place."""
    value = values.get(name)
    is_set = bool(value) if operator.startswith(":") else value is not None
    if operator.endswith("+"):
        return substitute(word, values) if is_set else ""
    if is_set and value is not None:
        return value
    if operator.endswith("-"):
        return substitute(word, values)
    raise UnknownVariable(name)
