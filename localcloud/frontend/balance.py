"""Which deployment a request goes to: as even as the percentages allow, not by chance.

Of each hundred requests in a row a deployment with 10 percent gets ten.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from localcloud.frontend.routes import Routes

_WHOLE = 100


class Balance:
    """Splits the requests of one endpoint; begins anew with new routes."""

    def __init__(self) -> None:
        self._routes: Routes | None = None
        self._credit: dict[str, int] = {}
        self._mirrored: dict[str, int] = {}

    def choose(self, routes: Routes) -> str | None:
        """The next request's deployment; None where none has traffic."""
        self._follow(routes)
        for name, percent in routes.traffic.items():
            self._credit[name] = self._credit.get(name, 0) + percent
        candidates = [name for name, percent in routes.traffic.items() if percent and name in routes.deployments]
        if not candidates:
            return None
        chosen = max(candidates, key=lambda name: self._credit[name])
        self._credit[chosen] -= sum(routes.traffic.values())
        return chosen

    def mirrors(self, routes: Routes) -> list[str]:
        """The deployments that get a copy of this request."""
        self._follow(routes)
        found = []
        for name, percent in routes.mirror.items():
            self._mirrored[name] = self._mirrored.get(name, 0) + percent
            if self._mirrored[name] >= _WHOLE and name in routes.deployments:
                self._mirrored[name] -= _WHOLE
                found.append(name)
        return found

    def _follow(self, routes: Routes) -> None:
        if routes is not self._routes:
            self._routes, self._credit, self._mirrored = routes, {}, {}
