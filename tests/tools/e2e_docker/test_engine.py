"""The engine that answers is used; one that can't start is a reason to skip; what it leaves is removed."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from tools.e2e_docker import engine as engines
from tools.e2e_docker import packages
from tools.e2e_docker.errors import NotHere


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is first on PATH; nothing is installed."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr(packages, "ensure", lambda _: None)
    monkeypatch.delenv("DOCKER_HOST", raising=False)
    return folder


def script(path: Path, text: str) -> None:
    """A program."""
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


def test_an_engine_that_answers_is_used(tmp_path: Path, programs: Path) -> None:
    script(programs / "docker", "echo 99.0, storage fake, --secret")
    script(programs / "dockerd", f"touch {tmp_path}/started")
    with engines.engine(tmp_path) as docker:
        assert docker.executable == str(programs / "docker")
        assert docker.host == ""
        assert docker.folder.stat().st_mode & 0o777 == 0o700
    assert not (tmp_path / "started").exists()


def test_a_client_that_cannot_build_with_secrets_is_a_reason(
    tmp_path: Path, programs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script(programs / "docker", "echo 99.0, storage fake")
    monkeypatch.setattr(engines, "_DEBIAN", str(programs))
    with pytest.raises(NotHere, match="install docker-buildx"), engines.engine(tmp_path):
        pass


def test_debians_client_steps_in_where_the_one_on_path_cannot_build(
    tmp_path: Path, programs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script(programs / "docker", "echo 99.0, storage fake")
    debian = tmp_path / "debian"
    debian.mkdir()
    script(debian / "docker", "echo 99.0, --secret")
    monkeypatch.setattr(engines, "_DEBIAN", str(debian))
    with engines.engine(tmp_path) as docker:
        assert docker.executable == str(debian / "docker")


def test_an_engine_that_does_not_start_is_a_reason_with_its_log(
    tmp_path: Path, programs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script(programs / "docker", "exit 1")
    script(programs / "dockerd", 'echo "no cgroups here"; exit 1')
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(engines, "_LEFT", ())
    with pytest.raises(NotHere, match=r"(?s)dockerd does not answer.*no cgroups here"), engines.engine(tmp_path):
        pass


def test_an_ordinary_user_can_start_none(tmp_path: Path, programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script(programs / "docker", "exit 1")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(NotHere, match="only root can start one"), engines.engine(tmp_path):
        pass


def test_clients_of_one_engine_keep_their_credentials_apart(tmp_path: Path) -> None:
    docker = engines.Docker("docker", tmp_path / "docker", "unix:///nowhere")
    other = docker.acting_for("docker-puller")
    assert other.folder != docker.folder
    assert re.fullmatch("unix:///nowhere", other.host)
