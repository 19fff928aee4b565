"""The bench in short: our rules take less time than hadolint's starts."""

from __future__ import annotations

import pytest
from azureml_scoring.rules.hadolint import find_hadolint

from tests.components.rules.bench import measure


@pytest.mark.skipif(find_hadolint() is None, reason="hadolint is not installed")
def test_our_rules_are_faster_than_as_many_starts_of_hadolint() -> None:
    timing = measure(6)
    assert timing.hadolint is not None
    assert timing.ours < timing.hadolint, str(timing)
