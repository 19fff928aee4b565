"""What `deploymentconfig.json` says, as inputs of a target."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..rules.problem import Problem
from ._keys import ACI, AKS, LOCAL, ONLINE, has_input

if TYPE_CHECKING:
    from .deployment_config import DeploymentConfig

_V1_AUTOSCALE = {"minimum": 1, "maximum": 10, "target_cpu_percent": 70}
"""What v1 did on AKS where the file says neither how many replicas there are nor how they follow the load."""
_V1_ASKS_FOR_KEYS = {"aks": True, "aksendpoint": True, "aci": False, "local": False}
"""Compute type -> v1's default of `authEnabled`."""


def deployment_inputs(
    config: DeploymentConfig, path: Path, target: str, given: Mapping[str, Any], problems: list[Problem]
) -> dict[str, Any]:
    """The inputs of one target; what is wrong with the file as a whole is added to `problems`.

    Args:
        config: The file's content.
        path: The file; certificates lie beside it.
        target: Where the service runs.
        given: Inputs that go before the file.
        problems: Problems so far.
    """
    problems += [Problem(f"{path}: {key}", rule, got, fix) for key, rule, got, fix in _contradictions(config)]
    inputs: dict[str, Any] = {
        "liveness_probe": _probe(config) if target != LOCAL else None,
        "request_timeout_seconds": math.ceil(config.scoring_timeout_ms / 1000) if config.scoring_timeout_ms else None,
        "max_concurrent_requests": config.max_concurrent_requests_per_container,
        target: _options(config, path, target, given, problems),
    }
    inputs |= _auth(config, path, target, given, problems)
    if target in ONLINE:
        inputs |= _online(config, path, target, given, problems)
    if target == ACI:
        inputs["location"] = config.location
    return {key: value for key, value in inputs.items() if value not in (None, {})}


def _contradictions(config: DeploymentConfig) -> list[tuple[str, str, object, str]]:
    """What v1 refused too: keys that don't go together."""
    found: list[tuple[str, str, object, str]] = []
    scaler, resources = config.auto_scaler, config.container_resource_requirements
    if config.auth_enabled and config.token_auth_enabled:
        found.append(("tokenAuthEnabled", "must not be true together with authEnabled", True, "false"))
    if scaler and scaler.autoscale_enabled and config.num_replicas:
        found.append(("numReplicas", "must be left out where autoScaler is on", config.num_replicas, "null"))
    if scaler and scaler.autoscale_enabled is False and not config.num_replicas:
        found.append(("numReplicas", "is required where autoScaler is off", None, "1"))
    if scaler and (scaler.min_replicas or 1) > (scaler.max_replicas or _V1_AUTOSCALE["maximum"]):
        rule = "must not be more than autoScaler.maxReplicas"
        found.append(("autoScaler.minReplicas", rule, scaler.min_replicas, str(scaler.max_replicas or 10)))
    if resources and resources.cpu and resources.cpu_limit and resources.cpu_limit < resources.cpu:
        rule = "must not be less than cpu"
        found.append(("containerResourceRequirements.cpuLimit", rule, resources.cpu_limit, str(resources.cpu)))
    return found


def _probe(config: DeploymentConfig) -> dict[str, int]:
    probe = config.liveness_probe_requirements
    return probe.model_dump(exclude_none=True) if probe else {}


def _options(
    config: DeploymentConfig, path: Path, target: str, given: Mapping[str, Any], problems: list[Problem]
) -> dict[str, Any]:
    """The options of the target itself."""
    resources = config.container_resource_requirements
    options: dict[str, Any] = {}
    if resources and target in {ACI, AKS}:
        options |= {"cpu": resources.cpu, "memory_gb": resources.memory_in_gb}
    if target == LOCAL:
        options["port"] = config.port
    elif target == AKS:
        options |= _place(config, path, given, problems)
    elif target == ACI:
        _round_up(options, path, problems)
        options |= {"dns_name_label": config.dns_name_label, **_tls(config, path, problems)}
    return {key: value for key, value in options.items() if value is not None}


def _place(
    config: DeploymentConfig, path: Path, given: Mapping[str, Any], problems: list[Problem]
) -> dict[str, str | None]:
    """Where on Kubernetes: a cluster that is given or made for the service, else the compute that is named."""
    if has_input(given, "aks.cluster") or has_input(given, "aks.cluster_id"):
        return {"namespace": config.namespace}
    compute_name = config.compute_target_name or config.compute_target
    if config.namespace and (compute_name or has_input(given, "aks.compute_name")):
        rule = "has no meaning: a compute that is attached has its namespace"
        problems.append(Problem(f"{path}: namespace", rule, config.namespace, "leave it out", warning=True))
        return {"compute_name": compute_name}
    return {"compute_name": compute_name, "namespace": config.namespace}


def _round_up(options: dict[str, Any], path: Path, problems: list[Problem]) -> None:
    """Container groups get cores in halves and memory in tenths of a GB; v1's own default was a tenth of a core."""
    for key, name, parts, unit in (("cpu", "cpu", 2, "half a core"), ("memory_gb", "memoryInGB", 10, "0.1 GB")):
        value = options.get(key)
        if value is None or (rounded := math.ceil(round(value * parts, 6)) / parts) == value:
            continue
        options[key] = rounded
        rule = f"is rounded up to {rounded}: a container group gets whole multiples of {unit}"
        subject = f"{path}: containerResourceRequirements.{name}"
        problems.append(Problem(subject, rule, value, str(rounded), warning=True))


def _tls(config: DeploymentConfig, path: Path, problems: list[Problem]) -> dict[str, str]:
    """The texts of certificate and key; v1 named two files."""
    if not config.ssl_enabled:
        return {}
    texts: dict[str, str] = {}
    for name, key, value in (
        ("tls_certificate", "sslCertificate", config.ssl_certificate),
        ("tls_key", "sslKey", config.ssl_key),
    ):
        try:
            texts[name] = (path.parent / (value or "")).read_text(encoding="ascii")
        except (OSError, UnicodeDecodeError):
            rule = "must be a PEM file that can be read, as sslEnabled is true"
            problems.append(Problem(f"{path}: {key}", rule, value, f"{name.removeprefix('tls_')}.pem"))
    return texts


def _auth(
    config: DeploymentConfig, path: Path, target: str, given: Mapping[str, Any], problems: list[Problem]
) -> dict[str, Any]:
    """What callers have to show, and the keys where they are the service's own."""
    if "auth" in given:
        return {}
    keys = config.keys
    secrets = {
        name: value.get_secret_value()
        for name, value in (("primary_key", keys and keys.primary_key), ("secondary_key", keys and keys.secondary_key))
        if value and target not in ONLINE
    }
    asked = config.auth_enabled
    wanted = _V1_ASKS_FOR_KEYS[config.compute_type] if asked is None else asked
    if config.token_auth_enabled:
        return _token(path, target, problems)
    if target in ONLINE:
        if not wanted and asked is False:
            rule = f"has no meaning with target={target}: an endpoint always asks its callers for a key or a token"
            problems.append(Problem(f"{path}: authEnabled", rule, "false", "leave it out", warning=True))
        return {"auth": "key"}
    if not wanted:
        return {"auth": "none"}
    if target == LOCAL and not secrets and not has_input(given, "primary_key"):
        if asked:
            rule = "has no meaning with target=local without keys: only this machine reaches the service"
            problems.append(Problem(f"{path}: authEnabled", rule, "true", "primary_key", warning=True))
        return {"auth": "none"}
    return {"auth": "key", **secrets}


def _token(path: Path, target: str, problems: list[Problem]) -> dict[str, str]:
    if target in ONLINE:
        return {"auth": "token"}
    rule = f"is not taken with target={target}: Azure ML alone gives out tokens"
    problems.append(Problem(f"{path}: tokenAuthEnabled", rule, "true", "auth=key with primary_key"))
    return {}


def _online(
    config: DeploymentConfig, path: Path, target: str, given: Mapping[str, Any], problems: list[Problem]
) -> dict[str, Any]:
    """Replicas, logging and data collection."""
    inputs: dict[str, Any] = {"application_insights_enabled": config.app_insights_enabled}
    if target != AKS and config.data_collection and config.data_collection.storage_enabled:
        inputs["data_collection"] = {"model_inputs": {}, "model_outputs": {}}
        rule = "is kept only of a script that uses azureml-ai-monitoring: azureml.monitoring was v1's"
        problems.append(Problem(f"{path}: dataCollection", rule, "true", "azureml-ai-monitoring", warning=True))
    if "replicas" in given or "autoscale" in given:
        return inputs
    if config.num_replicas:
        return inputs | {"replicas": config.num_replicas}
    return inputs | {"autoscale": _autoscale(config, target)}


def _autoscale(config: DeploymentConfig, target: str) -> dict[str, int] | None:
    scaler = config.auto_scaler
    if scaler is None:
        # v1's default for AKS; of virtual machines that cost by the hour nobody asked for ten.
        return dict(_V1_AUTOSCALE) if target == AKS and config.compute_type.startswith(AKS) else None
    if scaler.autoscale_enabled is False:
        return None
    asked = {
        "minimum": scaler.min_replicas,
        "maximum": scaler.max_replicas,
        "target_cpu_percent": scaler.target_utilization,
        "period_seconds": scaler.refresh_period_in_seconds if target == AKS else None,
    }
    return _V1_AUTOSCALE | {key: value for key, value in asked.items() if value is not None}
