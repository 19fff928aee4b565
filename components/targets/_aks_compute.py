"""Where the target `aks` runs: a compute that is attached, or a cluster, given or made, that is attached here."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pulumi
from pulumi_azure_native import containerservice, kubernetesconfiguration
from pulumi_azure_native import machinelearningservices as aml

from .._component import Component, compact_name, key_problems, known, number_problems
from .._service_options import AksCluster, AksOptions
from ..rules import ArmId, InvalidArmId, NameKind, Problem, check_name
from ._deployment import TargetRequest
from ._online_assets import workspace_of

_CLUSTER_TYPE = "Microsoft.ContainerService/managedClusters"
_CLUSTER_ID = f"/subscriptions/<id>/resourceGroups/<group>/providers/{_CLUSTER_TYPE}/<name>"
_WAYS = ("compute_name", "cluster_id", "cluster")
_NAMESPACE = re.compile(r"(?=.{1,63}\Z)[a-z0-9](?:[-a-z0-9]*[a-z0-9])?")
_HIGHLY_AVAILABLE = 3
"""Nodes from which the router of the extension can run in three replicas."""
_EXTENSION = "microsoft.azureml.kubernetes"


@dataclass(frozen=True)
class AttachedCompute:
    """A Kubernetes compute of the workspace.

    Attributes:
        id: Its ARM id.
        made: What has to be there before it is used.
    """

    id: pulumi.Output[str]
    made: Sequence[pulumi.Resource] = ()


def attached_compute(
    component: Component, name: str, request: TargetRequest, options: AksOptions, workspace_id: pulumi.Output[str]
) -> AttachedCompute:
    """The compute that the options name, or one that is made of a cluster.

    Args:
        component: Parent of the resources.
        name: First part of their names.
        request: What is served.
        options: As in `AksOptions`.
        workspace_id: ARM id of the workspace.
    """
    if "compute_name" in options:
        return AttachedCompute(pulumi.Output.format("{0}/computes/{1}", workspace_id, options["compute_name"]))
    if "cluster" in options:
        cluster_id = _cluster(component, name, request, options["cluster"]).id
        nodes = int(options["cluster"].get("node_count", _HIGHLY_AVAILABLE))
    else:
        cluster_id, nodes = pulumi.Output.from_input(options.get("cluster_id", "")), _HIGHLY_AVAILABLE
    extension = _extension(component, name, cluster_id, nodes)
    compute = aml.Compute(
        f"{name}-compute",
        compute_name=compact_name(name, "aks"),
        properties=aml.KubernetesArgs(
            compute_type="Kubernetes",
            resource_id=cluster_id,
            properties=aml.KubernetesPropertiesArgs(namespace=options.get("namespace", "default")),
        ),
        identity=aml.ManagedServiceIdentityArgs(type=aml.ManagedServiceIdentityType.SYSTEM_ASSIGNED),
        location=request.location,
        tags=request.tags,
        **workspace_of(request),
        opts=component.child(depends_on=[extension]),
    )
    return AttachedCompute(compute.id, [compute])


def compute_problems(options: Mapping[str, Any]) -> list[Problem]:
    """What is wrong with the options that say where the service runs."""
    given = [way for way in _WAYS if way in options]
    problems: list[Problem] = []
    if len(given) != 1:
        rule = "must have one of compute_name, cluster_id and cluster, and no other of them"
        problems.append(Problem("aks", rule, given or None, '"aks": {"cluster": {}}'))
    if (compute_name := known(options.get("compute_name"))) is not None:
        problems += check_name(NameKind.COMPUTE, compute_name, "aks.compute_name")
    if cluster_id := known(options.get("cluster_id")):
        problems += _id_problems(cluster_id)
    namespace = options.get("namespace")
    if namespace is not None and not _NAMESPACE.fullmatch(namespace):
        rule = "must be 1 to 63 lower-case letters, digits and hyphens, with no hyphen at either end"
        problems.append(Problem("aks.namespace", rule, namespace, "scoring"))
    if namespace is not None and "compute_name" in options:
        rule = "is not taken together with aks.compute_name: a compute that is attached has its namespace"
        problems.append(Problem("aks.namespace", rule, namespace, "leave it out"))
    return problems + _cluster_problems(options.get("cluster", {}))


def _cluster_problems(cluster: Mapping[str, Any]) -> list[Problem]:
    nodes = number_problems(cluster, "node_count", 1, 1000, 3)
    found = [replace(problem, subject=f"aks.cluster.{problem.subject}") for problem in nodes]
    return key_problems(AksCluster, cluster, "aks.cluster.") + found


def _id_problems(cluster_id: str) -> list[Problem]:
    try:
        ArmId.parse(cluster_id, _CLUSTER_TYPE)
    except InvalidArmId as error:
        rule = f"must be the ARM id of an AKS cluster ({error.reason})"
        return [Problem("aks.cluster_id", rule, cluster_id, _CLUSTER_ID)]
    return []


def _cluster(
    component: Component, name: str, request: TargetRequest, cluster: AksCluster
) -> containerservice.ManagedCluster:
    ranges = cluster.get("authorized_ip_ranges")
    return containerservice.ManagedCluster(
        f"{name}-cluster",
        resource_group_name=request.resource_group_name,
        location=request.location,
        dns_prefix=compact_name(name, "aks"),
        kubernetes_version=cluster.get("kubernetes_version"),
        enable_rbac=True,
        identity={"type": containerservice.ResourceIdentityType.SYSTEM_ASSIGNED},
        agent_pool_profiles=[
            {
                "name": "nodes",
                "mode": containerservice.AgentPoolMode.SYSTEM,
                "type": containerservice.AgentPoolType.VIRTUAL_MACHINE_SCALE_SETS,
                "os_type": containerservice.OSType.LINUX,
                "count": int(cluster.get("node_count", _HIGHLY_AVAILABLE)),
                "vm_size": cluster.get("vm_size", "Standard_D4s_v3"),
                "vnet_subnet_id": cluster.get("subnet_id"),
            }
        ],
        api_server_access_profile={"authorized_ip_ranges": list(ranges)} if ranges else None,
        tags=request.tags,
        opts=component.child(),
    )


def _extension(
    component: Component, name: str, cluster_id: pulumi.Output[str], nodes: int
) -> kubernetesconfiguration.Extension:
    """Azure ML's extension on the cluster, for inference alone; without it a cluster can't be attached."""
    return kubernetesconfiguration.Extension(
        f"{name}-extension",
        extension_name="azureml",
        cluster_rp="Microsoft.ContainerService",
        cluster_resource_name="managedClusters",
        cluster_name=cluster_id.apply(lambda text: text.rpartition("/")[2]),
        resource_group_name=cluster_id.apply(_group_of),
        extension_type=_EXTENSION,
        identity={"type": kubernetesconfiguration.ResourceIdentityType.SYSTEM_ASSIGNED},
        scope={"cluster": {"release_namespace": "azureml"}},
        auto_upgrade_minor_version=True,
        configuration_settings={
            "enableTraining": "False",
            "enableInference": "True",
            "inferenceRouterServiceType": "LoadBalancer",
            "inferenceRouterHA": str(nodes >= _HIGHLY_AVAILABLE),
            # The router answers by http: a certificate for it would be one of the cluster, for all its services.
            "allowInsecureConnections": "True",
        },
        opts=component.child(),
    )


def _group_of(resource_id: str) -> str:
    """The resource group in an ARM id; one that is none is left to Azure: an error here would end the whole update."""
    return (resource_id.split("/") + [""] * 5)[4]
