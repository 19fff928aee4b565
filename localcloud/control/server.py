"""The control plane as a process: opens its listeners, ends what a crash cut off, serves until it is told to stop."""

from __future__ import annotations

import asyncio
import fcntl
import json
import logging
import os
import signal
import socket
from typing import IO, TYPE_CHECKING

from localcloud.control.app import create_app
from localcloud.control.assembly import Doors, assemble, write_owner_token
from localcloud.control.certificates import Certificates
from localcloud.control.listeners import Listeners, PortInUse, bind
from localcloud.control.settings import CloudSettings
from localcloud.home import Home, write_private
from localcloud.registry.app import create_app as create_registry_app
from localcloud.services.authorization.authority import RegistryAuthority
from localcloud.services.containerregistry.registries import all_login_servers

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from localcloud.cloud import Cloud

HOST = "127.0.0.1"
_log = logging.getLogger(__name__)


class AlreadyRunning(RuntimeError):
    """Another control plane serves this home."""

    def __init__(self, home: Home) -> None:
        super().__init__(f"a control plane already serves {home.root}")


class Server:
    """One control plane.

    Args:
        home: The folder that it serves.
    """

    def __init__(self, home: Home) -> None:
        self._home = home
        self._settings = CloudSettings.load(home.settings_file)
        self._registry_app: ASGIApp | None = None

    async def serve(self) -> None:
        """Serves until SIGTERM or SIGINT; raises PortInUse when a port that was asked for is taken."""
        loop = asyncio.get_running_loop()
        stopping = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stopping.set)
        listeners = Listeners(loop, Certificates(self._home.certificates))
        listening = self._bind()
        port = listening.getsockname()[1]
        cloud = assemble(self._home, self._settings, f"https://{HOST}:{port}", self._doors(listeners))
        write_owner_token(self._home, cloud.tokens)
        authority = RegistryAuthority(cloud)
        self._registry_app = create_registry_app(cloud.content, cloud.catalog, authority, cloud.clock.timestamp)
        await self._reopen(cloud, listeners)
        # Before anybody can ask for more: what is in progress now is what a crash cut off.
        cloud.resources.resume(cloud)
        await listeners.start(create_app(cloud), HOST, port, listening)
        write_private(self._home.endpoint_file, json.dumps({"url": cloud.url, "pid": os.getpid()}))
        _log.info("serving %s", cloud.url)
        await stopping.wait()
        _log.info("stopping")
        await listeners.stop_all()
        cloud.operations.shutdown(wait=False)

    def _bind(self) -> socket.socket:
        """The port of the last time, since clients may know it; another one only if that is taken."""
        if self._settings.port:
            return bind(HOST, self._settings.port)
        known = (self._home.endpoint() or {}).get("url", "")
        try:
            return bind(HOST, int(known.rpartition(":")[2] or 0))
        except PortInUse as error:
            _log.warning("%s; taking another port", error)
            return bind(HOST, 0)

    def _doors(self, listeners: Listeners) -> Doors:
        def open_registry(login_server: str) -> None:
            address, _, port = login_server.partition(":")
            if self._registry_app is not None:
                listeners.open(self._registry_app, address, int(port))

        def close_registry(login_server: str) -> None:
            address, _, port = login_server.partition(":")
            listeners.close(address, int(port))

        return Doors(open_registry, close_registry)

    async def _reopen(self, cloud: Cloud, listeners: Listeners) -> None:
        for login_server in all_login_servers(cloud):
            address, _, port = login_server.partition(":")
            try:
                await listeners.start(self._app(), address, int(port))
            except PortInUse as error:
                # The other registries and the control plane still serve.
                _log.error("registry %s: %s", login_server, error)

    def _app(self) -> ASGIApp:
        if self._registry_app is None:
            raise RuntimeError("the registries' application is made before a listener is opened")
        return self._registry_app


def run(home: Home) -> None:
    """Serves a home in this process and ends the process; raises AlreadyRunning.

    Operations that are under way go on with the next start.
    """
    home.root.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = _lock(home)
    logging.basicConfig(
        level=logging.INFO,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
    )
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
    asyncio.run(Server(home).serve())
    lock.close()
    logging.shutdown()
    # Threads may still run operations; those are on disk, and the next start resumes them.
    os._exit(0)


def _lock(home: Home) -> IO[str]:
    """Held as long as this process lives, however it ends."""
    lock = (home.root / "control.lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        raise AlreadyRunning(home) from None
    return lock
