"""Of each kind of puller: whether it can sign in and what it may pull, explained."""

from __future__ import annotations

import hmac
import uuid
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from localcloud.arm import identities
from localcloud.arm.errors import InvalidResourceId
from localcloud.arm.ids import ResourceId
from localcloud.control.clock import text
from localcloud.services.authorization import access
from localcloud.services.containerregistry import scope_maps, tokens
from localcloud.services.containerregistry.registries import admin_passwords
from localcloud.services.entra.directory import APPLICATIONS, SERVICE_PRINCIPALS

if TYPE_CHECKING:
    from localcloud.arm.store import Document
    from localcloud.cloud import Cloud
    from localcloud.services.authorization.access import Held
    from localcloud.services.containerregistry.findings import Findings

ADMIN, ANONYMOUS = "admin", "anonymous"
_PULL_ROLE = {False: "AcrPull", True: "Container Registry Repository Reader"}
_NOT_CHECKED = "its password was not checked (give it with --password-file or --password-stdin)"


def explain(
    cloud: Cloud, registry: Document, repository: str, identity: str, password: str | None, findings: Findings
) -> None:
    """Finds what keeps an identity from signing in and from pulling a repository, and what lets it."""
    if identity == ANONYMOUS:
        _explain_anonymous(registry, findings)
    elif identity == ADMIN or identity.lower() == registry["name"].lower():
        _explain_admin(cloud, registry, password, findings)
    elif identity.startswith("/"):
        _explain_identity(cloud, registry, identity, findings)
    elif _is_guid(identity):
        _explain_client(cloud, registry, identity, password, findings)
    else:
        _explain_token(cloud, registry, repository, identity, password, findings)


def _explain_anonymous(registry: Document, findings: Findings) -> None:
    if registry["properties"]["anonymousPullEnabled"]:
        findings.reason("role", "the registry lets anybody pull")
    else:
        findings.problem("role", "the registry lets nobody pull without credentials", "set anonymousPullEnabled")


def _explain_admin(cloud: Cloud, registry: Document, password: str | None, findings: Findings) -> None:
    if not registry["properties"]["adminUserEnabled"]:
        findings.problem("credential", "the registry's admin user is off", "set adminUserEnabled, or use another one")
    else:
        findings.reason("role", "the admin user may do everything")
    known = admin_passwords(cloud, registry)
    valid = any(hmac.compare_digest(one.encode(), (password or "").encode()) for one in known)
    _tell_password("valid" if valid else "unknown", password, findings, "the admin user", "listCredentials shows it")


def _explain_identity(cloud: Cloud, registry: Document, identity: str, findings: Findings) -> None:
    try:
        wanted = ResourceId.parse(identity)
        found = cloud.resources.find(wanted)
    except InvalidResourceId:
        found = None
    if found is None or found["type"].lower() != identities.USER_ASSIGNED_TYPE.lower():
        findings.problem("credential", f"there is no user-assigned identity '{identity}'", "make it, or check the id")
        return
    findings.reason("credential", "a container group that has the identity signs in as it without a password")
    _explain_roles(cloud, registry, found["properties"]["principalId"], findings)


def _explain_client(cloud: Cloud, registry: Document, client_id: str, password: str | None, findings: Findings) -> None:
    found = cloud.directory.list(SERVICE_PRINCIPALS, {"appId": client_id})
    if not found:
        findings.problem(
            "credential",
            f"there is no service principal with the client id '{client_id}' (an object id is no user name)",
            "make it, or check the id",
        )
        return
    principal = found[0]
    if cloud.directory.principal(client_id) is None:
        known = datetime.fromisoformat(principal["createdDateTime"]) + timedelta(seconds=cloud.clock.lag.principals)
        findings.problem("credential", f"the service principal is in its lag until {text(known)}", "wait")
    elif principal["servicePrincipalType"] == "ManagedIdentity":
        findings.reason("credential", "a managed identity signs in without a password, inside of Azure only")
    else:
        _explain_client_password(cloud, client_id, principal, password, findings)
    _explain_roles(cloud, registry, principal["id"], findings)


def _explain_client_password(
    cloud: Cloud, client_id: str, principal: Document, password: str | None, findings: Findings
) -> None:
    if password is not None:
        state = cloud.directory.password_state(client_id, password)
        _tell_password(state, password, findings, "the application", "use a password that it has now")
        return
    owners = [*cloud.directory.list(APPLICATIONS, {"appId": client_id}), principal]
    ends = [credential["endDateTime"] for owner in owners for credential in owner["passwordCredentials"]]
    _tell_ends(cloud, ends, findings, "the application")


def _explain_token(
    cloud: Cloud, registry: Document, repository: str, name: str, password: str | None, findings: Findings
) -> None:
    token = tokens.by_name(cloud, registry, name)
    if token is None:
        findings.problem("credential", f"the registry '{registry['name']}' has no token '{name}'", "make it")
        return
    if token["properties"]["status"] != "enabled":
        findings.problem("credential", f"the token '{name}' is disabled", "enable it")
    subject = f"the token '{name}'"
    if password is None:
        ends = [found.get("expiry") for found in tokens.passwords(cloud, token)]
        _tell_ends(cloud, ends, findings, subject)
    else:
        _tell_password(tokens.password_state(cloud, token, password), password, findings, subject, "generate one")
    scope_map = tokens.scope_map_of(cloud, token)
    if scope_map is None:
        findings.problem("role", f"the scope map of the token '{name}' is gone", "give it another one")
    elif "pull" in scope_maps.rights(scope_map, repository):
        findings.reason("role", f"the scope map '{scope_map['name']}' lets it read '{repository}'")
    else:
        named = ", ".join(scope_maps.repositories(scope_map))
        findings.problem(
            "role",
            f"the scope map '{scope_map['name']}' lacks content/read of '{repository}'; it names: {named}",
            f"add repositories/{repository}/content/read",
        )


def _explain_roles(cloud: Cloud, registry: Document, principal_id: str, findings: Findings) -> None:
    if principal_id == cloud.settings.object_id:
        findings.reason("role", "the deployer may do everything")
        return
    abac, now = access.is_abac(cloud, registry["id"]), cloud.clock.now()
    held = access.assignments_at(cloud, principal_id, registry["id"])
    good = [one for one in held if access.grants(one.role, "pull", abac=abac)]
    for one in good:
        if one.effective_at <= now:
            findings.reason("role", f"{_told(one)} lets it pull")
            return
    for one in good:
        findings.problem("role", f"{_told(one)} is in its lag until {text(one.effective_at)}", "wait")
    if not good:
        message = "; ".join(_without_effect(cloud, principal_id, registry, held, abac=abac)) or "it has no role"
        findings.problem("role", message, f"assign {_PULL_ROLE[abac]} at the registry")


def _without_effect(cloud: Cloud, principal_id: str, registry: Document, held: list[Held], *, abac: bool) -> list[str]:
    """What the roles are that do not help, and why."""
    mode = "in ABAC mode, which ignores" if abac else "not in ABAC mode, and ignores"
    found = []
    for one in held:
        ignored = access.grants(one.role, "pull", abac=not abac)
        why = f"the registry is {mode} {_told(one)}" if ignored else f"{_told(one)} does not include pulling"
        found.append(why)
    ids = {one.assignment["id"].lower() for one in held}
    elsewhere = [one for one in access.assignments_of(cloud, principal_id) if one.assignment["id"].lower() not in ids]
    useful = (one for one in elsewhere if access.grants(one.role, "pull", abac=abac))
    return [*found, *(f"{_told(one)} does not cover {registry['id']}" for one in useful)]


def _told(held: Held) -> str:
    return f"{held.role.name} at {held.assignment['properties']['scope']}"


def _tell_password(state: str, password: str | None, findings: Findings, subject: str, fix: str) -> None:
    if password is None:
        findings.reason("credential", _NOT_CHECKED)
    elif state == "valid":
        findings.reason("credential", f"the password is one that {subject} has")
    elif state == "expired":
        findings.problem("credential", f"the password of {subject} has expired", fix)
    else:
        findings.problem("credential", f"the password is none that {subject} has: wrong or removed", fix)


def _tell_ends(cloud: Cloud, ends: list[str | None], findings: Findings, subject: str) -> None:
    """Whether any password is left that has not expired."""
    now = cloud.clock.now()
    moments = [None if end is None else datetime.fromisoformat(end) for end in ends]
    if any(moment is None or moment > now for moment in moments):
        findings.reason("credential", f"{subject} has a password that holds; {_NOT_CHECKED}")
    elif ends:
        last = text(max(moment for moment in moments if moment))
        findings.problem("credential", f"every password of {subject} has expired, the last one at {last}", "make one")
    else:
        findings.problem("credential", f"{subject} has no password", "make one")


def _is_guid(identity: str) -> bool:
    try:
        uuid.UUID(identity)
    except ValueError:
        return False
    return "-" in identity
