"""The configuration of a pack: levels of rules, the pack's own options, exemptions.

`pulumi preview --policy-pack DIR --policy-pack-config FILE` gives a pack one object for each policy. Every rule is one
and takes a level only; the pack itself is one more, and takes the options of all its rules and the exemptions:

    {"image-digest": "advisory", "pinned-images": {"enforcementLevel": "mandatory", "allowedRegistries": ["docker.io"]}}

The engine checks no name, so everything is checked here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Annotated, Any, Final

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from ..rules import nearest

if TYPE_CHECKING:
    from .resource import Resource

__all__ = ["Exemption", "InvalidConfiguration", "Options", "RegistryPlace", "Settings", "read_settings", "schema_of"]

_UNKNOWN_KEY: Final = "extra_forbidden"


class InvalidConfiguration(ValueError):
    """A configuration that a pack does not take; its text names each fault and what was most likely meant.

    Attributes:
        faults: One sentence for each fault.
    """

    def __init__(self, pack: str, faults: Iterable[str]) -> None:
        self.faults = list(faults)
        super().__init__(f"configuration of policy pack {pack}: {'; '.join(self.faults)}")


class Options(BaseModel):
    """Base of everything that is configured: camelCase keys, no other keys, no change afterwards."""

    model_config = ConfigDict(alias_generator=to_camel, extra="forbid", frozen=True)


def _filled(text: str) -> str:
    if not text.strip():
        raise ValueError("must not be empty")
    return text


def _place(text: str) -> str:
    host = text.partition("/")[0]
    if not host or "://" in text or any(sign in text for sign in " @"):
        raise ValueError("must be a host with its port, if any, and the first parts of a repository, without a scheme")
    return text


def _day(given: object) -> object:
    # A number would be taken for seconds since 1970.
    try:
        return dt.date.fromisoformat(given) if isinstance(given, str) else given
    except ValueError:
        return given


Filled = Annotated[str, AfterValidator(_filled)]
RegistryPlace = Annotated[str, AfterValidator(_place)]
"""Where images lie, as options name it: `mcr.microsoft.com`, `*.azurecr.io`, `127.0.0.2:5000`, `docker.io/library`."""
Day = Annotated[dt.date, Field(strict=True), BeforeValidator(_day)]
"""A day as `2027-03-31`."""
_SAID: Final = {
    "date_type": "must be a day, e.g. 2027-03-31",
    "float_parsing": "must be a number",
    "int_from_float": "must be a whole number",
    "int_parsing": "must be a whole number",
    "missing": "is required",
    "model_type": "must be an object",
    "string_type": "must be a text",
    "tuple_type": "must be a list",
}
"""What is said of pydantic's kinds of faults; its own words are Python's."""


class Exemption(Options):
    """A violation that somebody answers for until a day."""

    rule: Filled = Field(description="Name of the rule, e.g. image-digest.")
    resource: Filled = Field(description="Pattern (*, ?, [...]) of the resource's name or URN, e.g. legacy-*.")
    reason: Filled = Field(description="Why, for whoever reads the summary.")
    owner: Filled = Field(description="Who answers for it, e.g. a team or an address.")
    until: Day = Field(description="Last day (UTC) that it holds, e.g. 2027-03-31; afterwards it is a violation.")

    def covers(self, rule: str, resource: Resource) -> bool:
        """Whether it is about this rule on this resource, whatever the date."""
        named = fnmatchcase(resource.name, self.resource) or fnmatchcase(resource.urn, self.resource)
        return self.rule == rule and named

    def expired(self, today: dt.date) -> bool:
        """Whether its last day is over."""
        return today > self.until

    def __str__(self) -> str:
        """Return what the summary says of it."""
        return f"{self.rule} on {self.resource!r} until {self.until} ({self.owner}: {self.reason})"


class Settings(Options):
    """The options of a pack; each pack adds its own."""

    exemptions: tuple[Exemption, ...] = Field(
        default=(), description="Violations that somebody answers for: rule, resource, reason, owner, until."
    )


def read_settings(
    pack: str, model: type[Settings], rules: Iterable[str], configuration: Mapping[str, Mapping[str, Any]]
) -> Settings:
    """Check what the engine gives a pack, by policy name without levels; return the pack's options.

    Raises:
        InvalidConfiguration: A name of a rule, an option or an exempted rule that doesn't exist, or a wrong value.
    """
    rules = sorted(rules)
    faults = []
    for name, options in configuration.items():
        if name not in rules and name != pack:
            faults.append(f"there is no rule {name!r}; did you mean {nearest(name, [*rules, pack])}?")
        elif name in rules and options:
            keys = ", ".join(options)
            faults.append(f"rule {name} takes a level only; options ({keys}) stand under {pack!r}")
    try:
        settings = model.model_validate(_plain(configuration.get(pack, {})))
    except ValidationError as error:
        raise InvalidConfiguration(pack, faults + [_fault(model, dict(detail)) for detail in error.errors()]) from None
    faults += [
        f"exemptions[{number}] is about rule {exemption.rule!r}, which doesn't exist; "
        f"did you mean {nearest(exemption.rule, rules)}?"
        for number, exemption in enumerate(settings.exemptions)
        if exemption.rule not in rules
    ]
    if faults:
        raise InvalidConfiguration(pack, faults)
    return settings


def schema_of(model: type[Settings]) -> dict[str, Any]:
    """The JSON Schema of each option, for the engine: without references, and without what we say better."""
    document = model.model_json_schema()
    properties: dict[str, Any] = _inline(document.get("properties", {}), document.get("$defs", {}))
    return properties


def _inline(node: Any, definitions: Mapping[str, Any]) -> Any:
    if isinstance(node, list):
        return [_inline(item, definitions) for item in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        return _inline(definitions[node["$ref"].rpartition("/")[2]], definitions)
    # Unknown keys are refused here with the nearest right name, which the engine doesn't know.
    return {key: _inline(item, definitions) for key, item in node.items() if key != "additionalProperties"}


def _plain(node: Any) -> Any:
    """Whole numbers as such: the engine sends floats only."""
    if isinstance(node, Mapping):
        return {key: _plain(item) for key, item in node.items()}
    if isinstance(node, list):
        return [_plain(item) for item in node]
    return int(node) if isinstance(node, float) and node.is_integer() else node


def _fault(model: type[BaseModel], detail: Mapping[str, Any]) -> str:
    place, known = "", model
    for step in detail["loc"][:-1]:
        place += f"[{step}]" if isinstance(step, int) else f".{step}"
        known = _model_below(known, step) if isinstance(step, str) else known
    last = detail["loc"][-1] if detail["loc"] else ""
    if detail["type"] == _UNKNOWN_KEY:
        names = [field.alias or name for name, field in known.model_fields.items()]
        where = f" in {place.lstrip('.')}" if place else ""
        return f"there is no option {str(last)!r}{where}; did you mean {nearest(str(last), names)}?"
    path = f"{place}[{last}]" if isinstance(last, int) else f"{place}.{last}"
    said = _SAID.get(detail["type"]) or detail["msg"].removeprefix("Value error, ").replace("Input should", "must")
    got = "" if detail["type"] == "missing" else f"; got {detail['input']!r}"
    return f"{path.lstrip('.')} {said[0].lower()}{said[1:]}{got}"


def _model_below(model: type[BaseModel], alias: str) -> type[BaseModel]:
    """The model of an option's value or elements, where it has one."""
    for field in model.model_fields.values():
        if field.alias == alias:
            arguments = getattr(field.annotation, "__args__", ())
            for candidate in (field.annotation, *arguments):
                if isinstance(candidate, type) and issubclass(candidate, BaseModel):
                    return candidate
    return model
