"""The same service in v1's Python: the SDK that the old CLI called."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ._keys import Section
    from ._service import V1Service

_SERVICES = {
    "aci": ("AciWebservice", {
        "containerResourceRequirements.cpu": "cpu_cores", "containerResourceRequirements.memoryInGB": "memory_gb",
        "location": "location", "authEnabled": "auth_enabled", "sslEnabled": "ssl_enabled",
        "appInsightsEnabled": "enable_app_insights", "sslCertificate": "ssl_cert_pem_file",
        "sslKey": "ssl_key_pem_file", "cname": "ssl_cname", "dnsNameLabel": "dns_name_label",
        "vaultBaseUrl": "cmk_vault_base_url", "keyName": "cmk_key_name", "keyVersion": "cmk_key_version",
        "vnetName": "vnet_name", "subnetName": "subnet_name",
        "keys.primaryKey": "primary_key", "keys.secondaryKey": "secondary_key",
    }),
    "aks": ("AksWebservice", {
        "autoScaler.autoscaleEnabled": "autoscale_enabled", "autoScaler.minReplicas": "autoscale_min_replicas",
        "autoScaler.maxReplicas": "autoscale_max_replicas",
        "autoScaler.refreshPeriodInSeconds": "autoscale_refresh_seconds",
        "autoScaler.targetUtilization": "autoscale_target_utilization",
        "dataCollection.storageEnabled": "collect_model_data", "authEnabled": "auth_enabled",
        "containerResourceRequirements.cpu": "cpu_cores", "containerResourceRequirements.memoryInGB": "memory_gb",
        "containerResourceRequirements.cpuLimit": "cpu_cores_limit",
        "containerResourceRequirements.memoryInGBLimit": "memory_gb_limit",
        "appInsightsEnabled": "enable_app_insights", "scoringTimeoutMs": "scoring_timeout_ms",
        "maxConcurrentRequestsPerContainer": "replica_max_concurrent_requests",
        "maxQueueWaitMs": "max_request_wait_time", "numReplicas": "num_replicas",
        "keys.primaryKey": "primary_key", "keys.secondaryKey": "secondary_key", "gpuCores": "gpu_cores",
        "livenessProbeRequirements.periodSeconds": "period_seconds",
        "livenessProbeRequirements.initialDelaySeconds": "initial_delay_seconds",
        "livenessProbeRequirements.timeoutSeconds": "timeout_seconds",
        "livenessProbeRequirements.successThreshold": "success_threshold",
        "livenessProbeRequirements.failureThreshold": "failure_threshold",
        "namespace": "namespace", "tokenAuthEnabled": "token_auth_enabled",
        "computeTargetName": "compute_target_name",
    }),
    "local": ("LocalWebservice", {"port": "port"}),
}  # fmt: skip
"""Compute type -> class, and the parameter of its `deploy_configuration` by the key of `deploymentconfig.json`."""

_SECRETS = {"keys.primaryKey": "PRIMARY_KEY", "keys.secondaryKey": "SECONDARY_KEY"}

_SNIPPET = """\
import os

from azureml.core import Workspace
from azureml.core.conda_dependencies import CondaDependencies
from azureml.core.environment import Environment
from azureml.core.model import InferenceConfig, Model
from azureml.core.webservice import {webservice}

ws = Workspace.from_config()

env = Environment(name={environment!r})
{environment_lines}
inference_config = InferenceConfig(entry_script={script!r}, source_directory={code!r}, environment=env)
deployment_config = {webservice}.deploy_configuration({parameters})
models = {models}
service = Model.deploy(ws, {name!r}, models, inference_config, deployment_config)
service.wait_for_deployment(show_output=True)
print(service.state, service.scoring_uri)
"""


def v1_snippet(service: V1Service) -> str:
    """A script for azureml-core; secrets come from the environment of who runs it."""
    kind = "aks" if service.deployment is None else service.deployment.compute_type.removesuffix("endpoint")
    webservice, names = _SERVICES[kind]
    lines = _environment_lines(service)
    return _SNIPPET.format(
        webservice=webservice,
        environment=service.environment_name,
        environment_lines="".join(f"{line}\n" for line in lines),
        script=service.scoring_script,
        code=service.beside(service.code),
        parameters=", ".join(_parameters(service, names)),
        models=_models(service),
        name=service.name,
    )


def _environment_lines(service: V1Service) -> list[str]:
    inputs = service.inputs
    lines = [f"env.environment_variables = {service.variables!r}"] if service.variables else []
    if "base_image" in inputs:
        lines.append(f"env.docker.base_image = {inputs['base_image']!r}")
    if service.registry:
        lines += [
            f"env.docker.base_image_registry.address = {service.registry!r}",
            f"env.docker.base_image_registry.username = {inputs['base_image_username']!r}",
            'env.docker.base_image_registry.password = os.environ["BASE_IMAGE_PASSWORD"]',
        ]
    if "pip_packages" in inputs:
        lines.append("env.python.user_managed_dependencies = True")
    elif conda := "conda.yml" if "conda_text" in inputs else inputs.get("conda_file"):
        path = conda if conda == "conda.yml" else service.beside(conda)
        lines.append(f"env.python.conda_dependencies = CondaDependencies({path!r})")
    return [*lines, 'env.inferencing_stack_version = "latest"']


def _parameters(service: V1Service, names: dict[str, str]) -> list[str]:
    if service.deployment is None:
        return [f"compute_target_name={service.compute!r}"] if service.compute else []
    found = []
    for key, parameter in names.items():
        value = _value(service.deployment, key)
        if value is not None:
            shown = f'os.environ["{_SECRETS[key]}"]' if key in _SECRETS else repr(value)
            found.append(f"{parameter}={shown}")
    return found


def _value(section: Section, path: str) -> Any:
    """The value of a key of the file."""
    found: Any = section.model_dump(by_alias=True)
    for step in path.split("."):
        found = (found or {}).get(step)
    return found


def _models(service: V1Service) -> str:
    if service.registered_model:
        name, _, version = service.registered_model.partition(":")
        return f"[Model(ws, name={name!r}, version={version})]"
    if service.model is None:
        return "[]"
    name = Path(service.model).stem
    return f"[Model.register(ws, model_path={service.beside(service.model)!r}, model_name={name!r})]"
