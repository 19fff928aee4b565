"""Errors of the cloud: each class carries the facts and words the sentence as Azure does.

CloudError
├── NotEmulated                  localcloud's own: what Azure has and localcloud does not
├── BadRequest
│   ├── InvalidRequestContent
│   ├── InvalidResourceId
│   ├── MissingApiVersion
│   └── InvalidApiVersion
├── AuthenticationFailed
├── AuthorizationFailed
├── SubscriptionNotFound
├── ResourceNotFound
├── ResourceGroupNotFound
├── ParentResourceNotFound
├── MethodNotAllowed
└── Conflict
    ├── AnotherOperationInProgress
    ├── InvalidResourceLocation
    └── ResourceGroupBeingDeleted
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any


class CloudError(Exception):
    """An error as Azure Resource Manager answers it.

    Attributes:
        status: HTTP status.
        code: Azure's error code, such as `ResourceNotFound`.
        message: Azure's sentence, facts filled in; never a secret.
        headers: More response headers, such as Retry-After (seconds).
    """

    def __init__(self, status: int, code: str, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(f"{code}: {message}")
        self.status = int(status)
        self.code = code
        self.message = message
        self.headers = dict(headers or {})

    def body(self) -> dict[str, Any]:
        """The JSON document of the response."""
        return {"error": {"code": self.code, "message": self.message}}


class NotEmulated(CloudError):
    """Something that Azure has and localcloud does not: named, with what there is."""

    def __init__(self, what: str, available: Iterable[str]) -> None:
        listed = ", ".join(sorted(available)) or "nothing"
        super().__init__(
            HTTPStatus.NOT_IMPLEMENTED,
            "NotEmulated",
            f"localcloud does not emulate {what}. It emulates: {listed}.",
        )


class BadRequest(CloudError):
    """A request that the service refuses; the message says why."""

    def __init__(self, message: str, code: str = "BadRequest") -> None:
        super().__init__(HTTPStatus.BAD_REQUEST, code, message)


class InvalidRequestContent(BadRequest):
    """A body that is not what the type takes."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"The request content was invalid and could not be deserialized: '{reason}'.", "InvalidRequestContent"
        )


class InvalidResourceId(BadRequest):
    """Text that is no resource id."""

    def __init__(self, text: str) -> None:
        super().__init__(f"The resource id '{text}' is not valid.", "InvalidResourceId")


class MissingApiVersion(BadRequest):
    """A request without `api-version`."""

    def __init__(self) -> None:
        super().__init__(
            "The api-version query parameter (?api-version=) is required for all requests.",
            "MissingApiVersionParameter",
        )


class InvalidApiVersion(BadRequest):
    """An `api-version` that is no version: they look like `2023-07-01` or `2023-07-01-preview`."""

    def __init__(self, version: str) -> None:
        super().__init__(f"The api-version '{version}' is invalid.", "InvalidApiVersionParameter")


class AuthenticationFailed(CloudError):
    """No token, or one that is not valid."""

    def __init__(self, reason: str = "The 'Authorization' header is missing.") -> None:
        super().__init__(HTTPStatus.UNAUTHORIZED, "AuthenticationFailed", f"Authentication failed. {reason}")


class AuthorizationFailed(CloudError):
    """A principal without the right to do this here."""

    def __init__(self, client_id: str, object_id: str, action: str, scope: str) -> None:
        super().__init__(
            HTTPStatus.FORBIDDEN,
            "AuthorizationFailed",
            f"The client '{client_id}' with object id '{object_id}' does not have authorization to perform action "
            f"'{action}' over scope '{scope}' or the scope is invalid. If access was recently granted, please refresh "
            "your credentials.",
        )


class SubscriptionNotFound(CloudError):
    """There is no such subscription: the owner has not added it."""

    def __init__(self, subscription: str) -> None:
        super().__init__(
            HTTPStatus.NOT_FOUND, "SubscriptionNotFound", f"The subscription '{subscription}' could not be found."
        )


class ResourceNotFound(CloudError):
    """There is no resource with this id."""

    def __init__(self, type_and_name: str, group: str) -> None:
        super().__init__(
            HTTPStatus.NOT_FOUND,
            "ResourceNotFound",
            f"The Resource '{type_and_name}' under resource group '{group or '<null>'}' was not found. "
            "For more details please go to https://aka.ms/ARMResourceNotFoundFix",
        )


class ResourceGroupNotFound(CloudError):
    """There is no such resource group."""

    def __init__(self, name: str) -> None:
        super().__init__(HTTPStatus.NOT_FOUND, "ResourceGroupNotFound", f"Resource group '{name}' could not be found.")


class ParentResourceNotFound(CloudError):
    """A child or an action of a resource that is not there."""

    def __init__(self, resource_type: str, parent: str, action: str = "write") -> None:
        super().__init__(
            HTTPStatus.NOT_FOUND,
            "ParentResourceNotFound",
            f"Failed to perform '{action}' on resource(s) of type '{resource_type}', because the parent resource "
            f"'{parent}' could not be found.",
        )


class MethodNotAllowed(CloudError):
    """An HTTP method that this kind of address does not take."""

    def __init__(self, method: str, path: str) -> None:
        super().__init__(
            HTTPStatus.METHOD_NOT_ALLOWED,
            "HttpMethodNotSupported",
            f"The HTTP method '{method}' is not supported at '{path}'.",
        )


class Conflict(CloudError):
    """What is asked for collides with what is there."""

    def __init__(self, message: str, code: str = "Conflict") -> None:
        super().__init__(HTTPStatus.CONFLICT, code, message)


class AnotherOperationInProgress(Conflict):
    """A write to a resource that is still being written or removed."""

    def __init__(self, resource: str) -> None:
        super().__init__(
            f"The resource '{resource}' has an operation in progress. Please retry later.",
            "AnotherOperationInProgress",
        )


class ResourceGroupBeingDeleted(Conflict):
    """A new resource in a group that is on its way out."""

    def __init__(self, group: str) -> None:
        super().__init__(
            f"The resource group '{group}' is in deprovisioning state and cannot perform this operation.",
            "ResourceGroupBeingDeleted",
        )


class InvalidResourceLocation(Conflict):
    """A resource that would move: Azure Resource Manager refuses it for every type."""

    def __init__(self, name: str, group: str, existing: str, wanted: str) -> None:
        super().__init__(
            f"The resource '{name}' already exists in location '{existing}' in resource group '{group}'. A resource "
            f"with the same name cannot be created in location '{wanted}'. Please select a new resource name.",
            "InvalidResourceLocation",
        )
