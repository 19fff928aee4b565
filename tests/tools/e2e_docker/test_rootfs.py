"""The base file system: from the cache, else made; Ubuntu before Debian; signed by Ubuntu or not taken."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tools.e2e_docker import packages, rootfs
from tools.e2e_docker.errors import CommandFailed, NotHere, UnknownKey
from tools.e2e_docker.rootfs import RELEASES, Release, RootFileSystem

KNOWN = "F6ECB3762474EDA9D21B7022871920D1991BC93C"
UNKNOWN = "0" * 40


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The releases that were made; a release with a suite `none` has no mirror."""
    names: list[str] = []

    def make(wanted: RootFileSystem) -> None:
        if wanted.release.suite == "none":
            raise CommandFailed(["debootstrap"], 1, "no mirror")
        names.append(wanted.release.name)
        wanted.archive.touch()

    monkeypatch.setattr(rootfs, "_make", make)
    monkeypatch.setattr(packages, "ensure", lambda _: None)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    return names


def release(name: str, suite: str) -> Release:
    return Release(name, suite, "script", "main")


def test_ubuntu_comes_first_and_is_made_once(tmp_path: Path, made: list[str]) -> None:
    first = rootfs.ensure(tmp_path)
    assert rootfs.ensure(tmp_path) == first
    assert made == [RELEASES[0].name]
    assert first.release.is_ubuntu


def test_debian_stands_in_where_ubuntu_has_no_mirror(
    tmp_path: Path, made: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    found = rootfs.ensure(tmp_path, [release("Ubuntu X", "none"), release("Debian Y", "y")])
    assert made == ["Debian Y"]
    assert not found.release.is_ubuntu
    assert "no Ubuntu X from here" in capsys.readouterr().err


def test_without_any_mirror_each_refusal_is_told(tmp_path: Path, made: list[str]) -> None:
    with pytest.raises(NotHere, match=r"(?s)Ubuntu X.*no mirror.*Debian Y.*no mirror"):
        rootfs.ensure(tmp_path, [release("Ubuntu X", "none"), release("Debian Y", "none")])
    assert made == []


def test_only_root_can_make_one(tmp_path: Path, made: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(NotHere, match="debootstrap wants root"):
        rootfs.ensure(tmp_path)
    assert made == []


@pytest.mark.parametrize(("keys", "taken"), [([KNOWN], True), ([KNOWN, UNKNOWN], False), ([], False)])
def test_a_keyring_is_taken_with_ubuntus_keys_only(keys: list[str], taken: bool) -> None:  # noqa: FBT001 - a column
    listed = "\n".join(f"fpr:::::::::{key}:" for key in keys)
    if taken:
        rootfs.check_keys(listed)
    else:
        with pytest.raises(UnknownKey):
            rootfs.check_keys(listed)
