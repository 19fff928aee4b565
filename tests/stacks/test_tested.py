"""Which images count as tested: those of services that are healthy, newest first, each digest once, not for ever."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pulumi
import pytest

from stacks import lock, tested
from stacks.outputs import UnreadableStack
from stacks.tested import TestedImages
from stacks.tested import together as together_with
from tests.components.mocked import value_of


def image(digit: str) -> str:
    return f"contoso.azurecr.io/scores:v{digit}@sha256:{digit * 64}"


def together(before: dict[str, list[str]], services: list[dict[str, Any]]) -> dict[str, list[str]]:
    return together_with(lock.tested_images({"tested_images": before}), services)


def healthy(*images: str, state: str = "Healthy") -> dict[str, Any]:
    return {"state": state, "images": {"scores": list(images)}}


def test_the_newest_stands_first_and_what_was_there_stays() -> None:
    assert together({"scores": [image("1")], "gone": [image("5")]}, [healthy(image("2"))]) == {
        "scores": [image("2"), image("1")],
        "gone": [image("5")],
    }


def test_what_is_not_healthy_is_not_tested() -> None:
    for state in ("Transitioning", "Unhealthy", "Failed", "", "healthy"):
        assert together({}, [healthy(image("1"), state=state)]) == {}


def test_a_digest_that_comes_back_is_the_newest_once() -> None:
    before = {"scores": [image("2"), image("1")]}
    assert together(before, [healthy(image("1"))]) == {"scores": [image("1"), image("2")]}


def test_the_same_again_changes_nothing() -> None:
    before = {"scores": [image("2"), image("1")]}
    assert together(before, [healthy(image("2"))]) == before


def test_a_base_image_that_one_of_two_services_works_on_is_tested() -> None:
    services = [
        {"state": "Failed", "images": {"base": [image("1")]}},
        {"state": "Healthy", "images": {"base": [image("1")]}},
    ]
    assert together({}, services) == {"base": [image("1")]}


def test_twenty_are_remembered() -> None:
    digests = [f"contoso.azurecr.io/scores@sha256:{number:064d}" for number in range(30)]
    assert together({"scores": digests}, [healthy(image("a"))])["scores"] == [image("a"), *digests[:19]]


@pytest.mark.parametrize(
    "given", [None, "[secret]", ["x"], {"scores": "x"}, {"scores": ["Scores"]}, {"scores": [5, None, "scores:v1"]}]
)
def test_an_output_of_another_form_proves_nothing_and_nothing_crashes(given: Any) -> None:
    assert lock.tested_images({"tested_images": given}) == {}


def test_versions_on_one_base_image_are_one_digest() -> None:
    assert together({}, [healthy(image("1"), image("1"), image("2"))]) == {"scores": [image("1"), image("2")]}


def collected(*, online: bool, state: str = "Healthy") -> Any:
    """The output of a stack with one service, which is built on the stack's own image."""

    def make() -> pulumi.Output[Any]:
        given = {"state": state, "image_reference": image("2"), "base_images": [image("1"), image("3")]}
        service: Any = SimpleNamespace(**{key: pulumi.Output.secret(value) for key, value in given.items()})
        images = TestedImages()
        images.add("scores", service, {"base": image("1")}, online=online)
        return images.output()

    return value_of(make)


@pytest.fixture
def before(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the stack has put out before."""
    outputs: dict[str, Any] = {}
    monkeypatch.setattr(tested, "stack_outputs", lambda _: outputs)
    return outputs


def test_of_a_service_with_an_image_of_its_own_that_and_its_base_are_tested(before: dict[str, Any]) -> None:
    before["tested_images"] = {"scores": [image("9")]}
    assert collected(online=False) == {"scores": [image("2"), image("9")], "base": [image("1")]}


def test_of_an_endpoint_what_it_is_made_of_is_tested_and_is_no_service_image(before: dict[str, Any]) -> None:
    assert before == {}
    assert collected(online=True) == {"scores/base": [image("1"), image("3")], "base": [image("1")]}


def test_of_a_service_that_is_not_healthy_nothing_is_tested(before: dict[str, Any]) -> None:
    assert before == {}
    assert collected(online=False, state="Transitioning") == {}


def test_in_the_first_update_nothing_was_before(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(stack: str) -> dict[str, Any]:
        raise UnreadableStack(stack, "unknown stack")

    monkeypatch.setattr(tested, "stack_outputs", none)
    assert collected(online=False)["scores"] == [image("2")]
