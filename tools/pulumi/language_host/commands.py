"""Command lines and environments of programs, policy packs and source plugins."""

from __future__ import annotations

import json
import os
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from .options import RuntimeOptions

if TYPE_CHECKING:
    from pulumi.runtime.proto.language_pb2 import RunPluginRequest, RunRequest

EXECUTOR = "pulumi-language-python-exec"
"""Script of Pulumi's SDK that runs a program; it lies next to the engine."""


@dataclass(frozen=True)
class Command:
    """A process to start: arguments, working directory, whole environment."""

    arguments: list[str]
    folder: Path
    environment: dict[str, str]


@dataclass(frozen=True)
class Engine:
    """What the engine told the host at its start."""

    address: str
    tracing: str = ""
    executor: Path = Path(EXECUTOR)


def run_program(request: RunRequest, engine: Engine) -> Command:
    """The process of a Pulumi program."""
    options = RuntimeOptions.of(request.info)
    flags = {
        "monitor": request.monitor_address,
        "engine": engine.address,
        "project": request.project,
        "stack": request.stack,
        "organization": request.organization,
        "root_directory": request.info.root_directory,
        "pwd": request.pwd,
        "dry_run": "true" if request.dryRun else "false",
        "parallel": str(request.parallel),
        "tracing": engine.tracing,
    }
    arguments = [str(options.python()), "-u", str(engine.executor)]
    for name, value in flags.items():
        arguments += [f"--{name}", value] if value else []
    # `--` keeps a program's own arguments from being read as the executor's.
    arguments += ["--", request.info.entry_point or ".", *request.args]
    environment = options.environment(os.environ)
    # Configuration holds secrets: it travels in the environment, never in arguments.
    environment["PULUMI_CONFIG"] = json.dumps(dict(request.config))
    environment["PULUMI_CONFIG_SECRET_KEYS"] = json.dumps(list(request.configSecretKeys))
    return Command(arguments, Path(request.pwd or options.program), environment)


def run_plugin(request: RunPluginRequest) -> Command:
    """The process of a policy pack (kind `analyzer`) or of a plugin that is a folder with Python source."""
    options = RuntimeOptions.of(request.info)
    environment = options.environment(dict(entry.split("=", 1) for entry in request.env if "=" in entry))
    python = [str(options.python()), "-u"]
    folder = options.program
    if request.kind == "analyzer":
        # A policy pack reads its files relative to itself.
        return Command([*python, "-m", "pulumi.policy", *request.args, str(folder)], folder, environment)
    entry = [str(folder)]
    distribution = buildable_distribution(folder)
    if distribution and not (folder / "__main__.py").exists():
        entry = ["-m", "pulumi.run.plugin", distribution]
    return Command([*python, *entry, *request.args], Path(request.pwd or folder), environment)


def buildable_distribution(folder: Path) -> str | None:
    """Name of the distribution that `folder` builds, or None when it has no `[build-system]`."""
    try:
        document = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))
    except (FileNotFoundError, tomllib.TOMLDecodeError):
        return None
    if "build-system" not in document:
        return None
    name = document.get("project", {}).get("name")
    return name if isinstance(name, str) else None
