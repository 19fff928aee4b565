"""Microsoft Graph's and the token endpoint's errors, in their own wording.

GraphError
├── ObjectNotFound
├── InvalidProperty
├── AlreadyExists
├── InsufficientPrivileges
└── GraphNotEmulated

SignInError
├── UnsupportedGrant
├── UnknownTenant
├── UnknownApplication
├── WrongSecret
└── ExpiredSecret
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from localcloud.arm.errors import CloudError


class GraphError(CloudError):
    """An error as Microsoft Graph answers it."""

    def body(self) -> dict[str, Any]:
        """Graph adds an inner error with ids to quote to support."""
        inner = {"date": _now().strftime("%Y-%m-%dT%H:%M:%S"), "request-id": str(uuid.uuid4())}
        return {"error": {"code": self.code, "message": self.message, "innerError": inner}}


class ObjectNotFound(GraphError):
    """There is no such application or service principal."""

    def __init__(self, name: str) -> None:
        super().__init__(
            HTTPStatus.NOT_FOUND,
            "Request_ResourceNotFound",
            f"Resource '{name}' does not exist or one of its queried reference-property objects are not present.",
        )


class InvalidProperty(GraphError):
    """A body or a filter that Graph refuses."""

    def __init__(self, name: str, rule: str) -> None:
        super().__init__(
            HTTPStatus.BAD_REQUEST, "Request_BadRequest", f"Invalid value specified for property '{name}': {rule}."
        )


class AlreadyExists(GraphError):
    """A second service principal for an application."""

    def __init__(self, app_id: str) -> None:
        super().__init__(
            HTTPStatus.CONFLICT,
            "Request_MultipleObjectsWithSameKeyValue",
            "The service principal cannot be created, updated, or restored because the service principal name "
            f"{app_id} is already in use.",
        )


class InsufficientPrivileges(GraphError):
    """A caller without the right to manage applications: anybody but the deployer."""

    def __init__(self) -> None:
        super().__init__(
            HTTPStatus.FORBIDDEN,
            "Authorization_RequestDenied",
            "Insufficient privileges to complete the operation.",
        )


class GraphNotEmulated(GraphError):
    """What Graph has and localcloud does not."""

    def __init__(self, what: str, available: Iterable[str]) -> None:
        super().__init__(
            HTTPStatus.NOT_IMPLEMENTED,
            "NotEmulated",
            f"localcloud does not emulate {what} of Microsoft Graph. It emulates: {', '.join(available)}.",
        )


class SignInError(CloudError):
    """An error as the token endpoint answers it (RFC 6749 with Entra's additions)."""

    def __init__(self, status: int, error: str, number: int, sentence: str) -> None:
        super().__init__(status, error, sentence)
        self.number = number

    def body(self) -> dict[str, Any]:
        """The JSON document of the response."""
        timestamp = _now().strftime("%Y-%m-%d %H:%M:%SZ")
        trace, correlation = str(uuid.uuid4()), str(uuid.uuid4())
        return {
            "error": self.code,
            "error_description": f"AADSTS{self.number}: {self.message} Trace ID: {trace} "
            f"Correlation ID: {correlation} Timestamp: {timestamp}",
            "error_codes": [self.number],
            "timestamp": timestamp,
            "trace_id": trace,
            "correlation_id": correlation,
        }


class UnsupportedGrant(SignInError):
    """Another grant than client credentials."""

    def __init__(self, grant: str) -> None:
        super().__init__(
            HTTPStatus.BAD_REQUEST,
            "unsupported_grant_type",
            70003,
            f"The app requested an unsupported grant type '{grant}'.",
        )


class UnknownTenant(SignInError):
    """A directory that is not this cloud's."""

    def __init__(self, tenant: str) -> None:
        super().__init__(
            HTTPStatus.BAD_REQUEST,
            "invalid_request",
            90002,
            f"Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the "
            "correct cloud.",
        )


class UnknownApplication(SignInError):
    """A client id that nobody registered."""

    def __init__(self, client_id: str, tenant: str) -> None:
        super().__init__(
            HTTPStatus.BAD_REQUEST,
            "unauthorized_client",
            700016,
            f"Application with identifier '{client_id}' was not found in the directory '{tenant}'.",
        )


class WrongSecret(SignInError):
    """A password that the application does not have."""

    def __init__(self, client_id: str) -> None:
        super().__init__(
            HTTPStatus.UNAUTHORIZED,
            "invalid_client",
            7000215,
            "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, "
            f"not the client secret ID, for a secret added to app '{client_id}'.",
        )


class ExpiredSecret(SignInError):
    """A password whose time is over."""

    def __init__(self, client_id: str) -> None:
        super().__init__(
            HTTPStatus.UNAUTHORIZED,
            "invalid_client",
            7000222,
            f"The provided client secret keys for app '{client_id}' are expired. Visit the Azure portal to create new "
            "keys for your app: https://aka.ms/NewClientSecret, or consider using certificate credentials for added "
            "security: https://aka.ms/certCreds.",
        )


def _now() -> datetime:
    return datetime.now(UTC)
