"""Makes a sample of a recorded stream: `python tests/tools/review/shrink.py < stream > samples/dev.jsonl`.

What the engine says stays as it is. Left out are debug lines, empty and remediation summaries, the first of the two
events of a step that ended, and the properties of resources that stay as they are; folders of packs are renamed.
"""

from __future__ import annotations

import json
import re
import sys
from typing import Any

_UNCHANGED = {"same", "read", "refresh"}


def step(event: dict[str, Any], kind: str) -> tuple[str, str] | None:
    """The resource and the operation of a step event."""
    metadata = event.get(kind, {}).get("metadata")
    return (metadata["urn"], metadata["op"]) if metadata else None


def kept(event: dict[str, Any], ended: set[tuple[str, str] | None]) -> bool:
    """Whether an event is part of the sample.

    Args:
        event: The event.
        ended: The steps that have their second event too.
    """
    if "diagnosticEvent" in event:
        return bool(event["diagnosticEvent"]["severity"] != "debug")
    if "policyAnalyzeSummaryEvent" in event:
        return bool(event["policyAnalyzeSummaryEvent"].keys() & {"passed", "failed"})
    if "resourcePreEvent" in event:
        return step(event, "resourcePreEvent") not in ended
    return not event.keys() & {"policyRemediateSummaryEvent", "policyLoadEvent", "cancelEvent"}


def shortened(event: dict[str, Any]) -> dict[str, Any]:
    """The event without the properties of a resource that stays as it is; a component's are kept."""
    metadata = (event.get("resOutputsEvent") or event.get("resourcePreEvent") or {}).get("metadata")
    if metadata and metadata["op"] in _UNCHANGED and not metadata["type"].startswith("azureml-scoring:"):
        for side in filter(None, (metadata["old"], metadata["new"])):
            side["inputs"], side["outputs"] = {}, {}
    return event


if __name__ == "__main__":
    recorded = [json.loads(line) for line in sys.stdin]
    endings = {step(event, "resOutputsEvent") for event in recorded} - {None}
    for one in recorded:
        if kept(one, endings):
            text = json.dumps(shortened(one), separators=(",", ":"))
            sys.stdout.write(re.sub(r"\|local\|[^\"]*/policy/", "|local|policy/", text) + "\n")
