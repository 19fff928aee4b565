"""How long a context of many files takes to be read and hashed.

Run by `python -m tests.components.rules.bench_context`, which fails where 10,000 files take more than a second.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from time import perf_counter, process_time

from azureml_scoring.rules import BuildContext

__all__ = ["FILES", "SECONDS", "measure"]

FILES, SECONDS = 10_000, 1.0


def measure(folder: Path, files: int = FILES) -> tuple[float, float]:
    """Seconds of the clock and of the processor for the hash of so many files.

    Args:
        folder: An empty folder, which is filled first.
        files: How many.
    """
    (folder / "Dockerfile").write_text("FROM ubuntu:22.04\n")
    (folder / ".dockerignore").write_text("**/__pycache__\n*.log\n!keep.log\n")
    for number in range(files):
        place = folder / f"part{number % 100}"
        place.mkdir(exist_ok=True)
        (place / f"{number}.py").write_text(f"value = {number}\n" * 50)
    began, worked = perf_counter(), process_time()
    found = BuildContext.from_directory(folder)
    assert len(found.hash) == 64
    assert len(found.files) == files + 2
    return perf_counter() - began, process_time() - worked


def main() -> int:
    """Prints a line; 1 where it takes too long."""
    with tempfile.TemporaryDirectory() as folder:
        seconds, _ = measure(Path(folder))
    sys.stdout.write(f"context of {FILES} files: {seconds:.2f} s (at most {SECONDS:.0f} s)\n")
    return int(seconds > SECONDS)


if __name__ == "__main__":
    sys.exit(main())
