"""A complete service image: it runs as it is, nothing is built, and what would be built is refused beside it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pulumi
import pytest
from azureml_scoring import ContainerRegistry, InvalidInput, ScoringService
from azureml_scoring.pull import Preflight, PullLeaves

from tests.components import inputs
from tests.components.mocked import DIGEST, Registered, deploy
from tests.components.service_problems import found, online

IMAGE = f"contoso.azurecr.io/scores:c-1@{DIGEST}"
_BUILD_INPUTS = ("base_image", "entry_script", "models", "requirements")


def given(tmp_path: Path, **changes: Any) -> Any:
    """Inputs of a service with a complete image."""
    args = inputs.service(tmp_path, service_image=IMAGE) | changes
    return {key: value for key, value in args.items() if key not in _BUILD_INPUTS or key in changes}


def registered(args: Any, *, as_output: bool = False) -> tuple[Registered, list[Any]]:
    """What is registered, and the outputs that tell of a build."""
    outputs: list[Any] = []

    def program() -> pulumi.Output[None]:
        late = {"service_image": pulumi.Output.from_input(args["service_image"])} if as_output else {}
        made = ScoringService("scores", args | late)
        told = (made.image_reference, made.run_id, made.context_hash, made.build_inputs, made.base_images)
        return pulumi.Output.all(*told).apply(outputs.extend)

    return deploy(program), outputs


def test_in_a_container_group_it_runs_and_nothing_is_built(tmp_path: Path) -> None:
    made, outputs = registered(given(tmp_path))
    (container,) = made.one("ContainerGroup").inputs["containers"]
    assert container["image"] == f"contoso.azurecr.io/scores@{DIGEST}"
    assert made.one("ContainerGroup").inputs["imageRegistryCredentials"][0]["server"] == "contoso.azurecr.io"
    assert [one.type for one in made if "TaskRun" in one.type or "Blob" in one.type] == []
    assert outputs == [IMAGE, "", "", [], [IMAGE]]


def test_as_a_local_container_it_runs_and_nothing_is_built(tmp_path: Path) -> None:
    made, _ = registered(given(tmp_path, target="local", local={"port": 28891}), as_output=True)
    assert made.one("RemoteImage").inputs["name"] == f"contoso.azurecr.io/scores@{DIGEST}"
    assert [one.type for one in made if "TaskRun" in one.type] == []


def test_before_it_is_pulled_it_is_asked_for(tmp_path: Path) -> None:
    made, _ = registered(given(tmp_path))
    assert list(made.one("ContainerGroup").options.hooks.before_create) == ["ScoringService-scores-pull"]


def test_it_needs_no_file_and_no_base_image(tmp_path: Path) -> None:
    assert found(given(tmp_path)) == []


@pytest.mark.parametrize("target", ["local", "aci"])
def test_what_an_image_is_built_from_is_refused_beside_it_all_at_once(tmp_path: Path, target: str) -> None:
    inputs.write_service(tmp_path)
    args = inputs.service(
        tmp_path, service_image=IMAGE, target=target, base_image_username="a", base_image_password="b"
    )
    told = found(args | {"source_directory": str(tmp_path)})
    refused = (*_BUILD_INPUTS, "base_image_username", "base_image_password", "source_directory")
    rule = "is not taken with service_image, which is complete: nothing is built; got 'a value'; e.g. one of the two"
    assert sorted(told) == sorted(f"{key} {rule}" for key in refused)


def test_a_v1_file_of_what_is_served_is_refused_once(tmp_path: Path) -> None:
    inputs.write_service(tmp_path)
    file = tmp_path / "inferenceconfig.json"
    file.write_text('{"entryScript": "score.py", "sourceDirectory": "."}')
    told = [one for one in found(given(tmp_path, inference_config=str(file))) if "service_image" in one]
    assert len(told) == 1
    assert told[0].startswith("inference_config is not taken with service_image")


@pytest.mark.parametrize("target", ["aks", "managed_endpoint"])
def test_where_azure_ml_makes_the_image_there_is_none_to_give(tmp_path: Path, target: str) -> None:
    inputs.write_service(tmp_path)
    options = {"aks": {"compute_name": "ml"}} if target == "aks" else {}
    told = found(online(tmp_path, service_image=IMAGE, target=target) | options)
    assert f"service_image is not taken with target={target}; got 'a value'; e.g. target=local or target=aci" in told


@pytest.mark.parametrize(
    ("image", "rule"),
    [
        ("contoso.azurecr.io/scores:v1", "must name the image by its digest"),
        ("", "must be an image reference ("),
        ("Scores", "must be an image reference ("),
        (f"other.azurecr.io/scores@{DIGEST}", "must lie in the registry of login_server, whose credentials pull it"),
        (f"scores@{DIGEST}", "must lie in the registry of login_server, whose credentials pull it"),
    ],
)
def test_it_is_named_by_its_digest_in_the_registry_whose_credentials_pull_it(
    tmp_path: Path, image: str, rule: str
) -> None:
    (told,) = found(given(tmp_path, service_image=image))
    assert told.startswith(f"service_image {rule}")


def test_a_value_of_another_type_is_one_problem(tmp_path: Path) -> None:
    with pytest.raises(pulumi.RunError, match="service_image"):
        ScoringService("scores", given(tmp_path, service_image=["x"]))


@pytest.mark.parametrize(
    ("image", "rule"),
    [
        ("Not an image", "must be an image reference ("),
        ("contoso.azurecr.io/scores:v1", "must name the image by its digest"),
        (f"other.azurecr.io/scores@{DIGEST}", "must lie in the registry of login_server"),
    ],
)
def test_an_output_ends_no_program_and_is_refused_before_the_pull(tmp_path: Path, image: str, rule: str) -> None:
    made, outputs = registered(given(tmp_path, service_image=image), as_output=True)
    assert outputs[0] == image
    assert list(made.one("ContainerGroup").options.hooks.before_create) == ["ScoringService-scores-pull"]

    async def program() -> None:
        leaves = PullLeaves.of("pull", {}, "contoso.azurecr.io")
        hub = ContainerRegistry("hub", inputs.registry())
        asked = Preflight(hub, "scores", pulumi.Output.from_input(image), leaves, 0, given_as="service_image")
        args: Any = pulumi.ResourceHookArgs("urn", "id", "scores-group", "type", new_inputs={})
        await asked.before_pull().callback(args)  # type: ignore[misc]  # this hook is a coroutine function

    with pytest.raises(InvalidInput, match=re.escape(f"service_image {rule}")):
        deploy(program)
