"""A container group to write and refuse."""

from __future__ import annotations

from typing import Any

import pytest

from localcloud.services.containerinstance.launching import container_id

GROUP = "Microsoft.ContainerInstance/containerGroups/demo1"


class _Groups:
    """One group with one container, `web`."""

    def __init__(self, arm: Any, runtime: Any, image: str, admin: dict[str, str]) -> None:
        self.arm, self.runtime, self.image, self.admin = arm, runtime, image, admin
        self.id = arm.id(GROUP)
        self.container = container_id(self.id.lower(), "web")

    def body(self, container: dict[str, Any] | None = None, **properties: Any) -> dict[str, Any]:
        inner = {
            "image": self.image,
            "ports": [{"port": 80}],
            "resources": {"requests": {"cpu": 1, "memoryInGB": 1.5}},
        } | (container or {})
        return {
            "location": "west us",
            "properties": {
                "containers": [{"name": "web", "properties": inner}],
                "imageRegistryCredentials": [self.admin],
                "ipAddress": {"type": "Public", "ports": [{"port": 80, "protocol": "TCP"}]},
                "osType": "Linux",
                "restartPolicy": "Always",
            }
            | properties,
        }

    def put(self, body: dict[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = self.arm.put(GROUP, body)
        return found

    def refused(self, body: dict[str, Any]) -> tuple[int, str, str]:
        found: tuple[int, str, str] = self.arm.refused(GROUP, body)
        return found

    @property
    def starts(self) -> int:
        return len(self.runtime.starts)


@pytest.fixture
def groups(arm: Any, runtime: Any, pushed: Any, admin: dict[str, str]) -> _Groups:
    return _Groups(arm, runtime, pushed("app:v1", "FROM scratch"), admin)
