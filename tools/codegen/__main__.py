"""The command line: `python -m tools.codegen LANGUAGE SCHEMA FOLDER`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tools.codegen import LANGUAGES, generate
from tools.pulumi.errors import EngineError


def main() -> int:
    """Writes an SDK; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tools.codegen", description="An SDK from a Pulumi schema.")
    parser.add_argument("language", choices=LANGUAGES)
    parser.add_argument("schema", type=Path, help="what `pulumi package get-schema ./components` prints")
    parser.add_argument("folder", type=Path, help="where the SDK goes")
    given = parser.parse_args()
    try:
        generate(given.language, given.schema, given.folder)
    except EngineError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
