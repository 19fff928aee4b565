"""The inputs of `CustomBaseImage`."""

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import NotRequired, TypedDict

import pulumi


class ImageBuilder(str, Enum):
    """Where a base image comes from."""

    ACR_TASKS = "acr_tasks"
    """Built in the registry by ACR Tasks: no Docker engine is needed where Pulumi runs."""
    DOCKER = "docker"
    """Built by a Docker engine with BuildKit that Pulumi can reach, and pushed; for any registry."""
    PREBUILT = "prebuilt"
    """Not built: an image that is there already, public or private, is used as it is, by its digest."""


class RequirementLevel(str, Enum):
    """What happens where a Dockerfile falls short of what Azure ML asks of a base image."""

    ERROR = "error"
    """What Azure ML can't do without stops the deployment; advice, and what the Dockerfile does not tell, is a
    warning."""
    WARNING = "warning"
    """All of it is a warning."""
    OFF = "off"
    """The rules are not asked; that the Dockerfile can be built is still checked."""


class ImageCheck(str, Enum):
    """Whether a built image is asked for its Ubuntu, conda, Python and packages."""

    OFF = "off"
    """It is not asked: the Dockerfile's answer stands alone."""
    WHEN_POSSIBLE = "when_possible"
    """It is asked where a Docker engine answers; where none does, the log says so."""
    REQUIRED = "required"
    """Without a Docker engine that runs the image nothing is built, and the deployment stops."""


class CustomBaseImageArgs(TypedDict):
    """Inputs of `CustomBaseImage`."""

    resource_group_name: pulumi.Input[str]
    """Required. Resource group of the storage account."""

    builder: NotRequired[ImageBuilder]
    """Optional. Where the image comes from. Default: `acr_tasks` where there is a `context`, else `prebuilt`. Example:
    `prebuilt`."""

    default_image: NotRequired[bool]
    """Optional. Whether the catalogue's default image takes the place of this one, all else left as it is: the key that
    support asks for to see whether a fault is the image's. Default: false."""

    import_image: NotRequired[bool]
    """Optional. Whether `prebuilt` puts a copy of the image into the own registry, by a run of ACR Tasks that no Docker
    engine is needed for, and the outputs name the copy. The copy is one platform's and has a digest of its own; `python
    -m tools.promote` copies an image with its digest. Default: false. Example: `true`."""

    registry_name: NotRequired[pulumi.Input[str]]
    """Conditional. Name of the registry that builds and keeps the image. Required with `acr_tasks` and `import_image`.
    Example: output
    `name` of `ContainerRegistry`."""

    registry_resource_group_name: NotRequired[pulumi.Input[str]]
    """Optional. Resource group of that registry. Default: `resource_group_name`. Example: output
    `resource_group_name` of `ContainerRegistry`."""

    login_server: NotRequired[pulumi.Input[str]]
    """Conditional. Login server of that registry; with `docker` the host of any registry. Required with `acr_tasks`,
    `docker` and `import_image`. Example: output `login_server` of `ContainerRegistry`."""

    storage_account_name: NotRequired[pulumi.Input[str]]
    """Conditional. Storage account that the build context is uploaded to. Required with `acr_tasks` and `import_image`.
    Example: output `storage_account_name` of `Workspace`."""

    context: NotRequired[str]
    """Conditional. Folder with the Dockerfile and what it copies, from the working directory. Required with
    `acr_tasks` and `docker`. With `docker`, machines that deploy one stack need the same relative path and umask: the
    provider compares paths and all bits of file modes, and builds anew where they differ. Example:
    `examples/diabetes`."""

    image_name: NotRequired[str]
    """Conditional. Repository of the image in the registry, without host and tag. Required with `acr_tasks`, `docker`
    and `import_image`. Example: `diabetes-base`."""

    image: NotRequired[pulumi.Input[str]]
    """Conditional. The image that `prebuilt` uses. A tag is looked up once, in the `up` that first sees it, and then
    stays the digest that it was, until another image is named. Default: the catalogue's default image. Example:
    `mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:20241202.v1`."""

    dockerfile: NotRequired[str]
    """Optional. Path of the Dockerfile in the context. Default: `Dockerfile`."""

    tags: NotRequired[Sequence[str]]
    """Optional. Tags of the image. Default: one tag made of the content, never a silent `latest`. Example: `["v1"]`."""

    build_arguments: NotRequired[Mapping[str, pulumi.Input[str]]]
    """Optional. Values for the Dockerfile's ARG lines; not for secrets, which would stay in the image. Example:
    `{"PYTHON_VERSION": "3.11"}`."""

    secret_build_arguments: NotRequired[Mapping[str, pulumi.Input[str]]]
    """Optional. Values for ARG lines that are in no log and in no state in the clear, such as the token of a package
    index; what the Dockerfile does with one may still stay in the image. Another value alone is no new build. Example:
    `{"INDEX_TOKEN": config.require_secret("token")}`."""

    stage: NotRequired[str]
    """Optional. Stage of the Dockerfile that is built. Default: the last one. Example: `runtime`."""

    platform: NotRequired[str]
    """Optional. Operating system, architecture and variant of the image; with `docker` several, with commas between
    them. Default: `linux/amd64`. Example: `linux/arm64`."""

    push_username: NotRequired[pulumi.Input[str]]
    """Conditional. User name that `docker` pushes with. Required with `push_password`; without both the engine's own
    login is used. Example: `contoso-push`."""

    push_password: NotRequired[pulumi.Input[str]]
    """Conditional. Password that `docker` pushes with; treated as a secret. Required with `push_username`."""

    cache_image: NotRequired[pulumi.Input[str]]
    """Optional. Image that keeps the cache of `docker` builds between machines. Default: no cache but the engine's own.
    Example: `contoso.azurecr.io/cache:diabetes`."""

    build_secrets: NotRequired[Mapping[str, pulumi.Input[str]]]
    """Optional. Secrets that RUN steps mount with `docker` (`--mount=type=secret,id=...`), and that are in no layer.
    Another value alone is no new build. Example: `{"token": config.require_secret("token")}`."""

    agent_pool: NotRequired[str]
    """Optional. Agent pool of the registry that runs the build; one in a virtual network reaches what the shared agents
    can't. Default: the shared agents. Example: `builders`."""

    timeout_seconds: NotRequired[int]
    """Optional. Longest time of the build in seconds, from 300 to 28800. Default: 28800. Example: `1800`."""

    requirement_level: NotRequired[RequirementLevel]
    """Optional. How heavy it is when the Dockerfile falls short of what Azure ML asks of a base image: Ubuntu 16.04,
    conda 4.5 and Python 3.5 or later, no entry point of its own, no secret in ARG or ENV. Default: `error`. Example:
    `warning`."""

    uses_datasets: NotRequired[bool]
    """Optional. Whether the image is to mount Azure ML datasets, which takes libfuse-dev. Default: false."""

    image_check: NotRequired[ImageCheck]
    """Optional. Whether the built image itself is asked for its Ubuntu, conda, Python and packages by a Docker engine
    (`DOCKER_HOST`, else the default socket), which pulls it and runs one container without network. Default:
    `when_possible` with `docker` and where there is a `packages_file`, else `off`. Example: `required`."""

    packages_file: NotRequired[str]
    """Optional. File that the list of the built image's packages is written to, as CycloneDX JSON, when the image is
    asked; one that is gone is made anew. Default: none. Example: `base.cdx.json`."""

    pull_username: NotRequired[pulumi.Input[str]]
    """Conditional. User name to pull the built image with, to ask it. Required with `pull_password`; without both it is
    `push_username`, else the engine's own login. Example: output `pull_username` of `ContainerRegistry`."""

    pull_password: NotRequired[pulumi.Input[str]]
    """Conditional. Password to pull the built image with; treated as a secret. Required with `pull_username`. Example:
    output `pull_password` of `ContainerRegistry`."""

    base_image_registry: NotRequired[pulumi.Input[str]]
    """Conditional. Host of another private registry that the Dockerfile starts FROM, of Azure or of anybody. Required
    with `base_image_username`, but for `prebuilt`, where `image` names it. Example: `registry.contoso.com`."""

    base_image_username: NotRequired[pulumi.Input[str]]
    """Conditional. User name to pull from that registry with. Required with `base_image_password`."""

    base_image_password: NotRequired[pulumi.Input[str]]
    """Conditional. Password to pull from that registry with; treated as a secret. Required with
    `base_image_username`."""
