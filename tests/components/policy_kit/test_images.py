"""Images inside of other texts: App Service, compose files, ACR Tasks."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from azureml_scoring.policy_kit import Malformed, Resource, Undecided, Value
from azureml_scoring.policy_kit.images import images
from azureml_scoring.policy_kit.values import UNKNOWN

from tests.policy.driver import secret

SITE = "azure-native:web:WebApp"
TASK = "azure-native:containerregistry/v20190601preview:Task"


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def found(type_: str, properties: dict[str, Any]) -> list[tuple[str, str | None, bool]]:
    resource = Resource(type_, "urn", "name", Value.of(properties))
    return [(image.subject, image.text, image.pushed) for image in images(resource)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("DOCKER|registry.example/app:1", ["registry.example/app:1"]),
        ("docker|registry.example/app:1", ["registry.example/app:1"]),
        ("DOCKER|", [""]),
        ("PYTHON|3.12", []),
        ("SITECONTAINERS", []),
        (f"COMPOSE|{encoded('services: {web: {image: web:1}, db: {image: db}}')}", ["web:1", "db"]),
    ],
)
def test_an_app_service_names_its_image_in_its_runtime(text: str, expected: list[str]) -> None:
    assert [image for _, image, _ in found(SITE, {"siteConfig": {"linuxFxVersion": text}})] == expected


def test_an_older_app_service_names_it_in_a_setting() -> None:
    settings = [{"name": "DOCKER_CUSTOM_IMAGE_NAME", "value": "app:1"}, {"name": "OTHER", "value": "no/image"}]
    assert found(SITE, {"siteConfig": {"appSettings": settings}}) == [
        ("siteConfig.appSettings[0].value", "app:1", False)
    ]
    plain = {"properties": {"DOCKER_CUSTOM_IMAGE_NAME": "DOCKER|app:2", "OTHER": "no/image"}}
    assert [image for _, image, _ in found("azure-native:web:WebAppApplicationSettings", plain)] == ["app:2"]


def test_the_steps_of_a_task_and_what_they_push() -> None:
    steps = """
steps:
  - build: -t $Registry/app:{{.Run.ID}} --tag=app:v1 .
  - {id: test, cmd: python:3.12 -m pytest}
  - cmd: bash x
  - push: ["$Registry/app"]
"""
    step = {"imageNames": ["app:{{.Run.ID}}"], "encodedTaskContent": encoded(steps)}
    assert found(TASK, {"step": step}) == [
        ("step.imageNames[0]", "app:0", True),
        ("image of step.encodedTaskContent step 0", "app:0", True),
        ("image of step.encodedTaskContent step 0", "app:v1", True),
        ("image of step.encodedTaskContent step test", "python:3.12", False),
    ]


@pytest.mark.parametrize(
    "content", ["no base64!", encoded("["), encoded("- a"), encoded("steps: 3"), encoded("steps: [x]")]
)
def test_a_task_that_cannot_be_read_is_malformed(content: str) -> None:
    with pytest.raises(Malformed):
        found(TASK, {"step": {"encodedTaskContent": content}})


def test_what_is_unknown_stays_so_and_what_is_secret_too() -> None:
    for properties in (
        {"siteConfig": {"linuxFxVersion": UNKNOWN}},
        {"siteConfig": UNKNOWN},
        {"siteConfig": {"appSettings": [{"name": "DOCKER_CUSTOM_IMAGE_NAME", "value": UNKNOWN}]}},
    ):
        with pytest.raises(Undecided):
            found(SITE, properties)
    resource = Resource(SITE, "urn", "name", Value.of({"siteConfig": {"linuxFxVersion": secret("DOCKER|hush/app:1")}}))
    (image,) = images(resource)
    assert (image.text, image.value.shown) == ("hush/app:1", "[secret]")
