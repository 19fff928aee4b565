"""Tokens: names that sign in to one registry with a password and have the rights of a scope map (law L2)."""

from __future__ import annotations

import base64
import hmac
import secrets
import threading
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from localcloud.arm.errors import NotEmulated
from localcloud.arm.ids import ResourceId
from localcloud.arm.resource_type import Facts, Request, ResourceType
from localcloud.control.clock import text
from localcloud.services.containerregistry import scope_maps
from localcloud.services.containerregistry.errors import PasswordExpiryInvalid, ScopeMapNotFound, TokenInvalid

if TYPE_CHECKING:
    from localcloud.arm.store import Document
    from localcloud.cloud import Cloud

TOKEN_TYPE = "Microsoft.ContainerRegistry/registries/tokens"  # noqa: S105 - a type's name is no secret
PASSWORDS = ("password1", "password2")
_COLLECTION = "registry-token-passwords"
_NONCE = "nonce"
_STATUSES = ("enabled", "disabled")
_writing = threading.Lock()
"""Held while passwords are changed, so that two that are made at once are both there."""


class RegistryTokens(ResourceType):
    """`Microsoft.ContainerRegistry/registries/tokens`; its passwords are made by the registry's generateCredentials."""

    type = TOKEN_TYPE
    asynchronous = True
    facts = Facts(
        name_rule="[a-zA-Z0-9-]{5,50}",
        name_error="The token name '{name}' is invalid: it must be 5 to 50 alphanumeric characters or dashes long.",
        read_only=("properties.creationDate", "properties.provisioningState"),
        secret=("properties.credentials",),
        defaults={"properties.status": "enabled"},
    )

    def admit(self, request: Request) -> None:
        """Checks the status, the scope map and that no certificate is to be used."""
        properties = request.properties
        if properties["status"] not in _STATUSES:
            raise TokenInvalid(request.id.name, f"the status '{properties['status']}' is not one of enabled, disabled")
        if (properties.get("credentials") or {}).get("certificates"):
            raise NotEmulated("certificates of a registry's tokens", ["passwords (generateCredentials)"])
        scope_map = properties.get("scopeMapId")
        if not isinstance(scope_map, str) or _scope_map(request.cloud, request.id, scope_map) is None:
            raise ScopeMapNotFound(request.id.name, scope_map)

    def provision(self, request: Request) -> None:
        """Takes the passwords away that a request leaves out; one that names none keeps them all."""
        request.properties.setdefault("creationDate", text(request.cloud.clock.now()))
        given = (request.properties.get("credentials") or {}).get("passwords")
        if given is not None:
            kept = {password.get("name") for password in given}
            with _writing:
                known = _passwords(request.cloud, request.id.key)
                left = {name: password for name, password in known.items() if name in kept}
                request.cloud.store.put(_COLLECTION, request.id.key, left)

    def remove(self, request: Request) -> None:
        """Forgets the passwords."""
        request.cloud.store.delete(_COLLECTION, request.id.key)

    def shown(self, cloud: Cloud, document: Document) -> Document:
        """With its passwords' names and ends, never their values."""
        known = passwords(cloud, document)
        if not known:
            return document
        credentials = {"certificates": [], "passwords": known}
        return document | {"properties": document["properties"] | {"credentials": credentials}}


def by_name(cloud: Cloud, registry: Document, name: str) -> Document | None:
    """A registry's token; None when there is none."""
    if not name or "/" in name:
        return None
    return cloud.resources.find(ResourceId.parse(f"{registry['id']}/tokens/{name}"))


def scope_map_of(cloud: Cloud, token: Document) -> Document | None:
    """What a token may do; None when its scope map is gone."""
    return _scope_map(cloud, ResourceId.parse(token["id"]), token["properties"]["scopeMapId"])


def passwords(cloud: Cloud, token: Document) -> list[Document]:
    """A token's passwords: name, creationTime and, where there is one, expiry."""
    return _shown(_passwords(cloud, token["id"].lower()))


def generate(cloud: Cloud, token: Document, names: Iterable[str], expiry: str | None) -> None:
    """Makes passwords anew; those that had these names end at once. Raises PasswordExpiryInvalid."""
    now = cloud.clock.now()
    end = _moment(expiry)
    if end is not None and end <= now:
        raise PasswordExpiryInvalid(expiry)
    made = {"creationTime": text(now), "expiry": text(end) if end else None}
    with _writing:
        known = _passwords(cloud, token["id"].lower())
        for name in names:
            known[name] = {"name": name} | made | {_NONCE: secrets.token_hex(16)}
        cloud.store.put(_COLLECTION, token["id"].lower(), known)


def credentials(cloud: Cloud, token: Document, names: Iterable[str]) -> Document:
    """The answer to generateCredentials: user name and passwords."""
    key = token["id"].lower()
    known = _passwords(cloud, key)
    values = [
        found | {"value": _value(cloud, key, known[found["name"]])} for found in _shown(known) if found["name"] in names
    ]
    return {"username": token["name"], "passwords": values}


def password_state(cloud: Cloud, token: Document, password: str) -> str:
    """`valid`, `expired`, or `unknown`: wrong, regenerated or removed. Whether the token is enabled is not asked."""
    key = token["id"].lower()
    for known in _passwords(cloud, key).values():
        if hmac.compare_digest(_value(cloud, key, known).encode(), password.encode()):
            end = _moment(known["expiry"])
            return "expired" if end is not None and end <= cloud.clock.now() else "valid"
    return "unknown"


def _value(cloud: Cloud, key: str, password: Document) -> str:
    """The password's text: derived, so that it is stored nowhere."""
    derived = cloud.settings.derive("registry-token", key, password["name"], password[_NONCE])
    return base64.b64encode(derived).decode().rstrip("=")


def _passwords(cloud: Cloud, key: str) -> dict[str, Any]:
    return cloud.store.get(_COLLECTION, key) or {}


def _shown(known: Document) -> list[Document]:
    return [
        {name: value for name, value in known[key].items() if name != _NONCE and value is not None}
        for key in PASSWORDS
        if key in known
    ]


def _scope_map(cloud: Cloud, token: ResourceId, scope_map: str) -> Document | None:
    wanted = ResourceId.parse(scope_map)
    same = wanted.type.lower() == scope_maps.SCOPE_MAP_TYPE.lower() and wanted.parent == token.parent
    return scope_maps.find(cloud, wanted) if same else None


def _moment(text_: str | None) -> datetime | None:
    if text_ is None:
        return None
    try:
        parsed = datetime.fromisoformat(text_)
    except (TypeError, ValueError):
        raise PasswordExpiryInvalid(text_) from None
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
