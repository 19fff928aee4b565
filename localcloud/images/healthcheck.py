"""The instruction HEALTHCHECK."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from localcloud.images.config import ImageHealthCheck

if TYPE_CHECKING:
    from localcloud.images.dockerfile import Instruction
    from localcloud.images.stage import StageState

_DURATION = re.compile(r"(?:[0-9]+(?:\.[0-9]*)?(?:ns|us|µs|ms|s|m|h))+")
_SECONDS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}


def health_check(stage: StageState, item: Instruction) -> None:
    """HEALTHCHECK."""
    kind, *rest = item.words
    if kind.upper() == "NONE":
        if rest or item.flags:
            raise item.failed("HEALTHCHECK NONE takes no arguments")
        check = ImageHealthCheck(("NONE",))
    elif kind.upper() != "CMD":
        raise item.failed(f"Unknown type {json.dumps(kind)} in HEALTHCHECK (try CMD)")
    elif not rest or not any(rest):
        raise item.failed("Missing command after HEALTHCHECK CMD")
    else:
        check = ImageHealthCheck(
            test=("CMD", *rest) if item.is_json else ("CMD-SHELL", " ".join(rest)),
            interval=_duration(item, "interval"),
            timeout=_duration(item, "timeout"),
            start_period=_duration(item, "start-period"),
            start_interval=_duration(item, "start-interval"),
            retries=_retries(item),
        )
    stage.commit(f"HEALTHCHECK {json.dumps(check.to_document())}", healthcheck=check)


def _duration(item: Instruction, flag: str) -> float:
    """A flag in seconds, from Go's notation (`1m30s`); 0 where it is not given."""
    text = item.flag(flag)
    if not text or text == "0":
        return 0
    if not _DURATION.fullmatch(text):
        raise item.failed(f'time: invalid duration "{text}"')
    parts = re.findall(r"([0-9.]+)([a-zµ]+)", text)
    seconds = sum(float(amount) * _SECONDS[unit] for amount, unit in parts)
    if seconds < _SECONDS["ms"]:
        raise item.failed(f"Interval {text!r} cannot be less than 1ms")
    return seconds


def _retries(item: Instruction) -> int:
    text = item.flag("retries") or "0"
    if not re.fullmatch(r"-?[0-9]+", text):
        raise item.failed(f'strconv.ParseInt: parsing "{text}": invalid syntax')
    if int(text) < 0:
        raise item.failed(f"--retries cannot be negative ({text})")
    return int(text)
