"""Containers that serve are asked whether they live and whether they are ready."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from functools import partial
from typing import Final

from azureml_scoring.policy_kit import Resource, Result, Rule, Severity, Value, each
from azureml_scoring.rules import Problem

from ...kinds import DEPLOYMENT, GROUP_TYPES, WORKLOADS, body, guarded, one_of
from ...settings import ScoringHardening

_PROBES: Final = {"livenessProbe": "a liveness probe", "readinessProbe": "a readiness probe"}
_HANDLERS: Final = ("httpGet", "tcpSocket", "grpc", "exec")
_IDLE: Final = ({"true"}, {"/bin/true"}, {":"}, {"exit 0"})
_FIX: Final = "httpGet: {path: /, port: 5001}"
_PATHS: Final = tuple(f"containers[*].{probe}" for probe in _PROBES)
READS: Final[Mapping[str, tuple[str, ...]]] = {
    DEPLOYMENT: tuple(f"properties.{probe}" for probe in _PROBES),
    **dict.fromkeys(GROUP_TYPES, _PATHS),
    **{type_: tuple(f"{pod}.{path}" for path in _PATHS) for type_, pod in WORKLOADS.items()},
}


def check(resource: Resource, settings: ScoringHardening) -> Iterator[Result]:
    """Ask for both probes of every container that runs on and on, and of every online deployment."""
    if resource.type == DEPLOYMENT:
        at = body(resource)
        for probe, name in _PROBES.items():
            yield from guarded(f"{at.path}.{probe}", partial(_there, at, probe, name))
        return
    pod = resource.properties.at(WORKLOADS[resource.type]) if resource.type in WORKLOADS else resource.properties
    if not one_of(pod["restartPolicy"], "Never", "OnFailure"):
        yield from each(pod["containers"], lambda container: _container(container, settings))


def _there(at: Value, probe: str, name: str) -> Iterator[Result]:
    if not at[probe].present:
        yield Problem(at.path, f"must have {name}", None, f"{probe}: {{initialDelay: PT10S}}")


def _container(container: Value, settings: ScoringHardening) -> Iterator[Result]:
    called = container["name"].text() or ""
    if any(fnmatchcase(called, pattern) for pattern in settings.sidecars):
        return
    for probe, name in _PROBES.items():
        yield from guarded(f"{probe} of {container.label}", partial(_asks, container, probe, name))


def _asks(container: Value, probe: str, name: str) -> Iterator[Result]:
    asked = [handler for handler in _HANDLERS if container[probe][handler].present]
    command = [part.text() or "" for part in container[probe]["exec"]["command"].elements()]
    if not container[probe].present:
        yield Problem(container.label, f"must have {name}", None, f"{probe}: {{{_FIX}}}")
    elif not asked:
        yield Problem(f"{probe} of {container.label}", f"must ask by one of {', '.join(_HANDLERS)}", None, _FIX)
    elif command and {command[-1].strip()} in _IDLE:
        yield Problem(f"{probe} of {container.label}", "must ask something", command, _FIX)


RULE = Rule(
    id="health-probes",
    summary="A container that serves has a liveness and a readiness probe.",
    severity=Severity.MEDIUM,
    link="https://learn.microsoft.com/azure/container-instances/container-instances-liveness-probe",
    remediation="Give the container livenessProbe and readinessProbe, each by httpGet on the server's path.",
    reads=READS,
    check=check,
    options=("sidecars",),
    nearest={
        "Kyverno": "require-pod-probes (any probe, an empty one too)",
        "Gatekeeper": "requiredprobes",
        "Checkov": "CKV_K8S_8, CKV_K8S_9",
    },
)
