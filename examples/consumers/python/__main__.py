"""The chain from Python through the plugin: each component takes outputs of the ones before it, one by one."""

import pulumi
from pulumi_azureml_scoring import ContainerRegistry, CustomBaseImage, ScoringService, Workspace

config = pulumi.Config()
group = config.require("resourceGroupName")
example = "../../diabetes"

registry = ContainerRegistry("registry", resource_group_name=group, password_valid_days=90)
environments = ContainerRegistry("environments", resource_group_name=group, pull="workspace")
workspace = Workspace(
    "workspace",
    resource_group_name=group,
    container_registry_id=environments.resource_id,
    connections={
        "images": {
            "login_server": registry.login_server,
            "username": registry.pull_username,
            "password": registry.pull_password,
        }
    },
)

images = {
    "resource_group_name": group,
    "registry_name": registry.name,
    "registry_resource_group_name": registry.resource_group_name,
    "login_server": registry.login_server,
    "storage_account_name": workspace.storage_account_name,
}
base = CustomBaseImage("base", **images, context=example, image_name="diabetes-base", requirement_level="warning")

model = {
    "base_image": base.reference,
    "entry_script": f"{example}/score.py",
    "models": [f"{example}/model/model.joblib"],
    "requirements": f"{example}/requirements.txt",
}
service = ScoringService(
    "diabetes",
    **images,
    **model,
    pull_username=registry.pull_username,
    pull_password=registry.pull_password,
    environment_variables={"BASE_DIGEST": base.digest},
    target="aci",
    aci={"cpu": 1, "memory_gb": 1.5},
    primary_key=config.require_secret("primaryKey"),
)
versions = ScoringService(
    "versions",
    **images,
    **model,
    target="managed_endpoint",
    workspace_name=workspace.name,
    deployments={"blue": {}, "green": {"environment_variables": {"BASE_DIGEST": base.digest}}},
    traffic={"blue": 90, "green": 10},
)

pulumi.export("scoringUri", service.scoring_uri)
pulumi.export("versionsUri", versions.scoring_uri)
pulumi.export("imageReference", service.image_reference)
pulumi.export("credentialExpiresOn", registry.credential_expires_on)
