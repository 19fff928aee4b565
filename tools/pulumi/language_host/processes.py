"""Child processes of the host: none of them outlives it."""

from __future__ import annotations

import asyncio
import contextlib
import enum
import os
import signal
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncGenerator
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from .commands import Command

GRACE: Final = 2.0
"""Seconds between SIGTERM and SIGKILL; the engine kills the host itself after five."""
CHUNK: Final = 64 * 1024


class Stream(enum.Enum):
    """Where a piece of output came from."""

    STDOUT = "stdout"
    STDERR = "stderr"


class Processes:
    """Starts children, each in a session of its own, and ends them with everything that they started.

    A session of its own keeps a terminal's interrupt, or the engine's to our process group, from reaching a
    program as KeyboardInterrupt, whose traceback would land in the user's diagnostics.
    """

    def __init__(self) -> None:
        self._running: set[Process] = set()
        self._starting: set[asyncio.Task[Process]] = set()

    async def run(self, command: Command) -> int:
        """Run to the end with the host's own output; returns the exit code (negative: the signal's number)."""
        process = await self._start(command, pipe=False)
        try:
            return await process.wait()
        finally:
            await self._end(process)

    async def stream(self, command: Command) -> AsyncGenerator[tuple[Stream, bytes] | int, None]:
        """Yield output as it comes and, last, the exit code; closing the iterator ends the process."""
        process = await self._start(command, pipe=True)
        output: asyncio.Queue[tuple[Stream, bytes]] = asyncio.Queue(maxsize=16)
        pumps = [
            asyncio.create_task(_pump(reader, stream, output))
            for stream, reader in ((Stream.STDOUT, process.stdout), (Stream.STDERR, process.stderr))
            if reader is not None
        ]
        try:
            open_streams = len(pumps)
            while open_streams:
                stream, data = await output.get()
                if data:
                    yield stream, data
                else:
                    open_streams -= 1
            yield await process.wait()
        finally:
            for pump in pumps:
                pump.cancel()
            await self._end(process)

    async def terminate(self) -> None:
        """End all children, forcibly after `GRACE`."""
        await asyncio.gather(*self._starting, return_exceptions=True)
        await asyncio.gather(*(self._end(process) for process in self._running.copy()))

    async def _start(self, command: Command, *, pipe: bool) -> Process:
        # A call that is cancelled while its child starts must not lose the child.
        start = asyncio.create_task(self._spawn(command, pipe=pipe))
        self._starting.add(start)
        start.add_done_callback(self._starting.discard)
        try:
            return await asyncio.shield(start)
        except asyncio.CancelledError:
            await self._end(await start)
            raise

    async def _spawn(self, command: Command, *, pipe: bool) -> Process:
        process = await asyncio.create_subprocess_exec(
            *command.arguments,
            cwd=command.folder,
            env=command.environment,
            stdin=DEVNULL,
            stdout=PIPE if pipe else None,
            stderr=PIPE if pipe else None,
            start_new_session=True,
        )
        self._running.add(process)
        return process

    async def _end(self, process: Process) -> None:
        if process not in self._running:
            return
        self._running.remove(process)
        if process.returncode is not None:
            return
        _signal_group(process, signal.SIGTERM)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), GRACE)
        # The leader may be gone while something that it started ignores SIGTERM.
        _signal_group(process, signal.SIGKILL)
        await process.wait()


async def _pump(reader: asyncio.StreamReader, stream: Stream, output: asyncio.Queue[tuple[Stream, bytes]]) -> None:
    """Move a child's output to the queue; an empty piece says that the stream has ended."""
    while data := await reader.read(CHUNK):
        await output.put((stream, data))
    await output.put((stream, b""))


def _signal_group(process: Process, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)
