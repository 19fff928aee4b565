"""CustomBaseImage: an image from your own Dockerfile, built in the registry and known by its digest."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NotRequired, TypedDict

import pulumi

from ._component import Component, check, check_keys, known, read_context
from .builders import BuildRequest, build_with_acr_tasks
from .rules import BuildContext, NameKind, check_base_image_source, check_image_stem, check_name


class CustomBaseImageArgs(TypedDict):
    """Inputs of `CustomBaseImage`."""

    resource_group_name: pulumi.Input[str]
    """Required. Resource group of the registry and of the storage account."""

    registry_name: pulumi.Input[str]
    """Required. Name of the registry that builds and keeps the image. Example: output `name` of `ContainerRegistry`."""

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

    def __init__(self, name: str, args: CustomBaseImageArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        check_keys(CustomBaseImage, name, CustomBaseImageArgs, args)
        context = _checked_context(name, args)
        super().__init__(name, opts)
        request = BuildRequest(
            context=context,
            dockerfile=args.get("dockerfile", "Dockerfile"),
            arguments=args.get("build_arguments", {}),
            image_name=args["image_name"],
            tags=args.get("tags", []),
            registry_name=args["registry_name"],
            resource_group_name=args["resource_group_name"],
            login_server=args["login_server"],
            storage_account_name=args["storage_account_name"],
        )
        image = build_with_acr_tasks(self, name, request)

        self.resource_id = image.resource_id
        self.name = pulumi.Output.from_input(args["image_name"])
        self.resource_group_name = pulumi.Output.from_input(args["resource_group_name"])
        self.location = image.location
        self.image_name = self.name
        self.tags = image.tags
        self.digest = image.digest
        self.reference = image.reference
        self.run_id = image.run_id
        self.context_hash = pulumi.Output.from_input(context.hash)
        self.register_declared_outputs()


def _checked_context(name: str, args: CustomBaseImageArgs) -> BuildContext:
    """The build context; raises InvalidInput with every problem of the inputs."""
    problems = check_image_stem(name, "name")
    problems += check_name(NameKind.IMAGE, args["image_name"], "image_name")
    for tag in args.get("tags", []):
        problems += check_name(NameKind.TAG, tag, "tags")
    dockerfile = args.get("dockerfile", "Dockerfile")
    # An argument that is not known yet counts as given: Azure has its value before the build starts.
    arguments = {key: known(value) or "unknown" for key, value in args.get("build_arguments", {}).items()}
    problems += check_base_image_source(Path(args["context"]), dockerfile, arguments)
    check(CustomBaseImage, name, problems)
    return read_context(CustomBaseImage, name, lambda: BuildContext.from_directory(args["context"], dockerfile))
