"""The command line: `python -m localcloud start | stop | status | reset | logs | run -- <command>`."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Sequence

from localcloud import environment, lifecycle, report
from localcloud.control.settings import InvalidSetting
from localcloud.home import Home
from localcloud.lifecycle import LifecycleError

_NOT_FOUND = 127
_INTERRUPTED = 130
_EXAMPLES = """\
examples:
  python -m localcloud start                      start the cloud (again: says that it runs)
  python -m localcloud run -- pulumi up           any command, against this cloud
  python -m localcloud logs control -f            follow the control plane's log
  python -m localcloud stop                       stop processes and containers; start goes on where they were
  python -m localcloud reset                      stop everything and forget it

environment:
  LOCALCLOUD_HOME     the folder of this cloud (default: .localcloud in the working directory)
  LOCALCLOUD_CACHE    what outlives a home, such as environments of services (default: ~/.cache/localcloud)
  LOCALCLOUD_PORT     the control plane's port (default: the one it had, else a free one)
  LOCALCLOUD_LATENCY  seconds that each long-running operation waits, as a simulation of Azure (default: 0)
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; returns its exit code."""
    parsed = _parser().parse_args(arguments)
    try:
        return int(parsed.run(Home.from_environment(), parsed))
    except (LifecycleError, InvalidSetting) as error:
        _say(f"localcloud: {error}", error=True)
        return 1
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:
        # The reader has what it wanted, as in `logs | head`.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="localcloud",
        description="A stand-in for the parts of Azure that a model deployment needs, on loopback.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(title="commands", required=True, metavar="<command>")
    start = commands.add_parser("start", help="start the control plane and the provider plugins")
    start.set_defaults(run=_start)
    stop = commands.add_parser("stop", help="stop them, and the containers")
    stop.add_argument("--keep-containers", action="store_true", help="let the containers go on")
    stop.set_defaults(run=_stop)
    status = commands.add_parser("status", help="what runs and what there is; exit code 3 when it does not run")
    status.set_defaults(run=_status)
    reset = commands.add_parser("reset", help="stop everything and remove the home folder")
    reset.set_defaults(run=_reset)
    logs = commands.add_parser("logs", help="show a log")
    logs.add_argument("name", nargs="?", default="control", help="control (default), plugins or a container")
    logs.add_argument("-f", "--follow", action="store_true", help="go on until interrupted")
    logs.add_argument("-n", "--lines", type=int, default=100, metavar="N", help="the last N lines (default: 100)")
    logs.set_defaults(run=_logs)
    run = commands.add_parser("run", help="run a command in this cloud's environment; starts the cloud if needed")
    run.add_argument("command", nargs=argparse.REMAINDER, metavar="-- <command>", help="such as: -- pulumi preview")
    run.set_defaults(run=_run)
    return parser


def _start(home: Home, _: argparse.Namespace) -> int:
    begun = time.monotonic()
    started = lifecycle.start(home)
    url = (home.endpoint() or {}).get("url")
    if started:
        _say(f"localcloud serves {url} (started {' and '.join(started)} in {time.monotonic() - begun:.1f} s)")
    else:
        _say(f"localcloud already serves {url}")
    return 0


def _stop(home: Home, parsed: argparse.Namespace) -> int:
    stopped = lifecycle.stop(home, keep_containers=parsed.keep_containers)
    _say(f"stopped {', '.join(stopped)}" if stopped else "localcloud does not run")
    return 0


def _reset(home: Home, _: argparse.Namespace) -> int:
    existed = home.root.exists()
    lifecycle.reset(home)
    _say(f"removed {home.root}" if existed else f"there is nothing in {home.root}")
    return 0


def _status(home: Home, _: argparse.Namespace) -> int:
    for line in report.status(home):
        _say(line)
    return 0 if all(part.running(home) for part in lifecycle.PARTS) else 3


def _logs(home: Home, parsed: argparse.Namespace) -> int:
    path = report.log_file(home, parsed.name)
    for line in report.tail(path, parsed.lines):
        _say(line.rstrip("\n"))
    if parsed.follow:
        for line in report.follow(path):
            _say(line.rstrip("\n"))
    return 0


def _run(home: Home, parsed: argparse.Namespace) -> int:
    command = parsed.command[1:] if parsed.command[:1] == ["--"] else parsed.command
    if not command:
        _say("localcloud: run needs a command, such as: python -m localcloud run -- pulumi preview", error=True)
        return 2
    lifecycle.start(home)
    variables = environment.build(home)
    sys.stdout.flush()
    try:
        # Takes this process's place: signals and the exit code are the command's own.
        os.execvpe(command[0], command, variables)  # noqa: S606 - no shell is what is wanted
    except OSError as error:
        _say(f"localcloud: can't run '{command[0]}': {error.strerror}", error=True)
        return _NOT_FOUND


def _say(line: str, *, error: bool = False) -> None:
    print(line, file=sys.stderr if error else sys.stdout, flush=True)
