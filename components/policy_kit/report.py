"""The report on one question of the engine: what rules say, without what is exempted, and without secrets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ..rules import Problem
from . import wire
from .rule import Level, Located, NotChecked, Result, Severity
from .values import secret_texts

if TYPE_CHECKING:
    from pulumi.runtime.proto import analyzer_pb2 as messages

    from .ledger import Ledger
    from .pack import Pack

__all__ = ["Report"]


class Report:
    """Collects the lines; what several rules could not check is one line."""

    def __init__(
        self, pack: Pack, levels: Mapping[str, Level], ledger: Ledger, properties: Iterable[Mapping[str, Any] | None]
    ) -> None:
        """Report on resources whose properties, inputs and providers are given: their secrets are in no line."""
        self._pack = pack
        self._levels = levels
        self._ledger = ledger
        self._properties = [one for one in properties if one is not None]
        self._unchecked: dict[tuple[str, str], tuple[str, list[str]]] = {}
        self._said: list[tuple[str, Problem | str, Level, Severity, str]] = []

    def add(self, name: str, said: Iterable[Located | Result]) -> None:
        """Take what a rule says; a plain result is of no resource."""
        rule = self._pack.rules[name]
        for one in said:
            resource, result = (one.resource, one.result) if isinstance(one, Located) else (None, one)
            urn = resource.urn if resource else ""
            if isinstance(result, NotChecked):
                if resource is None or not self._ledger.exempts(name, resource):
                    self._unchecked.setdefault((urn, result.path), (result.subject, []))[1].append(name)
            elif resource is None or not self._ledger.exempt(name, resource):
                level = Level.ADVISORY if result.warning else self._levels[name]
                self._said.append((name, result, level, rule.severity, urn))

    def lines(self) -> list[messages.AnalyzeDiagnostic]:
        """Every line; what is not checked comes last, told by the first of the rules that could not check it."""
        for (urn, path), (subject, rules) in self._unchecked.items():
            names = list(dict.fromkeys(rules))
            self._ledger.leave(urn, path, names)
            self._said.append((names[0], NotChecked(subject, path).text(names), Level.ADVISORY, Severity.LOW, urn))
        self._unchecked.clear()
        secrets = self._secrets() if self._said else []
        return [
            wire.diagnostic(self._pack, name, _worded(result, secrets), level, severity, urn)
            for name, result, level, severity, urn in self._said
        ]

    def unchecked(self) -> set[str]:
        """The rules that could not check something; asked before `lines`."""
        return {name for _, rules in self._unchecked.values() for name in rules}

    def _secrets(self) -> list[str]:
        """The secrets of all that somebody has looked at, longest first: one may be part of another."""
        looked = (one for one in self._properties if not isinstance(one, wire.Lazy) or one.opened)
        return sorted({text for one in looked for text in secret_texts(one)}, key=len, reverse=True)


def _worded(result: Problem | str, secrets: Sequence[str]) -> str:
    """The sentence without secrets: a value loses them before it is cut and its line ends are escaped."""
    if isinstance(result, Problem):
        result = str(replace(result, value=_hidden(result.value, secrets)))
    return str(_hidden(result, secrets))


def _hidden(node: object, secrets: Sequence[str]) -> object:
    if isinstance(node, str):
        for secret in secrets:
            node = node.replace(secret, "[secret]")
    elif isinstance(node, Mapping):
        return {key: _hidden(below, secrets) for key, below in node.items()}
    elif isinstance(node, list):
        return [_hidden(below, secrets) for below in node]
    return node
