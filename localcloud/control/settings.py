"""What is settled once for a localcloud (ids and a key) and what each start may set (knobs from the environment)."""

from __future__ import annotations

import hashlib
import hmac
import json
import math
import os
import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from localcloud.home import read_json, write_private

LATENCY_VARIABLE = "LOCALCLOUD_LATENCY"
JOB_VARIABLE = "LOCALCLOUD_JOB_SECONDS"
PORT_VARIABLE = "LOCALCLOUD_PORT"
_LARGEST_PORT = 65535


class InvalidSetting(ValueError):
    """An environment variable that can't be read."""

    def __init__(self, name: str, rule: str, value: str) -> None:
        super().__init__(f"{name} {rule}; got '{value}'")


@dataclass(frozen=True, slots=True)
class CloudSettings:
    """One localcloud's identity.

    Attributes:
        tenant_id: The directory.
        subscription_id: The subscription that there is from the start; the default one.
        client_id: The deployer's application id.
        object_id: The deployer's service principal, who may do everything.
        key: What secrets are derived from and tokens are signed with.
        latency: Seconds that each long-running operation waits before it works (`LOCALCLOUD_LATENCY`).
        job_seconds: Seconds from a training job's submission to its end (`LOCALCLOUD_JOB_SECONDS`).
        port: The control plane's port (`LOCALCLOUD_PORT`); 0: the one it had, else any free one.
    """

    tenant_id: str
    subscription_id: str
    client_id: str
    object_id: str
    key: bytes = field(repr=False)
    latency: float = 0.0
    job_seconds: float = 0.3
    port: int = 0

    @classmethod
    def load(cls, path: Path, environment: Mapping[str, str] = os.environ) -> CloudSettings:
        """Reads the file, or writes a new one; raises InvalidSetting for a knob that can't be read."""
        document = read_json(path)
        if document is None:
            document = {name: str(uuid.uuid4()) for name in ("tenant_id", "subscription_id", "client_id", "object_id")}
            document["key"] = secrets.token_hex(32)
            write_private(path, json.dumps(document))
        return cls(
            tenant_id=document["tenant_id"],
            subscription_id=document["subscription_id"],
            client_id=document["client_id"],
            object_id=document["object_id"],
            key=bytes.fromhex(document["key"]),
            latency=_seconds(environment, LATENCY_VARIABLE, "0"),
            job_seconds=_seconds(environment, JOB_VARIABLE, "0.3"),
            port=_port(environment, PORT_VARIABLE),
        )

    def derive(self, *purpose: str) -> bytes:
        """A secret of 32 bytes for a purpose: the same in every run of this localcloud, in no other one."""
        return hmac.new(self.key, "\0".join(purpose).encode(), hashlib.sha256).digest()


def _seconds(environment: Mapping[str, str], name: str, default: str) -> float:
    text = environment.get(name) or default
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 <= value < math.inf:
        raise InvalidSetting(name, "has to be a number of seconds, such as 1.5", text)
    return value


def _port(environment: Mapping[str, str], name: str) -> int:
    text = environment.get(name) or "0"
    if not text.isdecimal() or int(text) > _LARGEST_PORT:
        raise InvalidSetting(name, "has to be a TCP port, such as 8443", text)
    return int(text)
