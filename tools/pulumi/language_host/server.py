"""The gRPC server: listens on a free port of loopback, prints it, and serves until the engine goes away."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import stat
import sys
from pathlib import Path
from typing import Final

import grpc.aio
from pulumi.runtime.proto import language_pb2_grpc

from .commands import EXECUTOR, Engine
from .processes import Processes
from .servicer import LanguageHost

MESSAGE_LIMIT: Final = 400 * 1024 * 1024
"""Bytes of one message, as in the engine; a schema can be large."""
STOP_GRACE: Final = 0.5
"""Seconds that open calls get to end when the server stops."""


def engine_of(arguments: list[str]) -> Engine:
    """Read the host's command line: flags that the engine passes on, then its address."""
    parser = argparse.ArgumentParser("pulumi-language-python", allow_abbrev=False)
    parser.add_argument("--tracing", default="", help="endpoint that programs send their traces to")
    parser.add_argument("--use-executor", default=EXECUTOR, help="script that runs a program")
    parser.add_argument("engine", nargs="?", default="", help="address of the engine's RPC server")
    # The engine's logging flags change from version to version; this host logs nothing.
    known, _ = parser.parse_known_args(arguments)
    return Engine(address=known.engine, tracing=known.tracing, executor=Path(known.use_executor))


async def serve(arguments: list[str]) -> int:
    """Serve until SIGINT, SIGTERM or the end of the engine; returns the exit code."""
    processes = Processes()
    server = grpc.aio.server(
        options=[("grpc.max_receive_message_length", MESSAGE_LIMIT), ("grpc.max_send_message_length", MESSAGE_LIMIT)]
    )
    language_pb2_grpc.add_LanguageRuntimeServicer_to_server(LanguageHost(engine_of(arguments), processes), server)
    port = server.add_insecure_port("127.0.0.1:0")
    stop = _stop_event()
    await server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    await stop.wait()
    await processes.terminate()
    await server.stop(STOP_GRACE)
    return 0


def _stop_event() -> asyncio.Event:
    """An event that is set by SIGINT, by SIGTERM and by the death of the engine."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    descriptor = sys.stdin.fileno() if sys.stdin else -1
    # The engine holds the other end of a pipe: it closes even when the engine is killed.
    if descriptor >= 0 and stat.S_ISFIFO(os.fstat(descriptor).st_mode):
        loop.add_reader(descriptor, lambda: None if os.read(descriptor, 4096) else stop.set())
    return stop
