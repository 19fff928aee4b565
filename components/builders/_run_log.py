"""Shows the log of a build while the build runs, during `pulumi up` only."""

import asyncio
import contextlib
from typing import Any

import httpx
import pulumi

from .._component import Component
from .._invoke import ask
from ._image import BuildRequest

_PAUSE = 1.0
"""Seconds between two looks at a run."""
_LAST_LOOKS = 15.0
"""Seconds that the end of a log is waited for when the run is over: it is shown where it can be had, and nothing
depends on it."""
_TIMEOUT = 15.0
"""Seconds for one request."""
_STEP = 256 * 1024
"""Most bytes of a log that are read at once."""
_TAIL = 20
"""Lines of a failed run that are shown once more, in one piece."""
_NOT_WRITTEN_YET = (httpx.codes.NOT_FOUND, httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE)
_LINK_OVER = (httpx.codes.FORBIDDEN, httpx.codes.UNAUTHORIZED)


def follow_run_log(component: Component, name: str, request: BuildRequest) -> pulumi.ResourceHookBinding:
    """The hooks that show the log of a run from its start to its end, among those of the build itself.

    A log that can't be had is a warning: it fails no build. Of a run that fails the end is shown in one piece.
    """
    log = _RunLog(component, request)

    async def start(args: pulumi.ResourceHookArgs) -> None:
        log.start(str((args.new_inputs or {}).get("taskRunName")))

    async def end(args: pulumi.ResourceHookArgs) -> None:
        result = (args.new_outputs or {}).get("runResult") or {}
        await log.end(result.get("runId"))

    async def fail(_: pulumi.ErrorHookArgs) -> bool:
        await log.end(None)
        log.show_tail()
        return False

    prefix = f"{type(component).__name__}-{name}-log"
    return pulumi.ResourceHookBinding(
        before_create=[*request.before_build, pulumi.ResourceHook(f"{prefix}-start", start)],
        after_create=[pulumi.ResourceHook(prefix, end), *request.after_build],
        on_error=[pulumi.ErrorHook(f"{prefix}-failed", fail)],
    )


class _RunLog:
    """The log of one run, read in steps by a task that lives while the run does."""

    def __init__(self, component: Component, request: BuildRequest) -> None:
        self._component = component
        self._request = request
        self._over = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._run_id: str | None = None
        self._link = ""
        self._read = 0
        self._rest = b""
        self._tail: list[str] = []

    def start(self, task_run: str) -> None:
        """Follows the run of a task run that is about to be made."""
        self._task = asyncio.create_task(self._follow(task_run))

    async def end(self, run_id: str | None) -> None:
        """Shows what is left of the log of a run that is over; its failure is a warning.

        Args:
            run_id: The run, where it is known: it may have been over before anybody saw it.
        """
        self._run_id = self._run_id or run_id
        self._over.set()
        if self._task is None:
            return
        try:
            await asyncio.wait_for(self._task, _LAST_LOOKS)
        except Exception as error:  # noqa: BLE001 - a log that can't be shown must not fail a build
            run = f"run {self._run_id}" if self._run_id else "the run"
            pulumi.log.warn(f"The log of {run} can't be shown: {type(error).__name__}", self._component)

    def show_tail(self) -> None:
        """Shows the last lines in one piece: what failed is not to be looked for in the whole log."""
        if self._tail:
            lines = "\n".join(self._tail)
            pulumi.log.warn(f"Run {self._run_id} failed; the end of its log:\n{lines}", self._component)

    async def _follow(self, task_run: str) -> None:
        """Reads until the log is complete, or until it does not grow any more although the run is over."""
        while self._run_id is None and not self._over.is_set():
            self._run_id = await self._find_run(task_run)
            await self._pause()
        self._run_id = self._run_id or await self._find_run(task_run)
        if self._run_id is None:
            raise LookupError(task_run)
        async with httpx.AsyncClient(timeout=_TIMEOUT) as client:
            complete = False
            while not complete:
                over = self._over.is_set()
                grown, complete = await self._look(client, patient=not over)
                if not grown and not complete:
                    if over and self._read:
                        break
                    await self._pause()
        self._show(self._rest)

    async def _find_run(self, task_run: str) -> str | None:
        """The run of a task run; None while there is none."""
        with contextlib.suppress(Exception):  # the task run is not there yet, or nobody answers: asked again
            answer = await self._ask("getTaskRun", task_run_name=task_run)
            run_id = (answer.get("runResult") or {}).get("runId")
            return str(run_id) if run_id else None
        return None

    async def _look(self, client: httpx.AsyncClient, *, patient: bool) -> tuple[bool, bool]:
        """Shows what is new; whether there was something, and whether the log is complete.

        Args:
            client: Who reads.
            patient: Whether a network that fails is waited for: while the run goes on.
        """
        try:
            if not self._link:
                self._link = str((await self._ask("listRunLogSasUrl", run_id=str(self._run_id)))["logLink"])
            headers = {"Range": f"bytes={self._read}-{self._read + _STEP - 1}"}
            answer = await client.get(self._link, headers=headers)
        except Exception:
            if patient:
                return False, False
            raise
        # The link holds for a while only, and a build may take longer.
        if answer.status_code in _LINK_OVER and patient:
            self._link = ""
            return False, False
        complete = "x-ms-meta-complete" in answer.headers
        if answer.status_code in _NOT_WRITTEN_YET and (patient or complete or self._read):
            return False, complete
        answer.raise_for_status()
        new = self._take(answer)
        return new > 0, complete and new < _STEP

    def _take(self, answer: httpx.Response) -> int:
        """Shows the whole lines of an answer, how many bytes were new; what follows the last line end waits."""
        new = answer.content if answer.status_code == httpx.codes.PARTIAL_CONTENT else answer.content[self._read :]
        self._read += len(new)
        whole, end, self._rest = (self._rest + new).rpartition(b"\n")
        self._show(whole + end)
        return len(new)

    def _show(self, content: bytes) -> None:
        lines = content.decode(errors="replace").splitlines()
        self._tail = [*self._tail, *(line for line in lines if line.strip())][-_TAIL:]
        if any(line.strip() for line in lines):
            pulumi.log.info("\n".join(lines).strip("\n"), self._component)

    async def _pause(self) -> None:
        """Waits before the next look: shorter when the run ends meanwhile."""
        if self._over.is_set():
            await asyncio.sleep(_PAUSE / 5)
            return
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._over.wait(), _PAUSE)

    async def _ask(self, function: str, **args: str) -> dict[str, Any]:
        question = ask(
            self._component,
            f"containerregistry:{function}",
            registry_name=self._request.registry_name,
            resource_group_name=self._request.registry_resource_group_name,
            **args,
        )
        # Pulumi waits for every question: one that is cut off would end the whole program.
        return await asyncio.shield(question)
