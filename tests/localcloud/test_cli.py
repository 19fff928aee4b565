"""The command line, in this process: what needs no running cloud."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from localcloud import cli, lifecycle, owner, report
from localcloud.arm.store import Store
from localcloud.control.clock import Clock
from localcloud.lifecycle import Part, StartFailed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localcloud.home import Home


@pytest.fixture(autouse=True)
def _own_home(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOCALCLOUD_HOME", str(home.root))
    monkeypatch.setenv("LOCALCLOUD_CACHE", str(home.cache))


def test_help_names_every_command_and_variable(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["--help"])
    assert ended.value.code == 0
    text = capsys.readouterr().out
    for word in ("start", "stop", "status", "reset", "logs", "run", "LOCALCLOUD_HOME", "LOCALCLOUD_LATENCY"):
        assert word in text


def test_where_nothing_runs_it_says_so(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["stop"]) == 0
    assert cli.main(["reset"]) == 0
    assert cli.main(["status"]) == 3
    assert cli.main(["logs"]) == 1
    output = capsys.readouterr()
    assert "does not run" in output.out
    assert f"there is nothing in {home.root}" in output.out
    assert "control    stopped" in output.out
    assert "there is no log 'control'" in output.err
    assert not home.root.exists()


def test_run_needs_a_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["run", "--"]) == 2
    assert "run needs a command" in capsys.readouterr().err


@pytest.mark.parametrize("command", [["start"], ["stop"], ["reset"], ["run", "--", "true"]])
def test_a_folder_of_somebody_else_is_left_as_it_is(
    home: Home, capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    home.root.mkdir()
    (home.root / "thesis.txt").write_text("precious")
    assert cli.main(command) == 1
    assert "is not a localcloud's folder" in capsys.readouterr().err
    assert [path.name for path in home.root.iterdir()] == ["thesis.txt"]


def test_another_start_at_the_same_moment_is_nobody_elses_folder(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    home.root.mkdir()
    listed = Path.iterdir

    def beside_another(folder: Path) -> Iterator[Path]:
        (home.root / "lifecycle.lock").touch()
        yield from listed(folder)

    monkeypatch.setattr(Path, "iterdir", beside_another)
    assert lifecycle.stop(home) == []


def test_a_home_that_never_came_up_can_be_reset(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOCALCLOUD_LATENCY", "fast")
    with pytest.raises(StartFailed, match="LOCALCLOUD_LATENCY has to be a number of seconds"):
        lifecycle.start(home)
    assert [part.running(home) for part in lifecycle.PARTS] == [None, None]
    assert cli.main(["reset"]) == 0
    assert not home.root.exists()


def test_a_process_that_ends_at_once_is_told_with_its_log(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    part = Part("control", "localcloud.no_such_module", lambda _, __: False)
    monkeypatch.setattr(lifecycle, "PARTS", (part,))
    with pytest.raises(StartFailed, match=r"(?s)control ended while it started.*no_such_module"):
        lifecycle.start(home)


def test_a_process_that_does_not_answer_is_given_up(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    part = Part("control", "http.server", lambda _, __: False)
    monkeypatch.setattr(lifecycle, "PARTS", (part,))
    monkeypatch.setattr(lifecycle, "START_TIMEOUT_SECONDS", 0.2)
    monkeypatch.setenv("LOCALCLOUD_PORT", "0")
    monkeypatch.setattr(lifecycle, "_spawn", _sleeper)
    with pytest.raises(StartFailed, match="does not answer"):
        lifecycle.start(home)
    assert part.running(home) is None
    assert lifecycle.stop(home) == []


def _sleeper(home: Home, part: Part) -> None:
    """Starts something that never answers."""
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    lifecycle.remember(home, part, process.pid)
    _CHILDREN.append(process)


_CHILDREN: list[subprocess.Popen[bytes]] = []


@pytest.fixture(autouse=True)
def _reaped() -> object:
    yield
    while _CHILDREN:
        child = _CHILDREN.pop()
        child.kill()
        child.wait()


def test_another_process_with_the_same_id_is_left_alone(home: Home) -> None:
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    _CHILDREN.append(process)
    lifecycle.remember(home, lifecycle.CONTROL, process.pid)
    lifecycle._lock_file(home).touch()
    record = lifecycle.CONTROL.record(home)
    record.write_text(record.read_text().replace('"started": ', '"started": 1'))
    assert lifecycle.CONTROL.running(home) is None
    assert lifecycle.stop(home) == []
    assert process.poll() is None


def test_status_counts_what_there_is(home: Home) -> None:
    store = Store(home.database)
    path = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerRegistry/registries/r"
    store.put(
        "resources",
        path.lower(),
        {
            "id": path,
            "name": "r",
            "type": "Microsoft.ContainerRegistry/registries",
            "properties": {"loginServer": "127.1.2.3:5443"},
        },
    )
    Clock(store).advance(timedelta(days=200))
    lines = report.status(home)
    assert "clock      200 days, 0:00:00 ahead of real time" in lines
    assert "registry   127.1.2.3:5443        r" in lines
    assert "resources     1  Microsoft.ContainerRegistry/registries" in lines


@pytest.mark.parametrize(
    ("command", "path", "body"),
    [
        (["clock"], "/localcloud/clock", None),
        (["clock", "--advance", "200d"], "/localcloud/clock", {"advance": 200 * 86400.0}),
        (["clock", "--advance", "1.5h"], "/localcloud/clock", {"advance": 5400.0}),
        (["lag"], "/localcloud/lag", None),
        (["lag", "--roles", "30"], "/localcloud/lag", {"roles": 30.0}),
        (["lag", "--roles", "0", "--principals", "5"], "/localcloud/lag", {"roles": 0.0, "principals": 5.0}),
        (["lag", "--steps", "0.5"], "/localcloud/lag", {"steps": 0.5}),
        (["subscription", "list"], "/localcloud/subscriptions", None),
        (["subscription", "add", "research"], "/localcloud/subscriptions", {"name": "research"}),
    ],
)
def test_what_is_set_is_asked_of_the_control_plane(
    monkeypatch: pytest.MonkeyPatch, command: list[str], path: str, body: object
) -> None:
    asked: list[tuple[str, object]] = []

    def ask(_: object, wanted: str, given: object = None) -> dict[str, object]:
        asked.append((wanted, given))
        return {"now": "2026-11-22T12:00:00Z", "aheadSeconds": 0, "roles": 0, "principals": 0, "steps": 0, "value": []}

    monkeypatch.setattr(owner, "ask", ask)
    assert cli.main(command) == 0
    assert asked == [(path, body)]


@pytest.mark.parametrize("duration", ["3x", "d", "-1d", "", "1"])
def test_what_is_no_duration_is_refused(capsys: pytest.CaptureFixture[str], duration: str) -> None:
    with pytest.raises(SystemExit):
        cli.main(["clock", f"--advance={duration}"])
    assert "no duration such as 200d, 36h, 15m or 30s" in capsys.readouterr().err


@pytest.mark.parametrize("command", [["subscription", "add"], ["subscription", "list", "research"]])
def test_a_name_goes_with_an_added_subscription(capsys: pytest.CaptureFixture[str], command: list[str]) -> None:
    assert cli.main(command) == 2
    assert "a name goes with" in capsys.readouterr().err


def test_nothing_is_asked_of_a_cloud_that_does_not_serve(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["clock"]) == 1
    assert "does not serve" in capsys.readouterr().err
