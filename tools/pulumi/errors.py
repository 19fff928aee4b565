"""What can go wrong on the way to an engine.

EngineError
├── NotUsable          one source can't give an engine here; another one may
│   ├── NotOnPath
│   ├── NoRelease      no such platform, no network, not found
│   ├── NoGo
│   ├── GoTooOld
│   ├── NotEnoughDisk
│   └── StepFailed     a command ended with an error
├── ChecksumMismatch   what was downloaded is not what was published
└── NoEngine           every source was tried
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from .versions import FLOOR, VERSION

GIGABYTE = 1024**3


class EngineError(Exception):
    """There is no engine; the text says why and what to do."""


class NotUsable(EngineError):
    """One source can't give an engine on this machine."""


class NotOnPath(NotUsable):
    """`pulumi` on PATH is missing, too old or without its language host."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"{reason}; needed is pulumi {FLOOR} or newer with pulumi-language-python next to it.")


class NoRelease(NotUsable):
    """The official release can't be had."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the official release {VERSION} can't be had: {reason}.")


class NoGo(NotUsable):
    """There is no Go to build with."""

    def __init__(self, needed: str) -> None:
        super().__init__(f"`go` is not on PATH; building the engine needs Go {needed} or newer.")


class GoTooOld(NotUsable):
    """Go is older than the engine's modules ask for."""

    def __init__(self, found: str, needed: str) -> None:
        super().__init__(f"Go {found} is too old; building the engine needs Go {needed} or newer.")


class NotEnoughDisk(NotUsable):
    """Too little room for the engine or for Go's caches."""

    def __init__(self, folder: Path, free: int, needed: int) -> None:
        super().__init__(
            f"{folder} has {free / GIGABYTE:.1f} GB free, {needed / GIGABYTE:.1f} GB are needed; "
            "make room, or set AZUREML_SCORING_CACHE (and GOCACHE, GOMODCACHE) to another disk."
        )


class ChecksumMismatch(EngineError):
    """The archive's SHA-256 differs from the published one; nothing was unpacked."""

    def __init__(self, url: str, expected: str, found: str) -> None:
        super().__init__(
            f"{url} has SHA-256 {found}, published is {expected}; nothing was unpacked. "
            "Run again; when it stays, something on the way changes downloads: `--source build` builds the engine."
        )


class StepFailed(NotUsable):
    """A command ended with an error."""

    def __init__(self, step: str, output: Sequence[str], advice: str) -> None:
        tail = "".join(f"\n    {line}" for line in output)
        super().__init__(f"{step} failed:{tail or ' it said nothing.'}\n  {advice}")


class NoEngine(EngineError):
    """No source gave an engine."""

    def __init__(self, tried: Sequence[tuple[str, EngineError]]) -> None:
        ways = "".join(f"\n  {number}. {source}: {error}" for number, (source, error) in enumerate(tried, 1))
        super().__init__(
            f"no Pulumi engine. Tried:{ways}\n"
            f"Do one of these and run again: install Pulumi {FLOOR} or newer and put it on PATH; connect this machine "
            "to the internet; or install Go and let it reach a module proxy (GOPROXY)."
        )
