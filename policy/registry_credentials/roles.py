"""Azure's built-in roles that count at a container registry, and who is granted one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from azureml_scoring.policy_kit import Value


__all__ = ["ASSIGNMENTS", "PULL_ROLES", "is_registry", "reaches_registries", "role_of"]

ASSIGNMENTS: Final[Mapping[str, Sequence[str]]] = {
    "azure-native:authorization:RoleAssignment": ("roleDefinitionId", "scope", "principalId"),
    "azure:authorization/assignment:Assignment": ("roleDefinitionId", "roleDefinitionName", "scope", "principalId"),
}
"""Type without API version, and what is read of it."""

_PULL: Final = {
    "acrpull": "7f951dda-4ed3-4680-a7ca-43fe172d538d",
    "container registry repository reader": "b93aa761-3e63-49ed-ac28-beffa264f7ac",
}
_MORE: Final = {
    "acrdelete": "c2f4ef07-c644-48eb-af81-4b1b4947fb11",
    "acrimagesigner": "6cef56e8-d556-48e5-a04f-b8e64114680f",
    "acrpush": "8311e382-0749-4cb8-b61a-304f252e45ec",
    "acrquarantinereader": "cdda3590-29a3-44f6-95f2-9f980659eb04",
    "acrquarantinewriter": "c8d4ff99-41c3-41a8-9f60-21dfdad59608",
    "container registry repository catalog lister": "bfdb9389-c9a5-478a-bb2f-ba9ca092c3c7",
    "container registry repository contributor": "2efddaa5-3f1f-4df3-97df-af3f13818f4c",
    "container registry repository writer": "2a1e307c-b015-4ebd-883e-5b7698a07328",
    "contributor": "b24988ac-6180-42a0-ab88-20f7382dd24c",
    "owner": "8e3af657-a8ff-443c-a75c-2fe8c4bcb635",
    "reader": "acdd72a7-3385-48ef-bd42-f606fba81ae7",
    "role based access control administrator": "f58310d9-a9f6-439a-9e8d-f62e7b41a168",
    "user access administrator": "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9",
}
"""Roles with a right in a registry beside or beyond a pull, wherever above it they are granted."""
PULL_ROLES: Final[Mapping[str, str]] = {
    _PULL["acrpull"]: "AcrPull",
    _PULL["container registry repository reader"]: "Container Registry Repository Reader",
}
"""The roles that pull and do nothing else, by GUID."""

_NAMED: Final = _PULL | _MORE
_GUID: Final = re.compile(r"(?:.*/)?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})", re.IGNORECASE)
_PROVIDER: Final = re.compile("/resourcegroups/[^/]+/providers/")
"""In the scope of one resource, which holds no registry unless it is one."""
_REGISTRY: Final = re.compile(
    r"/subscriptions/[^/]+/resourcegroups/[^/]+/providers/microsoft\.containerregistry/registries/[^/]+/?",
    re.IGNORECASE,
)


def role_of(assignment: Value) -> str | None:
    """GUID of the role, whatever stands before it, lower case; None where no role is named. Raises `Undecided`."""
    for value in (assignment["roleDefinitionId"], assignment["roleDefinitionName"]):
        text = (value.text() or "").strip().rstrip("/")
        if text:
            found = _GUID.fullmatch(text)
            return found.group(1).lower() if found else _NAMED.get(text.lower(), text.lower())
    return None


def is_registry(scope: str) -> bool:
    """Whether a role that is granted at this scope holds at one container registry."""
    return _REGISTRY.fullmatch(scope) is not None


def reaches_registries(role: str, scope: str) -> bool:
    """Whether a role has a right in container registries: at one of them, or at what they lie in."""
    return is_registry(scope) or (role in _MORE.values() and _PROVIDER.search(scope.lower()) is None)
