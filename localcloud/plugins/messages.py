"""Answers of a provider as the engine's messages, errors included."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import grpc
import grpc.aio
from pulumi.runtime.proto import provider_pb2, status_pb2

from localcloud.plugins.compare import Change
from localcloud.plugins.errors import InitializationFailed, InvalidInput, PluginError, redact
from localcloud.plugins.naming import resource_name_of
from localcloud.plugins.package import Naming
from localcloud.plugins.values import Properties, decode, encode, mark_secrets, secret_texts

if TYPE_CHECKING:
    from google.protobuf.message import Message

    from localcloud.plugins.package import Plan

_ENFORCE = provider_pb2.CheckRequest.AutonamingOptions.ENFORCE
_DISABLE = provider_pb2.CheckRequest.AutonamingOptions.DISABLE


def serialize(message: Message) -> bytes:
    """The bytes of any message."""
    return message.SerializeToString()


def naming_of(request: provider_pb2.CheckRequest) -> Naming:
    """What a Check request says about the resource's name."""
    name = request.name or resource_name_of(request.urn)
    if not request.HasField("autonaming"):
        return Naming(name, request.randomSeed)
    mode = request.autonaming.mode
    return Naming(
        name,
        request.randomSeed,
        proposed=request.autonaming.proposed_name,
        enforced=mode == _ENFORCE,
        disabled=mode == _DISABLE,
    )


def diff_response(plan: Plan) -> provider_pb2.DiffResponse:
    """The answer for a plan."""
    if not plan.changes:
        return provider_pb2.DiffResponse(changes=provider_pb2.DiffResponse.DIFF_NONE)
    kinds = provider_pb2.PropertyDiff
    kind_of = {
        (Change.ADD, False): kinds.ADD,
        (Change.ADD, True): kinds.ADD_REPLACE,
        (Change.DELETE, False): kinds.DELETE,
        (Change.DELETE, True): kinds.DELETE_REPLACE,
        (Change.UPDATE, False): kinds.UPDATE,
        (Change.UPDATE, True): kinds.UPDATE_REPLACE,
    }
    detailed = {
        change.path: kinds(kind=kind_of[change.change, plan.replaces(change)], inputDiff=True)
        for change in plan.changes
    }
    return provider_pb2.DiffResponse(
        changes=provider_pb2.DiffResponse.DIFF_SOME,
        replaces=sorted(plan.replacing),
        diffs=sorted({change.rule.partition(".")[0].partition("[")[0] for change in plan.changes}),
        detailedDiff=detailed,
        hasDetailedDiff=True,
        deleteBeforeReplace=plan.delete_first,
    )


def invoke_response(results: Properties) -> provider_pb2.InvokeResponse:
    """The answer with a function's results."""
    response = provider_pb2.InvokeResponse()
    # The field's name is a word of Python.
    getattr(response, "return").CopyFrom(encode(results))
    return response


async def abort(context: grpc.aio.ServicerContext[Any, Any], failure: PluginError, request: Message) -> None:
    """Ends the request with the error as the engine understands it; no secret of the request is in it."""
    message = redact(str(failure), secret_texts(_sent(request)))
    code = (
        grpc.StatusCode.INVALID_ARGUMENT if isinstance(failure, InvalidInput) else grpc.StatusCode.FAILED_PRECONDITION
    )
    if isinstance(failure, InitializationFailed):
        number, _ = code.value
        status = status_pb2.Status(code=number, message=message)
        status.details.add().Pack(
            provider_pb2.ErrorResourceInitFailed(
                id=failure.resource_id,
                properties=encode(mark_secrets(failure.outputs, failure.inputs)),
                inputs=encode(failure.inputs),
                reasons=[message],
            )
        )
        context.set_trailing_metadata((("grpc-status-details-bin", status.SerializeToString()),))
    await context.abort(code, message)


def _sent(request: Message) -> list[Properties]:
    names = ("properties", "news", "olds", "old_inputs", "inputs", "args")
    return [decode(getattr(request, name)) for name in names if hasattr(request, name)]
