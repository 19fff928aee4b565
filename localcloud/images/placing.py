"""The instructions COPY and ADD: flags, sources, destination."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from localcloud.images.base import STUB_LABEL
from localcloud.images.copying import Copier, CopyRequest
from localcloud.images.owners import OwnerUnknown, parse_mode, parse_owner

if TYPE_CHECKING:
    from collections.abc import Callable

    from localcloud.images.dockerfile import Instruction
    from localcloud.images.instructions import Expand
    from localcloud.images.stage import StageState
    from localcloud.images.tree import Tree

NOT_EMULATED = frozenset({"parents", "exclude", "checksum", "keep-git-dir", "unpack"})
"""Flags of COPY and ADD that Docker has and this builder has not."""

_REMOTE = re.compile(r"(?i)(?:https?|ftp|git|ssh)://|git@|github\.com/")
_RUN_MADE = " (RUN steps are recorded, not executed: what they make is not there)"
_STUB = " ({reference} is not reachable from localcloud: an empty stub takes its place)"


@dataclass
class Placing:
    """One COPY or ADD on one stage; `expand` is for words, `fill` for here-documents, `stage_of` finds `--from`."""

    state: StageState
    item: Instruction
    expand: Expand
    fill: Expand
    context: Tree
    stage_of: Callable[[Instruction, str], StageState]
    log: Callable[[str], None]

    def run(self) -> None:
        """Do it: one layer.

        Raises:
            BuildFailed: A flag or source is not emulated or not valid.
            CopyError: The files are not there or do not fit.
        """
        self._refuse()
        *sources, destination = [self.expand(word) for word in self.item.words]
        heredocs = {f"<<{item.name}" for item in self.item.heredocs}
        plain = tuple(source for source in sources if re.sub(r"[-'\"]", "", source) not in heredocs)
        origin = self.item.flag("from")
        stage = None if origin is None else self.stage_of(self.item, origin)
        command = self.item.name
        request = CopyRequest(
            command=command,
            sources=plain,
            heredocs=tuple(
                replace(item, content=self.fill(item.content)) if item.expand else item for item in self.item.heredocs
            ),
            destination=self._destination(destination),
            owner=self._owner(),
            mode=self._mode(),
            is_context=stage is None,
            hint="" if stage is None else _hint(stage),
        )
        entries = Copier(self.context if stage is None else stage.tree, self.state.tree, self.state.scope).copy(request)
        self.state.commit(f"{command} {' '.join([*sources, destination])}", entries)

    def _refuse(self) -> None:
        if len(self.item.words) < 2:  # noqa: PLR2004 - a source and a destination
            raise self.item.failed(
                f"{self.item.name} requires at least two arguments, but only one was provided. "
                "Destination could not be determined"
            )
        for flag, _ in self.item.flags:
            if flag in NOT_EMULATED:
                raise self.item.failed(
                    f"{self.item.name} --{flag} is not emulated by localcloud; "
                    "emulated: --from, --chown, --chmod, --link"
                )
        for source in self.item.words[:-1]:
            if self.item.name == "ADD" and _REMOTE.match(self.expand(source)):
                raise self.item.failed(
                    f"ADD {self.expand(source)}: remote sources are not emulated by localcloud; emulated: files and "
                    "directories of the build context, and local tar archives"
                )

    def _destination(self, text: str) -> str:
        is_directory = text.endswith(("/", "/.")) or text == "."
        path = posixpath.normpath(posixpath.join("/", self.state.config.workdir, text)).replace("//", "/")
        return f"{path.rstrip('/')}/" if is_directory else path

    def _owner(self) -> tuple[int, int] | None:
        text = self.item.flag("chown")
        if text is None:
            return None
        try:
            return parse_owner(self.expand(text), self.state.tree)
        except OwnerUnknown as error:
            if not self.state.has_recorded_steps:
                raise self.item.failed(str(error)) from error
            self.log(f"[Warning] {error} (RUN steps are recorded, not executed): owner is 0:0")
            return (0, 0)

    def _mode(self) -> int | None:
        text = self.item.flag("chmod")
        try:
            return None if text is None else parse_mode(self.expand(text))
        except ValueError as error:
            raise self.item.failed(str(error)) from error


def _hint(stage: StageState) -> str:
    """Why a file may be missing that a real build would find."""
    stub = stage.config.labels.get(STUB_LABEL)
    return (_STUB.format(reference=stub) if stub else "") + (_RUN_MADE if stage.has_recorded_steps else "")
