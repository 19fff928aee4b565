"""A registry, a workspace, a base image, and services whose inputs are configuration.

Configuration: `services`, a JSON object of inputs by the service's name, merged with what all have in common; `key` and
`second_key` (secret) where auth is `key`; `tls_folder` with `tls.crt` and `tls.key` for services that ask for TLS.
"""

from pathlib import Path
from typing import Any

import pulumi
from azureml_scoring import ContainerRegistry, CustomBaseImage, ScoringService, Workspace
from pulumi_azure_native import resources

config = pulumi.Config("azureml-scoring")
group = resources.ResourceGroup("services", location="westeurope")
place: Any = {"resource_group_name": group.name}
registry = ContainerRegistry("registry", place)
workspace = Workspace("team", place | {"container_registry_id": registry.resource_id})
images: Any = place | {
    "registry_name": registry.name,
    "login_server": registry.login_server,
    "storage_account_name": workspace.storage_account_name,
}
base = CustomBaseImage("base", images | {"context": "examples/diabetes", "image_name": "diabetes-base"})
common: Any = images | {
    "base_image": base.reference,
    "pull_username": registry.pull_username,
    "pull_password": registry.pull_password,
    "entry_script": "examples/diabetes/score.py",
    "models": ["examples/diabetes/model/model.joblib"],
}
for name, inputs in config.require_object("services").items():
    keys: Any = {}
    if inputs.get("auth") == "key":
        keys = {"primary_key": config.require_secret("key"), "secondary_key": config.get_secret("second_key")}
    if inputs.pop("tls", False):
        folder = Path(config.require("tls_folder"))
        tls = {"tls_certificate": "tls.crt", "tls_key": "tls.key"}
        inputs["aci"] = {key: pulumi.Output.secret((folder / file).read_text()) for key, file in tls.items()}
    python: Any = {"requirements": "examples/diabetes/requirements.txt"}
    if inputs.keys() & {"conda_file", "pip_packages"}:
        python = {}
    service = ScoringService(name, common | python | keys | inputs)
    for output in ("scoring_uri", "primary_key", "secondary_key", "resource_id"):
        pulumi.export(f"{name}_{output}", getattr(service, output))
