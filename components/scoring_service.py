"""ScoringService: models behind `/score`, on top of your own base image."""

from collections.abc import Mapping

import pulumi

from ._component import Component, check, read_context
from ._input_types import checked
from ._service_args import ScoringServiceArgs
from ._service_checks import service_problems
from ._service_image import service_context
from ._service_options import Target
from ._service_request import (
    Inputs,
    ServiceRegistry,
    base_images_of,
    build_request,
    registry_of,
    target_of,
    target_request,
)
from ._service_versions import ONLINE, service_source, with_v1_files
from .builders import BuiltImage, build_with_acr_tasks
from .rules import BuildContext
from .targets import TARGETS, claimed_port


class ScoringService(Component):
    """What runs models behind `/score`: on `local` and `aci` with a service image, derived from the base image."""

    resource_id: pulumi.Output[str]
    """Id of what runs the service: an ARM id, or a container's id for the target `local`."""
    name: pulumi.Output[str]
    """Name of what runs the service."""
    resource_group_name: pulumi.Output[str]
    """Resource group of the service."""
    location: pulumi.Output[str]
    """Azure region of the service; `local` for the target `local`."""
    scoring_uri: pulumi.Output[str]
    """Where predictions are asked for: `http://<host>:<port>/score`."""
    swagger_uri: pulumi.Output[str]
    """Where the schema of requests and answers is: `http://<host>:<port>/swagger.json`."""
    state: pulumi.Output[str]
    """`Healthy`, `Transitioning`, `Unhealthy` or `Failed`."""
    image_reference: pulumi.Output[str]
    """The service image: `<login server>/<image>:<tag>@<digest>`; with `aks` and `managed_endpoint` the base image."""
    run_id: pulumi.Output[str]
    """The registry's name of the build of the service image; empty where none is built."""
    context_hash: pulumi.Output[str]
    """SHA-256 of the build context of the service image, hexadecimal; empty where none is built."""
    build_inputs: pulumi.Output[list[str]]
    """What the service image was built from, as in `CustomBaseImage`; empty where none is built."""
    base_images: pulumi.Output[list[str]]
    """The base image of each version, by digest; the service image where that was given. Policies look at it."""
    deployment_name: pulumi.Output[str]
    """Name of what runs the service: container, container group, or the online deployment with most traffic."""
    endpoint_name: pulumi.Output[str]
    """Name of the online endpoint; empty with `local` and `aci`."""
    primary_key: pulumi.Output[str]
    """Key that callers show, a secret; empty where callers show none."""
    secondary_key: pulumi.Output[str]
    """Second key that callers may show, a secret; empty where there is none."""

    def __init__(self, name: str, args: ScoringServiceArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        given = checked(ScoringService, name, ScoringServiceArgs, args, service_problems)
        inputs, _ = with_v1_files(given)
        registry, context = registry_of(ScoringService, name, inputs), _context(name, inputs)
        super().__init__(name, opts)
        bases = base_images_of(self, name, inputs)
        image = _image(self, name, inputs, registry, context, bases)
        service_image = None if target_of(inputs) in ONLINE else image.reference
        request = target_request(self, name, inputs, registry, service_image, bases)
        target = target_of(inputs)
        deployment = TARGETS[target].deploy(self, name, request, inputs.get(target.value, {}))

        self.resource_id = deployment.resource_id
        self.name = deployment.name
        self.resource_group_name = pulumi.Output.from_input(inputs["resource_group_name"])
        self.location = deployment.location
        self.scoring_uri = deployment.address.apply(lambda address: f"{address}/score")
        self.swagger_uri = deployment.address.apply(lambda address: f"{address}/swagger.json")
        self.state = deployment.state
        self.image_reference = image.reference
        self.run_id = image.run_id
        self.context_hash = image.context_hash
        self.build_inputs = image.build_inputs
        self.base_images = pulumi.Output.all(*bases.values()).apply(lambda images: [str(one) for one in images])
        self.deployment_name = deployment.name
        self.endpoint_name = deployment.endpoint_name
        self.primary_key = pulumi.Output.secret(deployment.primary_key)
        self.secondary_key = pulumi.Output.secret(deployment.secondary_key)
        self.register_declared_outputs()


def _context(name: str, inputs: Inputs) -> BuildContext | None:
    """The build context of the service image; None where it is given, or where Azure ML makes the image."""
    target = target_of(inputs)
    if target in ONLINE:
        return None
    if target is Target.LOCAL:
        check(ScoringService, name, claimed_port(name, inputs))
    if "service_image" in inputs:
        return None
    return read_context(ScoringService, name, lambda: service_context(service_source(inputs)))


def _image(
    component: ScoringService,
    name: str,
    inputs: Inputs,
    registry: ServiceRegistry,
    context: BuildContext | None,
    bases: Mapping[str, pulumi.Output[str]],
) -> BuiltImage:
    """The service image; without a context the one that was given, or the base image, and nothing is built."""
    first = next(iter(bases.values()))
    if context is not None:
        return build_with_acr_tasks(component, name, build_request(component, name, inputs, registry, context, first))
    nothing, none = pulumi.Output.from_input(""), pulumi.Output.from_input(list[str]())
    return BuiltImage(
        resource_id=nothing,
        location=nothing,
        run_id=nothing,
        image_name=nothing,
        tags=none,
        digest=nothing,
        reference=first,
        context_hash=nothing,
        build_inputs=none,
    )
