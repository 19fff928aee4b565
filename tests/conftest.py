"""What the machine that runs the tests must not decide."""

from __future__ import annotations

import signal


def pytest_configure() -> None:
    """What a shell starts in the background ignores the signals of the keyboard, and so would all that tests start."""
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, signal.default_int_handler if number is signal.SIGINT else signal.SIG_DFL)
