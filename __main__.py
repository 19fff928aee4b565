"""The chain, composed: resource group -> registry -> workspace -> base images -> services."""

from typing import Any

import pulumi
from azureml_scoring import ContainerRegistry, CustomBaseImage, RegistryMode, ScoringService, Workspace
from pulumi_azure_native import resources

from stacks.settings import Settings, TestedImages

settings, tested = Settings.load(), TestedImages()
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
bases = {name: CustomBaseImage(name, images | image.inputs()) for name, image in settings.builds.items()}
for name, base in bases.items():
    pulumi.export(f"{name}_image", base.reference)
    pulumi.export(f"{name}_image_run_id", base.run_id)
pull: Any = {key: getattr(registry, key) for key in ("pull_username", "pull_password", "pull_identity_id")}
team: Any = {"workspace_name": workspace.name, "workspace_resource_group_name": workspace.resource_group_name}
for name, service in settings.services.items():
    given = place | images | (team if service.is_online else pull)  # an endpoint pulls as its workspace does
    scoring = ScoringService(name, given | settings.service_inputs(name, bases))
    tested.add(name, scoring, settings.images_of(name, bases), online=service.is_online)
    for output in ("scoring_uri", "state", "image_reference", "run_id"):
        pulumi.export(f"{name}_{output}", getattr(scoring, output))
pulumi.export("tested_images", tested.output())
pulumi.export("container_registry_id", workspace.container_registry_id)
pulumi.export("registry_id", registry.resource_id)
for output in ("login_server", "pull_username", "pull_identity_id", "credential_expires_on"):
    pulumi.export(output, getattr(registry, output))
