"""What a command really runs: behind `sudo`, `env`, `xargs`, `conda run`, `bash -c '...'` and the like."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from .shell import Command, Word, commands_of

__all__ = ["Call", "calls_of", "read_options"]

_ASSIGNMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*=.*", re.DOTALL)
_SHELLS = frozenset({"sh", "bash", "dash", "ash", "zsh", "ksh"})
_SHELL_VALUES = frozenset({"-o", "+o", "-O", "+O", "--rcfile", "--init-file"})
_DEPTH_MAX = 8


@dataclass(frozen=True)
class _Wrapper:
    """A program that runs another one: its options that take a value, and its own arguments before that program."""

    values: frozenset[str] = frozenset()
    own: int = 0


_WRAPPERS = MappingProxyType(
    {
        "sudo": _Wrapper(frozenset({"-u", "-g", "-h", "-p", "-C", "-r", "-t", "-T", "--user", "--group"})),
        "env": _Wrapper(frozenset({"-u", "--unset", "-C", "--chdir"})),
        "xargs": _Wrapper(frozenset({"-a", "--arg-file", "-n", "-L", "-P", "-I", "-d", "-s", "-E", "--max-args"})),
        "timeout": _Wrapper(frozenset({"-k", "-s", "--kill-after", "--signal"}), own=1),
        "nice": _Wrapper(frozenset({"-n", "--adjustment"})),
        "ionice": _Wrapper(frozenset({"-c", "-n"})),
        "stdbuf": _Wrapper(frozenset({"-i", "-o", "-e"})),
        "gosu": _Wrapper(own=1),
        "chroot": _Wrapper(own=1),
        **{name: _Wrapper() for name in ("nohup", "exec", "command", "builtin", "time", "eatmydata", "setsid")},
    }
)
_RUNNERS = frozenset({"conda", "mamba", "micromamba"})
_RUN_VALUES = frozenset({"-n", "--name", "-p", "--prefix", "--cwd", "-a", "--attach", "-r", "--root-prefix"})


@dataclass(frozen=True)
class Call:
    """A program that is called.

    Attributes:
        program: Last part of its path: `/opt/conda/bin/pip` is `pip`.
        arguments: What it is given.
        path: The program as written.
        variables: The shell's variables at that point.
        from_input: True where arguments are added from its input or a file (`xargs`).
        environment: The conda environment that it runs in (`conda run -n`), or None.
    """

    program: str
    arguments: tuple[Word, ...]
    path: Word
    variables: Mapping[str, str]
    from_input: bool = False
    environment: str | None = None


def read_options(
    words: tuple[Word, ...], values: frozenset[str], *, stop: bool = False
) -> tuple[list[Word], list[tuple[str, Word | None]]]:
    """Split arguments in positional ones and options, as getopt does.

    Args:
        words: The arguments.
        values: Options that take a value, with their hyphens.
        stop: True to end at the first positional argument, with all that follows it taken as positional.

    Returns:
        The positional arguments, and the options in their order with the value of each that takes one.
    """
    rest = list(words)
    positional: list[Word] = []
    options: list[tuple[str, Word | None]] = []
    while rest:
        word = rest.pop(0)
        if word.text == "--" or (stop and not word.text.startswith("-")):
            return [*positional, *([] if word.text == "--" else [word]), *rest], options
        if word.text.startswith("--"):
            name, equals, value = word.text.partition("=")
            given = Word(value, word.offset, word.unknown) if equals else None
            options.append((name, given or (rest.pop(0) if name in values and rest else None)))
        elif word.text.startswith("-") and len(word.text) > 1:
            options += _short_options(word, values, rest)
        else:
            positional.append(word)
    return positional, options


def _short_options(word: Word, values: frozenset[str], rest: list[Word]) -> Iterator[tuple[str, Word | None]]:
    """Read `-qr file`, `-rfile` and `-q`; the first letter that takes a value ends the group."""
    letters = word.text[1:]
    for at, letter in enumerate(letters, 1):
        if f"-{letter}" in values:
            attached = letters[at:].removeprefix("=")
            given = Word(attached, word.offset, word.unknown) if attached else None
            yield f"-{letter}", given or (rest.pop(0) if rest else None)
            return
        yield f"-{letter}", None


def calls_of(commands: list[Command], depth: int = 0) -> list[Call]:
    """Return what commands call, in their order; a nested shell's commands take the place of its own call."""
    return [call for command in commands for call in _unwrapped(command, command.words, depth)]


def _unwrapped(command: Command, words: tuple[Word, ...], depth: int) -> Iterator[Call]:
    """Take off wrappers until the program itself is left."""
    from_input = False
    environment: str | None = None
    while words:
        if _ASSIGNMENT.fullmatch(words[0].text):
            words = words[1:]
            continue
        program = posixpath.basename(words[0].text)
        inner = _nested_text(program, words[1:])
        if inner is not None:
            if depth < _DEPTH_MAX:
                nested = commands_of(inner.text, command.variables, inner.offset + 1, depth + 1)
                yield from calls_of(nested, depth + 1)
            return
        if program in _WRAPPERS:
            from_input = from_input or program == "xargs"
            wrapper = _WRAPPERS[program]
            words = tuple(read_options(words[1:], wrapper.values, stop=True)[0][wrapper.own :])
        elif program in _RUNNERS and words[1:2] and words[1].text == "run":
            rest, options = read_options(words[2:], _RUN_VALUES, stop=True)
            environment = next((value.text for name, value in options if name in ("-n", "--name") and value), None)
            words = tuple(rest)
        else:
            yield Call(program, words[1:], words[0], command.variables, from_input, environment)
            return


def _nested_text(program: str, words: tuple[Word, ...]) -> Word | None:
    """Return the shell text that a command runs: of `bash -c`, `su -c` and `eval`."""
    if program == "eval":
        return Word(" ".join(word.text for word in words), words[0].offset if words else 0)
    if program in ("su", "runuser"):
        options = read_options(words, frozenset({"-c", "--command", "-s", "--shell", "-g", "-G"}))[1]
        return next((value for name, value in options if name in ("-c", "--command") and value), None)
    if program not in _SHELLS:
        return None
    rest = list(words)
    found = False
    while rest and rest[0].text[:1] in ("-", "+") and len(rest[0].text) > 1:
        option = rest.pop(0).text
        found = found or (not option.startswith("--") and option.startswith("-") and "c" in option)
        if option[:1] in ("-", "+") and (option in _SHELL_VALUES or option.endswith("o")) and rest:
            rest.pop(0)
    return rest[0] if found and rest else None
