"""The registry, and clients nobody here wrote that act as one of its principals."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from localcloud import environment
from localcloud.home import Home
from tools.e2e_docker.engine import Docker
from tools.e2e_docker.watch import run


@dataclass(frozen=True)
class World:
    """A registry and its principals.

    Attributes:
        outputs: What the program exports.
        engine: A Docker client without credentials.
        home: The cloud's folder.
    """

    outputs: dict[str, Any] = field(repr=False)
    engine: Docker
    home: Home

    @property
    def registry(self) -> str:
        """The login server."""
        server: str = self.outputs["login_server"]
        return server

    def docker(self, principal: str, password: str | None = None) -> Docker:
        """Docker, logged in as a principal; raises CommandFailed when the registry refuses that.

        Of a registry on 127.0.0.0/8 Docker takes any certificate: the one of this registry is checked by skopeo.
        """
        client = self.engine.acting_for(f"docker-{principal}")
        username, given = self._credentials(principal, password)
        client("login", self.registry, "--username", username, "--password-stdin", given=given)
        return client

    def skopeo(self, principal: str, *arguments: str, password: str | None = None) -> str:
        """skopeo, logged in as a principal, against the registry's certificate; raises CommandFailed."""
        file = self.engine.folder.with_name(f"skopeo-{principal}.json")
        username, given = self._credentials(principal, password)
        trusting = environment.build(self.home, os.environ | {"REGISTRY_AUTH_FILE": str(file)})
        login = ["skopeo", "login", self.registry, "--username", username, "--password-stdin"]
        run(login, "skopeo login", environment=trusting, given=given)
        try:
            return run(["skopeo", "--insecure-policy", *arguments], "skopeo", environment=trusting)
        finally:
            file.unlink()

    def client(self, name: str) -> Path:
        """A folder that a client may fill."""
        return self.engine.folder.with_name(name)

    def _credentials(self, principal: str, password: str | None) -> tuple[str, str]:
        return self.outputs[f"{principal}_username"], password or self.outputs[f"{principal}_password"]
