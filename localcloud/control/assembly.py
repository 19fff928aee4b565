"""Puts a cloud together from the folder that it lives in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from localcloud.arm.operations import Operations
from localcloud.arm.resources import Resources
from localcloud.arm.store import Store
from localcloud.cloud import Cloud
from localcloud.control.addresses import Addresses
from localcloud.control.clock import Clock
from localcloud.control.tokens import InvalidToken, Tokens
from localcloud.home import Home, write_private
from localcloud.images.content import ContentStore
from localcloud.registry.catalog import Catalog
from localcloud.runtime.process import ProcessRuntime
from localcloud.services import emulated
from localcloud.services.entra.directory import Directory

if TYPE_CHECKING:
    from localcloud.control.settings import CloudSettings


@dataclass(frozen=True, slots=True)
class Doors:
    """How a registry's address is opened and closed; both take the login server."""

    open_registry: Callable[[str], None]
    close_registry: Callable[[str], None]


def assemble(home: Home, settings: CloudSettings, url: str, doors: Doors) -> Cloud:
    """The cloud of a home; creates what is not there yet.

    Args:
        home: Its folder.
        settings: Its identity.
        url: The control plane's address, without a slash at the end.
        doors: How registries are listened for.
    """
    home.root.mkdir(mode=0o700, parents=True, exist_ok=True)
    store = Store(home.database)
    clock = Clock(store)
    operations = Operations(store, latency=settings.latency)
    content = ContentStore(home.blobs)
    return Cloud(
        home=home,
        settings=settings,
        url=url,
        store=store,
        clock=clock,
        tokens=Tokens(settings, clock.timestamp),
        operations=operations,
        resources=Resources(store, operations, emulated.TYPES),
        directory=Directory(store, settings, clock),
        content=content,
        catalog=Catalog(home.catalog),
        runtime=ProcessRuntime(home.containers, content, home.environments),
        addresses=Addresses(store),
        open_registry=doors.open_registry,
        close_registry=doors.close_registry,
    )


def write_owner_token(home: Home, tokens: Tokens) -> None:
    """Writes the deployer's token, unless a valid one is there."""
    try:
        tokens.read(home.token_file.read_text())
    except (FileNotFoundError, InvalidToken):
        write_private(home.token_file, tokens.owner())
