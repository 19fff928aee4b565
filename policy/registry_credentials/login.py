"""A credential for a registry, wherever it stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from .hosts import host_of

if TYPE_CHECKING:
    from azureml_scoring.policy_kit import Value

__all__ = ["Login", "Place", "is_filled", "is_plain"]

Place: TypeAlias = tuple[str | int, ...]
"""Keys and positions down to a property."""


@dataclass(frozen=True)
class Login:
    """A credential, or an identity, for one registry.

    Attributes:
        label: How a message calls it, e.g. `imageRegistryCredentials[0]`.
        server: Its registry, as it is written; the image itself where it is for that alone.
        username: User name.
        password: Password, or the text that holds it.
        place: Where the password stands, to mend it.
        reference: Name or address of a secret that is kept elsewhere, in place of a password.
        identity: Managed identity, in place of user name and password.
        address: Whether the registry may be written as an address, with its scheme.
        pulls: Whether it is there to pull, not to push what the resource makes.
    """

    label: str
    server: Value
    username: Value
    password: Value
    place: Place
    reference: Value
    identity: Value
    address: bool = False
    pulls: bool = True

    @property
    def host(self) -> str:
        """The host that it is for, lower case; Docker Hub where none is named. Raises `Undecided` and `Malformed`."""
        return host_of(self.server.text() or "docker.io")

    @property
    def is_empty(self) -> bool:
        """Whether it names a registry and says nothing of how to sign in there."""
        return not any(map(is_filled, (self.username, self.password, self.reference, self.identity)))


def is_filled(value: Value) -> bool:
    """Whether something stands there, known or not."""
    return value.present and value.raw != ""


def is_plain(value: Value) -> bool:
    """Whether a text stands there that is no secret of Pulumi's: state and diffs show it. Raises `Undecided`."""
    return value.present and value.raw != "" and not value.secret
