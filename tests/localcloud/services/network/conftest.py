"""A network with a subnet."""

from __future__ import annotations

from typing import Any

import pytest

NETWORK = "Microsoft.Network/virtualNetworks/test-vnet"
SUBNET = f"{NETWORK}/subnets/test-1"


def network(*subnets: tuple[str, str]) -> dict[str, Any]:
    """A network's body: 10.0.0.0/16 with some subnets (name, prefix)."""
    inline = [{"name": name, "properties": {"addressPrefix": prefix}} for name, prefix in subnets]
    return {
        "location": "eastus",
        "properties": {"addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}, "subnets": inline},
    }


@pytest.fixture
def subnet(arm: Any) -> str:
    """A subnet's id."""
    arm.put(NETWORK, network(("test-1", "10.0.0.0/24")))
    found: str = arm.get(SUBNET)["id"]
    return found
