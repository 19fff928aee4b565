"""Loopback addresses by owner."""

from __future__ import annotations

import ipaddress
import socket
from pathlib import Path

import pytest

from localcloud.arm.store import Store
from localcloud.control import addresses
from localcloud.control.addresses import Addresses, NoFreeAddress


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "state.sqlite")


def test_an_owner_keeps_its_address_and_gets_it_again(store: Store) -> None:
    first = Addresses(store).assign("/Owner")
    assert ipaddress.ip_address(first) in ipaddress.ip_network("127.0.0.0/8")
    assert not first.startswith("127.0.")
    again = Addresses(store)
    assert again.assign("/owner") == first
    assert again.assign("/another") != first
    again.release("/owner")
    assert again.assign("/owner") == first


def test_taken_addresses_are_passed_over(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    candidates = ["127.77.1.1", "127.77.1.2", "127.77.1.3"]
    monkeypatch.setattr(addresses, "_candidates", lambda _: iter(candidates))
    owned = Addresses(store)
    with socket.socket() as other:
        other.bind(("127.77.1.1", 5443))
        assert owned.assign("/a") == "127.77.1.2"
        assert owned.assign("/b") == "127.77.1.3"
        with pytest.raises(NoFreeAddress, match="/c"):
            owned.assign("/c")
