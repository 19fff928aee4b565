"""The command `explain-pull`, without a cloud."""

from __future__ import annotations

import io
import json
import sys
from typing import TYPE_CHECKING, Any

import pytest

from localcloud import cli, owner

if TYPE_CHECKING:
    from pathlib import Path

PASSWORD = "canary-password"
IMAGE = "127.1.2.3:5443/app:v1"


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, Any]:
    """What the cloud is asked; `problems` is what it answers."""
    asked: dict[str, Any] = {"problems": []}

    def ask(_: object, path: str, body: dict[str, Any]) -> dict[str, Any]:
        asked.update(path=path, body=body)
        reasons = [{"cause": "role", "message": "the admin user may do everything"}]
        return {
            "image": body["image"],
            "identity": body["identity"],
            "pullable": not asked["problems"],
            "problems": asked["problems"],
            "reasons": reasons,
        }

    monkeypatch.setattr(owner, "ask", ask)
    monkeypatch.setenv("LOCALCLOUD_HOME", str(tmp_path / "home"))
    return asked


def test_what_can_be_pulled_ends_with_0(asked: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["explain-pull", IMAGE, "--as", "admin"]) == 0
    assert asked["path"] == "/localcloud/explain-pull"
    assert asked["body"] == {"image": IMAGE, "identity": "admin", "address": ""}
    assert capsys.readouterr().out == (
        f"{IMAGE} can be pulled as admin\n  yes  role       the admin user may do everything\n"
    )


def test_what_can_not_be_pulled_ends_with_1_and_every_problem(
    asked: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    asked["problems"] = [{"cause": cause, "message": f"no {cause}", "fix": "help"} for cause in ("tag", "role")]
    assert cli.main(["explain-pull", IMAGE, "--as", "anonymous", "--from", "azure"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"{IMAGE} can't be pulled as anonymous"
    assert lines[1:3] == ["  no   tag        no tag; fix: help", "  no   role       no role; fix: help"]
    assert asked["body"]["address"] == "azure"


def test_json_is_the_whole_answer(asked: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    del asked
    assert cli.main(["explain-pull", IMAGE, "--as", "admin", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["pullable"] is True


def test_a_password_comes_from_a_file_or_from_standard_input_and_is_not_printed(
    asked: dict[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "password"
    file.write_text(f"{PASSWORD}\n")
    cli.main(["explain-pull", IMAGE, "--as", "admin", "--password-file", str(file)])
    assert asked["body"].pop("password") == PASSWORD
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{PASSWORD}\n"))
    cli.main(["explain-pull", IMAGE, "--as", "admin", "--password-stdin"])
    assert asked["body"]["password"] == PASSWORD
    output = capsys.readouterr()
    assert PASSWORD not in output.out + output.err


def test_a_password_file_that_is_not_there_is_told(
    asked: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["explain-pull", IMAGE, "--as", "admin", "--password-file", str(tmp_path / "none")]) == 1
    assert "--password-file has to be a file with a password" in capsys.readouterr().err
    assert "path" not in asked
