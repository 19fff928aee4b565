"""`RUN`: the commands of a stage, with what each tells."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from .calls import Call, calls_of, read_options
from .finding import Fact, State
from .image_files import FileText
from .installers import find_installers
from .installs import install_of
from .packages import apply_install
from .shell import Command, Word, commands_of

if TYPE_CHECKING:
    from ..instruction import Instruction
    from .state import StageState

__all__ = ["apply_installers", "apply_run"]

_SHELLS = frozenset({"sh", "bash", "dash", "ash", "zsh", "ksh"})
_FETCHERS = frozenset({"wget", "curl", "aria2c", "axel", *_SHELLS})
_SHEBANG = re.compile(r"#!\s*(?:/usr/bin/env\s+(?:-S\s+)?)?(?P<program>\S+)")
_PYTHON_SOURCE = re.compile(r"python\.org/ftp/python/[^/\s]+/Python-(?P<version>\d+(?:\.\d+)+)")
_PREFIX_VALUES = frozenset({"-p"})

LineOf = Callable[[int], int]
"""Line of the Dockerfile for an offset in the text."""


def apply_run(state: StageState, instruction: Instruction) -> None:
    """Read one `RUN`, in shell form, JSON form or with documents, bind mounts included."""
    mounted = state.files
    state.files = mounted.branch()
    for flag in instruction.flags:
        _mount(state, flag)
    files = state.files
    for commands, line_of in _scripts(state, instruction):
        folder = state.workdir
        for call in calls_of(commands):
            folder = _apply_call(state, call, line_of, folder)
    state.files = mounted
    for path, document in files.documents.items():
        state.files.write(path, document)


def apply_installers(state: StageState, text: str, line: int) -> None:
    """Take what the installers that a text names bring."""
    for installer in find_installers(text):
        if installer.key in state.installers:
            continue
        state.installers.add(installer.key)
        if installer.conda.state is State.ABSENT and state.conda.state is not State.ABSENT:
            continue  # micromamba beside a conda takes nothing away
        source = installer.conda.source or installer.name
        state.conda = Fact(installer.conda.state, installer.conda.version, installer.conda.at_least, source, line)
        if installer.conda.state is State.ABSENT:
            continue
        python = installer.python
        state.pythons["conda"] = Fact(python.state, python.version, python.at_least, python.source, line)


def _scripts(state: StageState, instruction: Instruction) -> Iterator[tuple[list[Command], LineOf]]:
    """Yield the shell texts of a `RUN`."""
    if instruction.is_json:
        words = tuple(Word(word, 0) for word in instruction.words)
        yield [Command(words, state.values)] if words else [], lambda _offset: instruction.line
        return
    if not state.has_shell:
        state.opaque = True
        return
    text = " ".join(instruction.words)
    start = max(instruction.original.find(text), 0)
    documents = [(_use_of(text, name), content, line) for name, content, line in instruction.heredocs]
    yield commands_of(text, state.values), lambda offset: instruction.line_at(start + offset)
    for (program, target), content, line in documents:
        shebang = _SHEBANG.match(content)
        runner = posixpath.basename(shebang["program"]) if shebang and not program else program
        if target:
            state.files.write(state.absolute(target), FileText(content, None, line - 1))
        elif not runner or runner in _SHELLS:
            yield commands_of(content, state.values), _line_in(content, line)


def _line_in(content: str, first: int) -> LineOf:
    return lambda offset: first + content.count("\n", 0, offset)


def _use_of(text: str, name: str) -> tuple[str, str | None]:
    """Return the program that a document is the input of, and the file that its output goes to."""
    match = re.search(rf"<<-?\s*['\"]?{re.escape(name)}['\"]?", text)
    if match is None:
        return "", None
    command = re.split(r"[;&|\n]", text[: match.start()])[-1] + re.split(r"[;&|\n]", text[match.end() :])[0]
    target = re.search(r">>?\s*(\S+)", command)
    words = command.split()
    while words and re.fullmatch(r"\w+=.*|sudo|env|exec|>.*", words[0]):
        words.pop(0)
    return posixpath.basename(words[0]) if words else "", target[1].strip("'\"") if target else None


def _mount(state: StageState, flag: str) -> None:
    """Note a bind mount: `--mount=type=bind,source=requirements.txt,target=/tmp/requirements.txt`."""
    name, _, value = flag.partition("=")
    options = {key: text for key, _, text in (part.partition("=") for part in value.split(","))}
    if name != "--mount" or options.get("type", "bind") != "bind":
        return
    source = options.get("source") or options.get("src") or "."
    target = options.get("target") or options.get("dst") or options.get("destination")
    if target and "from" not in options:
        state.files.copy([state.resolve(source)], state.absolute(state.resolve(target)), None)


def _apply_call(state: StageState, call: Call, line_of: LineOf, folder: str) -> str:
    """Take what one call tells; return the folder that the next one runs in."""
    line = line_of(call.path.offset)
    if call.program == "cd":
        target = call.arguments[0].text if call.arguments else "~"
        return state.absolute(target, folder).rstrip("/") or "/"
    if call.program in _FETCHERS:
        _fetch(state, call, line)
    if _runs_copied_script(state, call, folder):
        state.opaque = True
    _learn_python(state, call, line)
    install = install_of(call)
    if install is not None:
        apply_install(state, install, line, folder)
    return folder


def _fetch(state: StageState, call: Call, line: int) -> None:
    text = " ".join([call.path.text, *(word.text for word in call.arguments)])
    apply_installers(state, text, line)
    source = _PYTHON_SOURCE.search(text)
    if source:
        state.pythons["other"] = Fact(State.KNOWN, source["version"], source=source.group(), line=line)
    if call.program in _SHELLS:
        options = read_options(call.arguments, _PREFIX_VALUES)[1]
        state.prefixes |= {state.absolute(value.text).rstrip("/") for name, value in options if name == "-p" and value}


def _runs_copied_script(state: StageState, call: Call, folder: str) -> bool:
    """Say whether a call runs a script that came from the context or another stage."""
    script = next((word for word in call.arguments if not word.text.startswith("-")), None)
    path = script if call.program in _SHELLS or call.program in (".", "source") else call.path
    if path is None or ("/" not in path.text and path is call.path):
        return False
    return state.files.is_copied(state.absolute(path.text, folder))


def _learn_python(state: StageState, call: Call, line: int) -> None:
    """Take the Python that `uv` or `pyenv` installs."""
    words = [word.text for word in call.arguments]
    version: str | None = None
    if call.program == "uv" and words[:2] == ["python", "install"]:
        version = next((word for word in words[2:] if word[:1].isdigit()), None)
    elif call.program == "uv" and words[:1] == ["venv"]:
        options = read_options(call.arguments, frozenset({"-p", "--python"}))[1]
        version = next((value.text for name, value in options if name in ("-p", "--python") and value), None)
    elif call.program == "pyenv" and words[:1] in (["install"], ["global"]):
        version = next((word for word in words[1:] if word[:1].isdigit()), None)
    if version is not None:
        source = f"{call.program} {' '.join(words[:2])}"
        known = version[:1].isdigit() and "$" not in version
        state.pythons["other"] = Fact(
            State.KNOWN if known else State.UNKNOWN, version if known else None, source=source, line=line
        )
