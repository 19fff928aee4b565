"""Settings of one stack: everything that `Pulumi.<stack>.yaml` may say, checked as a whole before anything starts.

This is the only reader of Pulumi's configuration. `Settings.load` reports every problem at once: unknown keys, wrong
types, files that are not there, a port in use, parts that don't go together, images that nobody has tested.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self, TypeVar

import pulumi
from pydantic import Field

from stacks import across, schema
from stacks.lock import BASE, read_lock
from stacks.promotion import promotion_problems
from stacks.reading import InvalidSettings, read_config, salvage, validate
from stacks.sections import (
    BaseImageSettings,
    PromotionSettings,
    RegistrySettings,
    Section,
    ServiceSettings,
    WorkspaceSettings,
)
from stacks.tested import TestedImages

if TYPE_CHECKING:
    from azureml_scoring import CustomBaseImage
    from azureml_scoring.rules import Problem

__all__ = ["Settings", "TestedImages"]

Part = TypeVar("Part", bound=Section)


class Settings(Section):
    """One stack."""

    location: str = Field(examples=["westeurope"])
    """Azure region of everything."""
    base_image: BaseImageSettings | None = Field(default=None, examples=[{"context": "examples/diabetes"}])
    """The base image that all services are built on that name no other."""
    base_images: dict[str, BaseImageSettings] = Field(default={}, examples=[{"gpu": {"context": "gpu"}}])
    """More base images by name; a service says `baseImage: gpu`."""
    promotion: PromotionSettings | None = Field(default=None, examples=[{"from": "dev"}])
    """The environment whose tested images this one takes, in place of building any."""
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

    @property
    def builds(self) -> dict[str, BaseImageSettings]:
        """The base images that the stack builds, by name."""
        return {**({BASE: self.base_image} if self.base_image else {}), **self.base_images}

    def service_inputs(self, name: str, bases: Mapping[str, CustomBaseImage]) -> Any:
        """What the stack sets of a service, with its images: built ones, or those of the lock file.

        Args:
            name: Its name.
            bases: The base images that were built, by name.
        """
        service, locked = self.services[name], self.locked
        own = locked.get(name) if self.promotion and not service.is_online else None
        return service.with_images(service.inputs(), self.images_of(name, bases), own)

    def images_of(self, name: str, bases: Mapping[str, CustomBaseImage]) -> dict[str, Any]:
        """The stack's own base images that a service is built on, by name."""
        known = {**{image: base.reference for image, base in bases.items()}, **self.locked}
        return {image: known[image] for image in sorted(self.services[name].image_names()) if image in known}

    @cached_property
    def locked(self) -> Mapping[str, str]:
        """The images of the stack's lock file, by name; none without a promotion."""
        lock, _ = read_lock(pulumi.get_stack()) if self.promotion else (None, [])
        return lock.images if lock else {}


def _problems(config: Mapping[str, Any]) -> Iterator[Problem]:
    """Every broken rule, of each part by itself and between them, as far as the parts have the right form."""
    registry = salvage(RegistrySettings, config.get("registry", {}))
    workspace = salvage(WorkspaceSettings, config.get("workspace", {}))
    promotion = salvage(PromotionSettings, config["promotion"]) if "promotion" in config else None
    for part in (registry, workspace):
        if part is not None:
            yield from part.problems()
    given = {"baseImage": config.get("baseImage")} | _entries(config, "baseImages", "baseImages.")
    for key, image in _sections(BaseImageSettings, given).items():
        yield from image.problems(key)
    services = _sections(ServiceSettings, _entries(config, "services"), needed="target")
    for name, service in services.items():
        yield from service.problems(name, promoted="promotion" in config)
    yield from across.shared_ports(services)
    if promotion is not None:
        yield from promotion_problems(promotion.source, pulumi.get_stack(), config)
    elif "promotion" not in config:
        yield from across.base_images("baseImage" in config, _entries(config, "baseImages"), services)
        yield from across.builds_in_the_registry(registry) if registry else ()
    if registry is not None:
        yield from across.unreachable_images(registry, services)
    if registry is not None and workspace is not None:
        yield from across.workspace_and_registry(registry, workspace)


def _entries(config: Mapping[str, Any], key: str, prefix: str = "") -> dict[str, Any]:
    """What stands below a key by name; nothing where that has another form."""
    given = config.get(key)
    return {f"{prefix}{name}": values for name, values in given.items()} if isinstance(given, dict) else {}


def _sections(model: type[Part], given: Mapping[str, Any], needed: str = "") -> dict[str, Part]:
    """The parts, each as far as it has the right form."""
    found = {name: salvage(model, values, needed=needed) for name, values in given.items()}
    return {name: part for name, part in found.items() if part is not None}


if __name__ == "__main__":
    sys.exit(schema.main(Settings, sys.argv[1:]))
