"""Errors in the Docker Engine's words; the body is `{"message": ...}`.

EngineError
├── NoSuchImage
├── NoSuchContainer
├── ManifestUnknown
├── PullUnauthorized
├── PullFailed
├── RegistryNotReachable
├── InvalidReference
├── InvalidName
├── NameInUse
├── ImageInUse
├── ContainerRunning
├── CannotStart
├── BuildRefused
├── PushDenied
└── BadParameter
"""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus

SHORT = 12


class EngineError(Exception):
    """An error as the engine answers it.

    Attributes:
        status: HTTP status.
        message: Docker's sentence; never a secret.
    """

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = int(status)
        self.message = message


class NoSuchImage(EngineError):
    """The engine has not pulled this image."""

    def __init__(self, name: str) -> None:
        super().__init__(HTTPStatus.NOT_FOUND, f"No such image: {name}")


class NoSuchContainer(EngineError):
    """There is no such container."""

    def __init__(self, name: str) -> None:
        super().__init__(HTTPStatus.NOT_FOUND, f"No such container: {name}")


class ManifestUnknown(EngineError):
    """The registry has no such tag or digest."""

    def __init__(self, reference: str, tag: str | None) -> None:
        detail = f': manifest tagged by "{tag}" is not found' if tag else ""
        super().__init__(HTTPStatus.NOT_FOUND, f"manifest for {reference} not found: manifest unknown{detail}")


class PullUnauthorized(EngineError):
    """The registry refuses; as the engine relays it from ACR."""

    def __init__(self, domain: str, path: str, tag_or_digest: str) -> None:
        super().__init__(
            HTTPStatus.INTERNAL_SERVER_ERROR,
            f'Head "https://{domain}/v2/{path}/manifests/{tag_or_digest}": unauthorized: authentication required, '
            "visit https://aka.ms/acr/authorization for more information.",
        )


class PullFailed(EngineError):
    """A pull that ended in another way, such as at the registry's network rules; the reason says it."""

    def __init__(self, reason: str) -> None:
        super().__init__(HTTPStatus.INTERNAL_SERVER_ERROR, reason)


class RegistryNotReachable(EngineError):
    """A registry outside of this machine; the wording is localcloud's own."""

    def __init__(self, domain: str, known: Iterable[str]) -> None:
        listed = ", ".join(sorted(known)) or "none yet"
        super().__init__(
            HTTPStatus.INTERNAL_SERVER_ERROR,
            f'Get "https://{domain}/v2/": localcloud pulls from its own registries ({listed}) and others on '
            "this machine",
        )


class InvalidReference(EngineError):
    """A text that is no image reference."""

    def __init__(self) -> None:
        super().__init__(HTTPStatus.BAD_REQUEST, "invalid reference format")


class InvalidName(EngineError):
    """A name that no container may have."""

    def __init__(self, name: str) -> None:
        super().__init__(
            HTTPStatus.BAD_REQUEST,
            f"Invalid container name ({name}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed",
        )


class NameInUse(EngineError):
    """Another container has the name."""

    def __init__(self, name: str, owner: str) -> None:
        super().__init__(
            HTTPStatus.CONFLICT,
            f'Conflict. The container name "/{name}" is already in use by container "{owner}". You have to remove (or '
            "rename) that container to be able to reuse that name.",
        )


class ImageInUse(EngineError):
    """A container was made from the image."""

    def __init__(self, name: str, container: str, image: str) -> None:
        short = image.removeprefix("sha256:")[:SHORT]
        super().__init__(
            HTTPStatus.CONFLICT,
            f'conflict: unable to remove repository reference "{name}" (must force) - container {container[:SHORT]} is '
            f"using its referenced image {short}",
        )


class ContainerRunning(EngineError):
    """A container that runs is not removed without force."""

    def __init__(self, name: str) -> None:
        super().__init__(
            HTTPStatus.CONFLICT,
            f'cannot remove container "/{name}": container is running: stop the container before removing or force '
            "remove",
        )


class CannotStart(EngineError):
    """The runtime refused to start a container; the reason is its sentence, such as that a port is allocated."""

    def __init__(self, reason: str) -> None:
        super().__init__(HTTPStatus.INTERNAL_SERVER_ERROR, reason)


class BadParameter(EngineError):
    """A parameter that can't be read."""

    def __init__(self, message: str) -> None:
        super().__init__(HTTPStatus.BAD_REQUEST, f"invalid parameter: {message}")


class BuildRefused(EngineError):
    """A build that failed; the end of its log, and why."""

    def __init__(self, log: str) -> None:
        super().__init__(HTTPStatus.INTERNAL_SERVER_ERROR, log)


class PushDenied(EngineError):
    """The registry refuses a push."""

    def __init__(self, domain: str, path: str) -> None:
        super().__init__(
            HTTPStatus.INTERNAL_SERVER_ERROR,
            f"failed to push {domain}/{path}: unauthorized: authentication required, visit "
            "https://aka.ms/acr/authorization for more information.",
        )
