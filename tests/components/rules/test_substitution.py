"""Variables in a Dockerfile's words."""

from __future__ import annotations

import pytest
from azureml_scoring.rules.substitution import UnknownVariable, UnreadableVariable, substitute

VALUES = {"A": "1", "EMPTY": "", "UNSET": None, "LONG_NAME": "n"}


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("plain", "plain"),
        ("$A", "1"),
        ("${A}b", "1b"),
        ("$A.b-$LONG_NAME", "1.b-n"),
        ("${A:-2}${UNSET:-2}${EMPTY:-2}${EMPTY-2}", "122"),
        ("${MISSING:-${A}}", "1"),
        ("${MISSING:-}", ""),
        ("${A:+x}${EMPTY:+x}${EMPTY+y}${MISSING+x}", "xy"),
        ("${A:?must be set}", "1"),
        (r"\$A", "$A"),
        ("'$A'", "$A"),
        ('"$A b"', "1 b"),
        ('"a"b', "ab"),
    ],
)
def test_substitutes(text: str, result: str) -> None:
    assert substitute(text, VALUES) == result


@pytest.mark.parametrize("text", ["$MISSING", "${MISSING}", "${UNSET}", "${EMPTY:?}", "${A:+$MISSING}", '"$MISSING"'])
def test_no_value(text: str) -> None:
    with pytest.raises(UnknownVariable):
        substitute(text, VALUES)


@pytest.mark.parametrize("text", ["$", "${A", "${A#1}", "${A/1/2}", "$1", "${}"])
def test_other_forms(text: str) -> None:
    with pytest.raises(UnreadableVariable):
        substitute(text, VALUES)
