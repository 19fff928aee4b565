"""What a builder takes and gives."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi

from ..pull import PullLeaves
from ..rules import BuildContext, ContextFile

_PLATFORM = "linux/amd64"
_DIGITS = 12
"""Digits of a SHA-256 by which two versions of a part are told apart."""
_LISTED = 1000
"""Most files of a context that are listed one by one: the list is kept in the state."""


@dataclass(frozen=True)
class DockerOptions:
    """What the builder `docker` has beside what every builder takes.

    Attributes:
        folder: Folder of the context, which the engine's client reads itself.
        push_username: User name to push with; empty where the engine has a login of its own.
        push_password: Password to push with.
        cache_image: Image that keeps the build cache; None for none.
        build_secrets: Secrets that RUN steps may mount, by id.
    """

    folder: str = ""
    push_username: pulumi.Input[str] = ""
    push_password: pulumi.Input[str] = field(default="", repr=False)
    cache_image: pulumi.Input[str] | None = None
    build_secrets: Mapping[str, pulumi.Input[str]] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class BuildRequest:
    """An image to build.

    Attributes:
        context: The files to build from.
        dockerfile: Path of the Dockerfile in the context.
        arguments: Build arguments by name; the digest of a base image is one of them.
        image_name: Repository in the registry, such as `diabetes-base`.
        tags: Tags to give; when empty, a tag that is made of the content.
        registry_name: Name of the registry; empty for `docker`.
        registry_resource_group_name: Resource group of the registry.
        login_server: Login server of the registry.
        storage_account_name: Storage account that the context is uploaded to; empty for `docker`.
        resource_group_name: Resource group of the storage account.
        secret_arguments: Build arguments whose values are shown nowhere; another value is no new image.
        stage: Stage that is built; None for the last one.
        platform: `os/architecture`, with a variant after it at most; several with commas between them for `docker`.
        agent_pool: Agent pool that builds; None for the shared agents.
        timeout_seconds: Longest time of the build; None for the registry's own limit.
        base: How the base image is pulled where it is in another private registry; a change of it is no new image.
        before_build: Hooks that run before a build, and only then.
        after_build: Hooks that run after a build, and only then.
        docker: What the builder `docker` takes beside this; no other builder looks at it.
    """

    context: BuildContext
    dockerfile: str
    arguments: Mapping[str, pulumi.Input[str]]
    image_name: str
    tags: Sequence[str]
    registry_name: pulumi.Input[str]
    registry_resource_group_name: pulumi.Input[str]
    login_server: pulumi.Input[str]
    storage_account_name: pulumi.Input[str]
    resource_group_name: pulumi.Input[str]
    secret_arguments: Mapping[str, pulumi.Input[str]] = field(default_factory=dict, repr=False)
    stage: str | None = None
    platform: str = _PLATFORM
    agent_pool: str | None = None
    timeout_seconds: int | None = None
    base: PullLeaves | None = None
    before_build: Sequence[pulumi.ResourceHook] = ()
    after_build: Sequence[pulumi.ResourceHook] = ()
    docker: DockerOptions = DockerOptions()

    def content_key(self) -> pulumi.Output[str]:
        """SHA-256 (hexadecimal) of all that the image depends on: the same key means the same image.

        Known in a preview unless an argument is not.
        """
        return self._known_arguments().apply(self._key)

    def image_tags(self) -> pulumi.Output[list[str]]:
        """The tags asked for; a content tag, never `latest`, when none was."""
        if self.tags:
            return pulumi.Output.from_input(list(self.tags))
        return self.content_key().apply(lambda key: [f"c-{key[:16]}"])

    def build_inputs(self) -> pulumi.Output[list[str]]:
        """What the content key is made of, each part by itself: see `described`."""
        return self._known_arguments().apply(self.described)

    def described(self, arguments: Mapping[str, str | None]) -> list[str]:
        """What the image depends on: `<kind> <name> <first digits of its SHA-256>` each, sorted; no value is in it.

        Args:
            arguments: Values of the build arguments; those that are not known yet (None) are left out.
        """
        files = self.context.files
        if len(files) > _LISTED:
            entries = [f"file (one of {_LISTED} or more) {self.context.hash[:_DIGITS]}"]
        else:
            entries = [f"file {file.path} {_of_file(file)}" for file in files]
        entries += [f"argument {name} {fingerprint(value)}" for name, value in arguments.items() if value is not None]
        options = {"dockerfile": self.dockerfile, "image_name": self.image_name, "tags": json.dumps(sorted(self.tags))}
        options |= self._choices()
        return sorted(entries) + [f"input {name} {fingerprint(value)}" for name, value in sorted(options.items())]

    def _known_arguments(self) -> pulumi.Output[dict[str, str]]:
        names = sorted(self.arguments)
        return pulumi.Output.all(*(self.arguments[name] for name in names)).apply(
            lambda values: dict(zip(names, values, strict=True))
        )

    def _key(self, arguments: Mapping[str, str]) -> str:
        parts = [self.context.hash, self.dockerfile, self.image_name, sorted(self.tags), sorted(arguments.items())]
        choices = sorted(self._choices().items())
        # What is not chosen has no part in the key, so that a new choice to be made is no new image.
        return hashlib.sha256(json.dumps([*parts, *([choices] if choices else [])]).encode()).hexdigest()

    def _choices(self) -> dict[str, str]:
        """What was chosen other than by default, as far as the image depends on it."""
        chosen = {"stage": self.stage, "platform": None if self.platform == _PLATFORM else self.platform}
        names = json.dumps(sorted(self.secret_arguments)) if self.secret_arguments else None
        return {key: value for key, value in (chosen | {"secret_build_arguments": names}).items() if value}


def _of_file(file: ContextFile) -> str:
    """Another one is another mode, link or content at the same path."""
    head = f"{file.mode:o}\0{file.link or ''}\0".encode(errors="surrogateescape")
    return hashlib.sha256(head + file.digest).hexdigest()[:_DIGITS]


def fingerprint(text: str) -> str:
    """The first digits of a text's SHA-256: another one is another text, and the text is not shown."""
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]


@dataclass(frozen=True)
class BuiltImage:
    """An image in a registry.

    Attributes:
        resource_id: ARM id of the build; empty where there was none.
        location: Azure region of the build; empty where there was none.
        run_id: The registry's name of the build; empty where there was none.
        image_name: Repository of the image.
        tags: All tags that the build gave.
        digest: `sha256:...` of the manifest.
        reference: `<login server>/<image>:<tag>@<digest>`, which can't come to mean another image.
        context_hash: SHA-256 of the build context; empty where there was none.
        build_inputs: What the image was made from; see `BuildRequest.described`.
    """

    resource_id: pulumi.Output[str]
    location: pulumi.Output[str]
    run_id: pulumi.Output[str]
    image_name: pulumi.Output[str]
    tags: pulumi.Output[list[str]]
    digest: pulumi.Output[str]
    reference: pulumi.Output[str]
    context_hash: pulumi.Output[str]
    build_inputs: pulumi.Output[list[str]]
