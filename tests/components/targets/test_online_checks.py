"""What is refused on the two online targets, all problems at once and before anything is registered."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from azureml_scoring import ScoringService
from azureml_scoring._errors import InvalidInput

from tests.components import inputs
from tests.components.mocked import GROUP_ID, Registered, deploy
from tests.components.targets.online import ANSWERS, online

IDENTITY = f"{GROUP_ID}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/scoring"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return inputs.write_service(tmp_path_factory.mktemp("service"))


def refused(folder: Path, target: str, **changes: Any) -> dict[str, str]:
    """Subject and rule of each problem."""
    made = Registered()
    with pytest.raises(InvalidInput) as error:
        made += deploy(lambda: ScoringService("scores", online(folder, target, **changes)), answers=ANSWERS)
    assert made == []
    return {problem.subject: problem.rule for problem in error.value.problems}


@pytest.mark.parametrize("name", ["ab", "1st", "a_b", "ends-", "x" * 33])
@pytest.mark.parametrize("target", ["aks", "managed_endpoint"])
def test_the_name_of_an_endpoint(folder: Path, target: str, name: str) -> None:
    options = {"endpoint_name": name} | ({"compute_name": "cluster"} if target == "aks" else {})
    assert list(refused(folder, target, **{target: options})) == [f"{target}.endpoint_name"]


def test_everything_at_once(folder: Path) -> None:
    found = refused(
        folder,
        "managed_endpoint",
        auth="none",
        liveness_probe={"path": "/alive"},
        models=["azureml:diabetes:3", str(folder / "model.joblib")],
        managed_endpoint={"endpoint_name": "no"},
        data_collection={"model_inputs": {"sampling_rate": 2}},
        deployments={"blue": {}, "green": {}},
        traffic={"blue": 80, "green": 10},
        mirror_traffic={"red": 60},
    )
    wanted = {
        "auth",
        "liveness_probe.path",
        "models",
        "managed_endpoint.endpoint_name",
        "data_collection.model_inputs.sampling_rate",
        "traffic",
        "mirror_traffic.red",
    }
    assert wanted <= set(found)


def test_a_version_that_is_removed_and_still_has_traffic_is_named(folder: Path) -> None:
    found = refused(folder, "managed_endpoint", deployments={"green": {}}, traffic={"blue": 90, "green": 10})
    assert "traffic.blue" in found


@pytest.mark.parametrize(
    ("options", "subjects"),
    [
        ({}, ["aks"]),
        ({"compute_name": "cluster", "cluster": {}}, ["aks"]),
        ({"compute_name": "no"}, ["aks.compute_name"]),
        ({"compute_name": "cluster", "namespace": "scoring"}, ["aks.namespace"]),
        ({"cluster": {"nodes": 3}}, ["aks.cluster.nodes"]),
        ({"compute_name": "cluster", "cpu": float("inf"), "memory_gb": float("nan")}, ["aks.cpu", "aks.memory_gb"]),
        ({"cluster_id": "/subscriptions/x"}, ["aks.cluster_id"]),
        ({"cluster": {"node_count": 0}, "namespace": "No", "cpu": 0, "memory_gb": -1}, None),
    ],
)
def test_where_a_service_on_kubernetes_runs(folder: Path, options: dict[str, Any], subjects: list[str] | None) -> None:
    expected = subjects or ["aks.namespace", "aks.cluster.node_count", "aks.cpu", "aks.memory_gb"]
    assert list(refused(folder, "aks", aks=options)) == expected


def test_a_role_is_given_where_nothing_else_pulls(folder: Path) -> None:
    found = refused(folder, "managed_endpoint", managed_endpoint={"grant_pull": True, "identity_id": IDENTITY})
    assert found == {
        "managed_endpoint.grant_pull": "is not taken together with identity_id, which pulls already",
    }


def test_the_identity_of_an_endpoint_is_one(folder: Path) -> None:
    found = refused(folder, "managed_endpoint", managed_endpoint={"identity_id": "scoring"})
    assert list(found) == ["managed_endpoint.identity_id"]


def test_kubernetes_decides_itself_when_a_replica_goes(folder: Path) -> None:
    found = refused(folder, "aks", autoscale={"minimum": 1, "maximum": 2, "scale_in_cpu_percent": 20})
    assert list(found) == ["autoscale.scale_in_cpu_percent"]
