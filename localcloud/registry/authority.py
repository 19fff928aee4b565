"""Who may do what: what the registry asks the rest of the cloud."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

Right = Literal["pull", "push", "delete", "catalog"]
"""What a principal may do in a repository; `catalog` (list the repositories) belongs to the registry."""

NULL_USER = "00000000-0000-0000-0000-000000000000"
"""The user name that goes with a token in place of a password."""


@dataclass(frozen=True)
class RegistryInfo:
    """A registry: its resource name and its address."""

    name: str
    login_server: str


@dataclass(frozen=True)
class Principal:
    """Who was recognised: `id` is what rights hang on (an object id, `admin:<registry>`, a token's ARM id)."""

    id: str
    name: str


class Authority(Protocol):
    """Answered from ARM and Graph; called on the server's event loop, so it must not block."""

    def registry(self, login_server: str) -> RegistryInfo | None:
        """The registry at `login_server` (`address:port`), or None."""
        ...

    def admits(self, login_server: str, address: str) -> bool:
        """Whether the registry's network rules let a client at this address in."""
        ...

    def authenticate(self, login_server: str, username: str, password: str) -> Principal | None:
        """Whoever these credentials belong to now, or None: wrong, expired, removed or switched off.

        With NULL_USER the password is an access token of the directory.
        """
        ...

    def rights(self, login_server: str, principal: Principal | None, repository: str | None) -> AbstractSet[Right]:
        """What `principal` (None: anybody) may do in a repository; without one, what it may do in all of them."""
        ...
