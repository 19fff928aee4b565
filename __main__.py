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
used: Any = {"container_registry_id": registry.resource_id}
if settings.workspace.registry_mode is RegistryMode.LAZY:
    sign_in = {key: getattr(registry, output) for key, output in settings.registry.connection.items()}
    used = {"connections": {"registry": sign_in, **settings.workspace.inputs().get("connections", {})}}
workspace = Workspace("workspace", place | settings.workspace.inputs() | used)

images: Any = {"resource_group_name": group.name, "storage_account_name": workspace.storage_account_name}
images |= {"registry_name": registry.name, "registry_resource_group_name": registry.resource_group_name}
images |= {"login_server": registry.login_server}
base = CustomBaseImage("base", images | settings.base_image.inputs())
login: Any = {key: getattr(registry, key) for key in ("pull_username", "pull_password")}
team: Any = {"workspace_name": workspace.name, "workspace_resource_group_name": workspace.resource_group_name}
for name, service in settings.services.items():
    given = place | images | {"base_image": base.reference, "pull_identity_id": registry.pull_identity_id}
    # A workspace signs in to its own registry by itself: a login for it would be one too many.
    given |= {} if service.is_online and "container_registry_id" in used else login
    scoring = ScoringService(name, given | (team if service.is_online else {}) | service.inputs())
    for output in ("scoring_uri", "state", "image_reference", "run_id"):
        pulumi.export(f"{name}_{output}", getattr(scoring, output))

pulumi.export("base_image", base.reference)
pulumi.export("base_image_run_id", base.run_id)
pulumi.export("container_registry_id", workspace.container_registry_id)
for output in ("login_server", "pull_username", "pull_identity_id", "credential_expires_on"):
    pulumi.export(output, getattr(registry, output))
