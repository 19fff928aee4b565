"""Automatic names, as azure-native and the Terraform bridge make them: the same seed gives the same name.

Neither takes separators or upper case out of the resource's name, nor cuts it (azure-native: `getDefaultName` calls
`NewUniqueName(seed, name, 8, 0, nil)`): where the type's rule forbids them, the name fails that rule in Check, there
as here. A friendlier stand-in would let a name pass that fails in Azure.
"""

from __future__ import annotations

import hashlib
import secrets
import uuid
from enum import Enum

_UUID_LENGTH = 32


class AutoName(Enum):
    """How the name of a resource comes about that was given none."""

    RANDOM = "random"
    """The resource's name and eight random hexadecimal digits."""
    COPY = "copy"
    """The resource's name."""
    UUID = "uuid"
    """A random UUID."""


def automatic_name(kind: AutoName, resource_name: str, seed: bytes, *, delimiter: str = "", digits: int = 8) -> str:
    """The name for a resource.

    Args:
        kind: How the type is named.
        resource_name: Its name in the program.
        seed: The engine's random seed; without one the name is random.
        delimiter: What stands before the random digits.
        digits: How many random digits.
    """
    match kind:
        case AutoName.COPY:
            return resource_name
        case AutoName.UUID:
            return str(uuid.UUID(_hexadecimal(seed, _UUID_LENGTH)))
        case AutoName.RANDOM:
            return f"{resource_name}{delimiter}{_hexadecimal(seed, digits)}"


def resource_name_of(urn: str) -> str:
    """The resource's name in the program: the last part of its URN."""
    return urn.rpartition("::")[2]


def _hexadecimal(seed: bytes, digits: int) -> str:
    return hashlib.sha256(seed).hexdigest()[:digits] if seed else secrets.token_hex(digits)[:digits]
