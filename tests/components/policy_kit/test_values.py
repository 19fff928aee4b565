"""What rules see of properties as the engine sends them."""

from __future__ import annotations

import pytest
from azureml_scoring.policy_kit import Malformed, Undecided, Value
from azureml_scoring.policy_kit.values import SIGNATURE, UNKNOWN, secret_texts

from tests.policy.driver import secret

GROUP = Value.of(
    {
        "containers": [
            {"name": "app", "image": "app:1", "ports": [{"port": 5001.0}]},
            {"name": "late", "image": UNKNOWN},
            UNKNOWN,
            secret({"name": "hush", "image": "hidden/app:2"}),
        ],
        "password": secret("very hidden"),
        "open": "True",
        "wrong": "six",
    }
)


def test_going_down_never_fails() -> None:
    assert GROUP["nothing"]["below"][3].text() is None
    assert GROUP["containers"][17].present is False
    assert GROUP["password"]["below"].text() is None


def test_whole_numbers_are_whole() -> None:
    port = GROUP["containers"][0]["ports"][0]["port"]
    assert port.number() == 5001
    assert port.shown == 5001
    assert port.path == "containers[0].ports[0].port"


@pytest.mark.parametrize("value", [GROUP["containers"][1]["image"], GROUP["containers"][2]["image"]])
def test_what_is_unknown_is_undecided_and_so_is_all_below(value: Value) -> None:
    assert not value.known
    for ask in (value.text, value.number, value.flag, value.elements, value.entries, lambda: value.present):
        with pytest.raises(Undecided) as caught:
            ask()
        assert caught.value.path == value.path


def test_a_secret_is_readable_and_not_shown() -> None:
    hush = GROUP["containers"][3]
    assert hush["image"].text() == "hidden/app:2"
    assert hush["image"].secret
    assert hush["image"].shown == "[secret]"
    assert "hidden" not in repr(hush["image"]) + hush.label
    assert not GROUP["containers"][0]["image"].secret


def test_every_secret_text_is_found() -> None:
    assert secret_texts(GROUP.raw) == {"very hidden", "hidden/app:2", "hush"}


def test_a_wrong_type_is_malformed() -> None:
    assert GROUP["open"].flag() is True
    for ask in (GROUP["wrong"].flag, GROUP["wrong"].number, GROUP["wrong"].elements, GROUP["wrong"].entries):
        with pytest.raises(Malformed):
            ask()
    with pytest.raises(Malformed):
        GROUP["containers"].text()


def test_find_gives_unknown_elements_and_the_element_around() -> None:
    found = [(element.label if element else None, value.path) for element, value in GROUP.find("containers[*].image")]
    assert found == [
        ("containers[0] 'app'", "containers[0].image"),
        ("containers[1] 'late'", "containers[1].image"),
        ("containers[2]", "containers[2]"),
        ("containers[3]", "containers[3].image"),
    ]
    assert list(GROUP.find("volumes[*].image")) == []


def test_an_output_value_is_its_content_or_unknown() -> None:
    output = {SIGNATURE: "d0e6a833031e9bbcd3f4e8bde6ca49a4"}
    assert not Value.of(output).known
    known = Value.of(output | {"value": "text", "secret": True})
    assert (known.text(), known.secret) == ("text", True)
