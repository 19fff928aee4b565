"""The builder: a build context and a Dockerfile become an OCI image, without an engine.

Files are really copied and the configuration is real; RUN steps are recorded in the history and not executed. The same
context and arguments give the same digest.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from localcloud.images import instructions
from localcloud.images.archive import ArchiveError, open_archive, read_tree
from localcloud.images.base import ImageSource, as_oci, base_image, empty_config
from localcloud.images.copying import CopyError
from localcloud.images.dockerfile import Dockerfile, Instruction, Stage, parse
from localcloud.images.errors import BuildFailed, ReferenceInvalid, SourceError
from localcloud.images.image import DEFAULT_PLATFORM, Image
from localcloud.images.placing import Placing
from localcloud.images.stage import NOT_EXECUTED, Arguments, StageState
from localcloud.images.tree import Tree
from localcloud.images.words import WordError, expand_word

if TYPE_CHECKING:
    from pathlib import Path

    from localcloud.images.content import ContentStore

__all__ = ["BuildRequest", "ImageSource", "Log", "build"]

Log = Callable[[str], None]
"""Takes one line of the build log, without its line end."""

PREDEFINED = frozenset(
    f(f"{name}_proxy") for name in ("http", "https", "ftp", "no", "all") for f in (str.lower, str.upper)
)
"""Build arguments that need no ARG instruction."""

_PLATFORM = re.compile(r"[a-z0-9]+/[a-z0-9_]+(?:/[a-z0-9]+)?")


@dataclass(frozen=True)
class BuildRequest:
    """What to build.

    `context` is a tar archive, compressed or not; `dockerfile` a path in it; `target` the stage to build, None the
    last one; `platform` is `os/architecture[/variant]`. Values of `secret_arguments` are never shown or recorded.
    """

    context: Path
    dockerfile: str = "Dockerfile"
    arguments: Mapping[str, str] = field(default_factory=dict)
    secret_arguments: Mapping[str, str] = field(default_factory=dict, repr=False)
    target: str | None = None
    platform: str = DEFAULT_PLATFORM


def build(request: BuildRequest, store: ContentStore, source: ImageSource, log: Log) -> Image:
    """Build an image into `store`; `log` gets the lines that Docker's classic builder writes.

    Raises:
        BuildFailed: The Dockerfile cannot be built; secret values are covered in it.
    """
    arguments = Arguments(request.arguments, request.secret_arguments)
    try:
        with ExitStack() as scope:
            return _Build(request, store, source, lambda line: log(arguments.hide(line)), arguments, scope).run()
    except BuildFailed as error:
        hidden = BuildFailed(error.line, arguments.hide(error.instruction), arguments.hide(error.reason))
    raise hidden


@dataclass
class _Build:
    """One run of the builder."""

    request: BuildRequest
    store: ContentStore
    source: ImageSource
    log: Log
    arguments: Arguments
    scope: ExitStack
    outer: dict[str, str] = field(default_factory=dict)
    stages: dict[str, StageState] = field(default_factory=dict)
    consumed: set[str] = field(default_factory=set)
    step: int = 0
    steps: int = 0

    def run(self) -> Image:
        """Read, build the stages up to the target, store."""
        if not _PLATFORM.fullmatch(self.request.platform):
            raise BuildFailed(0, "", f'"{self.request.platform}": unknown operating system or architecture')
        context = self._context()
        dockerfile = parse(self._dockerfile(context))
        stages = self._wanted(dockerfile)
        self.steps = len(dockerfile.arguments) + sum(1 + len(stage.instructions) for stage in stages)
        self._outer_arguments(dockerfile)
        for index, stage in enumerate(stages):
            state = self._stage(index, stage, dockerfile.escape, context)
        image = state.image()
        self._warn(state)
        self.log(f"Successfully built {state.short_id}")
        return image

    def _context(self) -> Tree:
        try:
            file = self.scope.enter_context(self.request.context.open("rb"))
            return read_tree(open_archive(file, self.scope))
        except (ArchiveError, OSError) as error:
            raise BuildFailed(0, "", f"Error processing tar file: {error}") from error

    def _dockerfile(self, context: Tree) -> bytes:
        node = context.get(context.resolve(self.request.dockerfile))
        if node is None or node.content is None:
            raise BuildFailed(0, "", f"Cannot locate specified Dockerfile: {self.request.dockerfile}")
        with node.content() as file:
            return file.read()

    def _wanted(self, dockerfile: Dockerfile) -> tuple[Stage, ...]:
        target = self.request.target
        if not target:
            return dockerfile.stages
        for index, stage in enumerate(dockerfile.stages):
            if target.lower() == stage.name or target == str(index):
                return dockerfile.stages[: index + 1]
        raise BuildFailed(0, "", f"failed to reach build target {target} in Dockerfile")

    def _outer_arguments(self, dockerfile: Dockerfile) -> None:
        """The ARG lines before the first FROM, and those that every build has."""
        system, architecture, *variant = self.request.platform.split("/")
        facts = {"PLATFORM": self.request.platform, "OS": system, "ARCH": architecture, "VARIANT": "".join(variant)}
        self.outer = {f"{side}{name}": value for side in ("BUILD", "TARGET") for name, value in facts.items()}
        outside = StageState(self.store, self.scope, self.arguments, empty_config(self.request.platform))
        for item in dockerfile.arguments:
            self._announce(item)
            outside.declared = dict(self.outer)
            self._apply(outside, item, dockerfile.escape, Tree())
            self.outer |= outside.declared

    def _stage(self, index: int, stage: Stage, escape: str, context: Tree) -> StageState:
        self._announce(stage.origin)
        state = self._start(stage, escape)
        self.log(f" ---> {state.short_id}")
        for item in instructions.triggers(state, stage.origin.line):
            self.log(f"# Executing build trigger: {item.text}")
            self._apply(state, item, escape, context)
        for item in stage.instructions:
            self._announce(item)
            self._apply(state, item, escape, context)
            if state.config.history[-1].comment == NOT_EXECUTED:
                self.log(f" ---> Running in {state.short_id} ({NOT_EXECUTED})")
            self.log(f" ---> {state.short_id}")
        self.stages[str(index)] = state
        if stage.name:
            self.stages[stage.name] = state
        return state

    def _start(self, stage: Stage, escape: str) -> StageState:
        item = stage.origin
        try:
            base = expand_word(stage.base, self.outer, escape)
            platform = expand_word(item.flag("platform") or self.request.platform, self.outer, escape)
        except WordError as error:
            raise item.failed(f"failed to process {stage.base!r}: {error}") from error
        if not base:
            raise item.failed(f"base name ({stage.base}) should not be blank")
        if not _PLATFORM.fullmatch(platform):
            raise item.failed(f'"{platform}": unknown operating system or architecture')
        if base.lower() in self.stages and not base.isdecimal():
            return self.stages[base.lower()].child()
        if base == "scratch":
            return StageState(self.store, self.scope, self.arguments, empty_config(platform))
        return self._pulled(item, base, platform)

    def _pulled(self, item: Instruction, reference: str, platform: str) -> StageState:
        try:
            image, is_stub = base_image(reference, platform, self.store, self.source)
        except (SourceError, ReferenceInvalid) as error:
            raise item.failed(str(error)) from error
        if is_stub:
            self.log(f"{reference}: not reachable from localcloud: an empty stub takes its place")
        else:
            self.log(f"Digest: {image.manifest_digest}")
        return StageState(self.store, self.scope, self.arguments, image.config, as_oci(image.descriptors), origin=image)

    def _announce(self, item: Instruction) -> None:
        self.step += 1
        self.log(f"Step {self.step}/{self.steps} : {item.text.splitlines()[0]}")

    def _apply(self, state: StageState, item: Instruction, escape: str, context: Tree) -> None:
        expand = instructions.expander(state, escape)
        try:
            if item.name in instructions.METADATA:
                instructions.METADATA[item.name](state, item)
            elif item.name in instructions.EXPANDED:
                instructions.EXPANDED[item.name](state, item, expand)
            elif item.name == "RUN":
                instructions.run(state, item, escape)
            elif item.name == "EXPOSE":
                instructions.expose(state, item, expand, escape)
            elif item.name == "ARG":
                self.consumed |= {expand(word.partition("=")[0]) for word in item.words}
                instructions.argument(state, item, expand, self.outer)
            else:
                fill = instructions.filler(state, escape)
                Placing(state, item, expand, fill, context, self._named, self.log).run()
        except WordError as error:
            raise item.failed(f"failed to process {item.text!r}: {error}") from error
        except (CopyError, OSError) as error:
            raise item.failed(str(error)) from error

    def _named(self, item: Instruction, name: str) -> StageState:
        """The stage or image that `--from` names."""
        if name.lower() in self.stages:
            return self.stages[name.lower()]
        return self._pulled(item, name, self.request.platform)

    def _warn(self, state: StageState) -> None:
        """Say what the build did not use, and what secret it keeps because the Dockerfile says so."""
        unused = sorted({*self.arguments.plain, *self.arguments.secret} - self.consumed - PREDEFINED)
        if unused:
            self.log(f"[Warning] One or more build-args [{' '.join(unused)}] were not consumed")
        if self.arguments.hide(str(state.config)) != str(state.config):
            self.log(
                "[Warning] the image's configuration keeps the value of a secret build argument (see ENV and LABEL)"
            )
