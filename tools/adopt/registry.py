"""A registry, with the roles at it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from azureml_scoring._component import compact_name

from tools.adopt.adoption import Adopted
from tools.adopt.holding import row, same
from tools.adopt.roles import roles_at

if TYPE_CHECKING:
    from tools.adopt.export import Resource

REGISTRY = "microsoft.containerregistry/registries"


def adopt_registry(registry: Resource, name: str, export: Sequence[Resource]) -> Adopted:
    """The component of a registry. It makes no credentials: whoever pulls now goes on as before.

    Args:
        registry: What exists.
        name: Name of the component.
        export: All resources.
    """
    inputs = _inputs(registry)
    roles, rows = roles_at(registry, name, export)
    if roles:
        inputs["role_assignments"] = roles
    sets = {
        **{path: same(None) for path in ("resourceGroupName", "registryName", "location", "sku", "tags")},
        "adminUserEnabled": (registry.at("properties.adminUserEnabled"), False),
        "anonymousPullEnabled": (registry.at("properties.anonymousPullEnabled"), inputs["pull"] == "anonymous"),
        "publicNetworkAccess": (
            registry.at("properties.publicNetworkAccess"),
            "Enabled" if inputs.get("public_network_access", True) else "Disabled",
        ),
        "zoneRedundancy": (
            registry.at("properties.zoneRedundancy"),
            "Enabled" if inputs.get("zone_redundancy") else "Disabled",
        ),
    }
    first = row(registry, "containerregistry:Registry", compact_name(name, "acr"), sets)
    return Adopted("ContainerRegistry", name, inputs, (first, *rows))


def _inputs(registry: Resource) -> dict[str, Any]:
    """What the registry is, as inputs."""
    inputs: dict[str, Any] = {
        "resource_group_name": registry.group,
        "registry_name": registry.name,
        "location": registry.at("location"),
        "sku": registry.at("sku.name"),
        "pull": "anonymous" if registry.at("properties.anonymousPullEnabled") else "workspace",
    }
    if registry.at("properties.publicNetworkAccess") == "Disabled":
        inputs["public_network_access"] = False
    if registry.at("properties.zoneRedundancy") == "Enabled":
        inputs["zone_redundancy"] = True
    if registry.at("properties.roleAssignmentMode") == "AbacRepositoryPermissions":
        inputs["role_assignment_mode"] = "AbacRepositoryPermissions"
    if registry.at("tags"):
        inputs["tags"] = dict(registry.at("tags"))
    return inputs
