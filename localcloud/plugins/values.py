"""Property values as Python values: the engine's struct encoding in and out.

Plain JSON values stand for themselves (whole numbers are int); a `Secret` wraps its value, `UNKNOWN` stands for what
is not known before an update, `Asset` and `Archive` for files.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from google.protobuf import json_format, struct_pb2

_SIGNATURE: Final = "4dabf18193072939515e22adb298388d"
_SECRET: Final = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105  marks secrets, is none
_ASSET: Final = "c44067f5952c0a294b673a41bacd8c17"
_ARCHIVE: Final = "0def7320c3a5731c473e5ecbe6d01bc7"
_UNKNOWN_TEXT: Final = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
# The engine has a sentinel for each kind of value: bool, number, string, array, asset, archive, object.
_UNKNOWNS: Final = frozenset(
    {
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
        _UNKNOWN_TEXT,
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
        "030794c1-ac77-496b-92df-f27374a8bd58",
        "e48ece36-62e2-4504-bad9-02848725956a",
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
    }
)

Properties: TypeAlias = dict[str, Any]


class Unknown:
    """A value that is only known once the update has run."""

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = Unknown()


@dataclass(frozen=True, slots=True)
class Secret:
    """A value that must not be shown; its repr hides it."""

    value: Any = field(repr=False)


@dataclass(frozen=True, slots=True)
class Asset:
    """One file: `text`, or the file at `path`, or neither when the engine sent the hash only (SHA-256, hexadecimal)."""

    hash: str = ""
    text: str | None = field(default=None, repr=False)
    path: str | None = None
    uri: str | None = None


@dataclass(frozen=True, slots=True)
class Archive:
    """Several files: `assets` by name, or the folder or archive at `path`, or neither when only the hash was sent."""

    hash: str = ""
    assets: Mapping[str, Any] | None = field(default=None, repr=False)
    path: str | None = None
    uri: str | None = None


def decode(struct: struct_pb2.Struct) -> Properties:
    """The properties in a message of the engine; nulls are left out."""
    document: dict[str, Any] = json_format.MessageToDict(struct)
    return {name: _decoded(value) for name, value in document.items() if value is not None}


def encode(properties: Mapping[str, Any]) -> struct_pb2.Struct:
    """The message for some properties; nulls are left out."""
    struct = struct_pb2.Struct()
    struct.update({name: _encoded(value) for name, value in properties.items() if value is not None})
    return struct


def reveal(value: Any) -> Any:
    """The value without secret marks, at any depth."""
    if isinstance(value, Secret):
        return reveal(value.value)
    if isinstance(value, dict):
        return {name: reveal(item) for name, item in value.items()}
    if isinstance(value, list):
        return [reveal(item) for item in value]
    return value


def is_known(value: Any) -> bool:
    """Whether nothing in the value waits for the update."""
    return not any(isinstance(item, Unknown) for item in walk(value))


def has_secret(value: Any) -> bool:
    """Whether the value is secret or has a secret in it."""
    return any(isinstance(item, Secret) for item in walk(value))


def secret_texts(value: Any) -> set[str]:
    """All texts inside secrets, for taking them out of messages."""
    secrets = (item.value for item in walk(value) if isinstance(item, Secret))
    return {text for secret in secrets for text in walk(secret) if isinstance(text, str)}


def walk(value: Any) -> Iterator[Any]:
    """The value and everything inside it."""
    yield value
    match value:
        case Secret():
            yield from walk(value.value)
        case dict():
            for item in value.values():
                yield from walk(item)
        case list():
            for item in value:
                yield from walk(item)


def mark_secrets(outputs: Any, inputs: Any) -> Any:
    """Outputs in which everything is secret whose input is; a list with a secret in it is secret as a whole."""
    if isinstance(outputs, Secret):
        return outputs
    if isinstance(inputs, Secret) or (isinstance(inputs, list) and has_secret(inputs)):
        return Secret(reveal(outputs))
    if isinstance(outputs, dict) and isinstance(inputs, dict):
        return {name: mark_secrets(value, inputs.get(name)) for name, value in outputs.items()}
    return outputs


def _decoded(value: Any) -> Any:
    if isinstance(value, dict):
        return _decoded_object(value)
    if isinstance(value, list):
        return [_decoded(item) for item in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return UNKNOWN if isinstance(value, str) and value in _UNKNOWNS else value


def _decoded_object(value: dict[str, Any]) -> Any:
    match value.get(_SIGNATURE):
        case None:
            return {name: _decoded(item) for name, item in value.items() if item is not None}
        case signature if signature == _SECRET:
            return Secret(_decoded(value.get("value")))
        case signature if signature == _ASSET:
            return Asset(value.get("hash", ""), value.get("text"), value.get("path"), value.get("uri"))
        case signature if signature == _ARCHIVE:
            assets = value.get("assets")
            members = None if assets is None else {name: _decoded(item) for name, item in assets.items()}
            return Archive(value.get("hash", ""), members, value.get("path"), value.get("uri"))
        case signature:
            # Other kinds are sent to providers that asked for them in the handshake, which these do not.
            raise TypeError(f"a property value of the unknown kind {signature}")


def _encoded(value: Any) -> Any:
    match value:
        case Secret():
            return {_SIGNATURE: _SECRET, "value": _encoded(value.value)}
        case Unknown():
            return _UNKNOWN_TEXT
        case Asset() | Archive():
            return _encoded_file(value)
        case dict():
            return {name: _encoded(item) for name, item in value.items() if item is not None}
        case list() | tuple():
            return [_encoded(item) for item in value]
    return value


def _encoded_file(value: Asset | Archive) -> dict[str, Any]:
    parts: dict[str, Any] = {"hash": value.hash or None, "path": value.path, "uri": value.uri}
    if isinstance(value, Asset):
        parts |= {_SIGNATURE: _ASSET, "text": value.text}
    else:
        parts |= {_SIGNATURE: _ARCHIVE, "assets": None if value.assets is None else dict(value.assets)}
    return {name: _encoded(part) for name, part in parts.items() if part is not None}
