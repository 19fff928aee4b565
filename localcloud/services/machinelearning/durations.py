"""ISO 8601 durations, as Azure ML writes times: `PT5S`, `PT0.5S`, `PT1M30S`."""

from __future__ import annotations

import re

from localcloud.services.machinelearning.online_errors import OnlineRefused

_DURATION = re.compile(
    r"P(?:(?P<days>\d+)D)?(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+(?:\.\d+)?)S)?)?"
)
_UNITS = {"days": 86400.0, "hours": 3600.0, "minutes": 60.0, "seconds": 1.0}


def seconds(text: object) -> float:
    """A duration in seconds; raises OnlineRefused for what is none."""
    match = _DURATION.fullmatch(text) if isinstance(text, str) else None
    if match is None or not any(match.groups()):
        raise OnlineRefused(f"'{text}' is no duration; one is written like PT5S.")
    return sum(float(number) * _UNITS[unit] for unit, number in match.groupdict().items() if number)
