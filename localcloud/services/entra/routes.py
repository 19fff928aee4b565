"""The addresses of Entra ID."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localcloud.services.entra import graph, sign_in

if TYPE_CHECKING:
    from starlette.routing import BaseRoute

    from localcloud.cloud import Cloud


def routes(cloud: Cloud) -> list[BaseRoute]:
    """Sign-in and Graph."""
    return [*sign_in.routes(cloud), *graph.routes(cloud)]
