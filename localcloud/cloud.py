"""The cloud as its services see it: one object that holds every part that outlives a request."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from localcloud.arm.operations import Operations
    from localcloud.arm.resources import Resources
    from localcloud.arm.store import Store
    from localcloud.control.addresses import Addresses
    from localcloud.control.clock import Clock
    from localcloud.control.settings import CloudSettings
    from localcloud.control.tokens import Tokens
    from localcloud.home import Home
    from localcloud.images.content import ContentStore
    from localcloud.registry.catalog import Catalog
    from localcloud.runtime.process import ProcessRuntime
    from localcloud.services.entra.directory import Directory


@dataclass(frozen=True, slots=True)
class Cloud:
    """Every part of one localcloud.

    Attributes:
        settings: Tenant, subscription, the deployer's identity, the key that secrets are derived from.
        url: Address of the control plane, such as `https://127.0.0.1:43210`, without a slash at the end.
        clock: What time it is here; a test moves it on.
        tokens: Issues and reads bearer tokens.
        addresses: Hands out one loopback address to each registry and container group.
        open_registry: Starts to listen for a registry's login server (`127.x.y.z:port`); returns when it answers.
        close_registry: Ends that.
    """

    home: Home
    settings: CloudSettings
    url: str
    store: Store
    clock: Clock
    tokens: Tokens
    operations: Operations
    resources: Resources
    directory: Directory
    content: ContentStore
    catalog: Catalog
    runtime: ProcessRuntime
    addresses: Addresses
    open_registry: Callable[[str], None]
    close_registry: Callable[[str], None]
