"""What a run of a pack comes to: exemptions that were used, and what could not be checked yet."""

from __future__ import annotations

import datetime as dt
import threading
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .resource import Resource
    from .settings import Exemption

__all__ = ["Ledger"]


class Ledger:
    """Counts over one operation of the engine; safe for the threads of the server."""

    def __init__(self, exemptions: Sequence[Exemption], today: dt.date) -> None:
        self._exemptions = exemptions
        self._today = today
        self._used: Counter[Exemption] = Counter()
        self._unchecked: dict[tuple[str, str], Sequence[str]] = {}
        self._expired_told = False
        self._lock = threading.Lock()

    def exempt(self, rule: str, resource: Resource) -> bool:
        """Whether a violation is exempted; counts the use."""
        for exemption in self._exemptions:
            if exemption.covers(rule, resource) and not exemption.expired(self._today):
                with self._lock:
                    self._used[exemption] += 1
                return True
        return False

    def exempts(self, rule: str, resource: Resource) -> bool:
        """Whether a resource is exempted from a rule; counts nothing."""
        covering = (exemption for exemption in self._exemptions if exemption.covers(rule, resource))
        return any(not exemption.expired(self._today) for exemption in covering)

    def leave(self, urn: str, path: str, rules: Sequence[str]) -> None:
        """Count a property of a resource that rules could not check."""
        with self._lock:
            self._unchecked[urn, path] = rules

    def tell_expired(self) -> list[Exemption]:
        """The exemptions whose last day is over, the first time that somebody asks; then none."""
        with self._lock:
            told, self._expired_told = self._expired_told, True
        return [] if told else [exemption for exemption in self._exemptions if exemption.expired(self._today)]

    def summary(self) -> str:
        """All counts in one text, or an empty one where there is nothing to tell."""
        lines = []
        if self._used:
            total = self._used.total()
            lines.append(f"{total} {'violation is' if total == 1 else 'violations are'} exempted:")
            lines += [f"  {count} by {exemption}" for exemption, count in self._used.items()]
        idle = [
            exemption
            for exemption in self._exemptions
            if exemption not in self._used and not exemption.expired(self._today)
        ]
        lines += [f"nothing needed the exemption {exemption}" for exemption in idle]
        if self._unchecked:
            counts = Counter(rule for rules in self._unchecked.values() for rule in rules)
            listed = ", ".join(f"{count} by {rule}" for rule, count in sorted(counts.items()))
            total = len(self._unchecked)
            lines.append(f"{total} {'value is' if total == 1 else 'values are'} not checked before `up`: {listed}")
        return "\n".join(lines)
