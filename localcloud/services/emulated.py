"""Everything that this cloud emulates: the resource types and the addresses beside ARM's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localcloud.services import (
    applicationinsights,
    authorization,
    containerinstance,
    containerregistry,
    containerservice,
    keyvault,
    kubernetesconfiguration,
    machinelearning,
    managedidentity,
    monitor,
    network,
    operationalinsights,
    resources,
    storage,
)
from localcloud.services.containerregistry import routes as containerregistry_routes
from localcloud.services.dockerengine import routes as dockerengine_routes
from localcloud.services.entra import routes as entra_routes
from localcloud.services.metadata import routes as metadata_routes
from localcloud.services.resources import routes as arm_routes
from localcloud.services.storage import routes as storage_routes

if TYPE_CHECKING:
    from starlette.routing import BaseRoute

    from localcloud.arm.resource_type import ResourceType
    from localcloud.cloud import Cloud

TYPES: tuple[ResourceType, ...] = (
    *resources.TYPES,
    *authorization.TYPES,
    *managedidentity.TYPES,
    *storage.TYPES,
    *keyvault.TYPES,
    *operationalinsights.TYPES,
    *applicationinsights.TYPES,
    *machinelearning.TYPES,
    *network.TYPES,
    *monitor.TYPES,
    *containerregistry.TYPES,
    *containerinstance.TYPES,
    *containerservice.TYPES,
    *kubernetesconfiguration.TYPES,
)

_SERVICES = (
    metadata_routes,
    entra_routes,
    storage_routes,
    containerregistry_routes,
    dockerengine_routes,
    arm_routes,  # the last one: it takes every path that ARM may have
)


def routes(cloud: Cloud) -> list[BaseRoute]:
    """The routes of every service, in the order in which they are tried."""
    return [route for service in _SERVICES for route in service.routes(cloud)]
