"""Children of the language host are ended even in the moment in which they start."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from pathlib import Path

import pytest

from tools.pulumi.language_host.commands import Command
from tools.pulumi.language_host.processes import Processes, Stream


def test_a_child_that_starts_is_ended_too() -> None:
    async def scenario() -> int:
        processes = Processes()
        run = asyncio.create_task(processes.run(Command(["sleep", "60"], Path("/"), dict(os.environ))))
        await asyncio.sleep(0)
        await processes.terminate()
        return await asyncio.wait_for(run, 10)

    assert asyncio.run(scenario()) == -signal.SIGTERM


def test_a_cancelled_start_loses_nothing(tmp_path: Path) -> None:
    async def scenario() -> None:
        command = Command(["/bin/sh", "-c", "echo $$ > pid; exec sleep 60"], tmp_path, dict(os.environ))
        run = asyncio.create_task(Processes().run(command))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        run.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await run

    asyncio.run(scenario())
    pid = tmp_path / "pid"
    # It may have been ended before it wrote its process id.
    if pid.exists() and (text := pid.read_text(encoding="utf-8")):
        with pytest.raises(ProcessLookupError):
            os.kill(int(text), 0)


def test_output_and_exit_code() -> None:
    async def scenario() -> list[tuple[Stream, bytes] | int]:
        command = Command(["/bin/sh", "-c", "echo out; echo err >&2; exit 3"], Path("/"), {})
        return [item async for item in Processes().stream(command)]

    items = asyncio.run(scenario())
    assert items[-1] == 3
    assert {item for item in items if not isinstance(item, int)} == {
        (Stream.STDERR, b"err\n"),
        (Stream.STDOUT, b"out\n"),
    }
