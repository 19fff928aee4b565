"""Every pull mode on every target: a registry that three components share, the workspace's own, and one that is open.

Configuration: `services` (cells of the table), `port.<service>` for each local one; secret: `key` of the container
groups, and `token_password` once the token has one.
"""

from typing import Any

import pulumi
from azureml_scoring import Auth, ContainerRegistry, CustomBaseImage, PullMode, ScoringService, Target, Workspace
from pulumi_azure_native import resources

config = pulumi.Config("azureml-scoring")
group = resources.ResourceGroup("modes", location="westeurope")
place: Any = {"resource_group_name": group.name}

made = ContainerRegistry("principal", place)
own = ContainerRegistry("workspace", place | {"pull": PullMode.WORKSPACE})
workspace = Workspace("team", place | {"container_registry_id": own.resource_id})
adopted = place | {"container_registry_id": made.resource_id}
token: Any = {"token_name": "scoring", "token_repositories": ["token-local", "token-aci", "diabetes-base"]}
if password := config.get_secret("token_password"):
    token["token_password"] = password
registries = {
    "principal": made,
    "identity": ContainerRegistry("identity", adopted | {"pull": PullMode.MANAGED_IDENTITY}),
    "token": ContainerRegistry("token", adopted | token | {"pull": PullMode.TOKEN}),
    "anonymous": ContainerRegistry("anonymous", place | {"pull": PullMode.ANONYMOUS}),
    "workspace": own,
}


def images(registry: ContainerRegistry) -> Any:
    """Where images are built and kept."""
    return {
        "resource_group_name": group.name,
        "registry_name": registry.name,
        "login_server": registry.login_server,
        "storage_account_name": workspace.storage_account_name,
    }


folder: Any = {"context": "examples/diabetes", "image_name": "diabetes-base"}
base = CustomBaseImage("base", images(made) | folder)
opened = CustomBaseImage("open-base", images(registries["anonymous"]) | folder)
kept = CustomBaseImage("own-base", images(own) | folder)
for cell in (config.get("services") or "").split():
    mode, target = cell.split("-")
    registry = registries[mode]
    online = target in {"aks", "managed_endpoint"}
    options: Any = {"auth": Auth.KEY, "workspace_name": workspace.name} if online else {"auth": Auth.NONE}
    if target == "aci":
        options |= {"auth": Auth.KEY, "primary_key": config.require_secret("key")}
    if target == "local":
        options |= {"local": {"port": config.require_int(f"port.{cell}")}}
    if target == "aks":
        options |= {"aks": {"cluster": {"node_count": 1}}}
    if mode == "anonymous" and not online:
        # The base image lies in another registry, which is private.
        options |= {"base_image_username": made.pull_username, "base_image_password": made.pull_password}
    used = {"workspace": kept, "anonymous": opened if online else base}.get(mode, base)
    service = ScoringService(
        cell.partition("_")[0],
        images(registry)
        | options
        | {
            "base_image": used.reference,
            "pull_username": registry.pull_username,
            "pull_password": registry.pull_password,
            "pull_identity_id": registry.pull_identity_id,
            "entry_script": "examples/diabetes/score.py",
            "models": ["examples/diabetes/model/model.joblib"],
            "requirements": "examples/diabetes/requirements.txt",
            "target": Target(target),
            "pull_wait_seconds": 2,
        },
    )
    pulumi.export(cell, service.scoring_uri)
    pulumi.export(f"{cell}_key", service.primary_key)

pulumi.export("base_image", base.reference)
pulumi.export("registry_id", made.resource_id)
for mode, registry in registries.items():
    for output in ("login_server", "pull_username", "pull_password", "pull_identity_id", "credential_expires_on"):
        pulumi.export(f"{mode}_{output}", getattr(registry, output))
