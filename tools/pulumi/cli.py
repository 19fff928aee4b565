"""The command line: `python -m tools.pulumi ensure | which`."""

from __future__ import annotations

import argparse
import sys
from typing import Final

from .engine import Source, ensure, which
from .errors import EngineError
from .versions import FLOOR, VERSION

DESCRIPTION: Final = f"""\
Gets the Pulumi engine onto this machine. Sources, in this order:

  path     `pulumi` on PATH, version {FLOOR} or newer, with pulumi-language-python next to it, is used as it is
  release  the official release {VERSION} is downloaded and its SHA-256 is checked
  build    the CLI {VERSION} is built from Go modules and gets our small Python language host

Prints the folder to put on PATH first, or an empty line when what is on PATH is used. Says on standard error what it
does while it takes long.
"""
EPILOG: Final = """\
environment:
  AZUREML_SCORING_CACHE            where engines are kept (else azureml-scoring in $XDG_CACHE_HOME or ~/.cache)
  AZUREML_SCORING_PULUMI_RELEASES  a mirror of the official releases
  AZUREML_SCORING_PYTHON           the interpreter of our language host (else the active environment, the project's)
  GOPROXY, GOCACHE, GOMODCACHE     as Go has them

example:
  engine=$(python3 -m tools.pulumi ensure) && PATH="${engine:+$engine:}$PATH" pulumi version
"""
INTERRUPTED: Final = 130
"""Exit code after an interrupt, as in a shell."""


def main(arguments: list[str]) -> int:
    """Run the command line; returns the exit code."""
    parser = _parser()
    options = parser.parse_args(arguments)
    sources = [Source(options.source)] if options.source else list(Source)
    try:
        folder = {"ensure": ensure, "which": which}[options.command](sources)
    except EngineError as error:
        sys.stderr.write(f"{parser.prog}: {error}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write(f"{parser.prog}: interrupted; run it again, Go keeps what it has compiled\n")
        return INTERRUPTED
    sys.stdout.write(f"{folder or ''}\n")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "python -m tools.pulumi",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="ensure | which")
    for name, text in (
        ("ensure", "get an engine when there is none; the first time takes minutes"),
        ("which", "only say where the engine is; exit code 1 when there is none"),
    ):
        command = commands.add_parser(name, help=text, description=text)
        command.add_argument("--source", choices=[source.value for source in Source], help="use this source only")
    return parser
