"""Kubernetes computes: attaching a cluster to a workspace, and what is left when a part of it goes."""

from __future__ import annotations

from typing import Any

import pytest

from localcloud.arm.ids import ResourceId
from localcloud.runtime.spec import ContainerState
from localcloud.services.machinelearning import computes, front_ends, online_containers
from localcloud.services.machinelearning.compute_errors import ComputeUnusable
from tests.localcloud.services.machinelearning.conftest import WORKSPACE

COMPUTE = f"{WORKSPACE}/computes/inference"
CLUSTER = "Microsoft.ContainerService/managedClusters/cluster1"
EXTENSION = f"{CLUSTER}/providers/Microsoft.KubernetesConfiguration/extensions/azureml"
SETTINGS = {"enableInference": "True", "inferenceRouterServiceType": "LoadBalancer", "allowInsecureConnections": "True"}
SMALL = {"nodeSelector": None, "resources": {"requests": {"cpu": "1", "memory": "4Gi", "nvidia.com/gpu": None}}}


@pytest.fixture
def cluster(arm: Any) -> dict[str, Any]:
    """A cluster without the extension."""
    pool = {"name": "system", "mode": "System", "count": 3, "vmSize": "Standard_D4s_v5"}
    properties = {"dnsPrefix": "demo", "agentPoolProfiles": [pool]}
    body = {"location": "eastus", "identity": {"type": "SystemAssigned"}, "properties": properties}
    found: dict[str, Any] = arm.put(CLUSTER, body)
    return found


@pytest.fixture
def extended(arm: Any, cluster: dict[str, Any], workspace: dict[str, Any]) -> dict[str, Any]:
    """A cluster with the extension, and a workspace beside it."""
    del workspace
    install(arm)
    return cluster


def install(arm: Any, **settings: str) -> None:
    """Installs the extension."""
    properties = {"extensionType": "Microsoft.AzureML.Kubernetes", "configurationSettings": SETTINGS | settings}
    arm.put(EXTENSION, {"properties": properties})


def compute(arm: Any, inner: Any = None, **properties: Any) -> dict[str, Any]:
    """A compute's body."""
    wanted = {"computeType": "Kubernetes", "resourceId": arm.id(CLUSTER), "properties": inner or {}} | properties
    return {"location": "eastus", "properties": wanted}


def unusable(cloud: Any, compute_id: str) -> str:
    """The code of the refusal."""
    with pytest.raises(ComputeUnusable) as error:
        computes.usable(cloud, compute_id)
    return error.value.code


@pytest.mark.usefixtures("extended")
def test_a_cluster_is_attached(arm: Any, cloud: Any) -> None:
    inner = {"namespace": "scoring", "defaultInstanceType": "small", "instanceTypes": {"small": SMALL}}
    found = arm.put(COMPUTE, compute(arm, inner))
    properties = found["properties"]
    assert (properties["provisioningState"], properties["isAttachedCompute"]) == ("Succeeded", True)
    assert properties["computeLocation"] == "eastus"
    assert {name: properties["properties"][name] for name in inner} == inner
    assert properties["properties"]["extensionInstanceReleaseTrain"] == "stable"
    usable = computes.usable(cloud, found["id"])
    kubelet = arm.get(CLUSTER)["properties"]["identityProfile"]["kubeletidentity"]
    assert (usable.puller_id, usable.namespace, usable.insecure) == (kubelet["objectId"], "scoring", True)


@pytest.mark.usefixtures("extended")
def test_what_is_left_out_is_azures_default(arm: Any) -> None:
    inner = arm.put(COMPUTE, compute(arm))["properties"]["properties"]
    assert (inner["namespace"], inner["defaultInstanceType"]) == ("default", "defaultinstancetype")
    limits = inner["instanceTypes"]["defaultinstancetype"]["resources"]["limits"]
    assert limits == {"cpu": "2", "memory": "8Gi"}


@pytest.mark.usefixtures("cluster", "workspace")
def test_without_the_extension_the_attach_fails_and_may_be_sent_again(arm: Any) -> None:
    status, code, message = arm.refused(COMPUTE, compute(arm))
    assert (status, code) == (0, "ComputeAttachFailed")
    assert "no AzureML extension" in message
    assert arm.get(COMPUTE)["properties"]["provisioningState"] == "Failed"
    install(arm)
    assert arm.put(COMPUTE, compute(arm))["properties"]["provisioningState"] == "Succeeded"


@pytest.mark.usefixtures("extended")
def test_a_namespace_stays_what_it_was(arm: Any) -> None:
    arm.put(COMPUTE, compute(arm, {"namespace": "first"}))
    found = arm.put(COMPUTE, compute(arm, {"namespace": "second"}))
    assert found["properties"]["properties"]["namespace"] == "first"


@pytest.mark.usefixtures("extended")
def test_another_cluster_is_another_compute(arm: Any) -> None:
    arm.put(COMPUTE, compute(arm))
    other = arm.id(CLUSTER).replace("cluster1", "cluster2")
    status, code, message = arm.refused(COMPUTE, compute(arm, resourceId=other))
    assert (status, code) == (400, "PropertyChangeNotAllowed")
    assert "properties.resourceId" in message


@pytest.mark.usefixtures("extended")
@pytest.mark.parametrize(
    ("inner", "named"),
    [
        ({"defaultInstanceType": "big", "instanceTypes": {"small": SMALL}}, "'big' is none of"),
        ({"instanceTypes": {"small": {}}}, "'small' needs 'resources'"),
        ({"instanceTypes": {"small": {"resources": {"requests": {"cpu": "lots"}}}}}, "'lots' is no amount of 'cpu'"),
        ({"namespace": "Not_A_Namespace"}, "'Not_A_Namespace'"),
    ],
)
def test_what_can_not_be_a_compute_is_refused(arm: Any, inner: Any, named: str) -> None:
    status, code, message = arm.refused(COMPUTE, compute(arm, inner))
    assert (status, code) == (400, "ComputeAttachFailed")
    assert named in message


@pytest.mark.usefixtures("workspace")
def test_a_cluster_that_is_not_there_is_refused(arm: Any) -> None:
    assert arm.refused(COMPUTE, compute(arm))[:2] == (404, "ResourceNotFound")


@pytest.mark.usefixtures("extended")
def test_other_kinds_are_refused_by_name(arm: Any) -> None:
    status, code, message = arm.refused(COMPUTE, compute(arm, computeType="AmlCompute"))
    assert (status, code) == (501, "NotEmulated")
    assert "AmlCompute" in message


@pytest.mark.usefixtures("cluster", "workspace")
def test_an_aks_compute_needs_no_extension_and_serves_no_endpoint(arm: Any, cloud: Any) -> None:
    found = arm.put(COMPUTE, compute(arm, computeType="AKS"))
    assert found["properties"]["properties"]["agentCount"] == 3
    assert unusable(cloud, found["id"]) == "InvalidComputeInformation"


@pytest.mark.usefixtures("extended")
def test_a_removed_cluster_leaves_a_compute_that_leads_nowhere(arm: Any, cloud: Any) -> None:
    found = arm.put(COMPUTE, compute(arm))
    arm.delete(CLUSTER)
    assert arm.get(COMPUTE)["properties"]["provisioningState"] == "Succeeded"
    assert unusable(cloud, found["id"]) == "ClusterNotFound"
    arm.delete(COMPUTE)
    assert unusable(cloud, found["id"]) == "ComputeNotFound"


@pytest.mark.usefixtures("extended")
def test_what_runs_in_a_cluster_ends_with_it(arm: Any, cloud: Any, runtime: Any) -> None:
    compute_id = arm.put(COMPUTE, compute(arm))["id"]
    endpoint = arm.id(f"{WORKSPACE}/onlineEndpoints/scoring")
    deployment = f"{endpoint}/deployments/blue"
    for document_id, properties in ((endpoint, {"compute": compute_id}), (deployment, {})):
        kind = ResourceId.parse(document_id)
        cloud.resources.save(
            {"id": document_id, "name": kind.name, "type": kind.type, "properties": properties | {"authMode": "Key"}}
        )
    pods = [front_ends.container_id(endpoint.lower()), "online-blue-1"]
    for pod in pods:
        runtime.states[pod] = ContainerState("running")
    online_containers.write_down(cloud, deployment.lower(), online_containers.Serving(pods[1], latest=pods[1]))
    arm.delete(CLUSTER)
    assert [runtime.states[pod].status for pod in pods] == ["exited", "exited"]


@pytest.mark.usefixtures("extended")
def test_an_extension_that_goes_or_serves_no_endpoints_makes_it_useless(arm: Any, cloud: Any) -> None:
    found = arm.put(COMPUTE, compute(arm))
    install(arm, enableInference="False", enableTraining="True")
    assert unusable(cloud, found["id"]) == "InvalidComputeInformation"
    arm.delete(EXTENSION)
    assert unusable(cloud, found["id"]) == "InvalidComputeInformation"


@pytest.mark.usefixtures("extended")
def test_a_detached_cluster_stays(arm: Any) -> None:
    arm.put(COMPUTE, compute(arm))
    arm.operation(arm.send("DELETE", COMPUTE, underlyingResourceAction="Detach"))
    assert arm.send("GET", COMPUTE).status_code == 404
    assert arm.get(CLUSTER)["name"] == "cluster1"
