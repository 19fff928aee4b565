"""Microsoft.ContainerService and Microsoft.KubernetesConfiguration."""

from __future__ import annotations

from typing import Final

from localcloud.plugins.azure_native.resource_type import ResourceType
from localcloud.plugins.azure_native.table.common import GROUP, IDENTITY, LOCATION, names

_CLUSTER = f"{GROUP}/providers/Microsoft.ContainerService/managedClusters/{{resourceName}}"
_OF_NETWORK: Final = names(
    """
    serviceCidr serviceCidrs dnsServiceIP networkMode networkPlugin networkPluginMode podCidr networkDataplane
    networkPolicy outboundType
    """
)
_HYPHENATED: Final = {
    "balanceSimilarNodeGroups": "balance-similar-node-groups",
    "daemonsetEvictionForEmptyNodes": "daemonset-eviction-for-empty-nodes",
    "daemonsetEvictionForOccupiedNodes": "daemonset-eviction-for-occupied-nodes",
    "ignoreDaemonsetsUtilization": "ignore-daemonsets-utilization",
    "maxEmptyBulkDelete": "max-empty-bulk-delete",
    "maxGracefulTerminationSec": "max-graceful-termination-sec",
    "maxNodeProvisionTime": "max-node-provision-time",
    "maxTotalUnreadyPercentage": "max-total-unready-percentage",
    "newPodScaleUpDelay": "new-pod-scale-up-delay",
    "okTotalUnreadyCount": "ok-total-unready-count",
    "scaleDownDelayAfterAdd": "scale-down-delay-after-add",
    "scaleDownDelayAfterDelete": "scale-down-delay-after-delete",
    "scaleDownDelayAfterFailure": "scale-down-delay-after-failure",
    "scaleDownUnneededTime": "scale-down-unneeded-time",
    "scaleDownUnreadyTime": "scale-down-unready-time",
    "scaleDownUtilizationThreshold": "scale-down-utilization-threshold",
    "scanInterval": "scan-interval",
    "skipNodesWithLocalStorage": "skip-nodes-with-local-storage",
    "skipNodesWithSystemPods": "skip-nodes-with-system-pods",
}
"""Names on the wire inside a cluster's profile of its autoscaler."""
_OF_POOL: Final = names("currentOrchestratorVersion eTag nodeImageVersion provisioningState status")

MANAGED_CLUSTER = ResourceType(
    token="azure-native:containerservice:ManagedCluster",  # noqa: S106  a Pulumi type token, no credential
    path=_CLUSTER,
    version="2025-09-01",
    name_rule=(r"^[a-zA-Z0-9]$|^[a-zA-Z0-9][-_a-zA-Z0-9]{0,61}[a-zA-Z0-9]$", 1, 63),
    envelope=("location", "tags", "identity", "sku", "extendedLocation", "kind"),
    settable=names(
        """
        aadProfile addonProfiles agentPoolProfiles aiToolchainOperatorProfile apiServerAccessProfile
        autoScalerProfile autoUpgradeProfile azureMonitorProfile bootstrapProfile disableLocalAccounts
        diskEncryptionSetID dnsPrefix enableRBAC fqdnSubdomain httpProxyConfig identityProfile ingressProfile
        kubernetesVersion linuxProfile metricsProfile networkProfile nodeProvisioningProfile nodeResourceGroup
        nodeResourceGroupProfile oidcIssuerProfile podIdentityProfile privateLinkResources publicNetworkAccess
        securityProfile serviceMeshProfile servicePrincipalProfile storageProfile supportPlan upgradeSettings
        windowsProfile workloadAutoScalerProfile
        """
    ),
    required=("resourceGroupName", "agentPoolProfiles[].name"),
    create_only=LOCATION
    | {"diskEncryptionSetID", "dnsPrefix", "fqdnSubdomain", "linuxProfile", "nodeResourceGroup", "windowsProfile"}
    | {f"networkProfile.{name}" for name in _OF_NETWORK},
    computed=(*IDENTITY, *(f"agentPoolProfiles[].{name}" for name in _OF_POOL), "oidcIssuerProfile.issuerURL"),
    renamed={f"autoScalerProfile.{name}": wire for name, wire in _HYPHENATED.items()},
)

AGENT_POOL = ResourceType(
    token="azure-native:containerservice:AgentPool",  # noqa: S106  a Pulumi type token, no credential
    path=f"{_CLUSTER}/agentPools/{{agentPoolName}}",
    version="2025-09-01",
    name_rule=(r"^[a-z][a-z0-9]{0,11}$", 1, 12),
    settable=names(
        """
        availabilityZones capacityReservationGroupID count creationData enableAutoScaling enableEncryptionAtHost
        enableFIPS enableNodePublicIP enableUltraSSD gatewayProfile gpuInstanceProfile gpuProfile hostGroupID
        kubeletConfig kubeletDiskType linuxOSConfig localDNSProfile maxCount maxPods messageOfTheDay minCount mode
        networkProfile nodeLabels nodePublicIPPrefixID nodeTaints orchestratorVersion osDiskSizeGB osDiskType osSKU
        osType podIPAllocationMode podSubnetID powerState proximityPlacementGroupID scaleDownMode
        scaleSetEvictionPolicy scaleSetPriority securityProfile spotMaxPrice tags type upgradeSettings
        virtualMachineNodesStatus virtualMachinesProfile vmSize vnetSubnetID windowsProfile workloadRuntime
        """
    ),
    required=("resourceGroupName", "resourceName"),
    create_only=frozenset({"gpuInstanceProfile", "vmSize", "networkProfile.nodePublicIPTags"}),
    located=False,
)

EXTENSION = ResourceType(
    token="azure-native:kubernetesconfiguration:Extension",  # noqa: S106  a Pulumi type token, no credential
    path=f"{GROUP}/providers/{{clusterRp}}/{{clusterResourceName}}/{{clusterName}}"
    "/providers/Microsoft.KubernetesConfiguration/extensions/{extensionName}",
    version="2023-05-01",
    envelope=("identity", "plan"),
    settable=names(
        """
        aksAssignedIdentity autoUpgradeMinorVersion configurationProtectedSettings configurationSettings
        extensionType releaseTrain scope statuses version
        """
    ),
    required=("resourceGroupName", "clusterRp", "clusterResourceName", "clusterName"),
    computed=(*IDENTITY, "aksAssignedIdentity.principalId", "aksAssignedIdentity.tenantId"),
    located=False,
)
