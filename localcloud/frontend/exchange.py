"""One request to a deployment and its answer, over a connection of its own.

A deployment on its way out closes no connection that still waits for an answer, and a bare connection costs a fraction
of what a client with a pool does.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import h11

Headers = list[tuple[bytes, bytes]]
_CHUNK = 1 << 16


@dataclass(slots=True)
class Answer:
    """What a deployment said.

    Attributes:
        status: HTTP status.
        headers: Names in lower case.
        body: The content as it was sent, encoded or not.
    """

    status: int = 0
    headers: Headers = field(default_factory=list)
    body: bytes = b""


class Unreachable(Exception):
    """Nothing listens at a deployment's address."""


class NoAnswer(Exception):
    """A deployment took a request and gave no whole answer."""


async def send(address: tuple[str, int], head: h11.Request, body: bytes, seconds: float) -> Answer:
    """Sends a request and reads the answer.

    Args:
        address: Address and port of the deployment.
        head: Method, target and headers, with Host and Content-Length.
        body: The content.
        seconds: How long all of it may take.

    Raises:
        Unreachable: Nothing listens there.
        NoAnswer: The connection was closed before the answer was whole.
        TimeoutError: It took longer.
    """
    async with asyncio.timeout(seconds):
        try:
            reader, writer = await asyncio.open_connection(*address)
        except OSError as error:
            raise Unreachable from error
        try:
            return await _exchange(reader, writer, head, body)
        except (OSError, h11.RemoteProtocolError) as error:
            raise NoAnswer from error
        finally:
            writer.close()


async def _exchange(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, head: h11.Request, body: bytes
) -> Answer:
    connection = h11.Connection(h11.CLIENT)
    parts = [
        connection.send(head),
        connection.send(h11.Data(body)) if body else b"",
        connection.send(h11.EndOfMessage()),
    ]
    writer.write(b"".join(part for part in parts if part))
    answer, content = Answer(), []
    while True:
        event = connection.next_event()
        if event is h11.NEED_DATA:
            connection.receive_data(await reader.read(_CHUNK))
        elif isinstance(event, h11.Response):
            answer.status, answer.headers = event.status_code, list(event.headers)
        elif isinstance(event, h11.Data):
            content.append(bytes(event.data))
        elif isinstance(event, h11.EndOfMessage):
            answer.body = b"".join(content)
            return answer
