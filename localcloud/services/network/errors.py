"""Errors of Azure's network services. Where Azure's wording is not known, the sentence is localcloud's own.

CloudError
├── NetworkPropertyMissing       own wording
├── InvalidAddressPrefix
├── SubnetOutsideNetwork
├── SubnetsOverlap
├── SubnetIsFull                 own wording
├── SubnetInUse
├── NestedResources
├── InvalidResourceReference
└── PrivateLinkRefused           own wording
"""

from __future__ import annotations

from localcloud.arm.errors import BadRequest, Conflict


class NetworkPropertyMissing(BadRequest):
    """A property that the type always has."""

    def __init__(self, name: str, resource_id: str) -> None:
        super().__init__(f"Required property '{name}' is missing in resource '{resource_id}'.", "MissingJsonProperty")


class InvalidAddressPrefix(BadRequest):
    """Text that is no address range in CIDR notation."""

    def __init__(self, prefix: str, resource_id: str) -> None:
        super().__init__(
            f"Address prefix {prefix} of resource {resource_id} is not formatted correctly. It should follow CIDR "
            "notation, for example 10.0.0.0/24.",
            "InvalidAddressPrefixFormat",
        )


class SubnetOutsideNetwork(BadRequest):
    """A subnet that is no part of its network's addresses."""

    def __init__(self, subnet: str, network: str) -> None:
        super().__init__(
            f"Subnet '{subnet}' is not valid because its IP address range is outside the IP address range of virtual "
            f"network '{network}'.",
            "NetcfgInvalidSubnet",
        )


class SubnetsOverlap(BadRequest):
    """A subnet with addresses of another one."""

    def __init__(self, subnet: str, network: str) -> None:
        super().__init__(
            f"Subnet '{subnet}' is not valid because its IP address range overlaps with that of an existing subnet in "
            f"virtual network '{network}'.",
            "NetcfgSubnetRangesOverlap",
        )


class SubnetIsFull(BadRequest):
    """A subnet without a free address."""

    def __init__(self, subnet_id: str) -> None:
        super().__init__(f"Subnet '{subnet_id}' has no free IP address.", "SubnetIsFull")


class SubnetInUse(BadRequest):
    """A subnet, or its network, that private endpoints are in."""

    def __init__(self, subnet: str, user: str) -> None:
        super().__init__(
            f"Subnet {subnet} is in use by {user} and cannot be deleted. In order to delete the subnet, delete all the "
            "resources within the subnet. See aka.ms/deletesubnet.",
            "InUseSubnetCannotBeDeleted",
        )


class NestedResources(Conflict):
    """A zone that is linked to networks."""

    def __init__(self, resource_id: str) -> None:
        super().__init__(
            f"Can not delete resource '{resource_id}' before nested resources are deleted.", "CannotDeleteResource"
        )


class InvalidResourceReference(BadRequest):
    """A resource that another one names and that is not there, or not in the same region."""

    def __init__(self, referenced: str, resource_id: str) -> None:
        super().__init__(
            f"Resource {referenced} referenced by resource {resource_id} was not found. Please make sure that the "
            "referenced resource exists, and that both resources are in the same region.",
            "InvalidResourceReference",
        )


class PrivateLinkRefused(BadRequest):
    """A private endpoint to what has none."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason, "PrivateLinkServiceIdInvalid")
