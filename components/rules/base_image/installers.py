"""Conda's installers: what the name of a downloaded file tells of the conda and the Python in it.

The tables are from memory of the projects' release notes; an installer that is in none of them is unknown.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from types import MappingProxyType

from .finding import Fact, State
from .versions import numbers

__all__ = ["Installer", "find_installers"]

_FILE = re.compile(
    r"(?P<family>Miniconda|Anaconda|Miniforge|Mambaforge)(?P<major>[23]?)(?P<pypy>-pypy\d*)?"
    r"(?:-(?P<py>py\d{2,3}_)?(?P<version>latest|\d[\w.]{0,40}|(?!\$\(uname)[^\s/]{0,80}?\$[^\s/]{0,80}?))?(?P<build>-\d{1,9})?"
    r"-(?P<system>Linux|MacOSX|Windows|\$\([^)]{0,80}\)|\$\{?\w+\}?|`[^`]*`)(?:\$\([^)]{0,80}\)|[^\s/;&|$]|\$(?!\()){0,120}?\.(?:sh|exe|pkg)"
)
_RELEASE_FOLDER = re.compile(r"/releases/(?:download/(?P<version>[^/\s]+)|latest/download)/$")
_MICROMAMBA = re.compile(
    r"micro\.mamba\.pm/api/micromamba/[\w$(){}-]+/(?P<version>[\w.${}-]+)|(?P<script>micro\.mamba\.pm/install)"
)

_ANACONDA = MappingProxyType(
    {
        "4.0.0": ("4.0.5", "3.5"),
        "4.1.1": ("4.1.6", "3.5"),
        "4.2.0": ("4.2.9", "3.5"),
        "4.3.1": ("4.3.14", "3.6"),
        "4.4.0": ("4.3.21", "3.6"),
        "5.0.0": ("4.3.27", "3.6"),
        "5.0.1": ("4.3.30", "3.6"),
        "5.1.0": ("4.4.10", "3.6"),
        "5.2.0": ("4.5.4", "3.6"),
        "5.3.0": ("4.5.11", "3.7"),
        "5.3.1": ("4.5.11", "3.7"),
        "2018.12": ("4.5.12", "3.7"),
        "2019.03": ("4.6.11", "3.7"),
        "2019.07": ("4.7.10", "3.7"),
        "2019.10": ("4.7.12", "3.7"),
        "2020.02": ("4.8.2", "3.7"),
        "2020.07": ("4.8.3", "3.8"),
        "2020.11": ("4.9.2", "3.8"),
        "2021.05": ("4.10.1", "3.8"),
        "2021.11": ("4.10.3", "3.9"),
        "2022.05": ("4.12.0", "3.9"),
        "2022.10": ("22.9.0", "3.9"),
        "2023.03": ("23.1.0", "3.10"),
        "2023.07": ("23.5.2", "3.11"),
        "2023.09": ("23.7.4", "3.11"),
        "2024.02": ("24.1.2", "3.11"),
        "2024.06": ("24.5.0", "3.12"),
        "2024.10": ("24.9.2", "3.12"),
        "2025.06": ("25.5.1", "3.13"),
    }
)
"""Anaconda3's version -> conda, Python."""

_MINICONDA_PYTHON = (((4, 5, 11), "3.7"), ((4, 3), "3.6"), ((4,), "3.5"))
"""Miniconda3 whose name has no Python: from this version on, the Python in it (4.8 and later name it)."""
_MINICONDA_NAMED = (4, 8)


@dataclass(frozen=True)
class Installer:
    """An installer that a Dockerfile fetches.

    Attributes:
        name: The file's name.
        conda: The conda that it brings; absent for micromamba, which is not conda.
        python: The Python that it brings.
        offset: Where its name starts in the text.
        key: What its name says, the same for every system: what is fetched by one name and run by another is one.
    """

    name: str
    conda: Fact
    python: Fact
    offset: int
    key: tuple[str | None, ...]


def find_installers(text: str) -> list[Installer]:
    """Find the installers that a command names, by file or address, with variables already resolved."""
    found = [_read(match, text) for match in _FILE.finditer(text)]
    for match in _MICROMAMBA.finditer(text):
        name = f"micromamba {match['version'] or 'latest'}"
        conda = Fact(State.ABSENT, source=f"{name}, which is not conda")
        found.append(Installer(name, conda, Fact(State.UNKNOWN, source=name), match.start(), (name,)))
    return sorted(found, key=lambda one: one.offset)


def _read(match: re.Match[str], text: str) -> Installer:
    name, key = match.group(), match.group("family", "major", "py", "version")
    version = (match["version"] or _folder_version(text[: match.start()]) or "").partition("-")[0] or None
    if version is None or "$" in version or version == "latest":
        unknown = Fact(State.UNKNOWN, source=name)
        python = _known(_dotted(match["py"]), name) if match["py"] else unknown
        return Installer(name, unknown, python, match.start(), key)
    if match["family"] == "Anaconda":
        conda, python = _anaconda(version, match["major"], name)
    else:
        conda = _known(version, name)
        python = _python(match, version, name)
    return Installer(name, conda, python, match.start(), key)


def _folder_version(before: str) -> str | None:
    """Return the version that a release's address names before a file without one."""
    match = _RELEASE_FOLDER.search(before)
    return match["version"] if match else None


def _anaconda(version: str, major: str, name: str) -> tuple[Fact, Fact]:
    release = _ANACONDA.get(version.partition("-")[0])
    if release is None:
        return Fact(State.UNKNOWN, source=name), Fact(State.UNKNOWN, source=name)
    conda, python = release
    return _known(conda, name), _known("2.7" if major == "2" else python, name)


def _python(match: re.Match[str], version: str, name: str) -> Fact:
    """Return the Python of a Miniconda, Miniforge or Mambaforge."""
    if match["py"]:
        return _known(_dotted(match["py"]), name)
    if match["major"] == "2":
        return _known("2.7", name)
    found = numbers(version)
    if match["family"] != "Miniconda":  # the first Miniforge, of 2020, had Python 3.6 or later
        return Fact(State.KNOWN, "3.6", at_least=True, source=name)
    if found is None or match["major"] != "3" or found >= _MINICONDA_NAMED:
        return Fact(State.UNKNOWN, source=name)
    python = next((python for start, python in _MINICONDA_PYTHON if found >= start), None)
    return _known(python, name) if python else Fact(State.UNKNOWN, source=name)


def _dotted(prefix: str) -> str:
    """Return `3.10` for `py310_`."""
    digits = prefix.removeprefix("py").removesuffix("_")
    return f"{digits[0]}.{digits[1:]}"


def _known(version: str, source: str) -> Fact:
    return Fact(State.KNOWN, version, source=source)
