"""Programs run without an engine: the requests that components send to it, as the SDK sends them.

The monitor answers each request with plausible outputs; what the engine and a cloud do with the requests is the
journeys' to show.
"""

from __future__ import annotations

import asyncio
import contextvars
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pulumi
from google.protobuf import json_format
from pulumi.runtime import mocks
from pulumi.runtime.proto import resource_pb2

GROUP_ID = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/group"
DIGEST = f"sha256:{'a' * 64}"

_SIGNATURE, _SECRET = "4dabf18193072939515e22adb298388d", "1b47061264138c4ac30d75fd1eb44270"
"""How Pulumi's protocol marks a secret."""

_ARM_TYPES = {
    "azure-native:applicationinsights:Component": "Microsoft.Insights/components",
    "azure-native:containerinstance:ContainerGroup": "Microsoft.ContainerInstance/containerGroups",
    "azure-native:containerregistry:Registry": "Microsoft.ContainerRegistry/registries",
    "azure-native:keyvault:Vault": "Microsoft.KeyVault/vaults",
    "azure-native:machinelearningservices:Workspace": "Microsoft.MachineLearningServices/workspaces",
    "azure-native:storage:StorageAccount": "Microsoft.Storage/storageAccounts",
}


@dataclass(frozen=True)
class Request:
    """One resource that was registered.

    Attributes:
        type: Its type token, such as `azure-native:containerregistry:Registry`.
        name: Its logical name.
        parent: Logical name of its parent.
        inputs: Its inputs; a secret is the dict that the protocol makes of it, see `is_secret`.
        options: The whole request, with the resource's options.
    """

    type: str
    name: str
    parent: str
    inputs: dict[str, Any]
    options: Any


class Registered(list[Request]):
    """All resources of a program, in the order of their registration.

    Attributes:
        read: Name and id of each resource that was read, not made.
    """

    def __init__(self) -> None:
        super().__init__()
        self.read: list[tuple[str, str]] = []

    def one(self, resource_type: str) -> Request:
        """The only resource of a type, given by its last parts, such as `Registry`."""
        found = [request for request in self if f":{request.type}".endswith(f":{resource_type}")]
        assert len(found) == 1, f"{resource_type}: {[request.type for request in self]}"
        return found[0]


def is_secret(value: Any) -> bool:
    """Whether an input was sent as a secret."""
    return isinstance(value, dict) and value.get(_SIGNATURE) == _SECRET


def deploy(
    program: Callable[[], Any],
    logged: list[str] | None = None,
    answers: dict[str, Any] | None = None,
    *,
    preview: bool = False,
    remembered: dict[str, Any] | None = None,
) -> Registered:
    """Runs a program to its end.

    Args:
        program: What makes the resources; an Output or an awaitable that it returns is awaited.
        logged: Receives what is logged, and shown to people.
        answers: Outputs of a resource or function by the end of its token, in place of the plausible ones; a text is
            why a function fails.
        preview: Whether the program runs as in a preview.
        remembered: Outputs of every component as the state has them from the last update.
    """
    monitor = _Monitor(_Answers(answers or {}), remembered or {})
    log = _Log([] if logged is None else logged)

    def run() -> None:
        mocks.set_mocks(monitor.mocks, project="project", stack="stack", preview=preview, logger=log, monitor=monitor)
        run_mocked: Any = mocks.test  # the SDK gives it no types
        run_mocked(lambda: _awaited(program()))()

    with _event_loop():
        # Settings of the runtime are context variables: a copy keeps them away from other tests.
        contextvars.copy_context().run(run)
    return monitor.registered


@contextmanager
def _event_loop() -> Iterator[None]:
    """An event loop of this thread's own, closed afterwards; the runtime would make one and leave it open."""
    with asyncio.Runner() as runner:
        asyncio.set_event_loop(runner.get_loop())
        try:
            yield
        finally:
            asyncio.set_event_loop(None)


def _awaited(result: Any) -> Any:
    """A component itself is nothing to wait for: the runtime waits for its registration."""
    return None if isinstance(result, pulumi.Resource) else result


def value_of(make: Callable[[], pulumi.Output[Any]]) -> Any:
    """The value of the Output that is made; one that is made outside would belong to no event loop."""
    values: list[Any] = []
    deploy(lambda: make().apply(values.append))
    assert values, "the output is not known"
    return values[0]


class _Log(logging.Logger):
    """Keeps the messages."""

    def __init__(self, messages: list[str]) -> None:
        super().__init__("engine", logging.INFO)
        self._messages = messages

    def handle(self, record: logging.LogRecord) -> None:
        self._messages.append(record.getMessage())


class _Answers(mocks.Mocks):
    """Plausible outputs of each resource, and of each function that components call."""

    def __init__(self, answers: dict[str, Any]) -> None:
        self._answers = answers

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        # What is read has its name already; what is made gets its logical name.
        name = (args.resource_id or "").rpartition("/")[2] or args.name
        outputs = {**args.inputs, "name": name, "location": "westeurope"}
        arm_type = _ARM_TYPES.get(args.typ, "Microsoft.Other/others")
        if given := args.inputs.get("identity"):
            identities: dict[str, Any] = {identity: {} for identity in given.get("userAssignedIdentities", [])}
            outputs["identity"] = {**given, "userAssignedIdentities": identities}
        match args.typ:
            case "azure-native:containerregistry:Registry":
                outputs["loginServer"] = f"{name}.azurecr.io"
            case "azure-native:containerregistry:TaskRun":
                outputs["runResult"] = {"runId": "ca1", "outputImages": [{"digest": DIGEST}]}
            case "azure-native:storage:Blob":
                outputs["url"] = "https://account.example/blob"
            case "azure-native:containerinstance:ContainerGroup":
                outputs["ipAddress"] = {**args.inputs["ipAddress"], "ip": "127.0.0.1"}
                outputs["instanceView"] = {"state": "Running"}
            case "docker:index/container:Container":
                outputs["id"] = "container"
        return f"{GROUP_ID}/providers/{arm_type}/{name}", outputs | self._answer(args.typ)

    def call(self, args: mocks.MockCallArgs) -> tuple[dict[str, Any], list[tuple[str, str]]]:
        answer = self._find(args.token)
        return ({}, [("", answer)]) if isinstance(answer, str) else (answer, [])

    def _answer(self, token: str) -> dict[str, Any]:
        return dict(self._find(token))

    def _find(self, token: str) -> Any:
        return next((answer for end, answer in self._answers.items() if token.endswith(end)), {})


class _Monitor(mocks.MockMonitor):
    """Pulumi's mock monitor, which remembers the requests as they were sent."""

    def __init__(self, answers: _Answers, remembered: dict[str, Any]) -> None:
        super().__init__(answers)
        self._remembered = remembered
        self.registered = Registered()

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802 - the protocol's name
        if request.type != "pulumi:pulumi:Stack":
            parent = request.parent.rpartition("::")[2]
            inputs = json_format.MessageToDict(request.object)
            self.registered.append(Request(request.type, request.name, parent, inputs, request))
        return self._answered(super().RegisterResource, request)

    def ReadResource(self, request: Any) -> Any:  # noqa: N802 - the protocol's name
        self.registered.read.append((request.name, request.id))
        return self._answered(super().ReadResource, request)

    def Invoke(self, request: Any) -> Any:  # noqa: N802 - the protocol's name
        if request.tok == "pulumi:pulumi:getResource":
            answer = resource_pb2.ResourceInvokeResponse()
            getattr(answer, "return").update({"state": self._remembered})
            return answer
        return self._answered(super().Invoke, request)

    def _answered(self, answer: Any, request: Any) -> Any:
        """The runtime asks in threads of its own."""
        with _event_loop():
            return answer(request)
