"""Facts about a resource type of azure-native, as data, and the translation that follows from them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from localcloud.plugins.azure_native.paths import changed_at, or_unknown, value_at, without
from localcloud.plugins.naming import AutoName
from localcloud.plugins.values import UNKNOWN, Properties

API_VERSION = "azureApiVersion"
CREATE_BEFORE_DELETE = "__createBeforeDelete"
"""azure-native's own mark in the inputs of a resource with a random name: its replacement may be made first."""
_PROPERTIES = "properties"
_IDENTITIES: Final = ("identity", "userAssignedIdentities")
_SCOPES: Final = frozenset({"scope", "resourceUri"})
"""Parameters that stand for a whole resource id; programs give it with its leading slash."""
_PATHS: Final = frozenset({"blobName"})
"""Names with slashes of their own."""
_UUID_NAMES: Final = frozenset({"roleAssignmentName", "roleDefinitionId"})
_GLOBAL_NAMES: Final = frozenset({"endpointName", "customDomainName"})
"""Names that become part of an address: random although the resource is a child."""
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

    @property
    def auto_name(self) -> AutoName:
        """How a name comes about that was not given: most children of a resource take the logical name as it is."""
        if self.name_parameter in _UUID_NAMES:
            return AutoName.UUID
        if self.name_parameter in _GLOBAL_NAMES:
            return AutoName.RANDOM
        _, namespace, type_path = self.path.rpartition("Microsoft.")
        return AutoName.COPY if namespace and type_path.count("{") > 1 else AutoName.RANDOM

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
            re.escape(part) if index % 2 == 0 else f"(?P<{part}>{'.+' if part in _SCOPES | _PATHS else '[^/]+'})"
            for index, part in enumerate(parts)
        )
        match = re.fullmatch(pattern, resource_id, re.IGNORECASE)
        found = match.groupdict() if match else {}
        return {
            name: f"/{found[name]}" if name in _SCOPES else found[name] for name in self.parameters if name in found
        }

    @property
    def subresource_places(self) -> tuple[tuple[str, ...], ...]:
        """Where `subresources` stand in the document."""
        return tuple(
            (*(() if path.partition(".")[0] in self.envelope else (_PROPERTIES,)), *path.split("."))
            for path in self.subresources
        )

    def body(self, inputs: Properties) -> dict[str, Any]:
        """The document to PUT."""
        top = {name: self._to_wire(inputs[name], name) for name in self.envelope if name in inputs}
        rest = {
            self.renamed.get(name, name): self._to_wire(inputs[name], name) for name in self.settable if name in inputs
        }
        return top | ({_PROPERTIES: rest} if rest else {})

    def outputs(self, document: dict[str, Any]) -> Properties:
        """The SDK's outputs of a document, `id` included."""
        lifted = {} if self.keeps_properties else document.get(_PROPERTIES) or {}
        top = {name: value for name, value in document.items() if name != _PROPERTIES or self.keeps_properties}
        return self._object_from_wire({**lifted, **top}, "") | {API_VERSION: self.version}

    def inputs_of(self, outputs: Properties, given: Properties | None = None) -> Properties:
        """The part of outputs that could be inputs, as a refresh compares it and an import records it.

        Args:
            outputs: What was read.
            given: The inputs in the state: lists of resources of their own count only where these have them.
        """
        inputs = {name: outputs[name] for name in (*self.envelope, *self.settable) if name in outputs}
        apart = (path for path in self.subresources if given is not None and value_at(given, path.split(".")) is None)
        for path in (*self.computed, *apart):
            inputs = changed_at(inputs, path.split("."), without)
        identity = inputs.get("identity")
        if isinstance(identity, dict) and isinstance(identity.get("userAssignedIdentities"), dict):
            inputs["identity"] = identity | {"userAssignedIdentities": sorted(identity["userAssignedIdentities"])}
        return inputs

    def preview(self, inputs: Properties) -> Properties:
        """The outputs that are known before a request; what the service fills in inside them is unknown."""
        known = {name: inputs[name] for name in (*self.envelope, *self.settable) if name in inputs}
        for path in (*self.computed, *self.service_defaults):
            known = changed_at(known, path.split("."), or_unknown)
        if value_at(known, _IDENTITIES) is not None:
            # Ids as an input, but an object by id as an output.
            known = changed_at(known, _IDENTITIES, lambda identity, name: identity | {name: UNKNOWN})
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
        inside = {name: item for name, item in wire.items() if name not in _NESTED_ENVELOPE}
        return outside | ({_PROPERTIES: inside} if inside else {})

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
            if item is None:
                continue
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
