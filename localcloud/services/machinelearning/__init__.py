"""Microsoft.MachineLearningServices: workspaces, environments, jobs, connections and outbound rules."""

from __future__ import annotations

from localcloud.services.machinelearning.connections import Connections
from localcloud.services.machinelearning.environments import Environments, EnvironmentVersions
from localcloud.services.machinelearning.jobs import Jobs
from localcloud.services.machinelearning.managed_network import OutboundRules
from localcloud.services.machinelearning.workspaces import Workspaces

TYPES = (Workspaces(), Environments(), EnvironmentVersions(), Jobs(), Connections(), OutboundRules())
