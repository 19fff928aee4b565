"""A service principal's password ends soon enough."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from azureml_scoring.policy_kit import Resource, Result, Rule, Severity, Value
from azureml_scoring.rules import Problem

from ...settings import RegistryCredentials

_ENDS: Final = ("endDate", "endDateRelative", "startDate")
_READS: Final[Mapping[str, Sequence[str]]] = {
    "azuread:index/applicationPassword:ApplicationPassword": _ENDS,
    "azuread:index/servicePrincipalPassword:ServicePrincipalPassword": _ENDS,
    "azuread:index/application:Application": ("password.endDate",),
}
_DURATION: Final = re.compile(r"(?:(\d+(?:\.\d+)?)h)?(?:(\d+(?:\.\d+)?)m)?(?:(\d+(?:\.\d+)?)s)?")
"""Go's notation for a stretch of time, as far as the provider takes it."""
_CLOCKS: Final = dt.timedelta(minutes=10)
"""What two clocks may differ by, and a program may take."""


def check(resource: Resource, settings: RegistryCredentials) -> Iterator[Result]:
    """Refuse an end that is too far away, none at all (Entra ID then takes two years), and what is no end.

    One that is over is none to refuse: it stays in the other slot until a rotation takes it away.
    """
    holder = resource.properties
    if resource.type == "azuread:index/application:Application":
        holder = resource["password"]
        if not holder.present:
            return
    fixed, relative = holder["endDate"], holder["endDateRelative"]
    longest = dt.timedelta(days=settings.max_password_days)
    fix = f"{dt.datetime.now(dt.UTC) + longest:%Y-%m-%d}T00:00:00Z"
    rule = f"must be in {settings.max_password_days} days at most (maxPasswordDays)"
    if fixed.text():
        end = _moment(fixed)
        if end is None:
            yield Problem(fixed.path, "must be a moment as RFC 3339, with its time zone", fixed.shown, fix)
        elif end > dt.datetime.now(dt.UTC) + longest + _CLOCKS:
            yield Problem(fixed.path, rule, fixed.shown, fix)
    elif relative.text():
        yield from _relative(holder, longest, rule, fix)
    else:
        yield Problem(fixed.path, f"{rule}; without it the password lives for two years", None, fix)


def _relative(holder: Value, longest: dt.timedelta, rule: str, fix: str) -> Iterator[Problem]:
    """The end counts from the start date, where there is one."""
    relative, begin = holder["endDateRelative"], holder["startDate"]
    found = _DURATION.fullmatch(relative.text() or "")
    start = _moment(begin) if begin.text() else dt.datetime.now(dt.UTC)
    if found is None or start is None:
        yield Problem(relative.path, "must be hours, minutes and seconds (4320h)", relative.shown, fix)
        return
    hours, minutes, seconds = (float(part or 0) for part in found.groups())
    if (
        start + dt.timedelta(hours=hours, minutes=minutes, seconds=seconds)
        > dt.datetime.now(dt.UTC) + longest + _CLOCKS
    ):
        yield Problem(relative.path, rule, relative.shown, f"{int(longest.total_seconds() // 3600)}h")


def _moment(value: Value) -> dt.datetime | None:
    try:
        found = dt.datetime.fromisoformat(value.text() or "")
    except ValueError:
        return None
    return found if found.tzinfo is not None else None


RULE = Rule(
    id="password-end-date",
    summary="The password of a service principal ends within the allowed days.",
    severity=Severity.HIGH,
    link="https://learn.microsoft.com/entra/identity/enterprise-apps/tutorial-enforce-secret-standards",
    remediation="Give it an end date, and renew it before: two passwords in turn, so that no pull fails between.",
    reads=_READS,
    check=check,
    options=("max_password_days",),
)
