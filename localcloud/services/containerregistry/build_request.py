"""What a task run asks for: a DockerBuildRequest, checked and with its secrets apart."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from localcloud.arm.errors import NotEmulated
from localcloud.images.reference import REPOSITORY, TAG, domain_of
from localcloud.images.remote import Credentials
from localcloud.services.containerregistry.errors import RunRequestInvalid

if TYPE_CHECKING:
    from localcloud.arm.store import Document

DEFAULT_TIMEOUT = 28_800
_TIMEOUTS = range(300, DEFAULT_TIMEOUT + 1)
_IMAGE_NAME = re.compile(rf"{REPOSITORY}(?::{TAG})?")
_RUN_ID = "{{.Run.ID}}"


@dataclass(frozen=True, slots=True)
class DockerBuild:
    """One build.

    Attributes:
        source: URL of the context, with its signature.
        dockerfile: Path in the context.
        names: `repository` or `repository:tag`; may hold `{{.Run.ID}}`.
        platform: `os/architecture[/variant]`.
        target: The stage; None means the last one.
        timeout: Seconds.
        agent_pool: The registry's agent pool that builds; None for the shared agents.
        registries: Credentials by login server, for FROM lines.
    """

    source: str = field(repr=False)
    dockerfile: str
    names: tuple[str, ...]
    arguments: Mapping[str, str]
    secret_arguments: Mapping[str, str] = field(repr=False)
    platform: str
    target: str | None
    is_push_enabled: bool
    timeout: int
    agent_pool: str | None
    registries: Mapping[str, Credentials]

    def images(self, run: str) -> list[tuple[str, str]]:
        """Repository and tag of each name; a name without a tag means `latest`."""
        filled = (name.replace(_RUN_ID, run) for name in self.names)
        return [(repository, tag or "latest") for repository, _, tag in (name.partition(":") for name in filled)]


def parse(request: Document) -> DockerBuild:
    """Reads `properties.runRequest`; raises RunRequestInvalid or NotEmulated."""
    if request.get("type") != "DockerBuildRequest":
        raise NotEmulated(f"the run request '{request.get('type')}'", ["DockerBuildRequest"])
    for name in ("dockerFilePath", "sourceLocation", "platform"):
        if not request.get(name):
            raise RunRequestInvalid(f"The property '{name}' is required.")
    timeout = int(request.get("timeout") or DEFAULT_TIMEOUT)
    if timeout not in _TIMEOUTS:
        raise RunRequestInvalid(f"The timeout {timeout} is invalid. It must be between 300 and 28800 seconds.")
    return DockerBuild(
        source=request["sourceLocation"],
        dockerfile=request["dockerFilePath"],
        names=_names(request.get("imageNames") or []),
        arguments=_arguments(request, secret=False),
        secret_arguments=_arguments(request, secret=True),
        platform=_platform(request["platform"]),
        target=request.get("target") or None,
        is_push_enabled=request.get("isPushEnabled") is not False,
        timeout=timeout,
        agent_pool=request.get("agentPoolName") or None,
        registries=_registries(request),
    )


def without_secrets(request: Document) -> Document:
    """The request as it may be stored: secret arguments without values, registries without logins."""
    result = copy.deepcopy(request)
    for argument in result.get("arguments") or []:
        if argument.get("isSecret"):
            argument.pop("value", None)
    for registry in ((result.get("credentials") or {}).get("customRegistries") or {}).values():
        for name in ("userName", "password"):
            if isinstance(registry.get(name), dict):
                registry[name].pop("value", None)
    return result


def _names(names: list[str]) -> tuple[str, ...]:
    for name in names:
        if not _IMAGE_NAME.fullmatch(name.replace(_RUN_ID, "ca1")):
            raise RunRequestInvalid(
                f"Image name '{name}' is invalid. The acceptable patterns are 'repository' or 'repository:tag'."
            )
    return tuple(names)


def _arguments(request: Document, *, secret: bool) -> dict[str, str]:
    chosen = (item for item in request.get("arguments") or [] if bool(item.get("isSecret")) == secret)
    return {item["name"]: str(item.get("value", "")) for item in chosen}


def _platform(platform: Document) -> str:
    system = str(platform.get("os", "")).lower()
    if system != "linux":
        raise NotEmulated(f"builds for the operating system '{platform.get('os')}'", ["Linux"])
    architecture = {"x86": "386"}.get(platform.get("architecture") or "amd64", platform.get("architecture") or "amd64")
    return "/".join(part for part in (system, architecture, platform.get("variant")) if part)


def _registries(request: Document) -> dict[str, Credentials]:
    given: dict[str, Any] = (request.get("credentials") or {}).get("customRegistries") or {}
    return {
        domain_of(server): Credentials(_secret(login.get("userName")), _secret(login.get("password")))
        for server, login in given.items()
        if login.get("password")
    }


def _secret(value: Document | None) -> str:
    if value and value.get("type", "Opaque") != "Opaque":
        raise NotEmulated(f"secret objects of the type '{value['type']}'", ["Opaque"])
    return str((value or {}).get("value", ""))
