"""What the components share: names, checks and the values that are known."""

from __future__ import annotations

import re

import pulumi
import pytest
from azureml_scoring import ContainerRegistry, InvalidInput
from azureml_scoring._component import check, compact_name, known, read_context
from azureml_scoring.container_registry import ACR_PULL, grant_name, role_definition_id
from azureml_scoring.rules import BuildContext, InvalidContext, NameKind, Problem, check_name
from hypothesis import given
from hypothesis import strategies as st

from tests.components.mocked import deploy

APPENDED = "0123abcd"
"""As long as what Pulumi appends to a logical name to make a name in Azure."""
SCOPE = "/subscriptions/1/resourceGroups/group/providers/Microsoft.ContainerRegistry/registries/contoso"


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


def test_a_context_that_cannot_be_read_is_an_invalid_input() -> None:
    def read() -> BuildContext:
        raise InvalidContext("src/socket", "is neither a file nor a symbolic link")

    with pytest.raises(InvalidInput, match=r"^ContainerRegistry 'registry': src/socket is neither a file"):
        read_context(ContainerRegistry, "registry", read)


def test_a_grant_has_one_name_whatever_the_case_of_the_scope() -> None:
    name = grant_name(SCOPE, "principal", ACR_PULL)
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", name)
    assert grant_name(SCOPE.upper(), "principal", ACR_PULL) == name


@pytest.mark.parametrize(
    "changed", [(f"{SCOPE}2", "principal", ACR_PULL), (SCOPE, "other", ACR_PULL), (SCOPE, "principal", "role")]
)
def test_another_scope_principal_or_role_is_another_grant(changed: tuple[str, str, str]) -> None:
    assert grant_name(*changed) != grant_name(SCOPE, "principal", ACR_PULL)


def test_a_built_in_role_is_named_in_the_subscription() -> None:
    assert role_definition_id("1", ACR_PULL) == (
        "/subscriptions/1/providers/Microsoft.Authorization/roleDefinitions/7f951dda-4ed3-4680-a7ca-43fe172d538d"
    )
