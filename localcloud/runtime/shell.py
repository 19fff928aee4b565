"""The commands in a shell script, read without running it.

For reading RUN steps: quoting, escapes, known variables, operators, redirections and comments are understood. What
only a shell could know (command substitution, unknown variables) makes a word unknown; nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

_OPERATORS = ("&&", "||", ";;", "|&", ";", "|", "&", "\n", "(", ")")
_REDIRECTION = re.compile(r"\d*(?:&>>?|>\||>>|>&|<<<|<<-?|<&|>|<)")
_VARIABLE = re.compile(r"\$(?:(\w+)|\{(\w+)(?::?-([^}$]*))?\})")
_KEYWORDS = frozenset({"if", "then", "else", "elif", "do", "while", "until", "!", "{", "time"})


@dataclass(frozen=True)
class Command:
    """One simple command.

    Attributes:
        words: program and arguments, quotes removed and variables put in.
        after: the operator before it: '' for the first, else '&&', '||', ';', '|', ...
        unknown: words whose value only a shell could tell, as written.
        redirections: where output goes or input comes from, e.g. '/dev/null'.
        text: the command as written, for messages.
    """

    words: tuple[str, ...]
    after: str
    unknown: tuple[str, ...]
    redirections: tuple[str, ...]
    text: str


def commands(script: str, variables: Mapping[str, str]) -> Iterator[Command]:
    """The simple commands of a script in order.

    Args:
        script: what follows `sh -c`.
        variables: values of the variables that are known; those that commands set (`NAME=value;`) are added.
    """
    known = dict(variables)
    after = ""
    reader = _Reader(script.replace("\\\n", " "), known)
    while True:
        command, operator = reader.command(after)
        if command.words or command.unknown:
            yield _without_keywords(command)
        if operator is None:
            return
        after = operator


def is_assignment(word: str) -> bool:
    """Whether a word in front of a program sets a variable (`NAME=value`)."""
    name, equals, _ = word.partition("=")
    return bool(equals) and name.isidentifier()


def _without_keywords(command: Command) -> Command:
    words = list(command.words)
    while words and words[0] in _KEYWORDS:
        words.pop(0)
    return replace(command, words=tuple(words))


class _Reader:
    """A position in a script."""

    def __init__(self, script: str, variables: dict[str, str]) -> None:
        self._script = script
        self._at = 0
        self._variables = variables

    def command(self, after: str) -> tuple[Command, str | None]:
        """The next simple command and the operator that ends it (None at the end of the script)."""
        start = self._at
        words: list[str] = []
        unknown: list[str] = []
        redirections: list[str] = []
        while True:
            self._skip_blanks()
            ended, operator = self._operator()
            if ended:
                text = self._script[start : self._at - len(operator or "")].strip()
                if words and all(is_assignment(word) for word in words):
                    self._variables.update(_pair(word) for word in words)
                return Command(tuple(words), after, tuple(unknown), tuple(redirections), text), operator
            if redirection := _REDIRECTION.match(self._script, self._at):
                self._at = redirection.end()
                self._skip_blanks()
                redirections.append(self._word() or "")
                continue
            begin = self._at
            word = self._word()
            if word is None:
                unknown.append(self._script[begin : self._at])
            else:
                words.append(word)

    def _operator(self) -> tuple[bool, str | None]:
        if self._at >= len(self._script):
            return True, None
        for operator in _OPERATORS:
            if self._script.startswith(operator, self._at) and not self._script.startswith("&>", self._at):
                self._at += len(operator)
                return True, operator
        return False, None

    def _skip_blanks(self) -> None:
        while self._at < len(self._script) and self._script[self._at] in " \t\r":
            self._at += 1
        if self._script.startswith("#", self._at):
            end = self._script.find("\n", self._at)
            self._at = len(self._script) if end < 0 else end

    def _word(self) -> str | None:
        """The next word; None when its value can't be known."""
        parts: list[str] = []
        known = True
        while self._at < len(self._script):
            character = self._script[self._at]
            if character in " \t\r\n;|&()<>":
                break
            part = self._part(character)
            known = known and part is not None
            parts.append(part or "")
        return "".join(parts) if known else None

    def _part(self, character: str) -> str | None:
        if character == "\\":
            self._at += 2
            return self._script[self._at - 1 : self._at]
        if character == "'":
            return self._until("'")
        if character == '"':
            return self._double_quoted()
        if character == "$":
            return self._variable()
        if character == "`":
            self._until("`")
            return None
        self._at += 1
        return character

    def _until(self, end: str) -> str:
        close = self._script.find(end, self._at + 1)
        close = len(self._script) if close < 0 else close
        text = self._script[self._at + 1 : close]
        self._at = close + 1
        return text

    def _double_quoted(self) -> str | None:
        self._at += 1
        parts: list[str | None] = []
        while self._at < len(self._script) and (character := self._script[self._at]) != '"':
            if character == "\\" and self._script[self._at + 1 : self._at + 2] in {'"', "\\", "$", "`"}:
                parts.append(self._script[self._at + 1])
                self._at += 2
            elif character in "$`":
                parts.append(self._part(character))
            else:
                parts.append(character)
                self._at += 1
        self._at += 1
        return None if None in parts else "".join(part for part in parts if part)

    def _variable(self) -> str | None:
        match = _VARIABLE.match(self._script, self._at)
        if match is None:
            self._skip_substitution()
            return None
        self._at = match.end()
        return self._variables.get(match[1] or match[2], match[3])

    def _skip_substitution(self) -> None:
        """Pass over `$(...)`, `${...}` of a kind that is not read here, or a lone `$`."""
        self._at += 1
        pairs = {"(": ")", "{": "}"}
        opening = self._script[self._at : self._at + 1]
        if opening not in pairs:
            return
        depth = 0
        while self._at < len(self._script):
            depth += {opening: 1, pairs[opening]: -1}.get(self._script[self._at], 0)
            self._at += 1
            if depth == 0:
                return


def _pair(assignment: str) -> tuple[str, str]:
    name, _, value = assignment.partition("=")
    return name, value
