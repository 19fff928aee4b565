"""Conda's environment files (YAML): what they name, with the line of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from yaml import Node

__all__ = ["CondaFile", "InvalidCondaFile", "Spec", "read_conda_file"]


class InvalidCondaFile(ValueError):
    """A text that is no environment file.

    Attributes:
        reason: What is wrong with it.
        line: Line in the file, from 1; None where none is known.
    """

    def __init__(self, reason: str, line: int | None = None) -> None:
        self.reason = reason
        self.line = line
        super().__init__(f"environment file: {reason}")


@dataclass(frozen=True)
class Spec:
    """A package as it is written, and the line where it stands."""

    text: str
    line: int


@dataclass(frozen=True)
class CondaFile:
    """An environment file.

    Attributes:
        name: Name of the environment, or None.
        conda: Conda's packages.
        pip: pip's lines, options included.
    """

    name: str | None
    conda: tuple[Spec, ...]
    pip: tuple[Spec, ...]


def read_conda_file(text: str) -> CondaFile:
    """Read an environment file.

    Raises:
        InvalidCondaFile: It is no YAML, or not of that form.
    """
    import yaml  # noqa: PLC0415 - only who has such a file pays for the parser

    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        reason = str(getattr(error, "problem", None) or "is no YAML")
        raise InvalidCondaFile(reason, mark.line + 1 if mark else None) from error
    except (RecursionError, ValueError) as error:
        raise InvalidCondaFile("can't be read as YAML") from error
    if not isinstance(root, yaml.MappingNode):
        raise InvalidCondaFile("must be a mapping with the key dependencies")
    keys = _mapping(root)
    name = keys.get("name")
    conda, pip = _dependencies(keys.get("dependencies"))
    return CondaFile(name.value if isinstance(name, yaml.ScalarNode) else None, conda, pip)


def _mapping(node: Node | None) -> dict[str, Node]:
    """Return a mapping's values by their keys; only plain keys count."""
    import yaml  # noqa: PLC0415 - only who has such a file pays for the parser

    if not isinstance(node, yaml.MappingNode):
        return {}
    return {key.value: value for key, value in node.value if isinstance(key, yaml.ScalarNode)}


def _dependencies(node: Node | None) -> tuple[tuple[Spec, ...], tuple[Spec, ...]]:
    import yaml  # noqa: PLC0415 - only who has such a file pays for the parser

    if node is None:
        return (), ()
    if not isinstance(node, yaml.SequenceNode):
        raise InvalidCondaFile("must have a list under dependencies", node.start_mark.line + 1)
    conda: list[Spec] = []
    pip: list[Spec] = []
    for item in node.value:
        if isinstance(item, yaml.ScalarNode):
            conda.append(Spec(item.value, item.start_mark.line + 1))
        below = _mapping(item).get("pip")
        lines = below.value if isinstance(below, yaml.SequenceNode) else []
        pip += [Spec(line.value, line.start_mark.line + 1) for line in lines if isinstance(line, yaml.ScalarNode)]
    return tuple(conda), tuple(pip)
