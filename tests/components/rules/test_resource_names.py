"""Name rules: the edge of every rule, from both sides."""

from __future__ import annotations

import pytest
from azureml_scoring.rules.resource_names import NAME_RULES, NameKind, check_name

EDGES = {
    NameKind.APPLICATION_INSIGHTS: (["a", "a b", "a" * 260], ["", "a.", "a ", "a/b", "a" * 261]),
    NameKind.BLOB_CONTAINER: (["abc", "a-b", "a" * 63], ["ab", "Abc", "a--b", "-ab", "ab-", "a" * 64]),
    NameKind.COMPUTE: (["abc", "a-1b", "A" * 24], ["ab", "1ab", "cpu-1", "a_b", "a" * 25]),
    NameKind.CONNECTION: (["abc", "1_-", "a" * 33], ["ab", "-ab", "a.b", "a" * 34]),
    NameKind.CONTAINER: (["a", "a-1", "a" * 63], ["", "A", "a_b", "a--b", "-a", "a" * 64]),
    NameKind.CONTAINER_GROUP: (["a", "a-1", "a" * 63], ["", "A", "a_b", "a-", "a--b", "a" * 64]),
    NameKind.DNS_LABEL: (["abc", "a-1", "a" * 63], ["ab", "1ab", "Abc", "ab-", "a" * 64]),
    NameKind.IMAGE: (["a", "a/b", "a__b", "a--b", "a" * 255], ["", "A", "a/", "a..b", "a___b", "a:v1", "a" * 256]),
    NameKind.KEY_VAULT: (["abc", "A-1", "a" * 24], ["ab", "1ab", "a--b", "ab-", "a_b", "a" * 25]),
    NameKind.LOG_ANALYTICS: (["abcd", "a--d", "a" * 63], ["abc", "-abc", "abc-", "a" * 64]),
    NameKind.MANAGED_IDENTITY: (["abc", "1_-", "a" * 128], ["ab", "-abc", "a.b", "a" * 129]),
    NameKind.REGISTRY: (["abcde", "ABC12", "a" * 50], ["abcd", "abc-e", "a" * 51, "abcde\n"]),
    NameKind.REGISTRY_TOKEN: (["abcde", "a-b-C1", "a" * 50], ["abcd", "ab_cd", "a" * 51]),
    NameKind.RESOURCE_GROUP: (["a", "a.b_(c)-d", "r\u00e9seau", "a" * 90], ["", "a.", "a b", "a" * 91]),
    NameKind.STORAGE_ACCOUNT: (["abc", "a12", "a" * 24], ["ab", "Abc", "a-b", "a" * 25]),
    NameKind.TAG: (["v1", "_", "V.1-2", "t" * 128], ["", ".v", "-v", "a b", "t" * 129]),
    NameKind.TASK_RUN: (["abcde", "a-b-c", "a" * 50], ["abcd", "ab_cd", "a" * 51]),
    NameKind.WORKSPACE: (["abc", "1_-", "a" * 33], ["ab", "-ab", "a.b", "a" * 34]),
}


def test_every_kind_has_a_rule_and_edges() -> None:
    assert set(NAME_RULES) == set(NameKind) == set(EDGES)


@pytest.mark.parametrize("kind", NameKind)
def test_edges(kind: NameKind) -> None:
    good, bad = EDGES[kind]
    assert [name for name in good if check_name(kind, name)] == []
    assert [name for name in bad if not check_name(kind, name)] == []


@pytest.mark.parametrize("kind", NameKind)
def test_the_example_obeys_its_rule(kind: NameKind) -> None:
    assert check_name(kind, NAME_RULES[kind].example) == []


def test_the_message_holds_the_whole_rule() -> None:
    (problem,) = check_name("workspace", "a b")
    assert str(problem) == (
        "workspace name must be 3 to 33 letters, digits, underscores and hyphens, starting with a letter or digit; "
        "got 'a b'; e.g. scoring-workspace"
    )
    assert check_name("workspace", "", "Workspace 'ml': workspace_name")[0].subject == "Workspace 'ml': workspace_name"


def test_an_unknown_kind_is_an_error() -> None:
    with pytest.raises(ValueError, match="spaceship"):
        check_name("spaceship", "enterprise")
