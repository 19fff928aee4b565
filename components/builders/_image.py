"""What a builder takes and gives."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi

from ..pull import PullLeaves
from ..rules import BuildContext

_DIGITS = 12
"""Digits of a SHA-256 by which two versions of a part are told apart."""
_LISTED = 1000
"""Most files of a context that are listed one by one: the list is kept in the state."""


@dataclass(frozen=True)
class BuildRequest:
    """An image to build.

    Attributes:
        context: The files to build from.
        dockerfile: Path of the Dockerfile in the context.
        arguments: Build arguments by name; the digest of a base image is one of them.
        image_name: Repository in the registry, such as `diabetes-base`.
        tags: Tags to give; when empty, a tag that is made of the content.
        registry_name: Name of the registry.
        registry_resource_group_name: Resource group of the registry.
        login_server: Login server of the registry.
        storage_account_name: Storage account that the context is uploaded to.
        resource_group_name: Resource group of the storage account.
        base: How the base image is pulled where it is in another private registry; a change of it is no new image.
        before_build: Hooks that run before a build, and only then.
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
    base: PullLeaves | None = None
    before_build: Sequence[pulumi.ResourceHook] = ()

    def content_key(self) -> pulumi.Output[str]:
        """SHA-256 (hexadecimal) of all that the image depends on: the same key means the same image.

        Known in a preview unless an argument is not.
        """
        names = sorted(self.arguments)
        return pulumi.Output.all(*(self.arguments[name] for name in names)).apply(
            lambda values: self._key(dict(zip(names, values, strict=True)))
        )

    def image_tags(self) -> pulumi.Output[list[str]]:
        """The tags asked for; a content tag, never `latest`, when none was."""
        if self.tags:
            return pulumi.Output.from_input(list(self.tags))
        return self.content_key().apply(lambda key: [f"c-{key[:16]}"])

    def build_inputs(self) -> pulumi.Output[list[str]]:
        """What the content key is made of, each part by itself: see `described`."""
        names = sorted(self.arguments)
        return pulumi.Output.all(*(self.arguments[name] for name in names)).apply(
            lambda values: self.described(dict(zip(names, values, strict=True)))
        )

    def described(self, arguments: Mapping[str, str | None]) -> list[str]:
        """What the image depends on: `<kind> <name> <first digits of its SHA-256>` each, sorted; no value is in it.

        Args:
            arguments: Values of the build arguments; those that are not known yet (None) are left out.
        """
        files = self.context.files
        if len(files) > _LISTED:
            entries = [f"file (one of {_LISTED} or more) {self.context.hash[:_DIGITS]}"]
        else:
            entries = [f"file {file.path} {file.fingerprint[:_DIGITS]}" for file in files]
        entries += [f"argument {name} {_digest(value)}" for name, value in arguments.items() if value is not None]
        options = {"dockerfile": self.dockerfile, "image_name": self.image_name, "tags": json.dumps(sorted(self.tags))}
        return sorted(entries) + [f"input {name} {_digest(value)}" for name, value in sorted(options.items())]

    def _key(self, arguments: Mapping[str, str]) -> str:
        parts = [self.context.hash, self.dockerfile, self.image_name, sorted(self.tags), sorted(arguments.items())]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]


@dataclass(frozen=True)
class BuiltImage:
    """An image in a registry.

    Attributes:
        resource_id: ARM id of the build.
        location: Azure region of the build.
        run_id: The registry's name of the build.
        tags: All tags that the build gave.
        digest: `sha256:...` of the manifest.
        reference: `<login server>/<image>:<tag>@<digest>`, which can't come to mean another image.
    """

    resource_id: pulumi.Output[str]
    location: pulumi.Output[str]
    run_id: pulumi.Output[str]
    tags: pulumi.Output[list[str]]
    digest: pulumi.Output[str]
    reference: pulumi.Output[str]
