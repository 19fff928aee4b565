"""The extension of Azure Machine Learning in a cluster."""

from __future__ import annotations

from typing import Any

import pytest

from tests.localcloud.services.conftest import stored_text

CLUSTER = "Microsoft.ContainerService/managedClusters/cluster1"
EXTENSION = f"{CLUSTER}/providers/Microsoft.KubernetesConfiguration/extensions/azureml"
SETTINGS = {"enableInference": "True", "inferenceRouterServiceType": "LoadBalancer", "allowInsecureConnections": "True"}
POOL = {"name": "system", "mode": "System", "count": 1, "vmSize": "Standard_D4s_v5"}


def extension(settings: Any = None, **properties: Any) -> dict[str, Any]:
    """An extension's body."""
    chosen = SETTINGS if settings is None else settings
    kind = "Microsoft.AzureML.Kubernetes"
    return {"properties": {"extensionType": kind, "configurationSettings": chosen} | properties}


@pytest.fixture
def cluster(arm: Any) -> dict[str, Any]:
    """A cluster with a managed identity."""
    return put_cluster(arm)


def put_cluster(arm: Any, identity: Any = None, **properties: Any) -> dict[str, Any]:
    """Makes the cluster."""
    wanted = {"dnsPrefix": "demo", "agentPoolProfiles": [POOL]} | properties
    body = {"location": "eastus", "identity": identity or {"type": "SystemAssigned"}, "properties": wanted}
    found: dict[str, Any] = arm.put(CLUSTER, body)
    return found


@pytest.mark.usefixtures("cluster")
def test_it_is_installed_and_goes_with_its_cluster(arm: Any) -> None:
    found = arm.put(EXTENSION, extension())
    assert found["properties"]["provisioningState"] == "Succeeded"
    assert found["properties"]["releaseTrain"] == "Stable"
    assert found["properties"]["currentVersion"]
    listed = arm.get(EXTENSION.rpartition("/")[0])["value"]
    assert [each["name"] for each in listed] == ["azureml"]
    arm.delete(CLUSTER)
    assert arm.send("GET", EXTENSION).status_code == 404


def test_it_needs_its_cluster(arm: Any) -> None:
    assert arm.send("PUT", EXTENSION, extension()).status_code == 404


@pytest.mark.usefixtures("cluster")
@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({}, "enableTraining or enableInference"),
        ({"enableInference": "True", "allowInsecureConnections": "True"}, "inferenceRouterServiceType"),
        ({"enableInference": "True", "inferenceRouterServiceType": "nodePort"}, "sslSecret"),
    ],
)
def test_settings_that_can_not_be_fail_its_installation(arm: Any, settings: Any, named: str) -> None:
    status, code, message = arm.refused(EXTENSION, extension(settings))
    assert (status, code) == (0, "ExtensionOperationFailed")
    assert named in message
    assert arm.get(EXTENSION)["properties"]["provisioningState"] == "Failed"
    assert arm.put(EXTENSION, extension())["properties"]["provisioningState"] == "Succeeded"


@pytest.mark.usefixtures("cluster")
def test_protected_settings_are_neither_stored_nor_shown(arm: Any, cloud: Any) -> None:
    settings = {"enableInference": "True", "inferenceRouterServiceType": "LoadBalancer"}
    protected = {"sslCertPemFile": "certificate", "sslKeyPemFile": "a-very-secret-value"}
    found = arm.put(EXTENSION, extension(settings, configurationProtectedSettings=protected))
    assert found["properties"]["configurationProtectedSettings"] == {}
    assert "a-very-secret-value" not in stored_text(cloud)


@pytest.mark.usefixtures("cluster")
def test_there_is_one_of_a_type(arm: Any) -> None:
    arm.put(EXTENSION, extension())
    status, code, message = arm.refused(EXTENSION.replace("azureml", "second"), extension())
    assert (status, code) == (409, "ExtensionTypeAlreadyInstalled")
    assert "'azureml'" in message


@pytest.mark.usefixtures("cluster")
@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (extension(extensionType="microsoft.flux"), 501, "NotEmulated"),
        (extension(version="1.1.0"), 400, "InvalidExtension"),
        (extension({"enableInference": True}), 400, "InvalidExtension"),
    ],
)
def test_what_can_not_be_asked_for_is_refused(arm: Any, body: Any, status: int, code: str) -> None:
    assert arm.refused(EXTENSION, body)[:2] == (status, code)


def test_a_cluster_without_local_accounts_is_not_for_azure_machine_learning(arm: Any) -> None:
    put_cluster(arm, disableLocalAccounts=True)
    status, code, message = arm.refused(EXTENSION, extension())
    assert (status, code) == (0, "ExtensionOperationFailed")
    assert "local accounts" in message


@pytest.mark.usefixtures("cluster")
def test_other_resources_have_no_extensions(arm: Any) -> None:
    place = "Microsoft.Storage/storageAccounts/account1"
    arm.put(place, {"location": "eastus", "kind": "StorageV2", "sku": {"name": "Standard_LRS"}})
    path = f"{place}/providers/Microsoft.KubernetesConfiguration/extensions/azureml"
    assert arm.refused(path, extension())[:2] == (501, "NotEmulated")
