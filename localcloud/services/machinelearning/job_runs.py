"""The run of a job: NotStarted, Queued, Preparing (the registry, the image), Running, Completed.

A run's status is kept beside the job's document, which a client may write at any time.
"""

from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING

from localcloud.arm.errors import CloudError
from localcloud.control.clock import text
from localcloud.services.machinelearning import environments, image_builds, lazy_registry

if TYPE_CHECKING:
    from localcloud.arm.ids import ResourceId
    from localcloud.cloud import Cloud

_COLLECTION = "ml-job-runs"
_STAGES = ("Queued", "Preparing", "Running")
_ENDS = frozenset({"Completed", "Failed", "Canceled"})
_lock = threading.Lock()
_log = logging.getLogger(__name__)


def start(cloud: Cloud, job: ResourceId, environment_id: str) -> None:
    """Begins a run in the background; the environment decides whether an image has to be built."""
    cloud.store.put(_COLLECTION, job.key, {"status": "NotStarted", "startTime": text(cloud.clock.now())})
    operation = cloud.operations.record(f"{job.key}/runs/1", "run")
    cloud.operations.submit(operation, lambda: _run(cloud, job, environment_id), waits=True)


def resume(cloud: Cloud, job: ResourceId, environment_id: str) -> None:
    """Begins a run again that a crash cut off."""
    if status(cloud, job) not in _ENDS:
        start(cloud, job, environment_id)


def status(cloud: Cloud, job: ResourceId) -> str:
    """Where a run is."""
    run = cloud.store.get(_COLLECTION, job.key) or {}
    return str(run.get("status", "NotStarted"))


def failure(cloud: Cloud, job: ResourceId) -> str:
    """Why a run failed; empty for one that did not."""
    run = cloud.store.get(_COLLECTION, job.key) or {}
    return str(run.get("error", ""))


def cancel(cloud: Cloud, job: ResourceId) -> None:
    """Ends a run; one that has ended stays as it is."""
    _move(cloud, job, "Canceled")


def forget(cloud: Cloud, job: ResourceId) -> None:
    """A run without its job."""
    with _lock:
        cloud.store.delete(_COLLECTION, job.key)


def _run(cloud: Cloud, job: ResourceId, environment_id: str) -> None:
    pause = cloud.settings.job_seconds / len(_STAGES)
    try:
        for stage in _STAGES:
            if not _move(cloud, job, stage):
                return
            if stage == "Preparing":
                _prepare(cloud, job.parent, environment_id)
            time.sleep(pause)
    except CloudError as error:
        _log.warning("job %s failed: %s", job, error)
        _move(cloud, job, "Failed", str(error))
        return
    if _move(cloud, job, "Completed"):
        _log.info("job %s is completed: its command is recorded, not executed", job)


def _prepare(cloud: Cloud, workspace: ResourceId | None, environment_id: str) -> None:
    """The registry (law L1) and, where the environment needs one, the image."""
    if workspace is None:
        return
    version = environments.find(cloud, workspace, environment_id)
    if version is not None and environments.needs_build(version):
        image_builds.run(cloud, workspace)
    else:
        lazy_registry.ensure(cloud, workspace)


def _move(cloud: Cloud, job: ResourceId, new: str, error: str = "") -> bool:
    """Writes a new status, unless the run has ended or is forgotten; says whether it did."""
    with _lock:
        run = cloud.store.get(_COLLECTION, job.key)
        if run is None or run["status"] in _ENDS:
            return False
        ended = {"endTime": text(cloud.clock.now())} if new in _ENDS else {}
        cloud.store.put(_COLLECTION, job.key, run | ended | {"status": new, "error": error})
        return True
