"""What journeys are made of: a project, its cloud, and the pulumi commands that a person would give."""

from __future__ import annotations

import json
import socket
import ssl
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from localcloud import environment
from tools.local import example_python

if TYPE_CHECKING:
    from localcloud.home import Home

ROOT = Path(__file__).parents[2]
STACK = "journey"
_UP_TIMEOUT = 240
"""Seconds; an `up` takes far less, also on a busy machine."""


@dataclass
class Journey:
    """A copy of the project and the cloud that it is deployed to."""

    project: Path
    home: Home
    log: list[str] = field(default_factory=list)

    def configure(self, **values: Any) -> None:
        """Writes the stack's settings, without the namespace."""
        document = {"config": {f"azureml-scoring:{key}": value for key, value in values.items()}}
        (self.project / "stacks" / f"Pulumi.{STACK}.yaml").write_text(yaml.safe_dump(document))

    def pulumi(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Runs a pulumi command on the stack; its output is kept for a later look at what was shown."""
        result = subprocess.run(
            ["pulumi", *arguments, "--stack", STACK, "--non-interactive"],
            cwd=self.project,
            env=self.environment(),
            capture_output=True,
            text=True,
            timeout=_UP_TIMEOUT,
            check=False,
        )
        self.log += [result.stdout, result.stderr]
        if check:
            assert result.returncode == 0, f"{arguments}\n{result.stdout}\n{result.stderr}"
        return result

    def up(self, *options: str) -> None:
        """`pulumi up`, with the engine's events on disk."""
        self.pulumi("up", "--yes", "--skip-preview", "--event-log", str(self.project / "events.json"), *options)

    def outputs(self) -> dict[str, Any]:
        """The stack's outputs."""
        outputs: dict[str, Any] = json.loads(self.pulumi("stack", "output", "--json").stdout)
        return outputs

    def state(self, *, show_secrets: bool = False) -> dict[str, Any]:
        """The stack's state."""
        options = ["--show-secrets"] if show_secrets else []
        state: dict[str, Any] = json.loads(self.pulumi("stack", "export", *options).stdout)
        return state

    def trust(self) -> ssl.SSLContext:
        """What a client of the cloud has to trust."""
        return ssl.create_default_context(cafile=self.home.ca_certificate)

    def environment(self) -> Mapping[str, str]:
        """The environment of a pulumi command."""
        return environment.build(self.home) | {"PULUMI_DEBUG_COMMANDS": "true"}


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def service(**changes: Any) -> dict[str, Any]:
    """Settings of a service with the example's files."""
    return {
        "entryScript": "examples/diabetes/score.py",
        "model": "examples/diabetes/model/model.joblib",
        "requirements": "examples/diabetes/requirements.txt",
    } | changes


def plain_prediction() -> list[float]:
    """What the model gives in plain Python for the rows of the sample request."""
    script = ROOT / "examples" / "diabetes" / "predict.py"
    rows: list[float] = json.loads(subprocess.check_output([str(example_python()), str(script)], text=True))
    return rows
