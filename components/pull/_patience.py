"""Tries a pull again while waiting can help: bounded, and told."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator

import pulumi

from ._refusal import Cause, Refusal

_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 30.0
"""Seconds between two tries: doubled each time."""
SHORT = 60.0
"""Seconds that a new password, a firewall's rule or a name may take to arrive; a role takes minutes."""


async def until_pulled(
    component: pulumi.Resource, image: str, ask: Callable[[], Awaitable[Refusal | None]], wait_seconds: float
) -> Refusal | None:
    """Asks until the answer is None or waiting can't help any more; the last refusal otherwise.

    Args:
        component: Whose messages they are.
        image: What is pulled, for the messages.
        ask: One try.
        wait_seconds: Longest time to wait in all; 0 for one try.
    """
    started = time.monotonic()
    for pause in _pauses():
        refusal = await ask()
        if refusal is None:
            return None
        left = _limit(refusal, wait_seconds) - (time.monotonic() - started)
        if left <= 0:
            return refusal
        seconds = min(max(pause, refusal.retry_after), left)
        pulumi.log.info(
            f"{image} can't be pulled yet ({refusal.cause.value}: {refusal.detail}); next try in {seconds:.0f} s, for "
            f"{left:.0f} s at most",
            component,
        )
        await asyncio.sleep(seconds)
    raise AssertionError("the pauses never end")


def _pauses() -> Iterator[float]:
    pause = _FIRST_PAUSE
    while True:
        yield pause
        pause = min(2 * pause, _LONGEST_PAUSE)


def _limit(refusal: Refusal, wait_seconds: float) -> float:
    """Seconds that are waited for a cause to pass."""
    if refusal.lasting or refusal.cause is Cause.NO_SUCH_TAG:
        return 0
    return wait_seconds if refusal.cause is Cause.NO_ROLE else min(wait_seconds, SHORT)
