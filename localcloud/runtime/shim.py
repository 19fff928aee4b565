"""The process that supervises one container: `python -m localcloud.runtime.shim <folder> <lock>`.

The call returns once the command runs (0) or can't be run (1, the reason on standard error); the supervisor itself
goes on in a session of its own and outlives its caller. `lock` is the descriptor of the container's lock, held from
the call until the state is written: whoever comes after a caller that was killed meanwhile finds the container.

It runs the command of `launch.json`, forwards its output to
the log, restarts it by policy, checks its health, and writes `state.json`. SIGTERM stops the container: SIGTERM to
the command's process group, SIGKILL after the grace period (seconds, in the file `grace`). When the command ends,
everything that it started ends with it, as in a container.

Only light modules of the standard library are imported; one thread, one loop.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import sys
import time
import traceback
from pathlib import Path
from typing import NoReturn

from localcloud.runtime import child, documents, health, identity, logfile

_DEFAULT_GRACE = 10.0
_FIRST_DELAY = 0.1
_LONGEST_DELAY = 60.0
_STEADY = 10.0
_NEVER = float("inf")


class Supervisor:
    """One container's command, from its first start to its last end."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._launch: documents.Launch = documents.read(folder / documents.LAUNCH)
        self._state = documents.new_state()
        self._log = logfile.Log(folder / documents.LOG)
        self._output, self._output_end = os.pipe()
        self._wake, self._wake_end = os.pipe()
        for descriptor in (self._output, self._wake, self._wake_end):
            os.set_blocking(descriptor, False)
        self._pid: int | None = None
        self._monitor: health.HealthMonitor | None = None
        self._readiness: health.HealthMonitor | None = None
        self._started = 0.0
        self._delay = _FIRST_DELAY
        self._restart_at = _NEVER
        self._kill_at = _NEVER
        self._stopping = False
        self._finished = False

    def start(self) -> None:
        """Take over the signals and start the command.

        Raises:
            OSError: the command can't be executed.
        """
        child.adopt_orphans()
        signal.set_wakeup_fd(self._wake_end)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGCHLD):
            signal.signal(number, lambda *_: None)  # the loop reads their numbers from the wake-up pipe
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        me = identity.identify(os.getpid())
        self._state["shim"] = me
        try:
            self._run_command()
        except OSError as error:
            self._fail(error)
            raise

    def serve(self) -> None:
        """Supervise until the command has ended for good."""
        while not self._finished:
            self._wait()
            self._reap()
            self._act(time.monotonic())
        self._log.close()

    def _wait(self) -> None:
        """Sleep until there is output, a signal, or something is due."""
        poller = select.poll()
        for descriptor in (self._output, self._wake, *(monitor.pipe for monitor in self._monitors())):
            if descriptor is not None:
                poller.register(descriptor, select.POLLIN)
        due = min(self._restart_at, self._kill_at, *(monitor.next_time() for monitor in self._monitors()))
        timeout = None if due == _NEVER else max(0.0, due - time.monotonic()) * 1000 + 1
        for descriptor, _ in poller.poll(timeout):
            if descriptor == self._output:
                self._forward()
            elif descriptor == self._wake:
                self._signals()
            else:
                for monitor in self._monitors():
                    monitor.read()

    def _monitors(self) -> list[health.HealthMonitor]:
        return [monitor for monitor in (self._monitor, self._readiness) if monitor is not None]

    def _signals(self) -> None:
        received = os.read(self._wake, 256)
        if not self._stopping and (signal.SIGTERM in received or signal.SIGINT in received):
            self._stop()

    def _act(self, now: float) -> None:
        """Do what is due."""
        if now >= self._kill_at:
            self._kill_at = _NEVER
            self._signal_command(signal.SIGKILL)
        if now >= self._restart_at:
            self._restart_at = _NEVER
            self._restart()
        for monitor, publish in ((self._monitor, self._publish_health), (self._readiness, self._publish_readiness)):
            if monitor is not None and not self._finished:
                monitor.tick(now)
                publish(monitor)

    def _forward(self) -> None:
        try:
            self._log.write(os.read(self._output, 1 << 16))
        except BlockingIOError:
            return

    def _run_command(self) -> None:
        launch = self._launch
        self._pid = child.execute(launch["argv"], launch["environment"], launch["directory"], self._output_end)
        self._started = time.monotonic()
        check, readiness = launch["check"], launch.get("readiness")
        self._monitor = health.HealthMonitor(launch, check, self._started) if check else None
        self._readiness = health.HealthMonitor(launch, readiness, self._started) if readiness else None
        first: dict[str, object] = {"health": "starting" if check else None, "ready": False if readiness else None}
        self._update(status="running", pid=self._pid, started_at=time.time(), **first)

    def _restart(self) -> None:
        self._state["restart_count"] += 1
        try:
            self._run_command()
        except OSError as error:
            self._fail(error)
            self._finished = True

    def _fail(self, error: OSError) -> None:
        code = 127 if isinstance(error, FileNotFoundError) else 126
        sentence = f'exec: "{self._launch["argv"][0]}": {os.strerror(error.errno or 0).lower()}'
        self._log.note(sentence)
        self._update(status="exited", pid=None, exit_code=code, finished_at=time.time(), error=sentence)

    def _reap(self) -> None:
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            code = os.waitstatus_to_exitcode(status)
            code = 128 - code if code < 0 else code
            if pid == self._pid:
                self._ended(code)
            for monitor in self._monitors():
                if pid == monitor.pid:
                    monitor.ended(code, time.monotonic())

    def _publish_health(self, monitor: health.HealthMonitor) -> None:
        """Write down what the checks found, if that is new."""
        before = self._state["health"]
        said = monitor.output.decode(errors="replace") if monitor.pid is None else self._state["health_output"]
        if (monitor.status, said) == (before, self._state["health_output"]):
            return
        self._update(health=monitor.status, health_output=said)
        if monitor.status == "unhealthy" != before and self._launch["restart_unhealthy"]:
            self._log.note(f"killed: it is unhealthy: {said}")
            self._signal_command(signal.SIGKILL)

    def _publish_readiness(self, monitor: health.HealthMonitor) -> None:
        ready = monitor.status == "healthy"
        said = monitor.output.decode(errors="replace") if monitor.pid is None else self._state["ready_output"]
        if (ready, said) != (self._state["ready"], self._state["ready_output"]):
            self._update(ready=ready, ready_output=said)

    def _ended(self, code: int) -> None:
        """The command ended: end all that it started, then finish, or restart it later."""
        for monitor in self._monitors():
            monitor.cancel()
        self._monitor = self._readiness = None
        self._pid = None
        self._kill_at = _NEVER
        self._end_rest()
        self._drain()
        again = not self._stopping and self._wants_restart(code)
        status = "restarting" if again else "exited"
        self._update(status=status, pid=None, exit_code=code, finished_at=time.time(), health=None, ready=None)
        if not again:
            self._finished = True
            return
        if time.monotonic() - self._started >= _STEADY:
            self._delay = _FIRST_DELAY
        self._restart_at = time.monotonic() + self._delay
        self._delay = min(self._delay * 2, _LONGEST_DELAY)

    def _wants_restart(self, code: int) -> bool:
        policy = self._launch["restart"]
        return policy == "Always" or (policy == "OnFailure" and code != 0)

    def _stop(self) -> None:
        self._stopping = True
        if self._pid is None:
            self._update(status="exited")
            self._finished = True
            return
        grace = documents.read(self._folder / documents.GRACE)
        self._kill_at = time.monotonic() + float(_DEFAULT_GRACE if grace is None else grace)
        self._signal_command(signal.SIGTERM)

    def _signal_command(self, number: signal.Signals) -> None:
        if self._pid is not None:
            os.killpg(self._pid, number)

    def _end_rest(self) -> None:
        """Kill what the command left running, also in sessions of its own, until nothing is below this process."""
        while below := identity.descendants(os.getpid()):
            identity.send(below, signal.SIGKILL)
            try:
                os.waitpid(-1, 0)
            except ChildProcessError:
                return

    def _drain(self) -> None:
        while True:
            try:
                data = os.read(self._output, 1 << 16)
            except BlockingIOError:
                break
            self._log.write(data)
        self._log.finish()

    def _update(self, **changes: object) -> None:
        self._state.update(changes)  # type: ignore[typeddict-item]  # names and types are checked where it is called
        documents.write(self._folder / documents.STATE, self._state)


def main(folder: Path, lock: int) -> int:
    """Start the supervisor of the container in `folder`; returns the exit code of the call."""
    # The container's processes must not hold it.
    os.set_inheritable(lock, False)  # noqa: FBT003 - positional by definition
    read, write = os.pipe()
    if os.fork() == 0:
        os.close(read)
        _supervise(folder, write, lock)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        answer = pipe.read()
    if answer == b"started":
        return 0
    sys.stderr.write(answer.decode(errors="replace") or "the supervisor ended before the command was started")
    return 1


def _supervise(folder: Path, report: int, lock: int) -> NoReturn:
    """In the fork: the supervisor's whole life; never returns."""
    code = 1
    try:
        os.setsid()
        supervisor = Supervisor(folder)
        try:
            supervisor.start()
        except OSError as error:
            os.write(report, str(error).encode())
            os._exit(1)
        with contextlib.suppress(BrokenPipeError):  # nobody waits any more, but the container runs
            os.write(report, b"started")
        _detach(folder, report, lock)
        supervisor.serve()
        code = 0
    except BaseException:  # noqa: BLE001 - whatever it was, it has to be found in the supervisor's log
        traceback.print_exc()
        sys.stderr.flush()
    finally:
        os._exit(code)


def _detach(folder: Path, report: int, lock: int) -> None:
    """Let go of the caller's files, so that it does not wait for this process; errors go to the supervisor's log."""
    os.close(report)
    os.close(lock)
    log = os.open(folder / documents.SUPERVISOR_LOG, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    null = os.open(os.devnull, os.O_RDWR)
    for source, target in ((null, 0), (null, 1), (log, 2)):
        os.dup2(source, target)
    os.close(log)
    os.close(null)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2])))
