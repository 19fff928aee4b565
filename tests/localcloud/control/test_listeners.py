"""TLS listeners on one loop: opened and closed from other threads."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest
from starlette.responses import PlainTextResponse

from localcloud.control.certificates import Certificates
from localcloud.control.listeners import Listeners, PortInUse, bind

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

ADDRESS = "127.88.1.1"


async def _app(scope: Scope, receive: Receive, send: Send) -> None:
    """Says where a request came to."""
    await PlainTextResponse(":".join(map(str, scope["server"])))(scope, receive, send)


@pytest.fixture
def listeners(tmp_path: Path) -> Iterator[Listeners]:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    found = Listeners(loop, Certificates(tmp_path))
    yield found
    asyncio.run_coroutine_threadsafe(found.stop_all(), loop).result(10)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


@pytest.fixture
def port() -> int:
    with bind(ADDRESS, 0) as free:
        return int(free.getsockname()[1])


def _get(port: int, folder: Path) -> str:
    context = ssl.create_default_context(cafile=folder / "ca.pem")
    with httpx.Client(verify=context, trust_env=False) as client:
        return client.get(f"https://{ADDRESS}:{port}/").text


def test_an_address_is_served_from_open_to_close(listeners: Listeners, port: int, tmp_path: Path) -> None:
    for _ in range(3):
        listeners.open(_app, ADDRESS, port)
        listeners.open(_app, ADDRESS, port)
        assert _get(port, tmp_path) == f"{ADDRESS}:{port}"
        listeners.close(ADDRESS, port)
        listeners.close(ADDRESS, port)
        with pytest.raises(httpx.ConnectError):
            _get(port, tmp_path)


def test_a_port_in_use_is_named(listeners: Listeners) -> None:
    with bind(ADDRESS, 0) as taken:
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(PortInUse, match=f"can't listen on {ADDRESS}:{port}: Address already in use"):
            listeners.open(_app, ADDRESS, port)


def test_small_answers_are_not_held_back(port: int) -> None:
    """Asyncio sets TCP_NODELAY only where the socket says that it is TCP; else each answer takes 40 ms."""
    with bind(ADDRESS, port) as listening:
        assert listening.proto == socket.IPPROTO_TCP
