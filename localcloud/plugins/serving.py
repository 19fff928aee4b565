"""The process of the plugins: one gRPC server a provider, their ports in `plugins.json`, a quiet end on a signal."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from collections.abc import Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import grpc.aio

from localcloud.home import write_private
from localcloud.plugins.azure_native import azure_native
from localcloud.plugins.azuread import azuread
from localcloud.plugins.control_plane import ControlPlane, address_of, time_scale
from localcloud.plugins.docker import docker
from localcloud.plugins.docker_build import docker_build
from localcloud.plugins.servicer import Servicer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from localcloud.home import Home
    from localcloud.plugins.package import Package

_GRACE = 5.0
_UNLIMITED = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1), ("grpc.so_reuseport", 0)]


def packages() -> tuple[Package, ...]:
    """All providers that are stood in for."""
    return (azure_native(), azuread(), docker(), docker_build())


@asynccontextmanager
async def serve(providers: Sequence[Package], control_plane: ControlPlane) -> AsyncIterator[dict[str, int]]:
    """Serves providers on loopback ports of their own, given by name, until the context ends."""
    servers: list[grpc.aio.Server] = []
    servicers: list[Servicer] = []
    ports: dict[str, int] = {}
    try:
        for package in providers:
            servicer, server = Servicer(package, control_plane), grpc.aio.server(options=_UNLIMITED)
            server.add_generic_rpc_handlers((servicer.handler(),))
            ports[package.name] = server.add_insecure_port("127.0.0.1:0")
            await server.start()
            servers.append(server)
            servicers.append(servicer)
        yield ports
    finally:
        await asyncio.gather(*(servicer.finish() for servicer in servicers))
        await asyncio.gather(*(server.stop(_GRACE) for server in servers))
        await control_plane.close()


async def run(home: Home) -> None:
    """Serves all providers until SIGTERM or SIGINT; `plugins.json` names the ports while they are served."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    control_plane = ControlPlane(lambda: address_of(home), time_scale())
    async with serve(packages(), control_plane) as ports:
        write_private(home.plugins_file, json.dumps({"pid": os.getpid(), "ports": ports}))
        await stopped.wait()
        if (home.plugins() or {}).get("pid") == os.getpid():
            home.plugins_file.unlink()
