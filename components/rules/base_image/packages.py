"""What an installation means: packages that are not pinned, and the versions of Python and conda that it brings."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from .finding import Fact, Rule, Severity, State
from .installs import Install, Manager
from .listed import Listed, Unreadable, read_constraints, read_environment, read_list
from .pins import Package, Pin, read_package
from .releases import UBUNTU
from .versions import read_constraint

if TYPE_CHECKING:
    from .state import StageState

__all__ = ["apply_install"]

_RULES = {
    Manager.APT: Rule.APT_PIN,
    Manager.PIP: Rule.PIP_PIN,
    Manager.CONDA: Rule.CONDA_PIN,
    Manager.UV: Rule.UV_PIN,
}
_FIXES = {
    Manager.APT: "curl=7.81.0-1ubuntu1.16",
    Manager.PIP: "numpy==1.26.4",
    Manager.CONDA: "numpy=1.26.4",
    Manager.UV: "numpy==1.26.4",
}
_NEEDED = "should name each package with its version"
_APT_PYTHON = re.compile(r"python3(?:\.(?P<minor>\d{1,3}))?(?:-(?!is-).*)?")
_BASE = frozenset({"base", "root"})
_LIBFUSE = "libfuse-dev"
_FUSE = frozenset({"fuse", "fuse3", "libfuse2", "libfuse2t64", "libfuse3-dev", "libfuse3-3"})


def apply_install(state: StageState, install: Install, line: int, folder: str) -> None:
    """Judge one installation.

    Args:
        state: The stage, which gets the findings and the facts.
        install: The installation.
        line: Line of the Dockerfile where it stands.
        folder: Folder that its files' relative paths count from.
    """
    packages = [read_package(word, install.manager) for word in install.packages]
    listed = _followed(state, install, line, folder)
    pinned_elsewhere = _constraints(state, install, folder)
    _report_words(state, install, line, [one for one in packages if one.name not in pinned_elsewhere])
    _report_listed(state, install, line, listed, pinned_elsewhere)
    for one in packages:
        _learn(state, install, one, line)
    hidden = install.from_input or any(isinstance(item, Unreadable) for item in listed)
    state.opaque |= hidden or any(one.pin is Pin.UNKNOWN and "$" in one.name for one in packages)


def _followed(state: StageState, install: Install, line: int, folder: str) -> list[Listed | Unreadable]:
    """Read the files that an installation takes its packages from, and learn from them."""
    found: list[Listed | Unreadable] = []
    for word in install.requirements:
        found += read_list(state.absolute(word.text, folder), install.manager, state.files.find)
    for one in found:
        if isinstance(one, Listed):
            _learn(state, install, one.package, line)
    for word in install.environments:
        name, listed = read_environment(state.absolute(word.text, folder), state.files.find)
        found += listed
        _learn_environment(state, install.environment or name, listed, line)
    return found


def _constraints(state: StageState, install: Install, folder: str) -> set[str]:
    """Return the packages that a constraint file pins, named on the command line or by `PIP_CONSTRAINT`."""
    if install.manager not in (Manager.PIP, Manager.UV):
        return set()
    paths = [word.text for word in install.constraints]
    paths += state.values.get("PIP_CONSTRAINT", "").split() if install.manager is Manager.PIP else []
    return set().union(*(read_constraints(state.absolute(path, folder), state.files.find) for path in paths))


def _report_words(state: StageState, install: Install, line: int, packages: list[Package]) -> None:
    rule, fix = _RULES[install.manager], _FIXES[install.manager]
    open_ones = [one.text for one in packages if one.pin is Pin.OPEN]
    unknown = [one.text for one in packages if one.pin is Pin.UNKNOWN]
    if install.from_input:
        unknown.append("packages from its input")
    if install.blanket and not packages:
        open_ones.append("everything that has a newer version")
    if open_ones:
        found = f"{install.tool}: {', '.join(open_ones)}"
        state.report(rule, Severity.WARNING, line, found=found, needed=_NEEDED, fix=fix)
    if unknown:
        found = f"{install.tool}: {', '.join(unknown)}"
        state.report(rule, Severity.UNKNOWN, line, found=found, needed=_NEEDED, fix=fix)


def _report_listed(
    state: StageState, install: Install, line: int, listed: Iterable[Listed | Unreadable], pinned: set[str]
) -> None:
    for one in listed:
        if isinstance(one, Unreadable):
            found = f"{install.tool}: {one.path} {one.reason}"
            needed = "should install from files that are in the build context, so that their packages can be read"
            fix = "COPY requirements.txt /tmp/"
            state.report(_RULES[install.manager], Severity.UNKNOWN, line, found=found, needed=needed, fix=fix)
        elif one.package.pin in (Pin.OPEN, Pin.UNKNOWN) and one.package.name not in pinned:
            severity = Severity.WARNING if one.package.pin is Pin.OPEN else Severity.UNKNOWN
            by_uv = install.manager is Manager.UV
            rule = _RULES[install.manager if by_uv else one.manager]
            fix = _FIXES[one.manager]
            state.report(rule, severity, one.line, found=one.package.text, needed=_NEEDED, fix=fix, file=one.file)


def _learn(state: StageState, install: Install, package: Package, line: int) -> None:
    """Take from a package what it tells of Python, conda and libfuse."""
    source, environment = f"{install.tool} {package.text}", install.environment
    if install.manager is Manager.APT:
        _learn_apt(state, package, source, line)
    elif install.manager is Manager.CONDA and package.name in ("conda", "python"):
        fact = _fact(package, source, line)
        if not _is_base(state, install, environment):
            if package.name == "python" and environment:
                state.environments[environment] = fact
        elif package.name == "python":
            state.pythons["conda"] = _raised(state.pythons.get("conda", state.pythons["image"]), fact, package)
        else:
            state.conda = _raised(state.conda, fact, package)


def _is_base(state: StageState, install: Install, environment: str | None) -> bool:
    if install.tool.endswith("create") and environment not in _BASE:
        return environment is not None and environment in state.prefixes
    return environment is None or environment in _BASE or environment.rstrip("/") in state.prefixes


def _learn_environment(state: StageState, name: str | None, listed: Iterable[Listed | Unreadable], line: int) -> None:
    """Take the Python (and, in the base environment, the conda) of an environment file."""
    for one in listed:
        if not isinstance(one, Listed) or one.manager is not Manager.CONDA:
            continue
        fact = _fact(one.package, f"{one.file or 'document'}: {one.package.text}", line)
        base = name is None or name in _BASE or name.rstrip("/") in state.prefixes
        if one.package.name == "python" and base:
            state.pythons["conda"] = fact
        elif one.package.name == "python" and name:
            state.environments[name] = fact
        elif one.package.name == "conda" and base:
            state.conda = _raised(state.conda, fact, one.package)


def _fact(package: Package, source: str, line: int | None) -> Fact:
    allowed = read_constraint(package.version)
    if package.pin is Pin.UNKNOWN or allowed.lowest is None:
        return Fact(State.UNKNOWN, source=source, line=line)
    return Fact(State.KNOWN, allowed.lowest, at_least=not allowed.exact, source=source, line=line)


def _raised(before: Fact, after: Fact, package: Package) -> Fact:
    """Return what an installation leaves: without a version conda keeps what is there, or takes a later one."""
    if package.version or before.state is not State.KNOWN:
        return after
    return replace(before, at_least=True)


def _learn_apt(state: StageState, package: Package, source: str, line: int) -> None:
    if package.name == _LIBFUSE:
        state.libfuse = Fact(State.KNOWN, package.version.removeprefix("=") or None, source=source, line=line)
    elif package.name in _FUSE:
        state.fuse = (line, package.name)
    match = _APT_PYTHON.fullmatch(package.name)
    if package.name == "python-is-python3":
        match = _APT_PYTHON.fullmatch("python3")
    if match is None:
        return
    release = UBUNTU.get(state.ubuntu.version or "")
    version = f"3.{match['minor']}" if match["minor"] else (release.python if release else None)
    fact = Fact(State.KNOWN if version else State.UNKNOWN, version, source=source, line=line)
    before = state.pythons.get("apt")
    if before is None or _minor(fact) > _minor(before):
        state.pythons["apt"] = fact


def _minor(fact: Fact) -> int:
    return int(fact.version.split(".")[1]) if fact.version else -1
