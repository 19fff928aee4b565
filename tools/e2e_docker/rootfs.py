"""The base file system: Ubuntu by debootstrap, or Debian where no mirror of Ubuntu answers; kept in the cache."""

from __future__ import annotations

import hashlib
import os
import tarfile
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.e2e_docker import packages
from tools.e2e_docker.errors import CommandFailed, NotHere, UnknownKey
from tools.e2e_docker.mounts import unmount_below
from tools.e2e_docker.watch import run, say

UBUNTU_KEYS = frozenset(
    {
        "790BC7277767219C42C86F933B4FE6ACC0B21F32",
        "843938DF228D22F7B3742BC0D94AA3F0EFE21092",
        "F6ECB3762474EDA9D21B7022871920D1991BC93C",
    }
)
"""Fingerprints of the keys that Ubuntu's archive (2012, 2018) and its images (2012) are signed with."""
_KEYRING = "usr/share/keyrings/ubuntu-archive-keyring.gpg"


@dataclass(frozen=True)
class Release:
    """A release that debootstrap can make.

    Attributes:
        name: As people call it.
        suite: As its mirror calls it.
        script: debootstrap's script for it, which also knows the mirror.
        components: Parts of the archive.
    """

    name: str
    suite: str
    script: str
    components: str

    @property
    def is_ubuntu(self) -> bool:
        """Whether it meets the requirement on base images, which asks for Ubuntu."""
        return self.name.startswith("Ubuntu")

    def command(self, target: Path, *options: str) -> list[str]:
        """The command of debootstrap; an empty mirror is the one that its script knows."""
        chosen = ["--variant=minbase", f"--components={self.components}", f"--include={','.join(_INCLUDED)}"]
        return ["debootstrap", *options, *chosen, self.suite, str(target), "", self.script]


_INCLUDED = ("ca-certificates", "python3", "python3-venv")
# debootstrap of an older Debian has no script for a newer Ubuntu, but all of them are the one of gutsy.
RELEASES = (
    Release("Ubuntu 24.04", "noble", "gutsy", "main,universe"),
    Release("Debian stable", "stable", "sid", "main"),
)
"""In the order in which they are tried."""


@dataclass(frozen=True)
class RootFileSystem:
    """A base file system.

    Attributes:
        release: What it is.
        archive: The tar file.
    """

    release: Release
    archive: Path


def ensure(cache: Path, releases: Sequence[Release] = RELEASES) -> RootFileSystem:
    """The first release that is in the cache, else the first that a mirror gives; raises NotHere."""
    files = [RootFileSystem(release, cache / f"{_key(release)}.tar") for release in releases]
    for found in files:
        if found.archive.exists():
            return found
    packages.ensure(packages.TOOLS)
    if os.geteuid() != 0:
        raise NotHere("a base file system", "debootstrap wants root")
    refusals = []
    for wanted in files:
        try:
            _make(wanted)
        except (CommandFailed, UnknownKey) as error:
            refusals.append(f"{wanted.release.name}: {error}")
            say(f"no {wanted.release.name} from here: {error}")
        else:
            return wanted
    raise NotHere("a base file system", "\n".join(refusals))


def _key(release: Release) -> str:
    made_of = repr((release, _INCLUDED)).encode()
    return f"{release.suite}-{hashlib.sha256(made_of).hexdigest()[:12]}"


def _make(wanted: RootFileSystem) -> None:
    release, archive = wanted.release, wanted.archive
    archive.parent.mkdir(parents=True, exist_ok=True)
    say(f"making {release.name} with debootstrap; it is kept in {archive.parent}")
    with tempfile.TemporaryDirectory(prefix=".making-", dir=archive.parent) as folder:
        root, keyring = Path(folder, "root"), Path(folder, "keyring.gpg")
        options = ["--force-check-gpg"]
        if release.is_ubuntu:
            run(release.command(root, "--no-check-gpg", "--download-only"), "getting Ubuntu's packages")
            _trusted_keyring(root, keyring)
            options += [f"--keyring={keyring}"]
        try:
            run(release.command(root, *options), f"making {release.name}", timeout=1200)
        finally:
            unmount_below(Path(folder))
        made = Path(folder, "root.tar")
        run(["tar", "--one-file-system", "-C", str(root), "-cf", str(made), "."], "packing")
        made.replace(archive)


def _trusted_keyring(root: Path, keyring: Path) -> None:
    """Takes the keyring out of its package, which nothing vouches for yet, when it has Ubuntu's keys only.

    With it debootstrap checks the release's signature and, by that, every package, before any of them is run.
    """
    (package,) = root.glob("var/cache/apt/archives/ubuntu-keyring_*.deb")
    data = keyring.with_suffix(".tar")
    run(["sh", "-c", 'dpkg-deb --fsys-tarfile "$0" > "$1"', str(package), str(data)], "unpacking the keyring")
    with tarfile.open(data) as contents:
        member = contents.extractfile(f"./{_KEYRING}")
        keyring.write_bytes(member.read() if member else b"")
    home = keyring.with_name("gnupg")
    home.mkdir(mode=0o700)
    command = ["gpg", "--homedir", str(home), "--batch", "--with-colons", "--show-keys", str(keyring)]
    check_keys(run(command, "reading the keyring"))


def check_keys(listed: str) -> None:
    """Raises UnknownKey unless gpg's list, with colons, names keys of Ubuntu and no other."""
    lines = [line.split(":") for line in listed.splitlines()]
    fingerprints = {fields[9] for fields in lines if fields[0] == "fpr"}
    if not fingerprints or not fingerprints <= UBUNTU_KEYS:
        raise UnknownKey(fingerprints)
