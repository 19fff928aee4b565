"""Where a localcloud keeps what it knows: every path below one folder."""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HOME_VARIABLE = "LOCALCLOUD_HOME"
CACHE_VARIABLE = "LOCALCLOUD_CACHE"


@dataclass(frozen=True, slots=True)
class Home:
    """The folder of one localcloud.

    Attributes:
        root: The folder itself (`LOCALCLOUD_HOME`, default `.localcloud` in the working directory).
        cache: What outlives a home, such as environments of services (`LOCALCLOUD_CACHE`).
    """

    root: Path
    cache: Path

    @classmethod
    def from_environment(cls) -> Home:
        """Reads the two variables; relative paths count from the working directory."""
        cache_root = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
        return cls(
            root=Path(os.environ.get(HOME_VARIABLE) or ".localcloud").absolute(),
            cache=Path(os.environ.get(CACHE_VARIABLE) or cache_root / "localcloud").absolute(),
        )

    @property
    def database(self) -> Path:
        """The documents of the control plane (SQLite)."""
        return self.root / "state.sqlite"

    @property
    def settings_file(self) -> Path:
        """JSON: the ids and the key of this localcloud (mode 0600)."""
        return self.root / "settings.json"

    @property
    def catalog(self) -> Path:
        """The repositories and tags of every registry (SQLite)."""
        return self.root / "catalog.sqlite"

    @property
    def blobs(self) -> Path:
        """The OCI content store that all registries and the container runtime share."""
        return self.root / "blobs"

    @property
    def storage(self) -> Path:
        """The blobs of storage accounts: `<account>/<container>/<blob>`."""
        return self.root / "storage"

    @property
    def containers(self) -> Path:
        """One folder a container."""
        return self.root / "containers"

    @property
    def front_ends(self) -> Path:
        """One folder an online endpoint: what its front end reads."""
        return self.root / "front-ends"

    @property
    def environments(self) -> Path:
        """Virtual environments of services, cached beyond this home."""
        return self.cache / "environments"

    @property
    def certificates(self) -> Path:
        """The certificate authority and the certificates that it signed."""
        return self.root / "certificates"

    @property
    def ca_certificate(self) -> Path:
        """What a client has to trust."""
        return self.certificates / "ca.pem"

    @property
    def token_file(self) -> Path:
        """The owner's bearer token, readable by its owner alone (mode 0600)."""
        return self.root / "token"

    @property
    def endpoint_file(self) -> Path:
        """JSON: `url` and `pid` of the control plane."""
        return self.root / "endpoint.json"

    @property
    def plugins_file(self) -> Path:
        """JSON: `pid` and `ports` of the provider plugins."""
        return self.root / "plugins.json"

    @property
    def logs(self) -> Path:
        """Logs of the control plane and the plugins."""
        return self.root / "logs"

    def endpoint(self) -> dict[str, Any] | None:
        """What the control plane wrote about itself; None before its first start."""
        return read_json(self.endpoint_file)

    def plugins(self) -> dict[str, Any] | None:
        """What the plugins wrote about themselves; None before their first start."""
        return read_json(self.plugins_file)


def read_json(path: Path) -> dict[str, Any] | None:
    """The JSON object in a file; None when there is no such file."""
    try:
        document: dict[str, Any] = json.loads(path.read_text())
    except FileNotFoundError:
        return None
    return document


def write_private(path: Path, text: str) -> None:
    """Writes a file as a whole or not at all, readable by its owner alone."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    with os.fdopen(descriptor, "w") as stream:
        stream.write(text)
    Path(temporary).replace(path)
