"""The command line: `python -m localcloud start | stop | status | reset | logs | clock | lag | run -- ...`."""

from __future__ import annotations

import argparse
import os
import re
import sys
import time
from collections.abc import Sequence
from datetime import timedelta

from localcloud import environment, explain, lifecycle, owner, report
from localcloud.control.settings import InvalidSetting
from localcloud.home import Home
from localcloud.lifecycle import LifecycleError

_NOT_FOUND = 127
_INTERRUPTED = 130
_UNITS = {"d": "days", "h": "hours", "m": "minutes", "s": "seconds"}
_EXAMPLES = """\
examples:
  python -m localcloud start                      start the cloud (again: says that it runs)
  python -m localcloud run -- pulumi up           any command, against this cloud
  python -m localcloud logs control -f            follow the control plane's log
  python -m localcloud stop                       stop processes and containers; start goes on where they were
  python -m localcloud reset                      stop everything and forget it
  python -m localcloud clock --advance 200d       credentials expire without waiting
  python -m localcloud lag --roles 30             a new role has an effect 30 seconds later
  python -m localcloud explain-pull IMAGE --as ID  which of network, tag, credential and role keeps it from pulling
  python -m localcloud subscription add research  one more subscription; prints its id

environment:
  LOCALCLOUD_HOME     the folder of this cloud (default: .localcloud in the working directory)
  LOCALCLOUD_CACHE    what outlives a home, such as environments of services (default: ~/.cache/localcloud)
  LOCALCLOUD_PORT     the control plane's port (default: the one it had, else a free one)
  LOCALCLOUD_LATENCY  seconds that each long-running operation waits, as a simulation of Azure (default: 0)
  LOCALCLOUD_JOB_SECONDS  seconds that a training job takes (default: 0.3)
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
    clock = commands.add_parser("clock", help="what time it is in this cloud")
    clock.add_argument("--advance", type=_duration, metavar="DURATION", help="move on, such as 200d, 36h, 15m or 30s")
    clock.set_defaults(run=_clock)
    lag = commands.add_parser("lag", help="how long new roles and principals take to be known, and steps of a build")
    lag.add_argument("--roles", type=float, metavar="SECONDS", help="until a role assignment has an effect")
    lag.add_argument("--principals", type=float, metavar="SECONDS", help="until a principal or password can sign in")
    lag.add_argument("--steps", type=float, metavar="SECONDS", help="that each step of a build takes")
    lag.set_defaults(run=_lag)
    subscription = commands.add_parser("subscription", help="the subscriptions of this cloud")
    subscription.add_argument("verb", choices=("add", "list", "default"), help="add one, list all, show the default")
    subscription.add_argument("name", nargs="?", help="of the one to add: a name, or a GUID that becomes its id")
    subscription.set_defaults(run=_subscription)
    explain.add_to(commands)
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


def _clock(home: Home, parsed: argparse.Namespace) -> int:
    body = None if parsed.advance is None else {"advance": parsed.advance.total_seconds()}
    found = owner.ask(home, "/localcloud/clock", body)
    _say(f"{found['now']} ({timedelta(seconds=found['aheadSeconds'])} ahead of real time)")
    return 0


def _lag(home: Home, parsed: argparse.Namespace) -> int:
    given = {name: getattr(parsed, name) for name in ("roles", "principals", "steps")}
    body = {name: seconds for name, seconds in given.items() if seconds is not None}
    found = owner.ask(home, "/localcloud/lag", body or None)
    _say(f"roles {found['roles']:g} s, principals {found['principals']:g} s, steps of a build {found['steps']:g} s")
    return 0


def _subscription(home: Home, parsed: argparse.Namespace) -> int:
    if (parsed.verb == "add") != bool(parsed.name):
        _say("localcloud: a name goes with `subscription add`, such as: subscription add research", error=True)
        return 2
    found = owner.ask(home, "/localcloud/subscriptions", {"name": parsed.name} if parsed.name else None)["value"]
    for entry in found if parsed.verb == "list" else found[:1]:
        name = f"  {entry['displayName']}" if parsed.verb == "list" else ""
        _say(f"{entry['subscriptionId']}{name}")
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


def _duration(text: str) -> timedelta:
    """`200d`, `36h`, `15m` or `30s`; raises ArgumentTypeError."""
    parsed = re.fullmatch(r"(\d+(?:\.\d+)?)([dhms])", text)
    if parsed is None:
        raise argparse.ArgumentTypeError(f"'{text}' is no duration such as 200d, 36h, 15m or 30s")
    number, unit = parsed.groups()
    return timedelta(**{_UNITS[unit]: float(number)})


def _say(line: str, *, error: bool = False) -> None:
    print(line, file=sys.stderr if error else sys.stdout, flush=True)
