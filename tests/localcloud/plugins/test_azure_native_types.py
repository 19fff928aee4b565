"""What single types of azure-native need: where properties stand, what replaces, what Azure hides."""

from __future__ import annotations

from typing import Any

import pytest

from localcloud.plugins.azure_native import azure_native
from localcloud.plugins.values import Secret
from tests.localcloud.plugins.engine import ERRORS, drive
from tests.localcloud.plugins.fake_cloud import GROUP, SUBSCRIPTION, FakeCloud
from tests.localcloud.plugins.registry import INPUTS, REGISTRY, REGISTRY_ID, Connect

ML = "azure-native:machinelearningservices"
WORKSPACE_ID = f"{GROUP}/providers/Microsoft.MachineLearningServices/workspaces/w"
IN_WORKSPACE = {"resourceGroupName": "rg", "workspaceName": "w"}
NETWORK = f"{GROUP}/providers/Microsoft.Network"
IDENTITY_ID = f"{GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/pull"
REPLACES = 5
"""`UPDATE_REPLACE` of the protocol."""


def test_a_connection_keeps_its_credentials_although_azure_hides_them() -> None:
    connection_id = f"{WORKSPACE_ID}/connections/acr"
    cloud = FakeCloud()
    credentials = {"username": "u", "password": Secret("canary")}
    shown: dict[str, Any] = {"authType": "UsernamePassword", "category": "ContainerRegistry", "target": "127.0.0.9:443"}
    properties = shown | {"credentials": credentials}
    inputs = {**IN_WORKSPACE, "connectionName": "acr", "properties": properties}

    async def scenario(connect: Connect) -> None:
        connection = await connect(f"{ML}:WorkspaceConnection").start()
        cloud.answer(f"GET {connection_id}", 404)
        cloud.answer(f"GET {connection_id}", 200, {"id": connection_id, "properties": {**shown, "credentials": None}})
        _, outputs = await connection.create(inputs)
        assert cloud.last("PUT").body["properties"]["credentials"] == {"username": "u", "password": "canary"}
        assert "canary" not in str(outputs)
        now = shown | {"credentials": None, "group": "Azure"}
        cloud.answer(f"GET {connection_id}", 200, {"id": connection_id, "properties": now})
        _, _, refreshed = await connection.read(connection_id, inputs, outputs)
        assert refreshed == inputs
        assert (await connection.diff(inputs, refreshed)).changes == 1
        cloud.answer(f"GET {connection_id}", 200, {"id": connection_id, "properties": now | {"target": "elsewhere"}})
        _, _, drifted = await connection.read(connection_id, inputs, outputs)
        assert drifted["properties"] == properties | {"target": "elsewhere"}

    drive(azure_native(), cloud, scenario)


@pytest.mark.parametrize(
    ("token", "old", "new", "replaced"),
    [
        ("EnvironmentVersion", {"image": "a:1"}, {"image": "a:2"}, True),
        ("EnvironmentVersion", {"condaFile": "a"}, {"condaFile": "b"}, True),
        ("EnvironmentVersion", {"build": {"contextUri": "a"}}, {"build": {"contextUri": "b"}}, True),
        ("EnvironmentVersion", {"description": "a"}, {"description": "b"}, False),
        ("Job", {"resources": {"instanceCount": 1}}, {"resources": {"instanceCount": 2}}, True),
        ("Job", {"displayName": "a"}, {"displayName": "b"}, False),
    ],
)
def test_what_replaces_inside_properties(
    token: str, old: dict[str, Any], new: dict[str, Any], *, replaced: bool
) -> None:
    async def scenario(connect: Connect) -> None:
        resource = await connect(f"{ML}:{token}").start()
        answer = await resource.diff(IN_WORKSPACE | {"properties": old}, IN_WORKSPACE | {"properties": new})
        assert bool(answer.replaces) is replaced

    drive(azure_native(), FakeCloud(), scenario)


def test_another_registry_of_a_workspace_is_an_update_in_place() -> None:
    async def scenario(connect: Connect) -> None:
        workspace = await connect(f"{ML}:Workspace").start()
        old = IN_WORKSPACE | {"containerRegistry": REGISTRY_ID}
        answer = await workspace.diff(old, IN_WORKSPACE | {"containerRegistry": f"{REGISTRY_ID}2"})
        assert list(answer.diffs) == ["containerRegistry"]
        assert list(answer.replaces) == []

    drive(azure_native(), FakeCloud(), scenario)


def test_a_job_is_named_by_its_id_and_has_an_id_of_its_own() -> None:
    cloud = FakeCloud()
    job_id = f"{WORKSPACE_ID}/jobs/warm-up"

    async def scenario(connect: Connect) -> None:
        job = await connect(f"{ML}:Job").start()
        inputs, failures = await job.check(IN_WORKSPACE | {"properties": {"jobType": "Command"}}, name="warm-up")
        assert failures == []
        assert inputs["id"] == "warm-up"
        assert "__createBeforeDelete" not in inputs
        made, outputs = await job.create(inputs)
        assert made == job_id
        assert "id" not in outputs
        found = await job.invoke(f"{ML}:getJob", **IN_WORKSPACE, id="warm-up")
        assert found["id"] == job_id
        _, _, imported = await job.read(job_id)
        assert imported["id"] == "warm-up"

    drive(azure_native(), cloud, scenario)


def test_a_private_endpoint_has_its_connections_in_properties_of_their_own() -> None:
    cloud = FakeCloud()
    connection = {"name": "acr", "privateLinkServiceId": REGISTRY_ID, "groupIds": ["registry"]}
    zone = {"name": "acr", "privateDnsZoneId": f"{NETWORK}/privateDnsZones/privatelink.azurecr.io"}
    inputs = {
        "resourceGroupName": "rg",
        "privateEndpointName": "pe",
        "location": "westeurope",
        "privateLinkServiceConnections": [connection],
        "subnet": {"id": f"{NETWORK}/virtualNetworks/v/subnets/s"},
    }

    async def scenario(connect: Connect) -> None:
        endpoint = await connect("azure-native:network:PrivateEndpoint").start()
        _, outputs = await endpoint.create(inputs)
        assert cloud.last("PUT").body["properties"] == {
            "privateLinkServiceConnections": [
                {"name": "acr", "properties": {"privateLinkServiceId": REGISTRY_ID, "groupIds": ["registry"]}}
            ],
            "subnet": inputs["subnet"],
        }
        assert outputs["privateLinkServiceConnections"] == [connection]
        answer = await endpoint.diff(inputs, inputs | {"subnet": {"id": "another"}})
        assert list(answer.replaces) == ["subnet.id"]
        group = await connect("azure-native:network:PrivateDnsZoneGroup").start()
        place = {"resourceGroupName": "rg", "privateEndpointName": "pe", "privateDnsZoneGroupName": "default"}
        _, outputs = await group.create(place | {"privateDnsZoneConfigs": [zone]})
        expected = [{"name": "acr", "properties": {"privateDnsZoneId": zone["privateDnsZoneId"]}}]
        assert cloud.last("PUT").body["properties"] == {"privateDnsZoneConfigs": expected}
        assert outputs["privateDnsZoneConfigs"] == [zone]

    drive(azure_native(), cloud, scenario)


def test_a_network_keeps_subnets_that_are_resources_of_their_own() -> None:
    cloud = FakeCloud()
    network_id = f"{NETWORK}/virtualNetworks/v"
    inputs = {
        "resourceGroupName": "rg",
        "virtualNetworkName": "v",
        "location": "westeurope",
        "addressSpace": {"addressPrefixes": ["10.0.0.0/16"]},
    }
    subnet = {"name": "s", "properties": {"addressPrefix": "10.0.0.0/24"}}

    async def scenario(connect: Connect) -> None:
        network = await connect("azure-native:network:VirtualNetwork").start()
        _, outputs = await network.create(inputs)
        assert cloud.last("PUT").body["properties"]["subnets"] == []
        cloud.documents[network_id.lower()]["properties"]["subnets"] = [subnet]
        _, state, refreshed = await network.read(network_id, inputs, outputs)
        assert state["subnets"] == [{"name": "s", "addressPrefix": "10.0.0.0/24"}]
        assert refreshed == inputs
        await network.update(network_id, inputs, inputs | {"tags": {"a": "b"}}, state)
        assert cloud.last("PUT").body["properties"]["subnets"] == [subnet]
        inline = inputs | {"subnets": [{"name": "s", "addressPrefix": "10.0.0.0/25"}]}
        await network.update(network_id, inputs, inline, state)
        assert cloud.last("PUT").body["properties"]["subnets"] == [
            {"name": "s", "properties": {"addressPrefix": "10.0.0.0/25"}}
        ]

    drive(azure_native(), cloud, scenario)


@pytest.mark.parametrize(
    ("token", "scope", "inputs", "path"),
    [
        (
            "authorization:ManagementLockByScope",
            "scope",
            {"lockName": "l", "level": "CanNotDelete"},
            "Microsoft.Authorization/locks/l",
        ),
        (
            "monitor:DiagnosticSetting",
            "resourceUri",
            {"name": "d", "logs": [{"categoryGroup": "allLogs", "enabled": True}]},
            "Microsoft.Insights/diagnosticSettings/d",
        ),
    ],
)
def test_a_resource_below_any_other(token: str, scope: str, inputs: dict[str, Any], path: str) -> None:
    cloud = FakeCloud()

    async def scenario(connect: Connect) -> None:
        resource = await connect(f"azure-native:{token}").start()
        checked, failures = await resource.check({scope: REGISTRY_ID, **inputs})
        assert failures == []
        assert "location" not in checked
        resource_id, _ = await resource.create(checked)
        assert resource_id == f"{REGISTRY_ID}/providers/{path}"
        assert scope not in cloud.last("PUT").body["properties"]
        _, _, imported = await resource.read(resource_id)
        assert imported[scope] == REGISTRY_ID

    drive(azure_native(), cloud, scenario)


def test_a_lock_ends_a_delete_with_the_words_of_azure() -> None:
    cloud = FakeCloud()
    message = f"The scope '{REGISTRY_ID}' cannot perform delete operation because following scope(s) are locked."
    cloud.answer(f"DELETE {REGISTRY_ID}", 409, {"error": {"code": "ScopeLocked", "message": message}})

    async def scenario(connect: Connect) -> None:
        with pytest.raises(ERRORS) as caught:
            await (await connect(REGISTRY).start()).delete(REGISTRY_ID, INPUTS)
        assert caught.value.details() == f'Status=409 Code="ScopeLocked" Message="{message}"'

    drive(azure_native(), cloud, scenario)


def test_a_group_pulls_with_its_identity() -> None:
    cloud = FakeCloud()
    inputs = {
        "resourceGroupName": "rg",
        "containerGroupName": "g",
        "containers": [{"name": "a", "image": "i"}],
        "identity": {"type": "UserAssigned", "userAssignedIdentities": [IDENTITY_ID]},
        "imageRegistryCredentials": [{"server": "127.0.0.9:443", "identity": IDENTITY_ID}],
    }

    async def scenario(connect: Connect) -> None:
        group = await connect("azure-native:containerinstance:ContainerGroup").start()
        _, outputs = await group.create(inputs)
        body = cloud.last("PUT").body
        assert body["identity"] == {"type": "UserAssigned", "userAssignedIdentities": {IDENTITY_ID: {}}}
        assert body["properties"]["imageRegistryCredentials"] == inputs["imageRegistryCredentials"]
        live = cloud.documents[f"{GROUP}/providers/Microsoft.ContainerInstance/containerGroups/g".lower()]
        live["identity"]["userAssignedIdentities"] = {IDENTITY_ID: {"clientId": "c", "principalId": "p"}}
        _, _, refreshed = await group.read(live["id"], inputs, outputs)
        assert refreshed == inputs

    drive(azure_native(), cloud, scenario)


def test_a_token_shows_which_passwords_it_has_and_none_of_them_is_an_input() -> None:
    token_id = f"{REGISTRY_ID}/tokens/puller"
    inputs = {"resourceGroupName": "rg", "registryName": "models", "tokenName": "puller", "scopeMapId": "m"}
    password = {"name": "password1", "expiry": "2027-01-01T00:00:00Z"}
    live = {"id": token_id, "properties": {"scopeMapId": "m", "credentials": {"passwords": [password]}}}
    cloud = FakeCloud(documents={token_id.lower(): live})

    async def scenario(connect: Connect) -> None:
        token = await connect("azure-native:containerregistry:Token").start()
        _, state, refreshed = await token.read(token_id, inputs, {"scopeMapId": "m", "credentials": {"passwords": []}})
        assert state["credentials"]["passwords"] == [password]
        # As azure-native does it: what changed in the cloud is an input now, `ignore_changes` keeps it out of a diff.
        assert refreshed == inputs | {"credentials": {"passwords": [password]}}

    drive(azure_native(), cloud, scenario)


def test_explicit_providers_make_resources_in_their_own_subscription() -> None:
    cloud = FakeCloud()

    async def scenario(connect: Connect) -> None:
        default, hub = await connect(REGISTRY).start(), await connect(REGISTRY).start(subscriptionId="hub")
        made_in_hub, _ = await hub.create(INPUTS)
        made, _ = await default.create(INPUTS)
        assert made_in_hub == REGISTRY_ID.replace(SUBSCRIPTION, "hub")
        assert made == REGISTRY_ID
        found, state, _ = await default.read(made_in_hub)
        assert found == made_in_hub
        assert state["name"] == "models"

    drive(azure_native(), cloud, scenario)
