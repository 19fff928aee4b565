"""What people made in Azure before they had Pulumi: the PUTs of `az`, one by one, and what it shows of it all."""

from __future__ import annotations

import tempfile
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from azureml_scoring._service_image import service_context
from azureml_scoring.rules import BuildContext, PythonEnvironment, ServiceSource

from tests.journeys.project import ROOT, Journey

GROUP = "rg-before"
CONTAINER_GROUP = "diabetes-before"
ACR_PUSH = "8311e382-0749-4cb8-b61a-304f252e45ec"
_VERSIONS = {
    "Microsoft.Storage": "2024-01-01",
    "Microsoft.KeyVault": "2024-11-01",
    "Microsoft.OperationalInsights": "2023-09-01",
    "Microsoft.Insights": "2020-02-02",
    "Microsoft.ContainerRegistry": "2023-01-01-preview",
    "Microsoft.MachineLearningServices": "2025-06-01",
    "Microsoft.ContainerInstance": "2023-05-01",
    "Microsoft.Authorization": "2022-04-01",
}
_TASK_RUNS = "2019-06-01-preview"


@dataclass
class Handmade:
    """A resource group that no Pulumi program made.

    Attributes:
        journey: The cloud.
        ids: Resource ids by their type and name, such as `Microsoft.KeyVault/vaults/beforekv`.
    """

    journey: Journey
    ids: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        (subscription,) = self.journey.azure("GET", "/subscriptions", **{"api-version": "2022-12-01"})["value"]
        self.group = f"/subscriptions/{subscription['subscriptionId']}/resourceGroups/{GROUP}"
        self.journey.azure("PUT", self.group, {"location": "westeurope"}, **{"api-version": "2024-03-01"})

    def put(self, what: str, properties: Mapping[str, Any], version: str = "", **more: Any) -> dict[str, Any]:
        """Makes a resource of the group, or one below another, and waits until it is there.

        Args:
            what: Its type and name.
            properties: Its properties.
            version: API version, where it is not the namespace's usual one.
            more: What stands beside the properties.
        """
        path = what if what.startswith("/") else f"{self.group}/providers/{what}"
        query = {"api-version": version or _version(path)}
        self.journey.azure("PUT", path, {"location": "westeurope", "properties": properties, **more}, **query)
        deadline = time.monotonic() + 180
        while True:
            shown: dict[str, Any] = self.journey.azure("GET", path, **query)
            state = shown.get("properties", {}).get("provisioningState", "Succeeded")
            assert state not in {"Failed", "Canceled"}, shown
            if state == "Succeeded":
                self.ids[what] = shown["id"]
                return shown
            assert time.monotonic() < deadline, shown
            time.sleep(0.3)

    def export(self) -> list[dict[str, Any]]:
        """What `az resource show --ids ...` answers for all of the group."""
        listed = self.journey.azure("GET", f"{self.group}/resources", **{"api-version": "2024-03-01"})["value"]
        return [self.journey.azure("GET", one["id"], **{"api-version": _version(one["id"])}) for one in listed]

    def roles(self, scope: str) -> list[dict[str, Any]]:
        """What `az role assignment list --scope` answers: flat, and with those of the scopes above."""
        path = f"{scope}/providers/Microsoft.Authorization/roleAssignments"
        found = self.journey.azure("GET", path, **{"api-version": _version(path), "$filter": "atScope()"})["value"]
        return [{**one["properties"], **{key: one[key] for key in ("id", "name", "type")}} for one in found]

    def build(
        self, registry: dict[str, Any], account: dict[str, Any], context: BuildContext, image: str, **arguments: str
    ) -> str:
        """Builds an image as `az acr build` does; the image by its digest."""
        name = f"build{uuid.uuid4().hex[:8]}"
        source = self._upload(account, context, f"{name}.tar.gz")
        request = {
            "type": "DockerBuildRequest",
            "dockerFilePath": "Dockerfile",
            "imageNames": [image],
            "isPushEnabled": True,
            "platform": {"os": "Linux", "architecture": "amd64"},
            "sourceLocation": source,
            "arguments": [{"name": key, "value": value} for key, value in arguments.items()],
        }
        run = self.put(f"{registry['id']}/taskRuns/{name}", {"runRequest": request}, _TASK_RUNS)
        (made,) = run["properties"]["runResult"]["properties"]["outputImages"]
        return f"{made['registry']}/{made['repository']}@{made['digest']}"

    def _upload(self, account: dict[str, Any], context: BuildContext, name: str) -> str:
        """A link to a context that lies in a blob."""
        container = f"{account['id']}/blobServices/default/containers/contexts"
        self.journey.azure("PUT", container, {}, **{"api-version": "2024-01-01"})
        asked = {
            "canonicalizedResource": f"/blob/{account['name']}/contexts",
            "signedResource": "c",
            "signedPermission": "rcw",
            "signedExpiry": "2099-01-01T00:00:00Z",
        }
        answer = self.journey.azure("POST", f"{account['id']}/listServiceSas", asked, **{"api-version": "2024-01-01"})
        blob = f"{account['properties']['primaryEndpoints']['blob'].rstrip('/')}/contexts/{name}"
        link = f"{blob}?{answer['serviceSasToken']}"
        with tempfile.TemporaryDirectory() as folder:
            context.write(Path(folder, name))
            content = Path(folder, name).read_bytes()
        headers = {"x-ms-blob-type": "BlockBlob"}
        httpx.put(link, content=content, headers=headers, verify=self.journey.trust(), timeout=60).raise_for_status()
        return link


def _version(path: str) -> str:
    return _VERSIONS[path.rpartition("/providers/")[2].partition("/")[0]]


def make_team(made: Handmade) -> dict[str, dict[str, Any]]:
    """A workspace with all that it needs, as a team made it years ago: other choices than the components'."""
    storage = made.put(
        "Microsoft.Storage/storageAccounts/beforestore",
        {"minimumTlsVersion": "TLS1_2", "allowBlobPublicAccess": False, "supportsHttpsTrafficOnly": True},
        kind="StorageV2",
        sku={"name": "Standard_GRS"},
    )
    tenant = made.journey.azure("GET", "/tenants", **{"api-version": "2022-12-01"})["value"][0]["tenantId"]
    vault = made.put(
        "Microsoft.KeyVault/vaults/beforekv",
        {"tenantId": tenant, "sku": {"family": "A", "name": "standard"}, "accessPolicies": []},
    )
    logs = made.put("Microsoft.OperationalInsights/workspaces/beforelogs", {"sku": {"name": "PerGB2018"}})
    insights = made.put(
        "Microsoft.Insights/components/beforeinsights",
        {"Application_Type": "web", "WorkspaceResourceId": logs["id"]},
        kind="web",
    )
    registry = made.put(
        "Microsoft.ContainerRegistry/registries/beforeacr", {"adminUserEnabled": True}, sku={"name": "Standard"}
    )
    workspace = made.put(
        "Microsoft.MachineLearningServices/workspaces/before-ml",
        {
            "friendlyName": "The team's own",
            "storageAccount": storage["id"],
            "keyVault": vault["id"],
            "applicationInsights": insights["id"],
            "containerRegistry": registry["id"],
        },
        identity={"type": "SystemAssigned"},
        tags={"team": "ml"},
    )
    principal = workspace["identity"]["principalId"]
    role = f"{made.group.partition('/resourceGroups')[0]}/providers/Microsoft.Authorization/roleDefinitions/{ACR_PUSH}"
    made.put(
        f"{registry['id']}/providers/Microsoft.Authorization/roleAssignments/{uuid.uuid4()}",
        {"principalId": principal, "principalType": "ServicePrincipal", "roleDefinitionId": role},
    )
    return {"storage": storage, "registry": registry, "workspace": workspace}


def make_service(made: Handmade, team: Mapping[str, dict[str, Any]], key: str) -> dict[str, Any]:
    """A container group that serves the example's model behind a key; pulled as the registry's admin user."""
    registry, storage = team["registry"], team["storage"]
    base = made.build(
        registry, storage, BuildContext.from_directory(ROOT / "examples" / "diabetes"), "diabetes-base:v1"
    )
    example = ROOT / "examples" / "diabetes"
    source = ServiceSource(
        entry_script=example / "score.py",
        source_directory=None,
        models=(example / "model" / "model.joblib",),
        python=PythonEnvironment(requirements=example / "requirements.txt"),
    )
    image = made.build(registry, storage, service_context(source), "diabetes:v1", BASE_IMAGE=base)
    admin = made.journey.azure(
        "POST", f"{registry['id']}/listCredentials", **{"api-version": _VERSIONS["Microsoft.ContainerRegistry"]}
    )
    login = {"username": admin["username"], "password": admin["passwords"][0]["value"]}
    variables = [
        {"name": "LOG_LEVEL", "value": "info"},
        {"name": "SCORING_AUTH", "value": "key"},
        {"name": "SCORING_PRIMARY_KEY", "secureValue": key},
    ]
    container = {
        "image": image,
        "ports": [{"port": 5001, "protocol": "TCP"}],
        "resources": {"requests": {"cpu": 1, "memoryInGB": 1.5}},
        "environmentVariables": variables,
    }
    group = made.put(
        f"Microsoft.ContainerInstance/containerGroups/{CONTAINER_GROUP}",
        {
            "osType": "Linux",
            "restartPolicy": "Always",
            "containers": [{"name": "web", "properties": container}],
            "imageRegistryCredentials": [{"server": registry["properties"]["loginServer"], **login}],
            "ipAddress": {"type": "Public", "ports": [{"port": 5001, "protocol": "TCP"}]},
        },
    )
    return group | {"login": login, "base": base}
