"""A registry with a pull principal that is rotated, and a container group that pulls with its password.

Configuration: `rotation`; `key`, the secret that callers of the service show.
"""

from typing import Any

import pulumi
from azureml_scoring import ContainerRegistry, CustomBaseImage, ScoringService, Target, Workspace
from pulumi_azure_native import resources

config = pulumi.Config("azureml-scoring")
group = resources.ResourceGroup("rotation", location="westeurope")
place: Any = {"resource_group_name": group.name}
registry = ContainerRegistry("registry", place | {"rotation": config.require_int("rotation")})
workspace = Workspace("team", place | {"container_registry_id": registry.resource_id})
images: Any = place | {
    "registry_name": registry.name,
    "login_server": registry.login_server,
    "storage_account_name": workspace.storage_account_name,
}
base = CustomBaseImage("base", images | {"context": "examples/diabetes", "image_name": "diabetes-base"})
service = ScoringService(
    "diabetes",
    images
    | {
        "base_image": base.reference,
        "pull_username": registry.pull_username,
        "pull_password": registry.pull_password,
        "entry_script": "examples/diabetes/score.py",
        "models": ["examples/diabetes/model/model.joblib"],
        "requirements": "examples/diabetes/requirements.txt",
        "target": Target.ACI,
        "primary_key": config.require_secret("key"),
    },
)
pulumi.export("image", base.reference)
pulumi.export("username", registry.pull_username)
pulumi.export("password", registry.pull_password)
pulumi.export("expires_on", registry.credential_expires_on)
pulumi.export("scoring_uri", service.scoring_uri)
pulumi.export("group", service.resource_id)
