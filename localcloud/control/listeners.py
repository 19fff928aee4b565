"""TLS listeners on one asyncio loop: one for the control plane, one a registry, opened and closed at any time."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import uvicorn

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from localcloud.control.certificates import Certificates

_OPEN_TIMEOUT = 15.0
_GRACE_SECONDS = 2


class PortInUse(RuntimeError):
    """Another program listens where this one has to."""

    def __init__(self, address: str, port: int, reason: str) -> None:
        super().__init__(f"can't listen on {address}:{port}: {reason}")


class _Server(uvicorn.Server):
    """A server among several in one process, which handles the signals itself."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@dataclass(slots=True)
class _Listener:
    server: _Server
    task: asyncio.Task[None]


class Listeners:
    """Servers by address; `open` and `close` may be called from any thread but the loop's.

    Args:
        loop: Where they run.
        certificates: Signs one certificate for each.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, certificates: Certificates) -> None:
        self._loop = loop
        self._certificates = certificates
        self._listeners: dict[tuple[str, int], _Listener] = {}
        self._ending: set[asyncio.Task[None]] = set()
        self._lock = asyncio.Lock()

    def open(self, app: ASGIApp, address: str, port: int) -> None:
        """Starts to listen; returns when it does. Nothing happens when it does already. Raises PortInUse."""
        asyncio.run_coroutine_threadsafe(self.start(app, address, port), self._loop).result(_OPEN_TIMEOUT)

    def close(self, address: str, port: int) -> None:
        """Ends a listener; nothing happens when there is none."""
        asyncio.run_coroutine_threadsafe(self.stop(address, port), self._loop).result(_OPEN_TIMEOUT)

    async def start(self, app: ASGIApp, address: str, port: int, bound: socket.socket | None = None) -> None:
        """As `open`, on the loop; `bound` is a socket that is bound already."""
        async with self._lock:
            if (address, port) in self._listeners:
                return
            listening = bound or bind(address, port)
            server = _Server(self._config(app, address))
            task = self._loop.create_task(server.serve(sockets=[listening]))
            while not server.started and not task.done():  # noqa: ASYNC110 - uvicorn has a flag and no event
                await asyncio.sleep(0.005)
            if task.done():
                await task
            self._listeners[address, port] = _Listener(server, task)

    async def stop(self, address: str, port: int) -> None:
        """As `close`, on the loop: nobody is let in any more; who is in may finish, in the background."""
        async with self._lock:
            listener = self._listeners.pop((address, port), None)
        if listener is None:
            return
        for accepting in listener.server.servers:
            accepting.close()
        listener.server.should_exit = True
        self._ending.add(listener.task)
        listener.task.add_done_callback(self._ending.discard)

    async def stop_all(self) -> None:
        """Ends every listener and waits for who is in."""
        await asyncio.gather(*(self.stop(address, port) for address, port in list(self._listeners)))
        await asyncio.gather(*self._ending)

    def _config(self, app: ASGIApp, address: str) -> uvicorn.Config:
        context = self._certificates.server_context(address)
        return uvicorn.Config(
            app,
            lifespan="off",
            log_config=None,
            access_log=False,
            http="h11",
            ws="none",
            loop="none",
            server_header=False,
            timeout_graceful_shutdown=_GRACE_SECONDS,
            timeout_keep_alive=75,
            ssl_context_factory=lambda *_: context,
        )


def bind(address: str, port: int) -> socket.socket:
    """A TCP socket on an address; port 0 is any free one. Raises PortInUse."""
    # The protocol has to be said: asyncio turns Nagle's algorithm off for TCP only, and it costs 40 ms an answer.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((address, port))
    except OSError as error:
        listening.close()
        raise PortInUse(address, port, error.strerror or str(error)) from None
    return listening
