"""Choosing among the sources of an engine."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable
from pathlib import Path

from . import build, cache, on_path, release
from .errors import EngineError, NoEngine, NotUsable
from .progress import say


class Source(enum.Enum):
    """Where an engine comes from, in the order in which they are tried."""

    PATH = "path"
    RELEASE = "release"
    BUILD = "build"


def which(sources: Iterable[Source] = Source) -> Path | None:
    """The `bin` folder of the engine that is there; None when the one on PATH is used as it is.

    Takes no time and changes nothing; raises `NoEngine` when there is none yet.
    """
    return _first(sources, _present)


def ensure(sources: Iterable[Source] = Source) -> Path | None:
    """As `which`, but gets an engine when there is none: downloads it or builds it.

    Raises `NoEngine` with what was tried, or another `EngineError` when a source failed half-way.
    """
    try:
        return which(sources)
    except NoEngine:
        with cache.locked():
            return _first(sources, _make)


def _first(sources: Iterable[Source], get: Callable[[Source], Path | None]) -> Path | None:
    """What the first usable source gives; raises `NoEngine` when none is."""
    tried: list[tuple[str, EngineError]] = []
    for source in sources:
        try:
            return get(source)
        except NotUsable as error:
            tried.append((source.value, error))
    raise NoEngine(tried)


def _present(source: Source) -> Path | None:
    if source is Source.PATH:
        on_path.find()
        return None
    folder = release.folder() if source is Source.RELEASE else build.folder()
    if not cache.usable(folder):
        raise NotUsable(f"{folder} isn't there; `python -m tools.pulumi ensure` makes it")
    return folder / "bin"


def _make(source: Source) -> Path | None:
    """As `_present`, after making what isn't there: another process may have made it while this one waited."""
    try:
        return _present(source)
    except NotUsable as error:
        if source is Source.PATH:
            raise
        try:
            (release.make if source is Source.RELEASE else build.make)()
        except NotUsable as problem:
            if source is Source.RELEASE:
                say(str(problem))
            raise problem from error
        return _present(source)
