"""CustomBaseImage: an image from your own Dockerfile, built in the registry and known by its digest."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NotRequired, TypedDict

import pulumi

from ._component import Component, known, read_context, require_registry
from ._input_types import checked
from .builders import BuildRequest, build_with_acr_tasks, told_build_inputs
from .pull import PullLeaves, access_problems
from .rules import (
    BuildContext,
    NameKind,
    Problem,
    check_base_image_source,
    check_image_stem,
    check_name,
    check_registry_host,
)


class CustomBaseImageArgs(TypedDict):
    """Inputs of `CustomBaseImage`."""

    resource_group_name: pulumi.Input[str]
    """Required. Resource group of the storage account."""

    registry_name: pulumi.Input[str]
    """Required. Name of the registry that builds and keeps the image. Example: output `name` of `ContainerRegistry`."""

    registry_resource_group_name: NotRequired[pulumi.Input[str]]
    """Optional. Resource group of that registry. Default: `resource_group_name`. Example: output
    `resource_group_name` of `ContainerRegistry`."""

    login_server: pulumi.Input[str]
    """Required. Login server of that registry. Example: output `login_server` of `ContainerRegistry`."""

    storage_account_name: pulumi.Input[str]
    """Required. Storage account that the build context is uploaded to. Example: output `storage_account_name` of
    `Workspace`."""

    context: str
    """Required. Folder with the Dockerfile and what it copies, from the working directory. Example:
    `examples/diabetes`."""

    image_name: str
    """Required. Repository of the image in the registry, without host and tag. Example: `diabetes-base`."""

    dockerfile: NotRequired[str]
    """Optional. Path of the Dockerfile in the context. Default: `Dockerfile`."""

    tags: NotRequired[Sequence[str]]
    """Optional. Tags of the image. Default: one tag made of the content, never a silent `latest`. Example: `["v1"]`."""

    build_arguments: NotRequired[Mapping[str, pulumi.Input[str]]]
    """Optional. Values for the Dockerfile's ARG lines; not for secrets, which would stay in the image. Example:
    `{"PYTHON_VERSION": "3.11"}`."""

    base_image_registry: NotRequired[pulumi.Input[str]]
    """Conditional. Host of another private registry that the Dockerfile starts FROM, of Azure or of anybody. Required
    with `base_image_username`. Example: `registry.contoso.com`."""

    base_image_username: NotRequired[pulumi.Input[str]]
    """Conditional. User name to pull from that registry with. Required with `base_image_password`."""

    base_image_password: NotRequired[pulumi.Input[str]]
    """Conditional. Password to pull from that registry with; treated as a secret. Required with
    `base_image_username`."""


class CustomBaseImage(Component):
    """An image that is built anew when its content changes, and only then."""

    resource_id: pulumi.Output[str]
    """ARM id of the run that built the image."""
    name: pulumi.Output[str]
    """Name of the image: the same as `image_name`."""
    resource_group_name: pulumi.Output[str]
    """Resource group of the registry."""
    location: pulumi.Output[str]
    """Azure region of the build."""
    image_name: pulumi.Output[str]
    """Repository of the image in the registry."""
    tags: pulumi.Output[list[str]]
    """All tags that were given to the image."""
    digest: pulumi.Output[str]
    """Digest of the image's manifest, `sha256:...`."""
    reference: pulumi.Output[str]
    """What to use the image by: `<login server>/<image>:<tag>@<digest>`."""
    run_id: pulumi.Output[str]
    """The registry's name of the build, such as `ca1`."""
    context_hash: pulumi.Output[str]
    """SHA-256 of the build context, hexadecimal."""
    build_inputs: pulumi.Output[list[str]]
    """What the image was built from: `<kind> <name> <first digits of its SHA-256>` of each file, build argument and
    input. The next preview says by it what changed. Of more than 1000 files only all together."""

    def __init__(self, name: str, args: CustomBaseImageArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        args = checked(CustomBaseImage, name, CustomBaseImageArgs, args, base_image_problems)
        context = _context(name, args)
        group = args.get("registry_resource_group_name", args["resource_group_name"])
        registry_name = require_registry(CustomBaseImage, name, "registry_name", args["registry_name"])
        login_server = require_registry(CustomBaseImage, name, "login_server", args["login_server"])
        super().__init__(name, opts)
        request = BuildRequest(
            context=context,
            dockerfile=args.get("dockerfile", "Dockerfile"),
            arguments=args.get("build_arguments", {}),
            image_name=args["image_name"],
            tags=args.get("tags", []),
            registry_name=registry_name,
            registry_resource_group_name=group,
            login_server=login_server,
            storage_account_name=args["storage_account_name"],
            resource_group_name=args["resource_group_name"],
            base=PullLeaves.of("base_image", args, args["base_image_registry"])
            if "base_image_registry" in args
            else None,
        )
        image = build_with_acr_tasks(self, name, request)

        self.resource_id = image.resource_id
        self.name = pulumi.Output.from_input(args["image_name"])
        self.resource_group_name = pulumi.Output.from_input(group)
        self.location = image.location
        self.image_name = self.name
        self.tags = image.tags
        self.digest = image.digest
        self.reference = image.reference
        self.run_id = image.run_id
        self.context_hash = pulumi.Output.from_input(context.hash)
        self.build_inputs = told_build_inputs(self, request)
        self.register_declared_outputs()


def base_image_problems(name: str, args: Mapping[str, Any]) -> list[Problem]:
    """What is wrong with the inputs of a base image; values that are not known yet are left to Azure.

    Args:
        name: The component's name.
        args: Its inputs, as in `CustomBaseImageArgs`.
    """
    problems = check_image_stem(name, "name")
    problems += check_name(NameKind.IMAGE, args["image_name"], "image_name")
    for tag in args.get("tags", []):
        problems += check_name(NameKind.TAG, tag, "tags")
    # An argument that is not known yet counts as given: Azure has its value before the build starts.
    arguments = {key: known(value) or "unknown" for key, value in args.get("build_arguments", {}).items()}
    problems += check_base_image_source(Path(args["context"]), args.get("dockerfile", "Dockerfile"), arguments)
    return problems + _base_problems(args)


def _context(name: str, args: CustomBaseImageArgs) -> BuildContext:
    """The build context; raises InvalidInput where it can't be read."""
    dockerfile = args.get("dockerfile", "Dockerfile")
    return read_context(CustomBaseImage, name, lambda: BuildContext.from_directory(args["context"], dockerfile))


def _base_problems(args: Mapping[str, Any]) -> list[Problem]:
    """What can't be among the inputs for a private registry that the Dockerfile starts FROM."""
    problems = access_problems("base_image", args)
    if "base_image_registry" not in args and "base_image_username" in args:
        rule = "is required with base_image_username"
        problems.append(Problem("base_image_registry", rule, None, "registry.contoso.com"))
    host = known(args.get("base_image_registry"))
    return problems + (check_registry_host(host, "base_image_registry") if host is not None else [])
