"""What each instruction of a Dockerfile does to a stage (FROM, COPY and ADD: see `build`)."""

from __future__ import annotations

import json
import posixpath
import re
import shlex
import signal
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from localcloud.images.dockerfile import Heredoc, Instruction, parse_instructions
from localcloud.images.errors import BuildFailed
from localcloud.images.healthcheck import health_check
from localcloud.images.stage import NOT_EXECUTED, StageState
from localcloud.images.tree import DIRECTORY, Kind, Node
from localcloud.images.words import expand_command, expand_text, expand_word, split_words

Expand = Callable[[str], str]

DEFAULT_SHELL = ("/bin/sh", "-c")
MAXIMUM_PORT = 65535

_PORT = re.compile(r"(?P<low>[0-9]+)(?:-(?P<high>[0-9]+))?(?:/(?P<protocol>[A-Za-z]+))?")


def expander(stage: StageState, escape: str) -> Expand:
    """Return the function that puts the stage's variables into a word, as they are before the instruction."""
    variables = stage.variables

    def expand(word: str) -> str:
        return expand_word(word, variables, escape)

    return expand


def filler(stage: StageState, escape: str) -> Expand:
    """Return the function that puts the stage's variables into a here-document."""
    variables = stage.variables

    def fill(text: str) -> str:
        return expand_text(text, variables, escape)

    return fill


def argument(stage: StageState, item: Instruction, expand: Expand, outer: Mapping[str, str]) -> None:
    """ARG: the request's value, else the default, else the value from before the first FROM (`outer`)."""
    shown = []
    for word in item.words:
        name, equals, default = word.partition("=")
        name = expand(name)
        if not name:
            raise item.failed("ARG names can not be blank")
        value = stage.arguments.given(name)
        if value is None:
            value = expand(default) if equals else outer.get(name)
        if value is not None:
            stage.declared[name] = value
        stage.secret_names |= {name} & set(stage.arguments.secret)
        shown.append(name if value is None or name in stage.secret_names else f"{name}={value}")
    stage.commit(f"ARG {' '.join(shown)}")


def environment(stage: StageState, item: Instruction, expand: Expand) -> None:
    """ENV: all values of one instruction see the variables from before it."""
    pairs = dict(_pairs(item, expand))
    stage.commit(f"ENV {_shown(pairs)}", env=dict(stage.config.env) | pairs)


def label(stage: StageState, item: Instruction, expand: Expand) -> None:
    """LABEL."""
    pairs = dict(_pairs(item, expand))
    stage.commit(f"LABEL {_shown(pairs)}", labels=dict(stage.config.labels) | pairs)


def _pairs(item: Instruction, expand: Expand) -> Iterator[tuple[str, str]]:
    for name, value in zip(item.words[::2], item.words[1::2], strict=True):
        if not (expanded := expand(name)):
            raise item.failed(f"{item.name} names can not be blank")
        yield expanded, expand(value)


def _shown(pairs: Mapping[str, str]) -> str:
    return " ".join(f"{name}={value}" for name, value in pairs.items())


def run(stage: StageState, item: Instruction, escape: str) -> None:
    """RUN: kept in the history with the known variables put in, not executed."""
    variables = stage.variables

    def lookup(name: str) -> str | None:
        # A secret argument stays a name; what else carries its value is covered by `commit`.
        return None if name in stage.secret_names and name not in stage.config.env else variables.get(name)

    if item.is_json:
        text = shlex.join(item.words)
    else:
        text = expand_command(" ".join(item.words), lookup, escape)
        text += "".join(_heredoc_text(heredoc, lookup, escape) for heredoc in item.heredocs)
    stage.commit(f"RUN {text}", comment=NOT_EXECUTED)


def _heredoc_text(heredoc: Heredoc, lookup: Callable[[str], str | None], escape: str) -> str:
    content = expand_command(heredoc.content, lookup, escape) if heredoc.expand else heredoc.content
    return f"\n{content}{heredoc.name}"


def command(stage: StageState, item: Instruction) -> None:
    """CMD."""
    words = _exec_form(stage, item)
    stage.commit(f"CMD {json.dumps(words)}", cmd=words)
    stage.command_is_own = True


def entrypoint(stage: StageState, item: Instruction) -> None:
    """ENTRYPOINT: it clears a CMD that came with the base image."""
    words = _exec_form(stage, item)
    cmd = stage.config.cmd if stage.command_is_own else None
    stage.commit(f"ENTRYPOINT {json.dumps(words)}", entrypoint=words, cmd=cmd)


def _exec_form(stage: StageState, item: Instruction) -> tuple[str, ...]:
    if item.is_json or not item.words:
        return item.words
    return (*(stage.config.shell or DEFAULT_SHELL), " ".join(item.words))


def shell(stage: StageState, item: Instruction) -> None:
    """SHELL."""
    if not item.is_json:
        raise item.failed("SHELL requires the arguments to be in JSON form")
    stage.commit(f"SHELL {json.dumps(item.words)}", shell=item.words)


def user(stage: StageState, item: Instruction, expand: Expand) -> None:
    """USER."""
    name = expand(_only_word(item))
    stage.commit(f"USER {name}", user=name)


def stop_signal(stage: StageState, item: Instruction, expand: Expand) -> None:
    """STOPSIGNAL."""
    name = expand(_only_word(item))
    known = {entry.name for entry in signal.Signals} | {str(int(entry)) for entry in signal.Signals}
    if not {name.upper(), f"SIG{name.upper()}"} & known and not re.fullmatch(r"(?i)(?:SIG)?RTM(?:IN\+|AX-)\d+", name):
        raise item.failed(f"Invalid signal: {name}")
    stage.commit(f"STOPSIGNAL {name}", stop_signal=name)


def maintainer(stage: StageState, item: Instruction) -> None:
    """MAINTAINER."""
    author = " ".join(item.words)
    stage.commit(f"MAINTAINER {author}", author=author)


def working_directory(stage: StageState, item: Instruction, expand: Expand) -> None:
    """WORKDIR: made, in a layer, where it is not there yet."""
    path = expand(_only_word(item))
    if not path:
        raise item.failed("cannot normalize nothing")
    path = posixpath.normpath(posixpath.join("/", stage.config.workdir, path)).replace("//", "/")
    entries: dict[str, Node] = {}
    real = stage.tree.resolve(path)
    existing = stage.tree.get(real)
    if existing is not None and existing.kind is not Kind.DIRECTORY:
        raise item.failed(f"Cannot mkdir: {path} is not a directory")
    while real and stage.tree.get(real) is None:
        entries[real] = DIRECTORY
        real = posixpath.dirname(real)
    for made in sorted(entries):
        stage.tree.add(made, DIRECTORY)
    stage.commit(f"WORKDIR {path}", entries or None, workdir=path)


def expose(stage: StageState, item: Instruction, expand: Expand, escape: str) -> None:
    """EXPOSE: ports and ranges, TCP unless they say otherwise."""
    words = [part for word in item.words for part in split_words(expand(word), escape)]
    ports = [port for word in words for port in _ports(item, word)]
    stage.commit(
        f"EXPOSE {' '.join(ports)}", exposed_ports=tuple(sorted({*stage.config.exposed_ports, *ports}, key=_port_order))
    )


def _ports(item: Instruction, word: str) -> Iterator[str]:
    match = _PORT.fullmatch(word)
    if not match or not int(match["low"]) <= int(match["high"] or match["low"]) <= MAXIMUM_PORT:
        raise item.failed(f"Invalid containerPort: {word}")
    protocol = (match["protocol"] or "tcp").lower()
    if protocol not in ("tcp", "udp", "sctp"):
        raise item.failed(f"Invalid proto: {protocol}")
    for port in range(int(match["low"]), int(match["high"] or match["low"]) + 1):
        yield f"{port}/{protocol}"


def _port_order(port: str) -> tuple[int, str]:
    number, _, protocol = port.partition("/")
    return int(number), protocol


def volume(stage: StageState, item: Instruction, expand: Expand) -> None:
    """VOLUME: declared only."""
    paths = [expand(word) for word in item.words]
    if not all(paths):
        raise item.failed("VOLUME specified can not be an empty string")
    stage.commit(f"VOLUME {json.dumps(paths)}", volumes=tuple(dict.fromkeys((*stage.config.volumes, *paths))))


def on_build(stage: StageState, item: Instruction) -> None:
    """ONBUILD: a trigger for those who build on top; it must parse."""
    trigger = re.sub(r"(?i)^\s*ONBUILD\s*", "", item.text)
    name = trigger.split(maxsplit=1)[0].upper() if trigger.strip() else ""
    if not name:
        raise item.failed("ONBUILD requires at least one argument")
    if name == "ONBUILD":
        raise item.failed("Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed")
    if name in ("FROM", "MAINTAINER"):
        raise item.failed(f"{name} isn't allowed as an ONBUILD trigger")
    try:
        parse_instructions(trigger)
    except BuildFailed as error:
        raise item.failed(error.reason) from error
    stage.commit(f"ONBUILD {trigger}", on_build=(*stage.config.on_build, trigger))


def triggers(stage: StageState, line: int) -> list[Instruction]:
    """The ONBUILD triggers that the base image brings; they are taken from the configuration and done once."""
    found = [replace(item, line=line) for text in stage.config.on_build for item in parse_instructions(text)]
    if found:
        stage.config = replace(stage.config, on_build=())
    return found


def _only_word(item: Instruction) -> str:
    if len(item.words) != 1:
        raise item.failed(f"{item.name} requires exactly one argument")
    return item.words[0]


METADATA: dict[str, Callable[[StageState, Instruction], None]] = {
    "CMD": command,
    "ENTRYPOINT": entrypoint,
    "HEALTHCHECK": health_check,
    "MAINTAINER": maintainer,
    "ONBUILD": on_build,
    "SHELL": shell,
}
"""Instructions in which no variable is replaced."""

EXPANDED: dict[str, Callable[[StageState, Instruction, Expand], None]] = {
    "ENV": environment,
    "LABEL": label,
    "STOPSIGNAL": stop_signal,
    "USER": user,
    "VOLUME": volume,
    "WORKDIR": working_directory,
}
"""Instructions whose words have their variables replaced."""

__all__ = ["EXPANDED", "METADATA", "Expand", "argument", "expander", "expose", "filler", "run", "triggers"]
