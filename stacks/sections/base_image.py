"""The base image."""

from collections.abc import Iterator
from pathlib import Path

from azureml_scoring import base_image_problems
from azureml_scoring.rules import Problem
from pydantic import Field, SecretStr

from stacks.reading import is_secret
from stacks.sections._section import Section, plain_password


class BaseImageSettings(Section):
    """The base image: inputs of `CustomBaseImage`."""

    context: str = Field(examples=["examples/diabetes"])
    """Folder with the Dockerfile and what it copies."""
    image_name: str = Field(examples=["diabetes-base"])
    """Repository in the registry, without host and tag."""
    dockerfile: str = Field(default="Dockerfile", examples=["Dockerfile"])
    """Path of the Dockerfile in the context."""
    tags: list[str] = Field(default=[], examples=[["v1"]])
    """Tags of the image; a content tag when left out."""
    build_arguments: dict[str, str] = Field(default={}, examples=[{"PYTHON_VERSION": "3.11"}])
    """Values for the Dockerfile's ARG lines."""

    base_image_registry: str | None = Field(default=None, examples=["registry.contoso.com"])
    """Host of another private registry that the Dockerfile starts FROM."""
    base_image_username: str | None = Field(default=None, examples=["contoso-pull"])
    """User name to pull from it with."""
    base_image_password: SecretStr | None = Field(default=None, examples=["..."])
    """Password to pull from it with: set it with `pulumi config set --secret --path`."""

    def problems(self) -> Iterator[Problem]:
        """Every broken rule."""
        files = {str(Path(self.context, self.dockerfile)): "dockerfile"}
        yield from self.found(base_image_problems("base", self.checked_inputs()), "baseImage", files)
        if self.base_image_password is not None:
            yield from plain_password("baseImage", "baseImagePassword")
        elif is_secret("baseImage"):
            fix = "buildArguments without a secret"
            yield Problem("baseImage", "must hold no secret: build arguments stay in the image", None, fix)
