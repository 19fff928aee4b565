"""A pack of this repository as people write packs: every rule a policy of its own, on the general SDK.

For the bench alone. The folder of the pack, its options and the stack stand in `pack.json` beside it. It runs in an
environment of its own: the SDK pins another protobuf than the project has.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from azureml_scoring.policy_kit import Located, NotChecked, Pack, Resource, Rule, Run, Settings, Stack, Value, load_pack
from azureml_scoring.policy_kit.pack import judge
from azureml_scoring.policy_kit.resource import resource_type
from azureml_scoring.policy_kit.values import UNKNOWN
from azureml_scoring.rules import Problem
from pulumi_policy import (  # type: ignore[import-not-found]  # in the environment of the bench only
    EnforcementLevel,
    PolicyPack,
    ResourceValidationPolicy,
    StackValidationPolicy,
)
from pulumi_policy.proxy import UnknownValueError  # type: ignore[import-not-found]  # as above

GIVEN = json.loads((Path(__file__).parent / "pack.json").read_text())
RUN = Run(GIVEN["stack"])


def plain(value: Any) -> Any:
    """What the SDK wraps, as the rules take it; unknown where asking for it fails."""
    try:
        if isinstance(value, Mapping):
            return {key: _below(value, key) for key in value}
        if isinstance(value, Sequence) and not isinstance(value, str):
            return [_below(value, number) for number in range(len(value))]
    except UnknownValueError:
        return UNKNOWN
    return value


def _below(holder: Any, key: Any) -> Any:
    try:
        return plain(holder[key])
    except UnknownValueError:
        return UNKNOWN


def policies(pack: Pack, settings: Settings) -> Iterator[Any]:
    """One policy for each rule, two where it also looks across resources."""
    for rule in pack.rules.values():
        level = EnforcementLevel(rule.level.value)
        if rule.check:
            yield ResourceValidationPolicy(rule.id, rule.summary, _of_resource(rule, settings), level)
        if rule.check_stack:
            name = f"{rule.id}-stack" if rule.check else rule.id
            yield StackValidationPolicy(name, rule.summary, _of_stack(rule, settings), level)


def _of_resource(rule: Rule, settings: Settings) -> Any:
    def validate(args: Any, report: Any) -> None:
        if rule.check and resource_type(args.resource_type)[0] in rule.reads:
            for result in judge(rule.check, _resource(args), settings):
                _say(result, report)

    return validate


def _of_stack(rule: Rule, settings: Settings) -> Any:
    def validate(args: Any, report: Any) -> None:
        # As a careful author would: only what the rule reads is converted.
        resources = [_resource(one) for one in args.resources if resource_type(one.resource_type)[0] in rule.reads]
        if rule.check_stack:
            for said in judge(rule.check_stack, Stack(resources, RUN), settings):
                _say(said.result if isinstance(said, Located) else said, report)

    return validate


def _say(result: Problem | NotChecked, report: Any) -> None:
    if isinstance(result, Problem) and not result.warning:
        report(str(result))


def _resource(args: Any) -> Resource:
    return Resource(args.resource_type, args.urn, args.name, Value.of(plain(args.props)), run=RUN)


if __name__ == "__main__":
    loaded = load_pack(Path(GIVEN["folder"]))
    chosen = loaded.settings.model_validate(GIVEN["options"])
    PolicyPack(
        name=f"{loaded.name}-by-rule",
        enforcement_level=EnforcementLevel.MANDATORY,
        policies=[*policies(loaded, chosen)],
    )
