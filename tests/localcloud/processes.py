"""The real processes of a localcloud, for the tests that start, kill and restart them."""

from __future__ import annotations

import json
import os
import ssl
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx

from localcloud.home import Home

VERSION = {"api-version": "2024-01-01"}


class Localcloud:
    """A cloud of its own, driven by the command line."""

    def __init__(self, folder: Path) -> None:
        self.home = Home(folder / "home", folder / "cache")

    def command(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Runs `python -m localcloud`."""
        environment = os.environ | {"LOCALCLOUD_HOME": str(self.home.root), "LOCALCLOUD_CACHE": str(self.home.cache)}
        return subprocess.run(
            [sys.executable, "-m", "localcloud", *arguments],
            capture_output=True,
            text=True,
            check=False,
            timeout=90,
            env=environment | variables,
        )

    @property
    def endpoint(self) -> dict[str, Any]:
        """What the control plane says of itself."""
        found = self.home.endpoint()
        assert found is not None
        return found

    def request(self, method: str, path: str, **arguments: Any) -> httpx.Response:
        """A request to the control plane as the deployer."""
        headers = {"Authorization": f"Bearer {self.home.token_file.read_text()}"}
        with self._client() as client:
            return client.request(method, self.endpoint["url"] + path, headers=headers, params=VERSION, **arguments)

    def reaches(self, login_server: str) -> int:
        """The status of a registry's door, asked by a client that trusts this cloud's authority."""
        with self._client() as client:
            return client.get(f"https://{login_server}/v2/").status_code

    def _client(self) -> httpx.Client:
        context = ssl.create_default_context(cafile=self.home.ca_certificate)
        return httpx.Client(verify=context, trust_env=False, timeout=20)

    def group(self) -> str:
        """The id of a resource group that is there."""
        settings = json.loads(self.home.settings_file.read_text())
        path = f"/subscriptions/{settings['subscription_id']}/resourceGroups/group"
        self.request("PUT", path, json={"location": "westeurope"})
        return path

    def registry(self, name: str) -> tuple[str, str]:
        """Makes a registry; returns its id and its login server."""
        path = f"{self.group()}/providers/Microsoft.ContainerRegistry/registries/{name}"
        self.request("PUT", path, json={"location": "westeurope", "sku": {"name": "Basic"}})
        return path, self.settled(path)["properties"]["loginServer"]

    def settled(self, path: str) -> dict[str, Any]:
        """A resource, once no operation runs on it."""
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            document: dict[str, Any] = self.request("GET", path).json()
            if document["properties"]["provisioningState"] in {"Succeeded", "Failed"}:
                return document
            time.sleep(0.05)
        raise TimeoutError(path)
