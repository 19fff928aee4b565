"""Reading a Dockerfile: moby's own parser (the wheel `dockerfile`), then stages of typed instructions."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import dockerfile as moby  # type: ignore[import-not-found, unused-ignore]  # a compiled module without type stubs

from localcloud.images.errors import BuildFailed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

FLAGS: dict[str, frozenset[str]] = {
    "ADD": frozenset({"chown", "chmod", "link", "checksum", "keep-git-dir", "exclude", "unpack"}),
    "COPY": frozenset({"from", "chown", "chmod", "link", "parents", "exclude"}),
    "FROM": frozenset({"platform"}),
    "HEALTHCHECK": frozenset({"interval", "timeout", "start-period", "start-interval", "retries"}),
    "RUN": frozenset({"mount", "network", "security", "device"}),
}
"""Which flags an instruction knows; the others know none."""

INSTRUCTIONS = frozenset(
    {"ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL", "MAINTAINER"}
    | {"ONBUILD", "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR"}
)
"""All instructions of the Dockerfile reference."""

_DIRECTIVE = re.compile(r"#\s*([A-Za-z][A-Za-z0-9]*)\s*=\s*(\S+)\s*")
_WORDS_OF_NAMED_FROM = 3
_STAGE_NAME = re.compile(r"[a-z][a-z0-9_.-]*")


@dataclass(frozen=True)
class Heredoc:
    """A here-document; `expand` is False where its name was quoted."""

    name: str
    content: str
    expand: bool


@dataclass(frozen=True)
class Instruction:
    """One instruction: its 1-based line, its name in capitals, its flags (`name, value`), its words.

    `is_json` tells the exec form from the shell form; `text` is the instruction as written, continuations joined.
    """

    line: int
    name: str
    text: str
    words: tuple[str, ...]
    flags: tuple[tuple[str, str], ...]
    is_json: bool
    heredocs: tuple[Heredoc, ...]

    def flag(self, name: str) -> str | None:
        """The value of a flag ('' for a flag without one), or None where it is not given."""
        return dict(self.flags).get(name)

    def failed(self, reason: str) -> BuildFailed:
        """The error that this instruction fails with."""
        return BuildFailed(self.line, self.text, reason)


@dataclass(frozen=True)
class Stage:
    """A FROM line and what follows it; `name` is '' where it has none."""

    origin: Instruction
    base: str
    name: str
    instructions: tuple[Instruction, ...]


@dataclass(frozen=True)
class Dockerfile:
    """A Dockerfile: the ARG lines before the first FROM, its stages, its escape character."""

    arguments: tuple[Instruction, ...]
    stages: tuple[Stage, ...]
    escape: str


def parse(content: bytes) -> Dockerfile:
    """Read a Dockerfile.

    Raises:
        BuildFailed: It does not parse, or has no stage.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BuildFailed(content.count(b"\n", 0, error.start) + 1, "", "Dockerfile is not UTF-8 text") from error
    escape = _escape(text)
    instructions = parse_instructions(text)
    first = next((index for index, item in enumerate(instructions) if item.name == "FROM"), len(instructions))
    for item in instructions[:first]:
        if item.name != "ARG":
            raise item.failed("no build stage in current context")
    if first == len(instructions):
        raise BuildFailed(0, "", "no build stage in current context")
    return Dockerfile(tuple(instructions[:first]), tuple(_stages(instructions[first:])), escape)


def parse_instructions(text: str) -> list[Instruction]:
    """Read instructions without asking whether they make a Dockerfile (ONBUILD triggers do not).

    Raises:
        BuildFailed: An instruction is unknown or malformed.
    """
    if "\0" in text:
        raise BuildFailed(text.count("\n", 0, text.index("\0")) + 1, "", "dockerfile parse error: null character")
    try:
        commands = moby.parse_string(text)
    except ValueError as error:
        line = _line_of_error(text, str(error))
        shown = text.splitlines()[line - 1] if line else ""
        raise BuildFailed(line, shown, _sentence(line, str(error))) from error
    return [_instruction(command) for command in commands]


def _sentence(line: int, error: str) -> str:
    if error == "file with no instructions":
        return "the Dockerfile cannot be empty"
    return f"dockerfile parse error on line {line}: {error}"


def _line_of_error(text: str, error: str) -> int:
    """The first line up to which the text has this error (moby's parser knows the line and the wheel drops it)."""
    lines = text.splitlines(keepends=True)
    for count in range(1, len(lines) + 1):
        try:
            moby.parse_string("".join(lines[:count]))
        except ValueError as found:
            if str(found) == error and error != "file with no instructions":
                return count
    return 0


def _instruction(command: moby.Command) -> Instruction:
    name = command.cmd.upper()
    instruction = Instruction(
        line=command.start_line,
        name=name,
        text=command.original.rstrip("\n"),
        words=tuple(command.value),
        flags=tuple(_flag(flag) for flag in command.flags),
        is_json=command.json,
        heredocs=tuple(_heredoc(item, command.original) for item in command.heredocs),
    )
    if name not in INSTRUCTIONS:
        raise instruction.failed(f"dockerfile parse error on line {instruction.line}: unknown instruction: {name}")
    for flag, _ in instruction.flags:
        if flag not in FLAGS.get(name, frozenset()):
            raise instruction.failed(f"dockerfile parse error on line {instruction.line}: unknown flag: --{flag}")
    if not instruction.words or instruction.words == ("",):
        _check_arguments(instruction)
    return instruction


def _check_arguments(instruction: Instruction) -> None:
    """Refuse an instruction without arguments; CMD, ENTRYPOINT and RUN may have none, as in Docker, and
    what ONBUILD has is not in its words."""
    counts = {
        "FROM": "either one or three arguments",
        "COPY": "at least two arguments, but only one was provided. Destination could not be determined",
        "ADD": "at least two arguments, but only one was provided. Destination could not be determined",
        "WORKDIR": "exactly one argument",
        "USER": "exactly one argument",
        "STOPSIGNAL": "exactly one argument",
        "MAINTAINER": "exactly one argument",
    }
    if instruction.name not in ("CMD", "ENTRYPOINT", "ONBUILD", "RUN"):
        wanted = counts.get(instruction.name, "at least one argument")
        raise instruction.failed(
            f"dockerfile parse error on line {instruction.line}: {instruction.name} requires {wanted}"
        )


def _flag(text: str) -> tuple[str, str]:
    name, _, value = text.removeprefix("--").partition("=")
    return name, value


def _heredoc(item: moby.Heredoc, original: str) -> Heredoc:
    quoted = re.search(rf"<<-?([\"']){re.escape(item.name)}\1", original)
    return Heredoc(item.name, item.content, expand=quoted is None)


def _stages(instructions: Sequence[Instruction]) -> Iterator[Stage]:
    starts = [index for index, item in enumerate(instructions) if item.name == "FROM"]
    for start, end in zip(starts, [*starts[1:], len(instructions)], strict=True):
        origin = instructions[start]
        name = ""
        if len(origin.words) == _WORDS_OF_NAMED_FROM and origin.words[1].upper() == "AS":
            name = origin.words[2].lower()
            if not _STAGE_NAME.fullmatch(name):
                raise origin.failed(
                    f'invalid name for build stage: "{origin.words[2]}", name can\'t start with a number'
                )
        elif len(origin.words) != 1:
            raise origin.failed(
                f"dockerfile parse error on line {origin.line}: FROM requires either one or three arguments"
            )
        yield Stage(origin, origin.words[0], name, tuple(instructions[start + 1 : end]))


def _escape(text: str) -> str:
    """The character of the `escape` directive; directives stand in the comment lines that open the file."""
    for line in text.splitlines():
        match = _DIRECTIVE.fullmatch(line.strip())
        if not match:
            break
        if match[1].lower() == "escape" and match[2] in ("\\", "`"):
            return match[2]
    return "\\"
