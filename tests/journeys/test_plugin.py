"""The consumer of `examples/consumers/python`, deployed through the plugin, then with the components in its process.

The SDK is generated from our schema as `pulumi install` would do it. Steps on one stack, in this order.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.contracts.plugin import schema
from tests.examples.sdk import consumer, installed
from tests.journeys.project import ROOT, SAMPLE, Journey, plain_prediction

pytestmark = pytest.mark.journey

GROUP = "team"
KEY = "canary-6f1d2c3b4a59"
PREFIX = "azureml-scoring:index:"


class Consumer(Journey):
    """A consumer's project, with the SDK where its program finds it."""

    def environment(self) -> Mapping[str, str]:
        """As every journey's, and the SDK."""
        return {
            **super().environment(),
            "PYTHONPATH": os.pathsep.join(filter(None, [str(self.project / "site"), os.environ.get("PYTHONPATH")])),
        }


@pytest.fixture(scope="module")
def project(journey: Journey) -> Consumer:
    """The consumer beside a copy of the plugin, both with the environment of these tests; its group is there."""
    left = shutil.ignore_patterns("venv", "__pycache__")
    shutil.copytree(ROOT / "components", journey.project / "components", ignore=left)
    folder = consumer("python", "python", journey.project)
    installed(folder)
    for place in (folder, journey.project / "components"):
        (place / "venv").symlink_to(Path(sys.prefix))
    made = Consumer(folder, journey.home)
    subscription = made.environment()["ARM_SUBSCRIPTION_ID"]
    path = f"/subscriptions/{subscription}/resourceGroups/{GROUP}"
    made.azure("PUT", path, {"location": "westeurope"}, **{"api-version": "2024-03-01"})
    made.pulumi("stack", "init", check=False)
    made.pulumi("config", "set", "resourceGroupName", GROUP)
    made.pulumi("config", "set", "--secret", "primaryKey", typed=KEY)
    return made


@pytest.fixture(scope="module")
def deployed(project: Consumer) -> Iterator[Consumer]:
    """The consumer after its first `up` through the plugin; nothing of it is left afterwards."""
    project.up()
    yield project
    project.pulumi("destroy", "--yes", "--skip-preview")
    assert "resources" not in project.state()["deployment"]


@pytest.fixture(scope="module")
def through_the_plugin(deployed: Consumer) -> dict[str, Any]:
    """What the plugin made."""
    return made(deployed)


def made(project: Consumer) -> dict[str, Any]:
    """Every resource below a component, by its URN: id, inputs, what it depends on and what protects it."""
    kept = ("id", "inputs", "parent", "protect", "retainOnDelete", "ignoreChanges", "deletedWith")
    return {
        one["urn"]: {
            **{key: one.get(key) for key in kept},
            # Through the plugin, who takes an output of a component depends on the whole component, too.
            "dependencies": sorted(urn for urn in one.get("dependencies", []) if "$" in urn or PREFIX not in urn),
        }
        for one in project.state(show_secrets=True)["deployment"]["resources"]
        if PREFIX in one["urn"] and one["custom"]
    }


def test_the_engine_gives_the_schema(project: Consumer) -> None:
    command = ["pulumi", "package", "get-schema", str(project.project.parents[2] / "components")]
    shown = subprocess.check_output(command, cwd=project.project, env=project.environment(), text=True, timeout=120)
    served = json.loads(shown)
    assert words(served) == words(schema())
    assert served["types"].keys() == schema()["types"].keys()


def words(document: dict[str, Any]) -> dict[str, Any]:
    """Component -> its inputs and outputs with their descriptions; the engine writes types in its own way."""
    return {
        token: [
            {name: one["description"] for name, one in kind[part].items()} for part in ("inputProperties", "properties")
        ]
        for token, kind in document["resources"].items()
    }


def test_the_service_answers_with_its_key(deployed: Consumer) -> None:
    address = deployed.outputs()["scoringUri"]
    headers = {"Authorization": f"Bearer {KEY}"}
    assert httpx.post(address, json=SAMPLE, headers=headers, timeout=30).raise_for_status().json() == plain_prediction()
    assert httpx.post(address, json=SAMPLE, timeout=30).status_code == httpx.codes.UNAUTHORIZED
    versions = httpx.post(deployed.outputs()["versionsUri"], json=SAMPLE, verify=deployed.trust(), timeout=30)
    assert versions.status_code == httpx.codes.UNAUTHORIZED


def test_the_second_up_through_the_plugin_changes_nothing(deployed: Consumer) -> None:
    deployed.up("--expect-no-changes")


def test_no_secret_is_in_the_clear(deployed: Consumer) -> None:
    document = json.dumps(deployed.state(show_secrets=True))
    (principal,) = (
        one for one in deployed.state()["deployment"]["resources"] if "ServicePrincipalPassword" in one["type"]
    )
    assert "4dabf18193072939515e22adb298388d" in json.dumps(principal), "Pulumi's mark of a secret"
    assert KEY in document
    # The stand-in keeps a container's environment as an engine does: a file that its owner alone reads.
    assert {Path(place).name for place in deployed.found_in_the_clear([KEY])} == {"launch.json"}


def test_what_is_wrong_is_told_as_in_process(deployed: Consumer) -> None:
    program = deployed.project / "__main__.py"
    text = program.read_text()
    wrong = 'password_valid_days=9000, replications=[{"location": "northeurope", "zoneredundant": True}]'
    program.write_text(text.replace("password_valid_days=90", wrong))
    result = deployed.pulumi("preview", check=False)
    program.write_text(text)
    shown = result.stdout + result.stderr
    assert result.returncode != 0
    assert "ContainerRegistry 'registry': 3 problems" in shown
    assert "password_valid_days must be" in shown
    assert "replications[0].zoneredundant is no input of this part" in shown
    assert "_provider.py" not in shown, "a traceback"


def test_in_process_the_same_resources_are_there_and_nothing_changes(
    deployed: Consumer, through_the_plugin: dict[str, Any]
) -> None:
    folder = deployed.project
    (folder / "__main__.py").rename(folder / "consumer.py")
    deployed.program("in_process")
    deployed.up("--expect-no-changes")
    assert made(deployed) == through_the_plugin
    kinds = {urn.rpartition("$")[2].partition("::")[0] for urn in through_the_plugin}
    assert len(through_the_plugin) > 20
    assert kinds > {
        "azure-native:containerinstance:ContainerGroup",
        "azure-native:machinelearningservices:OnlineDeployment",
        "azure-native:machinelearningservices:WorkspaceConnection",
    }
