"""A base image that ACR Tasks build, one that a Docker engine builds, and one that is used as it is, by a tag.

Configuration: `version` is a build argument, `token` a secret one; `wrong` is a password that must not push.
"""

from pathlib import Path
from typing import Any

import pulumi
import pulumi_azuread as azuread
from azureml_scoring import ContainerRegistry, CustomBaseImage, ImageBuilder, Workspace
from pulumi_azure_native import resources

config = pulumi.Config("azureml-scoring")
group = resources.ResourceGroup("builders", location="westeurope")
place: Any = {"resource_group_name": group.name}
application = azuread.Application("pusher", display_name="pusher")
pusher = azuread.ServicePrincipal("pusher", client_id=application.client_id)
password = azuread.ApplicationPassword("pusher", application_id=application.id)
push: Any = {"principal_id": pusher.object_id, "role": "AcrPush", "principal_type": "ServicePrincipal"}
registry = ContainerRegistry("made", place | {"role_assignments": [push]})
workspace = Workspace("team", place | {"container_registry_id": registry.resource_id})
built = CustomBaseImage(
    "built",
    place
    | {
        "registry_name": registry.name,
        "login_server": registry.login_server,
        "storage_account_name": workspace.storage_account_name,
        "context": "image",
        "image_name": "small",
        "tags": ["v1"],
        "stage": "first",
        "platform": "linux/arm64",
        "timeout_seconds": 600,
        "requirement_level": config.get("level") or "off",
        "build_arguments": {"VERSION": config.get("version") or "1"},
        "secret_build_arguments": {"TOKEN": config.require_secret("token")},
    },
)
by_docker = CustomBaseImage(
    "engine",
    place
    | {
        "builder": ImageBuilder.DOCKER,
        "login_server": registry.login_server,
        "push_username": application.client_id,
        "push_password": config.get_secret("wrong") or password.value,
        "context": str(Path("image").absolute()),
        "image_name": "engine",
        "stage": "first",
        "requirement_level": "off",
        "build_arguments": {"VERSION": config.get("version") or "1"},
        "secret_build_arguments": {"TOKEN": config.require_secret("token")},
        "build_secrets": {"netrc": config.require_secret("token")},
        "cache_image": pulumi.Output.format("{0}/cache:engine", registry.login_server),
    },
    pulumi.ResourceOptions(depends_on=[registry]),
)
tagged = pulumi.Output.all(registry.login_server, built.digest).apply(lambda values: f"{values[0]}/small:v1")
used = CustomBaseImage(
    "used",
    place
    | {
        "builder": ImageBuilder.PREBUILT,
        "image": tagged,
        "base_image_username": registry.pull_username,
        "base_image_password": registry.pull_password,
    },
)
pulumi.export("registry_id", registry.resource_id)
for output in ("run_id", "digest", "reference", "context_hash"):
    pulumi.export(f"built_{output}", getattr(built, output))
pulumi.export("engine_reference", by_docker.reference)
pulumi.export("used_reference", used.reference)
