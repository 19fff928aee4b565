"""Kubernetes endpoints: on an attached cluster, at a path of their own, with other status codes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from localcloud.images.content import ContentStore
from localcloud.runtime.process import ProcessRuntime
from tests.localcloud.services.machinelearning.conftest import WORKSPACE
from tests.localcloud.services.machinelearning.online import ENDPOINT, QUICK, ROUTES, Online, score

CLUSTER = "Microsoft.ContainerService/managedClusters/cluster1"
EXTENSION = f"{CLUSTER}/providers/Microsoft.KubernetesConfiguration/extensions/azureml"
INSECURE = {"enableInference": "True", "inferenceRouterServiceType": "LoadBalancer", "allowInsecureConnections": "True"}
SMALL = {"nodeSelector": None, "resources": {"requests": {"cpu": "1", "memory": "4Gi"}}}


@pytest.fixture
def runtime(tmp_path: Path) -> Iterator[ProcessRuntime]:
    """In place of the pretended one."""
    content = ContentStore(tmp_path / "home" / "blobs")
    real = ProcessRuntime(tmp_path / "home" / "containers", content, tmp_path / "cache")
    yield real
    for container in real.list():
        real.remove(container)


@pytest.fixture
def compute(arm: Any, workspace: dict[str, Any]) -> str:
    """An attached cluster with one instance type, `small`."""
    del workspace
    pool = {"name": "system", "mode": "System", "count": 1, "vmSize": "Standard_D4s_v5"}
    body = {"location": "eastus", "identity": {"type": "SystemAssigned"}}
    arm.put(CLUSTER, body | {"properties": {"dnsPrefix": "demo", "agentPoolProfiles": [pool]}})
    extension = {"extensionType": "Microsoft.AzureML.Kubernetes", "configurationSettings": INSECURE}
    arm.put(EXTENSION, {"properties": extension})
    inner = {"defaultInstanceType": "small", "instanceTypes": {"small": SMALL}}
    properties = {"computeType": "Kubernetes", "resourceId": arm.id(CLUSTER), "properties": inner}
    found: str = arm.put(f"{WORKSPACE}/computes/inference", {"location": "eastus", "properties": properties})["id"]
    return found


@pytest.fixture
def cluster(arm: Any, cloud: Any, workspace: dict[str, Any], compute: str, pushed: Any) -> Online:
    """An endpoint on the cluster, whose nodes may pull."""
    found = Online(arm, cloud, workspace["id"], pushed("base:1", QUICK))
    kubelet = arm.get(CLUSTER)["properties"]["identityProfile"]["kubeletidentity"]
    found.may_pull(kubelet["objectId"])
    found.make_environment("env", inferenceConfig=ROUTES)
    found.endpoint(compute=compute)
    return found


def on_cluster(online: Online, who: str, **properties: Any) -> dict[str, Any]:
    """A deployment for the cluster."""
    return online.quick(who, endpointComputeType="Kubernetes", **properties)


def test_it_answers_at_its_own_path(cluster: Online, compute: str) -> None:
    cluster.deploy("blue", on_cluster(cluster, "blue", instanceType="small"))
    made = cluster.endpoint(compute=compute, traffic={"blue": 100})
    assert made["kind"] == "K8S"
    assert made["properties"]["scoringUri"].startswith("http://127.")
    assert made["properties"]["scoringUri"].endswith("/api/v1/endpoint/endpoint-1/score")
    with cluster.caller() as client:
        assert score(client).json() == {"who": "blue", "sum": 3}
        outside = str(client.base_url).replace("endpoint-1", "endpoint-2")
        assert client.post(f"{outside}score").status_code == 404
        # What the server says is passed on, but for a crash of its code.
        for said, told in ((400, 400), (500, 502), (200, 200)):
            assert client.post("/score", content=json.dumps({"status": said})).status_code == told
        wrong = score(client, authorization="Bearer wrong")
        assert wrong.status_code == 401
        cluster.deploy(
            "blue", on_cluster(cluster, "blue", instanceType="small", requestSettings={"requestTimeout": "PT0.5S"})
        )
        assert client.post("/score", content=json.dumps({"seconds": 2})).status_code == 504


def test_what_a_cluster_does_not_have(cluster: Online, compute: str) -> None:
    assert (
        "is none of the compute: small" in cluster.refused("blue", on_cluster(cluster, "blue", instanceType="big"))[2]
    )
    assert (
        "takes deployments with endpointComputeType Kubernetes only"
        in cluster.refused("blue", cluster.quick("blue"))[2]
    )
    cluster.deploy("blue", on_cluster(cluster, "blue"))
    scale = cluster.arm.get(cluster.place("blue"))["properties"]["scaleSettings"]
    assert scale == {"scaleType": "TargetUtilization"}
    assert "isn't supported for Kubernetes" in cluster.traffic_refused(compute=compute, mirrorTraffic={"blue": 10})
    body = {"location": "eastus", "properties": {"authMode": "Key"}}
    assert cluster.arm.refused(cluster.id(ENDPOINT), body)[1] == "PropertyChangeNotAllowed"
