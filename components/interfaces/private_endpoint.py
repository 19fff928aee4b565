"""Private endpoints: an address of the resource in your own network."""

from collections.abc import Sequence
from typing import NotRequired, TypedDict

import pulumi
from pulumi_azure_native import network

from .._component import key_problems
from ..rules import ArmId, Problem
from ._subject import Subject, child_names, id_problems, repeated_names

_SUBNET = "Microsoft.Network/virtualNetworks/subnets"
_ZONE = "Microsoft.Network/privateDnsZones"


class PrivateEndpoint(TypedDict):
    """An address of the resource in a subnet."""

    subnet_resource_id: pulumi.Input[str]
    """Required. ARM id of the subnet."""

    name: NotRequired[str]
    """Optional. Name of the private endpoint. Default: made by Pulumi from the component's name."""

    private_dns_zone_resource_ids: NotRequired[Sequence[pulumi.Input[str]]]
    """Optional. ARM ids of the private DNS zones that name the address. Default: none, names are your own to keep."""

    resource_group_name: NotRequired[pulumi.Input[str]]
    """Optional. Resource group of the private endpoint. Default: the component's."""

    location: NotRequired[pulumi.Input[str]]
    """Conditional. Region of the subnet's network. Required if it is not the component's."""


def problems(endpoints: Sequence[PrivateEndpoint], subject: str) -> list[Problem]:
    """What is wrong with private endpoints."""
    found = repeated_names(subject, endpoints)
    for place, endpoint in enumerate(endpoints):
        entry = f"{subject}[{place}]"
        found += key_problems(PrivateEndpoint, endpoint, f"{entry}.")
        found += id_problems(f"{entry}.subnet_resource_id", endpoint.get("subnet_resource_id"), _SUBNET)
        for number, zone in enumerate(endpoint.get("private_dns_zone_resource_ids", [])):
            found += id_problems(f"{entry}.private_dns_zone_resource_ids[{number}]", zone, _ZONE)
    return found


def create(subject: Subject, endpoints: Sequence[PrivateEndpoint]) -> list[pulumi.Resource]:
    """Makes the endpoints, each with its group of DNS zones."""
    made: list[pulumi.Resource] = []
    for name, endpoint in zip(child_names(f"{subject.name}-endpoint", endpoints), endpoints, strict=True):
        made += _connect(subject, name, endpoint)
    return made


def _connect(subject: Subject, name: str, endpoint: PrivateEndpoint) -> list[pulumi.Resource]:
    group = endpoint.get("resource_group_name", subject.resource_group_name)
    made = network.PrivateEndpoint(
        name,
        resource_group_name=group,
        private_endpoint_name=endpoint.get("name"),
        location=endpoint.get("location", subject.location),
        subnet={"id": endpoint["subnet_resource_id"]},
        private_link_service_connections=[
            {"name": name, "private_link_service_id": subject.resource_id, "group_ids": [subject.sub_resource]}
        ],
        tags=subject.tags,
        opts=subject.component.child(),
    )
    zones = endpoint.get("private_dns_zone_resource_ids", [])
    return [made, _name_in(subject, name, group, made.name, zones)] if zones else [made]


def _name_in(
    subject: Subject,
    name: str,
    group: pulumi.Input[str],
    endpoint_name: pulumi.Output[str],
    zones: Sequence[pulumi.Input[str]],
) -> pulumi.Resource:
    return network.PrivateDnsZoneGroup(
        f"{name}-dns",
        resource_group_name=group,
        private_endpoint_name=endpoint_name,
        private_dns_zone_group_name="default",
        private_dns_zone_configs=[
            {"name": pulumi.Output.from_input(zone).apply(_config_name), "private_dns_zone_id": zone} for zone in zones
        ],
        opts=subject.component.child(),
    )


def _config_name(zone_id: str) -> str:
    """The zone's name as Azure's portal writes it here: `privatelink-azurecr-io`."""
    return ArmId.parse(zone_id).name.replace(".", "-")
