"""The roll-outs of services on online endpoints: which deployment takes whose place, and who gets the requests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tools.review.document import Block, Code, Heading, Strong, Table, Text
from tools.review.events import known
from tools.review.preview import UNKNOWN, Action

if TYPE_CHECKING:
    from tools.review.preview import Preview, Resource, Side

_DEPLOYMENT = "machinelearningservices:OnlineDeployment"
_STEP = "resources:Deployment"
"""The template deployment by which a service directs the traffic of its endpoint."""


@dataclass(frozen=True)
class Version:
    """One version of a service at one time.

    Attributes:
        deployment: The deployment's name; empty where it is known during `up` only; None where there is none.
        percent: Its part of the requests; None where it is known during `up` only.
        mirrored: Percent of the requests whose copies it gets.
    """

    deployment: str | None
    percent: int | None = 0
    mirrored: int = 0


@dataclass(frozen=True)
class Rollout:
    """What happens to one version of a service.

    Attributes:
        service: The component's name.
        version: The version's name in the component.
        now: As it is.
        after: As it will be.
    """

    service: str
    version: str
    now: Version
    after: Version


def rollouts(preview: Preview) -> list[Rollout]:
    """All versions of the online services of which a deployment or its traffic changes."""
    found = list[Rollout]()
    for component in preview.components:
        parts = preview.parts(component)
        traffic = next((one for one in parts if one.kind == _STEP and one.name == f"{component.name}-traffic"), None)
        those = [_rollout(component, one, traffic) for one in parts if one.kind == _DEPLOYMENT]
        if any(one.now != one.after for one in those):
            found += those
    return found


def rollout_blocks(preview: Preview) -> Iterator[Block]:
    """The roll-outs as a table; nothing where there are none."""
    found = rollouts(preview)
    if found:
        yield Heading(3, ("Deployments and traffic",))
        rows = tuple(((Code(one.service),), (one.version,), _told(one.now), _told(one.after)) for one in found)
        yield Table(("service", "version", "now", "after"), rows)


def _rollout(component: Resource, deployment: Resource, traffic: Resource | None) -> Rollout:
    gone, new = deployment.action is Action.DELETE, deployment.action is Action.CREATE
    now = Version(None) if new else _version(deployment.before, traffic.before if traffic else None)
    after = Version(None) if gone else _version(deployment.after, traffic.after if traffic else None)
    name = deployment.name.removeprefix(f"{component.name}-")
    return Rollout(component.name, name, now, after)


def _version(deployment: Side, traffic: Side | None) -> Version:
    name = known(deployment.inputs.get("deploymentName"))
    shares = _shares(traffic, "traffic")
    percent = shares.get(name, 0) if shares is not None and name else None
    return Version(name, percent, (_shares(traffic, "mirrorTraffic") or {}).get(name, 0))


def _shares(step: Side | None, key: str) -> Mapping[str, int] | None:
    """Percent by deployment; None where they are not known."""
    value: Any = step.inputs.get("properties") if step else None
    for place in ("template", "resources", 0, "properties", key):
        if isinstance(value, Mapping) and isinstance(place, str):
            value = value.get(place, {})
        elif isinstance(value, list) and isinstance(place, int) and value:
            value = value[place]
        else:
            return None
    shares = value if isinstance(value, Mapping) and UNKNOWN not in str(value) else None
    return None if shares is None else {str(name): int(percent) for name, percent in shares.items()}


def _told(version: Version) -> Text:
    if version.deployment is None:
        return ("none",)
    name = Code(version.deployment) if version.deployment else "named during up"
    share = "share not known yet" if version.percent is None else f"{version.percent} % of the requests"
    copies = f", {version.mirrored} % as copies" if version.mirrored else ""
    return (name, ", ", Strong(share) if version.percent else share, copies)
