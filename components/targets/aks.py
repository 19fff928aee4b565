"""Target `aks`: a Kubernetes online endpoint of Azure ML, on an AKS cluster that is attached to the workspace."""

import math
from collections.abc import Mapping
from typing import Any

from pulumi_azure_native import machinelearningservices as aml

from .._component import Component
from .._service_options import AksOptions
from ..rules import Problem
from ._aks_compute import attached_compute, compute_problems
from ._deployment import Deployment, ServedVersion, TargetRequest
from ._online import in_region, serve_online, workspace_id
from ._online_checks import online_problems
from ._online_deployments import Kind, seconds
from ._online_endpoint import EndpointOptions

_INSTANCE_TYPE = "defaultinstancetype"


def deploy_to_aks(component: Component, name: str, request: TargetRequest, options: AksOptions) -> Deployment:
    """Serves every version behind a Kubernetes online endpoint and waits until each is healthy.

    Args:
        component: Parent of the resources.
        name: Their names' first part.
        request: What to serve.
        options: As in `AksOptions`.
    """

    def instance_type(version: ServedVersion) -> str:
        return version.instance_type or options.get("instance_type", _INSTANCE_TYPE)

    def properties(version: ServedVersion, common: Mapping[str, Any]) -> aml.KubernetesOnlineDeploymentArgs:
        return aml.KubernetesOnlineDeploymentArgs(
            endpoint_compute_type="Kubernetes",
            instance_type=instance_type(version),
            container_resource_requirements=_resources(options),
            scale_settings=_scale(request),
            **common,
        )

    request, workspace = in_region(component, request), workspace_id(component, request)
    compute = attached_compute(component, name, request, options, workspace)
    endpoint = EndpointOptions(
        name=options.get("endpoint_name"),
        compute_id=compute.id,
        grant_pull=options.get("grant_pull", False),
        after=compute.made,
    )
    kind = Kind(fixed=lambda version: [instance_type(version)], properties=properties)
    served, _ = serve_online(component, name, request, endpoint, workspace, kind)
    return served


def aks_problems(name: str, args: Mapping[str, Any]) -> list[Problem]:
    """What is wrong with the inputs of a service on AKS.

    Args:
        name: The component's name.
        args: Its inputs, as in `ScoringServiceArgs`.
    """
    options = args.get("aks", {})
    problems = online_problems(name, args, "aks") + compute_problems(options)
    for key in ("cpu", "memory_gb"):
        if key in options and not 0 < options[key] < math.inf:
            problems.append(Problem(f"aks.{key}", "must be more than 0", options[key], "1"))
    if "scale_in_cpu_percent" in args.get("autoscale", {}):
        rule = "is not taken with target=aks, where Azure ML itself decides when a replica goes"
        problems.append(Problem("autoscale.scale_in_cpu_percent", rule, "a value", "leave it out"))
    return problems


def _resources(options: AksOptions) -> aml.ContainerResourceRequirementsArgs | None:
    if "cpu" not in options and "memory_gb" not in options:
        return None
    amount = aml.ContainerResourceSettingsArgs(
        cpu=f"{options['cpu']:g}" if "cpu" in options else None,
        memory=f"{options['memory_gb'] * 1024:.0f}Mi" if "memory_gb" in options else None,
    )
    # As much as is asked for is what it may use: a replica is not put out for another one's peak.
    return aml.ContainerResourceRequirementsArgs(container_resource_requests=amount, container_resource_limits=amount)


def _scale(request: TargetRequest) -> Any:
    rules = request.autoscale
    if not rules:
        return aml.DefaultScaleSettingsArgs(scale_type="Default")
    return aml.TargetUtilizationScaleSettingsArgs(
        scale_type="TargetUtilization",
        min_instances=int(rules["minimum"]),
        max_instances=int(rules["maximum"]),
        target_utilization_percentage=int(rules.get("target_cpu_percent", 70)),
        polling_interval=seconds(rules.get("period_seconds", 60)),
    )
