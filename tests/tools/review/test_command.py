"""The command line, on recorded events and on an engine that is a stand-in."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tools.review.conftest import SAMPLES
from tools.review.__main__ import main

DEV = str(SAMPLES / "dev.jsonl")


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A `pulumi` that writes a sample for `--stack dev`, and nothing for another one."""
    program = tmp_path / "bin" / "pulumi"
    program.parent.mkdir()
    program.write_text(
        "#!/bin/sh\n"
        f'echo "$PULUMI_ENABLE_STREAMING_JSON_PREVIEW $@" >> {tmp_path}/asked\n'
        f'case "$*" in *"--stack dev"*) cat {DEV};; *) echo "error: no stack named" >&2; exit 255;; esac\n'
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")
    return tmp_path / "asked"


def test_files_become_reports(tmp_path: Path) -> None:
    report, whole = tmp_path / "report.md", tmp_path / "report.html"
    assert main([DEV, f"eu={SAMPLES / 'prod.jsonl'}", "--markdown", str(report), "--html", str(whole)]) == 0
    assert "\n## dev\n" in report.read_text()
    assert "\n## eu\n" in report.read_text()
    assert whole.read_text().startswith("<!doctype html>")


def test_a_preview_that_failed_is_reported_and_told_by_the_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([f"prod={SAMPLES / 'refused.jsonl'}"]) == 1
    shown = capsys.readouterr()
    assert "**The preview failed**" in shown.out
    assert shown.err == "review: the preview did not succeed: prod\n"


def test_a_preview_is_run_with_its_options_and_kept(
    engine: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = tmp_path / "previews"
    assert main(["--stack", "dev", "--save", str(kept), "--quiet", "--", "--policy-pack", "policy/one"]) == 0
    assert engine.read_text() == "true preview --json --non-interactive --stack dev --policy-pack policy/one\n"
    assert (kept / "dev.jsonl").read_text() == Path(DEV).read_text()
    assert capsys.readouterr().out == ""


def test_an_engine_that_says_nothing_of_a_preview_is_quoted_in_the_report_of_the_others(
    engine: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--stack", "nowhere", "--stack", "dev", "--save", str(tmp_path)]) == 1
    shown = capsys.readouterr()
    assert engine.exists()
    assert "**The preview broke off**" in shown.out
    assert "pulumi preview ended with 255: error: no stack named" in shown.out
    assert "| **dev** | succeeded |" in shown.out
    # Another machine makes the same of what was kept.
    assert main([f"nowhere={tmp_path / 'nowhere.jsonl'}", f"dev={tmp_path / 'dev.jsonl'}"]) == 1
    assert capsys.readouterr().out == shown.out


@pytest.mark.parametrize("ending", ["kill -9 $$", "exit 255"])
def test_an_engine_that_dies_midway_gives_what_it_came_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], ending: str
) -> None:
    program = tmp_path / "bin" / "pulumi"
    program.parent.mkdir()
    said = "panic: out of memory, password=hunter2-canary"
    program.write_text(f"#!/bin/sh\nhead -c 60000 {DEV}; echo '{said}' >&2; {ending}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")
    assert main(["--stack", "dev"]) == 1
    shown = capsys.readouterr()
    assert "| **dev** | **broke off** |" in shown.out
    assert "panic: out of memory, password=\\[secret\\]" in shown.out
    assert "CustomBaseImage" in shown.out
    assert "hunter2" not in shown.out + shown.err


def test_an_environment_without_events_is_in_the_report_of_the_others(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([f"dev={DEV}", "prod=nowhere.jsonl"]) == 1
    shown = capsys.readouterr()
    assert "| **prod** | **did not run** | 0 |" in shown.out
    assert "there are no events of it (EVENTS must be a file; got 'nowhere.jsonl'" in shown.out
    assert shown.err == "review: the preview did not succeed: prod\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "the command line must name previews; got neither events nor a stack; e.g. --stack dev"),
        (["nowhere.jsonl"], "EVENTS must be a file; got 'nowhere.jsonl'"),
        ([DEV, "--save", "x"], "--save is for the previews that --stack runs"),
        ([DEV, "--", "--diff"], "what follows -- is for the previews that --stack runs"),
        ([str(SAMPLES / "README.md")], "line 1 is not JSON"),
    ],
)
def test_a_command_line_that_can_t_be_meant_so(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    assert said in capsys.readouterr().err


def test_without_an_engine_the_way_to_one_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert main(["--stack", "dev"]) == 2
    assert "pulumi is not on PATH" in capsys.readouterr().err
