"""What is wrong with the inputs of a ContainerRegistry: ranges, names, and what can't go together."""

import ipaddress
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from ._component import known, number_problems
from ._registry_parts import region, token_name
from .interfaces import id_problems
from .pull import PullMode
from .pull._passwords import LONGEST_VALIDITY, moment, now
from .rules import NameKind, Problem, check_made_name, check_name

_OF_A_MADE_ONE = (
    "registry_name",
    "location",
    "sku",
    "public_network_access",
    "allowed_ip_ranges",
    "retention_policy_days",
    "zone_redundancy",
    "replications",
    "customer_managed_key",
)
"""Inputs of a registry that is made; an adopted one stays as it is."""

_PREMIUM = (
    "allowed_ip_ranges",
    "retention_policy_days",
    "zone_redundancy",
    "replications",
    "private_endpoints",
    "customer_managed_key",
)
"""Inputs that Azure takes for the tier Premium only; public_network_access=False is another."""

_OF_A_MODE = {
    PullMode.SERVICE_PRINCIPAL: ("rotation", "password_valid_days", "password_expires_on", "expiry_warning_days"),
    PullMode.MANAGED_IDENTITY: ("pull_identity_id",),
    PullMode.TOKEN: ("token_name", "token_repositories", "token_password"),
}
"""Inputs of one pull mode, which no other takes."""

_NUMBERS = {
    "rotation": (0, None, 1),
    "password_valid_days": (1, LONGEST_VALIDITY, 180),
    "expiry_warning_days": (0, LONGEST_VALIDITY, 30),
    "retention_policy_days": (0, 365, 30),
}
"""Whole numbers: the smallest, the largest (None for no limit) and an example."""

_REGION = "northeurope"


def check_registry(args: Mapping[str, Any], sku: str) -> list[Problem]:
    """What is wrong with the registry that is asked for, or adopted.

    Args:
        args: The component's inputs.
        sku: The service tier.
    """
    numbers = [problem for key, limits in _NUMBERS.items() for problem in number_problems(args, key, *limits)]
    if "container_registry_id" in args:
        return numbers + list(_adoption(args))
    problems = numbers + list(_making(args, sku))
    if (registry_name := known(args.get("registry_name"))) is not None:
        problems += check_name(NameKind.REGISTRY, registry_name, "registry_name")
    return [*problems, *_networks(args), *_regions(args), *_key(args)]


def check_pull(name: str, args: Mapping[str, Any], pull: PullMode) -> list[Problem]:
    """What is wrong with the pull mode and its inputs.

    Args:
        name: Name of the component.
        args: Its inputs.
        pull: The pull mode.
    """
    problems = [
        Problem(key, f"is not taken if pull is {pull.value}", "a value", f"pull={mode.value}")
        for mode, keys in _OF_A_MODE.items()
        if mode is not pull
        for key in keys
        if key in args
    ]
    if pull is PullMode.SERVICE_PRINCIPAL:
        problems += _end(args)
    if pull is PullMode.MANAGED_IDENTITY:
        problems += _identity(name, args)
    if pull is PullMode.TOKEN:
        problems += _token(name, args)
    return problems


def _adoption(args: Mapping[str, Any]) -> Iterator[Problem]:
    yield from id_problems(
        "container_registry_id", args["container_registry_id"], "Microsoft.ContainerRegistry/registries"
    )
    for key in _OF_A_MADE_ONE:
        if key in args:
            fix = f"no {key}, or no container_registry_id"
            yield Problem(key, "is not taken with container_registry_id", "a value", fix)


def _making(args: Mapping[str, Any], sku: str) -> Iterator[Problem]:
    if "resource_group_name" not in args:
        yield Problem("resource_group_name", "is required without container_registry_id", None, "rg-scoring")
    if sku != "Premium":
        for key in _PREMIUM:
            if _asks(args.get(key)):
                yield Problem(key, f"is not taken if sku is {sku}", "a value", "sku=Premium")
    if not args.get("public_network_access", True):
        if sku != "Premium":
            access = args["public_network_access"]
            yield Problem("public_network_access", f"must be true if sku is {sku}", access, "sku=Premium")
        if "allowed_ip_ranges" in args:
            fix = "public_network_access=True"
            yield Problem("allowed_ip_ranges", "is not taken if public_network_access is false", "a value", fix)
    if args.get("pull") == PullMode.ANONYMOUS and sku == "Basic":
        yield Problem("pull", "must not be anonymous if sku is Basic", "anonymous", "sku=Standard")


def _asks(value: Any) -> bool:
    """Whether a value asks for something; 0 days do."""
    return value is not None and value is not False and value != []


def _networks(args: Mapping[str, Any]) -> Iterator[Problem]:
    ranges = args.get("allowed_ip_ranges")
    if ranges is not None and not ranges:
        fix = "public_network_access=False"
        yield Problem("allowed_ip_ranges", "must hold one range at least", [], fix)
    for index, text in enumerate(ranges or []):
        try:
            ipaddress.IPv4Network(text)
        except ValueError as error:
            rule = f"must be an IPv4 address or range ({error})"
            yield Problem(f"allowed_ip_ranges[{index}]", rule, text, "203.0.113.0/24")


def _regions(args: Mapping[str, Any]) -> Iterator[Problem]:
    """A replication that Azure would refuse: the registry's own region, or one that has a replication already."""
    taken = {region(known(args.get("location")) or "")}
    for index, replication in enumerate(args.get("replications", [])):
        if "location" not in replication:
            continue
        subject, location = f"replications[{index}].location", replication["location"]
        place = region(location)
        if place in taken:
            yield Problem(subject, "must be neither the registry's own region nor given twice", location, _REGION)
        elif check_name(NameKind.REGISTRY, place):
            yield Problem(subject, "must be an Azure region", location, _REGION)
        taken.add(place)


def _key(args: Mapping[str, Any]) -> Iterator[Problem]:
    """A workspace can read its key by an identity of its own; a registry that is made has none yet."""
    key = args.get("customer_managed_key")
    for part in ("user_assigned_identity_resource_id", "user_assigned_identity_client_id"):
        if key is not None and not key.get(part):
            rule = "is required for the key of a registry"
            yield Problem(
                f"customer_managed_key.{part}", rule, None, "an identity that may wrap and unwrap with the key"
            )


def _end(args: Mapping[str, Any]) -> Iterator[Problem]:
    """When new passwords end: a moment to come, as far away as Entra ID lets it be."""
    text = args.get("password_expires_on")
    if text is None:
        return
    if "password_valid_days" in args:
        fix = "one of password_expires_on and password_valid_days"
        yield Problem("password_expires_on", "is not taken with password_valid_days", text, fix)
    example = f"{now() + timedelta(days=180):%Y-%m-%d}T00:00:00Z"
    end = moment(text)
    if end is None:
        yield Problem("password_expires_on", "must be a moment as RFC 3339, with its time zone", text, example)
    elif not now() < end <= now() + timedelta(days=LONGEST_VALIDITY):
        rule = f"must be a moment to come, {LONGEST_VALIDITY} days away at most"
        yield Problem("password_expires_on", rule, text, example)


def _identity(name: str, args: Mapping[str, Any]) -> Iterator[Problem]:
    if "pull_identity_id" in args:
        identity = "Microsoft.ManagedIdentity/userAssignedIdentities"
        yield from id_problems("pull_identity_id", args["pull_identity_id"], identity)
        return
    yield from check_made_name(NameKind.MANAGED_IDENTITY, f"{name}-pull-identity", "name")
    if "container_registry_id" in args and "resource_group_name" not in args:
        rule = "is required for the identity that is made: without pull_identity_id"
        yield Problem("resource_group_name", rule, None, "rg-scoring")


def _token(name: str, args: Mapping[str, Any]) -> Iterator[Problem]:
    yield from check_name(NameKind.REGISTRY_TOKEN, token_name(name, args), "token_name")
    if not args.get("token_repositories"):
        rule = "must hold one repository at least if pull is token"
        yield Problem("token_repositories", rule, args.get("token_repositories"), '["diabetes-base"]')
    for index, repository in enumerate(args.get("token_repositories", [])):
        yield from check_name(NameKind.IMAGE, repository, f"token_repositories[{index}]")
