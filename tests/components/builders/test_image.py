"""Which image a build request means: the content key, and the tags."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pulumi
import pytest
from azureml_scoring.builders import BuildRequest
from azureml_scoring.rules import BuildContext

from tests.components.mocked import deploy, value_of

REQUEST = BuildRequest(
    context=BuildContext.from_files({"Dockerfile": b"FROM ubuntu:22.04\n"}),
    dockerfile="Dockerfile",
    arguments={"A": "1", "B": "2"},
    image_name="diabetes-base",
    tags=[],
    registry_name="contoso",
    registry_resource_group_name="registries",
    login_server="contoso.azurecr.io",
    storage_account_name="account",
    resource_group_name="group",
)
KEY = value_of(REQUEST.content_key)


def test_the_key_is_a_sha_256_and_the_same_for_the_same_request() -> None:
    assert re.fullmatch("[0-9a-f]{64}", KEY)
    again = replace(REQUEST, context=BuildContext.from_files({"Dockerfile": b"FROM ubuntu:22.04\n"}))
    assert value_of(again.content_key) == KEY


@pytest.mark.parametrize(
    "change",
    [
        lambda: {"context": BuildContext.from_files({"Dockerfile": b"FROM ubuntu:24.04\n"})},
        lambda: {"context": BuildContext.from_files({"Dockerfile": b"FROM ubuntu:22.04\n", "more": b""})},
        lambda: {"dockerfile": "other/Dockerfile"},
        lambda: {"arguments": {"A": "1", "B": "3"}},
        lambda: {"arguments": {"A": "1"}},
        lambda: {"arguments": {"A": "1", "C": "2"}},
        lambda: {"image_name": "other"},
        lambda: {"tags": ["v1"]},
    ],
)
def test_what_the_image_depends_on_changes_the_key(change: Callable[[], dict[str, object]]) -> None:
    assert value_of(lambda: replace(REQUEST, **change()).content_key()) != KEY  # type: ignore[arg-type]  # fields of many types


@pytest.mark.parametrize(
    "change",
    [
        lambda: {"registry_name": "other"},
        lambda: {"resource_group_name": "other"},
        lambda: {"registry_resource_group_name": "other"},
        lambda: {"login_server": "other.azurecr.io"},
        lambda: {"storage_account_name": "other"},
        lambda: {"arguments": {"B": "2", "A": "1"}},
        lambda: {"arguments": {"A": pulumi.Output.from_input("1"), "B": "2"}},
    ],
)
def test_where_it_is_built_and_the_order_of_arguments_do_not(change: Callable[[], dict[str, object]]) -> None:
    assert value_of(lambda: replace(REQUEST, **change()).content_key()) == KEY  # type: ignore[arg-type]  # fields of many types


def test_two_requests_do_not_share_a_key_by_running_their_parts_together() -> None:
    first, second = replace(REQUEST, arguments={"A": "1B"}), replace(REQUEST, arguments={"A1": "B"})
    assert value_of(first.content_key) != value_of(second.content_key)


def test_without_a_tag_the_content_gives_one_and_it_is_never_latest() -> None:
    assert value_of(REQUEST.image_tags) == [f"c-{KEY[:16]}"]


def test_tags_that_were_asked_for_are_kept_in_their_order() -> None:
    assert value_of(replace(REQUEST, tags=["v2", "v1"]).image_tags) == ["v2", "v1"]


def test_an_unknown_argument_makes_the_key_unknown_rather_than_wrong() -> None:
    found: list[bool] = []

    async def program() -> None:
        unknown: Any = pulumi.Output.from_input(pulumi.output.Unknown())  # type: ignore[no-untyped-call]  # as the SDK has it
        found.append(await replace(REQUEST, arguments={"A": unknown}).content_key().is_known())

    deploy(program)
    assert found == [False]
