"""The script that an image answers, and what its answer means."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from ..rules.base_image import Fact, State
from .answer import ImageAnswer, Package, PackageKind
from .errors import NotRun

__all__ = ["MARK", "SCRIPT", "read_answer"]

MARK = "AZUREML_SCORING_MARK"
"""Environment variable with the word that headers of the answer open with: nothing else in the output can be one."""
_MISSING = 127
"""Exit code of a shell for a program that is not there."""
_LIBFUSE = "libfuse-dev"
_ASKED = frozenset({"os-release", "conda", "mamba", "python", "dpkg", "conda-list", "pip-list", "end"})

# The folders are those of the installers' own defaults, for images that leave conda off PATH.
SCRIPT = r"""
export LC_ALL=C PYTHONDONTWRITEBYTECODE=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 CONDA_REPORT_ERRORS=false
ask() {
  name=$1; shift
  if [ -n "$1" ]; then answer=$("$@" 2>/dev/null </dev/null); code=$?; else answer=; code=127; fi
  printf '\n@%s %s %s\n%s\n' "$AZUREML_SCORING_MARK" "$name" "$code" "$answer"
}
both() { "$@" 2>&1; }
version() { if [ -n "$2" ]; then ask "$1" both "$2" --version; else ask "$1" ''; fi; }
find() {
  for program in "$@"; do
    command -v "$program" 2>/dev/null && return
    for folder in /opt/conda /opt/mini* /opt/anaconda* /opt/mamba* "$HOME"/mini* "$HOME"/anaconda* "$HOME"/mamba*; do
      [ -x "$folder/bin/$program" ] && echo "$folder/bin/$program" && return
    done
  done
}
conda=$(find conda); mamba=$(find mamba micromamba)
python=$(command -v python || command -v python3)
if [ -r /etc/os-release ]; then release=/etc/os-release; else release=/usr/lib/os-release; fi
ask os-release cat "$release"
version conda "$conda"
version mamba "$mamba"
version python "$python"
ask dpkg "$(command -v dpkg-query)" -W -f '${db:Status-Abbrev}\t${Package}\t${Version}\t${Architecture}\n'
ask conda-list "${conda:-$mamba}" list --json
if [ -n "$python" ]; then ask pip-list "$python" -m pip list --format json; else ask pip-list ''; fi
ask end true
"""
"""Read by /bin/sh; writes nothing but its output. A version is taken from both streams: old Pythons use the other."""


@dataclass(frozen=True)
class _Part:
    """What one command said."""

    code: int
    text: str


def read_answer(output: str, mark: str) -> ImageAnswer:
    """What the output of the script means; raises NotRun where it is not whole.

    Args:
        output: All that the container wrote to its standard output.
        mark: The word that it was given in the variable `MARK`.
    """
    parts = dict(_parts(output, mark))
    if not parts.keys() >= _ASKED:
        reason = "its answer breaks off" if parts else "the container did not run the commands that it was given"
        raise NotRun(reason)
    release = _os_release(parts["os-release"])
    debs = _debs(parts["dpkg"])
    lists = {PackageKind.DEB: debs, PackageKind.CONDA: _conda(parts["conda-list"]), PackageKind.PYPI: _pip(parts)}
    packages = {package for listed in lists.values() for package in listed or ()}
    return ImageAnswer(
        ubuntu=_ubuntu(release),
        conda=_version(parts["conda"], r"conda (\S+)", "conda --version"),
        python=_version(parts["python"], r"Python (\S+)", "python --version"),
        libfuse=_libfuse(parts["dpkg"], debs),
        mamba=_version(parts["mamba"], r"(?:mamba )?(\S+)", "mamba --version"),
        system=release.get("PRETTY_NAME", ""),
        distribution=release.get("ID", ""),
        release=release.get("VERSION_ID", ""),
        packages=tuple(sorted(packages, key=lambda one: (one.kind.value, one.name, one.version, one.architecture))),
        unlisted=tuple(kind for kind, listed in lists.items() if listed is None),
    )


def _parts(output: str, mark: str) -> Iterator[tuple[str, _Part]]:
    header = re.compile(rf"^@{re.escape(mark)} ([a-z-]+) (\d+)$", re.MULTILINE)
    found = list(header.finditer(output))
    for match, following in zip_longest(found, found[1:]):
        end = following.start() if following else len(output)
        yield match[1], _Part(int(match[2]), output[match.end() : end].strip())


def _os_release(part: _Part) -> Mapping[str, str]:
    lines = (line.partition("=") for line in part.text.splitlines() if part.code == 0)
    return {key: value.strip().strip("\"'") for key, equals, value in lines if equals}


def _ubuntu(release: Mapping[str, str]) -> Fact:
    name = release.get("ID")
    if not name:
        return Fact(State.UNKNOWN, source="no os-release")
    source = f"os-release: {release.get('PRETTY_NAME', name)}"
    if name != "ubuntu":
        return Fact(State.ABSENT, source=source)
    version = release.get("VERSION_ID", "")
    known = re.fullmatch(r"\d\d\.\d\d", version) is not None
    return Fact(State.KNOWN, version, source=source) if known else Fact(State.UNKNOWN, source=source)


def _version(part: _Part, wording: str, source: str) -> Fact:
    """The version, where the command's last line is worded as it words it: `conda 4.5.11`."""
    if part.code == _MISSING:
        return Fact(State.ABSENT, source=source)
    match = re.fullmatch(wording, (part.text.splitlines() or [""])[-1].strip())
    if part.code != 0 or match is None or not match[1][0].isdigit():
        return Fact(State.UNKNOWN, source=source)
    return Fact(State.KNOWN, match[1], source=source)


def _debs(part: _Part) -> tuple[Package, ...] | None:
    """Debian's packages that are installed; None where the list can't be read."""
    if part.code == _MISSING:
        return ()
    rows = [line.split("\t") for line in part.text.splitlines()]
    if part.code != 0 or any(len(row) != 4 for row in rows):  # noqa: PLR2004 - the fields that are asked for
        return None
    return tuple(
        Package(PackageKind.DEB, name, version, architecture)
        for status, name, version, architecture in rows
        if status[1:2] == "i"
    )


def _libfuse(part: _Part, debs: tuple[Package, ...] | None) -> Fact:
    if debs is None or part.code == _MISSING:
        return Fact(State.UNKNOWN, source="dpkg-query")
    found = [package.version for package in debs if package.name == _LIBFUSE]
    return Fact(State.KNOWN if found else State.ABSENT, found[0] if found else None, source="dpkg-query")


def _conda(part: _Part) -> tuple[Package, ...] | None:
    """The packages of conda, without those that pip put beside them, which pip lists."""
    return _listed(part, PackageKind.CONDA)


def _pip(parts: Mapping[str, _Part]) -> tuple[Package, ...] | None:
    part = parts["pip-list"]
    # A Python without pip says so by an exit code of 1: there is nothing that pip could list.
    if part.code == 1 and not part.text:
        return ()
    return _listed(part, PackageKind.PYPI)


def _listed(part: _Part, kind: PackageKind) -> tuple[Package, ...] | None:
    if part.code == _MISSING:
        return ()
    try:
        entries: Any = json.loads(part.text) if part.code == 0 else None
    except ValueError:
        return None
    if not isinstance(entries, list) or not all(_is_entry(entry) for entry in entries):
        return None
    return tuple(
        Package(kind, entry["name"], entry["version"], build=str(entry.get("build_string") or ""))
        for entry in entries
        if entry.get("channel") != "pypi"
    )


def _is_entry(entry: Any) -> bool:
    return isinstance(entry, dict) and all(isinstance(entry.get(key), str) for key in ("name", "version"))
