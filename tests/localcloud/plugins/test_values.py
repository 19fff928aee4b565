"""Property values and their differences."""

from __future__ import annotations

from typing import Any

import pytest
from google.protobuf import struct_pb2

from localcloud.plugins.compare import carry_over, differences, equal
from localcloud.plugins.naming import AutoName, automatic_name
from localcloud.plugins.package import Naming, missing
from localcloud.plugins.values import (
    UNKNOWN,
    Archive,
    Asset,
    Secret,
    decode,
    encode,
    is_known,
    mark_secrets,
    reveal,
    secret_texts,
)


def test_values_come_back_as_they_went() -> None:
    properties = {
        "text": "a",
        "whole": 3,
        "part": 1.5,
        "yes": True,
        "list": [1, {"deep": Secret("s")}],
        "later": UNKNOWN,
        "secret": Secret({"password": "p"}),
        "file": Asset(hash="h", text="t"),
        "empty": Asset(hash="h"),
        "files": Archive(hash="h", assets={"a": Asset(path="/a"), "b": Archive(path="/b")}),
    }
    assert decode(encode(properties | {"none": None})) == properties
    assert isinstance(decode(encode({"whole": 3}))["whole"], int)


def test_every_unknown_of_the_engine_is_one() -> None:
    struct = struct_pb2.Struct()
    struct.update({"flag": "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7", "text": "04da6b54-80e4-46f7-96ec-b56ff0331ba9"})
    assert decode(struct) == {"flag": UNKNOWN, "text": UNKNOWN}


def test_secrets_hide_in_reprs_and_are_found_at_any_depth() -> None:
    value = {"a": [Secret({"b": "canary"})], "c": "plain"}
    assert "canary" not in repr(value)
    assert secret_texts(value) == {"canary"}
    assert reveal(value) == {"a": [{"b": "canary"}], "c": "plain"}
    assert is_known(value)
    assert not is_known({"a": Secret([UNKNOWN])})


def test_outputs_are_secret_where_inputs_are() -> None:
    inputs = {"a": Secret("x"), "b": {"c": Secret("x"), "d": 1}, "e": [{"f": Secret("x")}], "g": 1}
    outputs = {"a": "x", "b": {"c": "x", "d": 1}, "e": [{"f": None, "h": 1}], "g": 1, "new": 2}
    assert mark_secrets(outputs, inputs) == {
        "a": Secret("x"),
        "b": {"c": Secret("x"), "d": 1},
        "e": Secret([{"f": None, "h": 1}]),
        "g": 1,
        "new": 2,
    }


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ({"a": 1}, {"a": 1}, []),
        ({"a": 1}, {"a": Secret(1)}, []),
        ({"a": 1}, {"a": True}, [("a", "a", "update")]),
        ({"a": {"b": 1}}, {"a": {"b": 2, "c.d": 3}}, [("a.b", "a.b", "update"), ('a["c.d"]', "a.c.d", "add")]),
        ({"a": [1, 2]}, {"a": [1]}, [("a[1]", "a[]", "delete")]),
        ({"a": [{"b": 1}]}, {"a": [{"b": UNKNOWN}]}, [("a[0].b", "a[].b", "update")]),
        ({"a": Asset(hash="1")}, {"a": Asset(hash="1", text="x")}, []),
        ({"a": Asset(hash="1")}, {"a": Archive(hash="1")}, [("a", "a", "update")]),
    ],
)
def test_differences_name_the_deepest_property(
    old: dict[str, Any], new: dict[str, Any], expected: list[tuple[str, str, str]]
) -> None:
    found = [(item.path, item.rule, item.change.value) for item in differences(old, new)]
    assert found == expected
    assert equal(old, new) == (not expected)


def test_a_refresh_changes_inputs_only_by_what_changed_in_the_cloud() -> None:
    inputs = {"a": 1, "list": [{"name": "x", "password": Secret("p")}], "mine": True, "gone": 1}
    old = {"a": 1, "list": [{"name": "x"}], "default": 5, "gone": 1}
    new = {"a": 2, "list": [{"name": "y"}, {"name": "z"}], "default": 5, "extra": 6}
    assert carry_over(inputs, old, new) == {
        "a": 2,
        "list": [{"name": "y", "password": Secret("p")}, {"name": "z"}],
        "mine": True,
        "extra": 6,
    }
    assert carry_over(inputs, old, old) is inputs


def test_the_same_seed_gives_the_same_name() -> None:
    name = automatic_name(AutoName.RANDOM, "rg", b"seed")
    assert name == automatic_name(AutoName.RANDOM, "rg", b"seed")
    assert name != automatic_name(AutoName.RANDOM, "rg", b"other")
    assert automatic_name(AutoName.RANDOM, "rg", b"") != automatic_name(AutoName.RANDOM, "rg", b"")
    assert automatic_name(AutoName.COPY, "rg", b"seed") == "rg"


def test_the_project_decides_about_names() -> None:
    assert Naming("rg", proposed="mine").name(AutoName.RANDOM) == "mine"
    assert Naming("rg", proposed="mine").name(AutoName.UUID) != "mine"
    assert Naming("rg", proposed="mine", enforced=True).name(AutoName.UUID) == "mine"
    assert Naming("rg", disabled=True).name(AutoName.RANDOM) is None


def test_missing_properties_are_looked_for_where_their_object_is() -> None:
    required = ("a", "b.c", "list[].name")
    assert missing({"a": 1, "list": [{"name": 1}]}, required) == ()
    assert missing({"b": {}, "list": [{}, {"name": UNKNOWN}]}, required) == ("a", "b.c", "list[0].name")
    assert missing({"a": 1, "b": UNKNOWN}, required) == ()
