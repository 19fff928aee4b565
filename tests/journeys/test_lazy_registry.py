"""A workspace whose registry Azure ML creates later: reported while it is missing, found when it is there.

That Azure ML creates the registry is played by this test; localcloud, a stand-in, leaves a new workspace without one.
"""

from __future__ import annotations

import httpx
import pytest

from tests.journeys.project import Journey

pytestmark = pytest.mark.journey

PROGRAM = """
import pulumi
from azureml_scoring import RegistryMode, Workspace
from pulumi_azure_native import containerregistry, resources

group = resources.ResourceGroup("lazy", location="westeurope")
registry = containerregistry.Registry(
    "late", resource_group_name=group.name, sku={"name": "Basic"}, admin_user_enabled=True
)
workspace = Workspace("team", {"resource_group_name": group.name, "registry_mode": RegistryMode.LAZY})
pulumi.export("workspace", workspace.resource_id)
pulumi.export("late", registry.id)
for name in ("container_registry_id", "container_registry_name", "login_server"):
    pulumi.export(name, getattr(workspace, name))
"""


def test_no_registry_is_reported_and_a_later_one_is_found_and_kept(journey: Journey) -> None:
    (journey.project / "__main__.py").write_text(PROGRAM)
    journey.up()
    before = journey.outputs()
    assert "no container registry yet" in journey.log[-4]
    assert "first training job or model deployment" in journey.log[-4]
    assert before["container_registry_id"] == before["login_server"] == ""

    create_as_azure_ml_does(journey, before["workspace"], before["late"])
    journey.up("--expect-no-changes")
    after = journey.outputs()
    assert after["container_registry_id"] == before["late"]
    assert after["container_registry_name"] == before["late"].rpartition("/")[2]
    assert after["login_server"].startswith("127.")
    journey.pulumi("refresh", "--yes", "--skip-preview")
    journey.up("--expect-no-changes")
    assert journey.outputs() == after


def create_as_azure_ml_does(journey: Journey, workspace: str, registry: str) -> None:
    """Gives the workspace its registry behind Pulumi's back."""
    endpoint = journey.home.endpoint()
    assert endpoint is not None
    token = journey.home.token_file.read_text().strip()
    with httpx.Client(verify=journey.trust(), headers={"Authorization": f"Bearer {token}"}, timeout=10) as client:
        url, version = endpoint["url"] + workspace, {"api-version": "2025-06-01"}
        client.patch(url, params=version, json={"properties": {"containerRegistry": registry}}).raise_for_status()
