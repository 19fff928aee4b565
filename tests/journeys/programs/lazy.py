"""A workspace whose registry Azure ML creates: left alone, asked for, made to appear, adopted, and at last changed.

Configuration: `step` is one of lazy, asked, materialized, changed, allowed.
"""

from typing import Any

import pulumi
from azureml_scoring import ContainerRegistry, CustomBaseImage, RegistryMode, Workspace
from pulumi_azure_native import resources

config = pulumi.Config("azureml-scoring")
step = config.require("step")
group = resources.ResourceGroup("lazy", location="westeurope")
place: Any = {"resource_group_name": group.name}

other = ContainerRegistry("other", place)
if step in {"changed", "allowed"}:
    inputs: Any = {"container_registry_id": other.resource_id, "allow_registry_change": step == "allowed"}
else:
    inputs = {"registry_mode": RegistryMode.LAZY, "materialize": step == "materialized"}
workspace = Workspace("team", place | inputs)

if step in {"asked", "materialized"}:
    registry = ContainerRegistry("adopted", place | {"container_registry_id": workspace.container_registry_id})
    base = CustomBaseImage(
        "base",
        place
        | {
            "registry_name": registry.name,
            "login_server": registry.login_server,
            "storage_account_name": workspace.storage_account_name,
            "context": "examples/diabetes",
            "image_name": "diabetes-base",
        },
    )
    pulumi.export("base_image", base.reference)
for name in ("resource_id", "container_registry_id", "container_registry_name", "login_server"):
    pulumi.export(name, getattr(workspace, name))
