"""A registry, as the tests of azure-native's stand-in make, change and remove it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.localcloud.plugins.engine import Engine
from tests.localcloud.plugins.fake_cloud import GROUP

Connect = Callable[[str], Engine]
REGISTRY = "azure-native:containerregistry:Registry"
REGISTRY_ID = f"{GROUP}/providers/Microsoft.ContainerRegistry/registries/models"
INPUTS: dict[str, Any] = {
    "resourceGroupName": "rg",
    "registryName": "models",
    "location": "westeurope",
    "sku": {"name": "Basic"},
    "adminUserEnabled": False,
}
