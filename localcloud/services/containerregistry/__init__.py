"""Microsoft.ContainerRegistry: registries and ACR Tasks.

The distribution API itself is `localcloud.registry`; here is what Resource Manager knows of it.
"""

from __future__ import annotations

from localcloud.services.containerregistry.agent_pools import AgentPools
from localcloud.services.containerregistry.registries import Registries
from localcloud.services.containerregistry.replications import Replications
from localcloud.services.containerregistry.runs import Runs
from localcloud.services.containerregistry.scope_maps import ScopeMaps
from localcloud.services.containerregistry.task_runs import TaskRuns
from localcloud.services.containerregistry.tokens import RegistryTokens

TYPES = (
    Registries(),
    Replications(),
    AgentPools(),
    ScopeMaps(),
    RegistryTokens(),
    TaskRuns(),
    Runs(),
)
