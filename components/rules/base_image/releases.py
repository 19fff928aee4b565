"""Releases of Ubuntu and Python: names, what they bring, and when their maintenance ends. Plain facts, as data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

__all__ = [
    "CONDA_MINIMUM",
    "DEBIAN_NAMES",
    "PYTHON_END",
    "PYTHON_MINIMUM",
    "UBUNTU",
    "UBUNTU_MINIMUM",
    "UBUNTU_NAMES",
    "UbuntuRelease",
]

UBUNTU_MINIMUM = (16, 4)
CONDA_MINIMUM = (4, 5)
PYTHON_MINIMUM = (3, 5)


@dataclass(frozen=True)
class UbuntuRelease:
    """One release of Ubuntu.

    Attributes:
        name: First word of its code name, as tags have it.
        python: Version of its package `python3`.
        end: Last day of its standard maintenance (without Ubuntu Pro); months are taken to their last day.
    """

    name: str
    python: str
    end: date


UBUNTU = MappingProxyType(
    {
        "12.04": UbuntuRelease("precise", "3.2", date(2017, 4, 28)),
        "14.04": UbuntuRelease("trusty", "3.4", date(2019, 4, 30)),
        "16.04": UbuntuRelease("xenial", "3.5", date(2021, 4, 30)),
        "16.10": UbuntuRelease("yakkety", "3.5", date(2017, 7, 20)),
        "17.04": UbuntuRelease("zesty", "3.5", date(2018, 1, 13)),
        "17.10": UbuntuRelease("artful", "3.6", date(2018, 7, 19)),
        "18.04": UbuntuRelease("bionic", "3.6", date(2023, 5, 31)),
        "18.10": UbuntuRelease("cosmic", "3.6", date(2019, 7, 18)),
        "19.04": UbuntuRelease("disco", "3.7", date(2020, 1, 23)),
        "19.10": UbuntuRelease("eoan", "3.7", date(2020, 7, 17)),
        "20.04": UbuntuRelease("focal", "3.8", date(2025, 5, 31)),
        "20.10": UbuntuRelease("groovy", "3.8", date(2021, 7, 22)),
        "21.04": UbuntuRelease("hirsute", "3.9", date(2022, 1, 20)),
        "21.10": UbuntuRelease("impish", "3.9", date(2022, 7, 14)),
        "22.04": UbuntuRelease("jammy", "3.10", date(2027, 4, 30)),
        "22.10": UbuntuRelease("kinetic", "3.10", date(2023, 7, 20)),
        "23.04": UbuntuRelease("lunar", "3.11", date(2024, 1, 25)),
        "23.10": UbuntuRelease("mantic", "3.11", date(2024, 7, 11)),
        "24.04": UbuntuRelease("noble", "3.12", date(2029, 5, 31)),
        "24.10": UbuntuRelease("oracular", "3.12", date(2025, 7, 10)),
        "25.04": UbuntuRelease("plucky", "3.13", date(2026, 1, 31)),
        "25.10": UbuntuRelease("questing", "3.13", date(2026, 7, 31)),
    }
)
"""Version -> release."""

UBUNTU_NAMES = MappingProxyType({release.name: version for version, release in UBUNTU.items()})
"""Code name -> version."""

DEBIAN_NAMES = frozenset(
    {"jessie", "stretch", "buster", "bullseye", "bookworm", "trixie", "forky", "sid", "wheezy", "slim"}
)
"""What tags of Debian images hold."""

PYTHON_END = MappingProxyType(
    {
        (2, 7): date(2020, 1, 1),
        (3, 5): date(2020, 9, 30),
        (3, 6): date(2021, 12, 23),
        (3, 7): date(2023, 6, 27),
        (3, 8): date(2024, 10, 7),
        (3, 9): date(2025, 10, 31),
        (3, 10): date(2026, 10, 31),
        (3, 11): date(2027, 10, 31),
        (3, 12): date(2028, 10, 31),
        (3, 13): date(2029, 10, 31),
        (3, 14): date(2030, 10, 31),
    }
)
"""Python's minor version -> last day of its maintenance."""
