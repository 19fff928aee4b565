"""Published ports: whether they are free, and the table that the guest translates addresses by.

The guest (`guest/sitecustomize.py`) reads two environment variables: `LOCALCLOUD_PORTS`, JSON of container port ->
[address, port], and `LOCALCLOUD_NETWORK`, the folder where it notes what was bound: file `<container port>` with
`address port`, so that every process of the container finds a port that is not published.
"""

from __future__ import annotations

import errno
import json
import socket
from collections.abc import Iterable, Mapping
from pathlib import Path

from localcloud.runtime.errors import PortAllocated, StartFailed

Address = tuple[str, int]
PORTS_VARIABLE = "LOCALCLOUD_PORTS"
NETWORK_VARIABLE = "LOCALCLOUD_NETWORK"
GUEST = Path(__file__).parent / "guest"


def guest_environment(ports: Mapping[int, Address], notes: Path) -> dict[str, str]:
    """The variables that tell the guest about its addresses."""
    return {
        PORTS_VARIABLE: json.dumps({str(port): list(address) for port, address in ports.items()}),
        NETWORK_VARIABLE: str(notes),
    }


def check_free(name: str, wanted: Iterable[Address], taken: Iterable[Address]) -> None:
    """Make sure that nothing uses the addresses.

    Args:
        name: the container's name, for errors.
        wanted: where it is to be published.
        taken: where other containers are published, listening already or not yet.

    Raises:
        PortAllocated: one is in use.
        StartFailed: one can't be bound for another reason, e.g. a port that needs more rights.
    """
    allocated = set(taken)
    for address, port in wanted:
        if (address, port) in allocated:
            raise PortAllocated(name, address, port)
        allocated.add((address, port))
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((address, port))
            except OSError as error:
                if error.errno == errno.EADDRINUSE:
                    raise PortAllocated(name, address, port) from error
                raise StartFailed(name, f"listen tcp4 {address}:{port}: bind: {error.strerror}") from error
