"""Shell text, cut into its simple commands, with the variables that are known put in.

No full shell: what it can't resolve stays as written and marks its word as unknown. It never raises.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

__all__ = ["Command", "Word", "commands_of"]

_DEPTH_MAX = 8
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_BRACED = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)(?:(:?[-+=?])([^{}]*))?\}")
_ASSIGNMENT = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)\+?=(.*)", re.DOTALL)
_REDIRECTION = re.compile(r"\d*(?:&>>?|<<<|<<-?|>>|>\||[<>]&?)")
_PLAIN = re.compile(r"[^\s;&|()<>'\"\\$`]+")
_PLAIN_QUOTED = re.compile(r'[^"\\$`]+')
_ENDS = frozenset("\n;&|()")
_KEYWORDS = frozenset(
    {"if", "then", "elif", "else", "fi", "while", "until", "do", "done", "esac", "{", "}", "!", "time"}
)
_HEADS = frozenset({"for", "case", "select", "function"})
_DECLARATIONS = frozenset({"export", "declare", "local", "readonly", "typeset"})


@dataclass(frozen=True)
class Word:
    """One word of a command.

    Attributes:
        text: The word, quotes removed and known variables put in.
        offset: Where it starts in the text.
        unknown: True where a part of it stayed as written: a variable without a value, or a command's output.
    """

    text: str
    offset: int
    unknown: bool = False


@dataclass(frozen=True)
class Command:
    """A simple command: a program and its arguments, redirections left out.

    Attributes:
        words: Its words; at least one.
        variables: The shell's variables that hold while it runs.
    """

    words: tuple[Word, ...]
    variables: Mapping[str, str]


def commands_of(text: str, variables: Mapping[str, str], origin: int = 0, depth: int = 0) -> list[Command]:
    """Cut shell text into its commands, those of command substitutions included, in their order.

    Args:
        text: The text.
        variables: Values of the variables that are known; the text's own assignments are added.
        origin: What the words' offsets count from.
        depth: How many texts this one is nested in; beyond 8 nothing is read.
    """
    if depth > _DEPTH_MAX:
        return []
    scanner = _Scanner(text, dict(variables), origin, depth)
    scanner.scan()
    return scanner.commands


class _Scanner:
    """One pass over the text; a command's assignments hold from the next command on."""

    def __init__(self, text: str, variables: dict[str, str], origin: int, depth: int) -> None:
        self.commands: list[Command] = []
        self._text, self._variables, self._origin, self._depth = text, variables, origin, depth
        self._at = 0
        self._words: list[Word] = []

    def scan(self) -> None:
        while self._at < len(self._text):
            char = self._text[self._at]
            redirection = _REDIRECTION.match(self._text, self._at)
            if redirection:
                self._at = redirection.end()
                self._skip_blanks()
                if self._at < len(self._text) and self._text[self._at] not in _ENDS:
                    self._word()
            elif char in _ENDS:
                self._at += 1
                self._end()
            elif char.isspace():
                self._at += 1
            elif char == "#":
                self._at = self._find("\n", self._at)
            else:
                self._words += self._word()
        self._end()

    def _skip_blanks(self) -> None:
        while self._at < len(self._text) and self._text[self._at] in " \t":
            self._at += 1

    def _find(self, mark: str, start: int) -> int:
        found = self._text.find(mark, start)
        return len(self._text) if found < 0 else found

    def _end(self) -> None:
        """Close a command: keywords go, assignments are remembered, what is left is the command."""
        words, self._words = self._words, []
        while words and words[0].text in _KEYWORDS:
            words.pop(0)
        if not words or words[0].text in _HEADS:
            return
        if words[0].text in _DECLARATIONS or all(_ASSIGNMENT.fullmatch(word.text) for word in words):
            for word in words:
                self._assign(word)
            return
        self.commands.append(Command(tuple(words), dict(self._variables)))

    def _assign(self, word: Word) -> None:
        match = _ASSIGNMENT.fullmatch(word.text)
        if match and word.unknown:
            self._variables.pop(match[1], None)
        elif match:
            self._variables[match[1]] = match[2]

    def _word(self) -> list[Word]:
        """Read one word; a variable without quotes may make several of it."""
        part = _Part(self._origin + self._at)
        while self._at < len(self._text):
            char = self._text[self._at]
            if char.isspace() or char in _ENDS or char in "<>":
                break
            if char == "'":
                end = self._find("'", self._at + 1)
                part.add(self._text[self._at + 1 : end])
                self._at = end + 1
            elif char == '"':
                self._double_quoted(part)
            elif char == "\\":
                part.add(self._text[self._at + 1 : self._at + 2].replace("\n", ""))
                self._at += 2
            elif char in "$`":
                self._expansion(part, quoted=False)
            else:
                self._plain(part, _PLAIN)
        return part.words()

    def _plain(self, part: _Part, pattern: re.Pattern[str]) -> None:
        """Take the characters that mean nothing to the shell, at least one."""
        match = pattern.match(self._text, self._at)
        end = match.end() if match else self._at + 1
        part.add(self._text[self._at : end])
        self._at = end

    def _double_quoted(self, part: _Part) -> None:
        self._at += 1
        part.add("")
        while self._at < len(self._text) and self._text[self._at] != '"':
            char = self._text[self._at]
            if char == "\\":
                escaped = self._text[self._at + 1 : self._at + 2]
                part.add(escaped if escaped in '$`"\\' else f"\\{escaped}")
                self._at += 2
            elif char in "$`":
                self._expansion(part, quoted=True)
            else:
                self._plain(part, _PLAIN_QUOTED)
        self._at += 1

    def _expansion(self, part: _Part, *, quoted: bool) -> None:
        """Read what a dollar sign or a backtick opens."""
        start = self._at
        if self._text[start] == "`" or self._text.startswith("$(", start):
            self._substitution(part)
            return
        braced = _BRACED.match(self._text, start)
        plain = _NAME.match(self._text, start + 1)
        if braced:
            self._at = braced.end()
            value = self._value(braced[1], braced[2] or "", braced[3] or "")
        elif plain:
            self._at = plain.end()
            value = self._variables.get(plain.group())
        else:
            closing = self._find("}", start) + 1 if self._text.startswith("${", start) else start + 1
            self._at, value = min(closing, len(self._text)), None
        if value is None:
            part.add_unknown(self._text[start : self._at])
        elif quoted:
            part.add(value)
        else:
            part.add_split(value)

    def _value(self, name: str, operator: str, word: str) -> str | None:
        value = self._variables.get(name)
        if operator.endswith("+"):
            return word if value else ""
        if value is None and operator.endswith(("-", "=")):
            return None if "$" in word else word
        return value

    def _substitution(self, part: _Part) -> None:
        """Read a command whose output is put in: its commands count, the output is unknown."""
        start = self._at
        opening = 1 if self._text[start] == "`" else 2
        end = self._find("`", start + 1) if opening == 1 else self._closing(start + 2)
        inner = self._text[start + opening : end]
        nested = commands_of(inner, self._variables, self._origin + start + opening, self._depth + 1)
        self.commands += nested
        self._at = min(end + 1, len(self._text))
        part.add_unknown(self._text[start : self._at])

    def _closing(self, start: int) -> int:
        """Return where the parenthesis that is open at `start` closes."""
        depth = 1
        for at in range(start, len(self._text)):
            depth += {"(": 1, ")": -1}.get(self._text[at], 0)
            if depth == 0:
                return at
        return len(self._text)


class _Part:
    """A word that is being read."""

    def __init__(self, offset: int) -> None:
        self._done: list[Word] = []
        self._current: Word | None = None
        self._offset = offset

    def add(self, text: str) -> None:
        current = self._current or Word("", self._offset)
        self._current = replace(current, text=current.text + text)

    def add_unknown(self, text: str) -> None:
        self.add(text)
        self._current = replace(self._current or Word(text, self._offset), unknown=True)

    def add_split(self, value: str) -> None:
        """Add a value that the shell splits at its blanks."""
        pieces = value.split()
        if pieces and not value[0].isspace():
            self.add(pieces.pop(0))
        for piece in pieces:
            self._close()
            self.add(piece)
        if value[-1:].isspace():
            self._close()

    def _close(self) -> None:
        if self._current is not None:
            self._done.append(self._current)
            self._current = None

    def words(self) -> list[Word]:
        self._close()
        return self._done
