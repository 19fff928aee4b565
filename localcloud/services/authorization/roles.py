"""The built-in roles, as data: what each may do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase

TYPE = "Microsoft.Authorization/roleDefinitions"
_REGISTRY = "Microsoft.ContainerRegistry/registries"


@dataclass(frozen=True, slots=True)
class Role:
    """A built-in role.

    Attributes:
        id: The GUID, the same in every directory.
        actions: Control-plane actions, `*` stands for anything.
        not_actions: Taken away from `actions`.
        data_actions: Data-plane actions; a registry in ABAC mode asks for these.
    """

    id: str
    name: str
    description: str
    actions: tuple[str, ...] = ()
    not_actions: tuple[str, ...] = ()
    data_actions: tuple[str, ...] = ()

    def allows(self, action: str) -> bool:
        """Whether the role may do this on the control plane."""
        return _matches(action, self.actions) and not _matches(action, self.not_actions)

    def allows_data(self, action: str) -> bool:
        """Whether the role may do this on the data plane."""
        return _matches(action, self.data_actions)


_NO_GRANTS = (
    "Microsoft.Authorization/*/Delete",
    "Microsoft.Authorization/*/Write",
    "Microsoft.Authorization/elevateAccess/Action",
)

ROLES = (
    Role(
        "8e3af657-a8ff-443c-a75c-2fe8c4bcb635",
        "Owner",
        "Grants full access to manage all resources, including the ability to assign roles in Azure RBAC.",
        ("*",),
    ),
    Role(
        "b24988ac-6180-42a0-ab88-20f7382dd24c",
        "Contributor",
        "Grants full access to manage all resources, but does not allow you to assign roles in Azure RBAC.",
        ("*",),
        _NO_GRANTS,
    ),
    Role(
        "acdd72a7-3385-48ef-bd42-f606fba81ae7",
        "Reader",
        "View all resources, but does not allow you to make any changes.",
        ("*/read",),
    ),
    Role(
        "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9",
        "User Access Administrator",
        "Lets you manage user access to Azure resources.",
        ("*/read", "Microsoft.Authorization/*"),
    ),
    Role("7f951dda-4ed3-4680-a7ca-43fe172d538d", "AcrPull", "acr pull", (f"{_REGISTRY}/pull/read",)),
    Role(
        "8311e382-0749-4cb8-b61a-304f252e45ec",
        "AcrPush",
        "acr push",
        (f"{_REGISTRY}/pull/read", f"{_REGISTRY}/push/write"),
    ),
    Role("c2f4ef07-c644-48eb-af81-4b1b4947fb11", "AcrDelete", "acr delete", (f"{_REGISTRY}/artifacts/delete",)),
    Role(
        "b93aa761-3e63-49ed-ac28-beffa264f7ac",
        "Container Registry Repository Reader",
        "Allows for read access to Azure Container Registry repositories.",
        data_actions=(f"{_REGISTRY}/repositories/metadata/read", f"{_REGISTRY}/repositories/content/read"),
    ),
    Role(
        "2a1e307c-b015-4ebd-883e-5b7698a07328",
        "Container Registry Repository Writer",
        "Allows for read and write access to Azure Container Registry repositories.",
        data_actions=(
            f"{_REGISTRY}/repositories/metadata/read",
            f"{_REGISTRY}/repositories/content/read",
            f"{_REGISTRY}/repositories/metadata/write",
            f"{_REGISTRY}/repositories/content/write",
        ),
    ),
    Role(
        "2efddaa5-3f1f-4df3-97df-af3f13818f4c",
        "Container Registry Repository Contributor",
        "Allows for read, write, and delete access to Azure Container Registry repositories.",
        data_actions=(f"{_REGISTRY}/repositories/metadata/*", f"{_REGISTRY}/repositories/content/*"),
    ),
    Role(
        "bfdb9389-c9a5-478a-bb2f-ba9ca092c3c7",
        "Container Registry Repository Catalog Lister",
        "Allows for listing all repositories in an Azure Container Registry.",
        data_actions=(f"{_REGISTRY}/catalog/read",),
    ),
)

_BY_ID = {role.id: role for role in ROLES}


def find(definition_id: str) -> Role | None:
    """The role of a definition's id, a full one or the GUID alone; None when it is not built."""
    return _BY_ID.get(definition_id.rsplit("/", 1)[-1].lower())


def _matches(action: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(action.lower(), pattern.lower()) for pattern in patterns)
