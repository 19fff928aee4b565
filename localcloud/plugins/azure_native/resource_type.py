"""Facts about a resource type of azure-native, as data, and the translation that follows from them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from localcloud.plugins.naming import AutoName
from localcloud.plugins.values import UNKNOWN, Properties, Secret

API_VERSION = "azureApiVersion"
CREATE_BEFORE_DELETE = "__createBeforeDelete"
"""azure-native's own mark in the inputs of a resource with a random name: its replacement may be made first."""
_PROPERTIES = "properties"
_PARAMETER = re.compile(r"\{(\w+)\}")
_NESTED_ENVELOPE = frozenset({"id", "name", "type", "etag", "location", "tags", "identity", "sku", "systemData"})


@dataclass(frozen=True)
class ResourceType:
    """One type.

    Paths of properties are those of the SDK (`a`, `a.b`, `a[].b`).

    Attributes:
        token: Such as `azure-native:storage:StorageAccount`.
        path: The resource id with its parameters in braces.
        version: The API version that the SDK's default module uses.
        auto_name: How a name comes about that was not given; the name is the last parameter of the path.
        name_rule: Pattern, shortest and longest length of the name.
        envelope: Inputs that stand at the top of the document.
        settable: Inputs that stand in its `properties`.
        required: Inputs that must be given, path parameters but the name included.
        create_only: Inputs whose change replaces the resource, beyond those in the path.
        computed: Read-only properties inside settable objects.
        service_defaults: Settable properties inside settable objects that the service fills in.
        renamed: Properties whose name on the wire differs.
        nested: Objects inside that have `properties` of their own on the wire.
        subresources: Lists that count as empty, or as they are, when they are not given.
        located: Whether a missing location is that of the resource group.
    """

    token: str
    path: str
    version: str
    auto_name: AutoName = AutoName.RANDOM
    name_rule: tuple[str, int, int] | None = None
    envelope: tuple[str, ...] = ()
    settable: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    create_only: frozenset[str] = frozenset()
    computed: tuple[str, ...] = ()
    service_defaults: tuple[str, ...] = ()
    renamed: dict[str, str] = field(default_factory=dict)
    nested: frozenset[str] = frozenset()
    subresources: tuple[str, ...] = ()
    located: bool = True

    @cached_property
    def parameters(self) -> tuple[str, ...]:
        """The inputs that the path consists of; the name is the last."""
        return tuple(name for name in _PARAMETER.findall(self.path) if name != "subscriptionId")

    @property
    def name_parameter(self) -> str:
        """The input that is the resource's name."""
        return self.parameters[-1]

    @cached_property
    def replacing(self) -> frozenset[str]:
        """All inputs whose change replaces the resource."""
        return self.create_only | frozenset(self.parameters)

    @property
    def keeps_properties(self) -> bool:
        """Whether the SDK shows `properties` as one object."""
        return _PROPERTIES in self.envelope

    def resource_id(self, subscription: str, inputs: Properties) -> str:
        """The id that the inputs give."""
        values = {"subscriptionId": subscription} | {name: str(inputs[name]).strip("/") for name in self.parameters}
        return _PARAMETER.sub(lambda match: values[match.group(1)], self.path)

    def parse_id(self, resource_id: str) -> Properties:
        """The path's inputs that an id gives; empty when it is not one of this type."""
        parts = _PARAMETER.split(self.path)
        pattern = "".join(
            re.escape(part) if index % 2 == 0 else f"(?P<{part}>{'.+' if part == 'scope' else '[^/]+'})"
            for index, part in enumerate(parts)
        )
        match = re.fullmatch(pattern, resource_id, re.IGNORECASE)
        found = match.groupdict() if match else {}
        return {
            name: f"/{found[name]}" if name == "scope" else found[name] for name in self.parameters if name in found
        }

    def body(self, inputs: Properties) -> dict[str, Any]:
        """The document to PUT."""
        top = {name: self._to_wire(inputs[name], name) for name in self.envelope if name in inputs}
        rest = {
            self.renamed.get(name, name): self._to_wire(inputs[name], name) for name in self.settable if name in inputs
        }
        return top | {_PROPERTIES: rest} if rest or not self.keeps_properties else top

    def outputs(self, document: dict[str, Any]) -> Properties:
        """The SDK's outputs of a document, `id` included."""
        lifted = {} if self.keeps_properties else document.get(_PROPERTIES) or {}
        top = {name: value for name, value in document.items() if name != _PROPERTIES or self.keeps_properties}
        outputs = self._object_from_wire({**lifted, **top}, "")
        return {name: value for name, value in outputs.items() if value is not None} | {API_VERSION: self.version}

    def inputs_of(self, outputs: Properties) -> Properties:
        """The part of outputs that could be inputs, as a refresh compares it and an import records it."""
        inputs = {name: outputs[name] for name in (*self.envelope, *self.settable) if name in outputs}
        for path in self.computed:
            inputs = _changed_at(inputs, path.split("."), _without)
        identity = inputs.get("identity")
        if isinstance(identity, dict) and isinstance(identity.get("userAssignedIdentities"), dict):
            inputs["identity"] = identity | {"userAssignedIdentities": sorted(identity["userAssignedIdentities"])}
        return inputs

    def preview(self, inputs: Properties) -> Properties:
        """The outputs that are known before a request; what the service fills in inside them is unknown."""
        known = {name: inputs[name] for name in (*self.envelope, *self.settable) if name in inputs}
        for path in (*self.computed, *self.service_defaults):
            known = _changed_at(known, path.split("."), _or_unknown)
        return known | {API_VERSION: self.version}

    def _to_wire(self, value: Any, path: str) -> Any:
        if path == "identity.userAssignedIdentities" and isinstance(value, list):
            return {identity: {} for identity in value}
        if isinstance(value, list):
            return [self._to_wire(item, f"{path}[]") for item in value]
        if not isinstance(value, dict):
            return value
        wire = {
            self.renamed.get(f"{path}.{name}", name): self._to_wire(item, f"{path}.{name}")
            for name, item in value.items()
        }
        if path not in self.nested:
            return wire
        outside = {name: item for name, item in wire.items() if name in _NESTED_ENVELOPE}
        return outside | {_PROPERTIES: {name: item for name, item in wire.items() if name not in _NESTED_ENVELOPE}}

    def _from_wire(self, value: Any, path: str) -> Any:
        if isinstance(value, list):
            return [self._from_wire(item, f"{path}[]") for item in value]
        if not isinstance(value, dict):
            return value
        if path in self.nested:
            outside = {name: item for name, item in value.items() if name != _PROPERTIES}
            value = (value.get(_PROPERTIES) or {}) | outside
        return self._object_from_wire(value, path)

    def _object_from_wire(self, value: dict[str, Any], path: str) -> Properties:
        prefix = f"{path}." if path else ""
        result = {}
        for wire_name, item in value.items():
            name = self._sdk_names.get((path, wire_name), wire_name)
            result[name] = self._from_wire(item, f"{prefix}{name}")
        return result

    @cached_property
    def _sdk_names(self) -> dict[tuple[str, str], str]:
        names = {}
        for path, wire_name in self.renamed.items():
            parent, _, name = path.rpartition(".")
            names[parent, wire_name] = name
        return names


def _changed_at(value: Any, names: list[str], change: Callable[[Properties, str], Properties]) -> Any:
    """The value with the objects at a path changed; inside lists and secrets, too."""
    match value:
        case Secret():
            return Secret(_changed_at(value.value, names, change))
        case list():
            return [_changed_at(item, names, change) for item in value]
        case dict():
            name, *rest = names
            name = name.removesuffix("[]")
            if not rest:
                return change(value, name)
            if name in value:
                return value | {name: _changed_at(value[name], rest, change)}
    return value


def _without(value: Properties, name: str) -> Properties:
    return {key: item for key, item in value.items() if key != name}


def _or_unknown(value: Properties, name: str) -> Properties:
    return {name: UNKNOWN} | value
