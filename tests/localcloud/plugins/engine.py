"""An engine as far as a provider sees it: a gRPC connection of its own; requests and answers as Python values."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, Protocol

import grpc
import grpc.aio
from google.protobuf import empty_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, status_pb2

from localcloud.plugins.messages import serialize
from localcloud.plugins.serving import serve
from localcloud.plugins.values import Properties, decode, encode

if TYPE_CHECKING:
    from google.protobuf.message import Message

    from localcloud.plugins.control_plane import ControlPlane
    from localcloud.plugins.package import Package

ERRORS = grpc.aio.AioRpcError
STACK = "urn:pulumi:test::project::"


class Engine:
    """One provider instance of an engine run."""

    def __init__(self, port: int, token: str) -> None:
        # Without it, gRPC would share one connection among all channels of this process; the engine has one each.
        options = [("grpc.use_local_subchannel_pool", 1)]
        self.channel = grpc.aio.insecure_channel(f"127.0.0.1:{port}", options=options)
        self.token = token

    async def rpc(self, method: str, request: Message, answer: type[Message]) -> Any:
        """One request of the protocol."""
        call = self.channel.unary_unary(
            f"/pulumirpc.ResourceProvider/{method}",
            request_serializer=serialize,
            response_deserializer=answer.FromString,
        )
        return await call(request)

    async def start(self, **configuration: Any) -> Engine:
        """Handshake, Attach and Configure, as the engine does when it attaches."""
        handshake = provider_pb2.ProviderHandshakeRequest(engine_address="127.0.0.1:1", configure_with_urn=True)
        await self.rpc("Handshake", handshake, provider_pb2.ProviderHandshakeResponse)
        await self.rpc("Attach", plugin_pb2.PluginAttach(address="127.0.0.1:1"), empty_pb2.Empty)
        await self.configure(**configuration)
        return self

    async def configure(self, **configuration: Any) -> None:
        """Configure alone."""
        request = provider_pb2.ConfigureRequest(args=encode(configuration), acceptSecrets=True)
        await self.rpc("Configure", request, provider_pb2.ConfigureResponse)

    async def check_configuration(self, **configuration: Any) -> dict[str, str]:
        """What is wrong with a configuration, by key."""
        request = provider_pb2.CheckRequest(news=encode(configuration))
        answer = await self.rpc("CheckConfig", request, provider_pb2.CheckResponse)
        return {failure.property: failure.reason for failure in answer.failures}

    async def cancel(self) -> None:
        """Cancel."""
        await self.rpc("Cancel", empty_pb2.Empty(), empty_pb2.Empty)

    async def check(
        self, news: Properties, olds: Properties | None = None, *, name: str = "thing", **more: Any
    ) -> tuple[Properties, list[str]]:
        """The checked inputs, and what is wrong with them."""
        request = provider_pb2.CheckRequest(
            name=name, type=self.token, news=encode(news), olds=encode(olds or {}), randomSeed=b"seed", **more
        )
        answer = await self.rpc("Check", request, provider_pb2.CheckResponse)
        return decode(answer.inputs), [failure.reason for failure in answer.failures]

    async def diff(self, olds: Properties, news: Properties) -> Any:
        """The answer to Diff."""
        request = provider_pb2.DiffRequest(id="id", type=self.token, old_inputs=encode(olds), news=encode(news))
        return await self.rpc("Diff", request, provider_pb2.DiffResponse)

    async def create(
        self, inputs: Properties, *, preview: bool = False, seconds: float = 0.0
    ) -> tuple[str, Properties]:
        """Id and outputs."""
        request = provider_pb2.CreateRequest(
            type=self.token, properties=encode(inputs), preview=preview, timeout=seconds
        )
        answer = await self.rpc("Create", request, provider_pb2.CreateResponse)
        return answer.id, decode(answer.properties)

    async def read(
        self, resource_id: str, inputs: Properties | None = None, outputs: Properties | None = None
    ) -> tuple[str, Properties, Properties]:
        """Id (empty for none), outputs and inputs."""
        request = provider_pb2.ReadRequest(
            id=resource_id, type=self.token, inputs=encode(inputs or {}), properties=encode(outputs or {})
        )
        answer = await self.rpc("Read", request, provider_pb2.ReadResponse)
        return answer.id, decode(answer.properties), decode(answer.inputs)

    async def update(
        self, resource_id: str, olds: Properties, news: Properties, outputs: Properties, *, preview: bool = False
    ) -> Properties:
        """The outputs."""
        request = provider_pb2.UpdateRequest(
            id=resource_id,
            type=self.token,
            old_inputs=encode(olds),
            olds=encode(outputs),
            news=encode(news),
            preview=preview,
        )
        return decode((await self.rpc("Update", request, provider_pb2.UpdateResponse)).properties)

    async def delete(self, resource_id: str, inputs: Properties | None = None) -> None:
        """Delete."""
        request = provider_pb2.DeleteRequest(
            id=resource_id, type=self.token, old_inputs=encode(inputs or {}), properties=encode(inputs or {})
        )
        await self.rpc("Delete", request, empty_pb2.Empty)

    async def invoke(self, token: str, **arguments: Any) -> Properties:
        """A function's results."""
        request = provider_pb2.InvokeRequest(tok=token, args=encode(arguments))
        return decode(getattr(await self.rpc("Invoke", request, provider_pb2.InvokeResponse), "return"))


def partial_state(error: grpc.aio.AioRpcError) -> provider_pb2.ErrorResourceInitFailed | None:
    """What an error says the engine has to keep; None when it says nothing."""
    pairs: Any = error.trailing_metadata()
    for name, value in pairs or ():
        if name == "grpc-status-details-bin":
            status = status_pb2.Status.FromString(value if isinstance(value, bytes) else value.encode())
            detail = provider_pb2.ErrorResourceInitFailed()
            status.details[0].Unpack(detail)
            return detail
    return None


class Cloud(Protocol):
    """Where a package's requests go."""

    def control_plane(self, scale: float) -> ControlPlane:
        """The plugins' client; `scale` in seconds for one second of azure-native's waiting."""


def drive(
    package: Package,
    cloud: Cloud,
    scenario: Callable[[Callable[[str], Engine]], Awaitable[None]],
    scale: float = 0.0,
) -> None:
    """Serves a package on a real port and runs a scenario; it gets a function that makes a connection for a token."""

    async def run() -> None:
        async with serve([package], cloud.control_plane(scale)) as ports:
            engines: list[Engine] = []

            def connect(token: str) -> Engine:
                engines.append(Engine(ports[package.name], token))
                return engines[-1]

            try:
                await asyncio.wait_for(scenario(connect), 30)
            finally:
                for engine in engines:
                    await engine.channel.close(None)

    asyncio.run(run())
