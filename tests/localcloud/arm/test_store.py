"""Documents on disk."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from localcloud.arm.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "state.sqlite")


def test_documents_are_there_for_the_next_process(store: Store, tmp_path: Path) -> None:
    store.put("a", "key", {"value": 1})
    store.put("a", "key", {"value": 2})
    assert Store(tmp_path / "state.sqlite").get("a", "key") == {"value": 2}
    assert store.get("b", "key") is None
    assert stat.S_IMODE((tmp_path / "state.sqlite").stat().st_mode) == 0o600


def test_list_looks_at_prefix_and_content_of_keys_literally(store: Store) -> None:
    for key in ("/g/x/1", "/g/y/1", "/g_/x/1", "/h/x/%"):
        store.put("a", key, {"key": key})
    assert [found["key"] for found in store.list("a", "/g/")] == ["/g/x/1", "/g/y/1"]
    assert [found["key"] for found in store.list("a", "/g", "/x/")] == ["/g/x/1", "/g_/x/1"]
    assert [found["key"] for found in store.list("a", containing="%")] == ["/h/x/%"]


def test_add_happens_once_and_delete_says_whether_it_did(store: Store) -> None:
    with ThreadPoolExecutor(8) as pool:
        added = list(pool.map(lambda number: store.add("a", "key", {"value": number}), range(20)))
    assert added.count(True) == 1
    assert store.delete("a", "key")
    assert not store.delete("a", "key")


def test_a_transaction_that_raises_leaves_nothing(store: Store) -> None:
    def fails() -> None:
        with store.transaction() as connection:
            connection.execute("INSERT INTO documents VALUES ('a', 'key', '{}')")
            raise KeyError("on purpose")

    with pytest.raises(KeyError):
        fails()
    assert store.get("a", "key") is None
