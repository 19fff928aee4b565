"""Every cell of docs/targets.md that is a refusal: the input is named, and why it can't be there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from azureml_scoring._service_checks import service_problems

from tests.components.inputs import service, write_service

REFUSED: dict[str, dict[str, str]] = {
    "`auth` `token`": {"local": "auth must be key or none", "aci": "auth must be key or none"},
    "`auth` `none`": {"aks": "auth must be key or token", "managed_endpoint": "auth must be key or token"},
    "TLS": {"local": "local.tls_key is no input of this part", "aks": "aks.tls_key is no input of this part"},
    "registered model": {
        "local": "models[0] must be a file or folder with target=local",
        "aci": "models[0] must be a file or folder with target=aci",
    },
    "liveness probe": {"local": "liveness_probe is not taken with target=local"},
    "`application_insights_enabled`": {
        "local": "application_insights_enabled is not taken with target=local",
        "aci": "application_insights_enabled is not taken with target=aci",
    },
    "data collection": {
        "local": "data_collection is not taken with target=local",
        "aci": "data_collection is not taken with target=aci",
        "aks": "data_collection is not taken with target=aks",
    },
    "replicas": {"local": "replicas is not taken with", "aci": "replicas is not taken with"},
    "autoscale": {"local": "autoscale is not taken with", "aci": "autoscale is not taken with"},
    "versions with percent traffic": {
        "local": "deployments is not taken with target=local",
        "aci": "deployments is not taken with target=aci",
    },
    "mirror traffic": {
        "local": "mirror_traffic is not taken with target=local",
        "aci": "mirror_traffic is not taken with target=aci",
        "aks": "mirror_traffic is not taken with target=aks",
    },
    "port": {
        "aci": "aci.port is no input of this part",
        "aks": "aks.port is no input of this part",
        "managed_endpoint": "managed_endpoint.port is no input of this part",
    },
    "cores and memory": {
        "local": "local.cpu is no input of this part",
        "managed_endpoint": "managed_endpoint.cpu is no input of this part",
    },
    "instance type": {
        "local": "local.instance_type is no input of this part",
        "aci": "aci.instance_type is no input of this part",
    },
    "namespace": {
        "local": "local.namespace is no input of this part",
        "aci": "aci.namespace is no input of this part",
        "managed_endpoint": "managed_endpoint.namespace is no input of this part",
    },
    "closed to the internet": {
        "local": "local.egress_public_network_access is no input of this part",
        "aci": "aci.egress_public_network_access is no input of this part",
        "aks": "aks.egress_public_network_access is no input of this part",
    },
    "DNS label": {
        "local": "local.dns_name_label is no input of this part",
        "aks": "aks.dns_name_label is no input of this part",
        "managed_endpoint": "managed_endpoint.dns_name_label is no input of this part",
    },
    "zone": {
        "local": "local.zones is no input of this part",
        "aks": "aks.zones is no input of this part",
        "managed_endpoint": "managed_endpoint.zones is no input of this part",
    },
    "GPU by number": {
        "local": "local.gpu_count is no input of this part",
        "aks": "aks.gpu_count is no input of this part",
        "managed_endpoint": "managed_endpoint.gpu_count is no input of this part",
    },
}
"""Feature -> target -> what is said."""

_GIVEN: dict[str, dict[str, Any]] = {
    "`auth` `token`": {"auth": "token"},
    "`auth` `none`": {"auth": "none"},
    "registered model": {"models": ["azureml:mymodel:1"]},
    "liveness probe": {"liveness_probe": {}},
    "`application_insights_enabled`": {"application_insights_enabled": True},
    "data collection": {"data_collection": {}},
    "replicas": {"replicas": 2},
    "autoscale": {"autoscale": {"minimum": 1, "maximum": 2}},
    "versions with percent traffic": {"deployments": {"blue": {}}, "traffic": {"blue": 100}},
    "mirror traffic": {"mirror_traffic": {}},
}
_OPTIONS: dict[str, dict[str, Any]] = {
    "TLS": {"tls_key": "x"},
    "port": {"port": 8891},
    "cores and memory": {"cpu": 1},
    "instance type": {"instance_type": "x"},
    "namespace": {"namespace": "x"},
    "closed to the internet": {"egress_public_network_access": False},
    "DNS label": {"dns_name_label": "x"},
    "zone": {"zones": ["1"]},
    "GPU by number": {"gpu_count": 1},
}


def described(folder: Path, target: str, **changes: Any) -> dict[str, Any]:
    """Inputs that the target takes, and some more."""
    inputs = service(write_service(folder), target=target) | changes
    if target in {"aks", "managed_endpoint"}:
        return {"auth": "key", "workspace_name": "team"} | {
            key: value for key, value in inputs.items() if key != "auth" or key in changes
        }
    return inputs  # type: ignore[no-any-return]  # the helper's inputs are of any type


@pytest.mark.parametrize(
    ("feature", "target", "said"),
    [(feature, target, said) for feature, cells in REFUSED.items() for target, said in cells.items()],
)
def test_what_a_target_does_not_have_is_refused_by_name(tmp_path: Path, feature: str, target: str, said: str) -> None:
    needed: dict[str, Any] = {"compute_name": "cluster"} if target == "aks" else {}
    options = needed | _OPTIONS.get(feature, {})
    without = described(tmp_path, target, **({target: needed} if needed else {}))
    assert [str(one) for one in service_problems("scoring", without) if not one.warning] == []
    given = described(tmp_path, target, **_GIVEN.get(feature, {}), **({target: options} if options else {}))
    assert any(str(one).startswith(said) for one in service_problems("scoring", given))
