"""The error that names why an image can't be pulled, and what helps."""

from __future__ import annotations

from typing import Any, cast

import pytest
from azureml_scoring import PullRefused
from azureml_scoring.pull._refusal import Cause, Refusal, retry_after


@pytest.mark.parametrize("cause", Cause)
def test_the_error_carries_its_facts_and_words_the_sentence(cause: Cause) -> None:
    error = PullRefused(cast("Any", object()), "scores", "contoso.azurecr.io/scores", Refusal(cause, "answered 401"))
    assert (error.name, error.image, error.cause) == ("scores", "contoso.azurecr.io/scores", cause)
    assert str(error).startswith(f"object 'scores': contoso.azurecr.io/scores can't be pulled: {cause.value}: ")
    assert f" (answered 401); e.g. {error.fix}" in str(error)


@pytest.mark.parametrize(("header", "seconds"), [(None, 0), ("7", 7), ("", 0), ("-1", 0), ("soon", 0)])
def test_a_header_that_makes_no_sense_asks_for_nothing(header: str | None, seconds: float) -> None:
    assert retry_after(header) == seconds


def test_a_date_that_has_passed_or_has_no_zone_asks_for_nothing() -> None:
    assert retry_after("Wed, 21 Oct 2015 07:28:00 GMT") == 0
    assert retry_after("Wed, 21 Oct 2015 07:28:00") == 0
