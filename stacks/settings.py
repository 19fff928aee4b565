"""Settings of one stack: everything that `Pulumi.<stack>.yaml` may say, checked as a whole before anything starts.

This is the only reader of Pulumi's configuration. `Settings.load` reports every problem at once: unknown keys, wrong
types, files that are not there, a port in use, parts that don't go together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Self

from pydantic import Field

from stacks import across
from stacks.reading import InvalidSettings, read_config, salvage, validate
from stacks.sections import BaseImageSettings, RegistrySettings, Section, ServiceSettings, WorkspaceSettings

if TYPE_CHECKING:
    from azureml_scoring.rules import Problem


class Settings(Section):
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
        told = {problem.subject for problem in problems}
        problems += [problem for problem in _problems(config) if problem.subject not in told]
        broken = [problem for problem in problems if not problem.warning]
        if settings is None or broken:
            raise InvalidSettings(broken)
        return settings


def _problems(config: Mapping[str, Any]) -> Iterator[Problem]:
    """Every broken rule, of each part by itself and between them, as far as the parts have the right form."""
    registry = salvage(RegistrySettings, config.get("registry", {}))
    workspace = salvage(WorkspaceSettings, config.get("workspace", {}))
    base_image = salvage(BaseImageSettings, config.get("baseImage"))
    for part in (registry, workspace, base_image):
        if part is not None:
            yield from part.problems()
    services = _services(config.get("services"))
    for name, service in services.items():
        yield from service.problems(name)
    yield from across.shared_ports(services)
    if registry is not None:
        yield from across.builds_in_the_registry(registry)
        yield from across.unreachable_images(registry, services)
    if registry is not None and workspace is not None:
        yield from across.workspace_and_registry(registry, workspace)


def _services(given: Any) -> dict[str, ServiceSettings]:
    """The services, each as far as it has the right form."""
    entries = given.items() if isinstance(given, dict) else ()
    found = {name: salvage(ServiceSettings, values, needed="target") for name, values in entries}
    return {name: service for name, service in found.items() if service is not None}
