"""Places to serve from: each is a function from a `TargetRequest` and options of its own to a `Deployment`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from .._service_options import AciOptions, AksOptions, LocalOptions, ManagedEndpointOptions, Target
from ..rules import Problem
from ._deployment import SCORING_PORT, Deploy, Deployment, ServedVersion, TargetRequest
from .aci import aci_problems, deploy_to_aci
from .aks import aks_problems, deploy_to_aks
from .local import claimed_port, deploy_locally, local_problems
from .managed_endpoint import deploy_to_managed_endpoint, managed_endpoint_problems

__all__ = [
    "SCORING_PORT",
    "TARGETS",
    "Deployment",
    "ServedVersion",
    "ServiceTarget",
    "TargetRequest",
    "claimed_port",
]


@dataclass(frozen=True)
class ServiceTarget:
    """A target.

    Attributes:
        options: The TypedDict of its options, which are the input of its name.
        problems: What is wrong with them, by the service's name and all inputs.
        deploy: Runs a service there.
    """

    options: Any
    problems: Callable[[str, Mapping[str, Any]], list[Problem]]
    deploy: Deploy


TARGETS: Mapping[Target, ServiceTarget] = {
    Target.LOCAL: ServiceTarget(LocalOptions, local_problems, deploy_locally),
    Target.ACI: ServiceTarget(AciOptions, aci_problems, deploy_to_aci),
    Target.AKS: ServiceTarget(AksOptions, aks_problems, deploy_to_aks),
    Target.MANAGED_ENDPOINT: ServiceTarget(
        ManagedEndpointOptions, managed_endpoint_problems, deploy_to_managed_endpoint
    ),
}
"""Every target."""
