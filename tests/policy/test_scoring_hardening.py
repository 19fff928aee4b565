"""What samples of scoring_hardening can't say: any resource at all, secrets, spellings, the options for stacks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grpc
import pytest
from azureml_scoring.policy_kit import load_pack
from hypothesis import given
from hypothesis import strategies as st

from tests.policy.driver import PACKS, UNKNOWN, Driver, driver, process, secret
from tools.policies import copy_elsewhere

PACK = load_pack(PACKS / "scoring_hardening")
GROUP = "azure-native:containerinstance:ContainerGroup"
DEPLOYMENT = "azure-native:machinelearningservices:OnlineDeployment"
CANARY = "canary-of-a-secret"
ALL = {"all": "mandatory"}
TYPES = sorted({type_ for rule in PACK.rules.values() for type_ in rule.reads if not type_.endswith("*")})


@pytest.fixture(scope="module")
def pack() -> Iterator[Driver]:
    with driver("scoring_hardening") as one:
        one.start(ALL | {"scoring-hardening": {"enforcementLevel": "mandatory", "keyStacks": ["*"]}}, stack="prod")
        yield one


def group(**variables: Any) -> dict[str, Any]:
    entries = [{"name": name, "value": value} for name, value in variables.items()]
    return {"containers": [{"name": "app", "environmentVariables": entries}]}


def told(lines: list[Any], rule: str) -> list[str]:
    return [line.text for line in lines if line.rule == rule]


@pytest.mark.parametrize("type_", TYPES)
def test_no_rule_stumbles_over_any_resource(pack: Driver, type_: str) -> None:
    """Whatever stands at a property that a rule reads, or on the way there: it is judged, or said to be unknown."""
    for properties in [{}, *_with_anything(type_)]:
        lines = pack.analyze(type_, properties)
        lines += pack.analyze_stack([{"type": type_, "properties": properties, "propertyDependencies": {"x": []}}])
        assert not [line.text for line in lines if "tell whoever keeps the pack" in line.text]


def test_what_is_wholly_unknown_is_no_violation(pack: Driver) -> None:
    properties = dict.fromkeys(["containers", "ipAddress", "restartPolicy", "initContainers"], UNKNOWN)
    lines = pack.analyze(GROUP, properties | {"encryptionProperties": UNKNOWN})
    assert lines
    assert all("not checked yet" in line.text and line.level == "advisory" for line in lines)


def test_no_value_of_a_variable_is_shown(pack: Driver) -> None:
    lines = pack.analyze(GROUP, group(PASSWORD=CANARY, API_KEY=secret(CANARY), DATABASE=f"amqp://u:{CANARY}@h"))
    assert len(told(lines, "secure-environment")) == 3
    assert CANARY not in str(lines)


def test_an_unknown_variable_hides_no_other(pack: Driver) -> None:
    entries = [UNKNOWN, {"name": UNKNOWN, "value": "x"}, {"name": "PASSWORD", "value": "hunter22"}]
    lines = pack.analyze(GROUP, {"containers": [{"name": "app", "environmentVariables": entries}]})
    assert any("'PASSWORD' must be kept" in text for text in told(lines, "secure-environment"))


@given(
    words=st.sampled_from([("db", "password"), ("api", "key"), ("client", "secret"), ("auth", "token")]),
    spelling=st.sampled_from(["_", "-", ".", "camel", "pascal", "upper"]),
    before=st.sampled_from(["", "my", "prod"]),
    number=st.sampled_from(["", "2"]),
)
def test_no_spelling_of_a_secret_name_passes(
    pack: Driver, words: tuple[str, ...], spelling: str, before: str, number: str
) -> None:
    parts = [part for part in (before, *words) if part]
    if spelling in {"camel", "pascal"}:
        name = "".join(part.capitalize() for part in parts)
        name = name if spelling == "pascal" else name[0].lower() + name[1:]
    else:
        name = "_".join(parts).upper() if spelling == "upper" else spelling.join(parts)
    assert told(pack.analyze(GROUP, group(**{name + number: "hunter22"})), "secure-environment")


@pytest.mark.parametrize(
    "name", ["MONKEY", "KEYBOARD", "TOKENIZER", "SECRETARY", "PASSENGERS", "KEY_ID", "TOKEN_LIMIT"]
)
def test_a_name_that_only_sounds_alike_passes(pack: Driver, name: str) -> None:
    assert not told(pack.analyze(GROUP, group(**{name: "x"})), "secure-environment")


def test_a_rule_has_stacks_of_its_own_or_those_of_production() -> None:
    one = {"sku": {"capacity": 1}}
    with driver("scoring_hardening") as pack:
        for stack, options, fires in (
            ("dev", {}, False),
            ("prod-eu", {}, True),
            ("live", {"productionStacks": ["live"]}, True),
            ("prod", {"replicaStacks": []}, False),
            ("qa", {"replicaStacks": ["qa"]}, True),
        ):
            pack.start({"scoring-hardening": {"enforcementLevel": "mandatory", **options}}, stack=stack)
            assert bool(told(pack.analyze(DEPLOYMENT, one), "production-replicas")) is fires, stack


def test_previews_are_refused_only_where_that_is_asked_for() -> None:
    one = {"type": "azure-native:containerregistry/v20230101preview:Registry"}
    with driver("scoring_hardening") as pack:
        pack.start()
        assert pack.analyze_stack([one]) == []
        pack.start({"preview-api-version": "advisory"})
        assert [line.level for line in pack.analyze_stack([one])] == ["advisory"]


def test_a_copied_pack_runs_alone_and_refuses_a_misspelt_option(tmp_path: Path) -> None:
    with process(copy_elsewhere("scoring_hardening", tmp_path / "another name")) as pack:
        pack.start(stack="prod")
        assert told(pack.analyze(DEPLOYMENT, {}), "production-replicas")
        with pytest.raises(grpc.RpcError, match="did you mean minimumReplicas"):
            pack.start({"scoring-hardening": {"enforcementLevel": "mandatory", "minimumReplica": 3}})


def _with_anything(type_: str) -> Iterator[dict[str, Any]]:
    for path in {path for rule in PACK.rules.values() for path in rule.reads.get(type_, ())}:
        steps = path.replace("[*]", ".*").split(".")
        for depth in range(1, len(steps) + 1):
            for value in (None, UNKNOWN, 1, True, "text", [], ["text"], [None], {"x": 1}, [{"x": 1}]):
                below: Any = value
                for step in reversed(steps[:depth]):
                    below = [below] if step == "*" else {step: below}
                yield below
