"""Autoscale settings: checked and stored. Nothing is measured here, so nothing is scaled by them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from localcloud.arm.errors import BadRequest, InvalidResourceId
from localcloud.arm.ids import ResourceId
from localcloud.arm.resource_type import Facts, Request, ResourceType
from localcloud.services.monitor.errors import AutoscaleTargetTaken, InvalidAutoscaleSetting

if TYPE_CHECKING:
    from localcloud.arm.store import Document
    from localcloud.cloud import Cloud

SETTING_TYPE = "Microsoft.Insights/autoscalesettings"
_MOST_PROFILES = 20
_MOST_RULES = 10
_DURATION = re.compile(r"P(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")
_TRIGGER = {
    "statistic": ("Average", "Min", "Max", "Sum", "Count"),
    "timeAggregation": ("Average", "Minimum", "Maximum", "Total", "Count", "Last"),
    "operator": ("Equals", "NotEquals", "GreaterThan", "GreaterThanOrEqual", "LessThan", "LessThanOrEqual"),
}
_ACTION = {
    "direction": ("None", "Increase", "Decrease"),
    "type": ("ChangeCount", "PercentChangeCount", "ExactCount", "ServiceAllowedNextValue"),
}
_TIMES = {
    "timeGrain": (timedelta(minutes=1), timedelta(hours=12)),
    "timeWindow": (timedelta(minutes=5), timedelta(hours=12)),
    "cooldown": (timedelta(minutes=1), timedelta(weeks=1)),
}


class AutoscaleSettings(ResourceType):
    """`Microsoft.Insights/autoscalesettings`: written at once."""

    type = SETTING_TYPE
    stateful = False
    facts = Facts(
        name_rule=r"[^*<>%&:\\?+/]{1,260}",
        objects=(
            "properties.profiles[]",
            "properties.profiles[].capacity",
            "properties.profiles[].rules[]",
            "properties.profiles[].rules[].metricTrigger",
            "properties.profiles[].rules[].scaleAction",
            "properties.notifications[]",
        ),
        texts=("properties.name", "properties.targetResourceUri"),
        defaults={"properties.enabled": False, "properties.notifications": []},
    )

    def admit(self, request: Request) -> None:
        """Refuses a setting that could not be obeyed, and a second one for the same resource."""
        properties = request.properties
        if not request.document.get("location"):
            raise BadRequest("The location property is required for this definition.", "LocationRequired")
        properties["name"] = properties.get("name") or request.id.name
        if properties["name"].lower() != request.id.name.lower():
            raise InvalidAutoscaleSetting(f"properties.name '{properties['name']}' is not the setting's name")
        target = _target(request.cloud, properties.get("targetResourceUri"))
        for other in request.cloud.resources.of_type(self.type):
            same = str(other["properties"].get("targetResourceUri")).lower() == target["id"].lower()
            if same and other["id"].lower() != request.id.key:
                raise AutoscaleTargetTaken(target["id"], other["name"])
        profiles = properties.get("profiles")
        if not profiles or len(profiles) > _MOST_PROFILES:
            raise InvalidAutoscaleSetting(f"there have to be 1 to {_MOST_PROFILES} profiles")
        for profile in profiles:
            _check_profile(profile)


def _target(cloud: Cloud, target_id: str | None) -> Document:
    try:
        found = cloud.resources.find(ResourceId.parse(target_id)) if target_id else None
    except InvalidResourceId:
        found = None
    if found is None:
        raise InvalidAutoscaleSetting(f"the target resource '{target_id}' was not found")
    return found


def _check_profile(profile: Mapping[str, Any]) -> None:
    name = profile.get("name")
    if not isinstance(name, str) or not name:
        raise InvalidAutoscaleSetting("a profile has no name")
    capacity = profile.get("capacity") or {}
    # The counts are texts in Azure's document.
    counts = [capacity.get(key) for key in ("minimum", "default", "maximum")]
    if not all(isinstance(count, str) and count.isdecimal() for count in counts):
        raise InvalidAutoscaleSetting(f"the capacity of the profile '{name}' needs minimum, maximum and default")
    least, usual, most = (int(str(count)) for count in counts)
    if not least <= usual <= most:
        raise InvalidAutoscaleSetting(
            f"in the profile '{name}', the default capacity {usual} is not between minimum {least} and maximum {most}"
        )
    rules = profile.get("rules") or []
    if len(rules) > _MOST_RULES:
        raise InvalidAutoscaleSetting(f"the profile '{name}' has more than {_MOST_RULES} rules")
    for rule in rules:
        _check_trigger(name, rule.get("metricTrigger") or {})
        _check_action(name, rule.get("scaleAction") or {})


def _check_trigger(profile: str, trigger: Mapping[str, Any]) -> None:
    for key in ("metricName", "metricResourceUri", "threshold"):
        if trigger.get(key) in {None, ""}:
            raise InvalidAutoscaleSetting(f"a metricTrigger of the profile '{profile}' needs '{key}'")
    _check_words(profile, trigger, _TRIGGER)
    for key in ("timeGrain", "timeWindow"):
        _check_time(profile, key, trigger.get(key))


def _check_action(profile: str, action: Mapping[str, Any]) -> None:
    _check_words(profile, action, _ACTION)
    _check_time(profile, "cooldown", action.get("cooldown"))


def _check_words(profile: str, found: Mapping[str, Any], known: Mapping[str, tuple[str, ...]]) -> None:
    for key, words in known.items():
        if found.get(key) not in words:
            raise InvalidAutoscaleSetting(
                f"'{key}' in the profile '{profile}' is '{found.get(key)}' and has to be one of {', '.join(words)}"
            )


def _check_time(profile: str, key: str, text: Any) -> None:
    shortest, longest = _TIMES[key]
    match = _DURATION.fullmatch(text) if isinstance(text, str) else None
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups()) if match else (0, 0, 0, 0)
    if not shortest <= timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds) <= longest:
        raise InvalidAutoscaleSetting(
            f"'{key}' in the profile '{profile}' is '{text}' and has to be a duration from {shortest} to {longest}, "
            "such as PT5M"
        )
