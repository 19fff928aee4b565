"""What has a private endpoint, as data: the sub-resources of each type, their addresses and their DNS zones."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SubResource:
    """One kind of private endpoint of a resource.

    Attributes:
        resource_type: Of the target.
        group: The group id that an endpoint asks for.
        names: DNS names that the endpoint answers for; `{name}` and `{location}` are filled in.
    """

    resource_type: str
    group: str
    names: tuple[str, ...]


SUB_RESOURCES = (
    SubResource(
        "Microsoft.ContainerRegistry/registries",
        "registry",
        ("{name}.azurecr.io", "{name}.{location}.data.azurecr.io"),
    ),
    SubResource(
        "Microsoft.MachineLearningServices/workspaces",
        "amlworkspace",
        ("{name}.workspace.{location}.api.azureml.ms", "ml-{name}-{location}.{location}.notebooks.azure.net"),
    ),
    SubResource("Microsoft.KeyVault/vaults", "vault", ("{name}.vault.azure.net",)),
    SubResource("Microsoft.Storage/storageAccounts", "blob", ("{name}.blob.core.windows.net",)),
    SubResource("Microsoft.Storage/storageAccounts", "file", ("{name}.file.core.windows.net",)),
)

RESOURCE_TYPES = tuple(dict.fromkeys(known.resource_type for known in SUB_RESOURCES))
"""The types that have private endpoints."""


def find(resource_type: str, group: str) -> SubResource | None:
    """The sub-resource of a type and a group id, whatever the case; None when there is none."""
    wanted = (resource_type.lower(), group.lower())
    return next((known for known in SUB_RESOURCES if (known.resource_type.lower(), known.group) == wanted), None)


def groups(resource_type: str) -> list[str]:
    """The group ids of a type."""
    return [known.group for known in SUB_RESOURCES if known.resource_type.lower() == resource_type.lower()]
