"""The YAML of the CLI v2: environment, connection, endpoint, deployment."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import yaml

from ..catalogue import default_image
from ._keys import AKS

if TYPE_CHECKING:
    from ._service import V1Service

_SCHEMAS = "https://azuremlschemas.azureedge.net/latest"
_DEPLOYMENT = "blue"
"""The deployment's name: the next one is `green`, as in Azure's guides."""
_PORT = 5001
_INSTANCE_TYPE = "Standard_DS3_v2"
_AUTH = {"key": "key", "token": "aml_token"}


def v2_documents(service: V1Service) -> dict[str, str]:
    """The files by name, in the order in which they are handed to `az ml ... create --file`."""
    files = {"conda.yml": str(service.inputs["conda_text"])} if "conda_text" in service.inputs else {}
    if service.registry:
        files["connection.yml"] = _text(None, _connection(service), "Fill in the password where this is used.")
    files["environment.yml"] = _text("environment", _environment(service))
    kind = "kubernetesOnline" if service.target == AKS else "managedOnline"
    files["endpoint.yml"] = _text(f"{kind}Endpoint", _endpoint(service))
    files["deployment.yml"] = _text(f"{kind}Deployment", _deployment(service))
    return files


def _text(schema: str | None, document: dict[str, Any], comment: str = "") -> str:
    head = {"$schema": f"{_SCHEMAS}/{schema}.schema.json"} if schema else {}
    given = {key: value for key, value in document.items() if value not in (None, {}, "")}
    text = yaml.safe_dump(head | given, sort_keys=False, allow_unicode=True, width=1000)
    return f"# {comment}\n{text}" if comment else text


def _connection(service: V1Service) -> dict[str, Any]:
    login = {"type": "username_password", "username": service.inputs["base_image_username"], "password": "<password>"}
    return {
        "name": re.sub(r"[^a-z0-9]+", "-", service.registry.lower()).strip("-"),
        "type": "container_registry",
        "target": f"https://{service.registry}",
        "credentials": login,
    }


def _environment(service: V1Service) -> dict[str, Any]:
    conda = "conda.yml" if "conda_text" in service.inputs else service.inputs.get("conda_file")
    routes = {name: {"port": _PORT, "path": "/"} for name in ("liveness_route", "readiness_route")}
    return {
        "name": service.environment_name,
        "version": service.environment_version,
        "image": service.inputs.get("base_image") or str(default_image().reference),
        "conda_file": conda and (conda if conda == "conda.yml" else service.beside(conda)),
        # With a conda file Azure ML adds the server and its routes; an image that brings all has to name them.
        "inference_config": None if conda else routes | {"scoring_route": {"port": _PORT, "path": "/score"}},
    }


def _endpoint(service: V1Service) -> dict[str, Any]:
    return {
        "name": service.name,
        "auth_mode": _AUTH[service.inputs.get("auth", "key")],
        "compute": f"azureml:{service.compute}" if service.target == AKS else None,
    }


def _deployment(service: V1Service) -> dict[str, Any]:
    inputs = service.inputs
    probe = inputs.get("liveness_probe", {})
    timeout, requests = inputs.get("request_timeout_seconds"), inputs.get("max_concurrent_requests")
    settings = {
        "request_timeout_ms": timeout * 1000 if timeout else None,
        "max_concurrent_requests_per_instance": requests,
    }
    document: dict[str, Any] = {
        "name": _DEPLOYMENT,
        "endpoint_name": service.name,
        "description": service.inference.description,
        "model": _model(service),
        "code_configuration": {"code": service.beside(service.code), "scoring_script": service.scoring_script},
        "environment": f"azureml:{service.environment_name}:{service.environment_version}",
        "environment_variables": service.variables,
        "app_insights_enabled": inputs.get("application_insights_enabled"),
        "request_settings": {key: value for key, value in settings.items() if value},
        "liveness_probe": {key.removesuffix("_seconds"): value for key, value in probe.items()},
    }
    return document | (_kubernetes(service) if service.target == AKS else _managed(service))


def _model(service: V1Service) -> str | dict[str, str] | None:
    if service.registered_model:
        return f"azureml:{service.registered_model}"
    return {"path": service.beside(service.model)} if service.model else None


def _managed(service: V1Service) -> dict[str, Any]:
    collections = {name: {"enabled": "true"} for name in service.inputs.get("data_collection", {})}
    scale = service.inputs.get("autoscale")
    return {
        "instance_type": _INSTANCE_TYPE,
        # What scales by load is an autoscale setting of Azure Monitor, which has no file here.
        "instance_count": service.inputs.get("replicas") or (scale["minimum"] if scale else 1),
        "data_collector": {"collections": collections} if collections else None,
    }


def _kubernetes(service: V1Service) -> dict[str, Any]:
    scale = service.inputs.get("autoscale")
    settings = {"type": "default"}
    if scale:
        settings = {
            "type": "target_utilization",
            "min_instances": scale["minimum"],
            "max_instances": scale["maximum"],
            "target_utilization_percentage": scale["target_cpu_percent"],
            "polling_interval": scale.get("period_seconds", 1),
        }
    return {
        "type": "kubernetes",
        "instance_count": None if scale else service.inputs.get("replicas", 1),
        "scale_settings": settings,
        "resources": _resources(service),
    }


def _resources(service: V1Service) -> dict[str, dict[str, str]]:
    """What a replica gets; v1's limits and GPUs have a place here."""
    config = service.deployment
    asked = config.container_resource_requirements if config else None
    gpus = (config.gpu_cores if config else None) or (asked.gpu if asked else None)
    found = {
        "requests": {"cpu": asked.cpu, "memory": asked.memory_in_gb} if asked else {},
        "limits": {"cpu": asked.cpu_limit, "memory": asked.memory_in_gb_limit} if asked else {},
    }
    found["limits"] |= {"nvidia.com/gpu": gpus}
    filled = {name: _quantities(part) for name, part in found.items()}
    return {name: part for name, part in filled.items() if part}


def _quantities(part: Mapping[str, float | None]) -> dict[str, str]:
    """Numbers as Kubernetes writes them."""
    return {key: f"{value:g}{'Gi' if key == 'memory' else ''}" for key, value in part.items() if value}
