"""One description on every target; a second service with what the first leaves out; the v1 files as they are.

Configuration: `ports` (three, of the local services); secret: `key`, `second_key`, `tls` and `tls_key` (PEM);
`documents` (whether the document's files are deployed); `private` (a folder with v1 files whose image lies in a private
registry; left out, they are not deployed).
"""

from pathlib import Path
from typing import Any

import pulumi
from azureml_scoring import Auth, ContainerRegistry, CustomBaseImage, ScoringService, Target, Workspace
from pulumi_azure_native import containerservice, kubernetesconfiguration, machinelearningservices, resources, storage

config = pulumi.Config("azureml-scoring")
ports = config.require("ports").split()
group = resources.ResourceGroup("targets", location="westeurope")
place: Any = {"resource_group_name": group.name}
registry = ContainerRegistry("registry", place)
alone = ContainerRegistry("alone", place)
workspace = Workspace("team", place | {"container_registry_id": registry.resource_id})
stored: Any = place | {"storage_account_name": workspace.storage_account_name}

# A cluster and a compute that were there before any service.
cluster = containerservice.ManagedCluster(
    "given",
    resource_group_name=group.name,
    dns_prefix="given",
    identity={"type": containerservice.ResourceIdentityType.SYSTEM_ASSIGNED},
    agent_pool_profiles=[{"name": "nodes", "mode": "System", "count": 1, "vm_size": "Standard_D4s_v3"}],
)
extension = kubernetesconfiguration.Extension(
    "given",
    extension_name="azureml",
    cluster_rp="Microsoft.ContainerService",
    cluster_resource_name="managedClusters",
    cluster_name=cluster.name,
    resource_group_name=group.name,
    extension_type="microsoft.azureml.kubernetes",
    configuration_settings={
        "enableInference": "True",
        "inferenceRouterServiceType": "loadBalancer",
        "allowInsecureConnections": "True",
    },
)
compute = machinelearningservices.Compute(
    "given",
    compute_name="akscomputetarget",
    workspace_name=workspace.name,
    resource_group_name=group.name,
    properties=machinelearningservices.KubernetesArgs(
        compute_type="Kubernetes",
        resource_id=cluster.id,
        properties=machinelearningservices.KubernetesPropertiesArgs(namespace="default"),
    ),
    opts=pulumi.ResourceOptions(depends_on=[extension]),
)
attached = pulumi.ResourceOptions(depends_on=[compute])

# A model that is registered already.
models = storage.BlobContainer(
    "registered", account_name=workspace.storage_account_name, resource_group_name=group.name
)
blob = storage.Blob(
    "model.joblib",
    blob_name="one/model.joblib",
    account_name=workspace.storage_account_name,
    container_name=models.name,
    resource_group_name=group.name,
    source=pulumi.FileAsset(str(Path("examples/diabetes/model/model.joblib").absolute())),
)
registered = machinelearningservices.ModelVersion(
    "registered",
    name="mymodel",
    version="1",
    workspace_name=workspace.name,
    resource_group_name=group.name,
    properties={"model_type": "custom_model", "model_uri": blob.url},
)


def login(where: ContainerRegistry) -> Any:
    """How a registry is pulled from."""
    return {"pull_username": where.pull_username, "pull_password": where.pull_password, "pull_wait_seconds": 5}


def built(name: str, where: ContainerRegistry) -> CustomBaseImage:
    """The example's base image in a registry."""
    images = stored | {"registry_name": where.name, "login_server": where.login_server, "tags": ["v1"]}
    return CustomBaseImage(name, images | {"context": "examples/diabetes", "image_name": "team/base"})


base = built("base", registry)
private = built("private-base", alone)
own: Any = login(registry) | {"registry_name": registry.name, "login_server": registry.login_server}
common: Any = stored | {
    "base_image": base.reference,
    "entry_script": "service/score.py",
    "source_directory": "service",
    "environment_variables": {"SHOWN": "shown"},
    "secret_environment_variables": {"HIDDEN": config.require_secret("key")},
}
first: Any = common | {
    "models": ["examples/diabetes/model/model.joblib", "service/notes"],
    "conda_file": "service/environment.yml",
    "request_timeout_seconds": 4,
    "max_concurrent_requests": 2,
    "readiness_probe": {"initial_delay_seconds": 20, "failure_threshold": 5},
    "auth": Auth.KEY,
}
restarted: Any = first | {"liveness_probe": {"initial_delay_seconds": 30, "failure_threshold": 5}}
pip = Path("service/environment.yml").read_text().partition("- pip:\n")[2]
second: Any = common | {"pip_packages": [line.strip(" -") for line in pip.splitlines()]}
keys: Any = {"primary_key": config.require_secret("key"), "secondary_key": config.require_secret("second_key")}
tls: Any = {"tls_certificate": config.require_secret("tls"), "tls_key": config.require_secret("tls_key")}
size: Any = {"cpu": 0.5, "memory_gb": 1}
made: Any = {"cluster": {"node_count": 1}, "namespace": "scoring", "instance_type": "defaultinstancetype"}
scale: Any = {"autoscale": {"minimum": 1, "maximum": 3}, "models": ["azureml:mymodel:1"], "auth": Auth.TOKEN}
plain: Any = {"models": ["examples/diabetes/model/model.joblib"], "auth": Auth.NONE}
closed: Any = {
    "data_collection": {"model_inputs": {}},
    "managed_endpoint": {"egress_public_network_access": False},
}
online: Any = {"workspace_name": workspace.name, "application_insights_enabled": True}
services: dict[str, tuple[Target, Any]] = {
    "local": (Target.LOCAL, first | own | keys | {"local": {"port": int(ports[0])}}),
    "aci": (Target.ACI, restarted | own | keys | {"aci": size | {"dns_name_label": "contoso-scoring", "zones": ["1"]}}),
    "aks": (Target.AKS, restarted | online | {"replicas": 2, "aks": size | made}),
    "managed": (
        Target.MANAGED_ENDPOINT,
        restarted | online | {"replicas": 2, "managed_endpoint": {"instance_type": "Standard_F2s_v2"}},
    ),
    "local-two": (Target.LOCAL, second | own | plain | {"local": {"port": int(ports[1])}}),
    "aci-two": (Target.ACI, second | own | plain | {"aci": {"gpu_count": 1, "gpu_sku": "V100", **tls}}),
    "aks-two": (Target.AKS, second | online | scale | {"aks": {"compute_name": "akscomputetarget"}}),
    "managed-two": (Target.MANAGED_ENDPOINT, second | online | scale | closed),
}

# The old files; what stands in neither of them is an input.
files: Any = stored | {
    "inference_config": "examples/v1/inferenceconfig.json",
    "deployment_config": "examples/v1/deploymentconfig.json",
    "models": plain["models"],
}
team: Any = {"workspace_name": workspace.name}
documents = {
    "document-local": (Target.LOCAL, files | own | {"local": {"port": int(ports[2])}}),
    "document-aci": (Target.ACI, files | own | {"auth": Auth.NONE}),
    "document-aks": (Target.AKS, files | team),
    "document-managed": (Target.MANAGED_ENDPOINT, files | team),
}
services |= documents if config.get_bool("documents") else {}
if folder := config.get("private"):
    replaced = login(alone) | {"inference_config": f"{folder}/inferenceconfig.json"}
    services["separate"] = (Target.AKS, files | team | replaced)
for name, (target, inputs) in services.items():
    service = ScoringService(name, inputs | {"target": target}, attached if target is Target.AKS else None)
    for output in ("scoring_uri", "swagger_uri", "image_reference", "resource_id", "primary_key", "secondary_key"):
        pulumi.export(f"{name}_{output}", getattr(service, output))
    pulumi.export(f"{name}_names", pulumi.Output.all(service.name, service.endpoint_name, service.deployment_name))
    pulumi.export(f"{name}_base_images", service.base_images)
pulumi.export("private_base", private.reference)
pulumi.export("base", base.reference)
pulumi.export("workspace_id", workspace.resource_id)
