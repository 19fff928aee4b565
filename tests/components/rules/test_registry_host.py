"""Hosts of registries: their form, and hosts next to a known one."""

from __future__ import annotations

import pytest
from azureml_scoring.rules import check_registry_host
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    "host",
    [
        "contosoml.azurecr.io",
        "Contosoml.azurecr.io",
        "contosoml.westeurope.data.azurecr.io",
        "contosoml.azurecr.cn",
        "contosoml.azurecr.us",
        "mcr.microsoft.com",
        "docker.io",
        "ghcr.io",
        "gcr.io",
        "eu.gcr.io",
        "lscr.io",
        "quay.io",
        "localhost",
        "localhost:5000",
        "127.0.0.2:5000",
        "registry:5000",
        "[::1]:5000",
        "registry.example.org",
        "azurecr.example.org",
    ],
)
def test_a_host_of_a_registry_passes(host: str) -> None:
    assert check_registry_host(host, "login_server") == []


@pytest.mark.parametrize(
    ("host", "fix"),
    [
        ("https://contosoml.azurecr.io", "contosoml.azurecr.io"),
        ("contosoml.azurecr.io/base", "contosoml.azurecr.io"),
        ("https://localhost:5000/v2/", "localhost:5000"),
        ("contosoml", "contosoml.azurecr.io"),
        ("", "contosoml.azurecr.io"),
        ("contoso ml.azurecr.io", "contosoml.azurecr.io"),
        ("-contoso.azurecr.io", "contosoml.azurecr.io"),
        ("contosoml.azurecr.io:", "contosoml.azurecr.io"),
        ("contosoml.azurecr.io\n", "contosoml.azurecr.io"),
    ],
)
def test_anything_but_a_host_is_told_with_the_host_in_it(host: str, fix: str) -> None:
    (problem,) = check_registry_host(host, "login_server")
    assert problem.subject == "login_server"
    assert problem.rule.startswith("must be the host of a registry")
    assert problem.fix == fix


@pytest.mark.parametrize(
    ("host", "fix"),
    [
        ("myregistry.azureecr.io", "myregistry.azurecr.io"),
        ("myregistry.azuercr.io", "myregistry.azurecr.io"),
        ("myregistry.azurcr.io:443", "myregistry.azurecr.io:443"),
        ("myregistry.azurecr.com", "myregistry.azurecr.io"),
        ("myregistry.azureacr.io", "myregistry.azurecr.io"),
        ("myregistry.data.azureecr.io", "myregistry.data.azurecr.io"),
        ("mcr.micorsoft.com", "mcr.microsoft.com"),
        ("mrc.microsoft.com", "mcr.microsoft.com"),
        ("dokcer.io", "docker.io"),
        ("ghrc.io", "ghcr.io"),
        ("registry.gitlb.com", "registry.gitlab.com"),
    ],
)
def test_a_slip_of_the_pen_is_told_with_the_right_host(host: str, fix: str) -> None:
    (problem,) = check_registry_host(host, "login_server")
    assert problem.rule.startswith("must be spelt as the host that it is next to")
    assert (problem.value, problem.fix) == (host, fix)


def test_azures_suffix_alone_is_no_registry() -> None:
    (problem,) = check_registry_host("azurecr.io", "login_server")
    assert problem.fix == "contosoml.azurecr.io"


@given(st.from_regex(r"[a-z0-9]{5,50}", fullmatch=True), st.sampled_from(["azurecr.io", "azurecr.cn", "azurecr.us"]))
def test_every_registry_of_azure_passes(name: str, suffix: str) -> None:
    assert check_registry_host(f"{name}.{suffix}", "login_server") == []
