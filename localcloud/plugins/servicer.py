"""One provider as a gRPC service: decodes requests, calls the package, encodes answers and errors."""

from __future__ import annotations

import asyncio
import json
import logging
import traceback
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, TypeVar

import grpc
import grpc.aio
from google.protobuf import empty_pb2
from google.protobuf.message import Message
from pulumi.runtime.proto import plugin_pb2, provider_pb2

from localcloud.plugins.errors import NotEmulated, PluginError
from localcloud.plugins.messages import abort, diff_response, invoke_response, naming_of, serialize
from localcloud.plugins.package import Call, Live
from localcloud.plugins.sessions import Pace, Sessions
from localcloud.plugins.values import decode, encode, mark_secrets, reveal

if TYPE_CHECKING:
    from localcloud.plugins.control_plane import ControlPlane
    from localcloud.plugins.package import Package, Resource

_log = logging.getLogger(__name__)
_SERVICE = "pulumirpc.ResourceProvider"
_TIMEOUT = 7200.0
_Request = TypeVar("_Request", bound=Message)
_Context = grpc.aio.ServicerContext[Any, Any]


class Servicer:
    """Serves one package to any number of engines.

    Args:
        package: The provider.
        control_plane: Where its requests go.
    """

    def __init__(self, package: Package, control_plane: ControlPlane) -> None:
        self.package = package
        self.sessions = Sessions(package.name)
        self._control_plane = control_plane
        self._running: set[asyncio.Future[Message]] = set()

    async def finish(self) -> None:
        """Ends all waiting, and returns when no operation runs."""
        self.sessions.cancel_all()
        if self._running:
            await asyncio.wait(self._running)

    def handler(self) -> grpc.GenericRpcHandler[Any, Any]:
        """The handler to add to a `grpc.aio` server; methods that are not in it answer UNIMPLEMENTED."""
        rpcs: dict[str, grpc.RpcMethodHandler[Any, Any]] = {
            name: grpc.unary_unary_rpc_method_handler(
                self._guarded(method),
                request_deserializer=request.FromString,
                response_serializer=serialize,
            )
            for name, (method, request) in self._methods().items()
        }
        return grpc.method_handlers_generic_handler(_SERVICE, rpcs)

    def _methods(self) -> dict[str, tuple[Callable[[Any, str], Awaitable[Message]], type[Message]]]:
        return {
            "Handshake": (self._handshake, provider_pb2.ProviderHandshakeRequest),
            "Attach": (self._attach, plugin_pb2.PluginAttach),
            "Cancel": (self._cancel, empty_pb2.Empty),
            "GetPluginInfo": (self._plugin_info, empty_pb2.Empty),
            "GetSchema": (self._schema, provider_pb2.GetSchemaRequest),
            "CheckConfig": (self._check_configuration, provider_pb2.CheckRequest),
            "DiffConfig": (self._diff_configuration, provider_pb2.DiffRequest),
            "Configure": (self._configure, provider_pb2.ConfigureRequest),
            "Invoke": (self._invoke, provider_pb2.InvokeRequest),
            "Check": (self._check, provider_pb2.CheckRequest),
            "Diff": (self._diff, provider_pb2.DiffRequest),
            "Create": (self._create, provider_pb2.CreateRequest),
            "Read": (self._read, provider_pb2.ReadRequest),
            "Update": (self._update, provider_pb2.UpdateRequest),
            "Delete": (self._delete, provider_pb2.DeleteRequest),
        }

    def _guarded(
        self, method: Callable[[_Request, str], Awaitable[Message]]
    ) -> Callable[[_Request, _Context], Awaitable[Message]]:
        async def guarded(request: _Request, context: _Context) -> Message:
            # An engine that dies takes its connection along, which ends this coroutine, but not what was begun: a real
            # provider, too, finishes its operations.
            operation = asyncio.ensure_future(method(request, context.peer()))
            self._running.add(operation)
            operation.add_done_callback(self._running.discard)
            try:
                return await asyncio.shield(operation)
            except asyncio.CancelledError:
                operation.add_done_callback(_log_unheard)
                raise
            except PluginError as error:
                failure = error
            except Exception as error:  # noqa: BLE001  a mistake in a plugin is an answer, too, never a hang
                # Where it happened, without the error's own text: that may quote inputs.
                place = "".join(traceback.format_tb(error.__traceback__))
                _log.error("%s failed with %s\n%s", type(request).__name__, type(error).__name__, place)
                failure = PluginError(f"the stand-in plugin '{self.package.name}' failed: {type(error).__name__}")
            await abort(context, failure, request)
            raise AssertionError("abort raises")

        return guarded

    def _resource(self, request: Any) -> Resource:
        token = request.type or request.urn.split("::")[2].rpartition("$")[2]
        resource = self.package.resources.get(token)
        if resource is None:
            raise NotEmulated("resource type", token, self.package.resources)
        return resource

    def _call(self, peer: str, timeout: float = 0.0) -> Call:
        """The call of a request; `timeout` in seconds, 0 for the two hours that azure-native gives an operation."""
        return Call(Pace.of(self.sessions.configured(peer), timeout or _TIMEOUT), self._control_plane)

    async def _handshake(
        self, _request: provider_pb2.ProviderHandshakeRequest, peer: str
    ) -> provider_pb2.ProviderHandshakeResponse:
        self.sessions.begin(peer)
        return provider_pb2.ProviderHandshakeResponse(
            accept_secrets=True,
            accept_resources=False,
            accept_outputs=False,
            supports_autonaming_configuration=True,
        )

    async def _attach(self, _request: plugin_pb2.PluginAttach, _peer: str) -> empty_pb2.Empty:
        return empty_pb2.Empty()

    async def _cancel(self, _request: empty_pb2.Empty, peer: str) -> empty_pb2.Empty:
        self.sessions.known(peer).cancelled.set()
        return empty_pb2.Empty()

    async def _plugin_info(self, _request: empty_pb2.Empty, _peer: str) -> plugin_pb2.PluginInfo:
        return plugin_pb2.PluginInfo(version=self.package.version)

    async def _schema(self, _request: provider_pb2.GetSchemaRequest, _peer: str) -> provider_pb2.GetSchemaResponse:
        # Programs bring their SDK along; nothing generates one from a stand-in.
        schema = {"name": self.package.name, "version": self.package.version}
        return provider_pb2.GetSchemaResponse(schema=json.dumps(schema))

    async def _check_configuration(self, request: provider_pb2.CheckRequest, _peer: str) -> provider_pb2.CheckResponse:
        refusals = self.package.refusals(reveal(decode(request.news)))
        failures = [provider_pb2.CheckFailure(property=key, reason=reason) for key, reason in refusals.items()]
        return provider_pb2.CheckResponse(inputs=request.news, failures=failures)

    async def _diff_configuration(self, request: provider_pb2.DiffRequest, _peer: str) -> provider_pb2.DiffResponse:
        same = decode(request.old_inputs) == decode(request.news)
        kind = provider_pb2.DiffResponse.DIFF_NONE if same else provider_pb2.DiffResponse.DIFF_SOME
        return provider_pb2.DiffResponse(changes=kind)

    async def _configure(self, request: provider_pb2.ConfigureRequest, peer: str) -> provider_pb2.ConfigureResponse:
        self.sessions.known(peer).configuration = reveal(decode(request.args))
        return provider_pb2.ConfigureResponse(
            acceptSecrets=True, supportsPreview=True, supports_autonaming_configuration=True
        )

    async def _invoke(self, request: provider_pb2.InvokeRequest, peer: str) -> provider_pb2.InvokeResponse:
        function = self.package.functions.get(request.tok)
        if function is None:
            raise NotEmulated("function", request.tok, self.package.functions)
        results = await function.invoke(self._call(peer), reveal(decode(request.args)))
        return invoke_response(results)

    async def _check(self, request: provider_pb2.CheckRequest, peer: str) -> provider_pb2.CheckResponse:
        resource = self._resource(request)
        checked = await resource.check(self._call(peer), naming_of(request), decode(request.olds), decode(request.news))
        failures = [provider_pb2.CheckFailure(reason=reason) for reason in checked.failures]
        return provider_pb2.CheckResponse(inputs=encode(checked.inputs), failures=failures)

    async def _diff(self, request: provider_pb2.DiffRequest, _peer: str) -> provider_pb2.DiffResponse:
        plan = self._resource(request).plan(decode(request.old_inputs), decode(request.news))
        return diff_response(plan)

    async def _create(self, request: provider_pb2.CreateRequest, peer: str) -> provider_pb2.CreateResponse:
        resource, inputs = self._resource(request), decode(request.properties)
        call = self._call(peer, request.timeout)
        if request.preview:
            outputs = mark_secrets(resource.preview(inputs, None), inputs)
            return provider_pb2.CreateResponse(properties=encode(outputs))
        live = await resource.create(call, inputs)
        _log.info("created %s %s", resource.token, live.resource_id)
        return provider_pb2.CreateResponse(id=live.resource_id, properties=encode(mark_secrets(live.outputs, inputs)))

    async def _read(self, request: provider_pb2.ReadRequest, peer: str) -> provider_pb2.ReadResponse:
        resource, inputs = self._resource(request), decode(request.inputs)
        live = await resource.read(self._call(peer, request.timeout), request.id, inputs, decode(request.properties))
        if live is None:
            return provider_pb2.ReadResponse(id="")
        return provider_pb2.ReadResponse(
            id=live.resource_id,
            properties=encode(mark_secrets(live.outputs, live.inputs)),
            inputs=encode(live.inputs),
        )

    async def _update(self, request: provider_pb2.UpdateRequest, peer: str) -> provider_pb2.UpdateResponse:
        resource, inputs = self._resource(request), decode(request.news)
        old = Live(request.id, decode(request.olds), decode(request.old_inputs))
        call = self._call(peer, request.timeout)
        if request.preview:
            outputs = resource.preview(inputs, old.outputs)
        else:
            outputs = await resource.update(call, request.id, inputs, old)
            _log.info("updated %s %s", resource.token, request.id)
        return provider_pb2.UpdateResponse(properties=encode(mark_secrets(outputs, inputs)))

    async def _delete(self, request: provider_pb2.DeleteRequest, peer: str) -> empty_pb2.Empty:
        resource = self._resource(request)
        old = Live(request.id, decode(request.properties), decode(request.old_inputs))
        await resource.delete(self._call(peer, request.timeout), request.id, old)
        _log.info("deleted %s %s", resource.token, request.id)
        return empty_pb2.Empty()


def _log_unheard(operation: asyncio.Future[Message]) -> None:
    error = None if operation.cancelled() else operation.exception()
    _log.info("an operation ended after its engine was gone: %s", type(error).__name__ if error else "done")
