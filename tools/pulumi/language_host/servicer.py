"""What each call of Pulumi's language protocol does."""
# ruff: noqa: N802 - the protocol names the methods

from __future__ import annotations

import contextlib
import os
import shlex
from collections.abc import AsyncIterator
from typing import Any, Final, NoReturn, TypeAlias

import grpc
import grpc.aio
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import language_pb2 as messages
from pulumi.runtime.proto.language_pb2_grpc import LanguageRuntimeServicer
from pulumi.runtime.proto.plugin_pb2 import PluginInfo

from . import inspection
from .commands import Command, Engine, run_plugin, run_program
from .errors import InstallFailed, LanguageHostError
from .install import install_steps
from .options import RuntimeOptions, Toolchain
from .processes import Processes, Stream

VERSION: Final = "1.0.0"
BAIL: Final = 32
"""Exit code of a program that has shown its error already."""

Context: TypeAlias = grpc.aio.ServicerContext[Any, Any]


class LanguageHost(LanguageRuntimeServicer):
    """The service `LanguageRuntime` for Python programs, policy packs and source plugins."""

    def __init__(self, engine: Engine, processes: Processes) -> None:
        self._engine = engine
        self._processes = processes

    async def Handshake(
        self, request: messages.LanguageHandshakeRequest, _context: Context
    ) -> messages.LanguageHandshakeResponse:
        """Learn the engine's address when the engine attaches to a running host."""
        self._engine = Engine(request.engine_address, self._engine.tracing, self._engine.executor)
        return messages.LanguageHandshakeResponse()

    async def GetPluginInfo(self, _request: Empty, _context: Context) -> PluginInfo:
        """Version of this host."""
        return PluginInfo(version=VERSION)

    async def GetRequiredPlugins(
        self, _request: messages.GetRequiredPluginsRequest, _context: Context
    ) -> messages.GetRequiredPluginsResponse:
        """None, as `GetRequiredPackages`."""
        return messages.GetRequiredPluginsResponse()

    async def GetRequiredPackages(
        self, _request: messages.GetRequiredPackagesRequest, _context: Context
    ) -> messages.GetRequiredPackagesResponse:
        """None: the engine would download them beforehand, which a closed network can't.

        It still asks for each plugin when a resource needs it, and finds the ones on PATH and the attached ones.
        """
        return messages.GetRequiredPackagesResponse()

    async def Run(self, request: messages.RunRequest, context: Context) -> messages.RunResponse:
        """Run a program to its end."""
        try:
            command = run_program(request, self._engine)
            code = await self._processes.run(command)
        except (LanguageHostError, OSError) as error:
            await refuse(context, error)
        return run_response(code)

    async def RunPlugin(
        self, request: messages.RunPluginRequest, context: Context
    ) -> AsyncIterator[messages.RunPluginResponse]:
        """Run a policy pack or a source plugin; the last message is its exit code."""
        try:
            command = run_plugin(request)
            async with contextlib.aclosing(self._processes.stream(command)) as output:
                async for item in output:
                    yield plugin_response(item)
        except (LanguageHostError, OSError) as error:
            await refuse(context, error)

    async def InstallDependencies(
        self, request: messages.InstallDependenciesRequest, context: Context
    ) -> AsyncIterator[messages.InstallDependenciesResponse]:
        """Install what the program or plugin lists, streaming what pip or uv says."""
        try:
            options = RuntimeOptions.of(request.info)
            steps = install_steps(options, plugin=request.is_plugin)
            if not steps:
                yield said(f"Nothing to install: no requirements in {options.program}.\n")
            for step in steps:
                yield said(f"{shlex.join(step)}\n")
                async with contextlib.aclosing(self._processes.stream(_in_root(step, options))) as output:
                    async for item in output:
                        yield install_response(item, step)
        except (LanguageHostError, OSError) as error:
            await refuse(context, error)

    async def RuntimeOptionsPrompts(
        self, request: messages.RuntimeOptionsRequest, _context: Context
    ) -> messages.RuntimeOptionsResponse:
        """What `pulumi new` asks: the toolchain, unless the template chose one."""
        if "toolchain" in dict(request.info.options.items()):
            return messages.RuntimeOptionsResponse()
        kind = messages.RuntimeOptionPrompt.RuntimeOptionType.STRING
        choices = [
            messages.RuntimeOptionPrompt.RuntimeOptionValue(promptType=kind, stringValue=name, displayName=name)
            for name in (toolchain.value for toolchain in Toolchain)
        ]
        prompt = messages.RuntimeOptionPrompt(
            key="toolchain",
            description="The toolchain to use for installing dependencies and running the program",
            promptType=kind,
            choices=choices,
            default=choices[0],
        )
        return messages.RuntimeOptionsResponse(prompts=[prompt])

    async def About(self, request: messages.AboutRequest, context: Context) -> messages.AboutResponse:
        """Path and version of the program's interpreter."""
        try:
            options = RuntimeOptions.of(request.info)
            executable, version = await inspection.about(options.python())
        except (LanguageHostError, OSError) as error:
            await refuse(context, error)
        return messages.AboutResponse(
            executable=executable, version=version, metadata={"toolchain": options.toolchain.value}
        )

    async def GetProgramDependencies(
        self, request: messages.GetProgramDependenciesRequest, context: Context
    ) -> messages.GetProgramDependenciesResponse:
        """What is installed for the program; without `transitiveDependencies` only what nothing else needs."""
        try:
            found = await inspection.distributions(RuntimeOptions.of(request.info).python())
        except (LanguageHostError, OSError) as error:
            await refuse(context, error)
        return messages.GetProgramDependenciesResponse(
            dependencies=[
                messages.DependencyInfo(name=item["name"], version=item["version"])
                for item in found
                if request.transitiveDependencies or item["direct"]
            ]
        )

    async def Cancel(self, _request: Empty, _context: Context) -> Empty:
        """End everything that runs here; the engine has asked plugins to stop by themselves before."""
        await self._processes.terminate()
        return Empty()

    async def GenerateProgram(
        self, _request: messages.GenerateProgramRequest, context: Context
    ) -> messages.GenerateProgramResponse:
        """Not built."""
        await not_built(context, "GenerateProgram")

    async def GenerateProject(
        self, _request: messages.GenerateProjectRequest, context: Context
    ) -> messages.GenerateProjectResponse:
        """Not built."""
        await not_built(context, "GenerateProject")

    async def GeneratePackage(
        self, _request: messages.GeneratePackageRequest, context: Context
    ) -> messages.GeneratePackageResponse:
        """Not built."""
        await not_built(context, "GeneratePackage")

    async def Pack(self, _request: messages.PackRequest, context: Context) -> messages.PackResponse:
        """Not built."""
        await not_built(context, "Pack")

    async def Link(self, _request: messages.LinkRequest, context: Context) -> messages.LinkResponse:
        """Not built."""
        await not_built(context, "Link")


async def refuse(context: Context, error: Exception) -> NoReturn:
    """End a call with an error that the engine shows as it is."""
    await context.abort(grpc.StatusCode.FAILED_PRECONDITION, str(error))
    raise AssertionError  # pragma: no cover - abort always raises


async def not_built(context: Context, operation: str) -> NoReturn:
    """End a call of an operation that this host does not have."""
    await context.abort(
        grpc.StatusCode.UNIMPLEMENTED,
        f"{operation}: this small Python language host runs programs, policy packs and source plugins and installs "
        "their dependencies; it generates no code. Put the official Pulumi release on PATH for that.",
    )
    raise AssertionError  # pragma: no cover - abort always raises


def run_response(code: int) -> messages.RunResponse:
    """How a program ended, in the engine's terms."""
    if code == 0:
        return messages.RunResponse()
    if code == BAIL:
        return messages.RunResponse(bail=True)
    if code < 0:
        return messages.RunResponse(error=f"Program was ended by signal {-code}")
    return messages.RunResponse(error=f"Program exited with non-zero exit code: {code}")


def plugin_response(item: tuple[Stream, bytes] | int) -> messages.RunPluginResponse:
    """A piece of a plugin's output, or its exit code."""
    if isinstance(item, int):
        return messages.RunPluginResponse(exitcode=item)
    stream, data = item
    return (
        messages.RunPluginResponse(stdout=data) if stream is Stream.STDOUT else messages.RunPluginResponse(stderr=data)
    )


def install_response(item: tuple[Stream, bytes] | int, step: list[str]) -> messages.InstallDependenciesResponse:
    """A piece of an installer's output; raises `InstallFailed` at its end when it failed."""
    if isinstance(item, int):
        if item:
            raise InstallFailed(shlex.join(step), item)
        return messages.InstallDependenciesResponse()
    stream, data = item
    return (
        messages.InstallDependenciesResponse(stdout=data)
        if stream is Stream.STDOUT
        else messages.InstallDependenciesResponse(stderr=data)
    )


def said(text: str) -> messages.InstallDependenciesResponse:
    """A line of our own in an installation's output."""
    return messages.InstallDependenciesResponse(stdout=text.encode())


def _in_root(step: list[str], options: RuntimeOptions) -> Command:
    return Command(step, options.root, options.environment(os.environ))
