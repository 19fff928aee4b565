"""From the inputs of a service to what builders and targets take."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pulumi

from ._component import Component, known, require_registry
from ._service_base import by_digest
from ._service_options import Auth, Target
from ._service_versions import ONLINE, default_auth, service_source, versions_of
from .builders import BuildRequest
from .pull import Preflight, PullLeaves, RegistryPlace
from .rules import BuildContext, ImageReference, InvalidImageReference
from .targets import ServedVersion, TargetRequest

Inputs = Mapping[str, Any]
"""Inputs as in `ScoringServiceArgs`, those of the old SDK's files among them."""


@dataclass(frozen=True)
class ServiceRegistry:
    """The registry of a service's image.

    Attributes:
        place: Where in Azure it is; None where nothing was said.
        login_server: Its login server; empty where nothing was said.
    """

    place: RegistryPlace | None
    login_server: pulumi.Output[str]


def registry_of(component: type[Component], name: str, inputs: Inputs) -> ServiceRegistry:
    """The registry that the inputs name.

    Raises:
        ComponentError: They name one that is not there yet, and the service needs it.
    """
    found: dict[str, pulumi.Output[str]] = {}
    for key in ("registry_name", "login_server"):
        given = inputs.get(key, "")
        needed = target_of(inputs) not in ONLINE
        found[key] = require_registry(component, name, key, given) if needed else pulumi.Output.from_input(given)
    group = inputs.get("registry_resource_group_name", inputs["resource_group_name"])
    place = RegistryPlace(found["registry_name"], group) if "registry_name" in inputs else None
    return ServiceRegistry(place, found["login_server"])


def target_of(inputs: Inputs) -> Target:
    """Where the service runs."""
    return Target(inputs.get("target", Target.LOCAL))


def base_images_of(component: Component, name: str, inputs: Inputs) -> dict[str, pulumi.Output[str]]:
    """The base image of each version, with its digest; the service image where that is given, as it holds its base."""
    if "service_image" in inputs:
        return {"": pulumi.Output.from_input(inputs["service_image"])}
    found: dict[str, pulumi.Output[str]] = {}
    for version, values in versions_of(inputs).items():
        given = pulumi.Output.from_input(values["base_image"])
        leaves = PullLeaves.of(_base_prefix(inputs), inputs, given.apply(_host))
        found[version] = by_digest(component, name, values["base_image"], leaves)
    return found


def build_request(
    component: Component,
    name: str,
    inputs: Inputs,
    registry: ServiceRegistry,
    context: BuildContext,
    base_image: pulumi.Output[str],
) -> BuildRequest:
    """The build of the service image."""
    pulled = base_image.apply(_without_tag)
    base = PullLeaves.of("base_image", inputs, pulled.apply(_host))
    preflight = Preflight(component, name, pulled, base, _wait(inputs))
    return BuildRequest(
        context=context,
        dockerfile="Dockerfile",
        arguments={"BASE_IMAGE": pulled},
        image_name=name,
        tags=[],
        registry_name=inputs["registry_name"],
        registry_resource_group_name=inputs.get("registry_resource_group_name", inputs["resource_group_name"]),
        login_server=registry.login_server,
        storage_account_name=inputs["storage_account_name"],
        resource_group_name=inputs["resource_group_name"],
        base=base,
        before_build=[preflight.before_build(registry.login_server)],
    )


def target_request(
    component: Component,
    name: str,
    inputs: Inputs,
    registry: ServiceRegistry,
    image: pulumi.Output[str] | None,
    base_images: Mapping[str, pulumi.Output[str]],
) -> TargetRequest:
    """What the target is asked for.

    Args:
        component: The service.
        name: Its name.
        inputs: Its inputs.
        registry: The registry of its image.
        image: The service image, built or given; None where Azure ML makes it.
        base_images: The base image of each version, with its digest.
    """
    target = target_of(inputs)
    pulled = (image or next(iter(base_images.values()))).apply(_without_tag)
    host = registry.login_server if image else pulled.apply(_host)
    prefix = "pull" if image else _base_prefix(inputs)
    leaves = PullLeaves.of(prefix, inputs, host, outside_azure=target is Target.LOCAL)
    secondary = inputs.get("secondary_key", "")
    insights = inputs.get("application_insights_connection_string")
    return TargetRequest(
        versions=[_version(name, key, values, base_images[key]) for key, values in versions_of(inputs).items()],
        image=pulled if image else None,
        leaves=leaves,
        preflight=Preflight(
            component,
            name,
            pulled,
            leaves,
            _wait(inputs),
            registry.place,
            as_workspace=target in ONLINE,
            given_as="service_image" if "service_image" in inputs else "",
        ),
        registry=registry.place,
        auth=Auth(inputs.get("auth", default_auth(target))),
        primary_key=pulumi.Output.secret(inputs.get("primary_key", "")),
        secondary_key=None if known(secondary) == "" else pulumi.Output.secret(secondary),
        resource_group_name=inputs["resource_group_name"],
        storage_account_name=inputs["storage_account_name"],
        location=inputs.get("location"),
        tags=inputs.get("tags"),
        workspace_name=inputs.get("workspace_name"),
        workspace_resource_group_name=inputs.get("workspace_resource_group_name", inputs["resource_group_name"]),
        traffic=_numbers(inputs.get("traffic", {})),
        mirror_traffic=_numbers(inputs.get("mirror_traffic", {})),
        autoscale=inputs.get("autoscale"),
        application_insights=None if insights is None else pulumi.Output.secret(insights),
        application_insights_enabled=inputs.get("application_insights_enabled", False),
        data_collection=inputs.get("data_collection", {}),
    )


def _version(name: str, key: str, values: Inputs, base_image: pulumi.Output[str]) -> ServedVersion:
    return ServedVersion(
        name=key,
        source=service_source(values),
        base_image=base_image.apply(_without_tag),
        environment={"SERVICE_NAME": name, **values.get("environment_variables", {})},
        secret_environment={
            variable: pulumi.Output.secret(value)
            for variable, value in values.get("secret_environment_variables", {}).items()
        },
        liveness=_numbers(values.get("liveness_probe", {})),
        readiness=_numbers(values.get("readiness_probe", {})),
        request_timeout_seconds=_number(values, "request_timeout_seconds"),
        max_concurrent_requests=_number(values, "max_concurrent_requests"),
        replicas=_number(values, "replicas"),
        instance_type=values.get("instance_type"),
    )


def _numbers(values: Mapping[str, Any]) -> dict[str, Any]:
    """The same with whole numbers, which a plugin's caller sends as floats."""
    return {key: int(value) if isinstance(value, float) else value for key, value in values.items()}


def _number(values: Inputs, key: str) -> int | None:
    return int(values[key]) if key in values else None


def _base_prefix(inputs: Inputs) -> str:
    """Which inputs tell how the base image is pulled: with a service image of its own, never those of that image."""
    return "pull" if target_of(inputs) in ONLINE and "base_image_username" not in inputs else "base_image"


def _wait(inputs: Inputs) -> float:
    return float(inputs.get("pull_wait_seconds", 300))


def _host(reference: str) -> str:
    return ImageReference.parse(reference).domain


def _without_tag(reference: str) -> str:
    """`<repository>@<digest>`: the form that every engine pulls, without the tag, which a digest makes idle."""
    try:
        image = ImageReference.parse(reference)
    except InvalidImageReference:
        return reference  # given as an output: the preflight refuses it
    return f"{image.repository}@{image.digest}" if image.digest else reference
