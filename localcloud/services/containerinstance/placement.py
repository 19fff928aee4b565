"""Where a group is: a public address, or a private one in a subnet; a zone; graphics cards."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from localcloud.arm.errors import InvalidResourceId
from localcloud.arm.ids import ResourceId
from localcloud.services.containerinstance.errors import InvalidGroup, SubnetNotDelegated, SubnetNotFound

if TYPE_CHECKING:
    from localcloud.arm.store import Document
    from localcloud.cloud import Cloud

GROUP_TYPE = "Microsoft.ContainerInstance/containerGroups"
_SUBNET_TYPE = "Microsoft.Network/virtualNetworks/subnets"
_LABEL = re.compile(r"[a-zA-Z0-9]([-a-zA-Z0-9]{1,61}[a-zA-Z0-9])")
_GPUS = ("K80", "P100", "V100")
_GPU_COUNTS = (1, 2, 4)


def check(cloud: Cloud, group: str, document: Document) -> None:
    """Raises for an address, a subnet, a zone or graphics cards that a group can't have."""
    properties = document["properties"]
    subnets = properties.get("subnetIds") or []
    _check_address(group, properties.get("ipAddress") or {}, in_subnet=bool(subnets))
    _check_subnets(cloud, group, subnets, document["location"])
    zones = document.get("zones") or []
    if not isinstance(zones, list) or len(zones) > 1 or any(zone not in {"1", "2", "3"} for zone in zones):
        raise InvalidGroup(group, f"it is in one zone, 1, 2 or 3, and not in {zones}")
    for container in properties["containers"]:
        resources = container["properties"]["resources"]
        for kind in ("requests", "limits"):
            _check_gpu(group, container["name"], (resources.get(kind) or {}).get("gpu"), in_subnet=bool(subnets))


def _check_address(group: str, address: Document, *, in_subnet: bool) -> None:
    kind, label = address.get("type"), address.get("dnsNameLabel")
    if in_subnet and kind == "Public":
        raise InvalidGroup(group, "a group in a subnet has a Private ipAddress, or none")
    if not in_subnet and kind == "Private":
        raise InvalidGroup(group, "a Private ipAddress needs subnetIds")
    if label is not None and kind != "Public":
        raise InvalidGroup(group, "a dnsNameLabel needs a Public ipAddress")
    if label is not None and (not isinstance(label, str) or not _LABEL.fullmatch(label)):
        raise InvalidGroup(group, f"the dnsNameLabel '{label}' has to be 3 to 63 letters, digits and '-'")


def _check_subnets(cloud: Cloud, group: str, subnets: Any, location: str) -> None:
    if not subnets:
        return
    if not isinstance(subnets, list) or len(subnets) > 1 or not isinstance(subnets[0], dict):
        raise InvalidGroup(group, "it is in one subnet")
    subnet = _find(cloud, subnets[0].get("id"))
    network_id = ResourceId.parse(subnet["id"]).parent
    network = cloud.resources.get(network_id) if network_id else {}
    if network.get("location") != location:
        raise InvalidGroup(group, f"the subnet '{subnet['id']}' is in another region")
    delegations = subnet["properties"].get("delegations") or []
    names = {str((delegation.get("properties") or {}).get("serviceName")).lower() for delegation in delegations}
    if GROUP_TYPE.lower() not in names:
        raise SubnetNotDelegated(subnet["id"])


def _find(cloud: Cloud, subnet_id: Any) -> Document:
    try:
        parsed = ResourceId.parse(str(subnet_id))
    except InvalidResourceId:
        raise SubnetNotFound(str(subnet_id)) from None
    found = cloud.resources.find(parsed) if parsed.type.lower() == _SUBNET_TYPE.lower() else None
    if found is None:
        raise SubnetNotFound(str(subnet_id))
    return found


def _check_gpu(group: str, container: str, gpu: Any, *, in_subnet: bool) -> None:
    if gpu is None:
        return
    if not isinstance(gpu, dict) or gpu.get("sku") not in _GPUS or gpu.get("count") not in _GPU_COUNTS:
        raise InvalidGroup(
            group,
            f"the gpu of the container '{container}' needs a sku of {', '.join(_GPUS)} and a count of 1, 2 or 4",
        )
    if in_subnet:
        raise InvalidGroup(group, "containers in a subnet have no gpu")
