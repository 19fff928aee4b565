"""A policy pack as the engine sees it: an analyzer that denies one type."""
# ruff: noqa: N802 - the protocol names the methods

import sys
from concurrent import futures
from pathlib import Path

import grpc
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import analyzer_pb2 as messages
from pulumi.runtime.proto.analyzer_pb2_grpc import AnalyzerServicer, add_AnalyzerServicer_to_server
from pulumi.runtime.proto.plugin_pb2 import PluginInfo


class Analyzer(AnalyzerServicer):
    """Denies every Greeter."""

    def GetAnalyzerInfo(self, _request: Empty, _context: object) -> messages.AnalyzerInfo:
        """Name, version and policies of the pack."""
        policy = messages.PolicyInfo(name="no-greeter", enforcementLevel=messages.MANDATORY)
        return messages.AnalyzerInfo(name="fixture-pack", version="1.0.0", policies=[policy])

    def GetPluginInfo(self, _request: Empty, _context: object) -> PluginInfo:
        """Version of the pack."""
        return PluginInfo(version="1.0.0")

    def Analyze(self, request: messages.AnalyzeRequest, _context: object) -> messages.AnalyzeResponse:
        """Deny a Greeter."""
        if request.type != "fixture:index:Greeter":
            return messages.AnalyzeResponse()
        diagnostic = messages.AnalyzeDiagnostic(
            policyName="no-greeter",
            policyPackName="fixture-pack",
            policyPackVersion="1.0.0",
            enforcementLevel=messages.MANDATORY,
            urn=request.urn,
            # The pack runs in its own folder, so that it can read files that lie next to it.
            message=f"greeters are not allowed (in {Path.cwd().name})",
        )
        return messages.AnalyzeResponse(diagnostics=[diagnostic])

    def AnalyzeStack(self, _request: messages.AnalyzeStackRequest, _context: object) -> messages.AnalyzeResponse:
        """Nothing against the stack."""
        return messages.AnalyzeResponse()


server = grpc.server(futures.ThreadPoolExecutor(max_workers=4))
add_AnalyzerServicer_to_server(Analyzer(), server)
port = server.add_insecure_port("127.0.0.1:0")
server.start()
sys.stdout.write(f"{port}\n")
sys.stdout.flush()
server.wait_for_termination()
