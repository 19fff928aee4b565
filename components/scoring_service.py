"""ScoringService: a model behind `/score`, on top of your own base image."""

from dataclasses import dataclass

import pulumi

from ._component import Component, read_context, require_registry
from ._input_types import checked
from ._service_args import ScoringServiceArgs, Target
from ._service_checks import local_port, service_problems, service_source
from ._service_image import service_context
from .builders import BuildRequest, BuiltImage, build_with_acr_tasks
from .pull import Preflight, PullLeaves, RegistryPlace
from .rules import BuildContext, ImageReference
from .targets import Deployment, TargetRequest, deploy_locally, deploy_to_aci


class ScoringService(Component):
    """A service image, derived from the base image by digest, and what runs it."""

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
    """The service image: `<login server>/<image>:<tag>@<digest>`."""
    run_id: pulumi.Output[str]
    """The registry's name of the build of the service image."""
    deployment_name: pulumi.Output[str]
    """Name of what runs the service: the container or the container group."""

    def __init__(self, name: str, args: ScoringServiceArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        args = checked(ScoringService, name, ScoringServiceArgs, args, service_problems)
        context = read_context(ScoringService, name, lambda: service_context(service_source(args)))
        registry = _registry(name, args)
        super().__init__(name, opts)
        image = self._build_image(name, args, registry, context)
        deployment = self._deploy(name, args, registry, image)

        self.resource_id = deployment.resource_id
        self.name = deployment.name
        self.resource_group_name = pulumi.Output.from_input(args["resource_group_name"])
        self.location = deployment.location
        self.scoring_uri = deployment.address.apply(lambda address: f"{address}/score")
        self.swagger_uri = deployment.address.apply(lambda address: f"{address}/swagger.json")
        self.state = deployment.state
        self.image_reference = image.reference
        self.run_id = image.run_id
        self.deployment_name = deployment.name
        self.register_declared_outputs()

    def _build_image(
        self, name: str, args: ScoringServiceArgs, registry: "_Registry", context: BuildContext
    ) -> BuiltImage:
        base_image = pulumi.Output.from_input(args["base_image"]).apply(_by_digest)
        host = base_image.apply(lambda reference: ImageReference.parse(reference).domain)
        base = PullLeaves.of("base_image", args, host)
        request = BuildRequest(
            context=context,
            dockerfile="Dockerfile",
            arguments={"BASE_IMAGE": base_image},
            image_name=name,
            tags=[],
            registry_name=registry.place.name,
            registry_resource_group_name=registry.place.resource_group_name,
            login_server=registry.login_server,
            storage_account_name=args["storage_account_name"],
            resource_group_name=args["resource_group_name"],
            base=base,
            before_build=[Preflight(self, name, base_image, base, _wait(args)).before_build(registry.login_server)],
        )
        return build_with_acr_tasks(self, name, request)

    def _deploy(self, name: str, args: ScoringServiceArgs, registry: "_Registry", image: BuiltImage) -> Deployment:
        target, reference = Target(args.get("target", Target.LOCAL)), image.reference.apply(_by_digest)
        leaves = PullLeaves.of("pull", args, registry.login_server, outside_azure=target is Target.LOCAL)
        request = TargetRequest(
            image=reference,
            leaves=leaves,
            preflight=Preflight(self, name, reference, leaves, _wait(args), registry.place),
            environment={"SERVICE_NAME": name, **args.get("environment_variables", {})},
            secret_environment={
                key: pulumi.Output.secret(value) for key, value in args.get("secret_environment_variables", {}).items()
            },
            resource_group_name=args["resource_group_name"],
            location=args.get("location"),
            tags=args.get("tags"),
        )
        if target is Target.LOCAL:
            return deploy_locally(self, name, request, local_port(args))
        options = args.get("aci", {})
        cpu, memory_gb = float(options.get("cpu", 1)), float(options.get("memory_gb", 1.5))
        return deploy_to_aci(self, name, request, cpu, memory_gb, options.get("dns_name_label"))


@dataclass(frozen=True)
class _Registry:
    """The registry that builds and keeps the service image."""

    place: RegistryPlace
    login_server: pulumi.Output[str]


def _registry(name: str, args: ScoringServiceArgs) -> _Registry:
    registry_name, login_server = (
        require_registry(ScoringService, name, subject, value)
        for subject, value in (("registry_name", args["registry_name"]), ("login_server", args["login_server"]))
    )
    group = args.get("registry_resource_group_name", args["resource_group_name"])
    return _Registry(RegistryPlace(registry_name, group), login_server)


def _wait(args: ScoringServiceArgs) -> float:
    return float(args.get("pull_wait_seconds", 300))


def _by_digest(reference: str) -> str:
    """`<repository>@<digest>`: the form that every engine pulls, without the tag, which a digest makes idle."""
    image = ImageReference.parse(reference)
    return f"{image.repository}@{image.digest}" if image.digest else reference
