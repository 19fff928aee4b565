"""azuread: applications, service principals and their passwords over Microsoft Graph."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from localcloud.plugins.azuread.objects import APPLICATION, SERVICE_PRINCIPAL
from localcloud.plugins.azuread.passwords import APPLICATION_PASSWORD, SERVICE_PRINCIPAL_PASSWORD
from localcloud.plugins.identity import client_configuration, refused_hosts
from localcloud.plugins.package import Package, Resource

if TYPE_CHECKING:
    from localcloud.plugins.package import Call
    from localcloud.plugins.values import Properties


@dataclass(frozen=True)
class GetClientConfig:
    """Who the requests are sent for."""

    token: str = "azuread:index/getClientConfig:getClientConfig"  # noqa: S105  a Pulumi function token, no credential

    async def invoke(self, call: Call, arguments: Properties) -> Properties:
        """`clientId`, `objectId`, `tenantId` and an `id` made of them."""
        del arguments
        client = await client_configuration(call)
        known: Properties = {name: client[name] for name in ("clientId", "objectId", "tenantId")}
        return known | {"id": "-".join((client["tenantId"], client["clientId"], client["objectId"]))}


def azuread() -> Package:
    """The provider."""
    resources: list[Resource] = [APPLICATION, SERVICE_PRINCIPAL, SERVICE_PRINCIPAL_PASSWORD, APPLICATION_PASSWORD]
    client_config = GetClientConfig()
    return Package(
        name="azuread",
        version="6.11.1",
        resources={resource.token: resource for resource in resources},
        functions={client_config.token: client_config},
        refusals=refused_hosts,
    )
