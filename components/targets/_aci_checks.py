"""What the options of the target `aci` must obey."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from .._component import known, number_problems
from ..rules import ArmId, InvalidArmId, NameKind, Problem, check_name

_GPUS = ("K80", "P100", "V100")
_SUBNET = "Microsoft.Network/virtualNetworks/subnets"
_PAIRS = (("gpu_count", "gpu_sku", "V100"), ("tls_certificate", "tls_key", "a PEM text"))
"""Options of which one is nothing without the other."""


def aci_problems(_name: str, args: Mapping[str, Any]) -> list[Problem]:
    """What is wrong with the options of a service in ACI.

    Args:
        args: All inputs of the service.
    """
    options = args.get("aci", {})
    return [replace(problem, subject=f"aci.{problem.subject}") for problem in _problems(options)]


def _problems(options: Mapping[str, Any]) -> Iterator[Problem]:
    if (cpu := options.get("cpu", 1)) <= 0 or cpu % 0.5:
        yield Problem("cpu", "must be a positive number of cores, in halves", cpu, "1.5")
    if (memory := options.get("memory_gb", 1.5)) <= 0 or round(memory * 10, 6) % 1:
        yield Problem("memory_gb", "must be a positive number of GB, in tenths", memory, "1.5")
    for one, other, example in _PAIRS:
        for given, missing in ((one, other), (other, one)):
            if given in options and missing not in options:
                yield Problem(missing, f"is required with aci.{given}", None, example)
    yield from number_problems(options, "gpu_count", 1, 4, 1)
    if options.get("gpu_sku", _GPUS[0]) not in _GPUS:
        yield Problem("gpu_sku", f"must be one of {', '.join(_GPUS)}", options["gpu_sku"], "V100")
    yield from _place_problems(options)
    yield from _tls_problems(options)


def _place_problems(options: Mapping[str, Any]) -> Iterator[Problem]:
    label, subnet = options.get("dns_name_label"), options.get("subnet_id")
    if label is not None:
        yield from check_name(NameKind.DNS_LABEL, label, "dns_name_label")
    if label and subnet is not None:
        rule = "is not taken together with aci.subnet_id: a private address has no public host name"
        yield Problem("dns_name_label", rule, label, "one of the two")
    if (text := known(subnet)) is not None:
        try:
            ArmId.parse(text, _SUBNET)
        except InvalidArmId as error:
            rule = f"must be the ARM id of a subnet ({error.reason})"
            yield Problem(
                "subnet_id", rule, text, f"/subscriptions/.../providers/{_SUBNET.replace('/subnets', '/...')}"
            )
    zones = options.get("zones", ())
    if len(zones) > 1 or any(zone not in {"1", "2", "3"} for zone in zones):
        yield Problem("zones", "must hold one zone: 1, 2 or 3", list(zones), '["1"]')


def _tls_problems(options: Mapping[str, Any]) -> Iterator[Problem]:
    """Whether certificate and key are PEM; neither is shown."""
    for key, opening in (("tls_certificate", "CERTIFICATE"), ("tls_key", "PRIVATE KEY")):
        text = known(options.get(key))
        if text is not None and (f"{opening}-----" not in text or "-----BEGIN" not in text):
            rule = "must be PEM text, not the path of a file"
            yield Problem(key, rule, f"{len(text)} characters", f"-----BEGIN {opening}-----...")
        elif text is not None and "ENCRYPTED" in text:
            rule = "must have no pass phrase: nobody is there to type it"
            yield Problem(key, rule, "an encrypted key", "openssl pkey -in with.key -out without.key")
