"""Kubernetes clusters: their pools, their identities, what they refuse, and their credentials."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from localcloud.services.authorization import access
from tests.localcloud.services.conftest import stored_text

CLUSTER = "Microsoft.ContainerService/managedClusters/cluster1"
POOL = {"name": "system", "mode": "System", "count": 2, "vmSize": "Standard_D4s_v5"}
ACR_PULL = "7f951dda-4ed3-4680-a7ca-43fe172d538d"


def cluster(**properties: Any) -> dict[str, Any]:
    """A cluster's body."""
    return {
        "location": "eastus",
        "identity": {"type": "SystemAssigned"},
        "properties": {"dnsPrefix": "demo", "agentPoolProfiles": [POOL]} | properties,
    }


def test_a_cluster_shows_what_it_was_asked_and_what_it_got(arm: Any) -> None:
    found = arm.put(CLUSTER, cluster())
    properties = found["properties"]
    assert properties["nodeResourceGroup"] == "MC_rg_cluster1_eastus"
    assert properties["fqdn"].startswith("demo-")
    assert properties["fqdn"].endswith(".invalid")
    assert properties["powerState"] == {"code": "Running"}
    assert properties["currentKubernetesVersion"] == properties["kubernetesVersion"]
    (pool,) = properties["agentPoolProfiles"]
    assert {name: pool[name] for name in POOL} == POOL
    assert (pool["maxPods"], pool["provisioningState"]) == (110, "Succeeded")


def test_its_kubelets_have_an_identity_that_roles_are_given_to(arm: Any, cloud: Any, registry: Any) -> None:
    found = arm.put(CLUSTER, cluster())["properties"]["identityProfile"]["kubeletidentity"]
    identity = arm.get(found["resourceId"])
    assert identity["name"] == "cluster1-agentpool"
    assert found["objectId"] == identity["properties"]["principalId"]
    role = (
        f"/subscriptions/{cloud.settings.subscription_id}/providers/Microsoft.Authorization/roleDefinitions/{ACR_PULL}"
    )
    properties = {"principalId": found["objectId"], "roleDefinitionId": role}
    place = f"{registry['id']}/providers/Microsoft.Authorization/roleAssignments/11111111-1111-1111-1111-111111111111"
    arm.put(place, {"properties": properties})
    assert "pull" in access.rights(cloud, found["objectId"], registry["id"])


def test_a_kubelet_identity_may_be_given(arm: Any) -> None:
    own = arm.put("Microsoft.ManagedIdentity/userAssignedIdentities/pullers", {"location": "eastus"})
    profile = {"kubeletidentity": {"resourceId": own["id"]}}
    status, code, _ = arm.refused(CLUSTER, cluster(identityProfile=profile))
    assert (status, code) == (400, "CustomKubeletIdentityOnlySupportedOnUserAssignedMSICluster")
    assigned = {"type": "UserAssigned", "userAssignedIdentities": {own["id"]: {}}}
    found = arm.put(CLUSTER, cluster(identityProfile=profile) | {"identity": assigned})
    shown = found["properties"]["identityProfile"]["kubeletidentity"]
    assert shown["objectId"] == own["properties"]["principalId"]


def test_its_node_resource_group_comes_and_goes_with_it(arm: Any, cloud: Any) -> None:
    arm.put(CLUSTER, cluster())
    group = f"/subscriptions/{cloud.settings.subscription_id}/resourceGroups/MC_rg_cluster1_eastus"
    assert arm.get(group)["managedBy"] == arm.id(CLUSTER)
    arm.delete(CLUSTER)
    assert arm.send("GET", group).status_code == 404
    arm.put(CLUSTER, cluster())
    assert arm.get(group)["managedBy"] == arm.id(CLUSTER)


def test_a_node_resource_group_of_somebody_else_is_refused(arm: Any) -> None:
    status, code, _ = arm.refused(CLUSTER, cluster(nodeResourceGroup="rg"))
    assert (status, code) == (409, "NodeResourceGroupAlreadyExists")


def test_an_update_keeps_the_pools_that_it_leaves_out(arm: Any) -> None:
    arm.put(CLUSTER, cluster())
    extra = {"properties": {"count": 1, "vmSize": "Standard_D4s_v5"}}
    arm.put(f"{CLUSTER}/agentPools/extra", extra)
    found = arm.put(CLUSTER, cluster(agentPoolProfiles=[POOL | {"count": 3}]))
    pools = {pool["name"]: pool for pool in found["properties"]["agentPoolProfiles"]}
    assert (pools["system"]["count"], pools["extra"]["mode"]) == (3, "User")


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"dnsPrefix": "other"}, "properties.dnsPrefix"),
        ({"networkProfile": {"networkPlugin": "kubenet"}}, "properties.networkProfile.networkPlugin"),
        ({"agentPoolProfiles": [POOL | {"vmSize": "Standard_D8s_v5"}]}, "agentPoolProfiles.vmSize"),
    ],
)
def test_what_it_keeps_for_life_is_refused(arm: Any, change: Any, named: str) -> None:
    arm.put(CLUSTER, cluster())
    status, code, message = arm.refused(CLUSTER, cluster(**change))
    assert (status, code) == (400, "PropertyChangeNotAllowed")
    assert named in message


@pytest.mark.parametrize(
    ("properties", "code"),
    [
        ({"dnsPrefix": ""}, "InvalidParameter"),
        ({"agentPoolProfiles": []}, "InvalidParameter"),
        ({"agentPoolProfiles": [POOL | {"mode": "User"}]}, "MustDefineAtLeastOneSystemPool"),
        ({"agentPoolProfiles": [POOL | {"name": "Not-Ok"}]}, "InvalidParameter"),
        ({"agentPoolProfiles": [POOL | {"count": 0}]}, "InvalidParameter"),
        ({"agentPoolProfiles": [POOL | {"enableAutoScaling": True, "minCount": 1}]}, "InvalidParameter"),
        ({"agentPoolProfiles": [POOL | {"minCount": 1}]}, "InvalidParameter"),
        ({"kubernetesVersion": "latest"}, "InvalidParameter"),
    ],
)
def test_what_can_not_be_a_cluster_is_refused(arm: Any, properties: Any, code: str) -> None:
    status, found, _ = arm.refused(CLUSTER, cluster(**properties))
    assert (status, found) == (400, code)


def test_a_cluster_needs_an_identity(arm: Any) -> None:
    body = {name: value for name, value in cluster().items() if name != "identity"}
    status, code, message = arm.refused(CLUSTER, body)
    assert (status, code) == (400, "InvalidParameter")
    assert "servicePrincipalProfile is missing" in message


def test_the_last_system_pool_stays(arm: Any) -> None:
    arm.put(CLUSTER, cluster())
    pool = f"{CLUSTER}/agentPools/system"
    refusal = arm.send("DELETE", pool)
    assert (refusal.status_code, refusal.json()["error"]["code"]) == (400, "OperationNotAllowed")
    assert arm.refused(pool, {"properties": POOL | {"mode": "User"}})[1] == "OperationNotAllowed"
    arm.put(f"{CLUSTER}/agentPools/second", {"properties": {"mode": "System", "vmSize": "Standard_D4s_v5"}})
    arm.delete(pool)
    assert [found["name"] for found in arm.get(CLUSTER)["properties"]["agentPoolProfiles"]] == ["second"]


def test_credentials_are_configurations_that_differ_by_user(arm: Any) -> None:
    arm.put(CLUSTER, cluster())
    tokens = set()
    for kind, name in (("User", "clusterUser"), ("Admin", "clusterAdmin")):
        (found,) = arm.post(f"{CLUSTER}/listCluster{kind}Credential")["kubeconfigs"]
        configuration = json.loads(base64.b64decode(found["value"]))
        assert found["name"] == name
        assert configuration["clusters"][0]["cluster"]["server"].startswith("https://demo-")
        tokens.add(configuration["users"][0]["user"]["token"])
    assert len(tokens) == 2


def test_static_credentials_are_refused_where_local_accounts_are_off(arm: Any) -> None:
    arm.put(CLUSTER, cluster(disableLocalAccounts=True))
    response = arm.send("POST", f"{CLUSTER}/listClusterAdminCredential", {})
    assert response.status_code == 400
    assert "disable local accounts" in response.json()["error"]["message"]
    (found,) = arm.post(f"{CLUSTER}/listClusterUserCredential")["kubeconfigs"]
    assert "token" not in json.loads(base64.b64decode(found["value"]))["users"][0]["user"]


def test_secrets_are_not_stored(arm: Any, cloud: Any) -> None:
    secrets = {"servicePrincipalProfile": {"clientId": "app", "secret": "a-very-secret-value"}}
    found = arm.put(CLUSTER, cluster(**secrets))
    assert found["properties"]["servicePrincipalProfile"] == {"clientId": "app"}
    assert "a-very-secret-value" not in stored_text(cloud)


def test_a_patch_carries_tags(arm: Any) -> None:
    arm.put(CLUSTER, cluster())
    found = arm.send("PATCH", CLUSTER, {"tags": {"a": "b"}, "properties": {"dnsPrefix": "x"}}).json()
    assert (found["tags"], found["properties"]["dnsPrefix"]) == ({"a": "b"}, "demo")
