"""Samples of a rule: resources that it allows and denies, as data beside it.

    type: azure-native:containerinstance:ContainerGroup
    properties: {containers: [{name: app, image: "localhost:5000/app"}]}
    says: ["image must have a tag"]

`!unknown` stands for a value that is known during `up` only, `!secret x` for a secret. The tests read them, and
docs/policies.md shows them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from .values import SECRET_SIGNATURE, SIGNATURE, UNKNOWN

if TYPE_CHECKING:
    from .pack import Pack
    from .rule import Rule

__all__ = ["Sample", "read_samples"]


@dataclass(frozen=True)
class Sample:
    """A resource, or several for a stack rule, and what the rule says of them.

    Attributes:
        source: Its file.
        allowed: Whether it is among the allowed ones.
        resources: Each with `type`, `properties`, and if needed `name`, `urn`, `parent`, `protect`,
            `dependencies`, `propertyDependencies`.
        says: A part of each violation, in order; empty in allowed samples.
        unchecked: A part of each thing that can't be judged yet, in order.
        settings: Options of the pack.
        stack: Name of the stack.
        mended: The properties after mending, where that is tried.
    """

    source: Path
    allowed: bool
    resources: Sequence[Mapping[str, Any]]
    says: Sequence[str]
    unchecked: Sequence[str]
    settings: Mapping[str, Any]
    stack: str
    mended: Mapping[str, Any] | None


def read_samples(pack: Pack, rule: Rule) -> list[Sample]:
    """The samples in the rule's folder: `allowed/*.yaml`, `denied/*.yaml`; raises `ValueError` on a key that no
    sample has.
    """
    folder = pack.folder / "rules" / rule.id.replace("-", "_")
    return [*_read(folder / "allowed", allowed=True), *_read(folder / "denied", allowed=False)]


_KEYS = {"type", "name", "properties", "resources", "says", "unchecked", "settings", "stack", "mended", "about"}


def _read(folder: Path, *, allowed: bool) -> Iterator[Sample]:
    for source in sorted(folder.glob("*.yaml")):
        document = yaml.load(source.read_text(encoding="utf-8"), _Loader)  # noqa: S506 - a SafeLoader with two tags
        if unknown := set(document) - _KEYS:
            raise ValueError(f"{source}: no sample has {', '.join(sorted(unknown))}")
        resources = document.get("resources") or [
            {key: document[key] for key in ("type", "name", "properties") if key in document}
        ]
        yield Sample(
            source,
            allowed,
            resources,
            document.get("says", []),
            document.get("unchecked", []),
            document.get("settings", {}),
            document.get("stack", "dev"),
            document.get("mended"),
        )


class _Loader(yaml.SafeLoader):
    """YAML with `!unknown` and `!secret`."""


def _secret(loader: yaml.SafeLoader, node: yaml.Node) -> Any:
    if isinstance(node, yaml.ScalarNode):
        value: Any = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)  # type: ignore[arg-type] # the third kind of node
    return {SIGNATURE: SECRET_SIGNATURE, "value": value}


_Loader.add_constructor("!unknown", lambda *_: UNKNOWN)
_Loader.add_constructor("!secret", _secret)
