"""Long commands: counted, told about, ended with this process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
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


def test_an_interrupt_ends_the_command_before_this_process() -> None:
    source = """if True:
        import os, pathlib
        from tools.pulumi import progress

        def count(line: str) -> bool:
            print(line, end="", flush=True)
            return True

        command = ["/bin/sh", "-c", "echo $$ >&2; exec sleep 60"]
        progress.run(command, folder=pathlib.Path("/"), environment=os.environ, count=count, status=str)
    """
    with subprocess.Popen(
        [sys.executable, "-c", source],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        text=True,
    ) as process:
        assert process.stdout is not None
        # Told by `count`: the interrupt must not come while the command is still being started.
        pid = int(process.stdout.readline())
        process.send_signal(signal.SIGINT)
        assert process.wait(20) != 0
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
