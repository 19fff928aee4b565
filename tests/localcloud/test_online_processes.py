"""Online endpoints outlive the control plane: they answer while it is killed, started again and stopped."""

from __future__ import annotations

import io
import os
import signal
import ssl
import tarfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from localcloud.images.build import BuildRequest, build
from localcloud.images.content import ContentStore
from localcloud.images.errors import RegistryUnreachable
from localcloud.registry.catalog import Catalog
from localcloud.registry.local import push
from tests.localcloud.processes import Localcloud
from tests.localcloud.services.machinelearning.online import QUICK, ROUTES, load, score

ACR_PULL = "7f951dda-4ed3-4680-a7ca-43fe172d538d"


class Nothing:
    """The FROM lines of an image that has none."""

    def resolve(self, reference: str) -> Any:
        """Never asked."""
        raise RegistryUnreachable(reference)


class Workspace:
    """A workspace with everything, in a localcloud's own processes.

    Attributes:
        cloud: That localcloud.
        id: The workspace.
    """

    def __init__(self, cloud: Localcloud) -> None:
        self.cloud = cloud
        self._group = f"{cloud.group()}/providers"
        self.id = f"{self._group}/Microsoft.MachineLearningServices/workspaces/workspace1"

    def put(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """Writes a resource of the group and waits until it has succeeded."""
        path = path if path.startswith("/") else f"{self._group}/{path}"
        response = self.cloud.request("PUT", path, json={"location": "eastus"} | body)
        assert response.is_success, response.text
        found = self.cloud.settled(path)
        assert found["properties"]["provisioningState"] == "Succeeded", found
        return found

    def make(self, folder: Path) -> None:
        """Makes it, with an environment of a quick server's image."""
        registry, login_server = self.cloud.registry("registry1")
        storage = {"kind": "StorageV2", "sku": {"name": "Standard_LRS"}}
        account = self.put("Microsoft.Storage/storageAccounts/storage1", storage)["id"]
        properties = {"tenantId": "00000000-0000-0000-0000-000000000000", "sku": {"family": "A", "name": "standard"}}
        vault = self.put("Microsoft.KeyVault/vaults/vault1", {"properties": properties})["id"]
        identity = {"identity": {"type": "SystemAssigned"}}
        made = self.put(self.id, identity | {"properties": {"storageAccount": account, "keyVault": vault}})
        principal = made["identity"]["principalId"]
        definition = f"/providers/Microsoft.Authorization/roleDefinitions/{ACR_PULL}"
        assignment = f"{registry}/providers/Microsoft.Authorization/roleAssignments/{principal}"
        role = {"roleDefinitionId": definition, "principalId": principal, "principalType": "ServicePrincipal"}
        assert self.cloud.request("PUT", assignment, json={"properties": role}).is_success
        self._push(folder, login_server)
        environment = {"image": f"{login_server}/base:1", "inferenceConfig": ROUTES}
        self.put(f"{self.id}/environments/env/versions/1", {"properties": environment})

    def endpoint(self, **traffic: int) -> dict[str, Any]:
        """Writes the endpoint."""
        return self.put(f"{self.id}/onlineEndpoints/front", {"properties": {"authMode": "Key", "traffic": traffic}})

    def deploy(self, name: str) -> None:
        """Writes a deployment that says its own name."""
        served = {"environmentId": "azureml:env:1", "environmentVariables": {"WHO": name}}
        properties = {"endpointComputeType": "Managed"} | served
        self.put(f"{self.id}/onlineEndpoints/front/deployments/{name}", {"properties": properties})

    def caller(self) -> httpx.Client:
        """Somebody with the key."""
        url = self.endpoint()["properties"]["scoringUri"].removesuffix("/score")
        key = self.cloud.request("POST", f"{self.id}/onlineEndpoints/front/listKeys", json={}).json()["primaryKey"]
        context = ssl.create_default_context(cafile=self.cloud.home.ca_certificate)
        headers = {"authorization": f"Bearer {key}"}
        return httpx.Client(base_url=url, headers=headers, verify=context, trust_env=False)

    def _push(self, folder: Path, login_server: str) -> None:
        archive = folder / "context.tar"
        with tarfile.open(archive, "w") as tar:
            member = tarfile.TarInfo("Dockerfile")
            member.size = len(QUICK.encode())
            tar.addfile(member, io.BytesIO(QUICK.encode()))
        image = build(BuildRequest(archive), ContentStore(self.cloud.home.blobs), Nothing(), lambda _: None)
        catalog = Catalog(self.cloud.home.catalog)
        push(catalog, login_server, "base", "1", image)
        catalog.close()


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """A workspace with an endpoint and two deployments."""
    folder = tmp_path_factory.mktemp("online")
    cloud = Localcloud(folder)
    started = cloud.command("start")
    assert started.returncode == 0, started.stderr
    made = Workspace(cloud)
    made.make(folder)
    made.endpoint()
    made.deploy("blue")
    made.deploy("green")
    yield made
    assert cloud.command("reset").returncode == 0


def test_it_answers_while_the_control_plane_is_killed_and_started(workspace: Workspace) -> None:
    with workspace.caller() as client:
        workspace.endpoint(blue=100)
        with load(client) as found:
            time.sleep(0.5)
            os.kill(workspace.cloud.endpoint["pid"], signal.SIGKILL)
            time.sleep(1)
            assert workspace.cloud.command("start").returncode == 0
            workspace.endpoint(green=100)
            time.sleep(0.5)
        assert found.failures == []
        assert found.answers["blue"] > 10
        assert found.answers["green"] > 10


def test_a_deployment_that_a_crash_cut_off_goes_on(workspace: Workspace) -> None:
    place = f"{workspace.id}/onlineEndpoints/front/deployments/red"
    served = {"environmentId": "azureml:env:1", "environmentVariables": {"WHO": "red"}}
    body = {"location": "eastus", "properties": {"endpointComputeType": "Managed"} | served}
    assert workspace.cloud.request("PUT", place, json=body).json()["properties"]["provisioningState"] == "Creating"
    os.kill(workspace.cloud.endpoint["pid"], signal.SIGKILL)
    assert workspace.cloud.command("start").returncode == 0
    assert workspace.cloud.settled(place)["properties"]["provisioningState"] == "Succeeded"
    with workspace.caller() as client:
        assert score(client, azureml_model_deployment="red").json()["who"] == "red"
    assert workspace.cloud.command("status").stdout.count("front-red") == 1


def test_it_is_there_again_after_stop_and_start(workspace: Workspace) -> None:
    with workspace.caller() as client:
        workspace.endpoint(green=100)
        assert score(client).json()["who"] == "green"
        assert "front-green" in workspace.cloud.command("status").stdout
        assert workspace.cloud.command("stop").returncode == 0
        with pytest.raises(httpx.TransportError):
            score(client)
        assert workspace.cloud.command("start").returncode == 0
        deadline = time.monotonic() + 20
        while (said := _status(client)) != 200:
            assert time.monotonic() < deadline, said
            time.sleep(0.1)


def _status(client: httpx.Client) -> int | str:
    try:
        return score(client).status_code
    except httpx.TransportError as error:
        return str(error)
