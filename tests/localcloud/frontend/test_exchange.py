"""A request to a deployment and its answer: whole, late, broken off, or nobody there."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable

import h11
import pytest

from localcloud.frontend.exchange import Answer, NoAnswer, Unreachable, send

CHUNKED = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\nX-One: 1\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
UNTIL_CLOSED = b"HTTP/1.0 500 Oops\r\n\r\nabc"
HEAD = h11.Request(method="POST", target="/score", headers=[("host", "one"), ("content-length", "4")])


def ask(reply: bytes, pause: float = 0.0, seconds: float = 5.0) -> tuple[Answer, bytes]:
    """The answer to a request, and what the server got."""
    got, served = b"", asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal got
        got = await reader.readuntil(b"\r\n\r\n") + await reader.readexactly(4)
        await asyncio.sleep(pause)
        writer.write(reply)
        writer.close()
        served.set()

    async def run(exchange: Callable[[tuple[str, int]], Awaitable[Answer]]) -> Answer:
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        async with server:
            try:
                return await exchange(server.sockets[0].getsockname()[:2])
            finally:
                await served.wait()

    return asyncio.run(run(lambda address: send(address, HEAD, b"body", seconds))), got


def test_an_answer_in_chunks() -> None:
    answer, got = ask(CHUNKED)
    assert (answer.status, answer.body) == (200, b"abcde")
    assert (b"x-one", b"1") in answer.headers
    assert got.startswith(b"POST /score HTTP/1.1\r\n")
    assert got.endswith(b"\r\n\r\nbody")


def test_an_answer_that_ends_with_its_connection() -> None:
    answer, _ = ask(UNTIL_CLOSED)
    assert (answer.status, answer.body) == (500, b"abc")


@pytest.mark.parametrize("reply", [b"", b"nonsense\r\n\r\n", CHUNKED[:-12]])
def test_no_whole_answer(reply: bytes) -> None:
    with pytest.raises(NoAnswer):
        ask(reply)


def test_an_answer_that_is_late() -> None:
    with pytest.raises(TimeoutError):
        ask(CHUNKED, pause=0.5, seconds=0.2)


def test_nobody_there() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = probe.getsockname()
    with pytest.raises(Unreachable):
        asyncio.run(send(address, HEAD, b"body", 5))
