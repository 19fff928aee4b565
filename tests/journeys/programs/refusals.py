"""One image and five credentials that cannot pull it: wrong, expired, removed, for another repository, too new.

Configuration: `services` names the services; `late` adds the principal whose role is new; `wrong` is a secret, and
`key` the one that callers show.
"""

from typing import Any

import pulumi
from azureml_scoring import ContainerRegistry, CustomBaseImage, PullMode, ScoringService, Target, Workspace
from pulumi_azure_native import resources

config = pulumi.Config("azureml-scoring")
group = resources.ResourceGroup("refusals", location="westeurope")
place: Any = {"resource_group_name": group.name}
made = ContainerRegistry("made", place)
workspace = Workspace("team", place | {"container_registry_id": made.resource_id})
adopted = place | {"container_registry_id": made.resource_id}
token: Any = {"pull": PullMode.TOKEN, "token_name": "elsewhere", "token_repositories": ["another"]}
if password := config.get_secret("token_password"):
    token["token_password"] = password
registries = {
    "made": made,
    "expired": ContainerRegistry("expired", adopted | {"password_valid_days": 1}),
    "removed": ContainerRegistry("removed", adopted),
    "unscoped": ContainerRegistry("unscoped", adopted | token),
}
if config.get_bool("late"):
    registries["late"] = ContainerRegistry("late", adopted)

images: Any = place | {
    "registry_name": made.name,
    "login_server": made.login_server,
    "storage_account_name": workspace.storage_account_name,
}
base = CustomBaseImage("base", images | {"context": "examples/diabetes", "image_name": "diabetes-base"})
for name in (config.get("services") or "").split():
    registry = registries.get(name, made)
    password = config.get_secret("wrong") if name == "wrong" else None
    service = ScoringService(
        name,
        images
        | {
            "base_image": base.reference,
            "pull_username": registry.pull_username,
            "pull_password": password or registry.pull_password,
            "entry_script": "examples/diabetes/score.py",
            "models": ["examples/diabetes/model/model.joblib"],
            "requirements": "examples/diabetes/requirements.txt",
            "target": Target.ACI,
            "primary_key": config.require_secret("key"),
            "pull_wait_seconds": 1,
        },
    )
    pulumi.export(name, service.scoring_uri)
    pulumi.export(f"{name}_image", service.image_reference)
pulumi.export("registry_id", made.resource_id)
pulumi.export("base_image", base.reference)
for name, registry in registries.items():
    pulumi.export(f"{name}_username", registry.pull_username)
    pulumi.export(f"{name}_password", registry.pull_password)
