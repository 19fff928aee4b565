"""What Azure or the engine has of services, against the program `targets` that describes them."""

from __future__ import annotations

from typing import Any

from tests.journeys.calling import MACHINE_LEARNING, deployment_of, group_of, state_of
from tests.journeys.project import Journey


def the_image(journey: Journey, outputs: dict[str, Any], service: str, target: str) -> None:
    """The image that runs is the one that the service says, made of the base image that was asked for."""
    image: str = outputs[f"{service}_image_reference"]
    digest = image.partition("@")[2]
    assert outputs[f"{service}_base_images"] == [outputs["base"]]
    if target == "local":
        running = state_of(journey, service, "RemoteImage")
        assert running["repoDigest"].endswith(f"@{digest}")
        assert state_of(journey, service, "Container")["image"] == running["imageId"]
    elif target == "aci":
        (container,) = group_of(journey, outputs, service)["properties"]["containers"]
        assert container["properties"]["image"].endswith(f"@{digest}")
    else:
        environment = deployment_of(journey, outputs, service)["properties"]["environmentId"]
        found = journey.azure("GET", environment, **MACHINE_LEARNING)["properties"]["image"]
        assert found.endswith(f"@{digest}")
        assert image == outputs["base"]


def an_endpoints_deployment(journey: Journey, outputs: dict[str, Any], service: str) -> None:
    """What the description says of a deployment, Azure has."""
    found = deployment_of(journey, outputs, service)
    properties = found["properties"]
    assert found["sku"]["capacity"] == 2
    assert properties["requestSettings"]["requestTimeout"] == "PT4S"
    assert properties["requestSettings"]["maxConcurrentRequestsPerInstance"] == 2
    probes = [properties[f"{kind}Probe"] for kind in ("readiness", "liveness")]
    assert [(one["failureThreshold"], one["initialDelay"]) for one in probes] == [(5, "PT20S"), (5, "PT30S")]
    assert properties["appInsightsEnabled"] is True


def cores_and_memory(journey: Journey, outputs: dict[str, Any], target: str) -> None:
    """Each replica, or the container, has what was asked for."""
    if target == "aci":
        container = group_of(journey, outputs, "aci")["properties"]["containers"][0]["properties"]
        assert container["resources"]["requests"] == {"cpu": 0.5, "memoryInGB": 1}
    else:
        amount = deployment_of(journey, outputs, "aks")["properties"]["containerResourceRequirements"]
        assert amount["containerResourceRequests"] == {"cpu": "0.5", "memory": "1024Mi"}


def a_container_group(journey: Journey, outputs: dict[str, Any]) -> None:
    """Probes, zone, label and GPUs are those of the description."""
    first, second = (group_of(journey, outputs, service) for service in ("aci", "aci-two"))
    described = first["properties"]["containers"][0]["properties"]
    probes = [described[f"{kind}Probe"] for kind in ("readiness", "liveness")]
    assert [(one["failureThreshold"], one["initialDelaySeconds"]) for one in probes] == [(5, 20), (5, 30)]
    assert first["zones"] == ["1"]
    assert first["properties"]["ipAddress"]["dnsNameLabel"] == "contoso-scoring"
    (container,) = second["properties"]["containers"]
    assert container["properties"]["resources"]["requests"]["gpu"] == {"count": 1, "sku": "V100"}
