"""Who is let in at an endpoint, and where its requests go: `routes.json`, written by the control plane."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from localcloud.home import write_private

ROUTES_FILE = "routes.json"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a deployment serves.

    Attributes:
        container: Its container's id.
        address: Address and port on this machine.
        timeout: Seconds that an answer may take.
    """

    container: str
    address: tuple[str, int]
    timeout: float


@dataclass(frozen=True, slots=True)
class Routes:
    """One endpoint as its front end sees it.

    Attributes:
        endpoint: Its name.
        kubernetes: Whether it is a Kubernetes endpoint: another path, other status codes.
        keys: SHA-256 of each key that lets in; empty with tokens.
        token_key: What tokens are signed with, in hex; empty with keys.
        deployments: By name.
        traffic: Percent by name of the deployment.
        mirror: Percent of the requests that a deployment gets a copy of.
    """

    endpoint: str
    kubernetes: bool = False
    keys: tuple[str, ...] = ()
    token_key: str = field(default="", repr=False)
    deployments: Mapping[str, Place] = field(default_factory=dict)
    traffic: Mapping[str, int] = field(default_factory=dict)
    mirror: Mapping[str, int] = field(default_factory=dict)

    @property
    def prefix(self) -> str:
        """What a path begins with: a cluster serves many endpoints at one address."""
        return f"/api/v1/endpoint/{self.endpoint}" if self.kubernetes else ""

    def has_key(self, key: str) -> bool:
        """Whether a key lets in."""
        found = key_hash(key)
        return any(hmac.compare_digest(found, known) for known in self.keys)

    def write(self, folder: Path) -> None:
        """Puts the file into its folder, as a whole."""
        write_private(folder / ROUTES_FILE, json.dumps(asdict(self)))

    @classmethod
    def read(cls, folder: Path) -> Routes:
        """Reads the file of a folder."""
        document: dict[str, Any] = json.loads((folder / ROUTES_FILE).read_text())
        places = {
            name: Place(place["container"], (place["address"][0], place["address"][1]), place["timeout"])
            for name, place in document["deployments"].items()
        }
        return cls(**document | {"deployments": places, "keys": tuple(document["keys"])})


def key_hash(key: str) -> str:
    """What a key is known as where it need not be read."""
    return hashlib.sha256(key.encode()).hexdigest()


class RouteBook:
    """The routes of a folder, read again whenever the file is another one.

    Args:
        folder: Where it is.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._seen: tuple[int, int] | None = None
        self._routes = Routes("")

    def current(self) -> Routes:
        """The routes that hold now; the same object until they change."""
        stat = (self._folder / ROUTES_FILE).stat()
        seen = (stat.st_ino, stat.st_mtime_ns)
        if seen != self._seen:
            self._routes, self._seen = Routes.read(self._folder), seen
        return self._routes
