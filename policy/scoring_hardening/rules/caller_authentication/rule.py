"""Services ask who calls."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Sequence
from typing import Final

from azureml_scoring.policy_kit import Resource, Result, Rule, Severity, Value, each
from azureml_scoring.rules import Problem

from ...kinds import ENDPOINT, GROUP_TYPES, TEMPLATE, endpoints, has_variable, one_of, ports, variable, variables
from ...settings import ScoringHardening, applies

_DOCKER: Final = "docker:index/container:Container"
_OWN: Final = ("AZUREML_", "AML_", "SCORING_")
"""How the environment variables of scoring servers begin."""
_GROUP: Final = ("ipAddress", "subnetIds", "containers[*].ports", "containers[*].environmentVariables")


def check(resource: Resource, settings: ScoringHardening) -> Iterator[Result]:
    """Refuse scoring services that anybody may call."""
    if applies(resource.run, settings.local_stacks):
        return
    if resource.type in (ENDPOINT, TEMPLATE):
        for endpoint in endpoints(resource):
            if not one_of(endpoint["authMode"], "Key", "AMLToken", "AADToken"):
                yield Problem(f"{endpoint.path}.authMode", "must not be none", endpoint["authMode"].shown, "Key")
    elif resource.type == _DOCKER:
        answered = [int(one["internal"].number() or 0) for one in resource["ports"].elements() if not _loopback(one)]
        host = one_of(resource["networkMode"], "host")
        if (answered or host) and _scores(resource.properties, answered, "envs", settings):
            yield from _judge(resource.properties, "envs", "the container", settings)
    elif resource["ipAddress"].raw is not None or resource["subnetIds"].raw:
        shown = ports(resource["ipAddress"])
        yield from each(resource["containers"], lambda container: _container(container, shown, settings))


def _container(container: Value, shown: Sequence[int], settings: ScoringHardening) -> Iterator[Result]:
    own = ports(container)
    # What another container of the group alone answers for, such as a proxy, is not reached from outside.
    if shown and not set(shown) & set(own or settings.scoring_ports):
        return
    if _scores(container, own or shown, "environmentVariables", settings):
        yield from _judge(container, "environmentVariables", container.label, settings)


def _scores(container: Value, answered: Sequence[int], key: str, settings: ScoringHardening) -> bool:
    if set(answered) & set(settings.scoring_ports):
        return True
    return any(variable(entry).name.startswith(_OWN) for entry in variables(container[key]) if _readable(entry))


def _readable(entry: Value) -> bool:
    return entry.known and entry["name"].known


def _judge(container: Value, key: str, label: str, settings: ScoringHardening) -> Iterator[Result]:
    if not has_variable(container[key], lambda name, value: f"{name}={value}" in settings.authentication_variables):
        wanted = " or ".join(settings.authentication_variables)
        rule = f"must ask its callers for a key: it is reached from outside, without {wanted}"
        yield Problem(label, rule, None, "auth: key")


def _loopback(port: Value) -> bool:
    address = port["ip"].text() or "0.0.0.0"  # noqa: S104 - what Docker takes where nothing is said
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


RULE = Rule(
    id="caller-authentication",
    summary="A scoring service that is reached from outside asks who calls.",
    severity=Severity.CRITICAL,
    link="https://learn.microsoft.com/azure/machine-learning/how-to-authenticate-online-endpoint",
    remediation="Set auth (authMode) to key or token, or publish a container on 127.0.0.1 only.",
    reads={
        ENDPOINT: ("properties.authMode",),
        TEMPLATE: ("properties.template.resources[*].properties.authMode",),
        **dict.fromkeys(GROUP_TYPES, _GROUP),
        _DOCKER: ("ports", "envs", "networkMode"),
    },
    check=check,
    options=("local_stacks", "scoring_ports", "authentication_variables"),
    nearest={"Azure Policy": "e96a9a5f (computes: local authentication off)"},
)
