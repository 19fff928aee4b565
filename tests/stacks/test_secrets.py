"""A secret of the configuration: in no message, and still a secret on its way to the component."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from stacks.settings import Settings
from tests.components.mocked import deploy
from tests.stacks.configured import base_image, problems, refused, service, stack, with_config, write_files

CANARY = "canary-4711"
IMAGE = f"registry.contoso.com/base@sha256:{'0' * 64}"


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The project's folder, with good files in it."""
    write_files(tmp_path)
    monkeypatch.chdir(tmp_path)


def test_a_secret_value_is_in_no_message_whatever_is_wrong_with_it() -> None:
    values = stack(
        baseImage=base_image(buildArguments={"VERSION": f"{CANARY} {CANARY}"}),
        services={
            "typed": service(target=CANARY),
            "files": service(entryScript=CANARY, models=[CANARY], requirements=CANARY, sourceDirectory=CANARY),
            "unknown": service(keyy=CANARY),
            "variables": service(environmentVariables=[CANARY]),
            "names": service(aci={"dnsNameLabel": CANARY + "-"}),
        },
        tags=[CANARY],
    )
    message = refused(values, secret=["baseImage", "services", "tags"])
    assert CANARY in refused(values), "the search itself has to be able to find it"
    assert CANARY not in message
    for key in ("baseImage", "services.typed.target", "services.files.models[0]", "services.unknown.keyy", "tags"):
        assert f"azureml-scoring:{key}" in message


def test_a_value_next_to_a_secret_one_is_shown() -> None:
    message = refused(stack(location=[], services={"scores": service(target=CANARY)}), secret=["services"])
    assert "azureml-scoring:location is wrong" in message
    assert "got []" in message


def test_a_secret_variable_stays_secret_on_its_way_to_the_component() -> None:
    shown = {"environmentVariables": {"A": "1", "KEY": CANARY}}
    values = stack(services={"scores": service(**shown, secretEnvironmentVariables={"B": "2"})})

    def made() -> Any:
        return Settings.load().services["scores"].inputs()

    open_inputs = with_config(stack(services={"scores": service(**shown)}), made)
    assert open_inputs["environment_variables"] == {"A": "1", "KEY": CANARY}
    inputs = with_config(values, made, secret=["services"])
    assert inputs["secret_environment_variables"] == {"A": "1", "KEY": CANARY, "B": "2"}
    assert "environment_variables" not in inputs


def test_a_secret_variable_in_plain_text_is_refused_and_not_shown() -> None:
    secret = {"secretEnvironmentVariables": {"KEY": CANARY}}
    online = {"target": "managed_endpoint", "deployments": {"blue": secret}}
    sentences = problems(stack(services={"own": service(**secret), "versions": service(**online)}))
    wanted = ("services.own.", "services.versions.deployments.blue.")
    assert [one.partition("; got")[0] for one in sentences if "--secret" in one.partition("; got")[0]] == [
        f"{start}secretEnvironmentVariables.KEY must be set with --secret" for start in wanted
    ]
    assert CANARY not in "".join(sentences)


def test_build_arguments_are_no_place_for_a_secret() -> None:
    values = stack(baseImage=base_image(buildArguments={"TOKEN": CANARY}))
    (found,) = problems(values, secret=["baseImage"])
    assert found.startswith("baseImage ")
    assert CANARY not in found


TOKEN = {"pull": "token", "tokenRepositories": ["scores"], "tokenPassword": CANARY}
PRIVATE_BASE = {
    "baseImageRegistry": "registry.contoso.com",
    "baseImageUsername": "contoso",
    "baseImagePassword": CANARY,
}
CONNECTION = {"loginServer": "registry.contoso.com", "username": "contoso", "password": CANARY}


def test_a_password_reaches_the_component_as_a_secret() -> None:
    values = stack(
        registry=TOKEN,
        workspace={"connections": {"contoso": CONNECTION}},
        baseImage=base_image(**PRIVATE_BASE),
        services={"scores": service(baseImage=IMAGE, baseImageUsername="contoso", baseImagePassword=CANARY)},
    )
    revealed: list[str] = []

    async def program() -> None:
        settings = with_config(values, Settings.load, secret=["registry", "workspace", "services", "baseImage"])
        assert CANARY not in repr(settings)
        for password in (
            settings.registry.inputs()["token_password"],
            settings.workspace.inputs()["connections"]["contoso"]["password"],
            settings.builds["base"].inputs()["base_image_password"],
            settings.services["scores"].inputs()["base_image_password"],
        ):
            assert await password.is_secret()
            revealed.append(await password.future())

    deploy(program)
    assert revealed == [CANARY] * 4


def test_a_password_in_plain_text_is_refused_and_not_shown() -> None:
    values = stack(
        registry=TOKEN,
        workspace={"connections": {"contoso": CONNECTION}},
        baseImage=base_image(**PRIVATE_BASE),
        services={"scores": service(baseImage=IMAGE, baseImageUsername="contoso", baseImagePassword=CANARY)},
    )
    assert problems(values) == [
        f"{key} must be set with --secret; got 'a value in plain text'; "
        f"e.g. pulumi config set --secret --path azureml-scoring:{key}"
        for key in (
            "baseImage.baseImagePassword",
            "registry.tokenPassword",
            "services.scores.baseImagePassword",
            "workspace.connections.contoso.password",
        )
    ]


def test_a_password_of_a_wrong_form_or_under_a_misspelt_key_is_not_shown_either() -> None:
    connections = {"contoso": CONNECTION | {"password": "", "pasword": CANARY}}
    message = refused(stack(registry=TOKEN | {"tokenPassword": [CANARY]}, workspace={"connections": connections}))
    assert "registry.tokenPassword is wrong" in message
    assert (
        "workspace.connections.contoso.pasword is no key that is known here; got '[secret]'; e.g. password" in message
    )
    assert CANARY not in message
