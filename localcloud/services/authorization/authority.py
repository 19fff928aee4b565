"""Who may pull from and push to a registry: the registry's questions, answered from ARM and the directory (law L2)."""

from __future__ import annotations

import hmac
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING

from localcloud.control.tokens import InvalidToken, Tokens
from localcloud.registry.authority import NULL_USER, Principal, RegistryInfo, Right
from localcloud.services.authorization import access
from localcloud.services.containerregistry.registries import admin_passwords, by_login_server

if TYPE_CHECKING:
    from localcloud.arm.store import Document
    from localcloud.cloud import Cloud

_ADMIN = "admin:"
_ORDER: tuple[Right, ...] = ("pull", "push", "delete", "catalog")
_ALL: frozenset[Right] = frozenset(_ORDER)
_PULL: frozenset[Right] = frozenset({"pull"})


class RegistryAuthority:
    """`localcloud.registry`'s Authority: every answer is read anew, so that a change holds at once."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud

    def registry(self, login_server: str) -> RegistryInfo | None:
        """The registry at this address; None when there is none."""
        document = by_login_server(self._cloud, login_server)
        return None if document is None else RegistryInfo(document["name"], login_server)

    def authenticate(self, login_server: str, username: str, password: str) -> Principal | None:
        """The admin user (if on), a service principal by client id, or, with NULL_USER, the bearer of a token."""
        document = by_login_server(self._cloud, login_server)
        if document is None:
            return None
        if username == NULL_USER:
            return self._bearer(password)
        if username.lower() == document["name"].lower():
            return self._admin(document, password)
        found = self._cloud.directory.authenticate(username, password)
        return None if found is None else Principal(found.object_id, found.client_id)

    def rights(self, login_server: str, principal: Principal | None, repository: str | None) -> AbstractSet[Right]:
        """What a principal (None: anybody) may do; roles hold for all repositories of a registry alike."""
        del repository
        document = by_login_server(self._cloud, login_server)
        if document is None:
            return frozenset()
        properties = document["properties"]
        if principal is None:
            return _PULL if properties.get("anonymousPullEnabled") else frozenset()
        if principal.id.startswith(_ADMIN):
            own = principal.id == f"{_ADMIN}{document['name'].lower()}"
            return _ALL if own and properties.get("adminUserEnabled") else frozenset()
        if principal.id == self._cloud.settings.object_id:
            return _ALL
        held = access.rights(self._cloud, principal.id, document["id"])
        return frozenset(right for right in _ORDER if right in held)

    def _admin(self, document: Document, password: str) -> Principal | None:
        valid = any(
            hmac.compare_digest(password.encode(), known.encode()) for known in admin_passwords(self._cloud, document)
        )
        if not valid or not document["properties"].get("adminUserEnabled"):
            return None
        return Principal(f"{_ADMIN}{document['name'].lower()}", document["name"])

    def _bearer(self, token: str) -> Principal | None:
        try:
            found = Tokens(self._cloud.settings).read(token)
        except InvalidToken:
            return None
        return Principal(found.object_id, found.client_id)
