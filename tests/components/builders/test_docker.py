"""The build by a Docker engine, as docker-build is asked for it."""

from __future__ import annotations

from typing import Any

import pulumi
from azureml_scoring import CustomBaseImage

from tests.components import inputs
from tests.components.mocked import DIGEST, Registered, deploy, is_secret

LOGIN = {"push_username": "pusher", "push_password": inputs.CANARY}


def given(**changes: Any) -> Any:
    """Inputs of a base image that a Docker engine builds."""
    args = inputs.base_image(builder="docker", login_server="registry.example", image_check="off") | changes
    return {key: value for key, value in args.items() if key not in {"registry_name", "storage_account_name"}}


def built(**changes: Any) -> Registered:
    """What such a base image registers."""
    return deploy(lambda: CustomBaseImage("base", given(**changes)))


def test_it_is_pushed_by_its_tags_and_a_preview_builds_nothing() -> None:
    image = built(tags=["v1", "stable"], stage="0", platform="linux/amd64,linux/arm64").one("Image")
    assert (image.inputs["push"], image.inputs["buildOnPreview"], image.inputs["target"]) == (True, False, "0")
    assert image.inputs["tags"] == [f"registry.example/diabetes-base:{tag}" for tag in ("v1", "stable")]
    assert image.inputs["platforms"] == ["linux/amd64", "linux/arm64"]
    assert image.inputs["context"]["location"] == str(inputs.EXAMPLE)
    assert image.inputs["dockerfile"]["location"] == f"{inputs.EXAMPLE}/Dockerfile"
    assert (image.name, image.parent) == ("base-image", "base")


def test_what_means_no_other_image_is_no_build_and_the_image_stays_in_the_registry() -> None:
    options = built().one("Image").options
    assert list(options.ignoreChanges) == ["buildArgs", "secrets", "registries"]
    assert options.retainOnDelete
    tasks = deploy(lambda: CustomBaseImage("base", inputs.base_image())).one("TaskRun").options
    assert options.replacement_trigger == tasks.replacement_trigger


def test_logins_and_secrets_are_secrets() -> None:
    base = {"base_image_registry": "other.example", "base_image_username": "reader"}
    secrets = {"secret_build_arguments": {"TOKEN": inputs.CANARY}, "build_secrets": {"netrc": inputs.CANARY}}
    image = built(**LOGIN, **base, base_image_password=inputs.CANARY, **secrets, build_arguments={"A": "1"}).one(
        "Image"
    )
    logins = image.inputs["registries"]
    assert [(login["address"], login["username"]) for login in logins] == [
        ("registry.example", "pusher"),
        ("other.example", "reader"),
    ]
    assert all(is_secret(login["password"]) for login in logins)
    assert image.inputs["buildArgs"]["A"] == "1"
    assert is_secret(image.inputs["buildArgs"]["TOKEN"])
    assert is_secret(image.inputs["secrets"])


def test_without_a_login_the_engine_s_own_is_used_and_a_cache_is_kept_where_it_is_named() -> None:
    assert built().one("Image").inputs["registries"] == []
    cached = built(cache_image="registry.example/cache:base").one("Image").inputs
    assert cached["cacheFrom"][0]["registry"]["ref"] == "registry.example/cache:base"
    assert cached["cacheTo"][0]["registry"]["ref"] == "registry.example/cache:base"
    assert cached["cacheTo"][0]["registry"]["mode"] == "max"


def test_the_outputs_are_those_of_the_other_builders() -> None:
    outputs: dict[str, Any] = {}

    def program() -> pulumi.Output[Any]:
        made = CustomBaseImage("base", given(tags=["v1"]))
        names = ("image_name", "tags", "digest", "reference", "run_id", "location", "context_hash")
        return pulumi.Output.all(**{name: getattr(made, name) for name in names}).apply(outputs.update)

    deploy(program, answers={":Image": {"digest": DIGEST}})
    assert outputs.pop("context_hash")
    assert outputs == {
        "image_name": "diabetes-base",
        "tags": ["v1"],
        "digest": DIGEST,
        "reference": f"registry.example/diabetes-base:v1@{DIGEST}",
        "run_id": "",
        "location": "",
    }
