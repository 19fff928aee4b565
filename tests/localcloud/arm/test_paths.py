"""Property paths and merge patches."""

from __future__ import annotations

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
