"""What a resource that is adopted must look like, as far as the adoption reads it: a file may have been edited."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from azureml_scoring.rules import Problem

if TYPE_CHECKING:
    from tools.adopt.export import Resource

_CONTAINER = "properties.containers[].properties"
_NUMBER = (int, float)
_REQUIRED: Mapping[str, tuple[type, ...]] = {
    "properties.containers[].name": (str,),
    f"{_CONTAINER}.image": (str,),
    f"{_CONTAINER}.resources.requests.cpu": _NUMBER,
    f"{_CONTAINER}.resources.requests.memoryInGB": _NUMBER,
    f"{_CONTAINER}.environmentVariables[].name": (str,),
    "properties.imageRegistryCredentials[].server": (str,),
    "properties.ipAddress.ports[].port": (int,),
    "properties.subnetIds[].id": (str,),
}
"""What has to be there wherever the list that it stands in has an entry."""
_OPTIONAL: Mapping[str, tuple[type, ...]] = {
    "identity.userAssignedIdentities": (dict,),
    "tags": (dict,),
    "properties.authMode": (str,),
    "properties.containers": (list,),
    "properties.osType": (str,),
    "properties.restartPolicy": (str,),
    f"{_CONTAINER}.livenessProbe": (dict,),
    f"{_CONTAINER}.livenessProbe.httpGet": (dict,),
    f"{_CONTAINER}.readinessProbe": (dict,),
    f"{_CONTAINER}.readinessProbe.httpGet": (dict,),
}
"""What may be left out."""


def shape_problems(resource: Resource) -> Iterator[Problem]:
    """Each part of a resource that is not what Azure writes there."""
    for wanted, required in ((_REQUIRED, True), (_OPTIONAL, False)):
        for path, kinds in wanted.items():
            for found in _values(resource.document, path.split(".")):
                if not isinstance(found, kinds) and (required or found is not None):
                    rule = f"must have {kinds[0].__name__} at {path}, as Azure writes it"
                    yield Problem(resource.label, rule, found, f"az resource show --ids {resource.id}")


def _values(value: Any, parts: list[str]) -> Iterator[Any]:
    """What stands at a path; `[]` is each entry of a list. A list that is not there has no entries."""
    if not parts:
        yield value
        return
    name, is_list = parts[0].removesuffix("[]"), parts[0].endswith("[]")
    inner = value.get(name) if isinstance(value, Mapping) else None
    if not is_list:
        # What is missing on the way is missing at its end; where a list comes first, there is nothing to miss.
        if inner is not None or not any(part.endswith("[]") for part in parts[1:]):
            yield from _values(inner, parts[1:])
    elif isinstance(inner, list):
        for entry in inner:
            yield from _values(entry, parts[1:])
    elif inner is not None:
        # No list at all: in one, it is none of the kinds that an entry may be.
        yield [inner]
