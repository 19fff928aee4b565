"""Containers have a share of cpu and memory that they can't go beyond."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from azureml_scoring.policy_kit import Resource, Result, Rule, Severity, Value, each
from azureml_scoring.rules import Problem

from ...kinds import DEPLOYMENT, GROUP_TYPES, WORKLOADS, body, one_of
from ...settings import ScoringHardening

_JOBS: Final = {
    "kubernetes:batch:Job": "spec.template.spec",
    "kubernetes:batch:CronJob": "spec.jobTemplate.spec.template.spec",
}
_PODS: Final[Mapping[str, str]] = {**WORKLOADS, **_JOBS}
_FIX: Final = "limits: {cpu: '1', memory: 2Gi}"
_LISTS: Final = ("containers", "initContainers")


def check(resource: Resource, _settings: ScoringHardening) -> Iterator[Result]:
    """Ask for cpu and memory of every container."""
    if resource.type == DEPLOYMENT:
        yield from _deployment(body(resource))
    elif resource.type in GROUP_TYPES:
        # A container alone in its group has what the group asks for, and no more.
        alone = len(resource["containers"].elements()) == 1
        yield from each(resource["containers"], lambda container: _of_group(container, alone=alone))
    else:
        pod = resource.properties.at(_PODS[resource.type])
        for key in _LISTS:
            yield from each(pod[key], lambda container: _limits(container, ("cpu", "memory"), _FIX))


def _deployment(at: Value) -> Iterator[Result]:
    if not one_of(at["endpointComputeType"], "Kubernetes") or at["instanceType"].present:
        return
    limits = at["containerResourceRequirements"]["containerResourceLimits"]
    missing = [key for key in ("cpu", "memory") if not _given(limits[key])]
    if missing:
        rule = f"must say {' and '.join(missing)}, or instanceType must be given"
        yield Problem(limits.path, rule, None, "{cpu: '1', memory: 2Gi}")


def _of_group(container: Value, *, alone: bool) -> Iterator[Result]:
    requests = container["resources"]["requests"]
    missing = [key for key in ("cpu", "memoryInGB") if not _given(requests[key])]
    if missing:
        fix = "requests: {cpu: 1, memoryInGB: 1.5}"
        yield Problem(container.label, f"must request {' and '.join(missing)}", None, fix)
    elif not alone:
        yield from _limits(container, ("cpu", "memoryInGB"), "limits: {cpu: 1, memoryInGB: 1.5}")


def _limits(container: Value, keys: tuple[str, ...], fix: str) -> Iterator[Result]:
    missing = [key for key in keys if not _given(container["resources"]["limits"][key])]
    if missing:
        yield Problem(container.label, f"must limit {' and '.join(missing)}", None, fix)


def _given(value: Value) -> bool:
    """Whether an amount is there and is more than nothing: a number, or a text such as `500m`."""
    return value.present and str(value.raw).strip(" 0.mMGKi") != ""


RULE = Rule(
    id="cpu-and-memory",
    summary="A container asks for cpu and memory, and takes no more than its limits.",
    severity=Severity.MEDIUM,
    link="https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/",
    remediation="Give every container limits for cpu and memory; a container alone in a group needs its requests only.",
    reads={
        **dict.fromkeys(GROUP_TYPES, ("containers[*].resources",)),
        DEPLOYMENT: ("properties.containerResourceRequirements.containerResourceLimits", "properties.instanceType"),
        **{type_: tuple(f"{pod}.{key}[*].resources.limits" for key in _LISTS) for type_, pod in _PODS.items()},
    },
    check=check,
    nearest={
        "Kyverno": "require-requests-limits (no cpu limit asked)",
        "Gatekeeper": "containerlimits",
        "Checkov": "CKV_K8S_10 to CKV_K8S_13",
        "Trivy": "KSV-0011, KSV-0018",
        "Azure Policy": "e345eecc (AKS)",
    },
)
