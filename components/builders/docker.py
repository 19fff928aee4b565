"""Builds where a Docker engine with BuildKit runs, by Pulumi's provider docker-build, and pushes the image."""

from collections.abc import Mapping

import pulumi
import pulumi_docker_build as docker_build

from .._component import Component
from ._changes import told_build_inputs
from ._image import BuildRequest, BuiltImage


def build_with_docker(component: Component, name: str, request: BuildRequest) -> BuiltImage:
    """Builds and pushes; nothing happens while the content key stays the same.

    Args:
        component: Parent of the resource.
        name: Its name's first part.
        request: What to build; its `docker` says how the engine builds and pushes.
    """
    options = request.docker
    folder = options.folder
    repository = pulumi.Output.format("{0}/{1}", request.login_server, request.image_name)
    tags = request.image_tags()
    image = docker_build.Image(
        f"{name}-image",
        push=True,
        # A preview builds nothing, with any builder.
        build_on_preview=False,
        context=docker_build.BuildContextArgs(location=folder),
        dockerfile=docker_build.DockerfileArgs(location=f"{folder}/{request.dockerfile}"),
        build_args={**request.arguments, **_secret(request.secret_arguments)},
        secrets=_secret(options.build_secrets),
        target=request.stage,
        platforms=[docker_build.Platform(platform) for platform in request.platform.split(",")],
        tags=pulumi.Output.all(repository, tags).apply(lambda both: [f"{both[0]}:{tag}" for tag in both[1]]),
        registries=_logins(request),
        cache_from=[_cache_from(options.cache_image)] if options.cache_image is not None else None,
        cache_to=[_cache_to(options.cache_image)] if options.cache_image is not None else None,
        opts=component.child(
            # As with ACR Tasks: a new key is a new image, and what means no other image makes none.
            replacement_trigger=request.content_key(),
            ignore_changes=["buildArgs", "secrets", "registries"],
            delete_before_replace=False,
            # The image stays in the registry; the provider would take its tags away.
            retain_on_delete=True,
            hooks=pulumi.ResourceHookBinding(
                before_create=list(request.before_build), after_create=list(request.after_build)
            ),
        ),
    )
    empty = pulumi.Output.from_input("")
    return BuiltImage(
        resource_id=image.id,
        location=empty,
        run_id=empty,
        image_name=pulumi.Output.from_input(request.image_name),
        tags=tags,
        digest=image.digest,
        reference=pulumi.Output.all(repository, tags, image.digest).apply(
            lambda parts: f"{parts[0]}:{parts[1][0]}@{parts[2]}"
        ),
        context_hash=pulumi.Output.from_input(request.context.hash),
        build_inputs=told_build_inputs(component, request),
    )


def _logins(request: BuildRequest) -> pulumi.Output[list[docker_build.RegistryArgs]]:
    """Logins to push, and to pull what the Dockerfile starts from; none where the engine has its own."""
    base, options = request.base, request.docker
    places = [(request.login_server, options.push_username, options.push_password)]
    if base is not None:
        places.append((base.login_server, base.username, base.password))
    usernames = pulumi.Output.all(*(pulumi.Output.from_input(username) for _, username, _ in places))
    return usernames.apply(
        lambda found: [
            docker_build.RegistryArgs(address=host, username=username, password=pulumi.Output.secret(password))
            for (host, _, password), username in zip(places, found, strict=True)
            if username
        ]
    )


def _secret(values: Mapping[str, pulumi.Input[str]]) -> dict[str, pulumi.Output[str]]:
    return {key: pulumi.Output.secret(value) for key, value in values.items()}


def _cache_from(image: pulumi.Input[str]) -> docker_build.CacheFromArgs:
    return docker_build.CacheFromArgs(registry=docker_build.CacheFromRegistryArgs(ref=image))


def _cache_to(image: pulumi.Input[str]) -> docker_build.CacheToArgs:
    mode = docker_build.CacheMode.MAX
    return docker_build.CacheToArgs(registry=docker_build.CacheToRegistryArgs(ref=image, mode=mode))
