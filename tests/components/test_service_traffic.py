"""What versions side by side, their traffic and their number obey together."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.components import inputs
from tests.components.service_problems import assert_only, found, online


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = inputs.write_service(tmp_path_factory.mktemp("service"))
    (made / "other.py").write_text("def init(): ...\n")
    (made / "environment.yml").write_text("dependencies:\n- pip:\n  - azureml-inference-server-http==1.5.1\n")
    return made


TWO: dict[str, Any] = {"deployments": {"blue": {}, "green": {}}, "traffic": {"blue": 100}}


@pytest.mark.parametrize(
    ("changes", "start"),
    [
        ({"traffic": None}, "traffic is required with more than one of deployments"),
        # Without a part for anybody, each would get 100 percent.
        ({"traffic": {}}, "traffic is required with more than one of deployments"),
        ({"deployments": {"blue": {}, "green": {"entry_scrpt": "x"}}}, "deployments.green.entry_scrpt is no input"),
        ({"deployments": {"blue": {}, "Blue": {}}}, "deployments.Blue must differ from 'blue' in more than upper and"),
        ({"data_collection": {"inputs": {"rate": 1}}}, "data_collection.inputs.rate is no input of this part"),
        ({"autoscale": {"minimum": 1}}, "autoscale.maximum is required"),
        (
            {"autoscale": {"minimum": 1, "maximum": 2, "scale_in_cpu_percent": 70}},
            "autoscale.scale_in_cpu_percent must be less than autoscale.target_cpu_percent, which is 70",
        ),
        (
            {"traffic": {"blue": 80, "green": 10}},
            "traffic must sum to 100, or to 0; got \"{'blue': 80, 'green': 10}, 90 in",
        ),
        ({"traffic": {"blue": 100, "red": 0}}, "traffic.red must be one of deployments; got 'red'; e.g. blue, green"),
        ({"traffic": {"blue": 100, "green": 0.5}}, "traffic.green must be a whole number from 0 to 100; got 0.5"),
        ({"mirror_traffic": {"green": 60}}, "mirror_traffic.green must be a whole number from 0 to 50; got 60"),
        ({"mirror_traffic": {"blue": 10}}, "mirror_traffic must name a version that gets no traffic of its own"),
        ({"mirror_traffic": {"green": 10, "blue": 0}}, "mirror_traffic must name one of deployments"),
        ({"replicas": 0}, "replicas must be a whole number of 1 or more; got 0"),
        ({"autoscale": {"minimum": 3, "maximum": 2}}, "autoscale.minimum must not be more than autoscale.maximum"),
        ({"autoscale": {"minimum": 0, "maximum": 2}}, "autoscale.minimum must be a whole number of 1 or more; got 0"),
        ({"autoscale": {"minimum": 1, "maximum": 2}, "replicas": 2}, "replicas is not taken together with autoscale"),
        ({"deployments": {}, "traffic": None}, "deployments must name one version or more"),
        ({"deployments": {"a_b": {}}, "traffic": {"a_b": 100}}, "deployments.a_b must be named by"),
    ],
)
def test_versions_and_their_traffic(folder: Path, changes: dict[str, Any], start: str) -> None:
    sentences = found(online(folder, **(TWO | changes)))
    assert [sentence for sentence in sentences if sentence.startswith(start)], sentences
    assert len(sentences) == (2 if start.startswith("traffic.green") else 1), sentences


@pytest.mark.parametrize("traffic", [{"blue": 100}, {"blue": 90.0, "green": 10.0}, {"blue": 0, "green": 0}])
def test_traffic_sums_to_all_or_nothing(folder: Path, traffic: dict[str, float]) -> None:
    assert found(online(folder, **(TWO | {"traffic": traffic}))) == []


def test_what_is_wrong_with_one_version_is_said_of_it_alone(folder: Path) -> None:
    green = {
        "entry_script": str(folder / "other.py"),
        "models": ["nowhere"],
        "conda_file": str(folder / "environment.yml"),
    }
    sentences = found(online(folder, **(TWO | {"deployments": {"blue": {}, "green": green}})))
    assert [sentence.partition(" ")[0] for sentence in sentences] == [
        str(folder / "other.py"),
        "deployments.green.models[0]",
    ]


def test_what_is_wrong_with_the_service_is_said_once(folder: Path) -> None:
    assert_only(online(folder, **TWO, entry_script="nowhere.py"), "entry_script must be a file that exists")
