"""Settings of one stack: everything that `Pulumi.<stack>.yaml` may say, checked as a whole before anything starts.

This is the only reader of Pulumi's configuration. `Settings.load` reports every problem at once: unknown keys, wrong
types, files that are not there, a port in use.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

from azureml_scoring import RegistryMode, RegistrySku, Target
from azureml_scoring.rules import (
    NameKind,
    Problem,
    ServiceSource,
    check_base_image_source,
    check_local_port,
    check_name,
    check_service_source,
)
from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from stacks.reading import InvalidSettings, read_config, validate


class _Section(BaseModel):
    """A part of the configuration: frozen, strict about its keys, which are written in camelCase."""

    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=to_camel, use_attribute_docstrings=True)

    def inputs(self) -> Any:
        """What the stack sets, as inputs of the component; what it leaves out keeps the component's default."""
        return self.model_dump(exclude_unset=True)


class RegistrySettings(_Section):
    """The container registry: inputs of `ContainerRegistry`."""

    registry_name: str | None = Field(None, examples=["contosoml"])
    """Name of the registry; made by Pulumi when left out."""
    sku: RegistrySku = Field(RegistrySku.STANDARD, examples=["Standard"])
    """Service tier."""
    password_valid_days: int = Field(180, ge=1, le=730, examples=[180])
    """Days that a new password of the pull principal is valid."""


class WorkspaceSettings(_Section):
    """The workspace: inputs of `Workspace`."""

    workspace_name: str | None = Field(None, examples=["contoso-ml"])
    """Name of the workspace; made by Pulumi when left out."""
    registry_mode: RegistryMode = Field(RegistryMode.ATTACHED, examples=["attached"])
    """`attached`: the stack's registry; `lazy`: the one that Azure ML creates at its first job or deployment."""
    public_network_access: bool = Field(default=False, examples=[False])
    """Whether the workspace can be reached from the internet."""


class BaseImageSettings(_Section):
    """The base image: inputs of `CustomBaseImage`."""

    context: str = Field(examples=["examples/diabetes"])
    """Folder with the Dockerfile and what it copies."""
    image_name: str = Field(examples=["diabetes-base"])
    """Repository in the registry, without host and tag."""
    dockerfile: str = Field("Dockerfile", examples=["Dockerfile"])
    """Path of the Dockerfile in the context."""
    tags: list[str] = Field(default=[], examples=[["v1"]])
    """Tags of the image; a content tag when left out."""
    build_arguments: dict[str, str] = Field(default={}, examples=[{"PYTHON_VERSION": "3.11"}])
    """Values for the Dockerfile's ARG lines."""

    def problems(self) -> Iterator[Problem]:
        """Every broken rule."""
        yield from check_name(NameKind.IMAGE, self.image_name, "baseImage.imageName")
        for tag in self.tags:
            yield from check_name(NameKind.TAG, tag, "baseImage.tags")
        yield from check_base_image_source(Path(self.context), self.dockerfile, self.build_arguments, "baseImage.")


class ServiceSettings(_Section):
    """One service: inputs of `ScoringService`."""

    entry_script: str = Field(examples=["examples/diabetes/score.py"])
    """Python file with `init()` and `run(data)`."""
    model: str = Field(examples=["examples/diabetes/model/model.joblib"])
    """Model file, or a folder of them."""
    requirements: str = Field(examples=["examples/diabetes/requirements.txt"])
    """pip requirements of the service."""
    source_directory: str | None = Field(None, examples=["src"])
    """Folder that goes into the image with the entry script."""
    environment_variables: dict[str, str] = Field(default={}, examples=[{"WORKER_COUNT": "2"}])
    """Environment variables of the service."""
    target: Target = Field(Target.LOCAL, examples=["local"])
    """Where the service runs."""
    local: LocalSettings | None = Field(None, examples=[{"port": 8890}])
    """Options of the target `local`."""
    aci: AciSettings | None = Field(None, examples=[{"cpu": 1, "memoryGb": 1.5}])
    """Options of the target `aci`."""

    @property
    def port(self) -> int | None:
        """The local port; None for another target."""
        return (self.local or LocalSettings()).port if self.target is Target.LOCAL else None

    def problems(self, name: str) -> Iterator[Problem]:
        """Every broken rule."""
        prefix = f"services.{name}."
        yield from check_name(NameKind.IMAGE, name, f"services.{name}")
        folder = Path(self.source_directory) if self.source_directory else None
        source = ServiceSource(Path(self.entry_script), folder, Path(self.model), Path(self.requirements))
        yield from check_service_source(source, prefix)
        if self.port is not None:
            yield from check_local_port(self.port, name, f"{prefix}local.port")
        for other in {Target.LOCAL, Target.ACI} - {self.target}:
            if getattr(self, other.value) is not None:
                rule = f"is not taken with target {self.target.value}"
                yield Problem(f"{prefix}{other.value}", rule, "options", f"target: {other.value}")


class LocalSettings(_Section):
    """Options of the target `local`."""

    port: int = Field(8890, ge=1, le=65535, examples=[8890])
    """Port on 127.0.0.1."""


class AciSettings(_Section):
    """Options of the target `aci`."""

    cpu: float = Field(1, gt=0, multiple_of=0.5, examples=[1])
    """Cores, in halves."""
    memory_gb: float = Field(1.5, gt=0, examples=[1.5])
    """Memory in GB."""
    dns_name_label: str | None = Field(None, examples=["contoso-diabetes"])
    """First part of the host name."""


class Settings(_Section):
    """One stack."""

    location: str = Field(examples=["westeurope"])
    """Azure region of everything."""
    base_image: BaseImageSettings
    """The base image that all services are built on."""
    services: dict[str, ServiceSettings] = Field(min_length=1, examples=[{"diabetes": {"target": "local"}}])
    """Services by name."""
    registry: RegistrySettings = RegistrySettings()
    """The container registry."""
    workspace: WorkspaceSettings = WorkspaceSettings()
    """The workspace."""
    tags: dict[str, str] = Field(default={}, examples=[{"team": "ml"}])
    """Tags of everything that takes tags."""

    @classmethod
    def load(cls) -> Self:
        """The settings of the stack that runs.

        Raises:
            InvalidSettings: Something in them is wrong; it names every problem.
        """
        config = read_config()
        settings, problems = validate(cls, config)
        if settings is None:
            raise InvalidSettings(problems)
        found = [problem for problem in settings.problems() if not problem.warning]
        if found:
            raise InvalidSettings(found)
        return settings

    def problems(self) -> Iterator[Problem]:
        """Every broken rule, of each part and between them."""
        yield from self.base_image.problems()
        for name, service in self.services.items():
            yield from service.problems(name)
        ports = Counter(service.port for service in self.services.values() if service.port is not None)
        for port in sorted(port for port, uses in ports.items() if uses > 1):
            names = sorted(name for name, service in self.services.items() if service.port == port)
            yield Problem(
                "services", "must each have a local port of their own", f"{port} for {', '.join(names)}", "8891"
            )
