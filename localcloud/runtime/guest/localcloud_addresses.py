"""Addresses as the container knows them become those where it is published; `sitecustomize` says how.

Python 3's standard library only: this runs in the container's environment, on its path.
"""

# ruff: noqa: INP001 - a folder on PYTHONPATH, not a package
# ruff: noqa: PTH105, PTH118, PTH123 - pathlib would cost every Python of the container 10 ms
# ruff: noqa: S104 - all addresses is what gets replaced
from __future__ import annotations

import os
import socket


class Table:
    """Where the container's ports are.

    `published` maps a port to (address, port) on the host; `notes` is the folder of what was bound.
    """

    def __init__(self, published: dict[str, tuple[str, int]], notes: str) -> None:
        self._published = {int(port): (str(address), int(at)) for port, (address, at) in published.items()}
        self._notes = notes

    def to_bind(self, host: str, port: int) -> tuple[str, int]:
        """What to bind on the host for the container's address."""
        if port in self._published and host in {"", "0.0.0.0", "::"}:
            return self._published[port]
        return ("127.0.0.1", 0)

    def to_connect(self, host: str, port: int) -> tuple[str, int] | None:
        """What to connect to on the host; None: what the caller said."""
        if host not in {"", "0.0.0.0", "::", "127.0.0.1", "localhost", "::1"}:
            return None
        try:
            with open(os.path.join(self._notes, str(port)), encoding="ascii") as file:
                address, _, at = file.read().partition(" ")
                return (address, int(at))
        except (OSError, ValueError):
            return self._published.get(port)

    def note(self, port: int, bound: tuple[str, int]) -> None:
        """Tell the container's processes where a port of it was bound."""
        if not port:
            return
        temporary = os.path.join(self._notes, f".{port}.{os.getpid()}")
        with open(temporary, "w", encoding="ascii") as file:
            file.write(f"{bound[0]} {bound[1]}")
        os.replace(temporary, os.path.join(self._notes, str(port)))


def translate_bind(table: Table) -> None:
    """Put the table between servers and the host's addresses."""
    real_bind = socket.socket.bind

    def bind(sock: socket.socket, address: tuple[str, int]) -> None:
        if not _is_translated(sock, address):
            real_bind(sock, address)
        elif sock.family == socket.AF_INET6 and sock.getsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY):
            # The server binds an IPv4 socket at the same port, too: that one gets the published address.
            real_bind(sock, ("::1", 0))
        else:
            real_bind(sock, _for_family(sock, table.to_bind(address[0], address[1])))
            bound = sock.getsockname()
            table.note(address[1], (bound[0].replace("::ffff:", ""), bound[1]))

    socket.socket.bind = bind  # type: ignore[method-assign, assignment]  # replacing it is the point


def translate_connect(table: Table) -> None:
    """Put the table between clients and the host's addresses."""
    real_connect, real_connect_ex = socket.socket.connect, socket.socket.connect_ex

    def translated(sock: socket.socket, address: tuple[str, int]) -> tuple[str, int]:
        found = table.to_connect(address[0], address[1]) if _is_translated(sock, address) else None
        return address if found is None else _for_family(sock, found)

    def connect(sock: socket.socket, address: tuple[str, int]) -> None:
        real_connect(sock, translated(sock, address))

    def connect_ex(sock: socket.socket, address: tuple[str, int]) -> int:
        return real_connect_ex(sock, translated(sock, address))

    socket.socket.connect = connect  # type: ignore[method-assign, assignment]  # replacing it is the point
    socket.socket.connect_ex = connect_ex  # type: ignore[method-assign, assignment]  # replacing it is the point


def _is_translated(sock: socket.socket, address: object) -> bool:
    return (
        sock.family in {socket.AF_INET, socket.AF_INET6}
        and sock.type == socket.SOCK_STREAM
        and isinstance(address, tuple)
    )


def _for_family(sock: socket.socket, address: tuple[str, int]) -> tuple[str, int]:
    # An IPv6 socket reaches IPv4 through mapped addresses.
    return address if sock.family == socket.AF_INET else ("::ffff:" + address[0], address[1])
