"""A secret of the configuration: in no message, and still a secret on its way to the component."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from stacks.settings import Settings
from tests.stacks.configured import base_image, problems, refused, service, stack, with_config, write_files

CANARY = "canary-4711"


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
            "files": service(entryScript=CANARY, model=CANARY, requirements=CANARY, sourceDirectory=CANARY),
            "unknown": service(keyy=CANARY),
            "variables": service(environmentVariables=[CANARY]),
            "names": service(aci={"dnsNameLabel": CANARY + "-"}),
        },
        tags=[CANARY],
    )
    message = refused(values, secret=["baseImage", "services", "tags"])
    assert CANARY in refused(values), "the search itself has to be able to find it"
    assert CANARY not in message
    for key in ("baseImage", "services.typed.target", "services.files.model", "services.unknown.keyy", "tags"):
        assert f"azureml-scoring:{key}" in message


def test_a_value_next_to_a_secret_one_is_shown() -> None:
    message = refused(stack(location=[], services={"scores": service(target=CANARY)}), secret=["services"])
    assert "azureml-scoring:location is wrong" in message
    assert "got []" in message


def test_a_secret_variable_stays_secret_on_its_way_to_the_component() -> None:
    variables = {"environmentVariables": {"A": "1", "KEY": CANARY}, "secretEnvironmentVariables": {"B": "2"}}
    values = stack(services={"scores": service(**variables)})

    def made() -> Any:
        return Settings.load().services["scores"].inputs()

    open_inputs = with_config(values, made)
    assert open_inputs["environment_variables"] == {"A": "1", "KEY": CANARY}
    inputs = with_config(values, made, secret=["services"])
    assert inputs["secret_environment_variables"] == {"A": "1", "KEY": CANARY, "B": "2"}
    assert "environment_variables" not in inputs


def test_build_arguments_are_no_place_for_a_secret() -> None:
    values = stack(baseImage=base_image(buildArguments={"TOKEN": CANARY}))
    (found,) = problems(values, secret=["baseImage"])
    assert found.startswith("baseImage ")
    assert CANARY not in found
