"""Programs that are missing are installed, or it is said why that can't be."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tools.e2e_docker import packages
from tools.e2e_docker.errors import NotHere


@pytest.fixture
def calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file with the calls of apt-get, which is a script; nothing else is on PATH."""
    file = tmp_path / "calls"
    for name, says in {"apt-get": f'echo "$@" >> {file}', "apt-cache": "echo docker-buildx; echo docker-doc"}.items():
        script = tmp_path / name
        script.write_text(f"#!/bin/sh\n{says}\n")
        script.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(packages, "_POLICY", tmp_path / "policy-rc.d")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    return file


def test_what_is_there_is_not_installed(calls: Path) -> None:
    packages.ensure({"apt-get": "apt"})
    assert not calls.exists()


def test_what_is_missing_is_installed_by_its_package(calls: Path) -> None:
    packages.ensure({"no-such-program": "its-package"})
    assert calls.read_text().splitlines()[-1].endswith("--no-install-recommends its-package")


def test_the_engine_brings_the_client_that_the_release_has_apart(calls: Path) -> None:
    packages.ensure({"dockerd": "docker.io"})
    assert calls.read_text().splitlines()[-1].endswith("docker.io docker-buildx")


def test_no_service_is_started_meanwhile(tmp_path: Path, calls: Path) -> None:
    policy = tmp_path / "policy-rc.d"
    (tmp_path / "apt-get").write_text(f"#!/bin/sh\n[ -x {policy} ] && echo $? >> {calls}\ntrue\n")
    packages.ensure({"dockerd": "docker.io"})
    assert calls.read_text() == "0\n"
    assert not policy.exists()


def test_an_ordinary_user_is_told_why(calls: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(NotHere, match=r"docker\.io can't be had here: packages are installed by root"):
        packages.ensure({"dockerd": "docker.io"})
    assert not calls.exists()


def test_a_system_without_apt_is_told(tmp_path: Path, calls: Path) -> None:
    (tmp_path / "apt-get").unlink()
    with pytest.raises(NotHere, match="there is no apt-get"):
        packages.ensure({"dockerd": "docker.io"})
    assert not calls.exists()


def test_what_apt_says_is_passed_on(tmp_path: Path, calls: Path) -> None:
    (tmp_path / "apt-get").write_text("#!/bin/sh\necho no mirror answers\nexit 100\n")
    with pytest.raises(NotHere, match="no mirror answers"):
        packages.ensure({"dockerd": "docker.io"})
    assert shutil.which("dockerd") is None
    assert not calls.exists()
