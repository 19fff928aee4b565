"""The programs that the run needs, from Debian's packages where they are missing."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tools.e2e_docker.errors import CommandFailed, NotHere
from tools.e2e_docker.watch import run, say

TOOLS = {"debootstrap": "debootstrap", "gpg": "gpg", "skopeo": "skopeo"}
"""Program -> package, whatever engine is used."""
ENGINE = {"dockerd": "docker.io", "docker": "docker.io", "iptables": "iptables", "ip": "iproute2"}
"""Program -> package, for an engine of our own."""
_CLIENT = ("docker-cli", "docker-buildx")
"""Packages of newer releases, where the engine's package holds neither."""
_POLICY = Path("/usr/sbin/policy-rc.d")
_APT = ("apt-get", "-qq", "-o", "DPkg::Lock::Timeout=120")


def ensure(programs: dict[str, str]) -> None:
    """Installs the packages of programs that are missing; raises NotHere where that can't be done."""
    missing = sorted({package for program, package in programs.items() if shutil.which(program) is None})
    if not missing:
        return
    wanted = ", ".join(missing)
    if os.geteuid() != 0:
        raise NotHere(wanted, "packages are installed by root, and this is not root")
    if shutil.which("apt-get") is None:
        raise NotHere(wanted, "there is no apt-get; on other systems install them beforehand")
    say(f"installing Debian's {wanted}; they stay installed")
    try:
        _install(missing)
    except CommandFailed as error:
        raise NotHere(wanted, str(error)) from error


def _install(packages: list[str]) -> None:
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    run([*_APT, "update"], "reading the lists of packages", environment=environment)
    if "docker.io" in packages:
        offered = run(["apt-cache", "pkgnames", "docker-"], "looking for Docker's client").split()
        packages = [*packages, *(one for one in _CLIENT if one in offered)]
    command = [*_APT, "install", "-y", "--no-install-recommends", *packages]
    with _no_service_started():
        run(command, "installing packages", environment=environment)


@contextmanager
def _no_service_started() -> Iterator[None]:
    """Keeps the packages' services from being started, as Debian's policy for that has it: the engine is to be ours."""
    if _POLICY.exists():
        yield
        return
    try:
        _POLICY.write_text("#!/bin/sh\nexit 101\n")
        _POLICY.chmod(0o755)
        yield
    finally:
        _POLICY.unlink(missing_ok=True)
