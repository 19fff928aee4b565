"""Inputs of `ScoringService`."""

from collections.abc import Mapping
from enum import Enum
from typing import NotRequired, TypedDict

import pulumi


class Target(str, Enum):
    """Where a service runs."""

    LOCAL = "local"
    """A container of the local Docker engine."""
    ACI = "aci"
    """Azure Container Instances."""


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

    dns_name_label: NotRequired[str]
    """Optional. First part of the host name, unique in the region. Default: none, the service has an IP address
    alone. Example: `contoso-diabetes`."""


class ScoringServiceArgs(TypedDict):
    """Inputs of `ScoringService`."""

    resource_group_name: pulumi.Input[str]
    """Required. Resource group of the storage account and, for `aci`, of the service."""

    base_image: pulumi.Input[str]
    """Required. The base image, by digest. Example: output `reference` of `CustomBaseImage`."""

    registry_name: pulumi.Input[str]
    """Required. Name of the registry that builds and keeps the service image. Example: output `name` of
    `ContainerRegistry`."""

    registry_resource_group_name: NotRequired[pulumi.Input[str]]
    """Optional. Resource group of that registry. Default: `resource_group_name`. Example: output
    `resource_group_name` of `ContainerRegistry`."""

    login_server: pulumi.Input[str]
    """Required. Login server of that registry. Example: output `login_server` of `ContainerRegistry`."""

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
    """Required. Storage account that the build context is uploaded to. Example: output `storage_account_name` of
    `Workspace`."""

    entry_script: str
    """Required. Python file with `init()` and `run(data)`. Example: `examples/diabetes/score.py`."""

    model: str
    """Required. Model file, or a folder of them; the script finds it under its own name in the folder
    `AZUREML_MODEL_DIR`. Example: `examples/diabetes/model/model.joblib`."""

    requirements: str
    """Required. pip requirements of the service, azureml-inference-server-http among them. Example:
    `examples/diabetes/requirements.txt`."""

    source_directory: NotRequired[str]
    """Optional. Folder that goes into the image with the entry script. Default: the entry script alone."""

    environment_variables: NotRequired[Mapping[str, pulumi.Input[str]]]
    """Optional. Environment variables of the service. Example: `{"WORKER_COUNT": "2"}`."""

    secret_environment_variables: NotRequired[Mapping[str, pulumi.Input[str]]]
    """Optional. Environment variables whose values are secret."""

    target: NotRequired[Target]
    """Optional. `local` or `aci`. Default: `local`."""

    local: NotRequired[LocalOptions]
    """Conditional. Options of the target `local`; not taken with another target."""

    aci: NotRequired[AciOptions]
    """Conditional. Options of the target `aci`; not taken with another target."""

    location: NotRequired[pulumi.Input[str]]
    """Optional. Azure region of the service. Default: the resource group's."""

    tags: NotRequired[Mapping[str, pulumi.Input[str]]]
    """Optional. Tags of the service. Example: `{"team": "ml"}`."""
