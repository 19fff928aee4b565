"""The files of task runs: `<home>/runs/<registry>/<run id>/{rawtext.log,context}`."""

from __future__ import annotations

import base64
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from localcloud.services.storage import sas

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localcloud.cloud import Cloud

_LINK_HOURS = 1


def folder(cloud: Cloud, registry: str, run: str) -> Path:
    """Where one run's files are."""
    return cloud.home.root / "runs" / registry.lower() / run


def log_file(cloud: Cloud, registry: str, run: str) -> Path:
    """One run's log, written while it goes on."""
    return folder(cloud, registry, run) / "rawtext.log"


def forget(cloud: Cloud, registry: str) -> None:
    """Removes the files of all runs of a registry."""
    shutil.rmtree(cloud.home.root / "runs" / registry.lower(), ignore_errors=True)


def log_link(cloud: Cloud, registry: str, run: str) -> str:
    """The log's address with a signature that holds for an hour."""
    expiry = (datetime.now(UTC) + timedelta(hours=_LINK_HOURS)).isoformat(timespec="seconds").replace("+00:00", "Z")
    asked = {"signedResource": "b", "signedPermission": "r", "signedExpiry": expiry}
    token = sas.sign(_key(cloud, registry), asked | {"canonicalizedResource": _path(registry, run)})
    return f"{cloud.url}{_path(registry, run)}?{token}"


def check_log_link(cloud: Cloud, registry: str, run: str, query: Mapping[str, str]) -> None:
    """Refuses a request for a log without a signature that holds; raises BlobError."""
    key = _key(cloud, registry)
    sas.check((key, key), _path(registry, run), query, "r", datetime.now(UTC))


def _path(registry: str, run: str) -> str:
    return f"/task-logs/{registry.lower()}/{run}/rawtext.log"


def _key(cloud: Cloud, registry: str) -> str:
    return base64.b64encode(cloud.settings.derive("task-logs", registry.lower())).decode()
