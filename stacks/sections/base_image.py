"""The base image."""

from collections.abc import Iterator
from pathlib import Path

from azureml_scoring import ImageBuilder, ImageCheck, RequirementLevel, base_image_problems
from azureml_scoring.rules import Problem
from pydantic import Field, SecretStr

from stacks.lock import BASE
from stacks.reading import is_secret
from stacks.sections._section import LATER, Section, plain_password

_GIVEN = ("resource_group_name", "registry_name", "login_server", "storage_account_name")
"""What the program gives."""


class BaseImageSettings(Section):
    """The base image: inputs of `CustomBaseImage`."""

    builder: ImageBuilder | None = Field(default=None, examples=["acr_tasks"])
    """Where the image comes from; by what else is set when left out."""
    default_image: bool = Field(default=False, examples=[True])
    """Whether the catalogue's default image takes the place of this one."""
    context: str | None = Field(default=None, examples=["examples/diabetes"])
    """Folder with the Dockerfile and what it copies."""
    image_name: str | None = Field(default=None, examples=["diabetes-base"])
    """Repository in the registry, without host and tag."""
    image: str | None = Field(default=None, examples=["mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:20241202.v1"])
    """Image that is used as it is."""
    import_image: bool = Field(default=False, examples=[True])
    """Whether `prebuilt` puts a copy of the image into the own registry."""
    dockerfile: str = Field(default="Dockerfile", examples=["Dockerfile"])
    """Path of the Dockerfile in the context."""
    tags: list[str] = Field(default=[], examples=[["v1"]])
    """Tags of the image; a content tag when left out."""
    build_arguments: dict[str, str] = Field(default={}, examples=[{"PYTHON_VERSION": "3.11"}])
    """Values for the Dockerfile's ARG lines."""

    secret_build_arguments: dict[str, SecretStr] = Field(default={}, examples=[{"INDEX_TOKEN": "..."}])
    """Values for ARG lines that are secret: set them with `pulumi config set --secret --path`."""
    stage: str | None = Field(default=None, examples=["runtime"])
    """Stage of the Dockerfile that is built."""
    platform: str | None = Field(default=None, examples=["linux/arm64"])
    """Operating system, architecture and variant of the image."""
    push_username: str | None = Field(default=None, examples=["contoso-push"])
    """User name that `docker` pushes with."""
    push_password: SecretStr | None = Field(default=None, examples=["..."])
    """Password that `docker` pushes with: set it with `pulumi config set --secret --path`."""
    cache_image: str | None = Field(default=None, examples=["contoso.azurecr.io/cache:diabetes"])
    """Image that keeps the cache of `docker` builds."""
    build_secrets: dict[str, SecretStr] = Field(default={}, examples=[{"token": "..."}])
    """Secrets that RUN steps mount with `docker`: set them with `pulumi config set --secret --path`."""
    agent_pool: str | None = Field(default=None, examples=["builders"])
    """Agent pool of the registry that runs the build."""
    timeout_seconds: int = Field(default=28800, examples=[1800])
    """Longest time of the build in seconds."""
    requirement_level: RequirementLevel | None = Field(default=None, examples=["warning"])
    """How heavy it is when the Dockerfile falls short of what Azure ML asks of a base image."""
    uses_datasets: bool = Field(default=False, examples=[True])
    """Whether the image is to mount Azure ML datasets."""
    image_check: ImageCheck | None = Field(default=None, examples=["required"])
    """Whether the built image itself is asked what is in it."""
    packages_file: str | None = Field(default=None, examples=["base.cdx.json"])
    """File that the list of its packages is written to."""
    pull_username: str | None = Field(default=None, examples=["contoso-pull"])
    """User name to pull it with, to ask it."""
    pull_password: SecretStr | None = Field(default=None, examples=["..."])
    """Password to pull it with: set it with `pulumi config set --secret --path`."""

    base_image_registry: str | None = Field(default=None, examples=["registry.contoso.com"])
    """Host of another private registry that the Dockerfile starts FROM."""
    base_image_username: str | None = Field(default=None, examples=["contoso-pull"])
    """User name to pull from it with."""
    base_image_password: SecretStr | None = Field(default=None, examples=["..."])
    """Password to pull from it with: set it with `pulumi config set --secret --path`."""

    def problems(self, key: str = "baseImage") -> Iterator[Problem]:
        """Every broken rule.

        Args:
            key: Where it stands in the configuration.
        """
        top, _, below = key.partition(".")
        files = {str(Path(self.context or "", self.dockerfile)): "dockerfile"}
        given = dict.fromkeys(_GIVEN, LATER) | self.checked_inputs()
        yield from self.found(base_image_problems(below or BASE, given), key, files)
        secrets = {
            "baseImagePassword": self.base_image_password,
            "pullPassword": self.pull_password,
            "pushPassword": self.push_password,
            "secretBuildArguments": self.secret_build_arguments,
            "buildSecrets": self.build_secrets,
        }
        if held := [key for key, value in secrets.items() if value]:
            yield from plain_password(top, f"{below}.{held[0]}".removeprefix("."))
        elif is_secret(top):
            fix = "buildArguments without a secret"
            yield Problem(key, "must hold no secret: build arguments stay in the image", None, fix)
