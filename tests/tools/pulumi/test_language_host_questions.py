"""The language host over gRPC: installing dependencies, and what the engine asks about a program."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import grpc
import pytest
from pulumi.runtime.proto import language_pb2 as messages

if TYPE_CHECKING:
    from .conftest import Host


def install(host: Host, **options: str) -> tuple[str, str]:
    """Install dependencies; returns the output and the error's text."""
    output: list[str] = []
    parts = host.stub.InstallDependencies(messages.InstallDependenciesRequest(info=host.info(**options)))
    try:
        output.extend((part.stdout + part.stderr).decode() for part in parts)
    except grpc.RpcError as error:
        return "".join(output), error.details() or ""
    return "".join(output), ""


def test_nothing_to_install(host: Host) -> None:
    assert install(host) == (f"Nothing to install: no requirements in {host.folder}.\n", "")


def test_a_failed_installation(host: Host) -> None:
    (host.folder / "requirements.txt").write_text("./nowhere\n", encoding="utf-8")
    output, error = install(host)
    assert "-m pip install" in output
    assert "nowhere" in output
    assert error.startswith("installing dependencies failed: `")
    assert error.endswith("` ended with exit code 1.")


def test_about(host: Host) -> None:
    answer = host.stub.About(messages.AboutRequest(info=host.info()))
    assert answer.version == ".".join(str(number) for number in sys.version_info[:3])
    assert answer.metadata["toolchain"] == "pip"


def test_dependencies(host: Host) -> None:
    def names(*, transitive: bool) -> set[str]:
        request = messages.GetProgramDependenciesRequest(info=host.info(), transitiveDependencies=transitive)
        return {dependency.name for dependency in host.stub.GetProgramDependencies(request).dependencies}

    assert {"pulumi", "grpcio", "pytest"} <= names(transitive=True)
    assert "grpcio" not in names(transitive=False)  # pulumi needs it
    assert "ruff" in names(transitive=False)


def test_prompts(host: Host) -> None:
    (prompt,) = host.stub.RuntimeOptionsPrompts(messages.RuntimeOptionsRequest(info=host.info())).prompts
    assert [choice.stringValue for choice in prompt.choices] == ["pip", "uv"]
    assert prompt.default.stringValue == "pip"
    request = messages.RuntimeOptionsRequest(info=host.info(toolchain="uv"))
    assert not host.stub.RuntimeOptionsPrompts(request).prompts


def test_what_is_not_built_says_so(host: Host) -> None:
    with pytest.raises(grpc.RpcError) as failed:
        host.stub.GeneratePackage(messages.GeneratePackageRequest())
    assert failed.value.code() is grpc.StatusCode.UNIMPLEMENTED
    assert "GeneratePackage: this small Python language host runs programs" in (failed.value.details() or "")
