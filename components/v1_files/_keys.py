"""What becomes of a key of the files: the verdicts, as data beside the fields of the models."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import NoneType, UnionType
from typing import Any, get_args

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

LOCAL, ACI, AKS, MANAGED = "local", "aci", "aks", "managed_endpoint"
TARGETS = (LOCAL, ACI, AKS, MANAGED)
ONLINE = (AKS, MANAGED)


class Verdict(str, Enum):
    """What becomes of a key that is given."""

    USED = "used"
    """It becomes an input of the service."""
    OBSOLETE = "no meaning any more"
    """It is left out, and a warning says why."""
    REFUSED = "refused"
    """It is an error: without it the service would be another one."""


@dataclass(frozen=True)
class Key:
    """The verdict on a key.

    Attributes:
        inputs: Input of `ScoringService` that it becomes, by target: `{"aci": "aci.cpu"}`.
        refused: Targets that can't do without what it says.
        why: Why it is not used where it isn't: the end of a sentence about the key.
        instead: Inputs that do what a refused key did; where one of them is given, the key is only left out.
        fix: What to do about a refused key.
    """

    inputs: Mapping[str, str] = field(default_factory=dict)
    refused: tuple[str, ...] = ()
    why: str = ""
    instead: tuple[str, ...] = ()
    fix: str = ""

    def verdict(self, target: str) -> Verdict:
        """What becomes of it on a target."""
        if target in self.inputs:
            return Verdict.USED
        return Verdict.REFUSED if target in self.refused else Verdict.OBSOLETE


def used(name: str, *targets: str, why: str = "") -> Key:
    """A key that becomes the input `name`, on these targets; on all when none is named. `{target}` is the target."""
    return Key({target: name.format(target=target) for target in targets or TARGETS}, why=why)


def obsolete(why: str) -> Key:
    """A key without a meaning any more."""
    return Key(why=why)


def refused(why: str, fix: str, *targets: str, instead: tuple[str, ...] = ()) -> Key:
    """A key that is an error, on these targets; on all when none is named."""
    return Key(refused=targets or TARGETS, why=why, instead=instead, fix=fix)


class Section(BaseModel):
    """A JSON object of the files; its keys are the fields in camel case, and each field has a `Key` or is a section."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, alias_generator=to_camel)


def json_name(model: type[BaseModel], name: str) -> str:
    """A field's key in the file."""
    return str(model.model_fields[name].alias)


def section_of(annotation: Any) -> type[Section] | None:
    """The section that a field holds, if it holds one."""
    parts = get_args(annotation) if isinstance(annotation, UnionType) else (annotation,)
    found = [part for part in parts if part is not NoneType]
    return found[0] if isinstance(found[0], type) and issubclass(found[0], Section) else None


def keys_of(model: type[Section], prefix: str = "") -> Iterator[tuple[str, Key]]:
    """Each key of a file by its path, `autoScaler.minReplicas`, with its verdict."""
    for name, info in model.model_fields.items():
        path = f"{prefix}{json_name(model, name)}"
        section = section_of(info.annotation)
        keys = [mark for mark in info.metadata if isinstance(mark, Key)]
        if keys:
            yield path, keys[0]
        elif section is not None:
            yield from keys_of(section, f"{path}.")


def given_keys(section: Section, prefix: str = "") -> Iterator[tuple[str, Key, Any]]:
    """Each key that a file gives a value, with its verdict and the value; null and what is empty say nothing."""
    model = type(section)
    for name, info in model.model_fields.items():
        path, value = f"{prefix}{json_name(model, name)}", getattr(section, name)
        keys = [mark for mark in info.metadata if isinstance(mark, Key)]
        if value is None or value in ([], {}, ""):
            continue
        if keys:
            yield path, keys[0], value
        elif isinstance(value, Section):
            yield from given_keys(value, f"{path}.")


def has_input(given: Mapping[str, Any], name: str) -> bool:
    """Whether an input, `aci.subnet_id`, is given."""
    head, _, rest = name.partition(".")
    if head not in given:
        return False
    inner = given[head]
    return not rest or (isinstance(inner, Mapping) and has_input(inner, rest))
