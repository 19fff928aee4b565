"""RUN steps are read as a shell reads them."""

from __future__ import annotations

import pytest

from localcloud.runtime.shell import commands


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("a b  c", [("a", "b", "c")]),
        ("a && b || c; d | e & f", [("a",), ("b",), ("c",), ("d",), ("e",), ("f",)]),
        ("a \\\n  b", [("a", "b")]),
        ("a\nb # comment; c\nd", [("a",), ("b",), ("d",)]),
        ("""pip install 'a>=1' "b<2" c\\>3""", [("pip", "install", "a>=1", "b<2", "c>3")]),
        ("pip install a>=1 2>&1 >/dev/null", [("pip", "install", "a")]),
        ("a &>log b", [("a", "b")]),
        ("if a; then b; else c; fi", [("a",), ("b",), ("c",), ("fi",)]),
        ("(cd x && a)", [("cd", "x"), ("a",)]),
        ("a $V ${V} \"$V\" '$V' ${NONE:-d}", [("a", "1", "1", "1", "$V", "d")]),
        ("W=2; a $W$V", [("W=2",), ("a", "21")]),
        ("a#b", [("a#b",)]),
    ],
)
def test_words(script: str, expected: list[tuple[str, ...]]) -> None:
    assert [command.words for command in commands(script, {"V": "1"})] == expected


@pytest.mark.parametrize("word", ["$(cat x y)", "$NONE", "`cat x`", '"a$(b)"', "${#V}", "$@"])
def test_what_only_a_shell_knows_is_unknown(word: str) -> None:
    (command,) = commands(f"a {word} b", {"V": "1"})
    assert command.words == ("a", "b")
    assert command.unknown == (word,)


def test_operators_and_texts_are_kept() -> None:
    first, second = commands("a  1 || b '2'", {})
    assert (first.after, first.text) == ("", "a  1")
    assert (second.after, second.text) == ("||", "b '2'")


def test_an_open_quote_ends_with_the_script() -> None:
    assert [command.words for command in commands("a 'b c", {})] == [("a", "b c")]
