"""Our own rules on 58 Dockerfiles against as many starts of hadolint, in one run.

Run by `python -m tests.components.rules.bench`, which fails where ours take longer.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter

from azureml_scoring.rules.hadolint import find_hadolint, run_hadolint

from tests.components.rules.labelled import Case, cases

__all__ = ["FILES", "Timing", "measure"]

FILES = 58


@dataclass(frozen=True)
class Timing:
    """Seconds that each took on the same files, one after the other; None for hadolint where it is not installed."""

    files: int
    ours: float
    hadolint: float | None

    def __str__(self) -> str:
        """Return the line that the bench prints."""
        if self.hadolint is None:
            return f"{self.files} Dockerfiles: our rules {self.ours:.3f} s; hadolint is not installed"
        ratio = self.hadolint / self.ours
        return (
            f"{self.files} Dockerfiles: our rules {self.ours:.3f} s, hadolint {self.hadolint:.3f} s, ratio {ratio:.0f}"
        )


def measure(files: int = FILES) -> Timing:
    """Time both on the first files of the corpus; the rules with everything that they follow."""
    chosen = cases()[:files]
    with_hadolint = find_hadolint() is not None
    ours = _seconds(chosen, lambda case: case.report())
    return Timing(len(chosen), ours, _seconds(chosen, lambda case: run_hadolint(case.text)) if with_hadolint else None)


def _seconds(chosen: list[Case], work: Callable[[Case], object]) -> float:
    started = perf_counter()
    for case in chosen:
        work(case)
    return perf_counter() - started


if __name__ == "__main__":
    timing = measure()
    sys.stdout.write(f"{timing}\n")
    sys.exit(timing.hadolint is None or timing.ours >= timing.hadolint)
