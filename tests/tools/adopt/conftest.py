"""A resource group as `az resource show` shows it, and the command."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tools.adopt.__main__ import main

SUBSCRIPTION = "00000000-0000-0000-0000-000000000001"
GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg"
DIGEST = f"sha256:{'a' * 64}"
ACR_PULL = "7f951dda-4ed3-4680-a7ca-43fe172d538d"
ROLE = f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/{ACR_PULL}"

Adopt = Callable[..., tuple[int, str, str]]


def resource(of_type: str, name: str, properties: Any, **more: Any) -> dict[str, Any]:
    """One resource of the group."""
    found = {"id": f"{GROUP}/providers/{of_type}/{name}", "name": name, "type": of_type, "location": "westeurope"}
    return {**found, "properties": properties, **more}


def team(**changes: Any) -> list[dict[str, Any]]:
    """A workspace with what it needs, as the components themselves would have made it.

    Args:
        changes: Properties by the end of the type: `workspaces={"friendlyName": "x"}`.
    """

    def properties(of: str, **usual: Any) -> dict[str, Any]:
        return {**usual, **changes.get(of, {})}

    base = f"{GROUP}/providers"
    return [
        resource(
            "Microsoft.Storage/storageAccounts",
            "store",
            properties(
                "storageAccounts",
                allowBlobPublicAccess=False,
                supportsHttpsTrafficOnly=True,
                minimumTlsVersion="TLS1_2",
            ),
            kind="StorageV2",
            sku={"name": "Standard_LRS"},
        ),
        resource(
            "Microsoft.KeyVault/vaults",
            "vault",
            properties(
                "vaults",
                tenantId="tenant",
                sku={"family": "A", "name": "standard"},
                enableRbacAuthorization=True,
                enablePurgeProtection=True,
            ),
        ),
        resource("Microsoft.OperationalInsights/workspaces", "logs", {"sku": {"name": "PerGB2018"}}),
        resource(
            "Microsoft.Insights/components",
            "insights",
            properties(
                "components",
                Application_Type="web",
                WorkspaceResourceId=f"{base}/Microsoft.OperationalInsights/workspaces/logs",
            ),
            kind="web",
        ),
        resource(
            "Microsoft.ContainerRegistry/registries",
            "contosoml",
            properties(
                "registries",
                adminUserEnabled=False,
                anonymousPullEnabled=False,
                publicNetworkAccess="Enabled",
                zoneRedundancy="Disabled",
                loginServer="contosoml.azurecr.io",
            ),
            sku={"name": "Standard"},
        ),
        resource(
            "Microsoft.MachineLearningServices/workspaces",
            "ml-1",
            properties(
                "workspaces",
                storageAccount=f"{base}/Microsoft.Storage/storageAccounts/store",
                keyVault=f"{base}/Microsoft.KeyVault/vaults/vault",
                applicationInsights=f"{base}/Microsoft.Insights/components/insights",
                containerRegistry=f"{base}/Microsoft.ContainerRegistry/registries/contosoml",
                publicNetworkAccess="Enabled",
            ),
            identity={"type": "SystemAssigned"},
        ),
    ]


def role(name: str = "6f1e5d5e-0d5c-4b7a-9a57-0c9b8d4a1f1e") -> dict[str, Any]:
    """A role assignment at the registry, as `az role assignment list` writes it."""
    scope = f"{GROUP}/providers/Microsoft.ContainerRegistry/registries/contosoml"
    return {
        "id": f"{scope}/providers/Microsoft.Authorization/roleAssignments/{name}",
        "name": name,
        "type": "Microsoft.Authorization/roleAssignments",
        "principalId": "11111111-0000-0000-0000-000000000001",
        "principalType": "ServicePrincipal",
        "roleDefinitionId": ROLE,
        "scope": scope,
    }


def group(name: str = "diabetes", container: Any = None, **properties: Any) -> dict[str, Any]:
    """A container group that serves."""
    inner = {
        "image": f"contosoml.azurecr.io/diabetes@{DIGEST}",
        "ports": [{"port": 5001}],
        "resources": {"requests": {"cpu": 1.5, "memoryInGB": 2.0}},
    }
    usual = {
        "sku": "Standard",
        "osType": "Linux",
        "restartPolicy": "Always",
        "containers": [{"name": "scoring", "properties": inner | (container or {})}],
        "ipAddress": {"type": "Public", "ports": [{"port": 5001, "protocol": "TCP"}]},
    }
    return resource("Microsoft.ContainerInstance/containerGroups", name, usual | properties)


@pytest.fixture
def adopt(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Adopt:
    """Runs the command on an export; the files go to `tmp_path / "out"`."""

    def run(export: Any, *options: str) -> tuple[int, str, str]:
        path = tmp_path / "export.json"
        path.write_text(export if isinstance(export, str) else json.dumps(export))
        code = main([str(path), "--out", str(tmp_path / "out"), *options])
        shown = capsys.readouterr()
        return code, shown.out, shown.err

    return run
