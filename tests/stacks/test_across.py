"""Parts that don't go together, each right by itself; and combinations that do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from stacks.settings import Settings
from tests.stacks.configured import load, problems, service, stack, write_files

REGISTRY = (
    "/subscriptions/00000000-0000-0000-0000-000000000002/resourceGroups/rg-shared"
    "/providers/Microsoft.ContainerRegistry/registries/contosoml"
)


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The project's folder, with good files in it."""
    write_files(tmp_path)
    monkeypatch.chdir(tmp_path)


def local(**changes: Any) -> dict[str, Any]:
    """A service on a port that nobody has."""
    return service(target="local", local={"port": 28_917}, **changes)


def accepted(values: dict[str, Any]) -> bool:
    """Whether a configuration has no problem."""
    return isinstance(load(values), Settings)


@pytest.mark.parametrize("target", ["local", "aci"])
def test_the_workspaces_identity_pulls_for_no_target(target: str) -> None:
    scores = local() if target == "local" else service()
    (found,) = problems(stack(registry={"pull": "workspace"}, services={"scores": scores}))
    assert found == (
        "services.scores.target can't pull if registry.pull is workspace: the workspace's identity pulls for Azure ML "
        f"alone; got '{target}'; e.g. registry.pull: service_principal, or managed_identity for the target aci"
    )


def test_this_machine_has_no_managed_identity() -> None:
    values = stack(registry={"pull": "managed_identity"}, services={"near": local(), "far": service()})
    (found,) = problems(values)
    assert found == (
        "services.near.target can't pull if registry.pull is managed_identity: this machine has no managed identity; "
        "got 'local'; e.g. registry.pull: service_principal, or token"
    )


def test_a_token_reaches_the_image_of_every_service() -> None:
    services = {"far": service(), "scores": service(), "other": service()}
    (found,) = problems(stack(registry={"pull": "token", "tokenRepositories": ["far"]}, services=services))
    assert found == (
        "registry.tokenRepositories must hold the image of every service, which has the service's name; got ['far']; "
        "e.g. other, scores as well"
    )
    assert accepted(
        stack(registry={"pull": "token", "tokenRepositories": ["far", "other", "scores"]}, services=services)
    )


def test_nothing_can_build_in_a_registry_without_a_public_address() -> None:
    closed = {"sku": "Premium", "publicNetworkAccess": False}
    (found,) = problems(stack(registry=closed, workspace={"imageBuildCompute": "cpu-cluster"}))
    assert found.startswith(
        "registry.publicNetworkAccess must be true: ACR Tasks build the stack's images in the registry"
    )
    assert "allowedIpRanges" in found


def test_nothing_can_build_in_a_registry_that_is_read_only() -> None:
    (found,) = problems(stack(registry={"lock": {"kind": "ReadOnly"}}))
    assert found.startswith(
        "registry.lock.kind must not be ReadOnly: the stack's images are built in the registry; got"
    )
    assert accepted(stack(registry={"lock": {"kind": "CanNotDelete"}}, workspace={"lock": {"kind": "ReadOnly"}}))


def test_a_workspace_needs_a_compute_to_build_in_a_closed_registry() -> None:
    ranges = {"sku": "Premium", "allowedIpRanges": ["203.0.113.0/24"]}
    (found,) = problems(stack(registry=ranges))
    assert found.startswith("workspace.imageBuildCompute is required with a registry that is closed to the internet")
    assert accepted(stack(registry=ranges, workspace={"imageBuildCompute": "cpu-cluster"}))
    assert accepted(stack(registry=ranges, workspace={"registryMode": "lazy"}))


def test_a_lazy_workspace_has_no_rights_on_the_stacks_registry() -> None:
    found = problems(stack(registry={"pull": "workspace"}, workspace={"registryMode": "lazy"}))
    assert [one for one in found if one.startswith("registry.pull must not be workspace if workspace.registryMode is")]


def test_everything_that_is_wrong_together_is_told_together() -> None:
    registry = {
        "sku": "Basic",
        "publicNetworkAccess": False,
        "pull": "anonymous",
        "passwordValidDays": 30,
        "privateEndpoints": [{"subnetResourceId": "subnet"}],
        "lock": {"kind": "ReadOnly"},
    }
    workspace = {
        "materialize": True,
        "connections": {"github": {"loginServer": "myregistry.azureecr.io", "username": "contoso"}},
    }
    found = problems(stack(registry=registry, workspace=workspace, services={"scores": service(baseImage="mine:v1")}))
    for start in (
        "registry.pull must not be anonymous if sku is Basic",
        "registry.passwordValidDays is not taken if pull is anonymous",
        "registry.privateEndpoints is not taken if sku is Basic",
        "registry.privateEndpoints[0].subnetResourceId must be the ARM id of a Microsoft.Network/virtualNetworks/",
        "registry.publicNetworkAccess must be true if sku is Basic",
        "registry.publicNetworkAccess must be true: ACR Tasks build",
        "registry.lock.kind must not be ReadOnly",
        "workspace.imageBuildCompute is required with a registry that is closed",
        "workspace.materialize is only taken if registryMode is lazy",
        "workspace.connections.github.loginServer must be spelt as the host that it is next to (azurecr.io)",
        "workspace.connections.github.password is required with username",
        "services.scores.baseImage must name the image by its digest",
    ):
        assert [one for one in found if one.startswith(start)], f"{start}\nis not in\n" + "\n".join(found)
    assert len(found) == 12


@pytest.mark.parametrize(
    "changes",
    [
        {"registry": {"containerRegistryId": REGISTRY}, "workspace": {"registryMode": "attached"}},
        {"registry": {"containerRegistryId": REGISTRY, "pull": "anonymous"}, "workspace": {"registryMode": "lazy"}},
        {"registry": {"pull": "managed_identity"}, "workspace": {"registryMode": "lazy", "materialize": True}},
        {"registry": {"rotation": 3, "passwordValidDays": 90, "expiryWarningDays": 14}},
    ],
)
def test_what_goes_together_is_taken(changes: dict[str, Any]) -> None:
    assert accepted(stack(**changes))


@pytest.mark.parametrize(
    ("pull", "outputs"),
    [
        ("service_principal", {"username": "pull_username", "password": "pull_password"}),
        ("token", {"username": "pull_username", "password": "pull_password"}),
        ("managed_identity", {"identity_id": "pull_identity_id", "identity_client_id": "pull_identity_client_id"}),
        ("anonymous", {}),
    ],
)
def test_a_lazy_workspace_signs_in_to_the_registry_as_its_pull_mode_says(pull: str, outputs: dict[str, str]) -> None:
    registry = {"pull": pull} | ({"tokenRepositories": ["scores"]} if pull == "token" else {})
    settings = load(stack(registry=registry, workspace={"registryMode": "lazy"}))
    assert settings.registry.connection == {"login_server": "login_server"} | outputs
