"""A Kubernetes online endpoint: where it runs, and what its deployments ask of the cluster."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.components import inputs
from tests.components.mocked import GROUP_ID, Registered
from tests.components.targets.online import WORKSPACE, body, named, registered

CLUSTER = f"{GROUP_ID.replace('/group', '/clusters')}/providers/Microsoft.ContainerService/managedClusters/shared"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return inputs.write_service(tmp_path_factory.mktemp("service"))


def served(folder: Path, options: dict[str, Any], **changes: Any) -> Registered:
    return registered(folder, "aks", aks=options, **changes)


def kinds(made: Registered) -> set[str]:
    return {one.type.rpartition(":")[2] for one in made}


def test_a_compute_that_is_attached_is_used_as_it_is(folder: Path) -> None:
    made = served(folder, {"compute_name": "cluster"})
    assert not {"ManagedCluster", "Extension", "Compute"} & kinds(made)
    endpoint = named(made, "OnlineEndpoint", "scores-endpoint").inputs["properties"]
    assert (endpoint["authMode"], endpoint["compute"]) == ("Key", f"{WORKSPACE}/computes/cluster")
    assert body(made)["properties"]["compute"] == endpoint["compute"]


def test_a_cluster_that_is_given_gets_the_extension_before_it_is_attached(folder: Path) -> None:
    made = served(folder, {"cluster_id": CLUSTER, "namespace": "scoring"})
    assert "ManagedCluster" not in kinds(made)
    extension = named(made, "Extension", "scores-extension")
    assert extension.inputs["resourceGroupName"] == "clusters"
    assert extension.inputs["clusterName"] == "shared"
    assert extension.inputs["extensionType"].lower() == "microsoft.azureml.kubernetes"
    assert extension.inputs["configurationSettings"]["enableInference"] == "True"
    compute = named(made, "Compute", "scores-compute")
    assert compute.inputs["properties"]["resourceId"] == CLUSTER
    assert compute.inputs["properties"]["properties"] == {"namespace": "scoring"}
    assert any(urn.endswith("Extension::scores-extension") for urn in compute.options.dependencies)
    endpoint = named(made, "OnlineEndpoint", "scores-endpoint")
    assert any(urn.endswith("Compute::scores-compute") for urn in endpoint.options.dependencies)


@pytest.mark.parametrize(("nodes", "available"), [(1, "False"), (3, "True")])
def test_a_cluster_is_made_with_a_system_pool(folder: Path, nodes: int, available: str) -> None:
    options = {
        "cluster": {"node_count": nodes, "vm_size": "Standard_D8s_v3", "authorized_ip_ranges": ["203.0.113.0/24"]}
    }
    made = served(folder, options)
    cluster = named(made, "ManagedCluster", "scores-cluster").inputs
    (pool,) = cluster["agentPoolProfiles"]
    assert (pool["count"], pool["vmSize"], pool["mode"]) == (nodes, "Standard_D8s_v3", "System")
    assert cluster["apiServerAccessProfile"]["authorizedIPRanges"] == ["203.0.113.0/24"]
    assert cluster["identity"] == {"type": "SystemAssigned"}
    settings = named(made, "Extension", "scores-extension").inputs["configurationSettings"]
    assert settings["inferenceRouterHA"] == available


def test_a_replica_asks_for_what_it_may_use(folder: Path) -> None:
    made = served(folder, {"compute_name": "cluster", "cpu": 0.5, "memory_gb": 1.5, "instance_type": "small"})
    found = named(made, "OnlineDeployment", "scores-deployment").inputs["properties"]
    assert (found["endpointComputeType"], found["instanceType"]) == ("Kubernetes", "small")
    amount = {"cpu": "0.5", "memory": "1536Mi"}
    assert found["containerResourceRequirements"] == {
        "containerResourceRequests": amount,
        "containerResourceLimits": amount,
    }
    assert found["scaleSettings"] == {"scaleType": "Default"}


def test_azure_ml_itself_scales_on_kubernetes(folder: Path) -> None:
    made = served(folder, {"compute_name": "cluster"}, autoscale={"minimum": 1, "maximum": 4, "period_seconds": 30})
    found = named(made, "OnlineDeployment", "scores-deployment").inputs["properties"]
    assert found["scaleSettings"] == {
        "scaleType": "TargetUtilization",
        "minInstances": 1,
        "maxInstances": 4,
        "targetUtilizationPercentage": 70,
        "pollingInterval": "PT30S",
    }
    assert "AutoscaleSetting" not in kinds(made)
