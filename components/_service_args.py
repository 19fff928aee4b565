"""Inputs of `ScoringService`."""

from collections.abc import Mapping, Sequence
from typing import NotRequired, TypedDict

import pulumi

from ._service_options import (
    AciOptions,
    AksOptions,
    Auth,
    Autoscale,
    Collection,
    LocalOptions,
    ManagedEndpointOptions,
    Probe,
    ServiceVariant,
    Target,
)


class ScoringServiceArgs(TypedDict):
    """Inputs of `ScoringService`."""

    resource_group_name: pulumi.Input[str]
    """Required. Resource group of the storage account and, for every target but `local`, of the service."""

    base_image: NotRequired[pulumi.Input[str]]
    """Conditional. The base image, by digest. Required unless `inference_config` names one or `service_image` is given.
    Example: output `reference` of `CustomBaseImage`."""

    service_image: NotRequired[pulumi.Input[str]]
    """Optional. A complete service image, by digest, in the registry of `login_server`: nothing is built, and what an
    image is built from (base image, code, models, Python environment) is not taken beside it. `local` and `aci` only.
    Default: one is built on `base_image`. Example: output `image_reference` of the same service in another stack, where
    it was tested."""

    registry_name: NotRequired[pulumi.Input[str]]
    """Conditional. Name of the registry that builds and keeps the service image. Required with `local` and `aci`; with
    `aks` and `managed_endpoint`, whose image Azure ML makes, the registry of the base image. Example: output `name` of
    `ContainerRegistry`."""

    registry_resource_group_name: NotRequired[pulumi.Input[str]]
    """Optional. Resource group of that registry. Default: `resource_group_name`. Example: output
    `resource_group_name` of `ContainerRegistry`."""

    login_server: NotRequired[pulumi.Input[str]]
    """Conditional. Login server of that registry. Required with `local` and `aci`. Example: output `login_server` of
    `ContainerRegistry`."""

    pull_username: NotRequired[pulumi.Input[str]]
    """Conditional. User name to pull the image with. Required with `pull_password`; empty is none. Example: output
    `pull_username` of `ContainerRegistry`."""

    pull_password: NotRequired[pulumi.Input[str]]
    """Conditional. Password to pull the image with; treated as a secret. Required with `pull_username`; empty is
    none. Example: output `pull_password` of `ContainerRegistry`."""

    pull_identity_id: NotRequired[pulumi.Input[str]]
    """Conditional. ARM id of the user-assigned identity that pulls the image. Not taken together with
    `pull_username`, nor with the target `local`; empty is none. Without any of the three the pull is anonymous.
    Example: output `pull_identity_id` of `ContainerRegistry`."""

    pull_wait_seconds: NotRequired[int]
    """Optional. Seconds that an update waits for a new role, password or rule to let the image be pulled, before it
    fails with the cause; 0 for one try. Default: 300."""

    base_image_username: NotRequired[pulumi.Input[str]]
    """Conditional. User name to pull the base image with, for one in another private registry, of Azure or of
    anybody. Required with `base_image_password`."""

    base_image_password: NotRequired[pulumi.Input[str]]
    """Conditional. Password to pull the base image with; treated as a secret. Required with `base_image_username`."""

    storage_account_name: pulumi.Input[str]
    """Required. Storage account that the build context is uploaded to, or code and models with `aks` and
    `managed_endpoint`. Example: output `storage_account_name` of `Workspace`."""

    workspace_name: NotRequired[pulumi.Input[str]]
    """Conditional. Azure ML workspace of the endpoint. Required with `aks` and `managed_endpoint`, not taken with
    another target. Example: output `name` of `Workspace`."""

    workspace_resource_group_name: NotRequired[pulumi.Input[str]]
    """Optional. Resource group of that workspace. Default: `resource_group_name`."""

    entry_script: NotRequired[str]
    """Conditional. Python file with `init()` and `run(data)`. Required unless `inference_config` names one, or
    `service_image` is given. Example: `examples/diabetes/score.py`."""

    source_directory: NotRequired[str]
    """Optional. Folder that goes along with the entry script. Default: the entry script alone."""

    models: NotRequired[Sequence[str]]
    """Optional. Models: each a file, a folder, or `azureml:<name>:<version>` for one that is registered (`aks` and
    `managed_endpoint` only). Of one, the folder `AZUREML_MODEL_DIR` holds the file or folder under its own name; of
    several, `AZUREML_MODEL_DIR` holds a folder `<name>/1` for each. Default: none. Example:
    `["examples/diabetes/model/model.joblib"]`."""

    requirements: NotRequired[str]
    """Conditional. File of pip's requirements, azureml-inference-server-http among them. One of `requirements`,
    `conda_file` and `pip_packages` is required, but with `service_image`. Example:
    `examples/diabetes/requirements.txt`."""

    conda_file: NotRequired[str]
    """Conditional. Conda's environment file, azureml-inference-server-http in its pip part; on `local` and `aci` its
    packages are installed into the image's base environment. Example: `environment.yml`."""

    pip_packages: NotRequired[Sequence[str]]
    """Conditional. pip's requirements as a list, azureml-inference-server-http among them; an empty list where the base
    image brings all. Example: `["azureml-inference-server-http==1.5.1", "joblib==1.6.0"]`."""

    environment_variables: NotRequired[Mapping[str, pulumi.Input[str]]]
    """Optional. Environment variables of the service. Example: `{"LOG_LEVEL": "debug"}`."""

    secret_environment_variables: NotRequired[Mapping[str, pulumi.Input[str]]]
    """Optional. Environment variables whose values are secret."""

    liveness_probe: NotRequired[Probe]
    """Optional. When a container is started anew; not taken with `local`, where Docker starts none anew for its health.
    Default: `/` is asked every 10 seconds after the first 60, and the third failure in a row counts."""

    readiness_probe: NotRequired[Probe]
    """Optional. When a container gets requests. Default: `/` is asked every 10 seconds after the first 5."""

    request_timeout_seconds: NotRequired[int]
    """Optional. Seconds that a prediction may take. Default: 300 on `local` and `aci`, where it is the server's own,
    else 5."""

    max_concurrent_requests: NotRequired[int]
    """Optional. Predictions at one time: worker processes on `local` and `aci`, requests for each instance on `aks` and
    `managed_endpoint`. Default: 1."""

    application_insights_connection_string: NotRequired[pulumi.Input[str]]
    """Optional. Connection string of the Application Insights that the server sends its log and requests to; treated as
    a secret. `local` and `aci` only. Default: none."""

    application_insights_enabled: NotRequired[bool]
    """Optional. Whether Azure ML sends log and requests to the workspace's Application Insights. `aks` and
    `managed_endpoint` only. Default: false."""

    data_collection: NotRequired[Mapping[str, Collection]]
    """Optional. What is kept of the traffic, by name of the collection. `managed_endpoint` only. Default: nothing.
    Example: `{"model_inputs": {}, "model_outputs": {}}`."""

    auth: NotRequired[Auth]
    """Optional. `key`, `token` (`aks` and `managed_endpoint` only) or `none`. Default: `key`; on `local`, which only
    this machine reaches, `none`."""

    primary_key: NotRequired[pulumi.Input[str]]
    """Conditional. Key that callers show, 16 characters or more; treated as a secret. Required with `auth` `key` on
    `local` and `aci`; not taken elsewhere: Azure ML makes the keys of an endpoint. To rotate, give a new
    `secondary_key`, have callers take it, then give a new `primary_key`."""

    secondary_key: NotRequired[pulumi.Input[str]]
    """Optional. Second key that callers may show, another one than the first; treated as a secret. `local` and `aci`
    only. Default: none."""

    replicas: NotRequired[int]
    """Optional. Instances of each deployment. `aks` and `managed_endpoint` only. Default: 1. Not taken together with
    `autoscale`."""

    autoscale: NotRequired[Autoscale]
    """Optional. How the number of instances follows the load. `aks` and `managed_endpoint` only. Default: it does
    not."""

    deployments: NotRequired[Mapping[str, ServiceVariant]]
    """Optional. Versions that run side by side, by name. `aks` and `managed_endpoint` only. Default: one version.
    Example: `{"blue": {}, "green": {"entry_script": "score_v2.py"}}`."""

    traffic: NotRequired[Mapping[str, int]]
    """Conditional. Percent of the requests for each of `deployments`, 100 or 0 in all. Required with more than one of
    them. Default: 100 for the only one. Example: `{"blue": 90, "green": 10}`."""

    mirror_traffic: NotRequired[Mapping[str, int]]
    """Optional. Percent of the requests, 50 at most, that one of `deployments` gets a copy of, its answers thrown away.
    `managed_endpoint` only. Default: none. Example: `{"green": 10}`."""

    inference_config: NotRequired[str]
    """Optional. `inferenceconfig.json` of the old SDK (v1): entry script, source folder, environment, base image. What
    is given as an input goes before it. Default: none."""

    deployment_config: NotRequired[str]
    """Optional. `deploymentconfig.json` of the old SDK (v1): what the target needs, probes, scaling, auth. What is
    given as an input goes before it. Default: none."""

    target: NotRequired[Target]
    """Optional. `local`, `aci`, `aks` or `managed_endpoint`. Default: `local`."""

    local: NotRequired[LocalOptions]
    """Conditional. Options of the target `local`; not taken with another target."""

    aci: NotRequired[AciOptions]
    """Conditional. Options of the target `aci`; not taken with another target."""

    aks: NotRequired[AksOptions]
    """Conditional. Options of the target `aks`, required with it; not taken with another target."""

    managed_endpoint: NotRequired[ManagedEndpointOptions]
    """Conditional. Options of the target `managed_endpoint`; not taken with another target."""

    location: NotRequired[pulumi.Input[str]]
    """Optional. Azure region of the service. Default: the resource group's; of an endpoint, the workspace's."""

    tags: NotRequired[Mapping[str, pulumi.Input[str]]]
    """Optional. Tags of the service; a container of the target `local` has none. Example: `{"team": "ml"}`."""
