"""Microsoft.ContainerService: Kubernetes clusters and their pools of nodes, as documents; no Kubernetes API answers."""

from __future__ import annotations

from localcloud.services.containerservice.agent_pools import AgentPools
from localcloud.services.containerservice.managed_clusters import ManagedClusters

TYPES = (ManagedClusters(), AgentPools())
