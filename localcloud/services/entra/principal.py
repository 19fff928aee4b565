"""Who asks."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Principal:
    """A service principal.

    Attributes:
        object_id: What role assignments name.
        client_id: The application's id: the user name at a registry.
    """

    object_id: str
    client_id: str
