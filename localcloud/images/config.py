"""The configuration of an image: OCI's fields and those that Docker adds (Healthcheck, Shell, OnBuild)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

NANOSECONDS = 1_000_000_000
EPOCH = "1970-01-01T00:00:00Z"
"""The creation time of everything that localcloud builds: the same input gives the same digest."""


@dataclass(frozen=True)
class ImageHealthCheck:
    """A HEALTHCHECK instruction: durations in seconds, 0 where the Dockerfile leaves the default.

    `test` is `("NONE",)`, `("CMD", argument...)` or `("CMD-SHELL", command)`.
    """

    test: tuple[str, ...]
    interval: float = 0
    timeout: float = 0
    start_period: float = 0
    start_interval: float = 0
    retries: int = 0

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> ImageHealthCheck:
        """Read the `Healthcheck` object of an image configuration."""
        return cls(
            test=tuple(document.get("Test") or ()),
            interval=document.get("Interval", 0) / NANOSECONDS,
            timeout=document.get("Timeout", 0) / NANOSECONDS,
            start_period=document.get("StartPeriod", 0) / NANOSECONDS,
            start_interval=document.get("StartInterval", 0) / NANOSECONDS,
            retries=document.get("Retries", 0),
        )

    def to_document(self) -> dict[str, Any]:
        """Write the `Healthcheck` object, defaults left out."""
        durations = {
            "Interval": self.interval,
            "Timeout": self.timeout,
            "StartPeriod": self.start_period,
            "StartInterval": self.start_interval,
        }
        document: dict[str, Any] = {"Test": list(self.test)}
        document |= {key: round(value * NANOSECONDS) for key, value in durations.items() if value}
        return document | ({"Retries": self.retries} if self.retries else {})


@dataclass(frozen=True)
class HistoryEntry:
    """One instruction of the image's past; `created_by` is its text with build arguments resolved."""

    created_by: str
    comment: str = ""
    empty_layer: bool = False


@dataclass(frozen=True)
class ImageConfig:
    """What an image says about how to run it.

    `cmd` and `entrypoint` are None where the image sets none. `exposed_ports` are texts such as `5001/tcp`.
    `diff_ids` are the digests of the uncompressed layers.
    """

    architecture: str = "amd64"
    os: str = "linux"
    variant: str = ""
    author: str = ""
    user: str = ""
    workdir: str = ""
    env: Mapping[str, str] = field(default_factory=dict)
    cmd: tuple[str, ...] | None = None
    entrypoint: tuple[str, ...] | None = None
    exposed_ports: tuple[str, ...] = ()
    volumes: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    stop_signal: str = ""
    shell: tuple[str, ...] = ()
    on_build: tuple[str, ...] = ()
    healthcheck: ImageHealthCheck | None = None
    diff_ids: tuple[str, ...] = ()
    history: tuple[HistoryEntry, ...] = ()

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> ImageConfig:
        """Read an image configuration (`application/vnd.oci.image.config.v1+json` or Docker's)."""
        inner = document.get("config") or {}
        health = inner.get("Healthcheck")
        return cls(
            architecture=document.get("architecture", "amd64"),
            os=document.get("os", "linux"),
            variant=document.get("variant", ""),
            author=document.get("author", ""),
            user=inner.get("User") or "",
            workdir=inner.get("WorkingDir") or "",
            env=dict(_pair(item) for item in inner.get("Env") or ()),
            cmd=_words(inner.get("Cmd")),
            entrypoint=_words(inner.get("Entrypoint")),
            exposed_ports=tuple(inner.get("ExposedPorts") or ()),
            volumes=tuple(inner.get("Volumes") or ()),
            labels=dict(inner.get("Labels") or {}),
            stop_signal=inner.get("StopSignal") or "",
            shell=tuple(inner.get("Shell") or ()),
            on_build=tuple(inner.get("OnBuild") or ()),
            healthcheck=ImageHealthCheck.from_document(health) if health else None,
            diff_ids=tuple((document.get("rootfs") or {}).get("diff_ids") or ()),
            history=tuple(
                HistoryEntry(item.get("created_by", ""), item.get("comment", ""), item.get("empty_layer", False))
                for item in document.get("history") or ()
            ),
        )

    def to_document(self) -> dict[str, Any]:
        """Write the configuration; created at the epoch, so that equal content has an equal digest."""
        document: dict[str, Any] = {
            "created": EPOCH,
            "architecture": self.architecture,
            "os": self.os,
            "config": self._inner(),
            "rootfs": {"type": "layers", "diff_ids": list(self.diff_ids)},
            "history": [_history(entry) for entry in self.history],
        }
        return document | _present({"variant": self.variant, "author": self.author})

    def _inner(self) -> dict[str, Any]:
        document: dict[str, Any] = {"Env": [f"{name}={value}" for name, value in self.env.items()]}
        document |= {} if self.cmd is None else {"Cmd": list(self.cmd)}
        document |= {} if self.entrypoint is None else {"Entrypoint": list(self.entrypoint)}
        document |= {"Healthcheck": self.healthcheck.to_document()} if self.healthcheck else {}
        return document | _present(
            {
                "User": self.user,
                "WorkingDir": self.workdir,
                "ExposedPorts": {port: {} for port in self.exposed_ports},
                "Volumes": {path: {} for path in self.volumes},
                "Labels": dict(self.labels),
                "StopSignal": self.stop_signal,
                "Shell": list(self.shell),
                "OnBuild": list(self.on_build),
            }
        )


def _pair(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    return name, value


def _words(value: list[str] | None) -> tuple[str, ...] | None:
    return None if value is None else tuple(value)


def _present(fields: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in fields.items() if value}


def _history(entry: HistoryEntry) -> dict[str, Any]:
    optional = {"comment": entry.comment, "empty_layer": entry.empty_layer}
    return {"created": EPOCH, "created_by": entry.created_by} | _present(optional)
