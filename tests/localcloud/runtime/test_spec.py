"""What a container is asked to be is checked, keeps its secrets, and survives JSON."""

# ruff: noqa: S104 - all addresses is what gets translated, or refused
from __future__ import annotations

import json
from dataclasses import asdict

import pytest

from localcloud.images.content import Digest
from localcloud.runtime.spec import ContainerSpec, HealthCheck, HttpGet

IMAGE = Digest("sha256:" + "0" * 64)


def test_a_specification_survives_json() -> None:
    check = HealthCheck(http=HttpGet("/", 5001), interval=0.5)
    spec = ContainerSpec("c", "n", IMAGE, ("a", "b"), {"K": "v"}, {5001: ("127.0.0.2", 80)}, "OnFailure", check)
    assert ContainerSpec.from_document(json.loads(json.dumps(asdict(spec)))) == spec
    probed = ContainerSpec("c", "n", IMAGE, files={"/a": "YQ=="}, folders=("/b",))
    assert ContainerSpec.from_document(json.loads(json.dumps(asdict(probed)))) == probed


def test_values_of_the_environment_are_not_shown() -> None:
    assert "canary" not in repr(ContainerSpec("c", "n", IMAGE, environment={"PASSWORD": "canary"}))
    assert "canary" not in repr(ContainerSpec("c", "n", IMAGE, files={"/key": "canary"}))


@pytest.mark.parametrize("container_id", ["", "..", "a/b", ".hidden", "a b", "x" * 129])
def test_an_id_is_a_folder_name(container_id: str) -> None:
    with pytest.raises(ValueError, match="a container's id is made of"):
        ContainerSpec(container_id, "n", IMAGE)


@pytest.mark.parametrize("address", ["0.0.0.0", "10.0.0.1", "::1", "localhost"])
def test_ports_are_published_on_loopback_only(address: str) -> None:
    with pytest.raises(ValueError, match=f"on loopback .* only; got {address}:80"):
        ContainerSpec("c", "n", IMAGE, ports={80: (address, 80)})


@pytest.mark.parametrize(("inside", "outside"), [(0, 80), (80, 0), (65536, 80)])
def test_a_port_is_a_port(inside: int, outside: int) -> None:
    with pytest.raises(ValueError, match="a port is 1 to 65535"):
        ContainerSpec("c", "n", IMAGE, ports={inside: ("127.0.0.1", outside)})


def test_dockers_health_check_is_read() -> None:
    document = {"Test": ["CMD-SHELL", "x"], "Interval": 5_000_000_000, "Retries": 2, "StartPeriod": 1_500_000_000}
    assert HealthCheck.from_docker(document) == HealthCheck(
        ("CMD-SHELL", "x"), interval=5, timeout=30, retries=2, start_period=1.5
    )


@pytest.mark.parametrize("document", [None, {}, {"Test": []}, {"Test": ["NONE"]}])
def test_no_health_check(document: dict[str, object] | None) -> None:
    assert HealthCheck.from_docker(document) is None


@pytest.mark.parametrize(
    "fields",
    [{}, {"command": ("CMD", "a"), "http": HttpGet("/", 1)}, {"command": ("python",)}, {"command": ("CMD",)}],
)
def test_a_health_check_has_one_way(fields: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="a health check"):
        HealthCheck(**fields)  # type: ignore[arg-type]  # fields by name


@pytest.mark.parametrize("fields", [{"interval": 0}, {"timeout": -1}, {"retries": 0}, {"start_period": -1}])
def test_a_health_checks_times_are_positive(fields: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="times are positive"):
        HealthCheck(("CMD", "a"), **fields)  # type: ignore[arg-type]  # fields by name
