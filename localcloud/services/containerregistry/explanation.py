"""Why an image can't be pulled, or can: every reason at once, from the cloud's side (law L4)."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

from localcloud.images.errors import ReferenceInvalid
from localcloud.images.reference import parse_reference
from localcloud.registry.local import resolve
from localcloud.services.containerregistry import network, pullers
from localcloud.services.containerregistry.findings import Finding, Findings
from localcloud.services.containerregistry.registries import all_login_servers, by_login_server

if TYPE_CHECKING:
    from localcloud.arm.store import Document
    from localcloud.cloud import Cloud
    from localcloud.images.reference import Reference

HERE = "127.0.0.1"
AZURE = "azure"
_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked.

    Attributes:
        image: A reference.
        identity: `admin`, `anonymous`, a client id, a token's name or a user-assigned identity's ARM id.
        password: To be checked; None: is not.
        address: Where the pull comes from; `azure` for a service such as a container group. Empty: from Azure for an
            ARM id, else from this machine.
    """

    image: str
    identity: str
    password: str | None = None
    address: str = ""


def explain(cloud: Cloud, question: Question) -> Document:
    """The answer: `pullable`, and what speaks against it (`problems`) and for it (`reasons`)."""
    findings = Findings()
    try:
        parsed = parse_reference(question.image)
    except ReferenceInvalid as error:
        findings.problem("tag", str(error), "such as 127.1.2.3:5443/app:v1")
    else:
        _explain(cloud, question, parsed, findings)
    return {
        "image": question.image,
        "identity": question.identity,
        "pullable": not findings.problems,
        "problems": [asdict(finding) for finding in findings.problems],
        "reasons": [_plain(finding) for finding in findings.reasons],
    }


def _explain(cloud: Cloud, question: Question, parsed: Reference, findings: Findings) -> None:
    registry = by_login_server(cloud, parsed.domain)
    if registry is None:
        known = ", ".join(sorted(all_login_servers(cloud))) or "none yet"
        findings.problem("network", f"no registry of this cloud is at '{parsed.domain}'", f"there are: {known}")
        return
    address = _address(question)
    if _is_address(address):
        _explain_network(registry, address, findings)
    else:
        findings.problem("network", f"'{address}' is no address", f"such as {HERE}, or {AZURE}")
    _explain_tag(cloud, parsed, findings)
    pullers.explain(cloud, registry, parsed.path, question.identity, question.password, findings)


def _address(question: Question) -> str:
    from_azure = question.identity.startswith("/") if not question.address else question.address == AZURE
    return network.AZURE_ADDRESS if from_azure else question.address or HERE


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _explain_network(registry: Document, address: str, findings: Findings) -> None:
    properties = registry["properties"]
    where = f"a client at {address}"
    if address == network.AZURE_ADDRESS:
        where = f"a service of Azure's such as a container group (from {address}; it is no trusted service)"
    if network.admits(properties, address):
        findings.reason("network", f"the registry answers {where}")
    elif properties["publicNetworkAccess"] == "Disabled":
        findings.problem(
            "network",
            f"the registry's public network access is disabled: it does not answer {where}",
            "enable it, or pull through a private endpoint (which localcloud does not carry)",
        )
    else:
        rules = [rule["value"] for rule in properties["networkRuleSet"].get("ipRules") or []]
        findings.problem(
            "network",
            f"the registry's network rules leave out {where}; they allow: {', '.join(rules) or 'nobody'}",
            "add an IP rule, or set the default action to Allow",
        )


def _explain_tag(cloud: Cloud, parsed: Reference, findings: Findings) -> None:
    wanted = parsed.digest or parsed.tag or "latest"
    digest = resolve(cloud.catalog, parsed.domain, parsed.path, wanted)
    if digest is not None:
        findings.reason("tag", f"'{wanted}' of '{parsed.path}' is {digest}")
    elif cloud.catalog.has_repository(parsed.domain, parsed.path):
        tags = cloud.catalog.tags(parsed.domain, parsed.path)
        findings.problem(
            "tag", f"'{parsed.path}' has no '{wanted}'", f"it has the tags: {', '.join(tags[-_SHOWN:]) or 'none'}"
        )
    else:
        repositories = cloud.catalog.repositories(parsed.domain)
        known = ", ".join(repositories[:_SHOWN]) or "none yet"
        findings.problem("tag", f"the registry has no repository '{parsed.path}'", f"it has: {known}")


def _plain(finding: Finding) -> dict[str, Any]:
    return {"cause": finding.cause, "message": finding.message}
