"""Resource ids: what they are made of and what is said of wrong ones."""

from __future__ import annotations

import pytest
from azureml_scoring.rules.arm_id import ArmId, InvalidArmId

GROUP = "/subscriptions/00000000-0000-0000-0000-00000000000a/resourceGroups/rg-1"
REGISTRY = f"{GROUP}/providers/Microsoft.ContainerRegistry/registries/myregistry"


def test_parts() -> None:
    parsed = ArmId.parse(REGISTRY, expected_type="microsoft.containerregistry/Registries")
    assert parsed.subscription_id == "00000000-0000-0000-0000-00000000000a"
    assert parsed.resource_group_name == "rg-1"
    assert parsed.resource_type == "Microsoft.ContainerRegistry/registries"
    assert parsed.name == "myregistry"
    assert str(parsed) == REGISTRY


def test_sub_resources() -> None:
    parsed = ArmId.parse(f"{REGISTRY}/taskRuns/build-1")
    assert parsed.types == ("registries", "taskRuns")
    assert parsed.names == ("myregistry", "build-1")
    assert parsed.resource_type == "Microsoft.ContainerRegistry/registries/taskRuns"


def test_keys_have_any_case_and_are_written_as_azure_does() -> None:
    loose = ArmId.parse(REGISTRY.replace("resourceGroups", "RESOURCEGROUPS").replace("subscriptions", "Subscriptions"))
    assert str(loose) == REGISTRY
    assert loose == ArmId.parse(REGISTRY.replace("myregistry", "MyRegistry"))
    assert len({loose, ArmId.parse(REGISTRY.upper())}) == 1
    assert loose != ArmId.parse(f"{REGISTRY}2")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "start with a slash"),
        (REGISTRY[1:], "start with a slash"),
        (f"{REGISTRY}/", "empty part"),
        (REGISTRY.replace("/providers", "//providers"), "empty part"),
        (REGISTRY.replace("rg-1", " rg-1"), "space"),
        ("/subscriptions", "nothing follows /subscriptions"),
        ("/resourceGroups/rg", "/subscriptions/ must stand where it has 'resourceGroups'"),
        (GROUP.rpartition("/resourceGroups")[0], "ends before /resourceGroups/"),
        (GROUP, "ends before /providers/"),
        (REGISTRY.replace("00000000-0000-0000-0000-00000000000a", "my-subscription"), "must be a GUID"),
        (REGISTRY.replace("rg-1", "<resource_group>"), "no resource id holds"),
        (REGISTRY.replace("Microsoft.ContainerRegistry", "registries"), "namespace 'registries'"),
        (f"{GROUP}/providers/Microsoft.ContainerRegistry", "followed by a name"),
        (f"{REGISTRY}/taskRuns", "followed by a name"),
        (f"{REGISTRY}/providers/Microsoft.Authorization/locks/l", "extension"),
    ],
)
def test_says_what_is_wrong(text: str, reason: str) -> None:
    with pytest.raises(InvalidArmId, match=reason) as caught:
        ArmId.parse(text)
    assert caught.value.text == text


def test_another_type_is_refused() -> None:
    with pytest.raises(InvalidArmId) as caught:
        ArmId.parse(REGISTRY, expected_type="Microsoft.KeyVault/vaults")
    assert caught.value.reason == (
        "the type must be Microsoft.KeyVault/vaults, not Microsoft.ContainerRegistry/registries"
    )
