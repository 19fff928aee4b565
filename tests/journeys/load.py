"""Requests to a service at a fixed rate while something else goes on."""

from __future__ import annotations

import asyncio
import ssl
import threading
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

import httpx

from tests.journeys.project import SAMPLE

RATE = 50
"""Requests a second, as far as the machine can."""
_AT_ONCE = 16
"""Requests that wait for their answers; with so many, the next one is late."""


@dataclass
class Load:
    """Scores again and again in a thread of its own, until the block ends; each request starts when it is due.

    On a machine that is busy otherwise the rate falls: what is shown is a roll-out, not an overload.

    Attributes:
        uri: What is asked.
        key: Key that is shown.
        trust: Whom the client trusts.
        answered: How often each deployment answered, by its name.
        failed: What failed, in words, and how often.
        seconds: How long it went on.
    """

    uri: str
    key: str = field(repr=False)
    trust: ssl.SSLContext
    answered: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0

    @classmethod
    def on(cls, outputs: Mapping[str, Any], name: str, trust: ssl.SSLContext) -> Self:
        """The load on a service of a stack.

        Args:
            outputs: The stack's outputs, secrets shown.
            name: The service.
            trust: Whom the client trusts.
        """
        return cls(outputs[f"{name}_scoring_uri"], outputs[f"{name}_primary_key"], trust)

    def __enter__(self) -> Self:
        self._ended = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._send()))
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    @property
    def rate(self) -> float:
        """Requests a second that were really sent."""
        return (self.answered.total() + self.failed.total()) / self.seconds

    async def _send(self) -> None:
        started, sent, running = time.monotonic(), 0, set[asyncio.Task[None]]()
        free = asyncio.Semaphore(_AT_ONCE)
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=RATE)
        async with httpx.AsyncClient(verify=self.trust, timeout=60, limits=limits) as client:
            while not self._ended.is_set():
                await free.acquire()
                task = asyncio.create_task(self._one(client))
                running.add(task)
                task.add_done_callback(running.discard)
                task.add_done_callback(lambda _: free.release())
                sent += 1
                await asyncio.sleep(max(0.0, started + sent / RATE - time.monotonic()))
            self.seconds = time.monotonic() - started
            await asyncio.gather(*running)

    async def _one(self, client: httpx.AsyncClient) -> None:
        try:
            answer = await client.post(self.uri, json=SAMPLE, headers={"Authorization": f"Bearer {self.key}"})
        except httpx.HTTPError as error:
            self.failed[f"{type(error).__name__} {error}"] += 1
            return
        if answer.status_code == httpx.codes.OK:
            self.answered[answer.headers["azureml-model-deployment"]] += 1
        else:
            reason = answer.headers.get("ms-azureml-model-error-reason", "")
            self.failed[f"{answer.status_code} {reason} {answer.text[:200]}"] += 1
