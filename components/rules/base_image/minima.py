"""The minima of Azure ML: Ubuntu 16.04, conda 4.5, Python 3.5, and libfuse-dev where datasets are mounted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from .finding import Fact, Finding, Rule, Severity, State
from .releases import CONDA_MINIMUM, PYTHON_END, PYTHON_MINIMUM, UBUNTU, UBUNTU_MINIMUM
from .versions import is_met, numbers

if TYPE_CHECKING:
    from .state import StageState

__all__ = ["check_end_of_life", "check_facts", "check_minima"]


def check_minima(state: StageState, *, datasets: bool) -> Iterator[Finding]:
    """Judge the image that is built.

    Args:
        state: Its stage.
        datasets: True where it is to mount datasets.
    """
    libfuse = state.seen(state.libfuse) if datasets else None
    yield from check_facts(state.ubuntu, state.seen(state.conda), state.seen(state.python), libfuse, state.fuse)


def check_facts(
    ubuntu: Fact, conda: Fact, python: Fact, libfuse: Fact | None, fuse: tuple[int, str] | None = None
) -> Iterator[Finding]:
    """Judge an image by what is known of it.

    Args:
        ubuntu: Its Ubuntu.
        conda: Its conda.
        python: The Python that its user gets.
        libfuse: Its libfuse-dev; None where it is to mount no datasets.
        fuse: The line that installs another package in place of libfuse-dev, and what it says; None where none does.
    """
    yield from _check(Rule.UBUNTU, "Ubuntu", ubuntu, UBUNTU_MINIMUM, "16.04", "FROM ubuntu:22.04")
    conda_fix = "an installer such as Miniforge3-25.3.1-0-Linux-x86_64.sh"
    yield from _check(Rule.CONDA, "conda", conda, CONDA_MINIMUM, "4.5", conda_fix)
    python_fix = "RUN conda install -y python=3.12"
    yield from _check(Rule.PYTHON, "Python", python, PYTHON_MINIMUM, "3.5", python_fix)
    if libfuse is not None and libfuse.state is not State.KNOWN:
        yield _without_libfuse(libfuse, fuse)


def _check(rule: Rule, name: str, fact: Fact, minimum: tuple[int, ...], written: str, fix: str) -> Iterator[Finding]:
    met = is_met(fact, minimum)
    if met:
        return
    severity = Severity.UNKNOWN if met is None else Severity.ERROR
    found = f"{name} {fact}" + (f": {fact.source}" if fact.source else "")
    yield Finding(rule, severity, found, f"must have {name} {written} or later", fix, fact.line)


def _without_libfuse(fact: Fact, fuse: tuple[int, str] | None) -> Finding:
    line, found = fuse or (fact.line, f"libfuse-dev {fact}")
    severity = Severity.UNKNOWN if fact.state is State.UNKNOWN else Severity.ERROR
    needed = "must have the package libfuse-dev, since datasets are mounted"
    return Finding(Rule.LIBFUSE, severity, found, needed, "RUN apt-get install -y libfuse-dev=<version>", line)


def check_end_of_life(state: StageState, today: date) -> Iterator[Finding]:
    """Judge whether the Ubuntu and the Python of the image still get security fixes."""
    release = UBUNTU.get(state.ubuntu.version or "") if state.ubuntu.state is State.KNOWN else None
    if release and release.end < today:
        yield _ended("Ubuntu", state.ubuntu, release.end, "FROM ubuntu:24.04")
    python = state.python
    exact = numbers(python.version or "") if python.state is State.KNOWN and not python.at_least else None
    end = PYTHON_END.get(exact[:2]) if exact and len(exact) > 1 else None  # type: ignore[arg-type]  # two numbers
    if end and end < today:
        yield _ended("Python", python, end, "RUN conda install -y python=3.12")


def _ended(name: str, fact: Fact, end: date, fix: str) -> Finding:
    found = f"{name} {fact}, maintained until {end.isoformat()}"
    return Finding(
        Rule.END_OF_LIFE, Severity.WARNING, found, f"should have a {name} that is maintained", fix, fact.line
    )
