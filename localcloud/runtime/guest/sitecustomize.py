"""Inside a container: addresses as the container knows them become those where it is published.

Python imports this module at its start, from PYTHONPATH. A container without a network of its own would listen on
the host's addresses; so, for every socket that is made with Python's `socket` module:

- bind to all addresses at a published port -> the address and port where it is published;
- bind to any other port, or to the container's own loopback -> a free port of 127.0.0.1, noted for the connects;
- connect to the container's own loopback (127.0.0.1, localhost, ::1, 0.0.0.0) at a port that was bound or is
  published -> where that is. Anything else is left alone.

It does nothing without LOCALCLOUD_PORTS. It imports the standard library only.
"""

# ruff: noqa: PTH100, PTH105, PTH118, PTH120, PTH123 - pathlib would cost every Python of the container 10 ms
# ruff: noqa: INP001 - a folder on PYTHONPATH, not a package
# ruff: noqa: PLC0415 - every Python of the container pays for the imports, so only where they are needed
# ruff: noqa: S104 - all addresses is what gets replaced
from __future__ import annotations

import json
import os
import sys

_HERE = os.path.dirname(os.path.abspath(__file__))


class _Table:
    """Where the container's ports are.

    `published` maps a port to (address, port) on the host; `notes` is the folder of what was bound.
    """

    def __init__(self, published: dict[str, tuple[str, int]], notes: str) -> None:
        self._published = {int(port): (str(address), int(at)) for port, (address, at) in published.items()}
        self._notes = notes

    def to_bind(self, host: str, port: int) -> tuple[str, int]:
        if port in self._published and host in {"", "0.0.0.0", "::"}:
            return self._published[port]
        return ("127.0.0.1", 0)

    def to_connect(self, host: str, port: int) -> tuple[str, int] | None:
        if host not in {"", "0.0.0.0", "::", "127.0.0.1", "localhost", "::1"}:
            return None
        try:
            with open(os.path.join(self._notes, str(port)), encoding="ascii") as file:
                address, _, at = file.read().partition(" ")
                return (address, int(at))
        except (OSError, ValueError):
            return self._published.get(port)

    def note(self, port: int, bound: tuple[str, int]) -> None:
        if not port:
            return
        temporary = os.path.join(self._notes, f".{port}.{os.getpid()}")
        with open(temporary, "w", encoding="ascii") as file:
            file.write(f"{bound[0]} {bound[1]}")
        os.replace(temporary, os.path.join(self._notes, str(port)))


def _translate(table: _Table) -> None:
    """Put the table between Python's sockets and the host's network."""
    import socket

    kinds = {socket.AF_INET, socket.AF_INET6}
    real_bind, real_connect, real_connect_ex = socket.socket.bind, socket.socket.connect, socket.socket.connect_ex

    def for_family(sock: socket.socket, address: tuple[str, int]) -> tuple[str, int]:
        # An IPv6 socket reaches IPv4 through mapped addresses.
        return address if sock.family == socket.AF_INET else ("::ffff:" + address[0], address[1])

    def is_translated(sock: socket.socket, address: object) -> bool:
        return sock.family in kinds and sock.type == socket.SOCK_STREAM and isinstance(address, tuple)

    def bind(sock: socket.socket, address: tuple[str, int]) -> None:
        if not is_translated(sock, address):
            real_bind(sock, address)
        elif sock.family == socket.AF_INET6 and sock.getsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY):
            # The server binds an IPv4 socket at the same port, too: that one gets the published address.
            real_bind(sock, ("::1", 0))
        else:
            real_bind(sock, for_family(sock, table.to_bind(address[0], address[1])))
            bound = sock.getsockname()
            table.note(address[1], (bound[0].replace("::ffff:", ""), bound[1]))

    def connected(sock: socket.socket, address: tuple[str, int]) -> tuple[str, int]:
        found = table.to_connect(address[0], address[1]) if is_translated(sock, address) else None
        return address if found is None else for_family(sock, found)

    def connect(sock: socket.socket, address: tuple[str, int]) -> None:
        real_connect(sock, connected(sock, address))

    def connect_ex(sock: socket.socket, address: tuple[str, int]) -> int:
        return real_connect_ex(sock, connected(sock, address))

    for function in (bind, connect, connect_ex):
        setattr(socket.socket, function.__name__, function)


def _chain() -> None:
    """Run the sitecustomize that this one hides, if there is one."""
    from importlib.machinery import PathFinder
    from importlib.util import module_from_spec

    elsewhere = [entry for entry in sys.path if os.path.abspath(entry or ".") != _HERE]
    spec = PathFinder.find_spec("sitecustomize", elsewhere)
    if spec is not None and spec.loader is not None:
        module = module_from_spec(spec)
        sys.modules["sitecustomize"] = module
        spec.loader.exec_module(module)


if os.environ.get("LOCALCLOUD_PORTS"):
    _translate(_Table(json.loads(os.environ["LOCALCLOUD_PORTS"]), os.environ["LOCALCLOUD_NETWORK"]))
if __name__ == "sitecustomize":
    _chain()
