"""What a target takes and gives."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pulumi

from .._component import Component
from .._service_options import Auth
from ..pull import Preflight, PullLeaves, RegistryPlace
from ..rules import ServiceSource

SCORING_PORT = 5001
"""Port that the scoring server listens on inside its container: the one of Azure ML's own images."""


@dataclass(frozen=True)
class ServedVersion:
    """One version of a service.

    Attributes:
        name: Name of the variant; empty for the only version of a service.
        source: Entry script, source folder, models and Python environment.
        base_image: The base image by digest: `<repository>@sha256:...`; the service image where that was given.
        environment: Environment variables.
        secret_environment: Environment variables whose values are secret outputs.
        liveness: As in `Probe`, without what was left out.
        readiness: As in `Probe`, without what was left out.
        request_timeout_seconds: Longest time of a prediction; None for the target's default.
        max_concurrent_requests: Predictions at one time; None for the target's default.
        replicas: Instances; None for the target's default.
        instance_type: The variant's own instance type; None for that of the target's options.
    """

    name: str
    source: ServiceSource
    base_image: pulumi.Output[str]
    environment: Mapping[str, pulumi.Input[str]]
    secret_environment: Mapping[str, pulumi.Output[str]]
    liveness: Mapping[str, Any]
    readiness: Mapping[str, Any]
    request_timeout_seconds: int | None = None
    max_concurrent_requests: int | None = None
    replicas: int | None = None
    instance_type: str | None = None


@dataclass(frozen=True)
class TargetRequest:
    """A service to run.

    Attributes:
        versions: Its versions; exactly one on `local` and `aci`.
        image: The service image by digest, `<login server>/<image>@sha256:...`; None on `aks` and
            `managed_endpoint`, where Azure ML makes it.
        leaves: How the image is pulled: the service image, or the base image where there is no other.
        preflight: Asks whether it can be, before anything pulls it.
        registry: Where in Azure its registry is; None where nothing was said.
        auth: What callers show.
        primary_key: Key that was given; a secret, empty for none.
        secondary_key: Second key that was given; a secret, None for none.
        resource_group_name: Resource group of what Azure runs.
        storage_account_name: Storage account for uploads.
        location: Azure region of what Azure runs; the resource group's or the workspace's when None.
        tags: Tags of what Azure runs.
        workspace_name: The Azure ML workspace; None on `local` and `aci`.
        workspace_resource_group_name: Its resource group; None on `local` and `aci`.
        traffic: Percent of the requests by variant; empty for one version.
        mirror_traffic: Percent of the requests that are copied, by variant.
        autoscale: As in `Autoscale`; None for a fixed number.
        application_insights: Connection string that the server sends to; a secret, None for nowhere.
        application_insights_enabled: Whether Azure ML sends to the workspace's Application Insights.
        data_collection: As in `Collection`, by name of the collection.
    """

    versions: Sequence[ServedVersion]
    image: pulumi.Output[str] | None
    leaves: PullLeaves
    preflight: Preflight
    auth: Auth
    primary_key: pulumi.Output[str]
    secondary_key: pulumi.Output[str] | None
    resource_group_name: pulumi.Input[str]
    storage_account_name: pulumi.Input[str]
    registry: RegistryPlace | None = None
    location: pulumi.Input[str] | None = None
    tags: Mapping[str, pulumi.Input[str]] | None = None
    workspace_name: pulumi.Input[str] | None = None
    workspace_resource_group_name: pulumi.Input[str] | None = None
    traffic: Mapping[str, int] = field(default_factory=dict)
    mirror_traffic: Mapping[str, int] = field(default_factory=dict)
    autoscale: Mapping[str, Any] | None = None
    application_insights: pulumi.Output[str] | None = None
    application_insights_enabled: bool = False
    data_collection: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


def or_nothing(secret: pulumi.Output[str] | None) -> pulumi.Output[str]:
    """A secret as an output; empty, and a secret as well, where there is none."""
    return pulumi.Output.secret("") if secret is None else secret


@dataclass(frozen=True)
class Deployment:
    """A service that runs.

    Attributes:
        resource_id: Id of what runs it: an ARM id, or the Docker engine's id of a container.
        name: Name of what runs it: container, container group, or the deployment with most traffic.
        location: Azure region; `local` for a container of the local Docker engine.
        address: Where it answers: `http://<host>:<port>`, to which `/score` and `/swagger.json` are added.
        state: `Healthy`, `Transitioning`, `Unhealthy` or `Failed`, as Azure ML has always called it.
        primary_key: Key that callers show; a secret, empty without keys.
        secondary_key: Second key that callers may show; a secret, empty without keys.
        endpoint_name: Name of the online endpoint; empty where there is none.
    """

    resource_id: pulumi.Output[str]
    name: pulumi.Output[str]
    location: pulumi.Output[str]
    address: pulumi.Output[str]
    state: pulumi.Output[str]
    primary_key: pulumi.Output[str]
    secondary_key: pulumi.Output[str]
    endpoint_name: pulumi.Output[str]


Deploy = Callable[[Component, str, TargetRequest, Any], Deployment]
"""A target: parent, first part of its resources' names, what to run, its own options (as checked)."""
