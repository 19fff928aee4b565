"""From a container's specification to what its shim runs (`launch.json`)."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from localcloud.runtime import documents
from localcloud.runtime.errors import NotExecutable

if TYPE_CHECKING:
    from localcloud.runtime.command import Guest
    from localcloud.runtime.spec import ContainerSpec, HealthCheck


def document(spec: ContainerSpec, guest: Guest) -> documents.Launch:
    """What the shim is told to run.

    Raises:
        NotExecutable: there is no command, or its program is not there.
    """
    return documents.Launch(
        argv=guest.argv(spec.command),
        environment=guest.environment(spec.environment, spec.ports),
        directory=str(guest.directory()),
        ports={str(port): where for port, where in spec.ports.items()},
        network=str(guest.folder / "network"),
        restart=spec.restart,
        check=_check_document(spec.health, guest) if spec.health else None,
        readiness=_check_document(spec.readiness, guest) if spec.readiness else None,
        restart_unhealthy=spec.restart_unhealthy,
        fingerprint=fingerprint(spec),
    )


def _check_document(check: HealthCheck, guest: Guest) -> documents.Check:
    argv = None
    if check.command is not None:
        kind, *words = check.command
        try:
            argv = guest.argv(words if kind == "CMD" else ["/bin/sh", "-c", *words])
        except NotExecutable:
            argv = words  # a check that can't be executed fails each time; the container runs, as with docker
    return documents.Check(
        argv=argv,
        http=(check.http.path, check.http.port, check.http.tls) if check.http else None,
        interval=check.interval,
        timeout=check.timeout,
        retries=check.retries,
        start_period=check.start_period,
        start_interval=check.start_interval,
    )


def fingerprint(spec: ContainerSpec) -> str:
    """Equal for equal specifications; it is a hash over secrets too, so it stays in the 0600 file."""
    return hashlib.sha256(json.dumps(asdict(spec), sort_keys=True).encode()).hexdigest()
