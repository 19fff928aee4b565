"""Long commands: counted, told about, ended with this process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tools.pulumi import progress


def run(script: str) -> tuple[int, list[str]]:
    """Run a shell script whose lines `p ...` are counted."""
    return progress.run(
        ["/bin/sh", "-c", script],
        folder=Path("/"),
        environment=os.environ,
        count=lambda line: line.startswith("p "),
        status=lambda count: f"{count} done",
    )


def test_count_and_end_of_output(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(progress, "EVERY", 0.0)
    code, output = run("for i in 1 2 3; do echo p $i >&2; done; echo why >&2; echo hidden; sleep 0.5; exit 4")
    assert (code, output) == (4, ["why"])
    captured = capsys.readouterr()
    assert "pulumi engine: 3 done (0:00)\n" in captured.err
    assert captured.out == ""


def test_only_the_end_of_a_long_output_is_kept() -> None:
    code, output = run("i=0; while [ $i -lt 40 ]; do i=$((i + 1)); echo line $i >&2; done")
    assert code == 0
    assert output == [f"line {number}" for number in range(29, 41)]


def test_an_interrupt_ends_the_command(tmp_path: Path) -> None:
    source = (
        "import os, pathlib, sys\n"
        "from tools.pulumi import progress\n"
        "progress.run(['/bin/sh', '-c', 'echo $$ > pid; exec sleep 60'], folder=pathlib.Path(sys.argv[1]),\n"
        "    environment=os.environ, count=bool, status=str)"
    )
    command = [sys.executable, "-c", source, str(tmp_path)]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL, start_new_session=True) as process:
        while not (tmp_path / "pid").exists() or not (tmp_path / "pid").read_text(encoding="utf-8"):
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        assert process.wait(20) != 0
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text(encoding="utf-8")), 0)
