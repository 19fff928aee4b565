"""What comes before a request: check, diff, preview."""

from __future__ import annotations

from typing import Any

import pytest
from pulumi.runtime.proto import provider_pb2

from localcloud.plugins.azure_native import azure_native
from localcloud.plugins.values import UNKNOWN, Secret
from tests.localcloud.plugins.engine import ERRORS, drive
from tests.localcloud.plugins.fake_cloud import GROUP, SUBSCRIPTION, FakeCloud
from tests.localcloud.plugins.registry import INPUTS, REGISTRY, REGISTRY_ID, Connect

CONTAINER_GROUP = "azure-native:containerinstance:ContainerGroup"


def test_check_names_a_registry_and_takes_the_location_of_its_group() -> None:
    cloud = FakeCloud(documents={GROUP.lower(): {"location": "westeurope"}})

    async def scenario(connect: Connect) -> None:
        registry = await connect(REGISTRY).start()
        inputs, failures = await registry.check({"resourceGroupName": "rg", "sku": {"name": "Basic"}})
        assert failures == []
        assert inputs["registryName"].startswith("thing")
        assert len(inputs["registryName"]) == len("thing") + 8
        assert inputs["__createBeforeDelete"] is True
        assert inputs["location"] == "westeurope"
        assert inputs["azureApiVersion"] == "2023-01-01-preview"
        again, _ = await registry.check({"resourceGroupName": "rg", "sku": {"name": "Basic"}}, inputs)
        assert again["registryName"] == inputs["registryName"]
        unknown, _ = await registry.check({"resourceGroupName": UNKNOWN, "sku": {"name": "Basic"}})
        assert unknown["location"] is UNKNOWN

    drive(azure_native(), cloud, scenario)


def test_the_project_may_name_resources_itself() -> None:
    async def scenario(connect: Connect) -> None:
        registry = await connect(REGISTRY).start()
        wanted = {"resourceGroupName": "rg", "sku": {"name": "Basic"}, "location": "westeurope"}
        options = provider_pb2.CheckRequest.AutonamingOptions
        inputs, _ = await registry.check(wanted, autonaming=options(proposed_name="proposed", mode=options.PROPOSE))
        assert inputs["registryName"] == "proposed"
        _, failures = await registry.check(wanted, autonaming=options(mode=options.DISABLE))
        assert failures == ["missing required property 'registryName'"]

    drive(azure_native(), FakeCloud(), scenario)


def test_check_says_what_is_missing_and_which_name_is_wrong() -> None:
    async def scenario(connect: Connect) -> None:
        registry = await connect(REGISTRY).start()
        _, failures = await registry.check({"resourceGroupName": "rg", "sku": {}, "registryName": "my-r"})
        assert "missing required property 'sku.name'" in failures
        assert any(reason.startswith("missing required property 'location'. Either set it") for reason in failures)
        assert "'registryName' is too short (4): at least 5 characters required" in failures
        assert "'registryName' does not match expression '^[a-zA-Z0-9]*$'" in failures

    drive(azure_native(), FakeCloud(), scenario)


@pytest.mark.parametrize(
    ("change", "path", "kind"),
    [
        ({"location": "northeurope"}, "location", 5),
        ({"sku": {"name": "Premium"}}, "sku.name", 4),
        ({"registryName": "other"}, "registryName", 5),
        ({"tags": {"a.b": "c"}}, "tags", 0),
        ({"sku": {"name": UNKNOWN}}, "sku.name", 4),
        ({"resourceGroupName": UNKNOWN}, "resourceGroupName", 5),
    ],
)
def test_diff_replaces_for_create_only_properties(change: dict[str, Any], path: str, kind: int) -> None:
    async def scenario(connect: Connect) -> None:
        registry = await connect(REGISTRY).start()
        answer = await registry.diff(INPUTS, INPUTS | change)
        assert {name: difference.kind for name, difference in answer.detailedDiff.items()} == {path: kind}
        assert list(answer.replaces) == ([path] if kind == 5 else [])
        assert answer.deleteBeforeReplace == (kind == 5)

    drive(azure_native(), FakeCloud(), scenario)


def test_diff_ignores_secret_marks_and_the_spelling_of_a_location() -> None:
    async def scenario(connect: Connect) -> None:
        registry = await connect(REGISTRY).start()
        news = INPUTS | {"location": "West Europe", "sku": Secret({"name": "Basic"}), "__createBeforeDelete": True}
        assert (await registry.diff(INPUTS, news)).changes == 1
        random_name = INPUTS | {"__createBeforeDelete": True}
        answer = await registry.diff(random_name, random_name | {"location": "northeurope"})
        assert list(answer.replaces) == ["location"]
        assert not answer.deleteBeforeReplace

    drive(azure_native(), FakeCloud(), scenario)


def test_preview_asks_nobody_and_leaves_unknown_what_the_service_fills_in() -> None:
    cloud = FakeCloud()

    async def scenario(connect: Connect) -> None:
        group = await connect(CONTAINER_GROUP).start()
        inputs = {
            "resourceGroupName": "rg",
            "containers": [{"name": "a", "image": UNKNOWN}],
            "ipAddress": {"type": "Public", "ports": [{"port": 80}]},
            "imageRegistryCredentials": [{"server": "s", "password": Secret("canary")}],
        }
        _, outputs = await group.create(inputs, preview=True)
        assert outputs["ipAddress"]["fqdn"] is UNKNOWN
        assert outputs["ipAddress"]["type"] == "Public"
        assert outputs["containers"][0]["image"] is UNKNOWN
        assert isinstance(outputs["imageRegistryCredentials"], Secret)
        assert "resourceGroupName" not in outputs
        update = await group.update("id", inputs, inputs, {"name": "g", "provisioningState": "x"}, preview=True)
        assert update["name"] == "g"
        assert "provisioningState" not in update
        assert cloud.seen == []

    drive(azure_native(), cloud, scenario)


def test_a_type_that_is_not_there_is_named_with_those_that_are() -> None:
    async def scenario(connect: Connect) -> None:
        disk = await connect("azure-native:compute:Disk").start()
        with pytest.raises(ERRORS, match="does not emulate the resource type 'azure-native:compute:Disk'") as caught:
            await disk.check({})
        assert "azure-native:storage:Blob" in str(caught.value.details())

    drive(azure_native(), FakeCloud(), scenario)


def test_the_configured_subscription_and_location_win() -> None:
    cloud = FakeCloud()

    async def scenario(connect: Connect) -> None:
        registry = await connect(REGISTRY).start(subscriptionId="mine", location="northeurope")
        inputs, _ = await registry.check(
            {"resourceGroupName": "rg", "sku": {"name": "Basic"}, "registryName": "models"}
        )
        assert inputs["location"] == "northeurope"
        resource_id, _ = await registry.create(inputs)
        assert resource_id == REGISTRY_ID.replace(SUBSCRIPTION, "mine")

    drive(azure_native(), cloud, scenario)
