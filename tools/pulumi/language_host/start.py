"""Start of the language host: standard library only, until the stubs of the protocol are found."""

from __future__ import annotations

import asyncio
import importlib.util
import signal
import sys
import types
from pathlib import Path


def main(arguments: list[str]) -> int:
    """Serve the language protocol until the engine goes away; `arguments` are those that the engine passes."""
    # Until the server has its own handlers an interrupt must end the process without a traceback.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    skip_sdk_initialisation()
    from .server import serve  # noqa: PLC0415 - needs the packages that the line above prepares

    return asyncio.run(serve(arguments))


def skip_sdk_initialisation() -> None:
    """Make `pulumi.runtime.proto` importable without running `pulumi/__init__.py`.

    The host needs the stubs only; the whole SDK costs 0.6 s at every start of the engine.
    """
    found = importlib.util.find_spec("pulumi")
    if found is None or not found.submodule_search_locations:
        sys.exit(f"pulumi-language-python: {sys.executable} has no package `pulumi`; set AZUREML_SCORING_PYTHON")
    root = Path(next(iter(found.submodule_search_locations)))
    for name, folder in (("pulumi", root), ("pulumi.runtime", root / "runtime")):
        package = types.ModuleType(name)
        package.__path__ = [str(folder)]
        sys.modules[name] = package
