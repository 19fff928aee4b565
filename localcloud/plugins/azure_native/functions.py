"""Functions of azure-native: reading a resource, actions that list keys or make signatures, the caller's identity."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Unpack

from localcloud.plugins.azure_native.table import RESOURCE_TYPES
from localcloud.plugins.azure_native.table.authorization import ROLE_DEFINITION
from localcloud.plugins.azure_native.table.containerregistry import REGISTRY, TASK_RUN
from localcloud.plugins.azure_native.table.containerservice import MANAGED_CLUSTER
from localcloud.plugins.azure_native.table.machinelearningservices import (
    CONNECTION,
    ML_WORKSPACE,
    ONLINE_DEPLOYMENT,
    ONLINE_ENDPOINT,
)
from localcloud.plugins.azure_native.table.storage import STORAGE_ACCOUNT
from localcloud.plugins.control_plane import json_object
from localcloud.plugins.errors import CloudRefused, InvalidInput
from localcloud.plugins.identity import client_configuration, subscription_of
from localcloud.plugins.package import missing
from localcloud.plugins.values import Properties, Secret

if TYPE_CHECKING:
    import httpx

    from localcloud.plugins.azure_native.resource_type import ResourceType
    from localcloud.plugins.control_plane import RequestOptions
    from localcloud.plugins.package import Call, Function

_SAS_NAMES: Final = {
    "canonicalizedResource": "canonicalizedResource",
    "resource": "signedResource",
    "permissions": "signedPermission",
    "iPAddressOrRange": "signedIp",
    "protocols": "signedProtocol",
    "sharedAccessStartTime": "signedStart",
    "sharedAccessExpiryTime": "signedExpiry",
    "identifier": "signedIdentifier",
    "partitionKeyStart": "startPk",
    "partitionKeyEnd": "endPk",
    "rowKeyStart": "startRk",
    "rowKeyEnd": "endRk",
    "keyToSign": "keyToSign",
    "cacheControl": "rscc",
    "contentDisposition": "rscd",
    "contentEncoding": "rsce",
    "contentLanguage": "rscl",
    "contentType": "rsct",
}
_SERVER: Final = {"serverFqdn": "server-fqdn"}


@dataclass(frozen=True)
class GetResource:
    """Reads a resource: the function `get<Type>` of a type."""

    type: ResourceType

    @property
    def token(self) -> str:
        """Such as `azure-native:containerregistry:getRegistry`."""
        package, module, name = self.type.token.split(":")
        return f"{package}:{module}:get{name}"

    async def invoke(self, call: Call, arguments: Properties) -> Properties:
        """The resource's outputs and its id; an absent resource is an error."""
        _require(arguments, self.type.parameters)
        resource_id = self.type.resource_id(await subscription_of(call), arguments)
        response = await _request(call, "GET", resource_id, query={"api-version": self.type.version})
        return self.type.outputs(json_object(response))


@dataclass(frozen=True)
class Action:
    """POSTs to an action of a resource.

    Attributes:
        token: The function.
        type: The type whose resource has the action; its path parameters are arguments.
        path: What follows the resource's id, with further arguments in braces.
        version: The API version.
        parameters: The arguments in `path`.
        body: Arguments that are sent, and their names there.
        query: Arguments that stand in the URL.
        secret: Results that are secret.
    """

    token: str
    type: ResourceType
    path: str
    version: str
    parameters: tuple[str, ...] = ()
    body: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    secret: frozenset[str] = frozenset()

    async def invoke(self, call: Call, arguments: Properties) -> Properties:
        """The action's results."""
        _require(arguments, (*self.type.parameters, *self.parameters))
        resource_id = self.type.resource_id(await subscription_of(call), arguments)
        path = self.path.format(**{name: arguments[name] for name in self.parameters})
        query = {wire: str(arguments[name]) for name, wire in self.query.items() if name in arguments}
        body = {wire: arguments[name] for name, wire in self.body.items() if name in arguments}
        query |= {"api-version": self.version}
        response = await _request(call, "POST", f"{resource_id}/{path}", body=body or None, query=query)
        results = {name: value for name, value in json_object(response).items() if value is not None}
        return {name: Secret(value) if name in self.secret else value for name, value in results.items()}


@dataclass(frozen=True)
class GetClientConfig:
    """Who the requests are sent for."""

    token: str = "azure-native:authorization:getClientConfig"  # noqa: S105  a Pulumi function token, no credential

    async def invoke(self, call: Call, arguments: Properties) -> Properties:
        """`clientId`, `objectId`, `subscriptionId`, `tenantId`."""
        del arguments
        return dict(await client_configuration(call))


@dataclass(frozen=True)
class GetClientToken:
    """The caller's own access token; secret. One token serves all of localcloud, so the `endpoint` tells nothing."""

    token: str = "azure-native:authorization:getClientToken"  # noqa: S105  a Pulumi function token, no credential

    async def invoke(self, call: Call, arguments: Properties) -> Properties:
        """`token`."""
        del arguments
        return {"token": Secret(call.control_plane.token())}


async def _request(call: Call, method: str, url: str, **options: Unpack[RequestOptions]) -> httpx.Response:
    try:
        return await call.succeed(method, url, **options)
    except CloudRefused as error:
        raise CloudRefused(error.status, "", f"request failed {url}: {error}") from error


def _require(arguments: Properties, names: tuple[str, ...]) -> None:
    gaps = missing(arguments, names)
    if gaps:
        raise InvalidInput("; ".join(f"missing required property '{name}'" for name in gaps))


FUNCTIONS: Final[tuple[Function, ...]] = (
    GetClientConfig(),
    GetClientToken(),
    GetResource(ROLE_DEFINITION),
    *(GetResource(resource_type) for resource_type in RESOURCE_TYPES),
    Action(
        token="azure-native:storage:listStorageAccountKeys",  # noqa: S106  a Pulumi function token, no credential
        type=STORAGE_ACCOUNT,
        path="listKeys",
        version=STORAGE_ACCOUNT.version,
        query={"expand": "$expand"},
        secret=frozenset({"keys"}),
    ),
    Action(
        token="azure-native:storage:listStorageAccountServiceSAS",  # noqa: S106  a Pulumi function token
        type=STORAGE_ACCOUNT,
        path="ListServiceSas",
        version=STORAGE_ACCOUNT.version,
        body=_SAS_NAMES,
        secret=frozenset({"serviceSasToken"}),
    ),
    Action(
        token="azure-native:containerregistry:listRunLogSasUrl",  # noqa: S106  a Pulumi function token, no credential
        type=REGISTRY,
        path="runs/{runId}/listLogSasUrl",
        version=TASK_RUN.version,
        parameters=("runId",),
        secret=frozenset({"logLink", "logArtifactLink"}),
    ),
    Action(
        token="azure-native:containerregistry:listRegistryCredentials",  # noqa: S106  a Pulumi function token
        type=REGISTRY,
        path="listCredentials",
        version="2024-11-01-preview",
        secret=frozenset({"passwords"}),
    ),
    Action(
        token="azure-native:machinelearningservices:listWorkspaceKeys",  # noqa: S106  a Pulumi function token
        type=ML_WORKSPACE,
        path="listKeys",
        version=ML_WORKSPACE.version,
        secret=frozenset(
            {"appInsightsInstrumentationKey", "containerRegistryCredentials", "notebookAccessKeys", "userStorageKey"}
        ),
    ),
    Action(
        token="azure-native:machinelearningservices:listWorkspaceConnectionSecrets",  # noqa: S106  a Pulumi function token
        type=CONNECTION,
        path="listsecrets",
        version=CONNECTION.version,
        secret=frozenset({"properties"}),
    ),
    Action(
        token="azure-native:machinelearningservices:listOnlineEndpointKeys",  # noqa: S106  a Pulumi function token
        type=ONLINE_ENDPOINT,
        path="listKeys",
        version=ONLINE_ENDPOINT.version,
        secret=frozenset({"primaryKey", "secondaryKey"}),
    ),
    Action(
        token="azure-native:machinelearningservices:getOnlineEndpointToken",  # noqa: S106  a Pulumi function token
        type=ONLINE_ENDPOINT,
        path="token",
        version=ONLINE_ENDPOINT.version,
        secret=frozenset({"accessToken"}),
    ),
    Action(
        token="azure-native:machinelearningservices:getOnlineDeploymentLogs",  # noqa: S106  a Pulumi function token
        type=ONLINE_DEPLOYMENT,
        path="getLogs",
        version=ONLINE_DEPLOYMENT.version,
        body={"containerType": "containerType", "tail": "tail"},
    ),
    *(
        Action(
            token=f"azure-native:containerservice:listManagedCluster{kind}Credentials",
            type=MANAGED_CLUSTER,
            path=f"listCluster{kind}Credential",
            version=MANAGED_CLUSTER.version,
            query=query,
            secret=frozenset({"kubeconfigs"}),
        )
        for kind, query in (("User", {"serverFqdn": "server-fqdn", "format": "format"}), ("Admin", _SERVER))
    ),
)
