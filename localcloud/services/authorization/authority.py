"""Who may pull from and push to a registry: the registry's questions, answered from ARM and the directory (law L2)."""

from __future__ import annotations

import hmac
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING

from localcloud.control.tokens import InvalidToken
from localcloud.registry.authority import NULL_USER, Principal, RegistryInfo, Right
from localcloud.services.authorization import access
from localcloud.services.containerregistry import network, scope_maps, tokens
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

    def admits(self, login_server: str, address: str) -> bool:
        """Whether public network access and IP rules let a client at this address in."""
        document = by_login_server(self._cloud, login_server)
        return document is not None and network.admits(document["properties"], address)

    def authenticate(self, login_server: str, username: str, password: str) -> Principal | None:
        """The admin user or a token (if on), a service principal by client id, or, with NULL_USER, a bearer."""
        document = by_login_server(self._cloud, login_server)
        if document is None:
            return None
        if username == NULL_USER:
            return self._bearer(password)
        if username.lower() == document["name"].lower():
            return self._admin(document, password)
        token = tokens.by_name(self._cloud, document, username)
        if token is not None:
            return self._token(token, password)
        found = self._cloud.directory.authenticate(username, password)
        return None if found is None else Principal(found.object_id, found.client_id)

    def rights(self, login_server: str, principal: Principal | None, repository: str | None) -> AbstractSet[Right]:
        """What a principal (None: anybody) may do; without a repository, what it may do in all of them.

        Roles hold for all repositories alike: those with a condition are not emulated. A token's scope map does not.
        """
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
        if principal.id.startswith("/"):
            return self._token_rights(document, principal, repository)
        held = access.rights(self._cloud, principal.id, document["id"])
        return frozenset(right for right in _ORDER if right in held)

    def _admin(self, document: Document, password: str) -> Principal | None:
        valid = any(
            hmac.compare_digest(password.encode(), known.encode()) for known in admin_passwords(self._cloud, document)
        )
        if not valid or not document["properties"].get("adminUserEnabled"):
            return None
        return Principal(f"{_ADMIN}{document['name'].lower()}", document["name"])

    def _token(self, token: Document, password: str) -> Principal | None:
        is_valid = tokens.password_state(self._cloud, token, password) == "valid"
        if not is_valid or token["properties"]["status"] != "enabled":
            return None
        return Principal(token["id"].lower(), token["name"])

    def _token_rights(self, document: Document, principal: Principal, repository: str | None) -> AbstractSet[Right]:
        token = tokens.by_name(self._cloud, document, principal.name)
        if token is None or token["id"].lower() != principal.id or token["properties"]["status"] != "enabled":
            return frozenset()
        scope_map = tokens.scope_map_of(self._cloud, token)
        return frozenset() if scope_map is None else scope_maps.rights(scope_map, repository)

    def _bearer(self, token: str) -> Principal | None:
        try:
            found = self._cloud.tokens.read(token)
        except InvalidToken:
            return None
        return Principal(found.object_id, found.client_id)
