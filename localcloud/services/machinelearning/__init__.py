"""Microsoft.MachineLearningServices: workspaces and what is in them, from environments to online deployments."""

from __future__ import annotations

from localcloud.services.machinelearning.assets import Codes, CodeVersions, Models, ModelVersions
from localcloud.services.machinelearning.computes import Computes
from localcloud.services.machinelearning.connections import Connections
from localcloud.services.machinelearning.environments import Environments, EnvironmentVersions
from localcloud.services.machinelearning.jobs import Jobs
from localcloud.services.machinelearning.managed_network import OutboundRules
from localcloud.services.machinelearning.online_deployments import OnlineDeployments
from localcloud.services.machinelearning.online_endpoints import OnlineEndpoints
from localcloud.services.machinelearning.workspaces import Workspaces

TYPES = (
    Workspaces(),
    Computes(),
    Environments(),
    EnvironmentVersions(),
    Codes(),
    CodeVersions(),
    Models(),
    ModelVersions(),
    OnlineEndpoints(),
    OnlineDeployments(),
    Jobs(),
    Connections(),
    OutboundRules(),
)
