"""Settings: a good configuration, and what is said of a bad one: all of it, at once, and no secret."""

from __future__ import annotations

import re
import socket
from pathlib import Path
from typing import Any

import pytest
import yaml
from azureml_scoring import Auth, RegistryMode, RegistrySku, Target

from tests.components.answering import serving
from tests.stacks.configured import base_image, load, problems, service, stack, write_files

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The project's folder, with good files in it."""
    write_files(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def starts(found: list[str], *expected: str) -> None:
    """Fails unless the problems are as many as expected and each opens as expected."""
    missing = [start for start in expected if not any(one.startswith(start) for one in found)]
    unexpected = [one for one in found if not one.startswith(expected)]
    assert (missing, unexpected) == ([], [])
    assert len(found) == len(expected)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def test_a_minimal_configuration_has_the_defaults() -> None:
    settings = load(stack())
    assert settings.location == "westeurope"
    assert settings.registry.sku is RegistrySku.STANDARD
    assert settings.registry.password_valid_days == 180
    assert settings.workspace.registry_mode is RegistryMode.ATTACHED
    assert settings.workspace.public_network_access is False
    assert settings.services["scores"].target is Target.ACI
    assert settings.tags == {}


def test_what_is_left_out_is_left_to_the_component() -> None:
    settings = load(stack(registry={"sku": "Premium"}, services={"scores": service(aci={"cpu": 2})}))
    assert settings.registry.inputs() == {"sku": RegistrySku.PREMIUM}
    assert settings.workspace.inputs() == {}
    assert settings.builds["base"].inputs() == {"context": "image", "image_name": "base"}
    assert settings.services["scores"].inputs() == {
        "entry_script": "score.py",
        "models": ["model.joblib"],
        "requirements": "requirements.txt",
        "target": Target.ACI,
        "auth": Auth.NONE,
        "aci": {"cpu": 2},
    }


def test_everything_can_be_set() -> None:
    port = free_port()
    values = stack(
        registry={"registryName": "contosoml", "sku": "Basic", "passwordValidDays": 30},
        workspace={"workspaceName": "contoso-ml", "registryMode": "lazy", "publicNetworkAccess": True},
        baseImage=base_image(dockerfile="Dockerfile", tags=["v1"], buildArguments={"VERSION": "24.04"}),
        services={
            "scores": service(aci={"cpu": 0.5, "memoryGb": 1.5, "dnsNameLabel": "contoso"}),
            "near": service(target="local", local={"port": port}, environmentVariables={"LOG_LEVEL": "debug"}),
        },
        tags={"team": "ml"},
    )
    settings = load(values)
    assert settings.workspace.inputs() == {
        "workspace_name": "contoso-ml",
        "registry_mode": RegistryMode.LAZY,
        "public_network_access": True,
    }
    assert settings.builds["base"].inputs()["build_arguments"] == {"VERSION": "24.04"}
    assert settings.services["scores"].inputs()["aci"] == {"cpu": 0.5, "memory_gb": 1.5, "dns_name_label": "contoso"}
    assert settings.services["near"].inputs()["local"] == {"port": port}
    assert settings.services["near"].inputs()["environment_variables"] == {"LOG_LEVEL": "debug"}


def test_the_stack_local_has_a_good_configuration(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    document = yaml.safe_load((ROOT / "stacks" / "Pulumi.local.yaml").read_text())["config"]
    values = {key.removeprefix("azureml-scoring:"): value for key, value in document.items()}
    # The model is made by `make up`, and the port may be taken while the stack is up.
    (tmp_path / "model").touch()
    values["services"]["diabetes"] |= {"models": [str(tmp_path / "model")], "local": {"port": free_port()}}
    monkeypatch.chdir(ROOT)
    assert load(values).services["diabetes"].target is Target.LOCAL


def test_settings_cannot_be_changed() -> None:
    settings = load(stack())
    with pytest.raises(ValueError, match="frozen"):
        settings.location = "northeurope"  # type: ignore[misc]  # that is what is tested


def test_an_empty_option_is_as_if_left_out() -> None:
    values = stack(services={"scores": service(aci=None, local=None, sourceDirectory=None)})
    inputs = load(values).services["scores"].inputs()
    assert inputs.keys().isdisjoint({"aci", "local", "source_directory"})


def test_wrong_forms_and_wrong_files_are_told_in_one_message(folder: Path) -> None:
    (folder / "image" / "Dockerfile").write_text("FORM ubuntu:22.04\n")
    (folder / "syntax.py").write_text("def init(:\n")
    (folder / "no_run.py").write_text("def init(): ...\n")
    (folder / "no_server.txt").write_text("scikit-learn==1.7\n")
    port = free_port()
    local = service(target="local", local={"port": port})
    values = {
        "locaton": "westeurope",
        "registry": {"sku": "Gold", "passwordValidDays": 0},
        "workspace": {"workspaceName": "-x"},
        "baseImage": base_image(imageName="Base", tags=["ok", "-x"]),
        "services": {
            "syntax": service(entryScript="syntax.py", models=["nowhere.joblib"]),
            "norun": service(entryScript="no_run.py", requirements="no_server.txt"),
            "gone": service(entryScript="gone.py", requirements="gone.txt", sourceDirectory="gone"),
            "options": service(local={"port": port}, aci={"dnsNameLabel": "-x"}),
            "typed": service(target="ask"),
            "halves": service(aci={"cpu": 0.3}),
            "one": local,
            "two": local,
            "x" * 37: service(),
        },
        "tags": ["ml"],
    }
    starts(
        problems(values),
        'location is required; got nothing; e.g. "westeurope"',
        "locaton is no key that is known here; got 'westeurope'; e.g. location",
        "registry.sku is wrong: input should be 'Basic', 'Standard' or 'Premium'; got 'Gold'; e.g. \"Standard\"",
        "registry.passwordValidDays must be a whole number from 1 to 730; got 0; e.g. 180",
        "workspace.workspaceName must be 3 to 33 letters, digits, underscores and hyphens",
        "baseImage.imageName must be 1 to 255 lower-case letters and digits",
        "baseImage.tags must be 1 to 128 letters, digits",
        f"baseImage.dockerfile: {Path('image/Dockerfile')}:1 must hold Dockerfile instructions only",
        "services.syntax.entryScript: syntax.py:1 must parse as Python",
        "services.syntax.models[0] must be a file or folder that exists; got 'nowhere.joblib'",
        "services.norun.entryScript: no_run.py must define run at its top level; got ['init']",
        "services.norun.requirements: no_server.txt must require azureml-inference-server-http",
        "services.gone.entryScript must be a file that exists; got 'gone.py'; e.g. examples/diabetes/score.py",
        "services.gone.requirements must be a file that exists; got 'gone.txt'",
        "services.gone.sourceDirectory must be a folder that exists; got 'gone'",
        "services.options.local is not taken with target=aci",
        "services.options.aci.dnsNameLabel must be 3 to 63 lower-case letters",
        "services.typed.target is wrong: input should be 'local', 'aci', 'aks' or 'managed_endpoint'; got 'ask'",
        "services.halves.aci.cpu must be a positive number of cores, in halves; got 0.3; e.g. 1.5",
        f"services must each have a local port of their own; got '{port} for one, two'; e.g. {port + 1}",
        f"services.{'x' * 37} makes a task run name",
        'tags is wrong: input should be a valid dictionary; got [\'ml\']; e.g. {"team": "ml"}',
    )


def test_nothing_at_all_is_three_problems() -> None:
    starts(problems({}), "baseImage is required", "location is required", "services is required")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"services": {}}, "services is wrong: dictionary should have at least 1 item"),
        ({"services": "[scores"}, "services is wrong: input should be a valid dictionary; got '[scores'"),
        ({"services": ["scores"]}, "services is wrong: input should be a valid dictionary"),
        ({"baseImage": "image"}, "baseImage is wrong: input should be a valid dictionary"),
        ({"baseImage": base_image(context="nowhere")}, "baseImage.context must be a folder that exists; got 'nowhere'"),
        ({"baseImage": base_image(dockerfile="Dockerfile.gpu")}, "baseImage.dockerfile must be a file that exists"),
        ({"registry": {"passwordValidDays": 731}}, "registry.passwordValidDays must be a whole number from 1 to 730"),
        ({"registry": {"registryName": "my-registry"}}, "registry.registryName must be 5 to 50 letters and digits"),
        ({"workspace": {"registryMode": "none"}}, "workspace.registryMode is wrong: input should be 'attached' or"),
        (
            {"workspace": {"publicNetworkAccess": "perhaps"}},
            "workspace.publicNetworkAccess is wrong: input should be a",
        ),
    ],
)
def test_one_wrong_value_is_one_problem(changes: dict[str, Any], sentence: str) -> None:
    (found,) = problems(stack(**changes))
    assert found.startswith(sentence)


@pytest.mark.parametrize(
    ("port", "rule"),
    [
        (0, "must be a TCP port from 1 to 65535"),
        (65536, "must be a TCP port from 1 to 65535"),
        ("http", "is wrong: input should be a valid integer, unable to parse string as an integer"),
    ],
)
def test_a_port_is_a_number_of_a_port(port: Any, rule: str) -> None:
    (found,) = problems(stack(services={"scores": service(target="local", local={"port": port})}))
    assert found == f"services.scores.local.port {rule}; got {port!r}; e.g. 8890"


def test_a_port_that_another_program_holds_is_named() -> None:
    with serving([(404, "")]) as port:
        (found,) = problems(stack(services={"scores": service(target="local", local={"port": port})}))
    assert found == (
        "services.scores.local.port must be free on 127.0.0.1, but another program listens on it; "
        f"got {port}; e.g. another port, such as 8891, or end the program that listens there"
    )


def test_a_port_that_the_service_itself_holds_is_its_own() -> None:
    with serving([(200, '{"info": {"title": "scores"}}')]) as port:
        values = stack(services={"scores": service(target="local", local={"port": port})})
        assert load(values).services["scores"].port == port


@pytest.mark.parametrize(
    ("key", "nearest"),
    [
        ("entryscript", "entryScript"),
        ("environment_variables", "environmentVariables"),
        ("requirement", "requirements"),
        (
            "xyz",
            "one of aci, aks, applicationInsightsConnectionString, applicationInsightsEnabled, auth",
        ),
    ],
)
def test_an_unknown_key_comes_with_the_nearest_right_name(key: str, nearest: str) -> None:
    (found,) = problems(stack(services={"scores": service(**{key: "value"})}))
    assert found.startswith(f"services.scores.{key} is no key that is known here; got 'value'; e.g. {nearest}")


@pytest.mark.parametrize("name", ["local", "aci", "model", "services"])
def test_a_service_may_be_called_like_a_key(name: str) -> None:
    assert name in load(stack(services={name: service()})).services
    values = service(cpu=2)
    del values["entryScript"]
    starts(
        problems(stack(services={name: values})),
        f"services.{name}.entryScript is required; got nothing; e.g. examples/diabetes/score.py",
        f"services.{name}.cpu is no key that is known here; got 2; e.g. one of aci, aks, applicationInsights",
    )


@pytest.mark.parametrize("name", ["Scores", "a/b", "a_b", "-a", "x" * 37])
def test_a_name_that_makes_a_resource_azure_refuses_is_refused(name: str) -> None:
    for found in problems(stack(services={name: service()})):
        assert re.match(rf"services\.{name} makes a (blob container|task run) name with 8 more", found)


def test_the_longest_name_of_a_service() -> None:
    assert "x" * 36 in load(stack(services={"x" * 36: service()})).services


def test_advice_stops_nothing(folder: Path) -> None:
    (folder / "requirements.txt").write_text("azureml-inference-server-http\n")
    assert "scores" in load(stack()).services


def test_a_wrong_part_of_a_list_or_of_a_named_entry_is_named_by_its_place() -> None:
    registry = {"roleAssignments": [{"principalId": "ci", "role": "AcrPush"}, {"principalId": "ci"}], "pull": "toke"}
    workspace = {"connections": {"mine": {"login": "ghcr.io"}}, "lock": {"kind": "Forever"}}
    starts(
        problems(stack(registry=registry, workspace=workspace)),
        'registry.roleAssignments[1].role is required; got nothing; e.g. "AcrPush"',
        "registry.pull is wrong: input should be 'service_principal'",
        'workspace.connections.mine.loginServer is required; got nothing; e.g. "ghcr.io"',
        "workspace.connections.mine.login is no key that is known here; got 'ghcr.io'; e.g. loginServer",
        "workspace.lock.kind is wrong: input should be 'CanNotDelete' or 'ReadOnly'; got 'Forever'",
    )


def test_a_wrong_key_hides_no_problem_of_its_neighbours() -> None:
    registry = {"sku": "Gold", "replications": [{"location": "north!europe"}], "rotation": -1, "colour": "red"}
    found = problems(stack(registry=registry, services={"scores": service(models=["nowhere"], colour="red")}))
    starts(
        found,
        "registry.sku is wrong",
        "registry.colour is no key that is known here",
        "registry.replications[0].location must be an Azure region",
        "registry.rotation must be a whole number of 0 or more; got -1; e.g. 1",
        "services.scores.colour is no key that is known here",
        "services.scores.models[0] must be a file or folder that exists; got 'nowhere'",
    )
