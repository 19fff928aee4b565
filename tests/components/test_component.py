"""What the components share: names, checks and the values that are known."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pulumi
import pytest
from azureml_scoring import ComponentError, ContainerRegistry, CustomBaseImage, InvalidInput
from azureml_scoring._component import check, compact_name, known, read_context, require_registry
from azureml_scoring.rules import BuildContext, InvalidContext, NameKind, Problem, check_name
from hypothesis import given
from hypothesis import strategies as st

from tests.components.mocked import deploy, value_of

APPENDED = "0123abcd"
"""As long as what Pulumi appends to a logical name to make a name in Azure."""


@pytest.mark.parametrize(
    ("name", "role", "expected"), [("registry", "acr", "registryacr"), ("My-Ws_1", "kv", "myws1kv")]
)
def test_a_compact_name_keeps_letters_and_digits_in_lower_case(name: str, role: str, expected: str) -> None:
    assert compact_name(name, role) == expected


def test_two_names_that_open_alike_stay_two() -> None:
    names = [compact_name(f"production-{place}", "storage") for place in ("westeurope", "westus", "westus2")]
    assert len(set(names)) == len(names)
    assert compact_name("production-westeurope", "storage") == names[0]


@given(st.from_regex(r"[a-zA-Z0-9][a-zA-Z0-9-]{0,60}", fullmatch=True))
def test_a_compact_name_with_what_pulumi_appends_fits_storage_accounts_and_vaults(name: str) -> None:
    made = compact_name(name, "storage") + APPENDED
    assert check_name(NameKind.STORAGE_ACCOUNT, made) == []
    assert check_name(NameKind.KEY_VAULT, made) == []


def test_a_check_without_problems_passes() -> None:
    check(ContainerRegistry, "registry", [])


def test_a_check_raises_all_problems_but_not_warnings() -> None:
    broken = [Problem("a", "must be b", "c", "b"), Problem("d", "must be e", "f", "e")]
    advice = Problem("tags", "should be given", None, "v1", warning=True)
    with pytest.raises(InvalidInput) as raised:
        check(ContainerRegistry, "registry", [broken[0], advice, broken[1]])
    assert raised.value.problems == tuple(broken)


def test_a_warning_alone_is_shown_and_goes_on(capsys: pytest.CaptureFixture[str]) -> None:
    check(ContainerRegistry, "registry", [Problem("tags", "should be given", None, "v1", warning=True)])
    assert "ContainerRegistry 'registry': tags should be given; got nothing; e.g. v1" in capsys.readouterr().err


def test_only_plain_text_is_known() -> None:
    assert known("text") == "text"
    assert known(None) is None
    found = list[str | None]()
    deploy(lambda: found.append(known(pulumi.Output.from_input("text"))))
    assert found == [None]


@pytest.mark.parametrize("wrap", [str, pulumi.Output.from_input])
def test_a_registry_that_is_there_is_passed_on(wrap: Callable[[str], Any]) -> None:
    assert value_of(lambda: require_registry(CustomBaseImage, "base", "registry_name", wrap("contoso"))) == "contoso"


@pytest.mark.parametrize("wrap", [str, pulumi.Output.from_input])
def test_whoever_needs_a_registry_that_is_not_there_yet_is_told_the_two_ways_out(wrap: Callable[[str], Any]) -> None:
    with pytest.raises(ComponentError) as raised:
        value_of(lambda: require_registry(CustomBaseImage, "base", "registry_name", wrap("")))
    message = str(raised.value)
    assert message.startswith("CustomBaseImage 'base': registry_name is empty: no container registry yet: Azure ML")
    assert "materialize=true" in message
    assert "registry_mode=attached with container_registry_id" in message


def test_a_context_that_cannot_be_read_is_an_invalid_input() -> None:
    def read() -> BuildContext:
        raise InvalidContext("src/socket", "is neither a file nor a symbolic link")

    with pytest.raises(InvalidInput, match=r"^ContainerRegistry 'registry': src/socket is neither a file"):
        read_context(ContainerRegistry, "registry", read)
