"""What journeys are made of: a project, its cloud, and the pulumi commands that a person would give."""

from __future__ import annotations

import json
import os
import random
import shutil
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import yaml

from localcloud import environment, report
from tools import policies
from tools.local import example_python

if TYPE_CHECKING:
    from localcloud.home import Home

ROOT = Path(__file__).parents[2]
STACK = "journey"
ACR = {"api-version": "2023-01-01-preview"}
SAMPLE: Any = json.loads((ROOT / "examples" / "diabetes" / "sample-request.json").read_text())
PACKS: dict[str, Mapping[str, Any]] = {pack.name: {} for pack in policies.packs()}
"""Every policy pack as it is, to judge a journey by."""
_WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
_PORTS = iter(random.sample(range(15000 + _WORKER, 32768, 16), 1000))
"""Below those that the kernel gives to connections; each worker has its own."""
_UP_TIMEOUT = 240
"""Seconds; an `up` takes far less, also on a busy machine."""


@dataclass
class Journey:
    """A copy of the project and the cloud that it is deployed to."""

    project: Path
    home: Home
    stack: str = STACK
    """The stack that commands are for."""
    log: list[str] = field(default_factory=list)
    more: dict[str, str] = field(default_factory=dict)
    """Environment variables that commands get besides."""
    judged_by: Mapping[str, Mapping[str, Any]] = field(default_factory=lambda: PACKS)
    """Policy packs that every `up` that has to succeed runs at mandatory level, each with its options."""

    def configure(self, **values: Any) -> None:
        """Writes the stack's settings, without the namespace."""
        document = {"config": {f"azureml-scoring:{key}": value for key, value in values.items()}}
        (self.project / "stacks" / f"Pulumi.{self.stack}.yaml").write_text(yaml.safe_dump(document))

    def pulumi(self, *arguments: str, check: bool = True, typed: str | None = None) -> subprocess.CompletedProcess[str]:
        """Runs a pulumi command on the stack; its output is kept for a later look at what was shown."""
        result = subprocess.run(
            ["pulumi", *arguments, "--stack", self.stack, "--non-interactive"],
            cwd=self.project,
            env=self.environment(),
            input=typed,
            capture_output=True,
            text=True,
            timeout=_UP_TIMEOUT,
            check=False,
        )
        self.log += [result.stdout, result.stderr]
        if check:
            assert result.returncode == 0, f"{arguments}\n{result.stdout}\n{result.stderr}"
        return result

    def program(self, name: str) -> None:
        """Makes a program of `tests/journeys/programs` the stack's."""
        shutil.copy(Path(__file__).parent / "programs" / f"{name}.py", self.project / "__main__.py")

    def failed_up(self, *options: str) -> str:
        """The diagnostics of an `up` that has to fail; before them the engine shows its progress.

        No policy pack runs: it could refuse first what the components have to refuse.
        """
        result = self.pulumi("up", "--yes", "--skip-preview", *options, check=False)
        shown = result.stdout + result.stderr
        assert result.returncode != 0, shown
        _, found, diagnostics = shown.partition("\nDiagnostics:\n")
        assert found, shown
        return diagnostics

    def secret(self, key: str, value: str) -> None:
        """Sets a secret of the configuration, by standard input; `a.b` is the part b of the value a."""
        self.pulumi("config", "set", "--secret", "--path", f"azureml-scoring:{key}", typed=value)

    def up(self, *options: str) -> None:
        """`pulumi up`, under the policy packs of the journey, with the engine's events on disk."""
        options = (*self.policies(), *options)
        self.pulumi("up", "--yes", "--skip-preview", "--event-log", str(self.project / "events.json"), *options)

    def policies(self) -> Iterator[str]:
        """The options that make a command run the policy packs of the journey."""
        for folder, settings in self.judged_by.items():
            file = self.project / f"{folder}.json"
            pack = {"enforcementLevel": "mandatory", **settings}
            file.write_text(json.dumps({folder.replace("_", "-"): pack}))
            yield from (*policies.options(folder), "--policy-pack-config", str(file))

    def outputs(self, *, show_secrets: bool = False) -> dict[str, Any]:
        """The stack's outputs; those that are secret in the clear only when asked for, and then not in `log`."""
        options = ["--show-secrets"] if show_secrets else []
        outputs: dict[str, Any] = json.loads(self._quiet("stack", "output", "--json", *options))
        return outputs

    def state(self, *, show_secrets: bool = False) -> dict[str, Any]:
        """The stack's state."""
        options = ["--show-secrets"] if show_secrets else []
        state: dict[str, Any] = json.loads(self._quiet("stack", "export", *options))
        return state

    def localcloud(self, *arguments: str, check: bool = True, typed: str | None = None) -> str:
        """What a command of `python -m localcloud` says."""
        result = subprocess.run(
            [sys.executable, "-m", "localcloud", *arguments],
            cwd=ROOT,
            env=self.environment(),
            input=typed,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        shown = result.stdout + result.stderr
        assert not check or result.returncode == 0, shown
        return shown

    def azure(self, method: str, path: str, body: object = None, **query: str) -> Any:
        """What Azure Resource Manager or Graph answers to the owner: for what people do beside Pulumi."""
        endpoint = self.home.endpoint()
        assert endpoint is not None
        headers = {"Authorization": f"Bearer {self.home.token_file.read_text().strip()}"}
        with httpx.Client(verify=self.trust(), headers=headers, timeout=30) as client:
            answer = client.request(method, endpoint["url"] + path, params=query, json=body)
            while answer.status_code == httpx.codes.ACCEPTED and "location" in answer.headers:
                time.sleep(0.1)
                answer = client.get(answer.headers["location"])
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def _quiet(self, *arguments: str) -> str:
        shown = self.pulumi(*arguments).stdout
        del self.log[-2:]
        return shown

    def left(self) -> list[str]:
        """What the cloud still has: registries, resources, containers."""
        lines = report.status(self.home)
        return [line for line in lines if line.startswith(("registry", "resources", "container"))]

    def found_in_the_clear(self, secrets: Iterable[str], *, given: bool = False) -> list[str]:
        """Where a secret stands: files of the project, the engine and the cloud, what was shown, command lines.

        Args:
            secrets: What must not be found.
            given: Whether the cloud was given them for a container's environment, which Docker and Azure keep in the
                clear, and so does the stand-in for both (mode 0600): then that is not looked at.
        """
        wanted = [secret.encode() for secret in secrets]
        places = [self.project, self.home.root / "pulumi", self.home.logs]
        databases = [self.home.database, *self.home.root.glob("*.sqlite*")]
        if not given:
            places.append(self.home.containers)
        files = [path for place in places for path in place.rglob("*") if path.is_file() and ".venv" not in path.parts]
        files += [] if given else databases
        found = [str(path) for path in files if any(secret in path.read_bytes() for secret in wanted)]
        shown = [("what was shown", "".join(self.log)), *((f"process {line}", line) for line in command_lines())]
        return found + [place for place, text in shown if any(secret.decode() in text for secret in wanted)]

    def trust(self) -> ssl.SSLContext:
        """What a client of the cloud has to trust."""
        return ssl.create_default_context(cafile=self.home.ca_certificate)

    def environment(self) -> Mapping[str, str]:
        """The environment of a pulumi command."""
        return environment.build(self.home) | {"PULUMI_DEBUG_COMMANDS": "true", **self.more}


def command_lines() -> Iterator[str]:
    """The command line of every process of this machine."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                yield (entry / "cmdline").read_bytes().decode(errors="replace")
            except OSError:
                continue


def free_port() -> int:
    """A port of loopback that nobody listens on, this time and by these tests; no connection gets it by chance."""
    for port in _PORTS:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return port
    raise AssertionError("no port is free")


def service(**changes: Any) -> dict[str, Any]:
    """Settings of a service with the example's files."""
    return {
        "entryScript": "examples/diabetes/score.py",
        "models": ["examples/diabetes/model/model.joblib"],
        "requirements": "examples/diabetes/requirements.txt",
    } | changes


def plain_prediction() -> list[float]:
    """What the model gives in plain Python for the rows of the sample request."""
    script = ROOT / "examples" / "diabetes" / "predict.py"
    rows: list[float] = json.loads(subprocess.check_output([str(example_python()), str(script)], text=True))
    return rows


def predict(uri: str, key: str = "", trust: ssl.SSLContext | None = None) -> Any:
    """The answer of a service to the sample request, to who shows a key if there is one."""
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    return httpx.post(uri, json=SAMPLE, headers=headers, verify=trust or True, timeout=30).raise_for_status().json()
