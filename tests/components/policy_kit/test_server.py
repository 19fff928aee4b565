"""What a pack answers to the engine: levels, unknowns, secrets, exemptions, crashes, mending."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import grpc
import pytest
from azureml_scoring.policy_kit import (
    Change,
    Encrypt,
    Level,
    Located,
    Pack,
    Resource,
    Result,
    Rule,
    Settings,
    Severity,
    Stack,
    Value,
    each,
    wire,
)
from azureml_scoring.policy_kit.server import listen
from azureml_scoring.rules import Problem
from pulumi.runtime.proto.analyzer_pb2_grpc import AnalyzerStub

from tests.policy.driver import UNKNOWN, Driver, secret

GROUP = "azure-native:containerinstance:ContainerGroup"
PASSWORD = "canary-of-a-secret"


def _images(resource: Resource, _settings: Settings) -> Iterator[Result]:
    def one(container: Value) -> Iterator[Result]:
        if container["image"].text() == "bad":
            yield Problem(container.label, "must be good", container["image"].shown, "good")

    return each(resource["containers"], one)


def _leaky(resource: Resource, _settings: Settings) -> Iterator[Result]:
    yield Problem(resource.name, "must not be", resource["password"].raw, "nothing", warning=True)


def _crash(resource: Resource, _settings: Settings) -> Iterator[Result]:
    yield Problem(resource.name, "must be first", None, "x")
    raise KeyError(resource["password"].raw)


def _mend(resource: Resource, _settings: Settings) -> Iterator[Change | Encrypt]:
    if resource["open"].flag():
        yield Change(("open",), value=False)
    if resource["password"].present and not resource["password"].secret:
        yield Encrypt(("password",))


def _mend_crash(resource: Resource, _settings: Settings) -> Iterator[Change | Encrypt]:
    yield Change(("open",), value=False)
    raise KeyError(resource["hush"].raw)


def _open(resource: Resource, _settings: Settings) -> Iterator[Result]:
    if resource["open"].flag():
        yield Problem(resource.name, "must be closed", value=True, fix="open: false")


def _pairs(stack: Stack, _settings: Settings) -> Iterator[Located]:
    for resource in stack.of_type(GROUP):
        if resource["image"].text() == "bad":
            yield Located(resource, Problem(resource.name, "must be good", "bad", "good"))


def _rule(name: str, **parts: Any) -> Rule:
    return Rule(name, f"{name}.", Severity.HIGH, "https://example.com", "Mend it.", {GROUP: ("x",)}, **parts)


PACK = Pack(
    "the-pack",
    Settings,
    {
        rule.id: rule
        for rule in (
            _rule("images", check=_images),
            _rule("twin", check=_images, level=Level.DISABLED),
            _rule("leaky", check=_leaky, level=Level.DISABLED),
            _rule("crash", check=_crash, level=Level.DISABLED),
            _rule("mend-crash", mend=_mend_crash, level=Level.DISABLED),
            _rule("open", check=_open, mend=_mend),
            _rule("pairs", check_stack=_pairs),
        )
    },
    "1.2.3",
    "A pack.",
)


@contextmanager
def served() -> Iterator[Driver]:
    server, port = listen(PACK)
    try:
        with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
            yield Driver(AnalyzerStub(channel))
    finally:
        server.stop(grace=None).wait()


@pytest.fixture
def pack() -> Iterator[Driver]:
    with served() as one:
        yield one


def containers(*images: Any) -> dict[str, Any]:
    return {"containers": [{"name": f"c{number}", "image": image} for number, image in enumerate(images)]}


def exemption(**changes: Any) -> dict[str, Any]:
    one = {"rule": "images", "resource": "app*", "reason": "moves", "owner": "ops", "until": "2999-01-01"} | changes
    return {"the-pack": {"enforcementLevel": "mandatory", "exemptions": [one]}}


def test_it_says_what_it_is(pack: Driver) -> None:
    info = pack.info()
    assert (info.name, info.version, info.description, info.supportsConfig) == ("the-pack", "1.2.3", "A pack.", True)
    policies = {policy.name: policy for policy in info.policies}
    assert set(policies) == {*PACK.rules, "the-pack"}
    assert policies["images"].enforcementLevel == 1
    assert policies["leaky"].enforcementLevel == 2
    assert (policies["images"].severity, policies["images"].url) == (3, "https://example.com")
    assert policies["images"].remediation_steps == "Mend it."
    assert "exemptions" in wire.properties(policies["the-pack"].configSchema.properties)


def test_an_unknown_hides_nothing_but_itself(pack: Driver) -> None:
    pack.start()
    lines = pack.analyze(GROUP, containers("bad", UNKNOWN, "good", "bad"))
    assert [(line.level, line.text.partition(" must")[0].partition(" is")[0]) for line in lines] == [
        ("mandatory", "containers[0] 'c0'"),
        ("mandatory", "containers[3] 'c3'"),
        ("advisory", "containers[1] 'c1'"),
    ]
    assert "not checked yet by images: containers[1].image is known during `up` only" in lines[2].text


def test_what_several_rules_cannot_check_is_one_line_and_none_of_them_passes(pack: Driver) -> None:
    pack.start({"twin": "mandatory"})
    lines = pack.analyze(GROUP, containers(UNKNOWN))
    assert ["is not checked yet by images, twin: " in line.text for line in lines] == [True]
    assert {"images", "twin", "pairs"} <= pack.not_applicable(GROUP, containers(UNKNOWN))
    assert "images" not in pack.not_applicable(GROUP, containers("good"))


def test_an_unknown_list_is_said_too(pack: Driver) -> None:
    pack.start()
    assert [
        "containers is not checked yet by images: containers is" in line.text
        for line in pack.analyze(GROUP, {"containers": UNKNOWN})
    ] == [True]


def test_a_value_of_a_wrong_type_does_not_pass(pack: Driver) -> None:
    pack.start()
    (line,) = pack.analyze(GROUP, {"containers": {"image": "bad"}})
    assert (line.level, line.text.partition(";")[0]) == ("mandatory", "containers must be a list")


def test_versioned_types_are_the_same_and_other_types_are_not_asked(pack: Driver) -> None:
    pack.start()
    assert len(pack.analyze("azure-native:containerinstance/v20230501:ContainerGroup", containers("bad"))) == 1
    assert pack.analyze("azure-native:app:ContainerApp", containers("bad")) == []


def test_levels_are_those_of_each_rule(pack: Driver) -> None:
    pack.start({"images": "advisory"})
    assert [line.level for line in pack.analyze(GROUP, containers("bad"))] == ["advisory"]
    pack.start({"images": "disabled"})
    assert pack.analyze(GROUP, containers("bad")) == []
    pack.start({"all": "disabled", "images": "mandatory"})
    assert [line.level for line in pack.analyze(GROUP, containers("bad"))] == ["mandatory"]


def test_a_wrong_name_ends_the_operation(pack: Driver) -> None:
    for wrong, meant in (({"imags": "advisory"}, "images"), (exemption(rule="imges"), "images")):
        with pytest.raises(grpc.RpcError, match=f"did you mean {meant}"):
            pack.start(wrong)


def test_a_secret_is_in_no_message(pack: Driver) -> None:
    pack.start({"leaky": "mandatory", "crash": "mandatory"})
    lines = pack.analyze(GROUP, {"password": secret(PASSWORD)})
    assert len(lines) == 3
    assert PASSWORD not in str(lines)
    assert "[secret]" in lines[0].text


@pytest.mark.parametrize("text", ["first\nsecond 'line'", "0123456789abcdef" * 20, 'a\\b"c'])
@pytest.mark.parametrize("held", [lambda text: text, lambda text: [text], lambda text: {"key": text}])
def test_a_long_or_escaped_secret_is_in_no_message(pack: Driver, text: str, held: Callable[[str], Any]) -> None:
    pack.start({"leaky": "mandatory"})
    (line,) = pack.analyze(GROUP, {"password": secret(held(text))})
    assert "[secret]" in line.text
    assert text[:5] not in line.text
    assert repr(text)[1:5] not in line.text


def test_a_crash_while_mending_shows_no_secret_and_stops_no_other_rule(pack: Driver) -> None:
    pack.start({"mend-crash": "remediate", "open": "remediate"})
    told, mended = pack.remediate(GROUP, {"open": True, "hush": secret(PASSWORD)})
    assert "nothing is mended: the rule fails (KeyError at test_server.py:" in told.diagnostic
    assert PASSWORD not in str(told)
    assert wire.properties(mended.properties)["open"] is False


def test_a_warning_is_advisory_whatever_the_level(pack: Driver) -> None:
    pack.start({"leaky": "mandatory"})
    assert [line.level for line in pack.analyze(GROUP, {"password": "x"})] == ["advisory"]


def test_a_crash_is_a_violation_and_stops_no_other_rule(pack: Driver) -> None:
    pack.start({"crash": "mandatory"})
    lines = pack.analyze(GROUP, {"password": PASSWORD, "open": True})
    assert [(line.rule, line.level) for line in lines] == [
        ("crash", "mandatory"),
        ("crash", "mandatory"),
        ("open", "mandatory"),
    ]
    assert "KeyError at test_server.py:" in lines[1].text
    assert PASSWORD not in str(lines)


def test_an_exemption_holds_for_its_rule_and_resource_and_is_counted(pack: Driver) -> None:
    pack.start(exemption())
    assert pack.analyze(GROUP, containers("bad", "bad"), "app-1") == []
    assert len(pack.analyze(GROUP, containers("bad"), "other")) == 1
    assert [line.rule for line in pack.analyze(GROUP, {"open": True}, "app-1")] == ["open"]
    (line,) = pack.analyze_stack()
    assert (line.rule, line.level) == ("the-pack", "advisory")
    assert line.text == ("2 violations are exempted:\n  2 by images on 'app*' until 2999-01-01 (ops: moves)")


def test_an_exemption_that_is_over_is_a_violation_once_and_exempts_nothing(pack: Driver) -> None:
    today = dt.datetime.now(dt.UTC).date()
    pack.start(exemption(until=str(today - dt.timedelta(days=1))))
    first = pack.analyze("pulumi:pulumi:Stack", {}, "stack")
    assert [(line.rule, line.level) for line in first] == [("the-pack", "mandatory")]
    assert "is over: renew or remove it" in first[0].text
    assert [line.rule for line in pack.analyze(GROUP, containers("bad"), "app")] == ["images"]
    pack.start(exemption(until=str(today)))
    assert pack.analyze(GROUP, containers("bad"), "app") == []


def test_the_summary_names_idle_exemptions_and_what_is_not_checked(pack: Driver) -> None:
    pack.start(exemption())
    pack.analyze(GROUP, containers(UNKNOWN, UNKNOWN), "other")
    (line,) = pack.analyze_stack()
    assert line.text == (
        "nothing needed the exemption images on 'app*' until 2999-01-01 (ops: moves)\n"
        "2 values are not checked before `up`: 2 by images"
    )


def test_nothing_to_tell_is_no_line(pack: Driver) -> None:
    pack.start()
    assert pack.analyze_stack([{"type": GROUP, "properties": {"image": "good"}}]) == []


def test_stack_rules_say_it_of_their_resource(pack: Driver) -> None:
    pack.start(exemption(rule="pairs"))
    resources = [{"type": GROUP, "name": name, "properties": {"image": "bad"}} for name in ("app", "other")]
    line, summary = pack.analyze_stack(resources)
    assert line.urn.endswith("::other")
    assert "1 violation is exempted" in summary.text


def test_mending_keeps_unknowns_and_secrets(pack: Driver) -> None:
    pack.start({"open": "remediate"})
    before = {"open": secret(value=True), "password": "plain", "other": UNKNOWN, "hush": secret("x"), "port": 8.0}
    (mended,) = pack.remediate(GROUP, before)
    assert wire.properties(mended.properties) == before | {"open": secret(value=False), "password": secret("plain")}
    assert pack.remediate(GROUP, wire.properties(mended.properties)) == []


def test_nothing_is_mended_below_its_level_or_where_it_is_exempted(pack: Driver) -> None:
    pack.start()
    assert pack.remediate(GROUP, {"open": True}) == []
    pack.start(exemption(rule="open") | {"open": "remediate"})
    assert pack.remediate(GROUP, {"open": True}, "app") == []


def test_an_unknown_stands_in_the_way_of_mending_and_what_is_left_is_mandatory(pack: Driver) -> None:
    pack.start({"open": "remediate"})
    (told,) = pack.remediate(GROUP, {"open": UNKNOWN})
    assert "nothing is mended: open is not known" in told.diagnostic
    assert not told.HasField("properties")
    assert [line.level for line in pack.analyze(GROUP, {"open": True})] == ["mandatory"]
