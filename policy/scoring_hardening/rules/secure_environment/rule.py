"""Secrets reach containers as secrets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from functools import partial
from typing import Final

from azureml_scoring.policy_kit import Change, Encrypt, NotChecked, Resource, Result, Rule, Severity, Undecided, Value
from azureml_scoring.rules import Problem

from ...kinds import DEPLOYMENT, GROUP_TYPES, WORKLOADS, Variable, body, guarded, variable
from ...secrets import looks_secret
from ...settings import ScoringHardening

_APP: Final = "azure-native:app:ContainerApp"
_DOCKER: Final = "docker:index/container:Container"
_JOBS: Final = {
    "kubernetes:batch:Job": "spec.template.spec",
    "kubernetes:batch:CronJob": "spec.jobTemplate.spec.template.spec",
}
_PODS: Final[Mapping[str, str]] = {**WORKLOADS, **_JOBS, _APP: "template"}
_LISTS: Final = ("containers", "initContainers")
_FIXES: Final = {
    DEPLOYMENT: "a secret of Pulumi (pulumi.Output.secret), so that no state and no preview shows it",
    _DOCKER: "a secret of Pulumi (pulumi.Output.secret), so that no state and no preview shows it",
    _APP: "secretRef: <name of a secret>",
    **dict.fromkeys(GROUP_TYPES, "secureValue in place of value"),
}
_KUBERNETES: Final = "valueFrom: {secretKeyRef: {name: scoring, key: token}}"


def check(resource: Resource, settings: ScoringHardening) -> Iterator[Result]:
    """Refuse a variable that looks like a secret and that whoever may read the resource, or its state, reads."""
    # Azure ML and Docker have no slot for secrets: there it counts that the engine encrypts the value.
    kept = resource.type in (DEPLOYMENT, _DOCKER)
    for listed in _listed(resource):
        try:
            entries = _entries(listed)
        except Undecided as unknown:
            yield NotChecked(listed.path, unknown.path)
            continue
        for entry in entries:
            judge = partial(_one, resource.type, entry, settings, keyed=isinstance(listed.raw, Mapping), kept=kept)
            yield from guarded(entry.label, judge)


def mend(resource: Resource, settings: ScoringHardening) -> Iterator[Change | Encrypt]:
    """Move the value to where Azure hides it, or have the engine encrypt it."""
    for listed in _listed(resource) if resource.type in _FIXES and resource.type != _APP else ():
        for place, entry in enumerate(_entries(listed)):
            one = variable(entry, keyed=isinstance(listed.raw, Mapping))
            if not _shown(one, settings):
                continue
            if resource.type in GROUP_TYPES:
                path = (*_steps(listed.path), place)
                yield Change(path, {"name": one.name, "secureValue": one.value.raw})
                yield Encrypt((*path, "secureValue"))
            else:
                yield Encrypt((*_steps(listed.path), one.name if isinstance(listed.raw, Mapping) else place))


def _one(type_: str, entry: Value, settings: ScoringHardening, *, keyed: bool, kept: bool) -> Iterator[Result]:
    one = variable(entry, keyed=keyed)
    if kept and not one.value.secret and not one.value.known:
        raise Undecided(one.path)
    if not (kept and one.value.secret) and _shown(one, settings):
        rule = "must be kept as a secret: it looks like one, and stands there in the clear"
        yield Problem(one.label, rule, "[a value]", _FIXES.get(type_, _KUBERNETES))


def _shown(one: Variable, settings: ScoringHardening) -> bool:
    if one.value.raw is None or any(fnmatchcase(one.name, pattern) for pattern in settings.plain_variables):
        return False
    return looks_secret(one.name, str(one.value.raw) if one.value.known else None)


def _listed(resource: Resource) -> Iterator[Value]:
    if resource.type == DEPLOYMENT:
        yield body(resource)["environmentVariables"]
    elif resource.type == _DOCKER:
        yield resource["envs"]
    else:
        pod = resource.properties.at(_PODS[resource.type]) if resource.type in _PODS else resource.properties
        key = "env" if resource.type in _PODS else "environmentVariables"
        for containers in (pod[name] for name in _LISTS):
            if not containers.known:
                yield containers
                continue
            yield from (container[key] for container in containers.elements())


def _entries(listed: Value) -> list[Value]:
    return list(listed.entries().values()) if isinstance(listed.raw, Mapping) else listed.elements()


def _steps(path: str) -> tuple[str | int, ...]:
    """`containers[0].environmentVariables` as keys and positions."""
    return tuple(int(step) if step.isdigit() else step for step in path.replace("[", ".").replace("]", "").split("."))


_LIST_READS: Final = tuple(f"{key}[*].environmentVariables[*]" for key in _LISTS)
RULE = Rule(
    id="secure-environment",
    summary="An environment variable that looks like a secret is kept as one.",
    severity=Severity.HIGH,
    link="https://learn.microsoft.com/azure/container-instances/container-instances-environment-variables",
    remediation=(
        "Use secureValue (container groups), secretKeyRef (Kubernetes), secretRef (container apps), a Pulumi secret "
        "elsewhere; best of all an identity in place of the secret."
    ),
    reads={
        **dict.fromkeys(GROUP_TYPES, _LIST_READS),
        DEPLOYMENT: ("properties.environmentVariables",),
        _DOCKER: ("envs",),
        **{type_: tuple(f"{pod}.{key}[*].env[*]" for key in _LISTS) for type_, pod in _PODS.items()},
    },
    check=check,
    mend=mend,
    options=("plain_variables",),
    nearest={
        "Kyverno": "disallow-secrets-from-env-vars (the other way round: no secretKeyRef)",
        "Checkov": "CKV_AZURE_235 (first container only), CKV_K8S_35",
        "Trivy": "DS-0031 (names in a Dockerfile)",
    },
)
