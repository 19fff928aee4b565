"""The service that the engine asks: Pulumi's analyzer protocol, with every rule of a pack as a policy of its own.

The general SDK for policies (`pulumi_policy`) reads a resource anew for each policy, hides from a check what is a
secret, and ends a policy at the first unknown value. Here a resource is read once for all rules, an unknown hides
nothing but itself, and each rule keeps its own level, severity and line in the report.
"""

# ruff: noqa: ARG002, N802 - the protocol names the methods and what they take

from __future__ import annotations

import datetime as dt
import signal
import sys
import threading
from collections.abc import Iterable, Mapping
from concurrent import futures
from pathlib import Path
from typing import Any, Final, TypeAlias

import grpc
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import analyzer_pb2 as messages
from pulumi.runtime.proto.analyzer_pb2_grpc import AnalyzerServicer, add_AnalyzerServicer_to_server
from pulumi.runtime.proto.plugin_pb2 import PluginInfo

from . import wire
from .ledger import Ledger
from .mend import apply
from .pack import Pack, crash_of, judge, load_pack
from .report import Report
from .resource import Resource, Run, Stack, resource_type
from .rule import Level, Located, Rule, Severity
from .settings import InvalidConfiguration, Settings, read_settings
from .values import Malformed, Undecided

__all__ = ["Analyzer", "listen", "serve"]

_OPTIONS: Final = [(f"grpc.max_{direction}_message_length", 400 * 1024 * 1024) for direction in ("receive", "send")]
"""Bytes of a message, as the engine allows."""

Context: TypeAlias = grpc.ServicerContext


class Analyzer(AnalyzerServicer):
    """One pack, for one operation of the engine."""

    def __init__(self, pack: Pack, today: dt.date | None = None) -> None:
        """Serve a pack; `today` (UTC) is the day by which exemptions end."""
        self._pack = pack
        self._readers = pack.readers()
        self._today = today or dt.datetime.now(dt.UTC).date()
        self._levels = {rule.id: rule.level for rule in pack.rules.values()} | {pack.name: Level.MANDATORY}
        self._run = Run()
        self._settings: Settings = pack.settings()
        self._ledger = Ledger((), self._today)
        self._inputs: dict[str, Any] = {}

    def GetAnalyzerInfo(self, request: Empty, context: Context) -> messages.AnalyzerInfo:
        """The pack and its rules."""
        return wire.info(self._pack)

    def GetPluginInfo(self, request: Empty, context: Context) -> PluginInfo:
        """The pack's version."""
        return PluginInfo(version=self._pack.version)

    def Handshake(
        self, request: messages.AnalyzerHandshakeRequest, context: Context
    ) -> messages.AnalyzerHandshakeResponse:
        """Nothing to agree on."""
        return messages.AnalyzerHandshakeResponse()

    def ConfigureStack(
        self, request: messages.AnalyzerStackConfigureRequest, context: Context
    ) -> messages.AnalyzerStackConfigureResponse:
        """Learn which stack it is; its configuration, which holds secrets, is not looked at."""
        self._run = Run(request.stack, request.project, request.dry_run)
        return messages.AnalyzerStackConfigureResponse()

    def Configure(self, request: messages.ConfigureAnalyzerRequest, context: Context) -> Empty:
        """Take levels and options; a name that doesn't exist ends the operation."""
        given = {name: wire.properties(one.properties) for name, one in request.policyConfig.items()}
        try:
            self._settings = read_settings(self._pack.name, self._pack.settings, self._pack.rules, given)
        except InvalidConfiguration as fault:
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, str(fault))
        self._ledger = Ledger(self._settings.exemptions, self._today)
        for name, one in request.policyConfig.items():
            self._levels[name] = wire.level_of(one.enforcementLevel)
        return Empty()

    def Analyze(self, request: messages.AnalyzeRequest, context: Context) -> messages.AnalyzeResponse:
        """Judge one resource before it is made or changed."""
        response = messages.AnalyzeResponse(diagnostics=self._expired(request.urn))
        self._inputs[request.urn] = request.properties
        readers = self._readers.get(resource_type(request.type)[0], ())
        checks = {rule.id: rule.check for rule in readers if self._on(rule) and rule.check}
        unchecked = set[str]()
        if checks:
            raw, provider = wire.Lazy(request.properties), wire.provider_of(request)
            resource = wire.resource(request, raw, self._run, provider=provider)
            report = self._report([raw, provider])
            for name, check in checks.items():
                report.add(name, (Located(resource, result) for result in judge(check, resource, self._settings)))
            unchecked = report.unchecked()
            response.diagnostics.extend(report.lines())
        response.not_applicable.extend(
            messages.PolicyNotApplicable(policy_name=name, reason=f"nothing to check, or not yet, in {request.type}")
            for name in self._pack.rules
            if name not in checks or name in unchecked
        )
        return response

    def AnalyzeStack(self, request: messages.AnalyzeStackRequest, context: Context) -> messages.AnalyzeResponse:
        """Judge all resources together, after the last step, and sum the run up."""
        response = messages.AnalyzeResponse(diagnostics=self._expired(""))
        checks = {
            rule.id: rule.check_stack for rule in self._pack.rules.values() if self._on(rule) and rule.check_stack
        }
        if checks:
            seen = [
                (
                    one,
                    wire.Lazy(one.properties),
                    wire.Lazy(self._inputs.get(one.urn, one.properties)),
                    wire.provider_of(one),
                )
                for one in request.resources
            ]
            stack = Stack(
                [wire.resource(one, raw, self._run, inputs, provider) for one, raw, inputs, provider in seen], self._run
            )
            report = self._report(part for _, *parts in seen for part in parts)
            for name, check in checks.items():
                report.add(name, judge(check, stack, self._settings))
            response.diagnostics.extend(report.lines())
        summary = self._ledger.summary()
        if summary and self._levels[self._pack.name] is not Level.DISABLED:
            response.diagnostics.append(self._line(self._pack.name, summary, Level.ADVISORY, Severity.LOW))
        return response

    def Remediate(self, request: messages.AnalyzeRequest, context: Context) -> messages.RemediateResponse:
        """Mend one resource by the rules whose level is `remediate`."""
        readers = self._readers.get(resource_type(request.type)[0], ())
        rules = [rule for rule in readers if rule.mend and self._levels[rule.id] is Level.REMEDIATE]
        raw = wire.properties(request.properties) if rules else {}
        response = messages.RemediateResponse()
        for rule in rules:
            resource = wire.resource(request, raw, self._run, provider=wire.provider_of(request))
            if self._ledger.exempts(rule.id, resource):
                continue
            changed, obstacle = self._mended(rule, resource, raw)
            if changed is not raw or obstacle:
                raw = changed
                response.remediations.add(
                    policyName=rule.id,
                    policyPackName=self._pack.name,
                    policyPackVersion=self._pack.version,
                    description=rule.summary,
                    properties=None if obstacle else wire.struct(raw),
                    diagnostic=obstacle,
                )
        return response

    def Cancel(self, request: Empty, context: Context) -> Empty:
        """Nothing takes long here."""
        return Empty()

    def _on(self, rule: Rule) -> bool:
        return self._levels[rule.id] is not Level.DISABLED

    def _mended(self, rule: Rule, resource: Resource, raw: dict[str, Any]) -> tuple[dict[str, Any], str]:
        """The changed properties, or the same ones and what stood in the way."""
        try:
            changes = list(rule.mend(resource, self._settings)) if rule.mend else []
            return (apply(raw, changes), "") if changes else (raw, "")
        except (Undecided, Malformed) as obstacle:
            return raw, f"nothing is mended: {obstacle}"
        except Exception as error:  # noqa: BLE001 - the other rules go on, and `check` judges what is left
            return raw, f"nothing is mended: the rule fails ({crash_of(error)})"

    def _report(self, properties: Iterable[Mapping[str, Any] | None]) -> Report:
        return Report(self._pack, self._levels, self._ledger, properties)

    def _expired(self, urn: str) -> list[messages.AnalyzeDiagnostic]:
        """A violation for each exemption that is over; told once, with the first resource: before anything is made."""
        level = self._levels[self._pack.name]
        if level is Level.DISABLED:
            return []
        return [
            self._line(self._pack.name, f"exemption {exemption} is over: renew or remove it", level, Severity.HIGH, urn)
            for exemption in self._ledger.tell_expired()
        ]

    def _line(
        self, name: str, text: str, level: Level, severity: Severity, urn: str = ""
    ) -> messages.AnalyzeDiagnostic:
        return wire.diagnostic(self._pack, name, text, level, severity, urn)


def listen(pack: Pack) -> tuple[grpc.Server, int]:
    """Serve a pack on a free port of loopback; returns the running server and the port."""
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=4), options=_OPTIONS)
    add_AnalyzerServicer_to_server(Analyzer(pack), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    return server, port


def serve(folder: Path) -> None:
    """Serve the pack in a folder until the engine ends the process: all that a pack's `__main__.py` does."""
    over = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: over.set())
    server, port = listen(load_pack(folder))
    # The engine reads the port from the first line of standard output, and nothing may come before it.
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    over.wait()
    server.stop(grace=1).wait()
