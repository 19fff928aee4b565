"""Scope maps: what a token may do in which repositories of a registry (law L2)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from localcloud.arm.errors import ResourceNotFound
from localcloud.arm.ids import ResourceId
from localcloud.arm.resource_type import Facts, Request, ResourceType
from localcloud.control.clock import text
from localcloud.images.reference import REPOSITORY
from localcloud.services.containerregistry.errors import ScopeMapActionInvalid, ScopeMapIsSystemDefined

if TYPE_CHECKING:
    from localcloud.arm.store import Document
    from localcloud.cloud import Cloud
    from localcloud.registry.authority import Right

SCOPE_MAP_TYPE = "Microsoft.ContainerRegistry/registries/scopeMaps"

_RIGHTS: Mapping[str, Right | None] = {
    "content/read": "pull",
    "content/write": "push",
    "content/delete": "delete",
    "metadata/read": None,
    "metadata/write": None,
    # As Azure's own examples of the API write them.
    "contentRead": "pull",
    "contentWrite": "push",
    "delete": "delete",
    "metadataRead": None,
    "metadataWrite": None,
}
"""Action on a repository -> the right that it is here; None: an action on what localcloud does not keep."""
# The longer names first: `repositories/app/content/delete` is no action of a repository `app/content`.
_ACTIONS = tuple(
    re.compile(rf"repositories/(?P<repository>\*|{REPOSITORY}(?:/\*)?)/(?P<action>{re.escape(action)})")
    for action in sorted(_RIGHTS, key=len, reverse=True)
)
_SYSTEM: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "_repositories_admin": (
        "Can perform all read, write and delete operations on the registry",
        ("metadata/read", "metadata/write", "content/read", "content/write", "content/delete"),
    ),
    "_repositories_pull": ("Can pull any repository of the registry", ("content/read",)),
    "_repositories_pull_metadata_read": (
        "Can perform all read operations on the registry",
        ("content/read", "metadata/read"),
    ),
    "_repositories_push": ("Can push to any repository of the registry", ("content/read", "content/write")),
    "_repositories_push_metadata_write": (
        "Can perform all read and write operations on the registry",
        ("metadata/read", "metadata/write", "content/read", "content/write"),
    ),
}


class ScopeMaps(ResourceType):
    """`Microsoft.ContainerRegistry/registries/scopeMaps`; a registry has some of its own, which nobody changes."""

    type = SCOPE_MAP_TYPE
    asynchronous = True
    facts = Facts(
        name_rule="[a-zA-Z0-9-_]{5,50}",
        name_error="The scope map name '{name}' is invalid: it must be 5 to 50 alphanumeric characters, dashes or "
        "underscores long.",
        read_only=("properties.type", "properties.creationDate", "properties.provisioningState"),
    )

    def admit(self, request: Request) -> None:
        """Checks the actions."""
        if request.id.name.lower() in _SYSTEM:
            raise ScopeMapIsSystemDefined(request.id.name)
        actions = request.properties.get("actions")
        if not isinstance(actions, list) or not actions:
            raise ScopeMapActionInvalid(None)
        for action in actions:
            if not isinstance(action, str) or _parsed(action) is None:
                raise ScopeMapActionInvalid(action)

    def provision(self, request: Request) -> None:
        """Fills in what the service knows."""
        request.properties["type"] = "UserDefined"
        request.properties.setdefault("creationDate", text(request.cloud.clock.now()))

    def read(self, cloud: Cloud, resource_id: ResourceId) -> Document:
        """One of the registry's own, or one that somebody made."""
        found = find(cloud, resource_id)
        if found is None:
            raise ResourceNotFound(resource_id.type_and_name, resource_id.group)
        return found

    def listed(self, cloud: Cloud, scope: str, query: Mapping[str, str]) -> list[Document]:
        """The registry's own first."""
        registry = cloud.resources.get(ResourceId.parse(scope))
        return [*(_system(registry, name) for name in _SYSTEM), *super().listed(cloud, scope, query)]


def find(cloud: Cloud, resource_id: ResourceId) -> Document | None:
    """The scope map of an id; None when there is none."""
    name, parent = resource_id.name.lower(), resource_id.parent
    registry = cloud.resources.find(parent) if parent else None
    if registry is not None and name in _SYSTEM:
        return _system(registry, name)
    return cloud.resources.find(resource_id)


def rights(scope_map: Document, repository: str | None) -> frozenset[Right]:
    """What a scope map allows in a repository; without one, what it allows in all of them."""
    granted = (_RIGHTS[action] for pattern, action in _all(scope_map) if _covers(pattern, repository))
    return frozenset(right for right in granted if right is not None)


def repositories(scope_map: Document) -> list[str]:
    """The repositories, or patterns of them, that a scope map names, in its order."""
    return list(dict.fromkeys(pattern for pattern, _ in _all(scope_map)))


def _all(scope_map: Document) -> list[tuple[str, str]]:
    return [found for action in scope_map["properties"]["actions"] if (found := _parsed(action))]


def _parsed(text_: str) -> tuple[str, str] | None:
    """The repository, or pattern of them, and the action; None for what is no action."""
    matches = (pattern.fullmatch(text_) for pattern in _ACTIONS)
    return next(((match["repository"], match["action"]) for match in matches if match), None)


def _covers(pattern: str, repository: str | None) -> bool:
    if pattern == "*" or repository is None:
        return pattern == "*"
    return repository.startswith(pattern[:-1]) if pattern.endswith("/*") else repository == pattern


def _system(registry: Document, name: str) -> Document:
    description, actions = _SYSTEM[name]
    return {
        "id": f"{registry['id']}/scopeMaps/{name}",
        "name": name,
        "type": SCOPE_MAP_TYPE,
        "properties": {
            "description": description,
            "type": "SystemDefined",
            "creationDate": registry["properties"].get("creationDate"),
            "provisioningState": "Succeeded",
            "actions": [f"repositories/*/{action}" for action in actions],
        },
    }
