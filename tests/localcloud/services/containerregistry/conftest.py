"""Contexts to upload and builds to run."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from localcloud.registry.local import resolve
from tests.localcloud.services.conftest import context

if TYPE_CHECKING:
    from localcloud.cloud import Cloud

ACCOUNT = "Microsoft.Storage/storageAccounts/sources"
DOCKERFILE = "FROM ubuntu:22.04\nARG VERSION=1\nARG TOKEN\nENV V=$VERSION\nRUN echo hello\nCOPY a.txt /a.txt\n"


class _Tasks:
    """Uploads contexts and runs builds."""

    def __init__(self, arm: Any, cloud: Cloud, registry: dict[str, Any]) -> None:
        self.arm, self.cloud = arm, cloud
        self.id = registry["id"]
        self.login_server = registry["properties"]["loginServer"]
        arm.put(ACCOUNT, {"kind": "StorageV2", "location": "eastus", "sku": {"name": "Standard_LRS"}})
        arm.put(f"{ACCOUNT}/blobServices/default/containers/context", {})

    def upload(self, dockerfile: str = DOCKERFILE, name: str = "source.tar.gz") -> str:
        blob = f"{self.cloud.url}/blob/sources/context/{name}"
        data = context({"Dockerfile": dockerfile, "a.txt": "a"})
        assert self.arm.http.put(blob, content=data, headers={"x-ms-blob-type": "BlockBlob"}).status_code == 201
        return f"{blob}?{self.token()}"

    def token(self, minutes: float = 5) -> str:
        expiry = (datetime.now(UTC) + timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ")
        asked = {"canonicalizedResource": "/blob/sources/context", "signedResource": "c"}
        rights = {"signedPermission": "r", "signedExpiry": expiry}
        found: str = self.arm.post(f"{ACCOUNT}/listServiceSas", asked | rights)["serviceSasToken"]
        return found

    def body(self, source: str, *names: str, **changes: Any) -> dict[str, Any]:
        request = {
            "type": "DockerBuildRequest",
            "dockerFilePath": "Dockerfile",
            "imageNames": list(names),
            "isPushEnabled": True,
            "platform": {"os": "Linux", "architecture": "amd64"},
            "sourceLocation": source,
        }
        return {"properties": {"forceUpdateTag": "1", "runRequest": request | changes}}

    def run(self, body: dict[str, Any], name: str = "build-1") -> dict[str, Any]:
        found: dict[str, Any] = self.arm.put(f"{self.id}/taskRuns/{name}", body)["properties"]
        return found

    def fail(self, body: dict[str, Any], name: str = "build-1") -> tuple[dict[str, Any], str, str]:
        """The task run's properties, the error's message and its detail."""
        path = f"{self.id}/taskRuns/{name}"
        error = self.arm.operation(self.arm.send("PUT", path, body))["error"]
        return self.arm.get(path)["properties"], error["message"], error["details"][0]["message"]

    def log(self, run: str) -> str:
        link = self.arm.post(f"{self.id}/runs/{run}/listLogSasUrl")["logLink"]
        response = self.arm.http.get(link)
        assert response.status_code == 200
        return str(response.text)

    def digest(self, repository: str, tag: str) -> str | None:
        return resolve(self.cloud.catalog, self.login_server, repository, tag)


@pytest.fixture
def tasks(arm: Any, cloud: Cloud, registry: dict[str, Any]) -> _Tasks:
    return _Tasks(arm, cloud, registry)
