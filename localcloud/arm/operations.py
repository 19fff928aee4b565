"""Long-running operations: answered at once, done by a worker, polled by the client, found again after a crash."""

from __future__ import annotations

import logging
import threading
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING

from localcloud.arm.errors import CloudError

if TYPE_CHECKING:
    from localcloud.arm.store import Document, Store

_COLLECTION = "operations"
_log = logging.getLogger(__name__)


class Operations:
    """Runs work in threads and keeps each operation's status as a document.

    Args:
        store: Where the documents are.
        workers: How many operations run at once.
        latency: Seconds that every operation waits before it works, as a simulation of Azure's own pace.
    """

    def __init__(self, store: Store, workers: int = 32, latency: float = 0.0) -> None:
        self._store = store
        self._latency = latency
        self._executor = ThreadPoolExecutor(workers, thread_name_prefix="operation")
        self._waiting = ThreadPoolExecutor(workers, thread_name_prefix="waiting-operation")
        self._lock = threading.Lock()
        self._running: dict[str, Document] = {operation["resource"]: operation for operation in self.interrupted()}

    def record(self, resource_key: str, verb: str) -> Document:
        """Writes down that an operation begins; `submit` starts it."""
        operation: Document = {
            "name": str(uuid.uuid4()),
            "status": "InProgress",
            "startTime": _now(),
            "resource": resource_key,
            "verb": verb,
        }
        self._store.put(_COLLECTION, operation["name"], operation)
        with self._lock:
            self._running[resource_key] = operation
        return operation

    def submit(self, operation: Document, work: Callable[[], None], *, waits: bool = False) -> None:
        """Starts the work of an operation; its CloudError, if any, becomes the operation's error.

        An operation that a crash cut off is submitted again under its old name, which clients still poll.

        Args:
            operation: As recorded.
            work: What is done.
            waits: Whether the work waits for other operations: it gets threads that those do not need.
        """
        (self._waiting if waits else self._executor).submit(self._run, operation, work)

    def get(self, name: str) -> Document | None:
        """An operation's document; None when there is no such operation."""
        return self._store.get(_COLLECTION, name)

    def running(self, resource_key: str) -> Document | None:
        """The operation that is under way on a resource, if any."""
        with self._lock:
            return self._running.get(resource_key)

    def interrupted(self) -> list[Document]:
        """The operations that have not ended; right after a start: those that a crash cut off."""
        return [operation for operation in self._store.list(_COLLECTION) if operation["status"] == "InProgress"]

    def shutdown(self, *, wait: bool = True) -> None:
        """Lets running work end (or not, with `wait=False`); what has not begun stays interrupted."""
        for executor in (self._waiting, self._executor):
            executor.shutdown(wait=wait, cancel_futures=True)

    def _run(self, operation: Document, work: Callable[[], None]) -> None:
        try:
            time.sleep(self._latency)
            work()
        except CloudError as error:
            self._finish(operation, error)
        except Exception:  # noqa: BLE001 - a pool swallows what its work raises
            # The client has to learn of every end, also of a defect of localcloud itself.
            _log.exception("operation %s on %s failed", operation["verb"], operation["resource"])
            self._finish(operation, internal_error(operation["name"]))
        else:
            self._finish(operation, None)

    def _finish(self, operation: Document, error: CloudError | None) -> None:
        ended = {"status": "Failed" if error else "Succeeded", "endTime": _now()}
        self._store.put(_COLLECTION, operation["name"], operation | ended | (error.body() if error else {}))
        with self._lock:
            self._running.pop(operation["resource"], None)


def nothing() -> None:
    """The rest of an operation whose work is done."""


def interrupted() -> None:
    """The rest of a write that can't be run again: it fails."""
    raise CloudError(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "OperationInterrupted",
        "The operation was interrupted by a restart of the control plane. Please send it again.",
    )


def internal_error(activity: str) -> CloudError:
    """The answer to a defect of localcloud; the log of the control plane has the traceback.

    Args:
        activity: What to look for in the log: an operation's or a request's id.
    """
    return CloudError(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "InternalServerError",
        f"Encountered an internal server error. The tracking activity id is '{activity}', "
        f"correlation id is '{activity}'. See `python -m localcloud logs control`.",
    )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
