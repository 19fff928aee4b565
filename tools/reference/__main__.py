"""Writes docs/components.md and docs/v1-files.md from the code: `python -m tools.reference [--check]`."""

from __future__ import annotations

import argparse
import difflib
import sys
from collections.abc import Sequence

from tools.reference import page, v1_keys
from tools.reference.reading import ROOT

PAGES = {ROOT / "docs" / "components.md": page.page, ROOT / "docs" / "v1-files.md": v1_keys.page}
"""Path -> what writes it."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Writes the pages; with `--check` it only tells what would change. Returns 1 where a page is not fresh then."""
    parser = argparse.ArgumentParser(prog="python -m tools.reference", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, show what would change")
    check: bool = parser.parse_args(arguments).check
    changes: list[str] = []
    for path, make in PAGES.items():
        made = make()
        if check:
            before = path.read_text(encoding="utf-8").splitlines()
            changes += difflib.unified_diff(before, made.splitlines(), path.name, "as the code says", lineterm="", n=0)
        else:
            path.write_text(made, encoding="utf-8")
    sys.stdout.write("".join(f"{line}\n" for line in changes))
    return int(bool(changes))


if __name__ == "__main__":
    sys.exit(main())
