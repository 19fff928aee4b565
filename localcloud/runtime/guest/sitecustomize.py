"""Inside a container: addresses as the container knows them become those where it is published.

Python imports this module at its start, from PYTHONPATH. A container without a network of its own would listen on
the host's addresses; so, for every socket that is made with Python's `socket` module:

- bind to all addresses at a published port -> the address and port where it is published;
- bind to any other port, or to the container's own loopback -> a free port of 127.0.0.1, noted for the connects;
- connect to the container's own loopback (127.0.0.1, localhost, ::1, 0.0.0.0) at a port that was bound or is
  published -> where that is. Anything else is left alone.

It does nothing without LOCALCLOUD_PORTS. The sitecustomize that it hides, if there is one, runs after it.
"""

# ruff: noqa: INP001 - a folder on PYTHONPATH, not a package
# ruff: noqa: PTH100, PTH120 - pathlib would cost every Python of the container 10 ms
# ruff: noqa: PLC0415 - every Python of the container pays for the imports, so only where they are needed
from __future__ import annotations

import os
import sys

_HERE = os.path.dirname(os.path.abspath(__file__))


def _translate(published: str, notes: str) -> None:
    """Translate addresses from now on; `published` is JSON of container port -> [address, port]."""
    import json
    from importlib import import_module

    addresses = import_module("localcloud_addresses")  # beside this file, which is on the path
    table = addresses.Table(json.loads(published), notes)
    addresses.translate_bind(table)
    addresses.translate_connect(table)


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
    _translate(os.environ["LOCALCLOUD_PORTS"], os.environ["LOCALCLOUD_NETWORK"])
if __name__ == "sitecustomize":
    _chain()
