"""Every type in the table against the control plane itself: made, read as it was made, found again, removed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx

from localcloud.control.app import create_app
from localcloud.control.tokens import Tokens
from localcloud.plugins.azure_native import azure_native
from localcloud.plugins.azure_native.table import RESOURCE_TYPES
from localcloud.plugins.control_plane import Address, ControlPlane
from localcloud.plugins.values import Secret
from tests.localcloud.harness import URL, Plane
from tests.localcloud.plugins.engine import Engine, drive

if TYPE_CHECKING:
    from localcloud.plugins.values import Properties

Connect = Callable[[str], Engine]
Ids = dict[str, str]
GROUP = {"resourceGroupName": "group"}
LOCATED = GROUP | {"location": "westeurope"}
IN_REGISTRY = GROUP | {"registryName": "registry1"}
IN_WORKSPACE = GROUP | {"workspaceName": "workspace"}
GLOBAL = GROUP | {"location": "global"}
ACR_PULL = "7f951dda-4ed3-4680-a7ca-43fe172d538d"
CONNECTION = {"authType": "UsernamePassword", "category": "ContainerRegistry", "target": "registry.example"}
LINK = {"name": "acr", "groupIds": ["registry"]}
ROWS: tuple[tuple[str, str, Callable[[Ids], Properties]], ...] = (
    ("group", "resources:ResourceGroup", lambda _: LOCATED),
    (
        "registry",
        "containerregistry:Registry",
        lambda _: LOCATED | {"registryName": "registry1", "sku": {"name": "Premium"}},
    ),
    ("scope map", "containerregistry:ScopeMap", lambda _: IN_REGISTRY | {"actions": ["repositories/a/content/read"]}),
    (
        "token",
        "containerregistry:Token",
        lambda ids: IN_REGISTRY | {"tokenName": "puller", "scopeMapId": ids["scope map"], "status": "enabled"},
    ),
    (
        "replication",
        "containerregistry:Replication",
        lambda _: IN_REGISTRY | {"replicationName": "northeurope", "location": "northeurope", "tags": {"a": "b"}},
    ),
    (
        "agent pool",
        "containerregistry:AgentPool",
        lambda _: IN_REGISTRY | {"agentPoolName": "builders", "location": "westeurope", "count": 2, "tier": "S1"},
    ),
    ("identity", "managedidentity:UserAssignedIdentity", lambda _: LOCATED | {"tags": {"a": "b"}}),
    (
        "role",
        "authorization:RoleAssignment",
        lambda ids: {
            "scope": ids["registry"],
            "principalId": ids["principal"],
            "principalType": "ServicePrincipal",
            "roleDefinitionId": f"{ids['subscription']}/providers/Microsoft.Authorization/roleDefinitions/{ACR_PULL}",
        },
    ),
    (
        "account",
        "storage:StorageAccount",
        lambda _: LOCATED | {"accountName": "account1", "kind": "StorageV2", "sku": {"name": "Standard_LRS"}},
    ),
    ("container", "storage:BlobContainer", lambda _: GROUP | {"accountName": "account1"}),
    (
        "vault",
        "keyvault:Vault",
        lambda ids: (
            LOCATED
            | {
                "vaultName": "vault-1",
                "properties": {"tenantId": ids["tenant"], "sku": {"family": "A", "name": "standard"}},
            }
        ),
    ),
    ("logs", "operationalinsights:Workspace", lambda _: LOCATED),
    (
        "insights",
        "applicationinsights:Component",
        lambda ids: LOCATED | {"kind": "web", "applicationType": "web", "workspaceResourceId": ids["logs"]},
    ),
    (
        "workspace",
        "machinelearningservices:Workspace",
        lambda ids: (
            LOCATED
            | {
                "workspaceName": "workspace",
                "identity": {"type": "SystemAssigned,UserAssigned", "userAssignedIdentities": [ids["identity"]]},
                "primaryUserAssignedIdentity": ids["identity"],
                "storageAccount": ids["account"],
                "keyVault": ids["vault"],
                "applicationInsights": ids["insights"],
                "containerRegistry": ids["registry"],
                "managedNetwork": {"isolationMode": "AllowOnlyApprovedOutbound"},
            }
        ),
    ),
    (
        "connection",
        "machinelearningservices:WorkspaceConnection",
        lambda _: (
            IN_WORKSPACE | {"properties": CONNECTION | {"credentials": {"username": "u", "password": Secret("canary")}}}
        ),
    ),
    (
        "environment",
        "machinelearningservices:EnvironmentContainer",
        lambda _: IN_WORKSPACE | {"name": "warm", "properties": {"description": "d"}},
    ),
    (
        "version",
        "machinelearningservices:EnvironmentVersion",
        lambda _: IN_WORKSPACE | {"name": "warm", "version": "1", "properties": {"image": "a/b:1", "osType": "Linux"}},
    ),
    (
        "job",
        "machinelearningservices:Job",
        lambda ids: (
            IN_WORKSPACE | {"properties": {"jobType": "Command", "command": "echo 1", "environmentId": ids["version"]}}
        ),
    ),
    (
        "rule",
        "machinelearningservices:ManagedNetworkSettingsRule",
        lambda _: (
            IN_WORKSPACE
            | {
                "ruleName": "packages",
                "properties": {"type": "FQDN", "category": "UserDefined", "destination": "packages.example"},
            }
        ),
    ),
    (
        "network",
        "network:VirtualNetwork",
        lambda _: LOCATED | {"virtualNetworkName": "v", "addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}},
    ),
    ("subnet", "network:Subnet", lambda _: GROUP | {"virtualNetworkName": "v", "addressPrefix": "10.0.0.0/24"}),
    (
        "endpoint",
        "network:PrivateEndpoint",
        lambda ids: (
            LOCATED
            | {
                "privateEndpointName": "pe",
                "subnet": {"id": ids["subnet"]},
                "privateLinkServiceConnections": [LINK | {"privateLinkServiceId": ids["registry"]}],
            }
        ),
    ),
    ("zone", "privatedns:PrivateZone", lambda _: GLOBAL | {"privateZoneName": "privatelink.azurecr.io"}),
    (
        "zone's network",
        "privatedns:VirtualNetworkLink",
        lambda ids: (
            GLOBAL
            | {
                "privateZoneName": "privatelink.azurecr.io",
                "registrationEnabled": False,
                "virtualNetwork": {"id": ids["network"]},
            }
        ),
    ),
    (
        "zone group",
        "network:PrivateDnsZoneGroup",
        lambda ids: (
            GROUP
            | {
                "privateEndpointName": "pe",
                "privateDnsZoneConfigs": [{"name": "acr", "privateDnsZoneId": ids["zone"]}],
            }
        ),
    ),
    (
        "setting",
        "monitor:DiagnosticSetting",
        lambda ids: {
            "resourceUri": ids["registry"],
            "workspaceId": ids["logs"],
            "logs": [{"categoryGroup": "allLogs", "enabled": True}],
        },
    ),
    (
        "lock",
        "authorization:ManagementLockByScope",
        lambda ids: {"scope": ids["registry"], "level": "CanNotDelete", "notes": "n"},
    ),
)
ELSEWHERE = {"azure-native:containerregistry:TaskRun", "azure-native:containerinstance:ContainerGroup"}
"""Types that need an image: the journeys make them."""


@dataclass
class Cloud:
    """The control plane's own application as the plugins' network."""

    plane: Plane

    def control_plane(self, scale: float) -> ControlPlane:
        """The plugins' client."""
        address = Address(URL, Tokens(self.plane.cloud.settings).owner())
        return ControlPlane(lambda: address, scale, httpx.ASGITransport(create_app(self.plane.cloud)))


@dataclass
class Made:
    """A resource that was made."""

    engine: Engine
    resource_id: str
    inputs: Properties
    outputs: Properties


async def make(connect: Connect, ids: Ids) -> dict[str, Made]:
    """Makes one of every type."""
    made: dict[str, Made] = {}
    for name, token, inputs_of in ROWS:
        engine = await connect(f"azure-native:{token}").start()
        inputs, failures = await engine.check(inputs_of(ids), name=f"{name.replace(' ', '-').replace(chr(39), '')}-x")
        assert failures == [], name
        resource_id, outputs = await engine.create(inputs)
        made[name] = Made(engine, resource_id, inputs, outputs)
        ids[name] = resource_id
        if name == "identity":
            ids["principal"] = outputs["principalId"]
    return made


def test_there_is_a_row_for_every_type() -> None:
    assert {f"azure-native:{token}" for _, token, _ in ROWS} | ELSEWHERE == {kind.token for kind in RESOURCE_TYPES}


def test_every_type_is_read_as_it_was_made_and_can_be_removed(plane: Plane) -> None:
    settings = plane.cloud.settings
    ids = {"subscription": plane.subscription, "tenant": settings.tenant_id}

    async def scenario(connect: Connect) -> None:
        made = await make(connect, ids)
        for name, resource in made.items():
            found, outputs, inputs = await resource.engine.read(resource.resource_id, resource.inputs, resource.outputs)
            assert found == resource.resource_id, name
            if name == "workspace":
                # As in Azure, a rule that is a resource of its own shows up in its workspace.
                assert "packages" in outputs["managedNetwork"]["outboundRules"]
                continue
            assert inputs == resource.inputs, name
            _, _, imported = await resource.engine.read(resource.resource_id)
            known = {key: value for key, value in inputs.items() if not key.startswith("__")}
            assert known.keys() <= imported.keys(), name
        for name, resource in reversed(made.items()):
            await resource.engine.delete(resource.resource_id, resource.inputs)
            gone, _, _ = await resource.engine.read(resource.resource_id, resource.inputs, resource.outputs)
            assert gone == "", name

    drive(azure_native(), Cloud(plane), scenario, scale=0.001)


def test_a_foreign_registry_is_read_by_its_id(plane: Plane) -> None:
    hub = plane.client.post("/localcloud/subscriptions", {"name": "hub"}).json()["value"]
    other = next(entry["subscriptionId"] for entry in hub if entry["displayName"] == "hub")
    inputs: dict[str, Any] = LOCATED | {"registryName": "hubregistry", "sku": {"name": "Basic"}}

    async def scenario(connect: Connect) -> None:
        await (await connect("azure-native:resources:ResourceGroup").start(subscriptionId=other)).create(LOCATED)
        registry = await connect("azure-native:containerregistry:Registry").start(subscriptionId=other)
        resource_id, outputs = await registry.create(inputs)
        assert resource_id.startswith(f"/subscriptions/{other}/")
        reader = await connect("azure-native:containerregistry:Registry").start()
        found, state, _ = await reader.read(resource_id)
        assert (found, state["loginServer"]) == (resource_id, outputs["loginServer"])
        assert (await reader.read(f"{resource_id}2"))[0] == ""

    drive(azure_native(), Cloud(plane), scenario, scale=0.001)
