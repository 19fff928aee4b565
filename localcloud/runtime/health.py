"""The health of a container: when its check runs, and what its results mean.

Time is given by the caller (seconds of a monotonic clock); the shim owns the processes.
"""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING

from localcloud.runtime import child

if TYPE_CHECKING:
    from localcloud.runtime.documents import Check, Launch

_LONGEST_OUTPUT = 4096
_NEVER = float("inf")


class HealthMonitor:
    """Runs a check again and again, and counts.

    Attributes:
        status: 'starting', 'healthy' or 'unhealthy'.
        output: what the last check said, at most 4096 bytes.
        pipe: descriptor with the output of the check that runs; None between two checks.
        pid: process id of the check that runs; None between two checks.
    """

    def __init__(self, launch: Launch, check: Check, now: float) -> None:
        self.status = "starting"
        self.output = b""
        self.pipe: int | None = None
        self.pid: int | None = None
        self._launch = launch
        self._check = check
        self._failures = 0
        self._soon = min(check["start_interval"], check["interval"])
        self._due = now + self._soon / 2
        self._deadline = _NEVER
        self._counts_from = now + check["start_period"] + check["interval"]

    def next_time(self) -> float:
        """When `tick` has something to do."""
        return self._due if self.pid is None else self._deadline

    def tick(self, now: float) -> None:
        """Start the check if it is due; kill it if it takes too long."""
        if self.pid is None and now >= self._due:
            self._start(now)
        elif self.pid is not None and now >= self._deadline:
            self._kill()
            self._deadline = _NEVER
            self.output = f"Health check exceeded timeout ({self._check['timeout']:g}s)".encode()

    def read(self) -> None:
        """Take what the check has written; let go of the pipe at its end."""
        if self.pipe is None:
            return
        try:
            data = os.read(self.pipe, 65536)
        except BlockingIOError:
            return
        self.output = (self.output + data)[:_LONGEST_OUTPUT]
        if not data:
            os.close(self.pipe)
            self.pipe = None

    def ended(self, exit_code: int, now: float) -> None:
        """Count the result of the check that ran."""
        self.read()
        self._close()
        if exit_code == 0:
            self.status, self._failures = "healthy", 0
            self._counts_from = now + self._check["interval"]
        elif now >= self._counts_from:
            self._counts_from = now + self._check["interval"]
            self._failures += 1
            if self._failures >= self._check["retries"]:
                self.status = "unhealthy"
        self._due = now + (self._soon if self.status == "starting" else self._check["interval"])

    def cancel(self) -> None:
        """Kill the check that runs, without a result."""
        if self.pid is not None:
            self._kill()
            os.waitpid(self.pid, 0)
            self._close()

    def _start(self, now: float) -> None:
        self.output = b""
        read, write = os.pipe()
        os.set_blocking(read, False)
        self.pipe = read
        self._deadline = now + self._check["timeout"]
        try:
            self.pid = self._spawn(write)
        except OSError as error:
            self.output = str(error).encode()
            self.ended(1, now)
        finally:
            os.close(write)

    def _spawn(self, output: int) -> int:
        if self._check["http"] is not None:
            path, port, tls = self._check["http"]
            question = child.Question(path, self._where(port), tls=tls)
            return child.get(question, self._check["timeout"], output)
        argv = self._check["argv"] or []
        return child.execute(argv, self._launch["environment"], self._launch["directory"], output)

    def _where(self, port: int) -> tuple[str, int]:
        """Where a port of the container is on the host: as its process noted it, else where it is published."""
        try:
            noted = Path(self._launch["network"], str(port)).read_text(encoding="ascii")
            return (noted.split()[0], int(noted.split()[1]))
        except OSError:
            found = self._launch["ports"].get(str(port))
            if found is None:
                raise ConnectionRefusedError(f"nothing in the container listens on port {port}") from None
            return (found[0], found[1])

    def _kill(self) -> None:
        if self.pid is None:
            return
        try:
            os.killpg(self.pid, signal.SIGKILL)
        except ProcessLookupError:  # it has no session of its own yet
            os.kill(self.pid, signal.SIGKILL)

    def _close(self) -> None:
        if self.pipe is not None:
            os.close(self.pipe)
        self.pipe = self.pid = None
