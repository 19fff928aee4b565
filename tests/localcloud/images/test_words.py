"""Variables and quotes in words."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localcloud.images.words import WordError, expand_command, expand_text, expand_word, split_words

VARIABLES = {"NAME": "value", "EMPTY": "", "DIR": "/opt"}


@pytest.mark.parametrize(
    ("word", "expanded"),
    [
        ("$NAME", "value"),
        ("${NAME}", "value"),
        ("a${NAME}b", "avalueb"),
        ("$NAMEx", ""),
        ("$UNSET", ""),
        ("'$NAME'", "$NAME"),
        ('"$NAME two"', "value two"),
        (r"\$NAME", "$NAME"),
        (r'"\$NAME \n \""', r'$NAME \n "'),
        ("$DIR/bin:$DIR", "/opt/bin:/opt"),
        ("${UNSET:-default}", "default"),
        ("${EMPTY:-default}", "default"),
        ("${EMPTY-default}", ""),
        ("${NAME:+alt}", "alt"),
        ("${EMPTY:+alt}", ""),
        ("${EMPTY+alt}", "alt"),
        ("${UNSET:+alt}", ""),
        ("${UNSET:-${NAME}}", "value"),
        ("${NAME:?message}", "value"),
        ("a$", "a$"),
        ("$$NAME", "NAME"),
    ],
)
def test_a_word_is_expanded(word: str, expanded: str) -> None:
    assert expand_word(word, VARIABLES) == expanded


@pytest.mark.parametrize(
    ("word", "sentence"),
    [
        ("${NAME", "missing '}'"),
        ("'a", "matching single-quote"),
        ('"a', "matching double-quote"),
        ("${NAME^^}", r"unsupported modifier \(\^\^\)"),
        ("${}", "bad substitution"),
        ("${UNSET:?must be set}", "UNSET: must be set"),
        ("${EMPTY:?}", "EMPTY: is not allowed to be unset"),
    ],
)
def test_a_word_that_cannot_be_read_is_refused(word: str, sentence: str) -> None:
    with pytest.raises(WordError, match=sentence):
        expand_word(word, VARIABLES)


def test_the_escape_character_can_be_another() -> None:
    assert expand_word("c:\\a`$NAME", VARIABLES, "`") == "c:\\a$NAME"


@pytest.mark.parametrize(
    ("command", "expanded"),
    [
        ("pip install \"a==${NAME}\" 'b==$NAME'", "pip install \"a==value\" 'b==$NAME'"),
        ("echo $? $(pwd) $UNSET ${UNSET:-x} ${NAME%e} $1", "echo $? $(pwd) $UNSET ${UNSET:-x} ${NAME%e} $1"),
        (r"echo \$NAME it's $NAME", r"echo \$NAME it's $NAME"),
        ("for x in ${EMPTY}; do echo ${NAME:-y}; done", "for x in ; do echo value; done"),
        ("echo ${", "echo ${"),
    ],
)
def test_a_command_keeps_all_but_the_known_variables(command: str, expanded: str) -> None:
    assert expand_command(command, VARIABLES.get) == expanded


def test_a_here_document_keeps_its_quotes() -> None:
    assert expand_text('don\'t "$NAME" \\$NAME \\n $UNSET.', VARIABLES) == 'don\'t "value" $NAME \\n .'


def test_words_are_split_outside_quotes() -> None:
    assert split_words("a  'b c' \"d e\" f\\ g") == ["a", "'b c'", '"d e"', "f\\ g"]


@given(text=st.text(alphabet="ab \\'\"${}:-+?NAME", max_size=30))
def test_any_text_is_expanded_or_refused(text: str) -> None:
    expand_command(text, VARIABLES.get)
    with suppress(WordError):
        expand_word(text, VARIABLES)


@given(text=st.text(alphabet=st.characters(exclude_characters="\\'\"$")))
def test_plain_text_stays_as_it_is(text: str) -> None:
    assert expand_word(text, VARIABLES) == expand_command(text, VARIABLES.get) == text
