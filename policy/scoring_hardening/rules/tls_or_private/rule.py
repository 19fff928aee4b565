"""Services answer by https, or in a private network."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from azureml_scoring.policy_kit import Resource, Result, Rule, Severity, Value
from azureml_scoring.rules import Problem

from ...kinds import GROUP_TYPES, has_variable, one_of, ports
from ...settings import ScoringHardening, in_production

_EXTENSION: Final = "azure-native:kubernetesconfiguration:Extension"
_APP: Final = "azure-native:app:ContainerApp"
_STORAGE: Final = "azure-native:storage:StorageAccount"
_INGRESSES: Final = ("kubernetes:networking.k8s.io:Ingress", "kubernetes:extensions:Ingress")
_GROUP: Final = ("ipAddress", "containers[*].ports", "containers[*].livenessProbe", "containers[*].readinessProbe")


def check(resource: Resource, settings: ScoringHardening) -> Iterator[Result]:
    """Refuse what answers the public network without TLS."""
    if in_production(resource.run, settings, settings.tls_stacks):
        yield from _CHECKS[resource.type](resource, settings)


def _group(resource: Resource, settings: ScoringHardening) -> Iterator[Result]:
    address = resource["ipAddress"]
    if not address.present or one_of(address["type"], "Private"):
        return
    containers = resource["containers"].elements()
    for port in ports(address):
        serving = [container for container in containers if port in ports(container)]
        if port not in settings.tls_ports and not any(_tls(container, settings) for container in serving):
            rule = "must answer by https (a certificate of its own, a probe with scheme HTTPS) or be Private"
            yield Problem(f"port {port} of ipAddress", rule, address["type"].shown, "ipAddress.type: Private")


def _tls(container: Value, settings: ScoringHardening) -> bool:
    probes = (container[probe]["httpGet"]["scheme"] for probe in ("livenessProbe", "readinessProbe"))
    if any(one_of(scheme, "https") for scheme in probes):
        return True
    return has_variable(container["environmentVariables"], lambda name, _: name in settings.tls_variables)


def _extension(resource: Resource, _settings: ScoringHardening) -> Iterator[Result]:
    if not one_of(resource["extensionType"], "microsoft.azureml.kubernetes"):
        return
    given = resource["configurationSettings"]
    inner = one_of(given["internalLoadBalancerProvider"], "azure") or one_of(
        given["inferenceRouterServiceType"], "ClusterIP"
    )
    if one_of(given["allowInsecureConnections"], "true") and not inner:
        rule = "must be false, or the router be inside of the network (internalLoadBalancerProvider: azure)"
        subject = "configurationSettings.allowInsecureConnections"
        yield Problem(subject, rule, given["allowInsecureConnections"].shown, "sslSecret: <name of a TLS secret>")


def _app(resource: Resource, _settings: ScoringHardening) -> Iterator[Result]:
    ingress = resource.properties.at("configuration.ingress")
    if ingress["external"].flag() and ingress["allowInsecure"].flag():
        yield Problem(f"{ingress.path}.allowInsecure", "must be false where external is true", "true", "false")


def _storage(resource: Resource, _settings: ScoringHardening) -> Iterator[Result]:
    if resource["enableHttpsTrafficOnly"].flag() is False:
        yield Problem("enableHttpsTrafficOnly", "must not be false", "false", "true")
    if one_of(resource["minimumTlsVersion"], "TLS1_0", "TLS1_1"):
        yield Problem("minimumTlsVersion", "must be TLS1_2 or later", resource["minimumTlsVersion"].shown, "TLS1_2")


def _ingress(resource: Resource, _settings: ScoringHardening) -> Iterator[Result]:
    if not resource.properties.at("spec.tls").elements():
        yield Problem("spec.tls", "must have a certificate", None, "tls: [{secretName: scoring-tls}]")


_CHECKS: Final[Mapping[str, Callable[[Resource, ScoringHardening], Iterator[Result]]]] = {
    **dict.fromkeys(GROUP_TYPES, _group),
    _EXTENSION: _extension,
    _APP: _app,
    _STORAGE: _storage,
    **dict.fromkeys(_INGRESSES, _ingress),
}

RULE = Rule(
    id="tls-or-private",
    summary="In production a service answers by https, or in a private network only.",
    severity=Severity.HIGH,
    link="https://learn.microsoft.com/azure/machine-learning/how-to-secure-kubernetes-online-endpoint",
    remediation="Give the service a certificate (tls_certificate; the extension's sslSecret) or a subnet.",
    reads={
        **dict.fromkeys(GROUP_TYPES, (*_GROUP, "containers[*].environmentVariables[*].name")),
        _EXTENSION: ("configurationSettings",),
        _APP: ("configuration.ingress",),
        _STORAGE: ("enableHttpsTrafficOnly", "minimumTlsVersion"),
        **dict.fromkeys(_INGRESSES, ("spec.tls",)),
    },
    check=check,
    options=("production_stacks", "tls_stacks", "tls_ports", "tls_variables"),
    nearest={
        "Kyverno": "require-ingress-https",
        "Gatekeeper": "httpsonly",
        "Checkov": "CKV_AZURE_245 (container groups public or not), CKV_AZURE_3, CKV_AZURE_44 (storage)",
        "Trivy": "AZU-0008, AZU-0011 (storage)",
        "Azure Policy": "8af8f826 (container groups in a network), 404c3081 (storage)",
    },
)
