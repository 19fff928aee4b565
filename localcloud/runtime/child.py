"""Starting a process of a container: the command, or a health check.

Written with fork and exec rather than `subprocess`: the shim is single-threaded, wants to stay small, and the process
must die with it.
"""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import sys
from collections.abc import Callable
from typing import NamedTuple, NoReturn

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
# The shim handles or ignores some, Python ignores some, and more whoever started localcloud in the background.
_SIGNALS = signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}
_SUCCESS = range(200, 400)


def adopt_orphans() -> None:
    """Let processes whose parents end become this process's children, so that none of a container gets lost."""
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)


def execute(argv: list[str], environment: dict[str, str], directory: str, output: int) -> int:
    """Start a program in a session of its own, its output going to the descriptor `output`; returns its process id.

    Raises:
        OSError: it can't be executed.
    """
    read, write = os.pipe()

    def run() -> None:
        try:
            os.chdir(directory)
            os.execve(argv[0], argv, environment)  # noqa: S606 - a container's command is not for a shell
        except OSError as error:
            os.write(write, str(error.errno).encode())

    pid = _fork(run, output)
    os.close(write)  # the child's copy closes by itself once the program runs
    failure = os.read(read, 16)
    os.close(read)
    if failure:
        os.waitpid(pid, 0)
        raise OSError(int(failure), os.strerror(int(failure)), argv[0])
    return pid


class Question(NamedTuple):
    """A GET request.

    Attributes:
        path: path and query.
        where: address and port on the host.
        tls: whether by https; the certificate is not checked.
    """

    path: str
    where: tuple[str, int]
    tls: bool = False


def get(question: Question, timeout: float, output: int) -> int:
    """Start a process that sends a GET request and ends with 0 if the answer's status is 200 to 399.

    `timeout` is in seconds. Returns the process id.
    """
    return _fork(lambda: _get(question, timeout), output)


def _get(question: Question, timeout: float) -> None:
    path, where, tls = question
    host = f"{where[0]}:{where[1]}"
    try:
        with socket.create_connection(where, timeout) as plain, _wrapped(plain, tls=tls) as connection:
            request = f"GET {path} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: localcloud\r\nConnection: close\r\n\r\n"
            connection.sendall(request.encode())
            with connection.makefile("rb") as answer:
                line = answer.readline(1024).decode(errors="replace").strip()
    except OSError as error:
        line = str(error)
    status = line.split()[1:2]
    os.write(1, f"GET {path}: {line}".encode())
    os._exit(0 if status and status[0].isdigit() and int(status[0]) in _SUCCESS else 1)


def _wrapped(connection: socket.socket, *, tls: bool) -> socket.socket:
    if not tls:
        return connection
    import ssl  # noqa: PLC0415 - big, and the shim itself stays small: this runs in the child alone

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context.wrap_socket(connection)


def _fork(run: Callable[[], None], output: int) -> int:
    parent = os.getpid()
    pid = os.fork()
    if pid == 0:
        _become(run, output, parent)
    return pid


def _become(run: Callable[[], None], output: int, parent: int) -> NoReturn:
    """In the child: leave the shim's signals and files behind, then run; never returns."""
    try:
        signal.set_wakeup_fd(-1)
        for number in _SIGNALS:
            signal.signal(number, signal.SIG_DFL)
        os.setsid()
        _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # the shim died before the line above
            os._exit(1)
        null = os.open(os.devnull, os.O_RDONLY)
        for source, target in ((null, 0), (output, 1), (output, 2)):
            os.dup2(source, target)
        run()
    except BaseException as error:  # noqa: BLE001 - nothing of the shim may go on running in the child
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        sys.stderr.flush()
    finally:
        os._exit(127)


def _prctl(option: int, value: int) -> None:
    ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0)
