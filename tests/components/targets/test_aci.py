"""The container group that a service in ACI is: its container, what replaces it, and what it waits for."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pulumi
import pytest
from azureml_scoring import ScoringService

from tests.components import inputs
from tests.components.mocked import DIGEST, GROUP_ID, Request, deploy, is_secret


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return inputs.write_service(tmp_path_factory.mktemp("service"))


IKEY = "00000000-0000-0000-0000-00000000abcd"
IDENTITY = f"{GROUP_ID}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/puller"


def group(folder: Path, later: Sequence[str] = (), **changes: Any) -> Request:
    """The group that a service registers; the inputs in `later` are what another resource will tell."""

    def program() -> ScoringService:
        outputs = {key: pulumi.Output.from_input(changes[key]) for key in later}
        return ScoringService("scores", inputs.service(folder, **changes | outputs))

    return deploy(program).one("ContainerGroup")


@pytest.fixture(scope="module")
def plain(folder: Path) -> Request:
    return group(folder)


def test_the_container_runs_the_service_image_by_digest_with_the_defaults(plain: Request) -> None:
    (container,) = plain.inputs["containers"]
    assert container["image"] == f"contoso.azurecr.io/scores@{DIGEST}"
    assert container["resources"] == {"requests": {"cpu": 1, "memoryInGB": 1.5}}
    assert container["ports"] == [{"port": 5001, "protocol": "TCP"}]
    assert plain.inputs["restartPolicy"] == "Always"
    assert plain.inputs["osType"] == "Linux"


def test_the_group_has_a_public_address_on_the_scoring_port(plain: Request) -> None:
    address = {key: value for key, value in plain.inputs["ipAddress"].items() if value is not None}
    assert address == {"type": "Public", "ports": [{"port": 5001, "protocol": "TCP"}]}


def test_options_reach_the_group(folder: Path) -> None:
    made = group(folder, aci={"cpu": 2, "memory_gb": 4, "dns_name_label": "contoso-scores"}, location="northeurope")
    assert made.inputs["containers"][0]["resources"] == {"requests": {"cpu": 2, "memoryInGB": 4}}
    assert made.inputs["ipAddress"]["dnsNameLabel"] == "contoso-scores"
    assert made.inputs["location"] == "northeurope"


def test_liveness_and_readiness_ask_the_server(plain: Request) -> None:
    (container,) = plain.inputs["containers"]
    for probe in (container["livenessProbe"], container["readinessProbe"]):
        assert probe["httpGet"] == {"path": "/", "port": 5001, "scheme": "http"}
        assert probe["failureThreshold"] >= 1
        assert probe["timeoutSeconds"] < probe["periodSeconds"]
    assert container["livenessProbe"]["initialDelaySeconds"] > container["readinessProbe"]["initialDelaySeconds"]


def test_variables_are_sorted_and_secret_ones_are_secure(folder: Path) -> None:
    made = group(
        folder,
        environment_variables={"Z": "1", "A": "2"},
        secret_environment_variables={"KEY": inputs.CANARY},
    )
    variables = made.inputs["containers"][0]["environmentVariables"]
    assert [one["name"] for one in variables] == ["A", "SERVICE_NAME", "Z", "KEY"]
    assert {one["name"]: one.get("value") for one in variables} == {
        "A": "2",
        "SERVICE_NAME": "scores",
        "Z": "1",
        "KEY": None,
    }
    assert "secureValue" in variables[3]


def test_a_secret_variable_is_a_secret_in_the_request(folder: Path) -> None:
    made = group(folder, secret_environment_variables={"KEY": inputs.CANARY})
    (_, variable) = made.inputs["containers"][0]["environmentVariables"]
    assert is_secret(variable["secureValue"])


KEYS: Any = {"auth": "key", "primary_key": inputs.CANARY, "secondary_key": "another-canary-key-4711"}


def variables(made: Request) -> dict[str, Any]:
    """The environment of the container: values, and the secret ones as they are marked."""
    found = made.inputs["containers"][0]["environmentVariables"]
    return {one["name"]: one.get("value", one.get("secureValue")) for one in found}


def test_keys_reach_the_container_as_secrets_and_nothing_else_shows_them(folder: Path) -> None:
    found = variables(group(folder, ["secondary_key"], **KEYS))
    assert found["SCORING_AUTH"] == "key"
    assert is_secret(found["SCORING_PRIMARY_KEY"])
    assert is_secret(found["SCORING_SECONDARY_KEY"])
    assert found["SCORING_PRIMARY_KEY"]["value"] == inputs.CANARY


@pytest.mark.parametrize("second", [None, ""])
def test_without_a_second_key_there_is_no_variable_for_it(folder: Path, second: str | None) -> None:
    found = variables(group(folder, auth="key", primary_key=inputs.CANARY, secondary_key=second))
    assert "SCORING_SECONDARY_KEY" not in found


def test_an_open_service_has_no_keys(plain: Request) -> None:
    assert variables(plain) == {"SERVICE_NAME": "scores"}


def test_limits_and_insights_are_told_in_the_server_s_own_words(folder: Path) -> None:
    connection = f"InstrumentationKey={IKEY};IngestionEndpoint=https://westeurope-5.in.applicationinsights.azure.com/"
    made = group(
        folder,
        request_timeout_seconds=400.0,
        max_concurrent_requests=3.0,
        application_insights_connection_string=f"{connection};\n",
    )
    found = variables(made)
    assert (found["WORKER_COUNT"], found["SCORING_TIMEOUT_MS"], found["WORKER_TIMEOUT"]) == ("3", "400000", "430")
    assert found["AML_APP_INSIGHTS_ENABLED"] == "true"
    assert found["AML_APP_INSIGHTS_KEY"]["value"] == IKEY
    assert found["APPLICATIONINSIGHTS_CONNECTION_STRING"]["value"] == connection
    assert is_secret(found["AML_APP_INSIGHTS_KEY"])
    assert is_secret(found["APPLICATIONINSIGHTS_CONNECTION_STRING"])


def test_probes_take_what_is_given_and_keep_their_defaults(folder: Path) -> None:
    (container,) = group(folder, liveness_probe={"path": "/live", "period_seconds": 30.0}).inputs["containers"]
    assert container["livenessProbe"] == {
        "httpGet": {"path": "/live", "port": 5001, "scheme": "http"},
        "initialDelaySeconds": 60,
        "periodSeconds": 30,
        "timeoutSeconds": 5,
        "failureThreshold": 3,
    }


TLS = {
    "tls_certificate": "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----",
    "tls_key": f"-----BEGIN PRIVATE KEY-----\n{inputs.CANARY}\n-----END PRIVATE KEY-----",
}


def test_with_a_certificate_the_server_answers_by_https_alone(folder: Path) -> None:
    made = group(folder, aci=TLS)
    (container,), (volume,) = made.inputs["containers"], made.inputs["volumes"]
    assert container["volumeMounts"] == [
        {"name": volume["name"], "mountPath": "/mnt/azureml-scoring-tls", "readOnly": True}
    ]
    assert variables(made)["SCORING_TLS_FOLDER"] == "/mnt/azureml-scoring-tls"
    assert container["readinessProbe"]["httpGet"]["scheme"] == "https"
    assert sorted(volume["secret"]) == ["tls.crt", "tls.key"]
    for name, text in (("tls.crt", TLS["tls_certificate"]), ("tls.key", TLS["tls_key"])):
        assert is_secret(volume["secret"][name])
        assert base64.b64decode(volume["secret"][name]["value"]).decode() == text


def test_in_a_subnet_the_address_is_private_and_has_no_label(folder: Path) -> None:
    subnet = f"{GROUP_ID}/providers/Microsoft.Network/virtualNetworks/hub/subnets/containers"
    made = group(folder, aci={"subnet_id": subnet})
    assert made.inputs["ipAddress"] == {"type": "Private", "ports": [{"port": 5001, "protocol": "TCP"}]}
    assert made.inputs["subnetIds"] == [{"id": subnet}]


def test_gpus_and_a_zone_reach_the_group(folder: Path) -> None:
    made = group(folder, aci={"gpu_count": 1.0, "gpu_sku": "V100", "zones": ["2"]})
    assert made.inputs["containers"][0]["resources"]["requests"]["gpu"] == {"count": 1, "sku": "V100"}
    assert made.inputs["zones"] == ["2"]


def test_what_azure_refuses_to_change_replaces_the_group_old_one_first(plain: Request) -> None:
    replaced = set(plain.options.replaceOnChanges)
    assert {"osType", "restartPolicy", "containers[*].resources", "ipAddress.ports", "subnetIds", "zones"} <= replaced
    assert not any("image" in path.lower() for path in replaced), "image and credentials change in place"
    assert plain.options.deleteBeforeReplace


def test_the_update_waits_for_the_service_whenever_the_group_changed(plain: Request) -> None:
    hooks = plain.options.hooks
    assert list(hooks.after_create) == list(hooks.after_update) == ["ScoringService-scores-health"]


def test_the_image_is_asked_for_before_the_group_is_made_or_changed(plain: Request) -> None:
    hooks = plain.options.hooks
    assert list(hooks.before_create) == list(hooks.before_update) == ["ScoringService-scores-pull"]
    assert list(hooks.on_error) == ["ScoringService-scores-role"]


def test_with_a_login_the_password_alone_is_a_secret(plain: Request) -> None:
    (credentials,) = plain.inputs["imageRegistryCredentials"]
    assert (credentials["server"], credentials["username"]) == ("contoso.azurecr.io", "puller")
    assert is_secret(credentials["password"])
    assert "identity" not in plain.inputs


LEAVES = ("pull_username", "pull_password", "pull_identity_id")


@pytest.mark.parametrize("later", [(), LEAVES])
def test_with_an_identity_the_group_pulls_as_one_of_its_own(folder: Path, later: Sequence[str]) -> None:
    made = group(folder, later, pull_username="", pull_password="", pull_identity_id=IDENTITY)
    assert made.inputs["imageRegistryCredentials"] == [{"server": "contoso.azurecr.io", "identity": IDENTITY}]
    assert made.inputs["identity"] == {"type": "UserAssigned", "userAssignedIdentities": [IDENTITY]}


@pytest.mark.parametrize("later", [(), LEAVES])
def test_with_neither_anybody_pulls(folder: Path, later: Sequence[str]) -> None:
    made = group(folder, later, pull_username="", pull_password="", pull_identity_id="")
    assert made.inputs["imageRegistryCredentials"] == []
    assert "identity" not in made.inputs


@pytest.mark.parametrize(
    ("azure", "state"),
    [
        ("Running", "Healthy"),
        ("Pending", "Transitioning"),
        ("Stopped", "Unhealthy"),
        ("Failed", "Failed"),
        ("Repairing", "Failed"),
    ],
)
def test_the_state_of_the_group_is_the_state_of_the_service(folder: Path, azure: str, state: str) -> None:
    found = _output(folder, "state", {"instanceView": {"state": azure}})
    assert found == state


def test_a_host_name_is_preferred_to_an_address(folder: Path) -> None:
    address = {"ip": "10.0.0.1", "fqdn": "contoso.westeurope.azurecontainer.io", "type": "Public", "ports": []}
    found = _output(folder, "scoring_uri", {"ipAddress": address})
    assert found == "http://contoso.westeurope.azurecontainer.io:5001/score"


def _output(folder: Path, name: str, group_outputs: dict[str, Any]) -> Any:
    values = list[Any]()

    async def program() -> None:
        values.append(await getattr(ScoringService("scores", inputs.service(folder)), name).future())

    deploy(program, answers={"containerinstance:ContainerGroup": group_outputs})
    return values[0]
