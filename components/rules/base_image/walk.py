"""The walk over a Dockerfile's stages: each instruction changes what is known of its stage."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..dockerfile import PLATFORM_ARGUMENTS, Dockerfile, Stage
from ..image_reference import ImageReference, InvalidImageReference
from .finding import Fact, Finding, State
from .image_files import FileText, ImageFiles, Reader
from .images import NOTHING, ImageFacts
from .run import apply_installers, apply_run
from .secrets import check_secret, check_secret_text
from .serving import PLATFORM_ASSETS, check_platform_files, check_serving
from .state import StageState

if TYPE_CHECKING:
    from ..instruction import Instruction

__all__ = ["Walk"]

_POSIX_SHELL = re.compile(r"(?:.*/)?(?:sh|bash|dash|ash|zsh|ksh)")
_CONDA_FOLDER = re.compile(r"(?:.*/)?[\w.-]*(?:conda|mamba|forge)[\w.-]*/?(?:\.)?")
_ROOT_ARCHIVE = re.compile(r".*\.tar(?:\.\w+)?|.*\.tgz")


@dataclass
class Walk:
    """What a walk starts from, and the stages that it has been through.

    Attributes:
        dockerfile: The file.
        arguments: Build arguments.
        facts_of: What is known of an image.
        read: Files of the build context.
        states: The stages so far, in their order.
    """

    dockerfile: Dockerfile
    arguments: Mapping[str, str]
    facts_of: Callable[[ImageReference], ImageFacts]
    read: Reader
    states: list[StageState]

    def go(self) -> None:
        """Read every stage."""
        for stage in self.dockerfile.stages:
            state = self._start(stage)
            self.states.append(state)
            for instruction in stage.instructions:
                handler = _HANDLERS.get(instruction.kind)
                if handler is not None:
                    handler(self, state, instruction)

    def _start(self, stage: Stage) -> StageState:
        if stage.image is not None:
            facts = self.facts_of(stage.image).said_by(f"FROM {stage.base}", stage.line)
            state = StageState.from_image(facts, ImageFiles(self.read))
            state.platform = stage.image.path == PLATFORM_ASSETS
            return state
        if stage.base == "scratch":
            return StageState.from_image(NOTHING.said_by("FROM scratch", stage.line), ImageFiles(self.read))
        earlier = self.stage_named(stage.base)
        return earlier.branch() if earlier else StageState.from_image(NOTHING, ImageFiles(self.read))

    def stage_named(self, name: str) -> StageState | None:
        """Return an earlier stage by its name or number."""
        for index in reversed(range(len(self.states))):
            if self.dockerfile.stages[index].name == name.lower() or str(index) == name:
                return self.states[index]
        return None

    def argument(self, state: StageState, instruction: Instruction) -> None:
        """`ARG`: a build argument wins over the default; one without either has no value."""
        for word in instruction.words:
            name, equals, default = word.partition("=")
            value: str | None = state.resolve(default) if equals else None
            if name in self.arguments:
                value = self.arguments[name]
            elif not equals:
                value = self.dockerfile.arguments.get(name, PLATFORM_ARGUMENTS.get(name))
            if value is not None and "${" not in value:
                state.arguments[name] = value
            else:
                state.arguments.pop(name, None)
            self._add(state, check_secret("ARG", name, state.resolve(default) if equals else None, instruction.line))

    def environment(self, state: StageState, instruction: Instruction) -> None:
        """`ENV`: all values of one instruction see the variables as they were before it."""
        made: dict[str, str] = {}
        for name, text in zip(instruction.words[::2], instruction.words[1::2], strict=False):
            value = state.resolve(text)
            made[name] = value
            self._add(state, check_secret("ENV", name, value, instruction.line))
        state.environment.update(made)

    @staticmethod
    def _add(state: StageState, finding: Finding | None) -> None:
        if finding is not None:
            state.findings.append(finding)

    def workdir(self, state: StageState, instruction: Instruction) -> None:
        """`WORKDIR`."""
        state.workdir = state.absolute(state.resolve(" ".join(instruction.words))).rstrip("/") or "/"

    def shell(self, state: StageState, instruction: Instruction) -> None:
        """`SHELL`: only a POSIX shell's text is read."""
        words = [word for word in instruction.words if not word.startswith("-")]
        state.has_shell = any(_POSIX_SHELL.fullmatch(word) for word in words)

    def run(self, state: StageState, instruction: Instruction) -> None:
        """`RUN`."""
        self._add(state, check_secret_text("RUN", instruction.original, instruction.line))
        apply_run(state, instruction)

    def copy(self, state: StageState, instruction: Instruction) -> None:
        """`COPY` and `ADD`, from the context, a document, an earlier stage or an image."""
        words = [state.resolve(word) for word in instruction.words]
        sources, last = words[:-1], words[-1] if words else ""
        if not sources:
            return
        target = state.absolute(last)
        origin = next((flag.partition("=")[2] for flag in instruction.flags if flag.startswith("--from=")), None)
        if origin is None:
            self._copy_context(state, instruction, sources, target)
        else:
            self._copy_stage(state, state.resolve(origin), sources, target, instruction.line)
        check_platform_files(state, instruction, target)

    def _copy_context(self, state: StageState, instruction: Instruction, sources: list[str], target: str) -> None:
        for name, content, line in instruction.heredocs:
            path = posixpath.join(target, name) if target.endswith("/") else target
            state.files.write(path, FileText(content, None, line - 1))
        plain = [source for source in sources if not source.startswith("<<")]
        state.files.copy(plain, f"{target.rstrip('/')}/" if plain[1:] else target, None)
        for source in plain:
            apply_installers(state, source, instruction.line)
            if instruction.kind == "ADD" and target == "/" and _ROOT_ARCHIVE.fullmatch(source):
                state.opaque, state.ubuntu = True, Fact(State.UNKNOWN, source=f"ADD {source}", line=instruction.line)

    def _copy_stage(self, state: StageState, origin: str, sources: list[str], target: str, line: int) -> None:
        """Take over what another stage or an image is known to have, where its folder is copied."""
        earlier = self.stage_named(origin)
        if earlier is None:
            try:
                image = ImageReference.parse(origin)
            except InvalidImageReference:
                state.opaque = True
                return
            facts = self.facts_of(image).said_by(f"COPY --from={origin}", line)
            earlier = StageState.from_image(facts, ImageFiles(lambda _path: None))
            earlier.platform = image.path == PLATFORM_ASSETS
        state.platform = state.platform or earlier.platform
        state.files.copy(sources, target, earlier.files)
        for source in sources:
            _take_over(state, earlier, source, target)


def _take_over(state: StageState, earlier: StageState, source: str, target: str) -> None:
    whole = posixpath.normpath(source) == "/"
    prefix = source.rstrip("/.") or "/"
    if whole:
        state.ubuntu, state.libfuse, state.conda = earlier.ubuntu, earlier.libfuse, earlier.conda
        state.pythons = dict(earlier.pythons)
        state.environments = dict(earlier.environments)
        state.opaque = state.opaque or earlier.opaque
    elif prefix in earlier.prefixes or _CONDA_FOLDER.fullmatch(prefix):
        state.conda = earlier.seen(earlier.conda)
        python = earlier.pythons.get("conda", earlier.pythons["image"])
        if earlier.conda.state is not State.ABSENT:
            state.pythons["conda"] = python
        state.environments |= earlier.environments
        state.prefixes.add(target.rstrip("/"))


_HANDLERS: dict[str, Callable[[Walk, StageState, Instruction], None]] = {
    "ADD": Walk.copy,
    "ARG": Walk.argument,
    "CMD": lambda _walk, state, instruction: check_serving(state, instruction),
    "COPY": Walk.copy,
    "ENTRYPOINT": lambda _walk, state, instruction: check_serving(state, instruction),
    "ENV": Walk.environment,
    "EXPOSE": lambda _walk, state, instruction: check_serving(state, instruction),
    "RUN": Walk.run,
    "SHELL": Walk.shell,
    "WORKDIR": Walk.workdir,
}
