"""Bad inputs: one error with every problem of the component, before anything is registered.

No engine runs here, so a component that went on would fail with another error, or hang.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pulumi
import pytest
from azureml_scoring import ComponentError, ContainerRegistry, CustomBaseImage, InvalidInput, ScoringService, Workspace

from tests.components import inputs
from tests.components.answering import serving
from tests.components.mocked import deploy


def problems(component: Callable[..., Any], args: Any, name: str = "tested") -> list[str]:
    """The sentences of the InvalidInput that a component raises; it must raise, and register nothing."""
    raised: list[InvalidInput] = []

    def program() -> None:
        with pytest.raises(InvalidInput) as error:
            component(name, args)
        raised.append(error.value)

    assert deploy(program) == []
    assert raised[0].component == getattr(component, "__name__", "")
    return [str(problem) for problem in raised[0].problems]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return inputs.write_service(tmp_path)


def test_a_registry_tells_all_of_its_problems() -> None:
    found = problems(ContainerRegistry, inputs.registry(registry_name="x!", password_valid_days=731))
    assert found == [
        "password_valid_days must be a whole number from 1 to 730; got 731; e.g. 180",
        "registry_name must be 5 to 50 letters and digits; got 'x!'; e.g. scoringregistry",
    ]


@pytest.mark.parametrize("days", [1, 730])
def test_a_registry_takes_the_first_and_the_last_valid_number_of_days(days: int) -> None:
    registered = deploy(lambda: ContainerRegistry("tested", inputs.registry(password_valid_days=days)))
    assert registered.one("Registry").parent == "tested"


def test_a_workspace_tells_all_of_its_problems() -> None:
    args = inputs.workspace(
        workspace_name="-x",
        container_registry_id="contoso",
        storage_account_id=inputs.REGISTRY_ID,
        key_vault_id="/subscriptions",
        application_insights_id="insights",
    )
    found = problems(Workspace, args)
    assert [sentence.partition(" ")[0] for sentence in found] == [
        "workspace_name",
        "container_registry_id",
        "storage_account_id",
        "key_vault_id",
        "application_insights_id",
    ]
    assert "must be the ARM id of a Microsoft.Storage/storageAccounts" in found[2]
    assert f"got '{inputs.REGISTRY_ID}'"[:60] in found[2]
    assert "e.g. /subscriptions/<id>/resourceGroups/<group>/providers/Microsoft.Storage/storageAccounts/" in found[2]


@pytest.mark.parametrize(
    ("component", "args", "sentence"),
    [
        (
            ContainerRegistry,
            inputs.registry(sku="Gold", registry_name="x!"),
            "sku must be one of Basic, Standard, Premium; got 'Gold'; e.g. Basic",
        ),
        (
            Workspace,
            inputs.workspace(registry_mode="none", workspace_name="-x"),
            "registry_mode must be one of attached, lazy; got 'none'; e.g. attached",
        ),
    ],
)
def test_an_unknown_choice_is_a_problem_among_the_others(component: type[Any], args: Any, sentence: str) -> None:
    found = problems(component, args)
    assert len(found) == 2
    assert sentence in found


def test_an_unknown_target_is_a_problem_among_the_others(folder: Path) -> None:
    found = problems(ScoringService, inputs.service(folder, target="ask", models=["nowhere"]))
    assert "target must be one of local, aci, aks, managed_endpoint; got 'ask'; e.g. local" in found
    assert any(sentence.startswith("models[0] must be a file or folder that exists") for sentence in found)


@pytest.mark.parametrize(
    ("options", "subject"),
    [({"cpu": 0}, "aci.cpu"), ({"cpu": 0.3}, "aci.cpu"), ({"memory_gb": 0}, "aci.memory_gb")],
)
def test_aci_has_limits(folder: Path, options: dict[str, float], subject: str) -> None:
    (found,) = problems(ScoringService, inputs.service(folder, aci=options))
    assert found.startswith(f"{subject} must be a positive number of ")


@pytest.mark.parametrize("name", ["Scores", "a_b", "x" * 37])
def test_a_name_that_makes_a_resource_azure_refuses_is_refused(folder: Path, name: str) -> None:
    for component, args in ((ScoringService, inputs.service(folder)), (CustomBaseImage, inputs.base_image())):
        assert all(sentence.startswith("name makes a ") for sentence in problems(component, args, name))


def test_an_attached_workspace_needs_a_registry() -> None:
    (found,) = problems(Workspace, {"resource_group_name": "group"})
    assert found.startswith("container_registry_id is required if registry_mode is attached; got nothing; e.g. /sub")


def test_a_lazy_workspace_takes_no_registry() -> None:
    (found,) = problems(Workspace, inputs.workspace(registry_mode="lazy"))
    assert found.startswith("container_registry_id is not taken if registry_mode is lazy; got '/subscriptions/")


def test_a_base_image_tells_all_of_its_problems(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM ubuntu:22.04\nFORM x\nCOPPY . .\n")
    args = inputs.base_image(context=str(tmp_path), image_name="Base", tags=["ok", ".dot", "-x"])
    found = problems(CustomBaseImage, args)
    file = tmp_path / "Dockerfile"
    assert [sentence.partition(" ")[0] for sentence in found] == [
        "image_name",
        "tags",
        "tags",
        f"{file}:2",
        f"{file}:3",
    ]
    assert found[3] == f"{file}:2 must hold Dockerfile instructions only; got 'FORM x'; e.g. RUN, COPY, ENV"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"context": "nowhere"}, "context must be a folder that exists; got 'nowhere'"),
        ({"dockerfile": "Dockerfile.gpu"}, "dockerfile must be a file that exists; got "),
        ({"base_image_registry": "contoso.azureecr.io"}, "base_image_registry must be spelt as the host"),
        (
            {"base_image_username": "other", "base_image_password": inputs.CANARY},
            "base_image_registry is required with base_image_username; got nothing; e.g. registry.contoso.com",
        ),
    ],
)
def test_a_base_image_needs_its_files(changes: dict[str, Any], sentence: str) -> None:
    (found,) = problems(CustomBaseImage, inputs.base_image(**changes))
    assert found.startswith(sentence)


def test_a_base_image_takes_an_argument_that_is_not_known_yet(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("ARG BASE\nFROM ${BASE}\n")
    args = inputs.base_image(context=str(tmp_path))
    assert "ARG BASE a value before the first FROM" in problems(CustomBaseImage, args)[0]

    def program() -> None:
        later = {"BASE": pulumi.Output.from_input("ubuntu:22.04")}
        CustomBaseImage("tested", args | {"build_arguments": later})

    assert deploy(program).one("TaskRun").parent == "tested"


def test_a_base_image_reports_a_context_that_cannot_be_packed(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM ubuntu:22.04\n")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "s"))
        (found,) = problems(CustomBaseImage, inputs.base_image(context=str(tmp_path)))
    assert "is neither a file nor a symbolic link" in found


def test_a_service_tells_all_of_its_problems(folder: Path) -> None:
    (folder / "score.py").write_text("def init(): ...\ndef predict(data): ...\n")
    (folder / "requirements.txt").write_text("scikit-learn==1.7\n")
    args = inputs.service(
        folder,
        base_image="contoso.azurecr.io/base:v1",
        models=[str(folder / "nothing")],
        local={"port": 1},
        aci={"dns_name_label": "-x"},
    )
    found = problems(ScoringService, args)
    rules = [
        "base_image must name the image by its digest; got 'contoso.azurecr.io/base:v1'",
        "local is not taken with target=aci",
        "aci.dns_name_label must be 3 to 63 lower-case letters",
        f"{folder / 'score.py'} must define run at its top level; got ['init', 'predict']",
        f"models[0] must be a file or folder that exists; got '{folder / 'nothing'}'",
        f"{folder / 'requirements.txt'} must require azureml-inference-server-http",
    ]
    assert len(found) == len(rules), found
    for rule in rules:
        assert [sentence for sentence in found if sentence.startswith(rule[:100])], f"{rule} is not in {found}"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"base_image": "Not An Image"}, "base_image must be an image reference ("),
        ({"entry_script": "nowhere.py"}, "entry_script must be a file that exists; got 'nowhere.py'"),
        ({"requirements": "nowhere.txt"}, "requirements must be a file that exists; got 'nowhere.txt'"),
        ({"target": "local", "local": {"port": 65536}}, "local.port must be a TCP port from 1 to 65535; got 65536"),
        ({"login_server": "contoso.azureecr.io"}, "login_server must be spelt as the host that it is next to"),
        (
            {"pull_password": ""},
            "pull_password is required with pull_username; got nothing; e.g. a password; that of a",
        ),
        ({"pull_username": ""}, "pull_username is required with pull_password; got nothing"),
        ({"pull_identity_id": "/subscriptions/1"}, "pull_identity_id is not taken together with pull_username and"),
        ({"base_image_username": "other"}, "base_image_password is required with base_image_username; got nothing"),
        ({"pull_wait_seconds": -1}, "pull_wait_seconds must be a whole number of 0 or more; got -1; e.g. 300"),
    ],
)
def test_a_service_names_the_input_and_its_rule(folder: Path, changes: dict[str, Any], sentence: str) -> None:
    (found,) = problems(ScoringService, inputs.service(folder, **changes))
    assert found.startswith(sentence)


def test_a_local_service_takes_no_identity(folder: Path) -> None:
    args = inputs.service(folder, target="local", local={"port": 28891}, pull_identity_id="/subscriptions/1")
    del args["pull_username"], args["pull_password"]
    (found,) = problems(ScoringService, args)
    assert found.startswith("pull_identity_id is not taken with target=local: a managed identity exists only inside Az")


def test_an_empty_registry_is_the_lazy_workspace_s_and_says_the_two_ways_out(folder: Path) -> None:
    for component, args in ((ScoringService, inputs.service(folder)), (CustomBaseImage, inputs.base_image())):
        for subject in ("registry_name", "login_server"):
            with pytest.raises(ComponentError, match=f"{subject} is empty: no container registry yet"):
                deploy(lambda made=component, given=args | {subject: ""}: made("tested", given))  # type: ignore[misc]  # bound now


def test_a_service_reports_a_script_that_does_not_parse_by_its_line(folder: Path) -> None:
    (folder / "score.py").write_text("def init(): ...\ndef run(data)\n    return 1\n")
    (found,) = problems(ScoringService, inputs.service(folder))
    assert found.startswith(f"{folder / 'score.py'}:2 must parse as Python; got \"expected ':'\"")


def test_a_service_needs_its_script_in_its_source_directory(folder: Path, tmp_path: Path) -> None:
    source = tmp_path / "src"
    source.mkdir()
    (found,) = problems(ScoringService, inputs.service(folder, source_directory=str(source)))
    assert found.startswith(f"entry_script must lie in source_directory {source}; got '{folder / 'score.py'}'")


def test_a_service_refuses_a_port_that_another_program_holds(folder: Path) -> None:
    with serving([(404, "")]) as port:
        args = inputs.service(folder, target="local", local={"port": port})
        (found,) = problems(ScoringService, args)
    assert found.startswith(f"local.port must be free on 127.0.0.1, but another program listens on it; got {port}")


def test_a_message_never_shows_the_password(folder: Path) -> None:
    args = inputs.service(folder, base_image="Not An Image", secret_environment_variables={"KEY": inputs.CANARY})
    assert inputs.CANARY not in "".join(problems(ScoringService, args))


def test_a_server_without_a_version_is_advice_only(folder: Path) -> None:
    (folder / "requirements.txt").write_text("azureml-inference-server-http\n")
    logged = list[str]()
    registered = deploy(lambda: ScoringService("tested", inputs.service(folder)), logged)
    assert registered.one("ContainerGroup").parent == "tested"
    (warning,) = logged
    assert warning.startswith(f"ScoringService 'tested': {folder / 'requirements.txt'}:1 should say which version")


@pytest.mark.parametrize("component", [ContainerRegistry, CustomBaseImage, ScoringService, Workspace])
def test_missing_and_misspelt_inputs_are_told_by_name(component: Callable[..., Any]) -> None:
    found = problems(component, {"resource_group_nam": "scoring", "tag": {}})
    assert any(sentence.startswith("resource_group_name is required") for sentence in found)
    assert "resource_group_nam is no input of this component; got 'a value'; e.g. resource_group_name" in found
    assert any(sentence.startswith("tag is no input") and sentence.endswith("e.g. tags") for sentence in found)
