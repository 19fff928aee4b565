"""Errors that the engine shows.

PluginError
├── NotEmulated            a token, an option or an operation that the stand-in does not have
├── InvalidInput           an input that the provider itself refuses
├── SessionLost            a request on a connection that was never configured
├── NotLoopback            an address outside this machine, refused before anything is sent
├── ControlPlaneDown       no control plane answers
├── Cancelled              the engine asked to stop, or the time for the operation is over
├── CloudRefused           the control plane answered with an error
├── OperationFailed        a long-running operation ended as Failed or Canceled
├── AlreadyExists          GET before create found the resource
└── InitializationFailed   the resource exists, but did not get ready: the engine keeps it in the state
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

_SHORTEST_SECRET = 4


class PluginError(Exception):
    """What a request to a plugin ends with when it fails; its text is what the user sees."""


class NotEmulated(PluginError):
    """A name that the stand-in does not have.

    Args:
        kind: What the name stands for, such as `resource type`.
        name: The name that was asked for.
        emulated: All names of that kind that are there.
    """

    def __init__(self, kind: str, name: str, emulated: Iterable[str]) -> None:
        self.kind = kind
        self.name = name
        self.emulated = tuple(sorted(emulated))
        super().__init__(f"localcloud does not emulate the {kind} '{name}'; emulated are: {', '.join(self.emulated)}")


class InvalidInput(PluginError):
    """An input that can't be used; says which, and why."""


class SessionLost(PluginError):
    """The connection of the request is not one that was configured."""

    def __init__(self, package: str) -> None:
        super().__init__(
            f"the connection to the stand-in plugin '{package}' was made anew after its configuration; "
            "run the command again"
        )


class NotLoopback(PluginError):
    """An address that is not one of this machine's loopback addresses."""

    def __init__(self, url: str) -> None:
        self.url = url
        super().__init__(
            f"refused to send a request to '{url}': stand-in plugins only talk to loopback addresses (127.0.0.0/8, ::1)"
        )


class ControlPlaneDown(PluginError):
    """Nothing answers at the control plane's address."""

    def __init__(self, address: str | None, reason: str = "") -> None:
        where = f"at {address} does not answer{reason and f' ({reason})'}" if address else "has not been started"
        super().__init__(f"localcloud's control plane {where}; start it with `python -m localcloud start`")


class Cancelled(PluginError):
    """The operation was given up between two requests."""

    def __init__(self, reason: str = "the operation was cancelled") -> None:
        super().__init__(reason)


class CloudRefused(PluginError):
    """An error answer of the control plane.

    Attributes:
        status: The HTTP status.
        code: The error's code, such as `AuthorizationFailed`; empty when the answer has none.
        message: The cloud's own sentence.
    """

    def __init__(self, status: int, code: str, message: str) -> None:
        self.status = status
        self.code = code
        self.message = message
        super().__init__(f'Status={status} Code="{code}" Message="{message}"' if code else message)


class OperationFailed(PluginError):
    """A long-running operation that ended badly; worded as azure-native does."""

    def __init__(self, status: str, code: str, message: str) -> None:
        self.status = status
        self.code = code
        super().__init__(f'Code="{code or status}" Message="{message or f"the operation ended as {status}"}"')


class AlreadyExists(PluginError):
    """A resource that should be created is there already."""

    def __init__(self, resource_id: str) -> None:
        self.resource_id = resource_id
        super().__init__(f"cannot create already existing resource '{resource_id}'")


class InitializationFailed(PluginError):
    """A resource was created or updated but did not get ready.

    Attributes:
        resource_id: Its provider id.
        outputs: What could be read of it.
        inputs: The inputs that were asked for.
    """

    def __init__(self, resource_id: str, outputs: Mapping[str, Any], inputs: Mapping[str, Any], reason: str) -> None:
        self.resource_id = resource_id
        self.outputs = dict(outputs)
        self.inputs = dict(inputs)
        super().__init__(reason)


def redact(message: str, secrets: Collection[str]) -> str:
    """The message with every secret in it replaced by `[secret]`; very short secrets only where they stand alone."""
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        pattern = re.escape(secret)
        message = re.sub(pattern if len(secret) >= _SHORTEST_SECRET else rf"\b{pattern}\b", "[secret]", message)
    return message
