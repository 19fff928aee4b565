"""Parts of a service: options of each target, probes, autoscale, versions side by side; key by key as the inputs."""

from pydantic import Field, SecretStr

from stacks.sections._section import Section

_GROUP = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-shared/providers"
_SUBNET = f"{_GROUP}/Microsoft.Network/virtualNetworks/hub/subnets/containers"
_CLUSTER = f"{_GROUP}/Microsoft.ContainerService/managedClusters/ml"
_IDENTITY = f"{_GROUP}/Microsoft.ManagedIdentity/userAssignedIdentities/scoring"


class ProbeSettings(Section):
    """How a container is asked for its health: inputs of `Probe`."""

    path: str | None = Field(default=None, examples=["/"])
    """Path that is asked."""
    initial_delay_seconds: int | None = Field(default=None, examples=[60])
    """Seconds from the start of the container to the first question."""
    period_seconds: int | None = Field(default=None, examples=[10])
    """Seconds between two questions."""
    timeout_seconds: int | None = Field(default=None, examples=[5])
    """Seconds that an answer may take."""
    failure_threshold: int | None = Field(default=None, examples=[3])
    """Failures in a row until the container counts as unhealthy."""
    success_threshold: int | None = Field(default=None, examples=[1])
    """Successes in a row until it counts as healthy again."""


class AutoscaleSettings(Section):
    """How the number of replicas follows the load: inputs of `Autoscale`."""

    minimum: int = Field(examples=[1])
    """Fewest replicas."""
    maximum: int = Field(examples=[5])
    """Most replicas."""
    target_cpu_percent: int | None = Field(default=None, examples=[70])
    """Average CPU use that is aimed at, in percent."""
    scale_in_cpu_percent: int | None = Field(default=None, examples=[35])
    """Average CPU use below which a replica is taken away, in percent."""
    period_seconds: int | None = Field(default=None, examples=[60])
    """Seconds between two decisions."""


class CollectionSettings(Section):
    """What is kept of the traffic: inputs of `Collection`."""

    data_id: str | None = Field(default=None, examples=["scores-inputs"])
    """Name of the data asset."""
    sampling_rate: float | None = Field(default=None, examples=[0.5])
    """Part of the requests that is kept, from 0 to 1."""


class LocalSettings(Section):
    """Options of the target `local`."""

    port: int = Field(default=8890, examples=[8890])
    """Port on 127.0.0.1."""


class AciSettings(Section):
    """Options of the target `aci`."""

    cpu: float = Field(default=1, examples=[1])
    """Cores, in halves."""
    memory_gb: float = Field(default=1.5, examples=[1.5])
    """Memory in GB."""
    gpu_count: int | None = Field(default=None, examples=[1])
    """Number of GPUs."""
    gpu_sku: str | None = Field(default=None, examples=["V100"])
    """Kind of the GPUs."""
    dns_name_label: str | None = Field(default=None, examples=["contoso-diabetes"])
    """First part of the host name."""
    subnet_id: str | None = Field(default=None, examples=[_SUBNET])
    """ARM id of the subnet of a private address."""
    tls_certificate: str | None = Field(default=None, examples=["-----BEGIN CERTIFICATE-----..."])
    """Certificate and its chain, PEM."""
    tls_key: SecretStr | None = Field(default=None, examples=["..."])
    """Private key of the certificate: set it with `pulumi config set --secret --path`."""
    zones: list[str] | None = Field(default=None, examples=[["1"]])
    """Availability zone."""


class AksClusterSettings(Section):
    """A cluster that is made for the service: inputs of `AksCluster`."""

    node_count: int | None = Field(default=None, examples=[3])
    """Nodes."""
    vm_size: str | None = Field(default=None, examples=["Standard_D4s_v3"])
    """Size of the nodes."""
    kubernetes_version: str | None = Field(default=None, examples=["1.33"])
    """Version of Kubernetes."""
    authorized_ip_ranges: list[str] | None = Field(default=None, examples=[["198.51.100.0/24"]])
    """Addresses that reach the cluster's API server."""
    subnet_id: str | None = Field(default=None, examples=[_SUBNET])
    """ARM id of the subnet of the nodes."""


class AksSettings(Section):
    """Options of the target `aks`."""

    compute_name: str | None = Field(default=None, examples=["ml"])
    """Name of a compute that is attached already."""
    cluster_id: str | None = Field(default=None, examples=[_CLUSTER])
    """ARM id of an AKS cluster to attach."""
    cluster: AksClusterSettings | None = Field(default=None, examples=[{"nodeCount": 3}])
    """A cluster that is made for the service."""
    namespace: str | None = Field(default=None, examples=["scoring"])
    """Kubernetes namespace."""
    instance_type: str | None = Field(default=None, examples=["defaultinstancetype"])
    """Instance type of the compute."""
    cpu: float | None = Field(default=None, examples=[0.5])
    """Cores of each replica."""
    memory_gb: float | None = Field(default=None, examples=[1])
    """Memory of each replica in GB."""
    grant_pull: bool | None = Field(default=None, examples=[True])
    """Whether the identity that Azure makes for the endpoint gets the right to pull the base image."""
    endpoint_name: str | None = Field(default=None, examples=["contoso-diabetes"])
    """Name of the endpoint."""


class ManagedEndpointSettings(Section):
    """Options of the target `managed_endpoint`."""

    instance_type: str | None = Field(default=None, examples=["Standard_DS3_v2"])
    """Size of the virtual machines."""
    identity_id: str | None = Field(default=None, examples=[_IDENTITY])
    """ARM id of the identity of the endpoint."""
    public_network_access: bool | None = Field(default=None, examples=[True])
    """Whether the endpoint answers callers from the internet."""
    egress_public_network_access: bool | None = Field(default=None, examples=[True])
    """Whether the deployments reach the internet."""
    grant_pull: bool | None = Field(default=None, examples=[True])
    """Whether the identity that Azure makes for the endpoint gets the right to pull the base image."""
    endpoint_name: str | None = Field(default=None, examples=["contoso-diabetes"])
    """Name of the endpoint."""


class VariantSettings(Section):
    """One of several versions side by side: inputs of `ServiceVariant`."""

    entry_script: str | None = Field(default=None, examples=["examples/diabetes/score.py"])
    """Another entry script."""
    source_directory: str | None = Field(default=None, examples=["src"])
    """Another source folder."""
    models: list[str] | None = Field(default=None, examples=[["azureml:diabetes:4"]])
    """Other models."""
    requirements: str | None = Field(default=None, examples=["examples/diabetes/requirements.txt"])
    """Another Python environment: a file of pip's requirements."""
    conda_file: str | None = Field(default=None, examples=["environment.yml"])
    """Another Python environment: a conda environment file."""
    pip_packages: list[str] | None = Field(default=None, examples=[["azureml-inference-server-http==1.5.1"]])
    """Another Python environment: a list of pip's requirements."""
    base_image: str | None = Field(default=None, examples=["ghcr.io/contoso/base:v1@sha256:" + "0" * 64])
    """Another base image: the name of one in `baseImages`, or its digest."""
    environment_variables: dict[str, str] = Field(default={}, examples=[{"LOG_LEVEL": "debug"}])
    """More environment variables, or other values."""
    secret_environment_variables: dict[str, str] = Field(default={}, repr=False, examples=[{"API_KEY": "..."}])
    """More secret environment variables, or other values."""
    replicas: int | None = Field(default=None, examples=[2])
    """Instances of this version."""
    instance_type: str | None = Field(default=None, examples=["Standard_DS3_v2"])
    """Instance type of this version."""
