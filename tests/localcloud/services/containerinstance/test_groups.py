"""Container groups (law L4); shapes from ContainerGroupsCreateOrUpdate.json and ContainerGroupsGet_*.json."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from localcloud.runtime.spec import ContainerState, HttpGet
from tests.localcloud.services.conftest import stored_text
from tests.localcloud.services.containerinstance.conftest import GROUP

if TYPE_CHECKING:
    from localcloud.cloud import Cloud

CANARY = "canary-secret-value"


def test_a_group_has_the_shape_of_the_example(groups: Any) -> None:
    body = groups.body()
    body["properties"]["ipAddress"]["dnsNameLabel"] = "dnsnamelabel1"
    group = groups.put(body)
    properties = group["properties"]

    assert properties["provisioningState"] == "Succeeded"
    assert properties["osType"] == "Linux"
    assert properties["ipAddress"]["ports"] == [{"port": 80, "protocol": "TCP"}]
    assert properties["ipAddress"]["ip"].startswith("127.")
    assert properties["ipAddress"]["fqdn"] == properties["ipAddress"]["ip"]
    shown = {key: value for key, value in groups.admin.items() if key != "password"}
    assert properties["imageRegistryCredentials"] == [shown]
    assert properties["instanceView"]["state"] == "Running"
    view = properties["containers"][0]["properties"]["instanceView"]
    assert view["restartCount"] == 0
    assert view["currentState"]["state"] == "Running"
    assert [event["name"] for event in view["events"]] == ["Pulling", "Pulled", "Created", "Started"]
    assert view["events"][0]["message"] == f'pulling image "{groups.image}"'
    assert view["events"][0].keys() == {"count", "firstTimestamp", "lastTimestamp", "name", "message", "type"}


def test_the_container_is_started_as_asked(groups: Any) -> None:
    inner = {
        "command": ["serve", "--port", "80"],
        "environmentVariables": [{"name": "A", "value": "1"}, {"name": "B", "secureValue": CANARY}],
        "livenessProbe": {"httpGet": {"path": "/live", "port": 80}, "periodSeconds": 3, "failureThreshold": 2},
        "readinessProbe": {"httpGet": {"path": "/ready", "port": 80}},
    }
    ip = groups.put(groups.body(inner))["properties"]["ipAddress"]["ip"]
    spec = groups.runtime.specs[groups.container]

    assert spec.command == ("serve", "--port", "80")
    assert spec.environment == {"A": "1", "B": CANARY}
    assert spec.ports == {80: (ip, 80)}
    assert spec.restart == "Always"
    assert spec.health.http == HttpGet("/live", 80)
    assert (spec.health.interval, spec.health.retries, spec.health.timeout) == (3.0, 2, 1.0)
    assert spec.restart_unhealthy is True
    assert spec.readiness.http == HttpGet("/ready", 80)


def test_a_probe_by_https(groups: Any) -> None:
    groups.put(groups.body({"livenessProbe": {"httpGet": {"path": "/", "port": 80, "scheme": "HTTPS"}}}))
    assert groups.runtime.specs[groups.container].health.http == HttpGet("/", 80, tls=True)


def test_probes_by_command_and_readiness_alone(groups: Any) -> None:
    groups.put(groups.body({"readinessProbe": {"exec": {"command": ["true"]}, "initialDelaySeconds": 7}}))
    spec = groups.runtime.specs[groups.container]

    assert spec.health is None
    assert spec.readiness.command == ("CMD", "true")
    assert spec.readiness.start_period == 7.0
    assert spec.restart_unhealthy is False


def test_secrets_are_neither_stored_nor_shown(groups: Any, cloud: Cloud) -> None:
    group = groups.put(groups.body({"environmentVariables": [{"name": "B", "secureValue": CANARY}]}))

    assert group["properties"]["containers"][0]["properties"]["environmentVariables"] == [{"name": "B"}]
    for secret in (CANARY, groups.admin["password"]):
        assert secret not in stored_text(cloud) + str(group)


def test_any_update_restarts_and_the_address_stays(groups: Any) -> None:
    before = groups.put(groups.body())
    after = groups.put(groups.body({"environmentVariables": [{"name": "A", "value": "2"}]}) | {"tags": {"a": "b"}})

    assert groups.starts == 2
    assert after["properties"]["ipAddress"]["ip"] == before["properties"]["ipAddress"]["ip"]
    assert groups.runtime.specs[groups.container].environment == {"A": "2"}


def test_tags_alone_are_patched_without_a_restart(groups: Any) -> None:
    groups.put(groups.body())
    response = groups.arm.send("PATCH", GROUP, {"tags": {"tag1key": "tag1Value"}})

    assert response.status_code == 200
    assert groups.arm.get(GROUP)["tags"] == {"tag1key": "tag1Value"}
    assert groups.starts == 1


def test_a_container_that_does_not_start_fails_the_group(groups: Any) -> None:
    groups.runtime.refusal = 'exec: "serve": executable file not found in $PATH'
    status, code, message = groups.refused(groups.body())

    assert (status, code) == (0, "ContainerGroupDeploymentFailed")
    assert message == f"Failed to start container web, Error response: {groups.runtime.refusal}"
    assert groups.arm.get(GROUP)["properties"]["provisioningState"] == "Failed"
    groups.runtime.refusal = None
    assert groups.put(groups.body())["properties"]["provisioningState"] == "Succeeded"


def test_a_container_that_is_no_longer_asked_for_goes(groups: Any) -> None:
    body = groups.body()
    resources = {"requests": {"cpu": 1, "memoryInGB": 1.5}}
    side = {"name": "side", "properties": {"image": groups.image, "resources": resources}}
    body["properties"]["containers"].append(side)
    groups.put(body)
    assert groups.starts == 2
    groups.arm.delete(GROUP)
    assert groups.runtime.specs == {}


@pytest.mark.parametrize(
    ("state", "group", "container"),
    [
        (ContainerState("running"), "Running", {"state": "Running"}),
        (ContainerState("restarting", exit_code=1), "Pending", {"state": "Waiting"}),
        (ContainerState("exited", exit_code=0), "Succeeded", {"state": "Terminated", "exitCode": 0}),
        (
            ContainerState("exited", exit_code=3),
            "Failed",
            {"state": "Terminated", "exitCode": 3, "detailStatus": "Error"},
        ),
    ],
)
def test_the_view_is_what_the_runtime_says(
    groups: Any, state: ContainerState, group: str, container: dict[str, Any]
) -> None:
    groups.put(groups.body())
    groups.runtime.states[groups.container] = state
    properties = groups.arm.get(GROUP)["properties"]

    assert properties["instanceView"]["state"] == group
    current = properties["containers"][0]["properties"]["instanceView"]["currentState"]
    assert container.items() <= current.items()


def test_a_probe_that_fails_is_an_event(groups: Any) -> None:
    groups.put(groups.body())
    groups.runtime.states[groups.container] = ContainerState("running", health="unhealthy", health_output="HTTP 502")
    events = groups.arm.get(GROUP)["properties"]["containers"][0]["properties"]["instanceView"]["events"]

    assert (events[-1]["name"], events[-1]["type"]) == ("Unhealthy", "Warning")
    assert events[-1]["message"] == "Liveness probe failed: HTTP 502"
    groups.runtime.states[groups.container] = ContainerState("running", ready=False, ready_output="HTTP 503")
    events = groups.arm.get(GROUP)["properties"]["containers"][0]["properties"]["instanceView"]["events"]
    assert events[-1]["message"] == "Readiness probe failed: HTTP 503"


def test_stop_start_and_restart(groups: Any) -> None:
    groups.put(groups.body())
    assert groups.arm.post(f"{GROUP}/stop") is None
    assert groups.arm.get(GROUP)["properties"]["instanceView"]["state"] == "Stopped"
    groups.arm.post(f"{GROUP}/start")
    assert groups.arm.get(GROUP)["properties"]["instanceView"]["state"] == "Running"
    groups.arm.post(f"{GROUP}/restart")
    assert groups.starts == 3


def test_l5_a_restart_keeps_what_was_pulled(groups: Any, pushed: Any) -> None:
    groups.put(groups.body())
    first = groups.runtime.specs[groups.container].image
    pushed("app:v1", "FROM scratch\nLABEL moved=yes")
    groups.arm.post(f"{GROUP}/restart")
    assert groups.runtime.specs[groups.container].image == first
    groups.put(groups.body())

    assert groups.runtime.specs[groups.container].image != first


def test_logs(groups: Any) -> None:
    groups.put(groups.body())

    assert groups.arm.get(f"{GROUP}/containers/web/logs") == {"content": "listening\nready\n"}
    assert groups.arm.send("GET", f"{GROUP}/containers/web/logs", tail="1").json() == {"content": "ready\n"}
    assert groups.arm.send("GET", f"{GROUP}/containers/other/logs").status_code == 404
    assert groups.arm.send("GET", f"{GROUP}/containers/web/logs", tail="x").status_code == 400


def test_delete_ends_containers_and_frees_the_address(groups: Any, cloud: Cloud) -> None:
    groups.put(groups.body())
    groups.arm.delete(GROUP)

    assert groups.runtime.states == {}
    assert "containergroups" not in str(cloud.store.list("addresses"))
    assert cloud.store.list("container-groups") == []
