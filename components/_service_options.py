"""Parts of the inputs of `ScoringService`: options of each target, probes, auth, autoscale, versions side by side."""

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import NotRequired, TypedDict

import pulumi


class Target(str, Enum):
    """Where a service runs."""

    LOCAL = "local"
    """A container of the local Docker engine."""
    ACI = "aci"
    """Azure Container Instances."""
    AKS = "aks"
    """A Kubernetes online endpoint of Azure ML, on an AKS cluster that is attached to the workspace."""
    MANAGED_ENDPOINT = "managed_endpoint"
    """A managed online endpoint of Azure ML."""


class Auth(str, Enum):
    """What a caller of `/score` has to show."""

    KEY = "key"
    """One of two keys, as `Authorization: Bearer <key>`."""
    TOKEN = "token"  # noqa: S105 - a choice's name
    """A token of Azure ML that ends after some hours, as `Authorization: Bearer <token>`."""
    NONE = "none"
    """Nothing."""


class Probe(TypedDict):
    """How a container is asked for its health."""

    path: NotRequired[str]
    """Optional. Path that is asked. Default: `/`, which the scoring server answers once `init()` is done. Not taken
    with `aks` and `managed_endpoint`, which ask `/`."""

    initial_delay_seconds: NotRequired[int]
    """Optional. Seconds from the start of the container to the first question. Default: 60 for liveness, 5 for
    readiness."""

    period_seconds: NotRequired[int]
    """Optional. Seconds between two questions. Default: 10."""

    timeout_seconds: NotRequired[int]
    """Optional. Seconds that an answer may take. Default: 5."""

    failure_threshold: NotRequired[int]
    """Optional. Failures in a row until the container counts as unhealthy. Default: 3."""

    success_threshold: NotRequired[int]
    """Optional. Successes in a row until it counts as healthy again; not taken with `local`. Default: 1."""


class Autoscale(TypedDict):
    """How the number of replicas follows the load."""

    minimum: int
    """Required. Fewest replicas. Example: 1."""

    maximum: int
    """Required. Most replicas. Example: 5."""

    target_cpu_percent: NotRequired[int]
    """Optional. Average CPU use, in percent, that is aimed at. Default: 70."""

    scale_in_cpu_percent: NotRequired[int]
    """Optional. `managed_endpoint` only: average CPU use, in percent, below which a replica is taken away;
    less than `target_cpu_percent`. Default: half of `target_cpu_percent`."""

    period_seconds: NotRequired[int]
    """Optional. Seconds between two decisions; in whole minutes for `managed_endpoint`. Default: 60."""


class Collection(TypedDict):
    """What is kept of the traffic of a managed online deployment."""

    data_id: NotRequired[pulumi.Input[str]]
    """Optional. Name of the data asset that the records are registered as. Default: Azure ML's own choice."""

    sampling_rate: NotRequired[float]
    """Optional. Part of the requests that is kept, from 0 to 1. Default: 1."""


class ServiceVariant(TypedDict):
    """One of several versions of a service that run side by side; what it leaves out is as in the service."""

    entry_script: NotRequired[str]
    """Optional. As in `ScoringService`. Default: the same."""

    source_directory: NotRequired[str]
    """Optional. As in `ScoringService`. Default: the same."""

    models: NotRequired[Sequence[str]]
    """Optional. As in `ScoringService`. Default: the same."""

    requirements: NotRequired[str]
    """Optional. As in `ScoringService`; takes the place of the service's whole Python environment. Default: the
    same."""

    conda_file: NotRequired[str]
    """Optional. As in `ScoringService`; takes the place of the service's whole Python environment. Default: the
    same."""

    pip_packages: NotRequired[Sequence[str]]
    """Optional. As in `ScoringService`; takes the place of the service's whole Python environment. Default: the
    same."""

    base_image: NotRequired[pulumi.Input[str]]
    """Optional. As in `ScoringService`. Default: the same."""

    environment_variables: NotRequired[Mapping[str, pulumi.Input[str]]]
    """Optional. More environment variables, or other values of those of the service. Default: the same."""

    secret_environment_variables: NotRequired[Mapping[str, pulumi.Input[str]]]
    """Optional. More secret environment variables, or other values of those of the service."""

    replicas: NotRequired[int]
    """Optional. As in `ScoringService`. Default: the same."""

    instance_type: NotRequired[str]
    """Optional. As in the target's options. Example: `Standard_DS3_v2`."""


class LocalOptions(TypedDict):
    """Options of the target `local`."""

    port: NotRequired[int]
    """Optional. Port on 127.0.0.1. Default: 8890."""


class AciOptions(TypedDict):
    """Options of the target `aci`."""

    cpu: NotRequired[float]
    """Optional. Cores, in halves. Default: 1."""

    memory_gb: NotRequired[float]
    """Optional. Memory in GB, in tenths. Default: 1.5."""

    gpu_count: NotRequired[int]
    """Conditional. Number of GPUs. Required with `gpu_sku`. Default: none."""

    gpu_sku: NotRequired[str]
    """Conditional. Kind of the GPUs: `K80`, `P100` or `V100`. Required with `gpu_count`."""

    dns_name_label: NotRequired[str]
    """Optional. First part of the host name, unique in the region. Not taken with `subnet_id`. Default: none, the
    service has an IP address alone. Example: `contoso-diabetes`."""

    subnet_id: NotRequired[pulumi.Input[str]]
    """Optional. ARM id of a subnet, delegated to container groups, that the service gets a private address in.
    Default: none, the service has a public address."""

    tls_certificate: NotRequired[pulumi.Input[str]]
    """Conditional. Certificate and its chain, PEM; treated as a secret. Required with `tls_key`; the service then
    answers by https alone."""

    tls_key: NotRequired[pulumi.Input[str]]
    """Conditional. Private key of the certificate, PEM without a pass phrase; treated as a secret. Required with
    `tls_certificate`."""

    zones: NotRequired[Sequence[str]]
    """Optional. Availability zone, at most one. Default: Azure chooses. Example: `["1"]`."""


class AksCluster(TypedDict):
    """An AKS cluster that is made for a service."""

    node_count: NotRequired[int]
    """Optional. Number of nodes. Default: 3."""

    vm_size: NotRequired[str]
    """Optional. Size of the nodes. Default: `Standard_D4s_v3`."""

    kubernetes_version: NotRequired[str]
    """Optional. Version of Kubernetes. Default: the one that AKS makes a cluster with today. Example: `1.33`."""

    authorized_ip_ranges: NotRequired[Sequence[str]]
    """Optional. Addresses that reach the cluster's API server, in CIDR notation. Default: all."""

    subnet_id: NotRequired[pulumi.Input[str]]
    """Optional. ARM id of the subnet of the nodes. Default: AKS makes a network."""


class AksOptions(TypedDict):
    """Options of the target `aks`: one of `compute_name`, `cluster_id` and `cluster` says where."""

    compute_name: NotRequired[pulumi.Input[str]]
    """Conditional. Name of a Kubernetes compute that is attached to the workspace already."""

    cluster_id: NotRequired[pulumi.Input[str]]
    """Conditional. ARM id of an AKS cluster; the Azure ML extension is installed on it and it is attached."""

    cluster: NotRequired[AksCluster]
    """Conditional. A cluster that is made for the service, with the extension, and attached; `{}` for the defaults."""

    namespace: NotRequired[str]
    """Optional. Kubernetes namespace of the compute that is made; not taken with `compute_name`. Default: `default`."""

    instance_type: NotRequired[str]
    """Optional. Instance type of the compute. Default: `defaultinstancetype`."""

    cpu: NotRequired[float]
    """Optional. Cores of each replica. Default: those of the instance type. Example: 0.5."""

    memory_gb: NotRequired[float]
    """Optional. Memory of each replica in GB. Default: that of the instance type. Example: 1."""

    grant_pull: NotRequired[bool]
    """Conditional. Whether the identity that Azure makes for the endpoint gets AcrPull at `registry_name`, before the
    first deployment; whoever deploys needs the right to assign roles there. Not taken with a login or an identity that
    pulls. Default: false, Azure ML sees to the right at the workspace's own registry."""

    endpoint_name: NotRequired[str]
    """Optional. Name of the endpoint, unique in the region. Default: made from the component's name."""


class ManagedEndpointOptions(TypedDict):
    """Options of the target `managed_endpoint`."""

    instance_type: NotRequired[str]
    """Optional. Size of the virtual machines. Default: `Standard_DS3_v2`."""

    identity_id: NotRequired[pulumi.Input[str]]
    """Optional. ARM id of a user-assigned identity of the endpoint. Default: an identity that Azure makes."""

    public_network_access: NotRequired[bool]
    """Optional. Whether the endpoint answers callers from the internet. Default: true."""

    egress_public_network_access: NotRequired[bool]
    """Optional. Whether the deployments reach the internet. Default: true."""

    grant_pull: NotRequired[bool]
    """Conditional. Whether the identity that Azure makes for the endpoint gets AcrPull at `registry_name`, before the
    first deployment; whoever deploys needs the right to assign roles there. Not taken with a login or an identity that
    pulls. Default: false, Azure ML sees to the right at the workspace's own registry."""

    endpoint_name: NotRequired[str]
    """Optional. Name of the endpoint, unique in the region. Default: made from the component's name."""
