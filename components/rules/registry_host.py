"""Hosts of registries: their form, and the slip of the pen that makes a known one another host."""

from __future__ import annotations

import re

from .problem import Problem

__all__ = ["check_registry_host"]

_LABEL = r"(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])"
_HOST = re.compile(rf"(?:{_LABEL}(?:\.{_LABEL})+|localhost|{_LABEL}(?=:)|\[[a-fA-F0-9:]+\])(?::[0-9]{{1,5}})?")
"""As in an image's name: a single word is a host only where a port follows it."""

_EXAMPLE = "contosoml.azurecr.io"

_SUFFIXES = ("azurecr.io", "azurecr.cn", "azurecr.us")
"""What the hosts of Azure's registries end in; the registry's own name stands before it."""

_KNOWN = (
    *_SUFFIXES,
    "docker.io",
    "gcr.io",
    "ghcr.io",
    "mcr.microsoft.com",
    "nvcr.io",
    "quay.io",
    "registry.gitlab.com",
)

_FEW_LETTERS, _SOME_LETTERS = 7, 10
"""A host shorter than the first has too many honest neighbours to call one a slip; from the second on two count."""


def check_registry_host(host: str, subject: str) -> list[Problem]:
    """Check that a text is the host of a registry, and not next to a known one.

    Args:
        host: What images of the registry open with: `contosoml.azurecr.io`, `localhost:5000`.
        subject: What the problem is said of, e.g. an input's name.
    """
    if not _HOST.fullmatch(host):
        rule = "must be the host of a registry, with its port if it has one, without scheme and path"
        return [Problem(subject, rule, host, _bare(host))]
    name, colon, port = host.lower().partition(":")
    if name in _SUFFIXES:
        return [Problem(subject, "must name the registry before Azure's suffix", host, f"contosoml.{name}")]
    if any(name == known or name.endswith(f".{known}") for known in _KNOWN):
        return []
    for known in _KNOWN:
        own, ending = _split(name, known.count(".") + 1)
        if _is_slip(ending, known):
            meant = f"{own}.{known}" if own else known
            return [
                Problem(subject, f"must be spelt as the host that it is next to ({known})", host, meant + colon + port)
            ]
    return []


def _bare(text: str) -> str:
    """The host in an address, or an example where there is none."""
    host = text.strip().rpartition("://")[2].partition("/")[0]
    return host if _HOST.fullmatch(host) else _EXAMPLE


def _split(name: str, labels: int) -> tuple[str, str]:
    """The first labels of a host, and its last `labels` ones."""
    parts = name.split(".")
    return ".".join(parts[:-labels]), ".".join(parts[-labels:])


def _is_slip(text: str, known: str) -> bool:
    slips = 0 if len(known) < _FEW_LETTERS else 1 if len(known) < _SOME_LETTERS else 2
    return abs(len(text) - len(known)) <= slips and 0 < _distance(text, known) <= slips


def _distance(first: str, second: str) -> int:
    """Letters to add, drop, change or swap with their neighbour to turn one text into the other."""
    before, last = list[int](), list(range(len(second) + 1))
    for row, letter in enumerate(first, 1):
        now = [row]
        for column, other in enumerate(second, 1):
            change = last[column - 1] + (letter != other)
            now.append(min(last[column] + 1, now[-1] + 1, change))
            swapped = column > 1 and row > 1 and letter == second[column - 2] and first[row - 2] == other
            if swapped:
                now[-1] = min(now[-1], before[column - 2] + 1)
        before, last = last, now
    return last[-1]
