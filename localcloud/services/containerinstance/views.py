"""What a container group shows of itself: computed from the runtime at every GET, stored nowhere."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from localcloud.runtime.errors import NoSuchContainer
from localcloud.services.containerinstance.launching import container_id

if TYPE_CHECKING:
    from localcloud.arm.store import Document
    from localcloud.cloud import Cloud
    from localcloud.runtime.spec import ContainerState

_STATES = {"running": "Running", "created": "Waiting", "restarting": "Waiting", "exited": "Terminated"}


def state_of(cloud: Cloud, group_key: str, name: str) -> ContainerState | None:
    """What the runtime knows of a container; None when it knows nothing."""
    try:
        return cloud.runtime.state(container_id(group_key, name))
    except NoSuchContainer:
        return None


def container_view(state: ContainerState | None, events: list[Document]) -> Document:
    """`instanceView` of one container."""
    if state is None:
        return {"restartCount": 0, "currentState": {"state": "Waiting", "detailStatus": ""}, "events": events}
    return {"restartCount": state.restart_count, "currentState": _current(state), "events": [*events, *_events(state)]}


def group_state(states: list[ContainerState | None], *, stopped: bool) -> str:
    """`instanceView.state` of the group."""
    if stopped:
        return "Stopped"
    known = [state for state in states if state is not None]
    if len(known) < len(states) or any(_STATES[state.status] == "Waiting" for state in known):
        return "Pending"
    if any(state.status == "running" for state in known):
        return "Running"
    return "Failed" if any(state.exit_code for state in known) else "Succeeded"


def event(name: str, message: str, moment: str, count: int = 1, kind: str = "Normal") -> Document:
    """One event, as Azure lists them."""
    times = {"firstTimestamp": moment, "lastTimestamp": moment}
    return {"count": count, **times, "name": name, "message": message, "type": kind}


def text(moment: datetime | None) -> str | None:
    """A time as Azure writes it; None stays None."""
    return None if moment is None else moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _current(state: ContainerState) -> Document:
    shown: dict[str, Any] = {"state": _STATES[state.status], "startTime": text(state.started_at), "detailStatus": ""}
    if state.status == "exited":
        shown |= {
            "exitCode": state.exit_code,
            "finishTime": text(state.finished_at),
            "detailStatus": "Error" if state.exit_code else "Completed",
        }
    elif state.status == "restarting":
        shown |= {"detailStatus": "CrashLoopBackOff: Back-off restarting failed"}
    return {key: value for key, value in shown.items() if value is not None}


def _events(state: ContainerState) -> list[Document]:
    events = []
    if state.started_at is not None:
        started, count = text(state.started_at) or "", state.restart_count + 1
        events += [
            event("Created", "Created container", started, count),
            event("Started", "Started container", started, count),
        ]
    failed = {"Liveness": state.health == "unhealthy", "Readiness": state.ready is False and state.ready_output}
    for probe, output in (("Liveness", state.health_output), ("Readiness", state.ready_output)):
        if failed[probe]:
            message = f"{probe} probe failed: {output}".strip()
            events.append(event("Unhealthy", message, text(datetime.now(UTC)) or "", kind="Warning"))
    return events
