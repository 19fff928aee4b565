"""docs/policies.md is what the rules say."""

from __future__ import annotations

from azureml_scoring.policy_kit.document import page

from tests.policy.driver import PACKS


def test_the_page_is_up_to_date() -> None:
    written = (PACKS.parent / "docs" / "policies.md").read_text()
    assert written == page(PACKS), "run `python -m azureml_scoring.policy_kit.document policy > docs/policies.md`"
