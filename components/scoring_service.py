"""ScoringService: a model behind `/score`, on top of your own base image."""

from collections.abc import Mapping
from enum import Enum
from pathlib import Path
from typing import NotRequired, TypedDict

import pulumi

from ._component import Component, check, check_keys, choice, known, read_context
from ._service_image import service_context
from .builders import BuildRequest, BuiltImage, build_with_acr_tasks
from .rules import (
    BuildContext,
    ImageReference,
    InvalidImageReference,
    NameKind,
    Problem,
    ServiceSource,
    check_image_stem,
    check_local_port,
    check_name,
    check_service_source,
)
from .targets import Deployment, TargetRequest, deploy_locally, deploy_to_aci


class Target(str, Enum):
    """Where a service runs."""

    LOCAL = "local"
    """A container of the local Docker engine."""
    ACI = "aci"
    """Azure Container Instances."""


class LocalOptions(TypedDict):
    """Options of the target `local`."""

    port: NotRequired[int]
    """Optional. Port on 127.0.0.1. Default: 8890."""


class AciOptions(TypedDict):
    """Options of the target `aci`."""

    cpu: NotRequired[float]
    """Optional. Cores, in halves. Default: 1."""

    memory_gb: NotRequired[float]
    """Optional. Memory in GB, in tenths. Default: 1.5."""

    dns_name_label: NotRequired[str]
    """Optional. First part of the host name, unique in the region. Default: none, the service has an IP address
    alone. Example: `contoso-diabetes`."""


class ScoringServiceArgs(TypedDict):
    """Inputs of `ScoringService`."""

    resource_group_name: pulumi.Input[str]
    """Required. Resource group of the registry, the storage account and, for `aci`, the service."""

    base_image: pulumi.Input[str]
    """Required. The base image, by digest. Example: output `reference` of `CustomBaseImage`."""

    registry_name: pulumi.Input[str]
    """Required. Name of the registry that builds and keeps the service image. Example: output `name` of
    `ContainerRegistry`."""

    login_server: pulumi.Input[str]
    """Required. Login server of that registry. Example: output `login_server` of `ContainerRegistry`."""

    pull_username: pulumi.Input[str]
    """Required. User name to pull the image with. Example: output `pull_username` of `ContainerRegistry`."""

    pull_password: pulumi.Input[str]
    """Required. Password to pull the image with; treated as a secret. Example: output `pull_password` of
    `ContainerRegistry`."""

    storage_account_name: pulumi.Input[str]
    """Required. Storage account that the build context is uploaded to. Example: output `storage_account_name` of
    `Workspace`."""

    entry_script: str
    """Required. Python file with `init()` and `run(data)`. Example: `examples/diabetes/score.py`."""

    model: str
    """Required. Model file, or a folder of them; the script finds it under its own name in the folder
    `AZUREML_MODEL_DIR`. Example: `examples/diabetes/model/model.joblib`."""

    requirements: str
    """Required. pip requirements of the service, azureml-inference-server-http among them. Example:
    `examples/diabetes/requirements.txt`."""

    source_directory: NotRequired[str]
    """Optional. Folder that goes into the image with the entry script. Default: the entry script alone."""

    environment_variables: NotRequired[Mapping[str, pulumi.Input[str]]]
    """Optional. Environment variables of the service. Example: `{"WORKER_COUNT": "2"}`."""

    secret_environment_variables: NotRequired[Mapping[str, pulumi.Input[str]]]
    """Optional. Environment variables whose values are secret."""

    target: NotRequired[Target]
    """Optional. `local` or `aci`. Default: `local`."""

    local: NotRequired[LocalOptions]
    """Conditional. Options of the target `local`; not taken with another target."""

    aci: NotRequired[AciOptions]
    """Conditional. Options of the target `aci`; not taken with another target."""

    location: NotRequired[pulumi.Input[str]]
    """Optional. Azure region of the service. Default: the resource group's."""

    tags: NotRequired[Mapping[str, pulumi.Input[str]]]
    """Optional. Tags of the service. Example: `{"team": "ml"}`."""


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
        check_keys(ScoringService, name, ScoringServiceArgs, args)
        source, problems = _source(args), list[Problem]()
        target = choice(Target, args.get("target", Target.LOCAL), "target", problems)
        check(ScoringService, name, [*problems, *_problems(name, args, target), *check_service_source(source)])
        context = read_context(ScoringService, name, lambda: service_context(source))
        super().__init__(name, opts)
        image = self._build_image(name, args, context)
        deployment = self._deploy(name, args, target, image)

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

    def _build_image(self, name: str, args: ScoringServiceArgs, context: BuildContext) -> BuiltImage:
        request = BuildRequest(
            context=context,
            dockerfile="Dockerfile",
            arguments={"BASE_IMAGE": pulumi.Output.from_input(args["base_image"]).apply(_by_digest)},
            image_name=name,
            tags=[],
            registry_name=args["registry_name"],
            resource_group_name=args["resource_group_name"],
            login_server=args["login_server"],
            storage_account_name=args["storage_account_name"],
        )
        return build_with_acr_tasks(self, name, request)

    def _deploy(self, name: str, args: ScoringServiceArgs, target: Target, image: BuiltImage) -> Deployment:
        request = TargetRequest(
            image=image.reference.apply(_by_digest),
            login_server=args["login_server"],
            pull_username=args["pull_username"],
            pull_password=pulumi.Output.secret(args["pull_password"]),
            environment={"SERVICE_NAME": name, **args.get("environment_variables", {})},
            secret_environment={
                key: pulumi.Output.secret(value) for key, value in args.get("secret_environment_variables", {}).items()
            },
            resource_group_name=args["resource_group_name"],
            location=args.get("location"),
            tags=args.get("tags"),
        )
        if target is Target.LOCAL:
            return deploy_locally(self, name, request, _port(args))
        options = args.get("aci", {})
        cpu, memory_gb = float(options.get("cpu", 1)), float(options.get("memory_gb", 1.5))
        return deploy_to_aci(self, name, request, cpu, memory_gb, options.get("dns_name_label"))


def _source(args: ScoringServiceArgs) -> ServiceSource:
    directory = args.get("source_directory")
    return ServiceSource(
        entry_script=Path(args["entry_script"]),
        source_directory=Path(directory) if directory else None,
        model=Path(args["model"]),
        requirements=Path(args["requirements"]),
    )


def _port(args: ScoringServiceArgs) -> int:
    # A plugin's caller sends every number as a float.
    return int(args.get("local", {}).get("port", 8890))


def _by_digest(reference: str) -> str:
    """`<repository>@<digest>`: the form that every engine pulls, without the tag, which a digest makes idle."""
    image = ImageReference.parse(reference)
    return f"{image.repository}@{image.digest}" if image.digest else reference


def _problems(name: str, args: ScoringServiceArgs, target: Target) -> list[Problem]:
    problems = check_image_stem(name, "name")
    base_image = known(args["base_image"])
    if base_image is not None:
        problems += _image_problems(base_image)
    for other in Target:
        if other is not target and other.value in args:
            fix = f"target={other.value}"
            problems.append(Problem(other.value, f"is not taken with target={target.value}", "options", fix))
    return problems + (check_local_port(_port(args), name, "local.port") if target is Target.LOCAL else _aci(args))


def _aci(args: ScoringServiceArgs) -> list[Problem]:
    problems, options = [], args.get("aci", {})
    if (cpu := options.get("cpu", 1)) <= 0 or cpu % 0.5:
        problems.append(Problem("aci.cpu", "must be a positive number of cores, in halves", cpu, "1.5"))
    if (memory := options.get("memory_gb", 1.5)) <= 0:
        problems.append(Problem("aci.memory_gb", "must be a positive number of GB", memory, "1.5"))
    label = options.get("dns_name_label")
    return problems + (check_name(NameKind.DNS_LABEL, label, "aci.dns_name_label") if label else [])


def _image_problems(base_image: str) -> list[Problem]:
    example = "contosoml.azurecr.io/diabetes-base:v1@sha256:<64 hexadecimal digits>"
    try:
        image = ImageReference.parse(base_image)
    except InvalidImageReference as error:
        return [Problem("base_image", f"must be an image reference ({error.reason})", base_image, example)]
    if image.digest is None:
        return [Problem("base_image", "must name the image by its digest", base_image, example)]
    return []
