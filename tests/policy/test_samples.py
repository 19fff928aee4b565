"""Every rule of every pack: its allowed samples pass, its denied ones are refused for the reason that they name.

The packs are asked over gRPC. Only the lines of the sample's own rule count.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from azureml_scoring.policy_kit import Pack, Rule, load_pack, wire
from azureml_scoring.policy_kit.samples import Sample, read_samples

from tests.policy.driver import NAMES, PACKS, Driver, Line, driver

LOADED = {name: load_pack(PACKS / name) for name in NAMES}


@dataclass(frozen=True)
class Case:
    """A sample with its rule and pack."""

    folder: str
    pack: Pack
    rule: Rule
    sample: Sample

    def __str__(self) -> str:
        kind = "allowed" if self.sample.allowed else "denied"
        return f"{self.folder}-{self.rule.id}-{kind}-{self.sample.source.stem}"


CASES = [
    Case(folder, pack, rule, sample)
    for folder, pack in LOADED.items()
    for rule in pack.rules.values()
    for sample in read_samples(pack, rule)
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_sample_is_judged_as_it_says(case: Case) -> None:
    with driver(case.folder) as pack:
        configuration: dict[str, Any] = {"all": "disabled", case.rule.id: "mandatory"}
        configuration[case.pack.name] = {"enforcementLevel": "mandatory", **case.sample.settings}
        pack.start(configuration, stack=case.sample.stack)
        lines = [line for line in _asked(pack, case) if line.rule == case.rule.id]
    noted = [line.text for line in lines if "is not checked yet" in line.text]
    said = [line.text for line in lines if line.text not in noted]
    assert len(said) == len(case.sample.says), said
    assert all(part in text for part, text in zip(case.sample.says, said, strict=True)), said
    assert len(noted) == len(case.sample.unchecked), noted
    assert all(part in text for part, text in zip(case.sample.unchecked, noted, strict=True)), noted


@pytest.mark.parametrize("case", [case for case in CASES if case.sample.mended is not None], ids=str)
def test_a_sample_is_mended_as_it_says_and_passes_then(case: Case) -> None:
    configuration: dict[str, Any] = {
        "all": "disabled",
        case.rule.id: "remediate",
        case.pack.name: {"enforcementLevel": "mandatory", **case.sample.settings},
    }
    resource = case.sample.resources[0]
    with driver(case.folder) as pack:
        pack.start(configuration, stack=case.sample.stack)
        mended = pack.remediate(resource["type"], resource["properties"])
        assert [wire.properties(one.properties) for one in mended] == [case.sample.mended]
        again = pack.analyze(resource["type"], case.sample.mended or {})
    assert [line for line in again if line.rule == case.rule.id] == []


@pytest.mark.parametrize(
    ("pack", "rule"),
    [pytest.param(pack, rule, id=rule.id) for pack in LOADED.values() for rule in pack.rules.values()],
)
def test_every_rule_has_samples_of_both_kinds(pack: Pack, rule: Rule) -> None:
    samples = read_samples(pack, rule)
    assert any(sample.allowed for sample in samples)
    denied = [sample for sample in samples if not sample.allowed]
    assert denied
    assert all(sample.says for sample in denied)
    assert not any(sample.says for sample in samples if sample.allowed)


def _asked(pack: Driver, case: Case) -> list[Line]:
    lines = []
    if case.rule.check is not None:
        for one in case.sample.resources:
            lines += pack.analyze(one["type"], one.get("properties", {}), one.get("name", "sample"))
    if case.rule.check_stack is not None:
        lines += pack.analyze_stack(case.sample.resources)
    return lines
