"""Volumes of a group: secret files and empty folders, put into the containers that mount them."""

from __future__ import annotations

import base64
import binascii
import posixpath
import re
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from localcloud.arm.errors import NotEmulated
from localcloud.services.containerinstance.errors import InvalidGroup

if TYPE_CHECKING:
    from localcloud.arm.store import Document

_KINDS = ("secret", "emptyDir")
_NAME = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")
_FILE = re.compile(r"[-._a-zA-Z0-9]{1,253}")


def check(group: str, properties: Document) -> None:
    """Raises InvalidGroup or NotEmulated for volumes that can't be, and mounts of none."""
    volumes = properties.get("volumes") or []
    for volume in volumes:
        _check_volume(group, volume)
    _refuse_twice(group, "volume", [volume["name"] for volume in volumes])
    kinds = {volume["name"]: _kind(volume) for volume in volumes}
    mounted: Counter[str] = Counter()
    for container in properties["containers"]:
        mounts = container["properties"].get("volumeMounts") or []
        for mount in mounts:
            _check_mount(group, container["name"], mount, kinds)
        mounted.update({mount["name"] for mount in mounts})
        _refuse_twice(group, "mount path", [mount["mountPath"] for mount in mounts])
    shared = [name for name, count in mounted.items() if count > 1 and kinds[name] == "emptyDir"]
    if shared:
        raise NotEmulated(f"the emptyDir volume '{shared[0]}' in several containers", ["one in one container"])


def files(properties: Document, container: Document) -> dict[str, str]:
    """What the container finds in its secret volumes: path -> base64 of the content."""
    return {
        posixpath.join(path, name): str(content)
        for path, volume in _mounts(properties, container)
        for name, content in (volume.get("secret") or {}).items()
    }


def folders(properties: Document, container: Document) -> tuple[str, ...]:
    """Where the container's volumes are mounted."""
    return tuple(path for path, _ in _mounts(properties, container))


def without_secrets(document: Document) -> Document:
    """A group's document whose secret volumes are there and empty, as Azure shows them."""
    volumes = document.get("properties", {}).get("volumes")
    if not volumes:
        return document
    emptied = [volume | {"secret": {}} if volume.get("secret") is not None else volume for volume in volumes]
    return document | {"properties": document["properties"] | {"volumes": emptied}}


def _mounts(properties: Document, container: Document) -> Iterator[tuple[str, Document]]:
    volumes = {volume["name"]: volume for volume in properties.get("volumes") or []}
    for mount in container["properties"].get("volumeMounts") or []:
        yield mount["mountPath"], volumes[mount["name"]]


def _kind(volume: Document) -> str | None:
    return next((kind for kind in _KINDS if volume.get(kind) is not None), None)


def _check_volume(group: str, volume: Document) -> None:
    name = volume.get("name")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise InvalidGroup(group, f"the volume name '{name}' has to be 1 to 63 lower-case letters, digits and '-'")
    others = [key for key in volume if key not in {*_KINDS, "name"} and volume[key] is not None]
    if others:
        raise NotEmulated(f"volumes with '{others[0]}'", _KINDS)
    if sum(volume.get(kind) is not None for kind in _KINDS) != 1:
        raise InvalidGroup(group, f"the volume '{name}' needs one of {' and '.join(_KINDS)}")
    secret: Any = volume.get("secret") or {}
    if not isinstance(secret, dict):
        raise InvalidGroup(group, f"the secret of the volume '{name}' has to be an object")
    for key, value in secret.items():
        if not _FILE.fullmatch(key):
            raise InvalidGroup(group, f"'{key}' of the volume '{name}' is no name of a file")
        if not _is_base64(value):
            raise InvalidGroup(group, f"the value of '{key}' of the volume '{name}' is not base64")


def _check_mount(group: str, container: str, mount: Document, kinds: dict[str, str | None]) -> None:
    name, path = mount.get("name"), mount.get("mountPath")
    if name not in kinds:
        raise InvalidGroup(group, f"the container '{container}' mounts '{name}', which is none of its volumes")
    if not isinstance(path, str) or not path.startswith("/") or ":" in path or posixpath.normpath(path) == "/":
        raise InvalidGroup(
            group, f"the mountPath '{path}' of the volume '{name}' has to be an absolute path without ':'"
        )


def _is_base64(value: Any) -> bool:
    try:
        base64.b64decode(value, validate=True)
    except (binascii.Error, TypeError, ValueError):
        return False
    return True


def _refuse_twice(group: str, what: str, names: list[str]) -> None:
    for name, count in Counter(names).items():
        if count > 1:
            raise InvalidGroup(group, f"the {what} '{name}' is there {count} times")
