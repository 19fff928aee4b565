"""Which Python packages an image's recorded RUN steps install.

Read from the image's history: nothing is executed, and nothing is guessed. What can't be read, or can't be had
without conda, becomes a note for the container's log.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import yaml

from localcloud.runtime import installs
from localcloud.runtime.requirement_files import RequirementFiles, read_text
from localcloud.runtime.shell import Command, commands, is_assignment

if TYPE_CHECKING:
    from localcloud.images.config import ImageConfig
    from localcloud.runtime.rootfs import RootFileSystem

STUB_LABEL = "localcloud.stub"
_RUN = re.compile(r"RUN\s+(?:--\w+(?:=\S+)?\s+)*")
_ARGUMENTS = re.compile(r"\|\d+ .*?(?=/bin/(?:ba)?sh )", re.DOTALL)
_SHELL = re.compile(r"\s*/bin/(?:ba)?sh (?:-o pipefail )?-\w*c ")
_CONDA_SPEC = re.compile(r"(?:[\w.-]+::)?([\w.-]+)\s*(.*)")
_PACKAGE_MANAGERS = frozenset({"apt-get", "apt", "apk", "yum", "dnf", "microdnf"})


@dataclass(frozen=True)
class InstallStep:
    """One install command.

    Attributes:
        text: as recorded, for messages.
        requirements: lines of a requirements file: names with pins, extras, markers and hashes, or URLs.
        constraints: lines of a constraints file.
    """

    text: str
    requirements: tuple[str, ...]
    constraints: tuple[str, ...] = ()


@dataclass(frozen=True)
class EnvironmentRequest:
    """The Python environment that an image asks for.

    Attributes:
        steps: the install commands, in order.
        python: version of Python as asked for, e.g. '3.10'; None when nothing says it.
        python_source: what says it, e.g. 'conda install python=3.10'.
        notes: what is not done, and why; one sentence each.
    """

    steps: tuple[InstallStep, ...] = ()
    python: str | None = None
    python_source: str = ""
    notes: tuple[str, ...] = ()


def read_request(config: ImageConfig, root: RootFileSystem) -> EnvironmentRequest:
    """Read what an image's history installs; requirement files are looked up in its unpacked root file system."""
    reader = _Reader(config, root)
    for entry in config.history:
        reader.instruction(entry.created_by)
    return EnvironmentRequest(tuple(reader.steps), *reader.python, tuple(dict.fromkeys(reader.notes)))


class _Reader:
    """Walks through the history; gathers steps, notes and the version of Python."""

    def __init__(self, config: ImageConfig, root: RootFileSystem) -> None:
        self.steps: list[InstallStep] = []
        self.notes: list[str] = []
        self.python: tuple[str | None, str] = (None, "")
        self._variables = dict(config.env)
        self._files = RequirementFiles(root, self._note)
        self._workdir = "/"
        self._folder = "/"
        self._command = Command((), "", (), (), "")
        base = config.labels.get(STUB_LABEL, "")
        if version := re.search(r"/python:(\d[\d.]*)", base):
            self.python = (version[1].rstrip("."), f"FROM {base}")

    def instruction(self, text: str) -> None:
        """Read one entry of the history."""
        if text.startswith("WORKDIR "):
            self._workdir = posixpath.join(self._workdir, text.removeprefix("WORKDIR ").strip())
        elif run := _RUN.match(text):
            self._folder = self._workdir
            body = text[run.end() :].removesuffix("# buildkit").strip()
            body = _SHELL.sub("", _ARGUMENTS.sub("", body), count=1)
            words = _exec_form(body)
            if words is None:
                self._script(body)
            else:
                self._read(Command(tuple(words), "", (), (), body))

    def _script(self, script: str) -> None:
        for command in commands(script, self._variables):
            if command.after != "||":  # what runs only where the command before it fails
                self._read(command)

    def _read(self, command: Command) -> None:
        self._command = command
        self._words(list(command.words))

    def _note_unread(self) -> None:
        """Say which parts of the install command at hand a shell alone could read."""
        for word in self._command.unknown:
            self._note(f"{word} is known to a shell only, so it is left out")
        for target in self._command.redirections:
            if re.match(r"=?\d", target) and "." in target:
                self._note(f"the shell takes '{target}' for a file's name, not for a version (quote the requirement)")

    def _words(self, words: list[str]) -> None:
        while words and (is_assignment(words[0]) or words[0] in {"sudo", "env", "exec", "command", "-E"}):
            words.pop(0)
        if not words:
            return
        program, rest = posixpath.basename(words[0]), words[1:]
        handlers: dict[str, Callable[[list[str]], None]] = {"cd": self._cd, "uv": self._uv}
        if program in handlers:
            handlers[program](rest)
        elif program in installs.SHELLS:
            self._script(installs.script_of(rest) or "")
        elif installs.PIP.fullmatch(program):
            self._pip(installs.until_word(rest, installs.PIP_VALUES))
        elif installs.PYTHON.fullmatch(program):
            self._python(rest)
        elif program in installs.CONDA:
            self._conda(program, rest)
        elif program in installs.OTHER_INSTALLERS:
            self._note(f"{program} is not understood, so nothing of it is installed")
        elif program in _PACKAGE_MANAGERS:
            self._packages(rest)

    def _cd(self, rest: list[str]) -> None:
        self._folder = posixpath.join(self._folder, rest[0]) if rest else self._folder

    def _uv(self, rest: list[str]) -> None:
        rest = installs.until_word(rest, installs.PIP_VALUES)
        parsed = installs.arguments(rest[1:], installs.PIP_VALUES)
        if rest[:1] == ["pip"]:
            self._pip(rest[1:])
        elif rest[:2] == ["python", "install"] and len(parsed.words) > 1:
            self._asks_python(parsed.words[1])
        elif rest[:1] == ["venv"]:
            for version in parsed.values("-p", "--python"):
                self._asks_python(version)
        elif rest[:1] and rest[0] in {"add", "sync", "run", "tool"}:
            self._note(f"uv {rest[0]} is not understood, so nothing of it is installed")

    def _python(self, rest: list[str]) -> None:
        while rest and rest[0].startswith("-") and rest[0] not in {"-m", "-c"}:
            rest = rest[1:]
        if rest[:1] == ["-m"] and rest[1:2] in (["pip"], ["uv"]):
            self._words(rest[1:])

    def _pip(self, rest: list[str]) -> None:
        if not rest or rest[0] not in {"install", "sync"}:
            return
        self._note_unread()
        parsed = installs.arguments(rest[1:], installs.PIP_VALUES)
        files = [("-r", name) for name in parsed.words] if rest[0] == "sync" else []
        named = [] if files else [word for word in parsed.words if self._files.is_named(word)]
        wanted, bounds = self._files.from_options([*parsed.options, *files], self._folder)
        self._step(named + wanted, bounds)

    def _step(self, lines: list[str], constraints: list[str]) -> None:
        if lines:
            self.steps.append(InstallStep(self._command.text, tuple(lines), tuple(constraints)))

    def _conda(self, program: str, rest: list[str]) -> None:
        rest = installs.until_word(rest, installs.CONDA_VALUES)
        action = rest[0] if rest else ""
        if action == "run":
            self._words(installs.until_word(rest[1:], installs.CONDA_VALUES))
        elif action == "env" and rest[1:2] and rest[1] in {"create", "update"}:
            parsed = installs.arguments(rest[2:], installs.CONDA_VALUES)
            for name in parsed.values("-f", "--file") or ["environment.yml"]:
                self._conda_file(name)
        elif action in {"install", "create", "update", "upgrade"}:
            self._note_unread()
            parsed = installs.arguments(rest[1:], installs.CONDA_VALUES)
            self._conda_specs(list(parsed.words), f"{program} {action}")
            for name in parsed.values("-f", "--file"):
                self._conda_file(name)

    def _conda_specs(self, specs: list[str], source: str) -> None:
        missing = []
        for spec in specs:
            match = _CONDA_SPEC.fullmatch(spec)
            if match and match[1] == "python":
                self._asks_python(match[2].split("=*")[0].strip("= "), f"{source} {spec}")
            elif match and match[1] not in {"pip", "conda"}:
                missing.append(spec)
        if missing:
            self._note(f"conda packages are not installed: {', '.join(missing)}")

    def _conda_file(self, name: str) -> None:
        inside = posixpath.join(self._folder, name)
        found = self._files.find(inside)
        if found is None:
            return
        if found.suffix not in {".yml", ".yaml"}:
            self._conda_specs(list(installs.requirement_lines(read_text(found))), inside)
            return
        try:
            document = yaml.safe_load(read_text(found))
            dependencies = document.get("dependencies") or []
        except (yaml.YAMLError, AttributeError):
            self._note(f"{inside} is not a conda environment file, so nothing of it is installed")
            return
        self._conda_specs([item for item in dependencies if isinstance(item, str)], inside)
        for item in dependencies:
            if isinstance(item, dict):
                lines = [str(line) for line in item.get("pip") or []]
                self._step(*self._files.from_lines(lines, posixpath.dirname(inside)))

    def _packages(self, rest: list[str]) -> None:
        for word in rest:
            if match := re.fullmatch(r"python(3\.\d+)(?:-minimal|-dev|-venv)?", word):
                self._asks_python(match[1])

    def _asks_python(self, version: str, source: str = "") -> None:
        if re.search(r"\d", version):
            self.python = (version, source or self._command.text)

    def _note(self, sentence: str) -> None:
        self.notes.append(f"'{_short(self._command.text)}': {sentence}")


def _exec_form(body: str) -> list[str] | None:
    """The words of RUN's JSON form; None for the shell form."""
    if not body.startswith("["):
        return None
    try:
        words = json.loads(body)
    except ValueError:
        return None
    return words if isinstance(words, list) and all(isinstance(word, str) for word in words) else None


def _short(text: str, longest: int = 100) -> str:
    line = " ".join(text.split())
    return line if len(line) <= longest else line[: longest - 3] + "..."
