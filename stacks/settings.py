"""Settings of one stack: everything that `Pulumi.<stack>.yaml` may say, checked as a whole before anything starts.

This is the only reader of Pulumi's configuration. `Settings.load` reports every problem at once: unknown keys, wrong
types, files that are not there, a port in use.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Self

from azureml_scoring import RegistryMode, RegistrySku, Target
from azureml_scoring.rules import (
    NameKind,
    Problem,
    ServiceSource,
    check_base_image_source,
    check_image_stem,
    check_local_port,
    check_name,
    check_service_source,
)
from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from stacks.reading import InvalidSettings, is_secret, keyed, read_config, validate


class _Section(BaseModel):
    """A part of the configuration: frozen, strict about its keys, which are written in camelCase."""

    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=to_camel, use_attribute_docstrings=True)

    def inputs(self) -> Any:
        """What the stack sets, as inputs of the component; what it leaves out keeps the component's default."""
        return self.model_dump(exclude_unset=True, exclude_none=True)


class RegistrySettings(_Section):
    """The container registry: inputs of `ContainerRegistry`."""

    registry_name: str | None = Field(default=None, examples=["contosoml"])
    """Name of the registry; made by Pulumi when left out."""
    sku: RegistrySku = Field(default=RegistrySku.STANDARD, examples=["Standard"])
    """Service tier."""
    password_valid_days: int = Field(default=180, ge=1, le=730, examples=[180])
    """Days that a new password of the pull principal is valid."""

    def problems(self) -> Iterator[Problem]:
        """Every broken rule."""
        if self.registry_name is not None:
            yield from check_name(NameKind.REGISTRY, self.registry_name, "registry.registryName")


class WorkspaceSettings(_Section):
    """The workspace: inputs of `Workspace`."""

    workspace_name: str | None = Field(default=None, examples=["contoso-ml"])
    """Name of the workspace; made by Pulumi when left out."""
    registry_mode: RegistryMode = Field(default=RegistryMode.ATTACHED, examples=["attached"])
    """`attached`: the stack's registry; `lazy`: the one that Azure ML creates at its first job or deployment."""
    public_network_access: bool = Field(default=False, examples=[False])
    """Whether the workspace can be reached from the internet."""

    def problems(self) -> Iterator[Problem]:
        """Every broken rule."""
        if self.workspace_name is not None:
            yield from check_name(NameKind.WORKSPACE, self.workspace_name, "workspace.workspaceName")


class BaseImageSettings(_Section):
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

    def problems(self) -> Iterator[Problem]:
        """Every broken rule."""
        yield from check_name(NameKind.IMAGE, self.image_name, "baseImage.imageName")
        for tag in self.tags:
            yield from check_name(NameKind.TAG, tag, "baseImage.tags")
        found = check_base_image_source(Path(self.context), self.dockerfile, self.build_arguments)
        yield from keyed(found, "baseImage", {str(Path(self.context, self.dockerfile)): "dockerfile"})
        if is_secret("baseImage"):
            fix = "buildArguments without a secret"
            yield Problem("baseImage", "must hold no secret: build arguments stay in the image", None, fix)


class ServiceSettings(_Section):
    """One service: inputs of `ScoringService`."""

    entry_script: str = Field(examples=["examples/diabetes/score.py"])
    """Python file with `init()` and `run(data)`."""
    model: str = Field(examples=["examples/diabetes/model/model.joblib"])
    """Model file, or a folder of them."""
    requirements: str = Field(examples=["examples/diabetes/requirements.txt"])
    """pip requirements of the service."""
    source_directory: str | None = Field(default=None, examples=["src"])
    """Folder that goes into the image with the entry script."""
    environment_variables: dict[str, str] = Field(default={}, examples=[{"WORKER_COUNT": "2"}])
    """Environment variables of the service."""
    secret_environment_variables: dict[str, str] = Field(default={}, examples=[{"API_KEY": "..."}])
    """Environment variables whose values are secret: set them with `pulumi config set --secret --path`."""
    target: Target = Field(default=Target.LOCAL, examples=["local"])
    """Where the service runs."""
    local: LocalSettings | None = Field(default=None, examples=[{"port": 8890}])
    """Options of the target `local`."""
    aci: AciSettings | None = Field(default=None, examples=[{"cpu": 1, "memoryGb": 1.5}])
    """Options of the target `aci`."""

    @property
    def port(self) -> int | None:
        """The local port; None for another target."""
        return (self.local or LocalSettings()).port if self.target is Target.LOCAL else None

    def inputs(self) -> Any:
        """As of every section; where a part of `services` was set with --secret, all variables count as secret."""
        inputs = super().inputs()
        if is_secret("services"):
            shown = inputs.pop("environment_variables", {})
            inputs["secret_environment_variables"] = shown | inputs.get("secret_environment_variables", {})
        return inputs

    def problems(self, name: str) -> Iterator[Problem]:
        """Every broken rule."""
        key = f"services.{name}"
        yield from check_image_stem(name, key)
        folder = Path(self.source_directory) if self.source_directory else None
        source = ServiceSource(Path(self.entry_script), folder, Path(self.model), Path(self.requirements))
        files = {str(source.entry_script): "entryScript", str(source.requirements): "requirements"}
        yield from keyed(check_service_source(source), key, files)
        if self.port is not None:
            yield from check_local_port(self.port, name, f"{key}.local.port")
        if self.aci is not None and self.aci.dns_name_label is not None:
            yield from check_name(NameKind.DNS_LABEL, self.aci.dns_name_label, f"{key}.aci.dnsNameLabel")
        for other in Target:
            if other is not self.target and getattr(self, other.value) is not None:
                rule = f"is not taken with target {self.target.value}"
                yield Problem(f"{key}.{other.value}", rule, "options", f"target: {other.value}")


class LocalSettings(_Section):
    """Options of the target `local`."""

    port: int = Field(default=8890, ge=1, le=65535, examples=[8890])
    """Port on 127.0.0.1."""


class AciSettings(_Section):
    """Options of the target `aci`."""

    cpu: float = Field(default=1, gt=0, multiple_of=0.5, examples=[1])
    """Cores, in halves."""
    memory_gb: float = Field(default=1.5, gt=0, examples=[1.5])
    """Memory in GB."""
    dns_name_label: str | None = Field(default=None, examples=["contoso-diabetes"])
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
        # What has the right form is checked to the end, whatever is wrong with the form of the rest.
        problems += _problems(config)
        broken = [problem for problem in problems if not problem.warning]
        if settings is None or broken:
            raise InvalidSettings(broken)
        return settings


def _shared_ports(services: Mapping[str, ServiceSettings]) -> Iterator[Problem]:
    """A problem for each local port that more than one service asks for."""
    ports = Counter(service.port for service in services.values() if service.port is not None)
    for port in sorted(port for port, uses in ports.items() if uses > 1):
        names = sorted(name for name, service in services.items() if service.port == port)
        taken = f"{port} for {', '.join(names)}"
        yield Problem("services", "must each have a local port of their own", taken, str(port + 1))


_PARTS: Mapping[str, type[RegistrySettings | WorkspaceSettings | BaseImageSettings]] = {
    "registry": RegistrySettings,
    "workspace": WorkspaceSettings,
    "baseImage": BaseImageSettings,
}


def _problems(config: dict[str, Any]) -> Iterator[Problem]:
    """Every broken rule, of each part that has the right form by itself, and between them."""
    for key, kind in _PARTS.items():
        part, _ = validate(kind, config.get(key))
        if part is not None:
            yield from part.problems()
    given = config.get("services")
    entries = given.items() if isinstance(given, dict) else ()
    found = {name: validate(ServiceSettings, values)[0] for name, values in entries}
    services = {name: service for name, service in found.items() if service is not None}
    for name, service in services.items():
        yield from service.problems(name)
    yield from _shared_ports(services)
