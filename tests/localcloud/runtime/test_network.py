"""A port that is in use is named before anything starts."""

from __future__ import annotations

import socket

import pytest

from localcloud.runtime.errors import PortAllocated
from localcloud.runtime.network import check_free


def test_a_free_address_passes(address: tuple[str, int]) -> None:
    check_free("service", [address], [])


def test_an_address_where_somebody_listens(address: tuple[str, int]) -> None:
    with socket.create_server(address) as server:
        where = server.getsockname()
        with pytest.raises(PortAllocated) as caught:
            check_free("service", [where], [])
    assert str(caught.value) == (
        "driver failed programming external connectivity on endpoint service: "
        f"Bind for {where[0]}:{where[1]} failed: port is already allocated"
    )


def test_an_address_that_another_container_has_but_does_not_listen_on_yet(address: tuple[str, int]) -> None:
    with pytest.raises(PortAllocated, match=f"Bind for {address[0]}:{address[1]} failed"):
        check_free("service", [address], [address])


def test_one_address_for_two_ports(address: tuple[str, int]) -> None:
    with pytest.raises(PortAllocated):
        check_free("service", [address, address], [])
