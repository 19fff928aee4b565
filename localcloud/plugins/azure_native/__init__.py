"""azure-native: resource types and functions over ARM, from a table."""

from __future__ import annotations

from localcloud.plugins.azure_native.blob import BlobResource
from localcloud.plugins.azure_native.functions import FUNCTIONS
from localcloud.plugins.azure_native.resources import ArmResource
from localcloud.plugins.azure_native.table import RESOURCE_TYPES
from localcloud.plugins.identity import refused_hosts
from localcloud.plugins.package import Package, Resource


def azure_native() -> Package:
    """The provider."""
    resources: list[Resource] = [*(ArmResource(resource_type) for resource_type in RESOURCE_TYPES), BlobResource()]
    return Package(
        name="azure-native",
        version="3.29.0",
        resources={resource.token: resource for resource in resources},
        functions={function.token: function for function in FUNCTIONS},
        refusals=refused_hosts,
    )
