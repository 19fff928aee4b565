"""Property paths and merge patches."""

from __future__ import annotations

from typing import Any

import pytest

from localcloud.arm import paths


def test_values_reaches_into_arrays() -> None:
    document = {"properties": {"containers": [{"name": "a"}, {"name": "b"}, {}], "single": {"name": "c"}}}
    assert paths.values(document, "properties.containers[].name") == ["a", "b"]
    assert paths.values(document, "properties.single.name") == ["c"]
    assert paths.values(document, "properties.missing.name") == []
    assert paths.values(document, "properties.containers.name") == []


def test_drop_removes_in_every_item_and_nowhere_else() -> None:
    document = {"credentials": [{"user": "u", "password": "p"}, {"user": "v"}], "password": "kept"}
    paths.drop(document, "credentials[].password")
    assert document == {"credentials": [{"user": "u"}, {"user": "v"}], "password": "kept"}


def test_set_default_fills_gaps_and_nulls_only() -> None:
    document = {"properties": {"set": False, "null": None}}
    for name in ("set", "null", "new"):
        paths.set_default(document, f"properties.{name}", "default")
    paths.set_default(document, "other.deep", 1)
    assert document == {"properties": {"set": False, "null": "default", "new": "default"}, "other": {"deep": 1}}


@pytest.mark.parametrize("inner", [1, "text", [], True])
def test_set_default_names_what_is_no_object(inner: object) -> None:
    with pytest.raises(paths.NotAnObject, match=r"'sku' of 'properties\.sku\.name' has to be an object"):
        paths.set_default({"properties": {"sku": inner}}, "properties.sku.name", "x")


def test_merge_follows_rfc_7396() -> None:
    base = {"tags": {"a": "1", "b": "2"}, "list": [1, 2], "kept": True}
    patch = {"tags": {"a": None, "c": "3"}, "list": [3]}
    assert paths.merge(base, patch) == {"tags": {"b": "2", "c": "3"}, "list": [3], "kept": True}
    assert base["tags"] == {"a": "1", "b": "2"}


def test_a_default_is_set_in_each_item_of_an_array_that_is_there() -> None:
    document: dict[str, Any] = {"items": [{"a": {"b": 5}}, {}, {"a": None}]}
    paths.set_default(document, "items[].a.b", [1])
    assert document == {"items": [{"a": {"b": 5}}, {"a": {"b": [1]}}, {"a": {"b": [1]}}]}
    assert document["items"][1]["a"]["b"] is not document["items"][2]["a"]["b"], "each item has its own"
    empty: dict[str, object] = {}
    paths.set_default(empty, "items[].a.b", 1)
    assert empty == {}


@pytest.mark.parametrize(
    ("document", "words"),
    [({"items": "x"}, "'items' of 'items[].a.b' has to be an array"), ({"items": [1]}, "has to be an object")],
)
def test_a_default_in_what_is_no_array_of_objects_is_refused(document: dict[str, object], words: str) -> None:
    with pytest.raises(paths.WrongShape) as error:
        paths.set_default(document, "items[].a.b", 1)
    assert words in str(error.value)


@pytest.mark.parametrize(
    ("document", "path", "error"),
    [
        ({"a": 5}, "a", paths.NotAnObject),
        ({"a": [{"b": "text"}]}, "a[].b", paths.NotAnObject),
        ({"a": {}}, "a[]", paths.NotAnArray),
        ({"a": [{}, None]}, "a[]", paths.NotAnObject),
        ({"a": None}, "a", None),
        ({"a": [{}]}, "a[]", None),
        ({}, "a.b[]", None),
    ],
)
def test_an_object_is_an_object(document: dict[str, Any], path: str, error: type[paths.WrongShape] | None) -> None:
    if error is None:
        paths.check_object(document, path)
        return
    with pytest.raises(error):
        paths.check_object(document, path)


def test_a_text_is_a_text() -> None:
    paths.check_text({"a": [{"id": "x"}, {"id": None}, {}]}, "a[].id")
    with pytest.raises(paths.NotAText, match=r"'id' of 'a\[\].id' has to be a text"):
        paths.check_text({"a": [{"id": 5}]}, "a[].id")
