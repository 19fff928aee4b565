"""One stage of a build: the configuration and the layers so far."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from localcloud.images.archive import apply_layer, open_archive, write_layer
from localcloud.images.config import HistoryEntry, ImageConfig
from localcloud.images.image import Descriptor, Image, canonical_json
from localcloud.images.tree import Node, Tree

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import ExitStack

    from localcloud.images.content import ContentStore

NOT_EXECUTED = "recorded, not executed: localcloud's process runtime"
"""The comment that marks a RUN step in an image's history."""

HIDDEN = "***"
"""What stands in logs, history and errors in place of a secret build argument's value."""


@dataclass(frozen=True)
class Arguments:
    """The build arguments of a request; secret ones win over others of the same name and are never shown."""

    plain: Mapping[str, str]
    secret: Mapping[str, str] = field(repr=False)

    def given(self, name: str) -> str | None:
        """The value that the request gives an argument."""
        return self.secret.get(name, self.plain.get(name))

    def hide(self, text: str) -> str:
        """`text` with every secret value covered."""
        for value in sorted(filter(None, self.secret.values()), key=len, reverse=True):
            text = text.replace(value, HIDDEN)
        return text


@dataclass
class StageState:
    """A stage under construction; instructions change it through `commit`.

    `declared` holds the ARG values that are in scope, `origin` the image as it came, until something changes it.
    """

    store: ContentStore
    scope: ExitStack
    arguments: Arguments
    config: ImageConfig
    descriptors: tuple[Descriptor, ...] = ()
    origin: Image | None = None
    declared: dict[str, str] = field(default_factory=dict)
    secret_names: set[str] = field(default_factory=set)
    command_is_own: bool = False
    _tree: Tree | None = None

    def child(self) -> StageState:
        """A stage that starts from this one."""
        tree = self._tree.copy() if self._tree else None
        return replace(
            self,
            declared=dict(self.declared),
            secret_names=set(self.secret_names),
            command_is_own=False,
            _tree=tree,
        )

    @property
    def tree(self) -> Tree:
        """The stage's file system, read when it is first asked for."""
        if self._tree is None:
            self._tree = Tree()
            for descriptor in self.descriptors:
                file = self.scope.enter_context(self.store.open(descriptor.digest))
                apply_layer(self._tree, open_archive(file, self.scope))
        return self._tree

    @property
    def variables(self) -> dict[str, str]:
        """What `$NAME` means here: environment variables win over build arguments."""
        return self.declared | dict(self.config.env)

    @property
    def has_recorded_steps(self) -> bool:
        """Whether files may be missing because RUN steps are not executed."""
        return any(entry.comment == NOT_EXECUTED for entry in self.config.history)

    @property
    def short_id(self) -> str:
        """The first 12 digits of the image's id, as Docker's log shows it."""
        return hashlib.sha256(canonical_json(self.config.to_document())).hexdigest()[:12]

    def commit(
        self, created_by: str, entries: Mapping[str, Node] | None = None, comment: str = "", **changes: Any
    ) -> None:
        """Add one history entry, a layer for `entries` if given, and `changes` to fields of the configuration."""
        diff_ids = self.config.diff_ids
        if entries is not None:
            layer = write_layer(self.store, entries)
            self.descriptors += (layer.descriptor,)
            diff_ids += (layer.diff_id,)
        entry = HistoryEntry(self.arguments.hide(created_by), comment, empty_layer=entries is None)
        history = (*self.config.history, entry)
        self.config = replace(self.config, diff_ids=diff_ids, history=history, **changes)
        self.origin = None

    def image(self) -> Image:
        """Store what the stage is now; a stage that changed nothing is the image that it came from."""
        return self.origin or Image.write(self.store, self.config, self.descriptors)
