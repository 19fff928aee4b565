"""Bodies with something else where an object, an array or a text has to be: refused by name, never a defect."""

from __future__ import annotations

from typing import Any

import pytest

ML = "Microsoft.MachineLearningServices/workspaces/testworkspace"
NETWORK = "Microsoft.Network/virtualNetworks/net"
WRONG: tuple[Any, ...] = (5, "text", [5], [None], {"a": 5}, [{"properties": 5}])
CLUSTER = "Microsoft.ContainerService/managedClusters"
CLUSTER_FIELDS = (
    "agentPoolProfiles",
    "apiServerAccessProfile",
    "dnsPrefix",
    "identityProfile",
    "kubernetesVersion",
    "linuxProfile",
    "networkProfile",
    "nodeResourceGroup",
    "servicePrincipalProfile",
)
FIELDS = (
    *((f"{CLUSTER}/one", name) for name in CLUSTER_FIELDS),
    *((f"{CLUSTER}/mine/agentPools/one", name) for name in ("count", "mode", "vmSize", "minCount")),
    *(
        (f"{CLUSTER}/mine/providers/Microsoft.KubernetesConfiguration/extensions/one", name)
        for name in ("configurationSettings", "configurationProtectedSettings", "scope", "version")
    ),
    *((f"{ML}/computes/one", name) for name in ("properties", "resourceId")),
    *(("Microsoft.Insights/autoscalesettings/one", name) for name in ("profiles", "targetResourceUri", "name")),
    *(
        ("Microsoft.ContainerInstance/containerGroups/one", name)
        for name in ("diagnostics", "ipAddress", "subnetIds", "volumes")
    ),
    *(("Microsoft.Resources/deployments/one", name) for name in ("mode", "parameters", "template")),
    *((ML, name) for name in ("storageAccount", "containerRegistry", "encryption", "managedNetwork")),
    *((f"{ML}/jobs/job1", name) for name in ("command", "environmentId")),
    *((f"{ML}/environments/env/versions/1", name) for name in ("image", "build", "condaFile", "inferenceConfig")),
    (f"{ML}/codes/code/versions/1", "codeUri"),
    (f"{ML}/models/model/versions/1", "modelUri"),
    *((f"{ML}/onlineEndpoints/new", name) for name in ("authMode", "keys", "traffic", "mirrorTraffic", "compute")),
    *(
        (f"{ML}/onlineEndpoints/mine/deployments/new", name)
        for name in (
            "codeConfiguration",
            "environmentId",
            "environmentVariables",
            "livenessProbe",
            "model",
            "readinessProbe",
            "requestSettings",
            "scaleSettings",
        )
    ),
    *((f"{ML}/connections/connection-1", name) for name in ("authType", "credentials")),
    *((NETWORK, name) for name in ("addressSpace", "subnets")),
    *((f"{NETWORK}/subnets/one", name) for name in ("addressPrefix", "addressPrefixes")),
    *(("Microsoft.Network/privateEndpoints/pe1", name) for name in ("subnet", "privateLinkServiceConnections")),
    ("Microsoft.Network/privateDnsZones/a.b/virtualNetworkLinks/link", "virtualNetwork"),
    ("Microsoft.Network/privateEndpoints/pe/privateDnsZoneGroups/group", "privateDnsZoneConfigs"),
    *(("Microsoft.KeyVault/vaults/vault1", name) for name in ("networkAcls", "softDeleteRetentionInDays", "sku")),
    ("Microsoft.Storage/storageAccounts/account", "networkAcls"),
    *((f"{ML}/providers/Microsoft.Insights/diagnosticSettings/one", name) for name in ("workspaceId", "logs")),
)
OTHERS: dict[str, Any] = {
    "agentPoolProfiles": [{"name": "system", "mode": "System", "vmSize": "Standard_D4s_v5"}],
    "computeType": "Kubernetes",
    "configurationSettings": {"enableTraining": "True"},
    "extensionType": "microsoft.azureml.kubernetes",
    "dnsPrefix": "demo",
    "addressSpace": {"addressPrefixes": ["10.0.0.0/16"]},
    "authMode": "Key",
    "authType": "UsernamePassword",
    "category": "ContainerRegistry",
    "command": "echo",
    "endpointComputeType": "Managed",
    "environmentId": "azureml:env:1",
    "image": "base:1",
    "jobType": "Command",
    "sku": {"family": "A", "name": "standard"},
    "target": "registry.example",
    "tenantId": "00000000-0000-0000-0000-000000000000",
}


@pytest.fixture
def places(arm: Any) -> None:
    """The parents of everything."""
    sku = {"family": "A", "name": "standard"}
    vault = {"properties": {"tenantId": OTHERS["tenantId"], "sku": sku}}
    storage = {"kind": "StorageV2", "sku": {"name": "Standard_LRS"}}
    account = arm.put("Microsoft.Storage/storageAccounts/mine", storage | {"location": "eastus"})["id"]
    vault_id = arm.put("Microsoft.KeyVault/vaults/mine", vault | {"location": "eastus"})["id"]
    identity = {"identity": {"type": "SystemAssigned"}}
    dependents = {"storageAccount": account, "keyVault": vault_id}
    arm.put(ML, identity | {"location": "eastus", "properties": dependents})
    arm.put(f"{ML}/onlineEndpoints/mine", {"location": "eastus", "properties": {"authMode": "Key"}})
    arm.put(NETWORK, {"location": "eastus", "properties": {"addressSpace": OTHERS["addressSpace"]}})
    arm.put(f"{NETWORK}/subnets/mine", {"properties": {"addressPrefix": "10.0.9.0/24"}})
    arm.put("Microsoft.Network/privateDnsZones/a.b", {"location": "global"})
    pool = {"name": "system", "mode": "System", "vmSize": "Standard_D4s_v5"}
    cluster = {"dnsPrefix": "demo", "agentPoolProfiles": [pool]}
    arm.put(f"{CLUSTER}/mine", identity | {"location": "eastus", "properties": cluster})
    connection = {"properties": {"groupIds": ["vault"], "privateLinkServiceId": vault_id}}
    subnet = {"id": arm.id(f"{NETWORK}/subnets/mine")}
    endpoint = {"subnet": subnet, "privateLinkServiceConnections": [connection]}
    arm.put("Microsoft.Network/privateEndpoints/pe", {"location": "eastus", "properties": endpoint})


@pytest.mark.usefixtures("places")
@pytest.mark.parametrize(("path", "name"), FIELDS)
def test_a_wrong_shape_is_refused(arm: Any, path: str, name: str) -> None:
    envelope = {
        "location": "global" if "DnsZones" in path else "eastus",
        "kind": "StorageV2" if "storage" in path else "Default",
        "sku": {"name": "Standard_LRS"},
        "identity": {"type": "SystemAssigned"},
    }
    for value in WRONG:
        response = arm.send("PUT", path, envelope | {"properties": OTHERS | {name: value}})
        if response.is_success:
            assert arm.operation(response).get("error", {}).get("code") != "InternalServerError", value
        else:
            assert response.status_code in {400, 404}, (value, response.text)
