"""One of every type in the table, in an order in which they can be made."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from localcloud.plugins.values import Secret
from tests.localcloud.harness import URL

if TYPE_CHECKING:
    from localcloud.plugins.values import Properties

Ids = dict[str, str]
GROUP = {"resourceGroupName": "group"}
LOCATED = GROUP | {"location": "westeurope"}
IN_REGISTRY = GROUP | {"registryName": "registry1"}
IN_WORKSPACE = GROUP | {"workspaceName": "workspace"}
GLOBAL = GROUP | {"location": "global"}
ACR_PULL = "7f951dda-4ed3-4680-a7ca-43fe172d538d"
CONNECTION = {"authType": "UsernamePassword", "category": "ContainerRegistry", "target": "registry.example"}
LINK = {"name": "acr", "groupIds": ["registry"]}
ASSETS = f"{URL}/blob/account1/assets/one"
POOL = {"count": 1, "vmSize": "Standard_D4s_v5"}
TEMPLATE: Properties = {"$schema": "https://schema.example/deploymentTemplate.json#", "contentVersion": "1.0.0.0"}
TEMPLATE |= {"resources": []}
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
    ("code", "machinelearningservices:CodeContainer", lambda _: IN_WORKSPACE | {"name": "c", "properties": {}}),
    (
        "code's version",
        "machinelearningservices:CodeVersion",
        lambda _: IN_WORKSPACE | {"name": "c", "version": "1", "properties": {"codeUri": ASSETS}},
    ),
    ("model", "machinelearningservices:ModelContainer", lambda _: IN_WORKSPACE | {"name": "m", "properties": {}}),
    (
        "model's version",
        "machinelearningservices:ModelVersion",
        lambda _: IN_WORKSPACE | {"name": "m", "version": "1", "properties": {"modelUri": ASSETS}},
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
        "scaling",
        "monitor:AutoscaleSetting",
        lambda ids: (
            LOCATED
            | {
                "targetResourceUri": ids["registry"],
                "enabled": True,
                "profiles": [{"name": "p", "capacity": {"minimum": "1", "default": "1", "maximum": "3"}, "rules": []}],
            }
        ),
    ),
    (
        "cluster",
        "containerservice:ManagedCluster",
        lambda _: (
            LOCATED
            | {
                "resourceName": "cluster1",
                "dnsPrefix": "demo",
                "identity": {"type": "SystemAssigned"},
                "agentPoolProfiles": [POOL | {"name": "system", "mode": "System"}],
                "autoScalerProfile": {"scanInterval": "20s"},
            }
        ),
    ),
    (
        "pool",
        "containerservice:AgentPool",
        lambda _: GROUP | POOL | {"resourceName": "cluster1", "agentPoolName": "second", "mode": "User"},
    ),
    (
        "extension",
        "kubernetesconfiguration:Extension",
        lambda _: (
            GROUP
            | {
                "clusterRp": "Microsoft.ContainerService",
                "clusterResourceName": "managedClusters",
                "clusterName": "cluster1",
                "extensionType": "Microsoft.AzureML.Kubernetes",
                "configurationSettings": {"enableTraining": "True"},
            }
        ),
    ),
    (
        "compute",
        "machinelearningservices:Compute",
        lambda ids: (
            IN_WORKSPACE
            | {
                "location": "westeurope",
                "properties": {"computeType": "Kubernetes", "resourceId": ids["cluster"], "properties": {}},
            }
        ),
    ),
    (
        "deployment",
        "resources:Deployment",
        lambda _: GROUP | {"properties": {"mode": "Incremental", "template": TEMPLATE}},
    ),
    (
        "lock",
        "authorization:ManagementLockByScope",
        lambda ids: {"scope": ids["registry"], "level": "CanNotDelete", "notes": "n"},
    ),
)
ELSEWHERE = {
    "azure-native:containerregistry:TaskRun",
    "azure-native:containerinstance:ContainerGroup",
    "azure-native:machinelearningservices:OnlineEndpoint",
    "azure-native:machinelearningservices:OnlineDeployment",
}
"""Types that need an image, and what serves requests: the journeys make them."""
