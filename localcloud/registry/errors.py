"""Errors of the registry, in the OCI distribution specification's form and ACR's wording.

RegistryError               status, code, message, detail
├── Unauthorized            no credentials, wrong ones, or no right: 401 with a challenge
├── Forbidden               an identity without any right asks for a refresh token
├── AddressDenied           the registry's network rules keep the client out
├── RegistryUnknown         no registry listens at this address
├── NameInvalid / NameUnknown
├── TagInvalid
├── DigestInvalidError
├── ManifestUnknown / ManifestInvalid / ManifestBlobUnknown
├── BlobUnknownError
├── UploadUnknown / UploadInvalid / RangeInvalid
├── SizeInvalid
├── BadRequest
└── NotEmulated             an operation that this registry does not have
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

AUTHENTICATION_REQUIRED = "authentication required, visit https://aka.ms/acr/authorization for more information."


class RegistryError(Exception):
    """An answer of the registry that is not a success; subclasses take the facts and word the sentence."""

    def __init__(
        self, status: int, code: str, message: str, detail: Any = None, headers: Mapping[str, str] | None = None
    ) -> None:
        self.status = status
        self.code = code
        self.message = message
        self.detail = detail
        self.headers = dict(headers or {})
        super().__init__(f"{code}: {message}")

    def to_document(self) -> dict[str, Any]:
        """The JSON body."""
        error: dict[str, Any] = {"code": self.code, "message": self.message}
        return {"errors": [error | ({} if self.detail is None else {"detail": self.detail})]}


class Unauthorized(RegistryError):
    """ACR answers 401 to no credentials, to wrong ones, and to good ones that lack the right."""

    def __init__(self, challenge: str, kind: str = "", name: str = "", action: str = "") -> None:
        detail = [{"Type": kind, "Name": name, "Action": action}] if kind else None
        super().__init__(401, "UNAUTHORIZED", AUTHENTICATION_REQUIRED, detail, {"WWW-Authenticate": challenge})


class Forbidden(RegistryError):
    """An identity has no right on the registry at all, so it gets no refresh token."""

    def __init__(self) -> None:
        super().__init__(403, "DENIED", "requested access to the resource is denied")


class AddressDenied(RegistryError):
    """The registry's network rules leave out the address that a client comes from."""

    def __init__(self, address: str) -> None:
        message = (
            f"client with IP '{address}' is not allowed access. Refer https://aka.ms/acr/firewall to grant access."
        )
        super().__init__(403, "DENIED", message)


class RegistryUnknown(RegistryError):
    """The address is not, or no longer, a registry's."""

    def __init__(self, login_server: str) -> None:
        super().__init__(404, "NAME_UNKNOWN", f"no container registry is at {login_server}")


class NameInvalid(RegistryError):
    """A repository's name breaks the rule."""

    def __init__(self, name: str) -> None:
        super().__init__(400, "NAME_INVALID", "invalid repository name", {"name": name})


class NameUnknown(RegistryError):
    """The registry has no such repository."""

    def __init__(self, name: str) -> None:
        super().__init__(404, "NAME_UNKNOWN", "repository name not known to registry", {"name": name})


class TagInvalid(RegistryError):
    """A tag breaks the rule."""

    def __init__(self, tag: str) -> None:
        super().__init__(400, "TAG_INVALID", "manifest tag did not match URI", {"Tag": tag})


class DigestRefused(RegistryError):
    """A digest is malformed, or content does not match it."""

    def __init__(self, digest: str, message: str = "provided digest did not match uploaded content") -> None:
        super().__init__(400, "DIGEST_INVALID", message, {"digest": digest})


class ManifestUnknown(RegistryError):
    """The repository has no such tag or digest."""

    def __init__(self, reference: str) -> None:
        kind, key = ("identified", "Digest") if ":" in reference else ("tagged", "Tag")
        message = f'manifest {kind} by "{reference}" is not found'
        super().__init__(404, "MANIFEST_UNKNOWN", message, {key: reference})


class ManifestNotAcceptable(RegistryError):
    """The manifest is of a type that the client's Accept header leaves out."""

    def __init__(self, what: str) -> None:
        super().__init__(404, "MANIFEST_UNKNOWN", f"OCI {what} found, but accept header does not support OCI {what}s")


class ManifestInvalid(RegistryError):
    """A manifest does not validate."""

    def __init__(self, reason: str) -> None:
        super().__init__(400, "MANIFEST_INVALID", "manifest invalid", reason)


class ManifestTooLarge(RegistryError):
    """A manifest is longer than the registry takes."""

    def __init__(self, limit: int) -> None:
        super().__init__(413, "MANIFEST_INVALID", "manifest invalid", f"manifest is larger than {limit} bytes")


class ManifestBlobUnknown(RegistryError):
    """A manifest names content that the repository does not have."""

    def __init__(self, digest: str) -> None:
        super().__init__(400, "MANIFEST_BLOB_UNKNOWN", "blob unknown to registry", {"digest": digest})


class BlobNotFound(RegistryError):
    """The repository has no such blob."""

    def __init__(self, digest: str) -> None:
        super().__init__(404, "BLOB_UNKNOWN", "blob unknown to registry", {"digest": digest})


class UploadUnknown(RegistryError):
    """There is no such upload, or not in this repository."""

    def __init__(self) -> None:
        super().__init__(404, "BLOB_UPLOAD_UNKNOWN", "blob upload unknown to registry")


class RangeInvalid(RegistryError):
    """A chunk does not continue the upload where it stands."""

    def __init__(self, location: str, received: str) -> None:
        super().__init__(
            416, "BLOB_UPLOAD_INVALID", "blob upload invalid", None, {"Location": location, "Range": received}
        )


class RangeNotSatisfiable(RegistryError):
    """A download asks for bytes that the blob does not have."""

    def __init__(self, size: int) -> None:
        super().__init__(416, "RANGE_INVALID", "invalid content range", None, {"Content-Range": f"bytes */{size}"})


class SizeInvalid(RegistryError):
    """A chunk is not as long as it was announced."""

    def __init__(self, announced: int, received: int) -> None:
        detail = {"announced": announced, "received": received}
        super().__init__(400, "SIZE_INVALID", "provided length did not match content length", detail)


class BadRequest(RegistryError):
    """A parameter is missing or makes no sense."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(400, code, message)


class NotEmulated(RegistryError):
    """An operation that ACR may have and localcloud has not."""

    def __init__(self, method: str, path: str) -> None:
        super().__init__(
            404,
            "UNSUPPORTED",
            f"{method} {path} is not emulated by localcloud; emulated: /v2/ (OCI distribution: blobs, uploads, "
            "manifests, tags, referrers, _catalog), GET and POST /oauth2/token, POST /oauth2/exchange",
        )
