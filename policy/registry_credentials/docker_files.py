"""Docker's own file of credentials, as a secret of Kubernetes holds it."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from azureml_scoring.policy_kit import Malformed, Resource, Value

from .login import Login, Place

__all__ = ["DOCKER_FILES", "docker_file_logins", "read_json"]

_FILE, _OLD_FILE = ".dockerconfigjson", ".dockercfg"
_PLACES: Final[Sequence[Place]] = [(kind, file) for kind in ("data", "stringData") for file in (_FILE, _OLD_FILE)]

DOCKER_FILES: Final[Mapping[str, Sequence[str]]] = dict.fromkeys(
    ("kubernetes:core:Secret", "kubernetes:core:SecretPatch"), tuple(f"{kind}[{file}]" for kind, file in _PLACES)
)
"""Type without API version, and where the file stands."""


def docker_file_logins(resource: Resource) -> Iterator[Login]:
    """Each registry of the file; raises `Malformed` where it can't be read."""
    for place in _PLACES:
        kind, file = place
        text = resource.properties[kind][file]
        nothing = Value(None, text.path)
        if not text.known:
            yield Login(text.path, text, text, text, place, nothing, nothing, address=True)
        elif text.present:
            content = text.text() or ""
            document = Value(read_json(text, _plain(text, content) if kind == "data" else content), text.path)
            for server, entry in (document["auths"] if file == _FILE else document).entries().items():
                yield _login(server, entry, text, place)


def read_json(text: Value, content: str) -> Any:
    """The document in a text; raises `Malformed`."""
    try:
        return json.loads(content)
    except ValueError:
        raise Malformed(text.path, "JSON") from None


def _login(server: str, entry: Value, text: Value, place: Place) -> Login:
    """A registry's entry: user name and password, or both of them in one text in base64."""
    pair = entry["auth"].text()
    username, password = entry["username"].text(), entry["password"].text()
    if pair and not username:
        username, _, password = _plain(text, pair).partition(":")
    part, nothing = replace(text, raw=None), Value(None, text.path)
    return Login(
        label=text.path,
        server=replace(part, raw=server),
        username=replace(part, raw=username),
        password=replace(part, raw=password or pair),
        place=place,
        reference=nothing,
        identity=nothing,
        address=True,
    )


def _plain(text: Value, encoded: str) -> str:
    try:
        return base64.b64decode(encoded, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        raise Malformed(text.path, "base64") from None
