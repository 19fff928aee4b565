"""`deploymentconfig.json`: where a service runs, and how. One model: every key has a verdict on every target.

The old CLI read the keys of one compute type and dropped all others without a word.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field, SecretStr

from ._keys import ACI, AKS, LOCAL, MANAGED, ONLINE, Section, obsolete, refused, used

_MACHINE = "the size of the machine decides"
_INSTANCE_TYPE = "an instance type of the cluster sets it"
_ENDPOINT_TLS = "the certificate belongs to a container group; an endpoint has one from Azure, 127.0.0.1 needs none"
_ENDPOINT_KEYS = "Azure ML makes the keys of an endpoint: outputs primary_key and secondary_key"
_ONE_CONTAINER = "there is one container"
_ENCRYPTION = "encryption with an own key is not set here"
_NETWORK = "a subnet is named by its ARM id"
_VERSIONS = "the inputs deployments and traffic say which versions there are, and who gets how much"

Positive = Annotated[int, Field(gt=0)]
_autoscale = used("autoscale", *ONLINE, why=_ONE_CONTAINER)
_auth = used("auth")
_probe = used("liveness_probe", ACI, *ONLINE, why="Docker starts no container anew for its health")
_encryption = refused(_ENCRYPTION, "a registry and a storage account with own keys", ACI)
_subnet = refused(_NETWORK, "aci.subnet_id", ACI, instead=("aci.subnet_id",))


def _lower(value: Any) -> Any:
    """Compute types were never told apart by case."""
    return value.lower() if isinstance(value, str) else value


class ContainerResourceRequirements(Section):
    """What one container gets."""

    cpu: Annotated[float | None, Field(gt=0), used("{target}.cpu", ACI, AKS, why=_MACHINE)] = None
    cpu_limit: Annotated[float | None, Field(gt=0), obsolete(_INSTANCE_TYPE)] = None
    memory_in_gb: Annotated[
        float | None, Field(gt=0, alias="memoryInGB"), used("{target}.memory_gb", ACI, AKS, why=_MACHINE)
    ] = None
    memory_in_gb_limit: Annotated[float | None, Field(gt=0, alias="memoryInGBLimit"), obsolete(_INSTANCE_TYPE)] = None
    gpu: Annotated[
        int | None,
        Field(ge=0),
        refused("GPUs come with an instance type", "aks.instance_type", AKS, instead=("aks.instance_type",)),
    ] = None


class AutoScaler(Section):
    """How the number of replicas follows the load."""

    autoscale_enabled: Annotated[bool | None, _autoscale] = None
    min_replicas: Annotated[Positive | None, _autoscale] = None
    max_replicas: Annotated[Positive | None, _autoscale] = None
    target_utilization: Annotated[int | None, Field(gt=0, le=100), _autoscale] = None
    refresh_period_in_seconds: Annotated[
        Positive | None, used("autoscale", AKS, why="Azure decides by the minute, and one container is not scaled")
    ] = None


class DataCollection(Section):
    """What is kept of the traffic."""

    storage_enabled: Annotated[
        bool | None, used("data_collection", MANAGED, why="managed endpoints alone keep requests and answers")
    ] = None
    event_hub_enabled: Annotated[bool | None, obsolete("requests and answers are kept in storage")] = None


class Keys(Section):
    """Keys that callers show."""

    primary_key: Annotated[SecretStr | None, used("primary_key", LOCAL, ACI, why=_ENDPOINT_KEYS)] = None
    secondary_key: Annotated[SecretStr | None, used("secondary_key", LOCAL, ACI, why=_ENDPOINT_KEYS)] = None


class LivenessProbeRequirements(Section):
    """When a container is started anew."""

    period_seconds: Annotated[Positive | None, _probe] = None
    initial_delay_seconds: Annotated[Positive | None, _probe] = None
    timeout_seconds: Annotated[Positive | None, _probe] = None
    success_threshold: Annotated[Positive | None, _probe] = None
    failure_threshold: Annotated[Positive | None, _probe] = None


class DeploymentConfig(Section):
    """`deploymentconfig.json` of the compute types ACI, AKS (also AksEndpoint) and local."""

    compute_type: Annotated[
        str, Field(pattern="^(aci|aks|aksendpoint|local)$"), BeforeValidator(_lower), used("target")
    ]
    compute_target_name: Annotated[
        str | None, used("aks.compute_name", AKS, why="it names the compute of a Kubernetes endpoint")
    ] = None
    compute_target: Annotated[
        str | None,
        Field(alias="ComputeTarget"),
        used("aks.compute_name", AKS, why="it names the compute of a Kubernetes endpoint"),
    ] = None
    container_resource_requirements: ContainerResourceRequirements | None = None
    auto_scaler: AutoScaler | None = None
    data_collection: DataCollection | None = None
    keys: Keys | None = None
    liveness_probe_requirements: LivenessProbeRequirements | None = None
    auth_enabled: Annotated[bool | None, _auth] = None
    token_auth_enabled: Annotated[bool | None, _auth] = None
    app_insights_enabled: Annotated[
        bool | None,
        used("application_insights_enabled", *ONLINE, why="give application_insights_connection_string"),
    ] = None
    scoring_timeout_ms: Annotated[Positive | None, used("request_timeout_seconds")] = None
    max_concurrent_requests_per_container: Annotated[Positive | None, used("max_concurrent_requests")] = None
    max_queue_wait_ms: Annotated[
        int | None, Field(ge=0), obsolete("the time-out of a request covers its wait: scoringTimeoutMs")
    ] = None
    num_replicas: Annotated[Positive | None, used("replicas", *ONLINE, why=_ONE_CONTAINER)] = None
    gpu_cores: Annotated[
        int | None,
        Field(ge=0),
        refused("GPUs come with an instance type", "aks.instance_type", AKS, instead=("aks.instance_type",)),
    ] = None
    namespace: Annotated[
        str | None,
        Field(pattern="^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$"),
        used("aks.namespace", AKS, why="it is one of Kubernetes"),
    ] = None
    location: Annotated[str | None, used("location", ACI, why="an endpoint runs where its workspace is")] = None
    dns_name_label: Annotated[str | None, used("aci.dns_name_label", ACI, why="an endpoint is named by its name")] = (
        None
    )
    ssl_enabled: Annotated[bool | None, used("aci.tls_certificate", ACI, why=_ENDPOINT_TLS)] = None
    ssl_certificate: Annotated[str | None, used("aci.tls_certificate", ACI, why=_ENDPOINT_TLS)] = None
    ssl_key: Annotated[str | None, used("aci.tls_key", ACI, why=_ENDPOINT_TLS)] = None
    cname: Annotated[str | None, obsolete("DNS records are your own: point one at scoring_uri's host")] = None
    vault_base_url: Annotated[str | None, _encryption] = None
    key_name: Annotated[str | None, _encryption] = None
    key_version: Annotated[str | None, _encryption] = None
    vnet_name: Annotated[str | None, _subnet] = None
    subnet_name: Annotated[str | None, _subnet] = None
    port: Annotated[
        int | None, Field(ge=1, le=65535), used("local.port", LOCAL, why="Azure chooses the port of a service")
    ] = None
    version_name: Annotated[str | None, obsolete(_VERSIONS)] = None
    traffic_percentile: Annotated[float | None, Field(ge=0, le=100), obsolete(_VERSIONS)] = None
    is_default: Annotated[bool | None, obsolete(_VERSIONS)] = None
    is_control_version_type: Annotated[bool | None, obsolete(_VERSIONS)] = None
    overwrite: Annotated[bool | None, obsolete("an update never makes a second service of the name")] = None
