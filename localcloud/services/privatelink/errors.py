"""Errors of private endpoint connections; the wording is localcloud's own."""

from __future__ import annotations

from http import HTTPStatus

from localcloud.arm.errors import CloudError


class ConnectionsAreMade(CloudError):
    """A connection of a private endpoint is made by the endpoint."""

    def __init__(self) -> None:
        super().__init__(
            HTTPStatus.METHOD_NOT_ALLOWED,
            "MethodNotAllowed",
            "A private endpoint connection is made by a private endpoint; only its state can be written.",
        )
