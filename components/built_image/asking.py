"""Asks an image, judges its answer and writes the list of its packages."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from .compare import Judgement, judge
from .engine import connected
from .packages_file import check_writer, write_packages
from .probe import read_answer

if TYPE_CHECKING:
    from ..rules import Report

__all__ = ["ask_image", "check_engine"]


def check_engine(packages: Path | None = None) -> None:
    """Raise NotAsked where no image could be asked, or the list of its packages not be written.

    Args:
        packages: Where the list is wanted; None where it is not.
    """
    if packages is not None:
        check_writer()
    with connected():
        pass


def ask_image(
    reference: str,
    report: Report | None = None,
    *,
    datasets: bool = False,
    login: Mapping[str, str] | None = None,
    platform: str | None = None,
    packages: Path | None = None,
) -> Judgement:
    """Ask an image for its Ubuntu, conda, Python and packages, in one container without network.

    Args:
        reference: The image, best by its digest; pulled where the engine does not have it.
        report: The report on its Dockerfile; None where there is none to agree with.
        datasets: True where the image is to mount datasets, which takes libfuse-dev.
        login: `username` and `password` to pull with; None for what the engine's client is logged in with.
        platform: Such as `linux/arm64`; None for the engine's own.
        packages: File that the list of packages is written to; None for none.

    Raises:
        NotAsked: There is no answer; the text says why.
        OSError: The list of packages could not be written.
    """
    if packages is not None:
        check_writer()
    with connected() as engine:
        answer = read_answer(*engine.ask(reference, login, platform))
    if packages is not None:
        write_packages(packages, reference, answer)
    return judge(answer, report, datasets=datasets)
