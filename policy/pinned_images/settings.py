"""The options of the pack."""

from __future__ import annotations

from typing import Annotated

from azureml_scoring.policy_kit import RegistryPlace, Settings
from pydantic import AfterValidator, Field

_MOVING = (
    "latest latest-* *-latest dev dev-* devel develop development main master trunk head edge nightly nightly-* canary "
    "rolling stable stable-* unstable current snapshot *-snapshot test testing staging prod production release lts "
    "next beta alpha"
)


def _tag(text: str) -> str:
    if not text or any(sign in text for sign in ":/@ "):
        raise ValueError("must be a pattern of a tag alone, e.g. latest-*")
    return text


TagPattern = Annotated[str, AfterValidator(_tag)]


class PinnedImages(Settings):
    """Which tags move, where a digest is needed, which registries are allowed."""

    mutable_tags: tuple[TagPattern, ...] = Field(
        default=tuple(_MOVING.split()),
        description="Patterns (*, ?) of tags that move; upper and lower case are alike.",
    )
    digest_stacks: tuple[str, ...] = Field(
        default=("prod", "prod-*", "*-prod", "production"),
        description="Patterns of stack names in which every image needs its digest.",
    )
    digest_registries: tuple[RegistryPlace, ...] = Field(
        default=(),
        description="Registries whose images need their digest in every stack, written as allowedRegistries.",
    )
    digest_in_dockerfiles: bool = Field(
        default=False, description="Whether the images of FROM lines need their digest too, where the others do."
    )
    allowed_registries: tuple[RegistryPlace, ...] = Field(
        default=(),
        description=(
            "Where images may come from: a host with its port, if any (mcr.microsoft.com, *.azurecr.io, "
            "127.0.0.2:5000), and if wanted the first parts of the repository (docker.io/library). Empty allows all."
        ),
    )
    project_folder: str = Field(
        default="",
        description="Folder of the Pulumi project, where paths of Dockerfiles start; empty: where pulumi was started.",
    )
