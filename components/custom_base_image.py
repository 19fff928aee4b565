"""CustomBaseImage: an image from your own Dockerfile, or one that is there already, known by its digest."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import pulumi

from ._component import Component, read_context, require_registry
from ._image_args import CustomBaseImageArgs, ImageBuilder
from ._image_checks import base_image_problems, builder_of, prebuilt_image
from ._image_question import ImageQuestion
from ._image_report import ImageFiles
from ._input_types import checked
from .builders import (
    BuildRequest,
    BuiltImage,
    DockerOptions,
    build_with_acr_tasks,
    found_image,
    import_context,
    import_request,
    use_prebuilt,
)
from .pull import PullLeaves
from .rules import BuildContext, ImageReference


class CustomBaseImage(Component):
    """An image that is built anew when its content changes, and only then; or one that is used as it is."""

    resource_id: pulumi.Output[str]
    """ARM id of the run that built or imported the image; with `docker` the provider's id; empty where nothing is
    built."""
    name: pulumi.Output[str]
    """Name of the image: the same as `image_name`."""
    resource_group_name: pulumi.Output[str]
    """Resource group of the registry."""
    location: pulumi.Output[str]
    """Azure region of the build; empty where it is not Azure that builds."""
    image_name: pulumi.Output[str]
    """Repository of the image in its registry."""
    tags: pulumi.Output[list[str]]
    """All tags that were given to the image; of one that is used as it is, the tag that it was named by."""
    digest: pulumi.Output[str]
    """Digest of the image's manifest, `sha256:...`."""
    reference: pulumi.Output[str]
    """What to use the image by: `<login server>/<image>:<tag>@<digest>`."""
    run_id: pulumi.Output[str]
    """The registry's name of the build, such as `ca1`; empty where it is not the registry that builds."""
    context_hash: pulumi.Output[str]
    """SHA-256 of the build context, hexadecimal; empty where nothing is built."""
    build_inputs: pulumi.Output[list[str]]
    """What the image was built from: `<kind> <name> <first digits of its SHA-256>` of each file, build argument and
    input. The next preview says by it what changed. Of more than 1000 files only all together."""
    base_images: pulumi.Output[list[str]]
    """Images that the Dockerfile starts FROM, build arguments resolved, or the one that was imported; empty where
    nothing is built or the rules are off. Policies look at it."""
    report: pulumi.Output[list[str]]
    """What the rules know of the image (`Ubuntu: 22.04`, ...), then each finding, `<weight>: <sentence>`, then what
    hadolint says, or that it was not there to be asked; empty where nothing is built or the rules are off."""
    image_report: pulumi.Output[list[str]]
    """What the built image says of itself: `image: <digest>`, then `Ubuntu: 22.04`, ..., then where it falls short or
    differs from its Dockerfile, `<weight>: <sentence>`; or `not asked: <why>`. Empty with `image_check` off."""

    def __init__(self, name: str, args: CustomBaseImageArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        files = ImageFiles()
        args = checked(CustomBaseImage, name, CustomBaseImageArgs, args, partial(base_image_problems, files=files))
        base_images = pulumi.Output.from_input(list[str]())
        report, image_report = list[str](), pulumi.Output.from_input(list[str]())
        if builder_of(args) is not ImageBuilder.PREBUILT:
            request = _request(name, args, read_context(CustomBaseImage, name, lambda: files.context))
            super().__init__(name, opts)
            question = ImageQuestion(self, name, args, builder_of(args), request, files.report)
            image = _built(self, name, args, question.attached(request))
            image_report = question.lines(image.digest)
            base_images = pulumi.Output.from_input(list(files.report.base_images) if files.report else [])
            report = files.lines()
        elif args.get("import_image"):
            request = _request(name, args, import_context())
            super().__init__(name, opts)
            named, leaves = prebuilt_image(args), _base(args)
            found = found_image(self, name, named, leaves)
            image = build_with_acr_tasks(self, name, import_request(request, named, found, leaves))
            base_images = found.apply(lambda reference: [reference])
        else:
            super().__init__(name, opts)
            image = use_prebuilt(self, name, prebuilt_image(args), _base(args))

        self.resource_id = image.resource_id
        self.name = image.image_name
        self.resource_group_name = pulumi.Output.from_input(_registry_group(args))
        self.location = image.location
        self.image_name = image.image_name
        self.tags = image.tags
        self.digest = image.digest
        self.reference = image.reference
        self.run_id = image.run_id
        self.context_hash = image.context_hash
        self.build_inputs = image.build_inputs
        self.base_images = base_images
        self.report = pulumi.Output.from_input(report)
        self.image_report = image_report
        self.register_declared_outputs()


def _built(component: CustomBaseImage, name: str, args: Mapping[str, Any], request: BuildRequest) -> BuiltImage:
    if builder_of(args) is ImageBuilder.ACR_TASKS:
        return build_with_acr_tasks(component, name, request)
    from .builders.docker import build_with_docker  # noqa: PLC0415 - the SDK of docker-build is for it alone

    return build_with_docker(component, name, request)


def _registry_group(args: Mapping[str, Any]) -> pulumi.Input[str]:
    group: pulumi.Input[str] = args.get("registry_resource_group_name", args["resource_group_name"])
    return group


def _request(name: str, args: Mapping[str, Any], context: BuildContext) -> BuildRequest:
    """What is to be built; raises ComponentError without a registry."""
    login_server = require_registry(CustomBaseImage, name, "login_server", args["login_server"])
    registry_name: pulumi.Input[str] = ""
    if builder_of(args) is not ImageBuilder.DOCKER:
        registry_name = require_registry(CustomBaseImage, name, "registry_name", args["registry_name"])
    return BuildRequest(
        context=context,
        dockerfile=args.get("dockerfile", "Dockerfile"),
        arguments=args.get("build_arguments", {}),
        secret_arguments=args.get("secret_build_arguments", {}),
        stage=args.get("stage"),
        platform=args.get("platform", "linux/amd64"),
        agent_pool=args.get("agent_pool"),
        timeout_seconds=int(args["timeout_seconds"]) if "timeout_seconds" in args else None,
        image_name=args["image_name"],
        tags=args.get("tags", []),
        registry_name=registry_name,
        registry_resource_group_name=_registry_group(args),
        login_server=login_server,
        storage_account_name=args.get("storage_account_name", ""),
        resource_group_name=args["resource_group_name"],
        base=PullLeaves.of("base_image", args, args["base_image_registry"]) if "base_image_registry" in args else None,
        docker=_docker(args),
    )


def _docker(args: Mapping[str, Any]) -> DockerOptions:
    return DockerOptions(
        folder=args.get("context", ""),
        push_username=args.get("push_username", ""),
        push_password=args.get("push_password", ""),
        cache_image=args.get("cache_image"),
        build_secrets=args.get("build_secrets", {}),
    )


def _base(args: Mapping[str, Any]) -> PullLeaves:
    """How an image is asked for that is used as it is, or imported; the catalogue's default takes no login."""
    given: Mapping[str, Any] = {} if args.get("default_image") else args
    host = pulumi.Output.from_input(prebuilt_image(args)).apply(lambda text: ImageReference.parse(text).domain)
    return PullLeaves.of("base_image", given, host)
