"""The chain, composed: resource group -> registry -> workspace -> base image -> services."""

from typing import Any

import pulumi
from azureml_scoring import ContainerRegistry, CustomBaseImage, RegistryMode, ScoringService, Workspace
from pulumi_azure_native import resources

from stacks.settings import Settings

settings = Settings.load()
group = resources.ResourceGroup("scoring", location=settings.location, tags=settings.tags)
place: Any = {"resource_group_name": group.name, "tags": settings.tags}

registry = ContainerRegistry("registry", place | settings.registry.inputs())
attached = settings.workspace.registry_mode is RegistryMode.ATTACHED
registry_id: Any = {"container_registry_id": registry.resource_id} if attached else {}
workspace = Workspace("workspace", place | registry_id | settings.workspace.inputs())

images: Any = {
    "resource_group_name": group.name,
    "registry_name": registry.name,
    "login_server": registry.login_server,
    "storage_account_name": workspace.storage_account_name,
}
base = CustomBaseImage("base", images | settings.base_image.inputs())
pull: Any = {"pull_username": registry.pull_username, "pull_password": registry.pull_password}
for name, service in settings.services.items():
    scoring = ScoringService(name, place | images | pull | {"base_image": base.reference} | service.inputs())
    for output in ("scoring_uri", "state", "image_reference", "run_id"):
        pulumi.export(f"{name}_{output}", getattr(scoring, output))

pulumi.export("base_image", base.reference)
pulumi.export("base_image_run_id", base.run_id)
pulumi.export("container_registry_id", workspace.container_registry_id)
pulumi.export("login_server", registry.login_server)
pulumi.export("credential_expires_on", registry.credential_expires_on)
