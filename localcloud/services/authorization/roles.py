"""The built-in roles, as data: what each may do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase

TYPE = "Microsoft.Authorization/roleDefinitions"
_REGISTRY = "Microsoft.ContainerRegistry/registries"
_WORKSPACE = "Microsoft.MachineLearningServices/workspaces"


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
    Role(
        "f58310d9-a9f6-439a-9e8d-f62e7b41a168",
        "Role Based Access Control Administrator",
        "Manage access to Azure resources by assigning roles using Azure RBAC. This role does not allow you to manage "
        "access using other ways, such as Azure Policy.",
        ("Microsoft.Authorization/roleAssignments/write", "Microsoft.Authorization/roleAssignments/delete", "*/read"),
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
        "6cef56e8-d556-48e5-a04f-b8e64114680f",
        "AcrImageSigner",
        "acr image signer",
        (f"{_REGISTRY}/sign/write",),
        data_actions=(f"{_REGISTRY}/trustedCollections/write",),
    ),
    Role(
        "cdda3590-29a3-44f6-95f2-9f980659eb04",
        "AcrQuarantineReader",
        "acr quarantine data reader",
        (f"{_REGISTRY}/quarantine/read",),
        data_actions=(f"{_REGISTRY}/quarantinedArtifacts/read",),
    ),
    Role(
        "c8d4ff99-41c3-41a8-9f60-21dfdad59608",
        "AcrQuarantineWriter",
        "acr quarantine data writer",
        (f"{_REGISTRY}/quarantine/read", f"{_REGISTRY}/quarantine/write"),
        data_actions=(f"{_REGISTRY}/quarantinedArtifacts/read", f"{_REGISTRY}/quarantinedArtifacts/write"),
    ),
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
    Role(
        "f6c7c914-8db3-469d-8ca1-694a8f32e121",
        "AzureML Data Scientist",
        "Can perform all actions within an Azure Machine Learning workspace, except for creating or deleting compute "
        "resources and modifying the workspace itself.",
        tuple(f"{_WORKSPACE}/*/{verb}" for verb in ("read", "action", "delete", "write")),
        (
            f"{_WORKSPACE}/delete",
            f"{_WORKSPACE}/write",
            f"{_WORKSPACE}/computes/*/write",
            f"{_WORKSPACE}/computes/*/delete",
            f"{_WORKSPACE}/computes/listKeys/action",
            f"{_WORKSPACE}/listKeys/action",
            *(f"{_WORKSPACE}/{kind}/{verb}" for kind in ("hubs", "featurestores") for verb in ("write", "delete")),
        ),
    ),
    Role(
        "e503ece1-11d0-4e8e-8e2c-7a6c3bf38815",
        "AzureML Compute Operator",
        "Can access and perform CRUD operations on Machine Learning Services managed compute resources.",
        (f"{_WORKSPACE}/computes/*", f"{_WORKSPACE}/notebooks/vm/*"),
    ),
    Role(
        "635dd51f-9968-44d3-b7fb-6d9a6bd613ae",
        "AzureML Metrics Writer (preview)",
        "Lets you write metrics to AzureML workspace",
        (f"{_WORKSPACE}/metrics/*/write",),
    ),
    Role(
        "1823dd4f-9b8c-4ab6-ab4e-7397a3684615",
        "AzureML Registry User",
        "Can perform all actions on Machine Learning Services Registry assets as well as get Registry resources.",
        ("Microsoft.MachineLearningServices/registries/read", "Microsoft.MachineLearningServices/registries/assets/*"),
    ),
    Role(
        "e40ec5ca-96e0-45a2-b4ff-59039f2c2b59",
        "Managed Identity Contributor",
        "Create, Read, Update, and Delete User Assigned Identity",
        ("Microsoft.ManagedIdentity/userAssignedIdentities/*", "Microsoft.Authorization/*/read"),
    ),
    Role(
        "f1a07417-d97a-45cb-824c-7a7467783830",
        "Managed Identity Operator",
        "Read and Assign User Assigned Identity",
        (
            "Microsoft.ManagedIdentity/userAssignedIdentities/*/read",
            "Microsoft.ManagedIdentity/userAssignedIdentities/*/assign/action",
            "Microsoft.Authorization/*/read",
        ),
    ),
)

_BY_ID = {role.id: role for role in ROLES}


def find(definition_id: str) -> Role | None:
    """The role of a definition's id, a full one or the GUID alone; None when it is not built."""
    return _BY_ID.get(definition_id.rsplit("/", 1)[-1].lower())


def _matches(action: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(action.lower(), pattern.lower()) for pattern in patterns)
