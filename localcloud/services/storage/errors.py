"""Errors of storage: the control plane's are JSON, the data plane's are XML.

CloudError
├── StorageAccountAlreadyTaken
├── StorageAccountPropertyFixed
└── MissingSasParameter

BlobError
├── NoAuthenticationInformation
├── AuthenticationFailed
├── PermissionMismatch
├── SharedKeyAccessDisabled
├── ContainerNotFound
├── BlobNotFound
├── BlobAlreadyExists
├── MissingHeader
├── Md5Mismatch
├── InvalidRange
└── BlobOperationNotEmulated
"""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from http import HTTPStatus
from xml.sax.saxutils import escape

from localcloud.arm.errors import BadRequest, Conflict


class StorageAccountAlreadyTaken(Conflict):
    """The name belongs to another account; names are unique in the whole cloud."""

    def __init__(self, name: str) -> None:
        super().__init__(f"The storage account named {name} is already taken.", "StorageAccountAlreadyTaken")


class StorageAccountPropertyFixed(Conflict):
    """A property that stays what it was when the account was made."""

    def __init__(self, name: str, changed: list[str]) -> None:
        listed = ", ".join(path.removeprefix("properties.") for path in changed)
        super().__init__(
            f"The storage account '{name}' can't be updated: the property '{listed}' was specified in the input, "
            "but it cannot be updated.",
            "AccountPropertyCannotBeUpdated",
        )


class MissingSasParameter(BadRequest):
    """A request for a shared access signature that lacks what has to be signed."""

    def __init__(self, parameter: str) -> None:
        super().__init__(
            f"Values for request parameters are invalid: {parameter}.", "InvalidValuesForRequestParameters"
        )


class BlobError(Exception):
    """An error as the blob service answers it.

    Attributes:
        status: HTTP status.
        code: Azure's code, sent as `x-ms-error-code` too.
        message: Azure's sentence; never a signature.
    """

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.status = int(status)
        self.code = code
        self.message = message

    def body(self) -> str:
        """The XML document of the response."""
        now = datetime.now(UTC).isoformat().replace("+00:00", "Z")
        text = f"{self.message}\nRequestId:{uuid.uuid4()}\nTime:{now}"
        return (
            '<?xml version="1.0" encoding="utf-8"?>'
            f"<Error><Code>{self.code}</Code><Message>{escape(text)}</Message></Error>"
        )


class NoAuthenticationInformation(BlobError):
    """Neither a shared access signature nor a bearer token."""

    def __init__(self) -> None:
        super().__init__(
            HTTPStatus.UNAUTHORIZED,
            "NoAuthenticationInformation",
            "Server failed to authenticate the request. Please refer to the information in the www-authenticate "
            "header.",
        )


class AuthenticationFailed(BlobError):
    """A signature or token that does not hold; the detail says why."""

    def __init__(self, detail: str) -> None:
        super().__init__(
            HTTPStatus.FORBIDDEN,
            "AuthenticationFailed",
            "Server failed to authenticate the request. Make sure the value of Authorization header is formed "
            f"correctly including the signature. {detail}",
        )


class PermissionMismatch(BlobError):
    """A signature that holds, for something else."""

    def __init__(self) -> None:
        super().__init__(
            HTTPStatus.FORBIDDEN,
            "AuthorizationPermissionMismatch",
            "This request is not authorized to perform this operation using this permission.",
        )


class SharedKeyAccessDisabled(BlobError):
    """The account takes no signature made with its keys."""

    def __init__(self) -> None:
        super().__init__(
            HTTPStatus.FORBIDDEN,
            "KeyBasedAuthenticationNotPermitted",
            "Key based authentication is not permitted on this storage account.",
        )


class ContainerNotFound(BlobError):
    """There is no such account or container."""

    def __init__(self) -> None:
        super().__init__(HTTPStatus.NOT_FOUND, "ContainerNotFound", "The specified container does not exist.")


class BlobNotFound(BlobError):
    """There is no such blob."""

    def __init__(self) -> None:
        super().__init__(HTTPStatus.NOT_FOUND, "BlobNotFound", "The specified blob does not exist.")


class BlobAlreadyExists(BlobError):
    """The client asked not to overwrite, and there is a blob."""

    def __init__(self) -> None:
        super().__init__(HTTPStatus.CONFLICT, "BlobAlreadyExists", "The specified blob already exists.")


class MissingHeader(BlobError):
    """A header that Put Blob needs."""

    def __init__(self, header: str) -> None:
        super().__init__(
            HTTPStatus.BAD_REQUEST,
            "MissingRequiredHeader",
            f"An HTTP header that's mandatory for this request is not specified. HeaderName: {header}",
        )


class Md5Mismatch(BlobError):
    """The body is not what Content-MD5 says."""

    def __init__(self) -> None:
        super().__init__(
            HTTPStatus.BAD_REQUEST,
            "Md5Mismatch",
            "The MD5 value specified in the request did not match with the MD5 value calculated by the server.",
        )


class InvalidRange(BlobError):
    """A range that begins behind the end."""

    def __init__(self) -> None:
        super().__init__(
            HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE,
            "InvalidRange",
            "The range specified is invalid for the current size of the resource.",
        )


class BlobOperationNotEmulated(BlobError):
    """An operation of the blob service that localcloud does not have."""

    def __init__(self, operation: str) -> None:
        super().__init__(
            HTTPStatus.NOT_IMPLEMENTED,
            "NotEmulated",
            f"localcloud does not emulate the blob operation '{operation}'. It emulates: Put Blob (BlockBlob), "
            "Get Blob, Get Blob Properties, Delete Blob.",
        )
