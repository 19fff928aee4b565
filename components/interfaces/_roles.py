"""Azure's built-in roles that are granted at a registry or a workspace, by name."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from ..rules import Problem, nearest

ROLES: Mapping[str, str] = MappingProxyType(
    {
        "AcrDelete": "c2f4ef07-c644-48eb-af81-4b1b4947fb11",
        "AcrImageSigner": "6cef56e8-d556-48e5-a04f-b8e64114680f",
        "AcrPull": "7f951dda-4ed3-4680-a7ca-43fe172d538d",
        "AcrPush": "8311e382-0749-4cb8-b61a-304f252e45ec",
        "AcrQuarantineReader": "cdda3590-29a3-44f6-95f2-9f980659eb04",
        "AcrQuarantineWriter": "c8d4ff99-41c3-41a8-9f60-21dfdad59608",
        "AzureML Compute Operator": "e503ece1-11d0-4e8e-8e2c-7a6c3bf38815",
        "AzureML Data Scientist": "f6c7c914-8db3-469d-8ca1-694a8f32e121",
        "AzureML Metrics Writer (preview)": "635dd51f-9968-44d3-b7fb-6d9a6bd613ae",
        "AzureML Registry User": "1823dd4f-9b8c-4ab6-ab4e-7397a3684615",
        "Container Registry Repository Catalog Lister": "bfdb9389-c9a5-478a-bb2f-ba9ca092c3c7",
        "Container Registry Repository Contributor": "2efddaa5-3f1f-4df3-97df-af3f13818f4c",
        "Container Registry Repository Reader": "b93aa761-3e63-49ed-ac28-beffa264f7ac",
        "Container Registry Repository Writer": "2a1e307c-b015-4ebd-883e-5b7698a07328",
        "Contributor": "b24988ac-6180-42a0-ab88-20f7382dd24c",
        "Owner": "8e3af657-a8ff-443c-a75c-2fe8c4bcb635",
        "Reader": "acdd72a7-3385-48ef-bd42-f606fba81ae7",
        "Role Based Access Control Administrator": "f58310d9-a9f6-439a-9e8d-f62e7b41a168",
        "User Access Administrator": "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9",
    }
)
"""Name -> GUID, the same in every directory: the roles that Azure Verified Modules name for these two resources."""

_GUID = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_DEFINITION = re.compile(rf"(?:(?:/.+)?/providers/Microsoft\.Authorization/roleDefinitions/)?({_GUID})", re.IGNORECASE)


def role_problems(role: str, subject: str) -> list[Problem]:
    """A problem where a text names no role."""
    if role in ROLES or _DEFINITION.fullmatch(role):
        return []
    rule = "must be the name of a built-in role, the GUID of a role definition or its full id"
    return [Problem(subject, rule, role, nearest(role, ROLES))]


def role_guid(role: str) -> str:
    """The GUID of a role that has no problem."""
    found = _DEFINITION.fullmatch(role)
    return found.group(1).lower() if found else ROLES[role]
