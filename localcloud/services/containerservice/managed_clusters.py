"""Clusters: a document, its pools, and a resource group of its own with the identity that pulls images."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from localcloud.arm.ids import ResourceId
from localcloud.arm.resource_type import Action, Facts, Request, ResourceType
from localcloud.services.containerservice import agent_pools, credentials, node_resources, validation
from localcloud.services.containerservice.validation import DEFAULT_VERSION

if TYPE_CHECKING:
    from localcloud.arm.store import Document
    from localcloud.cloud import Cloud

CLUSTER_TYPE = "Microsoft.ContainerService/managedClusters"
_NETWORK = "properties.networkProfile"
_FIXED_OF_NETWORK = (
    "networkPlugin",
    "networkPluginMode",
    "networkMode",
    "networkDataplane",
    "networkPolicy",
    "outboundType",
    "podCidr",
    "serviceCidr",
    "dnsServiceIP",
)
_WRITTEN = (
    "provisioningState",
    "powerState",
    "maxAgentPools",
    "currentKubernetesVersion",
    "fqdn",
    "privateFQDN",
    "azurePortalFQDN",
    "resourceUID",
)


class ManagedClusters(ResourceType):
    """`Microsoft.ContainerService/managedClusters`."""

    type = CLUSTER_TYPE
    asynchronous = True
    facts = Facts(
        name_rule=r"[a-zA-Z0-9]|[a-zA-Z0-9][-\w]{0,61}[a-zA-Z0-9]",
        name_error="The cluster name '{name}' is invalid: 1 to 63 letters, digits, '-' and '_', beginning and ending "
        "with a letter or a digit.",
        create_only=(
            "properties.dnsPrefix",
            "properties.fqdnSubdomain",
            "properties.nodeResourceGroup",
            "properties.diskEncryptionSetID",
            "properties.linuxProfile",
            *(f"{_NETWORK}.{name}" for name in _FIXED_OF_NETWORK),
        ),
        read_only=tuple(f"properties.{name}" for name in _WRITTEN),
        kept=("properties.nodeResourceGroup", "properties.linuxProfile", "properties.diskEncryptionSetID"),
        secret=(
            "properties.windowsProfile.adminPassword",
            "properties.servicePrincipalProfile.secret",
            "properties.aadProfile.serverAppSecret",
        ),
        objects=(
            "sku",
            "properties.agentPoolProfiles[]",
            "properties.identityProfile",
            "properties.identityProfile.kubeletidentity",
            "properties.servicePrincipalProfile",
            "properties.linuxProfile",
            "properties.apiServerAccessProfile",
            _NETWORK,
        ),
        texts=("properties.dnsPrefix", "properties.nodeResourceGroup", "properties.kubernetesVersion"),
        defaults={
            "sku": {"name": "Base", "tier": "Free"},
            "properties.kubernetesVersion": DEFAULT_VERSION,
            "properties.enableRBAC": True,
            "properties.disableLocalAccounts": False,
            f"{_NETWORK}.networkPlugin": "azure",
            f"{_NETWORK}.loadBalancerSku": "standard",
            f"{_NETWORK}.outboundType": "loadBalancer",
            f"{_NETWORK}.serviceCidr": "10.0.0.0/16",
            f"{_NETWORK}.dnsServiceIP": "10.0.0.10",
        },
    )

    def admit(self, request: Request) -> None:
        """Refuses what can't be a cluster, and pools that can't be."""
        properties = request.properties
        kept = {} if request.existing is None else agent_pools.profiles(request.cloud, request.id.text)
        if not properties.get("kubernetesVersion"):
            properties["kubernetesVersion"] = DEFAULT_VERSION
        given = properties.get("agentPoolProfiles") or ()
        wanted = [agent_pools.completed(pool, kept.get(str(pool.get("name"))), properties) for pool in given]
        validation.check(request, kept | {str(profile.get("name")): profile for profile in wanted})
        for profile in wanted:
            agent_pools.refuse_changes(kept.get(profile["name"]), profile)
        properties["agentPoolProfiles"] = wanted
        if not properties.get("nodeResourceGroup"):
            place = (request.id.group, request.id.name, request.document["location"])
            properties["nodeResourceGroup"] = "_".join(("MC", *place))[:80]
        node_resources.check(request)

    def provision(self, request: Request) -> None:
        """Makes the group of its nodes, the identity of its kubelets, and its pools."""
        cloud, properties = request.cloud, request.properties
        node_resources.ensure(request)
        for profile in properties.pop("agentPoolProfiles"):
            agent_pools.write(cloud, request.id.text, profile)
        mark = hashlib.sha256(request.id.key.encode()).hexdigest()
        # No Kubernetes API answers here, and the real suffix would lead to a cluster in Azure.
        host = f"hcp.{request.document['location']}.localcloud.invalid"
        name = f"{properties['dnsPrefix']}-{mark[:8]}"
        properties |= {
            "currentKubernetesVersion": properties["kubernetesVersion"],
            "fqdn": f"{name}.{host}",
            "azurePortalFQDN": f"{name}.portal.{host}",
            "maxAgentPools": 100,
            "powerState": {"code": "Running"},
            "resourceUID": mark[:24],
        }

    def patch(self, cloud: Cloud, existing: Document, body: Document) -> Document | None:
        """Tags, and nothing else."""
        del cloud
        return existing | {"tags": body.get("tags") or {}}

    def remove(self, request: Request) -> None:
        """Its pods end, and the group of its nodes goes; computes that are attached to it stay, and lead nowhere."""
        from localcloud.services.machinelearning import cluster_pods  # noqa: PLC0415 - that knows clusters itself

        cluster_pods.end(request.cloud, request.id.text)
        node_resources.remove(request)

    def shown(self, cloud: Cloud, document: Document) -> Document:
        """With its pools as they are now."""
        pools = list(agent_pools.profiles(cloud, document["id"]).values())
        pools = pools or document["properties"].get("agentPoolProfiles") or []
        return document | {"properties": document["properties"] | {"agentPoolProfiles": pools}}

    def actions(self) -> Mapping[str, Action]:
        """Configurations for Kubernetes clients."""
        return {
            "listClusterUserCredential": credentials.user,
            "listClusterMonitoringUserCredential": credentials.monitoring,
            "listClusterAdminCredential": credentials.admin,
        }


def find(cloud: Cloud, cluster_id: str) -> Document | None:
    """A cluster's document; None where there is none, or another type of resource."""
    parsed = ResourceId.parse(cluster_id)
    return cloud.resources.find(parsed) if parsed.type.lower() == CLUSTER_TYPE.lower() else None


def kubelet_identity(cluster: Document) -> dict[str, Any]:
    """`resourceId`, `clientId` and `objectId` of the identity that a cluster's nodes pull images as."""
    found: dict[str, Any] = cluster["properties"]["identityProfile"]["kubeletidentity"]
    return found
