"""A workspace with its registry and base image, and services on online endpoints that other programs and tests change.

Configuration: `services`, a JSON object of the inputs of each service by its name. All have the workspace, the base
image and the files in `service/` in common.
"""

import json
from typing import Any

import pulumi
from azureml_scoring import ContainerRegistry, CustomBaseImage, PullMode, ScoringService, Workspace
from pulumi_azure_native import resources

config = pulumi.Config("azureml-scoring")
group = resources.ResourceGroup("online", location="westeurope")
place: Any = {"resource_group_name": group.name}
services: dict[str, dict[str, Any]] = json.loads(config.get("services") or "{}")
registry = ContainerRegistry("registry", place | {"pull": PullMode.WORKSPACE})
workspace = Workspace("team", place | {"container_registry_id": registry.resource_id})
images: Any = place | {
    "registry_name": registry.name,
    "login_server": registry.login_server,
    "storage_account_name": workspace.storage_account_name,
}
base = CustomBaseImage("base", images | {"context": "examples/diabetes", "image_name": "diabetes-base"})
common: Any = images | {
    "base_image": base.reference,
    "pull_wait_seconds": 2,
    "workspace_name": workspace.name,
    "entry_script": "service/score.py",
    "models": ["service/model.joblib"],
    "requirements": "service/requirements.txt",
}

for name, inputs in services.items():
    service = ScoringService(name, common | inputs)
    for output in ("scoring_uri", "primary_key", "deployment_name", "endpoint_name", "state"):
        pulumi.export(f"{name}_{output}", getattr(service, output))
pulumi.export("workspace_id", workspace.resource_id)
