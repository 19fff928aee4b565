"""What the migration helper knows of one service."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .deployment_config import DeploymentConfig
    from .inference_config import InferenceConfig

_SECRET = re.compile(r"pass(word|wd)|secret|token|key|credential|connection_?string|sas", re.IGNORECASE)
"""Names of environment variables whose values are likely no business of a file."""


@dataclass(frozen=True)
class V1Service:
    """A service of the old SDK.

    Attributes:
        name: Its name.
        model: `<name>:<version>` of a registered model, or a path; None for none.
        output: Folder that the files go to: their paths count from it.
        target: `aks` or `managed_endpoint`.
        compute: Name of the Kubernetes compute; empty with `managed_endpoint`.
        inference: The content of `inferenceconfig.json`.
        deployment: The content of `deploymentconfig.json`, if there is one.
        inputs: Both as inputs of `ScoringService`.
    """

    name: str
    model: str | None
    output: Path
    target: str
    compute: str
    inference: InferenceConfig
    deployment: DeploymentConfig | None
    inputs: dict[str, Any]

    @property
    def environment_name(self) -> str:
        """Name of its environment."""
        environment = self.inference.environment
        return (environment and environment.name) or f"{self.name}-env"

    @property
    def environment_version(self) -> str:
        """Version of its environment."""
        environment = self.inference.environment
        return (environment and environment.version) or "1"

    @property
    def code(self) -> Path:
        """Folder of its code."""
        return Path(self.inputs.get("source_directory") or Path(self.inputs["entry_script"]).parent)

    @property
    def scoring_script(self) -> str:
        """Its entry script, in that folder."""
        return Path(os.path.relpath(self.inputs["entry_script"], self.code)).as_posix()

    @property
    def registered_model(self) -> str | None:
        """`<name>:<version>` of a registered model."""
        named = re.fullmatch(r"(?:azureml:)?([\w.-]+:[\w.-]+)", self.model or "")
        return named[1] if named else None

    @property
    def variables(self) -> dict[str, str]:
        """Environment variables; those that look like a secret without their value."""
        given: dict[str, str] = self.inputs.get("environment_variables", {})
        return {name: f"<{name}>" if _SECRET.search(name) else value for name, value in given.items()}

    @property
    def registry(self) -> str:
        """Host of the base image's registry, where a login is needed."""
        return str(self.inputs["base_image"]).partition("/")[0] if "base_image_username" in self.inputs else ""

    def beside(self, path: str | Path) -> str:
        """A path as it is seen from the files."""
        return Path(os.path.relpath(path, self.output)).as_posix()
