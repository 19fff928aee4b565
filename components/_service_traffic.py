"""What versions that run side by side, their traffic and their number must obey together."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import combinations
from typing import Any

from ._component import number_problems
from .rules import Problem

_ALL = 100
_MOST_MIRRORED = 50
_TARGET = 70
"""CPU use, in percent, that is aimed at when nothing is said."""
_NAME = re.compile(r"[A-Za-z]([A-Za-z0-9-]{0,18}[A-Za-z0-9])?")
"""A deployment's name in Azure is the version's and a hash, 32 characters at most."""


def variant_problems(args: Mapping[str, Any]) -> Iterator[Problem]:
    """What is wrong with `deployments`, `traffic`, `mirror_traffic`, `replicas` and `autoscale`."""
    names: Mapping[str, Any] = args.get("deployments", {})
    if "deployments" in args and not names:
        yield Problem("deployments", "must name one version or more", None, '{"blue": {}}')
    for name in names:
        if not _NAME.fullmatch(name):
            rule = "must be named by letters, digits and hyphens inside, a letter first, 20 characters at most"
            yield Problem(f"deployments.{name}", rule, name, "blue")
    for name, other in combinations(names, 2):
        if name.lower() == other.lower():
            rule = f"must differ from '{name}' in more than upper and lower case: to Azure they are one name"
            yield Problem(f"deployments.{other}", rule, other, "green")
    yield from _shares(args, names)
    yield from _mirrored(args, names)
    yield from _numbers(args, names)


def _shares(args: Mapping[str, Any], names: Mapping[str, Any]) -> Iterator[Problem]:
    traffic: Mapping[str, Any] = args.get("traffic", {})
    if len(names) > 1 and not traffic:
        rule = "is required with more than one of deployments"
        yield Problem("traffic", rule, None, f'{{"{next(iter(names))}": 100}}')
    yield from _percents("traffic", traffic, names, _ALL)
    total = sum(share for share in traffic.values() if isinstance(share, int | float))
    if traffic and total not in {0, _ALL}:
        yield Problem("traffic", "must sum to 100, or to 0", f"{dict(traffic)}, {total:g} in all", '{"blue": 100}')


def _mirrored(args: Mapping[str, Any], names: Mapping[str, Any]) -> Iterator[Problem]:
    mirror: Mapping[str, Any] = args.get("mirror_traffic", {})
    yield from _percents("mirror_traffic", mirror, names, _MOST_MIRRORED)
    if len(mirror) > 1:
        yield Problem("mirror_traffic", "must name one of deployments", sorted(mirror), '{"green": 10}')
    for name, share in mirror.items():
        if share and args.get("traffic", {}).get(name):
            rule = "must name a version that gets no traffic of its own"
            yield Problem("mirror_traffic", rule, name, f'"traffic": {{"{name}": 0, ...}}')


def _percents(key: str, shares: Mapping[str, Any], names: Mapping[str, Any], most: int) -> Iterator[Problem]:
    for name in shares:
        if name not in names:
            known = ", ".join(names) or "none is given"
            yield Problem(f"{key}.{name}", "must be one of deployments", name, known)
        for problem in number_problems(shares, name, 0, most, 10):
            yield replace(problem, subject=f"{key}.{name}")


def _numbers(args: Mapping[str, Any], names: Mapping[str, Any]) -> Iterator[Problem]:
    yield from number_problems(args, "replicas", 1, None, 2)
    for name, variant in names.items():
        for problem in number_problems(variant, "replicas", 1, None, 2):
            yield replace(problem, subject=f"deployments.{name}.replicas")
    if "autoscale" not in args:
        return
    scale: Mapping[str, Any] = args["autoscale"]
    if "replicas" in args or any("replicas" in variant for variant in names.values()):
        yield Problem("replicas", "is not taken together with autoscale", "both", "autoscale.minimum")
    limits = {"minimum": (1, None), "maximum": (1, None), "target_cpu_percent": (1, _ALL)}
    limits |= {"scale_in_cpu_percent": (1, _ALL), "period_seconds": (1, None)}
    broken = [
        replace(problem, subject=f"autoscale.{key}")
        for key, (lowest, highest) in limits.items()
        for problem in number_problems(scale, key, lowest, highest, 5)
    ]
    yield from broken
    low, high = scale.get("scale_in_cpu_percent"), scale.get("target_cpu_percent", _TARGET)
    if not broken and low is not None and low >= high:
        rule = f"must be less than autoscale.target_cpu_percent, which is {high:g}"
        yield Problem("autoscale.scale_in_cpu_percent", rule, low, f"{high // 2:g}")
    if not broken and {"minimum", "maximum"} <= scale.keys() and scale["minimum"] > scale["maximum"]:
        rule = f"must not be more than autoscale.maximum, which is {scale['maximum']:g}"
        yield Problem("autoscale.minimum", rule, scale["minimum"], "1")
