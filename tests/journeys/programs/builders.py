"""A base image that ACR Tasks build on an agent pool, one that a Docker engine builds for two platforms, one that is
used as it is, by a tag, and one that is imported into another registry.

Configuration: `version` is a build argument, `token` a secret one; `wrong` is a password that must not push.
"""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pulumi
import pulumi_azuread as azuread
from azureml_scoring import ContainerRegistry, CustomBaseImage, ImageBuilder, Workspace
from pulumi_azure_native import containerregistry, resources

# An engine that this machine happens to have is none of this test's.
os.environ["DOCKER_HOST"] = f"unix://{Path('no-engine.sock').absolute()}"
config = pulumi.Config("azureml-scoring")
group = resources.ResourceGroup("builders", location="westeurope")
place: Any = {"resource_group_name": group.name}
application = azuread.Application("pusher", display_name="pusher")
pusher = azuread.ServicePrincipal("pusher", client_id=application.client_id)
password = azuread.ApplicationPassword(
    "pusher",
    application_id=application.id,
    end_date=(datetime.now(UTC) + timedelta(days=90)).isoformat(),
    opts=pulumi.ResourceOptions(ignore_changes=["endDate"]),
)
push: Any = {"principal_id": pusher.object_id, "role": "AcrPush", "principal_type": "ServicePrincipal"}
registry = ContainerRegistry("made", place | {"sku": "Premium", "role_assignments": [push]})
own = ContainerRegistry("own", place | {"role_assignments": [push]})
pool = containerregistry.AgentPool(
    "builders", registry_name=registry.name, resource_group_name=group.name, count=1, tier="S1", os="Linux"
)
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
        "agent_pool": "builders",
        "requirement_level": config.get("level") or "off",
        "build_arguments": {"VERSION": config.get("version") or "1"},
        "secret_build_arguments": {"TOKEN": config.require_secret("token")},
    },
    pulumi.ResourceOptions(depends_on=[pool]),
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
        "platform": "linux/amd64,linux/arm64",
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
imported = CustomBaseImage(
    "copy",
    place
    | {
        "builder": ImageBuilder.PREBUILT,
        "image": tagged,
        "base_image_username": registry.pull_username,
        "base_image_password": registry.pull_password,
        "import_image": True,
        "registry_name": own.name,
        "login_server": own.login_server,
        "storage_account_name": workspace.storage_account_name,
        "image_name": "imported/small",
        "platform": "linux/arm64",
    },
)
pulumi.export("registry_id", registry.resource_id)
for output in ("run_id", "digest", "reference", "context_hash"):
    pulumi.export(f"built_{output}", getattr(built, output))
pulumi.export("engine_reference", by_docker.reference)
pulumi.export("used_reference", used.reference)
pulumi.export("imported_reference", imported.reference)
pulumi.export("imported_digest", imported.digest)
pulumi.export("imported_base_images", imported.base_images)
pulumi.export("own_id", own.resource_id)
pulumi.export("own_login_server", own.login_server)
pulumi.export("reader", registry.pull_username)
pulumi.export("reader_password", registry.pull_password)
pulumi.export("pusher", application.client_id)
pulumi.export("pusher_password", password.value)
