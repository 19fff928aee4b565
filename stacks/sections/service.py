"""One service."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from azureml_scoring import Target, service_problems
from azureml_scoring.rules import Problem
from pydantic import Field, SecretStr

from stacks.reading import is_secret
from stacks.sections._section import LATER, Section, plain_password

_GIVEN = dict.fromkeys(
    ("resource_group_name", "registry_name", "login_server", "storage_account_name", "base_image"), LATER
)
"""What the program gives to every service."""


class LocalSettings(Section):
    """Options of the target `local`."""

    port: int = Field(default=8890, examples=[8890])
    """Port on 127.0.0.1."""


class AciSettings(Section):
    """Options of the target `aci`."""

    cpu: float = Field(default=1, examples=[1])
    """Cores, in halves."""
    memory_gb: float = Field(default=1.5, examples=[1.5])
    """Memory in GB."""
    dns_name_label: str | None = Field(default=None, examples=["contoso-diabetes"])
    """First part of the host name."""


class ServiceSettings(Section):
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
    base_image: str | None = Field(default=None, examples=["ghcr.io/contoso/base:v1@sha256:" + "0" * 64])
    """Another base image, by its digest; the stack's own when left out."""
    base_image_username: str | None = Field(default=None, examples=["contoso-pull"])
    """User name to pull another base image with."""
    base_image_password: SecretStr | None = Field(default=None, examples=["..."])
    """Password to pull another base image with: set it with `pulumi config set --secret --path`."""
    pull_wait_seconds: int = Field(default=300, examples=[300])
    """Longest wait for the right to pull, in seconds."""

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
        files = {self.entry_script: "entryScript", self.requirements: "requirements"}
        paths = {str(Path(path)): input_name for path, input_name in files.items()}
        for problem in self.found(service_problems(name, _GIVEN | self.checked_inputs()), key, paths):
            named = problem.subject == f"{key}.name"
            yield replace(problem, subject=key) if named else problem
        if self.base_image_password is not None:
            yield from plain_password("services", f"{name}.baseImagePassword")
