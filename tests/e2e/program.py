"""A registry with the component's pull principal, a workspace on it, and two principals more: one pushes, one may not.

The stack's outputs are what a client needs: address, user names and passwords. With the setting `root` there is also a
base image on top of that one, which is asked what is in it; `level` is its requirement level.
"""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pulumi
import pulumi_azuread as azuread
from azureml_scoring import (
    ContainerRegistry,
    CustomBaseImage,
    ImageBuilder,
    ImageCheck,
    PullMode,
    RequirementLevel,
    Workspace,
)
from pulumi_azure_native import resources


def principal(name: str) -> azuread.ServicePrincipal:
    """A service principal with a password, which is exported together with its user name."""
    application = azuread.Application(name, display_name=name)
    made = azuread.ServicePrincipal(name, client_id=application.client_id)
    password = azuread.ServicePrincipalPassword(
        name,
        service_principal_id=made.id,
        end_date=(datetime.now(UTC) + timedelta(days=90)).isoformat(),
        opts=pulumi.ResourceOptions(ignore_changes=["endDate"]),
    )
    pulumi.export(f"{name}_username", made.client_id)
    pulumi.export(f"{name}_password", pulumi.Output.secret(password.value))
    return made


pusher = principal("pusher")
principal("stranger")
group = resources.ResourceGroup("e2e", location="westeurope")
registry = ContainerRegistry(
    "registry",
    {
        "resource_group_name": group.name,
        "pull": PullMode.SERVICE_PRINCIPAL,
        "role_assignments": [{"principal_id": pusher.object_id, "role": "AcrPush"}],
    },
)
workspace = Workspace("team", {"resource_group_name": group.name, "container_registry_id": registry.resource_id})

config = pulumi.Config("azureml-scoring")
if root := config.get("root"):
    # Set here and not around the engine, whose provider for Docker is localcloud's.
    os.environ["DOCKER_HOST"] = config.require("docker_host")
    image = CustomBaseImage(
        "asked",
        {
            "resource_group_name": group.name,
            "builder": ImageBuilder.DOCKER,
            "login_server": registry.login_server,
            "push_username": config.require("push_username"),
            "push_password": config.require_secret("push_password"),
            "context": str(Path("asked").absolute()),
            "image_name": "asked",
            "build_arguments": {"ROOT": root},
            "requirement_level": RequirementLevel(config.require("level")),
            "image_check": ImageCheck.REQUIRED,
            "packages_file": "packages.cdx.json",
            "pull_username": registry.pull_username,
            "pull_password": registry.pull_password,
        },
    )
    pulumi.export("image_report", image.image_report)
    pulumi.export("report", image.report)

pulumi.export("login_server", registry.login_server)
pulumi.export("registry_name", registry.name)
pulumi.export("puller_username", registry.pull_username)
pulumi.export("puller_password", registry.pull_password)
pulumi.export("workspace_registry", workspace.container_registry_id)
