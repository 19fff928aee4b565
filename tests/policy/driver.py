"""Drives a policy pack over gRPC, as the engine does: with unknowns, secrets and floats on the wire."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
from azureml_scoring.policy_kit import load_pack, wire
from azureml_scoring.policy_kit.server import listen
from azureml_scoring.policy_kit.values import SECRET_SIGNATURE, SIGNATURE, UNKNOWN
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import analyzer_pb2 as messages
from pulumi.runtime.proto.analyzer_pb2_grpc import AnalyzerStub

PACKS = Path(__file__).parents[2] / "policy"
NAMES = sorted(path.parent.name for path in PACKS.glob("*/PulumiPolicy.yaml"))
LEVELS = {"advisory": 0, "mandatory": 1, "disabled": 2, "remediate": 3}
_STARTED = 30
"""Seconds that a pack's process may take to say its port."""


def secret(value: Any) -> dict[str, Any]:
    """A secret, as it is on the wire."""
    return {SIGNATURE: SECRET_SIGNATURE, "value": value}


def urn_of(type_: str, name: str) -> str:
    """A URN as the engine makes it."""
    return f"urn:pulumi:dev::test::{type_}::{name}"


@dataclass(frozen=True)
class Line:
    """A line of a pack's report."""

    rule: str
    level: str
    text: str
    urn: str
    severity: int


@dataclass
class Driver:
    """A pack that is being served, and the questions that the engine asks it."""

    stub: Any

    def info(self) -> messages.AnalyzerInfo:
        """What the pack says of itself."""
        found: messages.AnalyzerInfo = self.stub.GetAnalyzerInfo(Empty())
        return found

    def start(
        self, configuration: Mapping[str, Any] | None = None, *, stack: str = "dev", preview: bool = True
    ) -> None:
        """Configures as the engine does, `configuration` being the content of `--policy-pack-config`."""
        request = messages.AnalyzerStackConfigureRequest(stack=stack, project="test", dry_run=preview)
        self.stub.ConfigureStack(request)
        self.stub.Configure(messages.ConfigureAnalyzerRequest(policyConfig=self._reconciled(configuration or {})))

    def analyze(self, type_: str, properties: Mapping[str, Any], name: str = "sample") -> list[Line]:
        """The report on one resource."""
        response = self.stub.Analyze(_request(type_, properties, name))
        return [_line(one) for one in response.diagnostics]

    def not_applicable(self, type_: str, properties: Mapping[str, Any]) -> set[str]:
        """The rules that do not count as passed on a resource."""
        return {one.policy_name for one in self.stub.Analyze(_request(type_, properties, "sample")).not_applicable}

    def analyze_stack(self, resources: Sequence[Mapping[str, Any]] = ()) -> list[Line]:
        """The report on all resources together; each has `type`, `properties` and what a sample may have."""
        request = messages.AnalyzeStackRequest(resources=[_stacked(one) for one in resources])
        return [_line(one) for one in self.stub.AnalyzeStack(request).diagnostics]

    def remediate(self, type_: str, properties: Mapping[str, Any], name: str = "sample") -> list[messages.Remediation]:
        """What the pack mends in one resource."""
        return list(self.stub.Remediate(_request(type_, properties, name)).remediations)

    def _reconciled(self, configuration: Mapping[str, Any]) -> dict[str, messages.PolicyConfig]:
        """Levels and properties of every policy, names not looked at: what the engine makes of the file."""
        merged: dict[str, tuple[int, dict[str, Any]]] = {
            policy.name: (policy.enforcementLevel, {}) for policy in self.info().policies
        }
        everything = configuration.get("all")
        if everything:
            merged = {name: (LEVELS[everything], {}) for name in merged}
        for name, given in configuration.items():
            if name != "all":
                options = dict(given) if isinstance(given, Mapping) else {"enforcementLevel": given}
                level = options.pop("enforcementLevel", None)
                # The engine itself refuses a name that it doesn't know and that has no level.
                number = LEVELS[level] if level else merged[name][0]
                merged[name] = (number, options)
        return {
            name: messages.PolicyConfig(enforcementLevel=level, properties=wire.struct(options))  # type: ignore[arg-type] # the enum's number
            for name, (level, options) in merged.items()
        }


@contextmanager
def driver(pack: str | Path) -> Iterator[Driver]:
    """A pack of this repository, or one in a folder, served by this process."""
    server, port = listen(load_pack(PACKS / pack))
    try:
        with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
            yield Driver(AnalyzerStub(channel))
    finally:
        server.stop(grace=None).wait()


@contextmanager
def process(folder: Path) -> Iterator[Driver]:
    """A pack that runs as the engine starts it: a process of its own, in its folder, nothing else on its path."""
    command = [sys.executable, "-u", "-m", "pulumi.policy", "127.0.0.1:1", str(folder)]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True) as child:
        try:
            assert child.stdout is not None
            first = child.stdout.readline().strip()
            assert first.isdigit(), first
            with grpc.insecure_channel(f"127.0.0.1:{first}") as channel:
                yield Driver(AnalyzerStub(channel))
        finally:
            child.terminate()
            child.wait(_STARTED)


def _request(type_: str, properties: Mapping[str, Any], name: str) -> messages.AnalyzeRequest:
    return messages.AnalyzeRequest(type=type_, urn=urn_of(type_, name), name=name, properties=wire.struct(properties))


def _stacked(one: Mapping[str, Any]) -> messages.AnalyzerResource:
    name = one.get("name", "sample")
    dependencies = one.get("propertyDependencies", {})
    return messages.AnalyzerResource(
        type=one["type"],
        urn=one.get("urn") or urn_of(one["type"], name),
        name=name,
        properties=wire.struct(one.get("properties", {})),
        parent=one.get("parent", ""),
        options=messages.AnalyzerResourceOptions(protect=one.get("protect", False)),
        dependencies=one.get("dependencies", []),
        propertyDependencies={
            key: messages.AnalyzerPropertyDependencies(urns=urns) for key, urns in dependencies.items()
        },
    )


def _line(one: messages.AnalyzeDiagnostic) -> Line:
    level = next(name for name, number in LEVELS.items() if number == one.enforcementLevel)
    return Line(one.policyName, level, one.message, one.urn, one.severity)


__all__ = ["NAMES", "PACKS", "UNKNOWN", "Driver", "Line", "driver", "process", "secret", "urn_of"]
