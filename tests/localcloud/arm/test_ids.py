"""Resource ids: parsed, compared, refused."""

from __future__ import annotations

import pytest

from localcloud.arm.errors import InvalidResourceId
from localcloud.arm.ids import GROUP_TYPE, SUBSCRIPTION_TYPE, ResourceId, normalised

GROUP = "/subscriptions/s/resourceGroups/g"
RUN = f"{GROUP}/providers/Microsoft.ContainerRegistry/registries/r/taskRuns/t"


def test_a_child_has_type_names_parent_and_group() -> None:
    run = ResourceId.parse(RUN)
    assert run.type == "Microsoft.ContainerRegistry/registries/taskRuns"
    assert run.names == ("r", "t")
    assert run.name == "t"
    assert run.namespace == "Microsoft.ContainerRegistry"
    assert (run.subscription, run.group) == ("s", "g")
    assert run.group_key == GROUP.lower()
    assert run.parent is not None
    assert run.parent.text == f"{GROUP}/providers/Microsoft.ContainerRegistry/registries/r"
    assert run.parent.parent is None
    assert run.type_and_name == "Microsoft.ContainerRegistry/registries/r/taskRuns/t"


def test_an_extension_resource_has_the_scope_it_hangs_below() -> None:
    assignment = ResourceId.parse(f"{RUN}/providers/Microsoft.Authorization/roleAssignments/a")
    assert assignment.scope == RUN
    assert assignment.type == "Microsoft.Authorization/roleAssignments"
    assert assignment.group == "g"


def test_groups_and_subscriptions_are_resources_too() -> None:
    assert ResourceId.parse(GROUP).type == GROUP_TYPE
    assert ResourceId.parse(GROUP).name == "g"
    assert ResourceId.parse("/subscriptions/s").type == SUBSCRIPTION_TYPE


def test_ids_are_equal_whatever_the_case_and_written_in_azures_own() -> None:
    odd = ResourceId.parse("/SUBSCRIPTIONS/s/resourcegroups/G/PROVIDERS/microsoft.x/Ys/z/")
    assert odd.text == "/subscriptions/s/resourceGroups/G/providers/microsoft.x/Ys/z"
    same = ResourceId.parse("/subscriptions/S/resourceGroups/g/providers/Microsoft.X/ys/Z")
    assert odd == same
    assert len({odd, same}) == 1
    assert odd.with_type("Microsoft.X/ys").text == "/subscriptions/s/resourceGroups/G/providers/Microsoft.X/ys/z"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "/",
        "/subscriptions/",
        "/subscriptions/s/resourceGroups/",
        "/somewhere/else",
        f"{GROUP}/providers/Microsoft.X",
        f"{GROUP}/providers/Microsoft.X/ys",
        f"{GROUP}/providers/Microsoft.X/ys/z/ws",
        f"{GROUP}/providers/Microsoft.X//z",
    ],
)
def test_text_that_is_no_id_is_refused(text: str) -> None:
    with pytest.raises(InvalidResourceId):
        ResourceId.parse(text)


def test_paths_are_normalised() -> None:
    assert normalised("subscriptions/s/") == "/subscriptions/s"
    assert normalised("/SUBSCRIPTIONS/S/RESOURCEGROUPS/G") == "/subscriptions/S/resourceGroups/G"
    assert normalised("/subscriptions/s/resourceGroupsX") == "/subscriptions/s/resourceGroupsX"
