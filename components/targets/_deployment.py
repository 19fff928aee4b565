"""What a target takes and gives."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi

from ..pull import Preflight, PullLeaves

SCORING_PORT = 5001
"""Port that the scoring server listens on inside its container: the one of Azure ML's own images."""


@dataclass(frozen=True)
class TargetRequest:
    """A service image to run.

    Attributes:
        image: The image by digest: `<login server>/<image>@sha256:...`.
        leaves: How it is pulled.
        preflight: Asks whether it can be, before anything pulls it.
        environment: Environment variables.
        secret_environment: Environment variables whose values are secret outputs.
        resource_group_name: Resource group of what Azure runs.
        location: Azure region of what Azure runs; the resource group's when None.
        tags: Tags of what Azure runs.
    """

    image: pulumi.Output[str]
    leaves: PullLeaves
    preflight: Preflight
    environment: Mapping[str, pulumi.Input[str]]
    secret_environment: Mapping[str, pulumi.Output[str]]
    resource_group_name: pulumi.Input[str]
    location: pulumi.Input[str] | None
    tags: Mapping[str, pulumi.Input[str]] | None


@dataclass(frozen=True)
class Deployment:
    """A service that runs.

    Attributes:
        resource_id: Id of what runs it: an ARM id, or the Docker engine's id of a container.
        name: Name of what runs it.
        location: Azure region; `local` for a container of the local Docker engine.
        address: Where it answers: `http://<host>:<port>`.
        state: `Healthy`, `Transitioning`, `Unhealthy` or `Failed`, as Azure ML has always called it.
    """

    resource_id: pulumi.Output[str]
    name: pulumi.Output[str]
    location: pulumi.Output[str]
    address: pulumi.Output[str]
    state: pulumi.Output[str]
