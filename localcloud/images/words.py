"""Variables and quotes in Dockerfile words, as Docker's own shell lexer treats them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

Lookup = Callable[[str], str | None]
"""Gives a variable's value, or None where it is not set."""

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*|[0-9@*#?!$-]")
_MODIFIER = re.compile(r":?[-+?]")


class WordError(ValueError):
    """A word of an instruction cannot be read; `str()` is Docker's sentence."""


def expand_word(word: str, variables: Mapping[str, str], escape: str = "\\") -> str:
    """Return `word` with variables put in and quotes and escapes taken away.

    Raises:
        WordError: A quote or brace stays open, a modifier is unknown, or `${name:?text}` finds nothing.
    """
    return _Lexer(word, variables.get, escape, keep_quotes=False).run()


def expand_command(command: str, lookup: Lookup, escape: str = "\\") -> str:
    """Return a shell command with the known variables put in and all else, quotes included, as it was.

    It is for reading, not for running: what the shell alone knows (`$?`, `$(...)`, unset names) stays.
    """
    return _Lexer(command, lookup, escape, keep_quotes=True).run()


def expand_text(text: str, variables: Mapping[str, str], escape: str = "\\") -> str:
    """Return a here-document with variables put in; quotes are text, an escape character only keeps a `$`.

    Raises:
        WordError: As `expand_word`.
    """
    literal = re.sub(rf"{re.escape(escape)}(?!\$)|[\"']", lambda match: escape + match[0], text)
    return expand_word(literal, variables, escape)


def split_words(text: str, escape: str = "\\") -> list[str]:
    """Split at unquoted white space; quotes and escapes stay in the words."""
    words: list[str] = []
    current, quote, index = "", "", 0
    while index < len(text):
        character = text[index]
        if character == escape and quote != "'" and index + 1 < len(text):
            current += text[index : index + 2]
            index += 2
            continue
        if character.isspace() and not quote:
            words, current = ([*words, current] if current else words), ""
        else:
            current += character
            quote = _toggled(quote, character)
        index += 1
    return [*words, current] if current else words


def _toggled(quote: str, character: str) -> str:
    if character not in "\"'":
        return quote
    return "" if quote == character else quote or character


@dataclass
class _Lexer:
    """One pass over one text; `keep_quotes` is the mode that rewrites commands."""

    text: str
    lookup: Lookup
    escape: str
    keep_quotes: bool
    position: int = 0
    quote: str = ""

    def run(self) -> str:
        result = ""
        while self.position < len(self.text):
            result += self._next()
        if self.quote and not self.keep_quotes:
            raise WordError(f"unexpected end of statement while looking for matching {_spelled(self.quote)}-quote")
        return result

    def _next(self) -> str:
        character = self.text[self.position]
        if character == self.escape and self.quote != "'":
            return self._escaped()
        if character in "\"'" and self.quote in ("", character):
            self.position += 1
            self.quote = _toggled(self.quote, character)
            return character if self.keep_quotes else ""
        if character == "$" and self.quote != "'":
            return self._variable()
        self.position += 1
        return character

    def _escaped(self) -> str:
        following = self.text[self.position + 1 : self.position + 2]
        self.position += 1 + len(following)
        if self.keep_quotes or not following or (self.quote == '"' and following not in f'"${self.escape}'):
            return self.escape + following
        return following

    def _variable(self) -> str:
        start = self.position
        if self.text.startswith("${", start):
            return self._braced(start)
        match = _NAME.match(self.text, start + 1)
        self.position = match.end() if match else start + 1
        if not match:
            return "$"
        value = self.lookup(match[0])
        return self._left_alone(start) if value is None else value

    def _left_alone(self, start: int) -> str:
        """An unset variable: empty in a word, untouched in a command."""
        return self.text[start : self.position] if self.keep_quotes else ""

    def _braced(self, start: int) -> str:
        match = _NAME.match(self.text, start + 2)
        end = _closing_brace(self.text, start + 2, self.escape)
        if not match or end < 0:
            return self._unreadable(start, "syntax error: missing '}'" if end < 0 else "bad substitution")
        self.position = end + 1
        value, rest = self.lookup(match[0]), self.text[match.end() : end]
        if not rest:
            return self._left_alone(start) if value is None else value
        modifier = _MODIFIER.match(rest)
        if not modifier:
            return self._unreadable(start, f"unsupported modifier ({rest[:2]}) in substitution")
        if self.keep_quotes and value is None:
            return self._left_alone(start)
        return self._modified(match[0], value, modifier[0], rest[modifier.end() :])

    def _modified(self, name: str, value: str | None, modifier: str, word: str) -> str:
        is_set = bool(value) if modifier.startswith(":") else value is not None
        if modifier[-1] == "+":
            return self._nested(word) if is_set else ""
        if is_set:
            return value or ""
        if modifier[-1] == "-":
            return self._nested(word)
        raise WordError(f"{name}: {self._nested(word) or 'is not allowed to be unset'}")

    def _nested(self, word: str) -> str:
        return _Lexer(word, self.lookup, self.escape, self.keep_quotes).run()

    def _unreadable(self, start: int, sentence: str) -> str:
        if not self.keep_quotes:
            raise WordError(sentence)
        self.position = max(self.position, start + 2)
        return self.text[start : self.position]


def _closing_brace(text: str, start: int, escape: str) -> int:
    """Where the brace that was opened before `start` closes; -1 if nowhere."""
    depth, index = 1, start
    while index < len(text):
        if text[index] == escape:
            index += 2
            continue
        depth += text.startswith("${", index) - (text[index] == "}")
        if not depth:
            return index
        index += 1
    return -1


def _spelled(quote: str) -> str:
    return "single" if quote == "'" else "double"
