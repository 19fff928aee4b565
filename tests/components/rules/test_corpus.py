"""The rules against the corpus: precision and recall over hand-made labels."""

from __future__ import annotations

import pytest
from azureml_scoring.rules.base_image import Rule

from tests.components.rules.labelled import Case, cases, worded

CASES = cases()


def test_the_corpus_is_large_enough_and_labels_are_of_files_that_are_there() -> None:
    assert len(CASES) >= 58
    assert all(case.text for case in CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_facts(case: Case) -> None:
    report = case.report()
    assert [str(report.ubuntu), str(report.conda), str(report.python)] == case.label["facts"]


def test_precision_and_recall(capsys: pytest.CaptureFixture[str]) -> None:
    right, false, missed = 0, list[str](), list[str]()
    for case in CASES:
        found, expected = {worded(finding) for finding in case.report().findings}, case.expected()
        right += len(found & expected)
        false += [f"{case.name}: {one}" for one in sorted(found - expected)]
        missed += [f"{case.name}: {one}" for one in sorted(expected - found)]
    precision, recall = right / (right + len(false)), right / (right + len(missed))
    with capsys.disabled():
        line = f"{len(CASES)} Dockerfiles, {right + len(missed)} labels: {precision=:.3f}, {recall=:.3f}"
        print(f"\n{line}")  # noqa: T201 - the measure is to be seen
    assert false == []
    assert missed == []


def test_every_rule_is_in_the_corpus() -> None:

    labels = {label.split()[0].rstrip("?") for case in CASES for label in case.expected()}
    assert labels == {rule.value for rule in Rule}
