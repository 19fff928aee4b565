"""Builds in the registry itself, by ACR Tasks: no Docker engine is needed where Pulumi runs."""

import secrets
from datetime import UTC, datetime, timedelta

import pulumi
from pulumi_azure_native import containerregistry, storage

from .._component import Component
from .._errors import ComponentError
from ..pull import PullLeaves
from ..rules import BuildContext, InvalidContext
from ._archive import context_archive
from ._changes import told_build_inputs
from ._image import BuildRequest, BuiltImage
from ._run_log import follow_run_log

_IGNORED = ("sourceLocation", "credentials", "arguments", "agentPoolName", "timeout")
"""Parts of a run's request whose change alone is no new run; arguments that mean another image are in the key."""
_LINK_VALID = timedelta(hours=9)
"""How long the uploaded context can be read: longer than the longest run (8 hours)."""


def build_with_acr_tasks(component: Component, name: str, request: BuildRequest) -> BuiltImage:
    """Uploads the context and runs one build; nothing happens while the content key stays the same.

    Args:
        component: Parent of the resources.
        name: Their names' first part.
        request: What to build.
    """
    run = _run(component, name, request, _upload(component, name, request))
    tags = request.image_tags()
    digest = run.run_result.apply(lambda result: _digest(component, name, result))
    first_tag = tags.apply(lambda all_tags: all_tags[0])
    return BuiltImage(
        resource_id=run.id,
        location=run.location.apply(lambda location: str(location or "")),
        run_id=run.run_result.apply(lambda result: str(result.run_id)),
        image_name=pulumi.Output.from_input(request.image_name),
        tags=tags,
        digest=digest,
        reference=pulumi.Output.format("{0}/{1}:{2}@{3}", request.login_server, request.image_name, first_tag, digest),
        context_hash=pulumi.Output.from_input(request.context.hash),
        build_inputs=told_build_inputs(component, request),
    )


def _upload(component: Component, name: str, request: BuildRequest) -> pulumi.Output[str]:
    """Puts the context into a blob; returns a link that lets its bearer read this one blob for some hours."""
    account, group = request.storage_account_name, request.resource_group_name
    container = storage.BlobContainer(
        f"{name}-contexts",
        account_name=account,
        resource_group_name=group,
        public_access=storage.PublicAccess.NONE,
        opts=component.child(),
    )
    blob = storage.Blob(
        # The content is part of the name, in Pulumi too: a new context is a new resource, and going back to an old one
        # that has not been removed yet finds it.
        f"{name}-context-{request.context.hash[:16]}",
        account_name=account,
        resource_group_name=group,
        container_name=container.name,
        # An upload that was interrupted may be there under its name, and what is there can't be made.
        blob_name=f"{request.context.hash[:16]}-{secrets.token_hex(4)}.tar.gz",
        content_type="application/gzip",
        source=_archive(component, name, request.context),
        opts=component.child(ignore_changes=["blobName"]),
    )
    signature = storage.list_storage_account_service_sas_output(
        account_name=account,
        resource_group_name=group,
        canonicalized_resource=pulumi.Output.format("/blob/{0}/{1}/{2}", account, container.name, blob.name),
        resource=storage.SignedResource.B,
        permissions=storage.Permissions.R,
        protocols=storage.HttpProtocol.HTTPS,
        shared_access_expiry_time=(datetime.now(UTC) + _LINK_VALID).strftime("%Y-%m-%dT%H:%M:%SZ"),
        key_to_sign="key1",
        opts=pulumi.InvokeOutputOptions(parent=component, depends_on=[blob]),
    )
    return pulumi.Output.secret(pulumi.Output.format("{0}?{1}", blob.url, signature.service_sas_token))


def _run(
    component: Component, name: str, request: BuildRequest, source: pulumi.Output[str]
) -> containerregistry.TaskRun:
    return containerregistry.TaskRun(
        f"{name}-build",
        # Pulumi would name every run alike: the next one could not be made beside the one it takes the place of.
        task_run_name=f"{name}-build{secrets.token_hex(4)}",
        resource_group_name=request.registry_resource_group_name,
        registry_name=request.registry_name,
        run_request=containerregistry.DockerBuildRequestArgs(
            type="DockerBuildRequest",
            docker_file_path=request.dockerfile,
            image_names=request.image_tags().apply(lambda tags: [f"{request.image_name}:{tag}" for tag in tags]),
            arguments=_arguments(request),
            is_push_enabled=True,
            target=request.stage,
            platform=_platform(request.platform),
            agent_pool_name=request.agent_pool,
            timeout=request.timeout_seconds,
            source_location=source,
            credentials=_credentials(request.base) if request.base else None,
        ),
        opts=component.child(
            # A new key is a new run; the same key leaves the run alone, although name and link differ every time, a
            # login or a secret may be renewed, and the next run may have more time, elsewhere.
            replacement_trigger=request.content_key(),
            ignore_changes=["taskRunName", *(f"runRequest.{key}" for key in _IGNORED)],
            # A service goes on with the old image until the new one is built.
            delete_before_replace=False,
            # A run is the registry's record of a build, as after `az acr build`; a lock would forbid its removal.
            retain_on_delete=True,
            hooks=follow_run_log(component, name, request),
        ),
    )


def _credentials(base: PullLeaves) -> pulumi.Output[containerregistry.CredentialsArgs | None]:
    """What the run logs in to the base image's registry with; None where it needs no login."""

    def login(values: list[str]) -> containerregistry.CredentialsArgs | None:
        host, username = values
        if not username:
            return None
        kind = containerregistry.SecretObjectType.OPAQUE
        entry = containerregistry.CustomRegistryCredentialsArgs(
            user_name=containerregistry.SecretObjectArgs(type=kind, value=username),
            password=containerregistry.SecretObjectArgs(type=kind, value=base.password),
        )
        return containerregistry.CredentialsArgs(custom_registries={host: entry})

    return pulumi.Output.all(base.login_server, base.username).apply(login)


def _arguments(request: BuildRequest) -> list[containerregistry.ArgumentArgs]:
    shown = [
        containerregistry.ArgumentArgs(name=argument, value=value, is_secret=False)
        for argument, value in sorted(request.arguments.items())
    ]
    secret = [
        containerregistry.ArgumentArgs(name=argument, value=pulumi.Output.secret(value), is_secret=True)
        for argument, value in sorted(request.secret_arguments.items())
    ]
    return shown + secret


def _platform(platform: str) -> containerregistry.PlatformPropertiesArgs:
    _, architecture, *variant = platform.split("/")
    return containerregistry.PlatformPropertiesArgs(
        os=containerregistry.OS.LINUX, architecture=architecture, variant=variant[0] if variant else None
    )


def _archive(component: Component, name: str, context: BuildContext) -> pulumi.FileAsset:
    try:
        return pulumi.FileAsset(str(context_archive(context)))
    except InvalidContext as error:
        raise ComponentError(type(component).__name__, name, str(error)) from error


def _digest(component: Component, name: str, result: containerregistry.outputs.RunResponse) -> str:
    images = result.output_images or []
    if not images or not images[0].digest:
        message = f"run {result.run_id} ended as {result.status} without an image; see its log in the registry"
        raise ComponentError(type(component).__name__, name, message)
    return images[0].digest
