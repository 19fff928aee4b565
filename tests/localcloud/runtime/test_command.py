"""Which program, arguments and environment a container gets on this host."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from localcloud.images.config import ImageConfig
from localcloud.runtime.command import Guest, make_tools
from localcloud.runtime.errors import NotExecutable

if TYPE_CHECKING:
    from localcloud.runtime.rootfs import RootFileSystem

FILES = {
    "app/score.py": "",
    "app/entry.sh": "#!/bin/sh -e\n",
    "app/main": "#!/opt/conda/bin/python\n",
    "app/lost": "#!/opt/perl\n",
    "usr/local/bin/tool": "#!/usr/bin/env python\n",
    "opt/models/1/model.pkl": "",
}


@pytest.fixture
def guest(tmp_path: Path, root: RootFileSystem) -> Guest:
    for name, text in FILES.items():
        (root.path / name).parent.mkdir(parents=True, exist_ok=True)
        (root.path / name).write_text(text)
        (root.path / name).chmod(0o755 if text else 0o644)
    venv = tmp_path / "venv"
    (venv / "bin").mkdir(parents=True)
    for name in ("python", "azmlinfsrv"):
        (venv / "bin" / name).touch(0o755)
    config = ImageConfig(
        env={"PATH": "/opt/conda/bin:/usr/local/bin:/usr/bin:/bin", "MODELS": "/opt/models", "KEY": "a/b+/c=="},
        workdir="/app",
        entrypoint=("python",),
        cmd=("/app/score.py",),
    )
    return Guest("service", tmp_path, root, venv, make_tools(tmp_path / "tools"), config)


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (None, "VENV/python ROOT/app/score.py"),
        (["azmlinfsrv", "--entry_script", "/app/score.py"], "VENV/azmlinfsrv --entry_script ROOT/app/score.py"),
        (["/opt/conda/envs/x/bin/python", "-u"], "VENV/python -u"),
        (["python", "--a=/app/score.py,/app:/app/gone"], "VENV/python --a=ROOT/app/score.py,ROOT/app:/app/gone"),
        (["python", "http://h/app"], "VENV/python http://h/app"),
        (["tool", "x"], "TOOLS/env python ROOT/usr/local/bin/tool x"),
        (["./entry.sh"], "TOOLS/sh -e ROOT/app/entry.sh"),
        (["/app/main"], "VENV/python ROOT/app/main"),
        (["sh", "-c", "cd /app;/opt/x/bin/azmlinfsrv >/a"], "TOOLS/sh -c cd ROOT/app;VENV/azmlinfsrv >/a"),
        (["/bin/bash", "-c", "x"], "TOOLS/bash -c x"),
        (["sleep", "1"], "TOOLS/sleep 1"),
    ],
)  # fmt: skip
def test_argv(guest: Guest, command: list[str] | None, expected: str) -> None:
    places = {"ROOT": guest.root.path, "VENV": guest.venv / "bin", "TOOLS": guest.tools}
    text = re.sub("|".join(places), lambda match: str(places[match[0]]), expected)
    assert " ".join(guest.argv(command)) == text


@pytest.mark.parametrize(
    ("program", "problem", "code"),
    [
        ("nginx", "executable file not found in $PATH", 127),
        ("/usr/sbin/nginx", "stat /usr/sbin/nginx: no such file or directory", 127),
        ("/app/score.py", "permission denied", 126),
        ("/app", "permission denied", 126),
    ],
)
def test_what_can_not_be_executed(guest: Guest, program: str, problem: str, code: int) -> None:
    with pytest.raises(NotExecutable) as caught:
        guest.argv([program])
    assert f'exec: "{program}": {problem}' in str(caught.value)
    assert caught.value.exit_code == code


def test_a_script_whose_interpreter_is_missing(guest: Guest) -> None:
    with pytest.raises(NotExecutable, match='exec: "/opt/perl": stat /opt/perl: no such file or directory'):
        guest.argv(["/app/lost"])


def test_an_image_without_a_command(guest: Guest) -> None:
    with pytest.raises(NotExecutable, match="no command specified"):
        guest.argv([])


def test_the_environment_is_the_containers_own(guest: Guest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_OF_THE_HOST", "canary")
    found = guest.environment({"ENTRY": "/app/score.py", "PYTHONPATH": "/app"}, {5001: ("127.0.0.2", 80)})
    assert "SECRET_OF_THE_HOST" not in found
    root = guest.root.path
    assert found["MODELS"] == f"{root}/opt/models"
    assert found["KEY"] == "a/b+/c=="
    assert found["ENTRY"] == f"{root}/app/score.py"
    assert found["PATH"] == f"{guest.venv}/bin:{root}/usr/local/bin:{guest.tools}"
    assert found["PYTHONPATH"].split(":")[1] == f"{root}/app"
    assert found["HOSTNAME"] == "service"
    assert found["LOCALCLOUD_PORTS"] == '{"5001": ["127.0.0.2", 80]}'


def test_a_working_directory_is_made(guest: Guest) -> None:
    assert guest.directory() == guest.root.path / "app"
    config = ImageConfig(workdir="/new/folder")
    assert Guest("s", guest.folder, guest.root, guest.venv, guest.tools, config).directory().is_dir()
