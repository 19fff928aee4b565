"""A registry, a workspace and a base image with a secret in its build: what a report is made of."""

from typing import Any

import pulumi
from azureml_scoring import ContainerRegistry, CustomBaseImage, Workspace
from pulumi_azure_native import resources

config = pulumi.Config("azureml-scoring")
group = resources.ResourceGroup("review", location="westeurope")
place: Any = {"resource_group_name": group.name}
registry = ContainerRegistry("registry", place)
workspace = Workspace("workspace", place | {"container_registry_id": registry.resource_id})
base = CustomBaseImage(
    "base",
    place
    | {
        "registry_name": registry.name,
        "login_server": registry.login_server,
        "storage_account_name": workspace.storage_account_name,
        "context": "image",
        "image_name": "small",
        "requirement_level": "off",
        "secret_build_arguments": {"TOKEN": config.require_secret("token")},
    },
)
pulumi.export("reference", base.reference)
