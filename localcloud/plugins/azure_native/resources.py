"""The generic resource of azure-native: GET before create, PUT, waiting, GET after, DELETE."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from localcloud.plugins.azure_native.paths import set_absent, value_at
from localcloud.plugins.azure_native.resource_type import API_VERSION, CREATE_BEFORE_DELETE, ResourceType
from localcloud.plugins.compare import carry_over
from localcloud.plugins.control_plane import json_object, refusal
from localcloud.plugins.errors import (
    AlreadyExists,
    Cancelled,
    CloudRefused,
    InitializationFailed,
    InvalidInput,
    OperationFailed,
    PluginError,
)
from localcloud.plugins.identity import subscription_of
from localcloud.plugins.naming import AutoName
from localcloud.plugins.operations import DELETE_INTERVAL, UPDATE_INTERVAL, Waiting, finish
from localcloud.plugins.package import Checked, Live, Plan, missing, plan_from
from localcloud.plugins.values import UNKNOWN, Properties, is_known, reveal

if TYPE_CHECKING:
    from localcloud.plugins.package import Call, Naming

_OK = 200
_NO_CONTENT = 204
_NOT_FOUND = 404
_ERROR = 400
_GROUP_VERSION = "2024-03-01"
_LOCATION_HINT = ". Either set it explicitly or configure it with 'pulumi config set azure-native:location <value>'."


@dataclass(frozen=True)
class ArmResource:
    """A resource type that needs nothing but its facts."""

    type: ResourceType

    @property
    def token(self) -> str:
        """The type as programs name it."""
        return self.type.token

    async def check(self, call: Call, naming: Naming, old: Properties, new: Properties) -> Checked:
        """Automatic name, location of the resource group, API version; required inputs and the name's rule."""
        inputs = named(self.type, naming, old, new)
        if self.type.located and "location" not in inputs:
            location = await _default_location(call, old, inputs)
            inputs |= {} if location is None else {"location": location}
        inputs = {API_VERSION: self.type.version} | inputs
        return Checked(inputs, failures(self.type, inputs))

    def plan(self, old: Properties, new: Properties) -> Plan:
        """Replaces for create-only inputs; deletes first unless the name is a random one."""
        return azure_plan(self.type, old, new)

    def preview(self, inputs: Properties, old: Properties | None) -> Properties:
        """The inputs among the outputs, and for an update the name and the location, which can't change."""
        stable = {name: old[name] for name in ("name", "location") if name in old} if old else {}
        return self.type.preview(inputs) | stable

    async def create(self, call: Call, inputs: Properties) -> Live:
        """PUT, unless GET finds the resource."""
        given = reveal(inputs)
        resource_id = self.type.resource_id(await subscription_of(call), given)
        await _require_absent(call, resource_id, self.type.version)
        body = self.type.body(given)
        for place in self.type.subresource_places:
            set_absent(body, place, [])
        document = await self._put(call, resource_id, body, inputs)
        outputs = self.type.outputs(document)
        return Live(outputs.pop("id", resource_id), outputs)

    async def read(self, call: Call, resource_id: str, inputs: Properties, outputs: Properties) -> Live | None:
        """GET; the inputs change by what changed in the cloud since the last read."""
        document = await self._get(call, resource_id)
        if document is None:
            return None
        read = self.type.outputs(document)
        resource_id = read.pop("id", resource_id)
        if inputs:
            before, now = (self.type.inputs_of(side, inputs) for side in (outputs, read))
            return Live(resource_id, read, carry_over(inputs, before, now))
        path = self.type.parse_id(resource_id)
        if not path:
            raise InvalidInput(f"failed to parse '{resource_id}' against the path '{self.type.path}'")
        return Live(resource_id, read, {**path, **self.type.inputs_of(read), API_VERSION: self.type.version})

    async def update(self, call: Call, resource_id: str, inputs: Properties, old: Live) -> Properties:
        """PUT of the whole document, secrets included; lists kept as resources of their own stay as they are."""
        del old
        body = self.type.body(reveal(inputs))
        if self.type.subresources:
            document = await self._get(call, resource_id) or {}
            for place in self.type.subresource_places:
                set_absent(body, place, value_at(document, place) or [])
        outputs = self.type.outputs(await self._put(call, resource_id, body, inputs))
        outputs.pop("id", None)
        return outputs

    async def delete(self, call: Call, resource_id: str, old: Live) -> None:
        """DELETE, and waiting until it is done; gone is done."""
        del old
        response = await call.request("DELETE", resource_id, query=self._query)
        await finish(call, response, Waiting(self._url(resource_id), DELETE_INTERVAL, gone_is_done=True))

    @property
    def _query(self) -> dict[str, str]:
        return {"api-version": self.type.version}

    def _url(self, resource_id: str) -> str:
        return f"{resource_id}?api-version={self.type.version}"

    async def _get(self, call: Call, resource_id: str) -> dict[str, Any] | None:
        response = await call.request("GET", resource_id, query=self._query)
        if response.status_code == _NOT_FOUND:
            return None
        if response.status_code >= _ERROR:
            raise refusal(response)
        return json_object(response)

    async def _put(self, call: Call, resource_id: str, body: dict[str, Any], inputs: Properties) -> dict[str, Any]:
        """The document after the PUT; raises `InitializationFailed` when it was accepted and then failed."""
        response = await call.succeed("PUT", resource_id, body=body, query=self._query)
        resource_id = str(json_object(response).get("id") or resource_id)
        try:
            await finish(call, response, Waiting(self._url(resource_id), UPDATE_INTERVAL))
            return await self._get(call, resource_id) or json_object(response)
        except (OperationFailed, CloudRefused, Cancelled) as error:
            raise await self._what_is_left(call.aftermath(), resource_id, inputs, error) from error

    async def _what_is_left(self, call: Call, resource_id: str, inputs: Properties, error: PluginError) -> PluginError:
        """What to say about an accepted PUT that failed: the resource stays in the state when it is there."""
        try:
            document = await self._get(call, resource_id)
        except PluginError:
            document = {}
        if document is None:
            return error
        outputs = self.type.outputs(document)
        return InitializationFailed(outputs.pop("id", resource_id), outputs, inputs, str(error))


def named(resource_type: ResourceType, naming: Naming, old: Properties, new: Properties) -> Properties:
    """The inputs with a name: the given one, the one in the state, or an automatic one."""
    key = resource_type.name_parameter
    if key in new:
        return dict(new)
    if key in old:
        kept = {CREATE_BEFORE_DELETE: True} if old.get(CREATE_BEFORE_DELETE) is True else {}
        return new | {key: old[key]} | kept
    name = naming.name(resource_type.auto_name)
    if name is None:
        return dict(new)
    is_random = resource_type.auto_name is not AutoName.COPY
    return new | {key: name} | ({CREATE_BEFORE_DELETE: True} if is_random else {})


def failures(resource_type: ResourceType, inputs: Properties) -> tuple[str, ...]:
    """What is wrong with inputs, in azure-native's words."""
    required = (*resource_type.required, resource_type.name_parameter)
    gaps = [
        f"missing required property '{path}'{_LOCATION_HINT if path == 'location' else ''}"
        for path in missing(inputs, required)
    ]
    return (*gaps, *_name_failures(resource_type, reveal(inputs.get(resource_type.name_parameter))))


def azure_plan(resource_type: ResourceType, old: Properties, new: Properties) -> Plan:
    """azure-native's plan: its own marks don't count, nor do case and spaces of a location."""
    before, after = ({name: value for name, value in side.items() if name[:2] != "__"} for side in (old, new))
    if _normalised(before.get("location")) == _normalised(after.get("location")):
        after["location"] = before.get("location")
    delete_first = old.get(CREATE_BEFORE_DELETE) is not True
    return plan_from(_given(before), _given(after), resource_type.replacing, delete_first=delete_first)


def _given(properties: Properties) -> Properties:
    return {name: value for name, value in properties.items() if value is not None}


def _normalised(location: Any) -> Any:
    plain = reveal(location)
    return plain.replace(" ", "").lower() if isinstance(plain, str) else plain


def _name_failures(resource_type: ResourceType, name: Any) -> list[str]:
    if resource_type.name_rule is None or not isinstance(name, str):
        return []
    key = resource_type.name_parameter
    pattern, shortest, longest = resource_type.name_rule
    found = []
    if len(name) < shortest:
        found.append(f"'{key}' is too short ({len(name)}): at least {shortest} characters required")
    if len(name) > longest:
        found.append(f"'{key}' is too long ({len(name)}): at most {longest} characters allowed")
    if not re.search(pattern, name):
        found.append(f"'{key}' does not match expression '{pattern}'")
    return found


async def _default_location(call: Call, old: Properties, inputs: Properties) -> Any:
    """The location in the state, else the configured one, else that of the resource group; None when there is none."""
    configured = old.get("location") or call.configuration.get("location")
    if configured:
        return configured
    group = inputs.get("resourceGroupName")
    if group is None:
        return None
    if not is_known(group):
        return UNKNOWN
    path = f"/subscriptions/{await subscription_of(call)}/resourceGroups/{reveal(group)}"
    response = await call.request("GET", path, query={"api-version": _GROUP_VERSION})
    return json_object(response).get("location") if response.status_code == _OK else None


async def _require_absent(call: Call, resource_id: str, version: str) -> None:
    response = await call.request("GET", resource_id, query={"api-version": version})
    if response.status_code in {_NOT_FOUND, _NO_CONTENT}:
        return
    if response.status_code != _OK:
        status = response.status_code
        reason = f"cannot check existence of resource '{resource_id}': status code {status}, {response.text}"
        raise CloudRefused(status, "", reason)
    # Some services answer 200 with nothing for a resource that is not there.
    if json_object(response):
        raise AlreadyExists(resource_id)
