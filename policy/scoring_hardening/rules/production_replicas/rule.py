"""Services of production have replicas."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from azureml_scoring.policy_kit import Resource, Result, Rule, Severity, Value, each
from azureml_scoring.rules import Problem

from ...kinds import DEPLOYMENT, WORKLOADS, body, one_of
from ...settings import ScoringHardening, in_production

_AUTOSCALE: Final = ("azure-native:monitor:AutoscaleSetting", "azure-native:insights:AutoscaleSetting")
_APP: Final = "azure-native:app:ContainerApp"
_PODS: Final = "kubernetes:autoscaling:HorizontalPodAutoscaler"
_AT: Final[Mapping[str, str]] = {
    _APP: "template.scale.minReplicas",
    _PODS: "spec.minReplicas",
    **{type_: "spec.replicas" for type_ in WORKLOADS if not type_.endswith((":Pod", ":DaemonSet"))},
}


def check(resource: Resource, settings: ScoringHardening) -> Iterator[Result]:
    """Refuse a service that is gone with one machine."""
    if not in_production(resource.run, settings, settings.replica_stacks):
        return
    if resource.type == DEPLOYMENT:
        scale = body(resource)["scaleSettings"]
        scaled = one_of(scale["scaleType"], "TargetUtilization")
        yield from _enough(scale["minInstances"] if scaled else resource["sku"]["capacity"], settings)
    elif resource.type in _AUTOSCALE:
        yield from each(
            resource["profiles"], lambda profile: _enough(profile["capacity"]["minimum"], settings, missing=0)
        )
    else:
        missing = 0 if resource.type == _APP else 1
        yield from _enough(resource.properties.at(_AT[resource.type]), settings, missing=missing)


def _enough(value: Value, settings: ScoringHardening, *, missing: int = 1) -> Iterator[Result]:
    number, wanted = value.number(), settings.minimum_replicas
    if (missing if number is None else number) < wanted:
        yield Problem(value.path, f"must be {wanted} or more", value.shown, str(wanted))


RULE = Rule(
    id="production-replicas",
    summary="In production a service has more than one replica, also when it is scaled in.",
    severity=Severity.MEDIUM,
    link="https://learn.microsoft.com/azure/machine-learning/how-to-autoscale-endpoints",
    remediation="Raise replicas, or the minimum of the autoscale rules; a container group is always one.",
    reads={
        DEPLOYMENT: ("sku.capacity", "properties.scaleSettings"),
        **dict.fromkeys(_AUTOSCALE, ("profiles[*].capacity.minimum",)),
        **{type_: (path,) for type_, path in _AT.items()},
    },
    check=check,
    options=("production_stacks", "replica_stacks", "minimum_replicas"),
    nearest={"Kyverno": "require-multiple-replicas", "Gatekeeper": "replicalimits"},
)
