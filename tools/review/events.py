"""The engine's events, line by line, as a `Preview`.

The plain `pulumi preview --json` holds no policy results; the stream does, and so does an `--event-log`.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from tools.review.errors import NotEvents
from tools.review.preview import BROKEN_OFF, UNKNOWN, Action, Diagnostic, Pack, Preview, Resource, Side, Violation

_ACTIONS = {
    "create": Action.CREATE,
    "update": Action.UPDATE,
    "delete": Action.DELETE,
    "import": Action.IMPORT,
    "discard": Action.FORGET,
    "discard-replaced": Action.FORGET,
}
"""The engine's operations of one step; a replacement has several, anything else changes nothing."""
_REPLACED = {"replace", "create-replacement", "import-replacement", "read-replacement", "delete-replaced"}

Event = Mapping[str, Any]


def read(lines: Iterable[str], place: str) -> Preview:
    """The preview that a stream of events describes.

    Args:
        lines: One JSON document each; empty ones are skipped, and so is a last one that is cut off.
        place: Where they are from, for messages.

    Raises:
        NotEvents: They are something else.
    """
    events = list(_events(lines, place))
    steps = [event[kind]["metadata"] for event in events for kind in ("resourcePreEvent", "resOutputsEvent")
             if kind in event]  # fmt: skip
    resources = _resources(steps)
    if not events:
        raise NotEvents(place, "it is empty")
    summary = next((event["summaryEvent"] for event in events if "summaryEvent" in event), None)
    config = next((event["preludeEvent"].get("config") or {} for event in events if "preludeEvent" in event), {})
    diagnostics = tuple(_diagnostics(events))
    return Preview(
        stack=_stack(resources, diagnostics, place),
        result=BROKEN_OFF if summary is None else str(summary.get("result") or _result(diagnostics)),
        resources=resources,
        violations=tuple(_violations(events)),
        packs=_packs(events, summary or {}),
        diagnostics=diagnostics,
        folders=tuple(dict.fromkeys(_folders(config))),
    )


def is_event(line: str) -> bool:
    """Whether a line is an event of the engine."""
    try:
        event = json.loads(line)
    except ValueError:
        return False
    return isinstance(event, dict) and "sequence" in event


def _events(lines: Iterable[str], place: str) -> Iterator[Event]:
    told = [(number, line) for number, line in enumerate(lines, 1) if line.strip()]
    for number, line in told:
        try:
            event = json.loads(line)
        except ValueError:
            # An engine that dies in the middle of a line.
            if len(told) > 1 and number == told[-1][0]:
                return
            raise NotEvents(place, f"line {number} is not JSON") from None
        if not isinstance(event, dict) or "sequence" not in event:
            raise NotEvents(place, f"line {number} is no engine event")
        yield event


def _resources(steps: Iterable[Mapping[str, Any]]) -> dict[str, Resource]:
    """Each resource once, from its steps; default providers of the engine are no resources of the program."""
    by_urn: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for step in steps:
        by_urn[step["urn"]].append(step)
    return {urn: _resource(urn, those) for urn, those in by_urn.items()}


def _resource(urn: str, steps: Sequence[Mapping[str, Any]]) -> Resource:
    action = _action([str(step["op"]) for step in steps])
    old = _last(steps, "old")
    new = {} if action in {Action.DELETE, Action.FORGET} else _last(steps, "new")
    return Resource(
        urn=urn,
        type=str(steps[0]["type"]),
        parent=str((new or old).get("parent") or ""),
        action=action,
        because=_because(steps),
        before=Side(old.get("inputs") or {}, old.get("outputs") or {}),
        after=Side(new.get("inputs") or {}, new.get("outputs") or {}),
    )


def _action(operations: Sequence[str]) -> Action:
    if _REPLACED & set(operations):
        made = [place for place, one in enumerate(operations) if one in {"create-replacement", "import-replacement"}]
        gone = [place for place, one in enumerate(operations) if one == "delete-replaced"]
        return Action.REPLACE_OLD_FIRST if made and gone and gone[0] < made[0] else Action.REPLACE
    return next((_ACTIONS[one] for one in operations if one in _ACTIONS), Action.SAME)


def _last(steps: Iterable[Mapping[str, Any]], side: str) -> Mapping[str, Any]:
    """The side of the last step that has it: outputs come with the later event."""
    found: Mapping[str, Any] = {}
    for step in steps:
        found = step.get(side) or found
    return found


def _because(steps: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    forced, others = list[str](), list[str]()
    for step in steps:
        forced += step.get("keys") or []
        others += [*(step.get("detailedDiff") or {}), *(step.get("diffs") or [])]
    paths = dict.fromkeys([*forced, *others])
    # What differs as a whole is told by the parts of it that do.
    return tuple(one for one in paths if not any(other.startswith((f"{one}.", f"{one}[")) for other in paths))


def _diagnostics(events: Iterable[Event]) -> Iterator[Diagnostic]:
    for event in events:
        said = event.get("diagnosticEvent")
        # What is ephemeral is a line of progress, and `info#err` the standard error of the program.
        if said and said.get("severity") in {"info", "warning", "error"} and not said.get("ephemeral"):
            yield Diagnostic(str(said.get("urn") or ""), said["severity"], str(said.get("message") or "").strip())


def _violations(events: Iterable[Event]) -> Iterator[Violation]:
    for event in events:
        said = event.get("policyEvent")
        if said:
            yield Violation(
                pack=said["policyPackName"],
                policy=said["policyName"],
                level=said["enforcementLevel"],
                urn=str(said.get("resourceUrn") or ""),
                message=str(said["message"]).strip(),
            )


def _packs(events: Iterable[Event], summary: Mapping[str, Any]) -> dict[str, Pack]:
    """The packs by name: the engine's summary has also those that found nothing to look at."""
    versions = {
        str(name).partition("|")[0]: str(version) for name, version in (summary.get("PolicyPacks") or {}).items()
    }
    passed, failed = defaultdict[str, set[str]](set), defaultdict[str, set[str]](set)
    remediated = defaultdict[str, list[tuple[str, str]]](list)
    for event in events:
        said = event.get("policyAnalyzeSummaryEvent") or event.get("policyAnalyzeStackSummaryEvent")
        if said:
            versions.setdefault(said["policyPackName"], said.get("policyPackVersion") or "")
            passed[said["policyPackName"]] |= set(said.get("passed") or [])
            failed[said["policyPackName"]] |= set(said.get("failed") or [])
        mended = event.get("policyRemediationEvent")
        if mended:
            remediated[mended["policyPackName"]].append((mended["policyName"], str(mended.get("resourceUrn") or "")))
    return {
        name: Pack(version.removeprefix("v"), frozenset(passed[name] - failed[name]), tuple(remediated[name]))
        for name, version in versions.items()
    }


def _stack(resources: Iterable[str], diagnostics: Iterable[Diagnostic], place: str) -> str:
    for urn in [*resources, *(one.urn for one in diagnostics)]:
        if urn.startswith("urn:pulumi:"):
            return urn.split(":", 3)[2]
    return place


def _result(diagnostics: Iterable[Diagnostic]) -> str:
    """For engines whose summary does not say how it ended."""
    return "failed" if any(one.severity == "error" for one in diagnostics) else "succeeded"


def _folders(value: Any) -> Iterator[str]:
    """The values named `context` in a configuration, whose objects are JSON in text."""
    if isinstance(value, str) and value.startswith(("{", "[")):
        try:
            value = json.loads(value)
        except ValueError:
            return
    if isinstance(value, Mapping):
        for key, below in value.items():
            if key == "context" and isinstance(below, str):
                yield below
            yield from _folders(below)
    elif isinstance(value, list):
        for below in value:
            yield from _folders(below)


def known(value: object) -> str:
    """The text of a property; empty for one that is unknown, secret, or no text."""
    return value if isinstance(value, str) and UNKNOWN not in value else ""
