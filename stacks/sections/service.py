"""One service."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from azureml_scoring import Auth, Target, service_problems
from azureml_scoring.rules import Problem
from pydantic import Field, SecretStr
from pydantic.alias_generators import to_camel

from stacks.lock import BASE, is_reference
from stacks.reading import is_secret
from stacks.sections._section import LATER, Section, plain_password
from stacks.sections.service_options import (
    AciSettings,
    AksSettings,
    AutoscaleSettings,
    CollectionSettings,
    LocalSettings,
    ManagedEndpointSettings,
    ProbeSettings,
    VariantSettings,
)

_GIVEN = dict.fromkeys(("resource_group_name", "registry_name", "login_server", "storage_account_name"), LATER)
"""What the program gives to every service."""

_ONLINE = dict.fromkeys(("workspace_name", "workspace_resource_group_name"), LATER)
"""What it gives to online endpoints beside."""

_PASSWORDS = ("base_image_password", "primary_key", "secondary_key", "application_insights_connection_string")


class ServiceSettings(Section):
    """One service: inputs of `ScoringService`."""

    entry_script: str | None = Field(default=None, examples=["examples/diabetes/score.py"])
    """Python file with `init()` and `run(data)`."""
    models: list[str] | None = Field(default=None, examples=[["examples/diabetes/model/model.joblib"]])
    """Models: each a file, a folder, or `azureml:<name>:<version>`."""
    requirements: str | None = Field(default=None, examples=["examples/diabetes/requirements.txt"])
    """Python environment: a file of pip's requirements."""
    conda_file: str | None = Field(default=None, examples=["environment.yml"])
    """Python environment: a conda environment file."""
    pip_packages: list[str] | None = Field(default=None, examples=[["azureml-inference-server-http==1.5.1"]])
    """Python environment: a list of pip's requirements."""
    source_directory: str | None = Field(default=None, examples=["src"])
    """Folder that goes into the image with the entry script."""
    environment_variables: dict[str, str] = Field(default={}, examples=[{"LOG_LEVEL": "debug"}])
    """Environment variables of the service."""
    secret_environment_variables: dict[str, str] = Field(default={}, repr=False, examples=[{"API_KEY": "..."}])
    """Environment variables whose values are secret: set them with `pulumi config set --secret --path`."""
    liveness_probe: ProbeSettings | None = Field(default=None, examples=[{"periodSeconds": 10}])
    """When a container is started anew."""
    readiness_probe: ProbeSettings | None = Field(default=None, examples=[{"periodSeconds": 10}])
    """When a container gets requests."""
    request_timeout_seconds: int | None = Field(default=None, examples=[30])
    """Seconds that a prediction may take."""
    max_concurrent_requests: int | None = Field(default=None, examples=[4])
    """Predictions at one time."""
    application_insights_connection_string: SecretStr | None = Field(default=None, examples=["..."])
    """Where log and requests go: set it with `pulumi config set --secret --path`."""
    application_insights_enabled: bool = Field(default=False, examples=[True])
    """Whether Azure ML sends log and requests to the workspace's Application Insights."""
    data_collection: dict[str, CollectionSettings] | None = Field(default=None, examples=[{"model_inputs": {}}])
    """What is kept of the traffic."""
    auth: Auth | None = Field(default=None, examples=["key"])
    """What callers show."""
    primary_key: SecretStr | None = Field(default=None, examples=["..."])
    """Key that callers show: set it with `pulumi config set --secret --path`."""
    secondary_key: SecretStr | None = Field(default=None, examples=["..."])
    """Second key that callers may show: set it with `pulumi config set --secret --path`."""
    replicas: int | None = Field(default=None, examples=[2])
    """Instances of each deployment."""
    autoscale: AutoscaleSettings | None = Field(default=None, examples=[{"minimum": 1, "maximum": 5}])
    """How the number of instances follows the load."""
    deployments: dict[str, VariantSettings] | None = Field(default=None, examples=[{"blue": {}}])
    """Versions that run side by side, by name."""
    traffic: dict[str, int] | None = Field(default=None, examples=[{"blue": 100}])
    """Percent of the requests for each version."""
    mirror_traffic: dict[str, int] | None = Field(default=None, examples=[{"green": 10}])
    """Percent of the requests that a version gets a copy of."""
    inference_config: str | None = Field(default=None, examples=["inferenceconfig.json"])
    """File of the old SDK (v1): what is served."""
    deployment_config: str | None = Field(default=None, examples=["deploymentconfig.json"])
    """File of the old SDK (v1): where and how it runs."""
    target: Target = Field(default=Target.LOCAL, examples=["local"])
    """Where the service runs."""
    local: LocalSettings | None = Field(default=None, examples=[{"port": 8890}])
    """Options of the target `local`."""
    aci: AciSettings | None = Field(default=None, examples=[{"cpu": 1, "memoryGb": 1.5}])
    """Options of the target `aci`."""
    aks: AksSettings | None = Field(default=None, examples=[{"computeName": "ml"}])
    """Options of the target `aks`."""
    managed_endpoint: ManagedEndpointSettings | None = Field(default=None, examples=[{}])
    """Options of the target `managed_endpoint`."""
    base_image: str | None = Field(default=None, examples=["ghcr.io/contoso/base:v1@sha256:" + "0" * 64])
    """Another base image: the name of one in `baseImages`, or its digest; `baseImage` of the stack when left out."""
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

    @property
    def is_online(self) -> bool:
        """Whether the service is an online endpoint of the workspace."""
        return self.target in {Target.AKS, Target.MANAGED_ENDPOINT}

    def inputs(self) -> Any:
        """As of every section; where a part of `services` was set with --secret, all variables count as secret."""
        inputs = super().inputs()
        if is_secret("services"):
            for part in (inputs, *inputs.get("deployments", {}).values()):
                shown = part.pop("environment_variables", {})
                part["secret_environment_variables"] = shown | part.get("secret_environment_variables", {})
        return inputs

    def image_names(self) -> set[str]:
        """The stack's own base images that its versions are built on."""
        given = [self.base_image or BASE, *(version.base_image for version in (self.deployments or {}).values())]
        return {image for image in given if image and not is_reference(image)}

    def with_images(self, inputs: Any, images: Mapping[str, Any], service_image: Any = None) -> Any:
        """Its inputs with images in the place of their names.

        Args:
            inputs: As `inputs` or `checked_inputs` gives them.
            images: The stack's own base images by name.
            service_image: Its own image, where it is not built.
        """
        if service_image is not None:
            return {**inputs, "service_image": service_image}
        versions = inputs.get("deployments", {})
        for part in (inputs, *versions.values()):
            named = part.get("base_image", BASE if part is inputs else None)
            if named in images:
                part["base_image"] = images[named]
        return inputs

    def problems(self, name: str, *, promoted: bool = False) -> Iterator[Problem]:
        """Every broken rule.

        Args:
            name: Its name.
            promoted: Whether the stack builds no images.
        """
        key = f"services.{name}"
        files = {"entryScript": self.entry_script, "requirements": self.requirements, "condaFile": self.conda_file}
        paths = {str(Path(path)): input_name for input_name, path in files.items() if path}
        given = _GIVEN | (_ONLINE if self.is_online else {})
        image = LATER if promoted and not self.is_online else None
        inputs = self.with_images(self.checked_inputs(), dict.fromkeys(self.image_names(), LATER), image)
        for problem in self.found(service_problems(name, given | inputs), key, paths):
            named = problem.subject == f"{key}.name"
            yield replace(problem, subject=key) if named else problem
        if self.deployment_config and "target" not in self.model_fields_set:
            rule = "is required with deploymentConfig: what the stack gives to a service depends on it"
            yield Problem(f"{key}.target", rule, None, "aks")
        for password in _PASSWORDS:
            if getattr(self, password) is not None:
                yield from plain_password("services", f"{name}.{to_camel(password)}")
        if self.aci and self.aci.tls_key is not None:
            yield from plain_password("services", f"{name}.aci.tlsKey")
        for variable in self._secret_variables():
            yield from plain_password("services", f"{name}.{variable}")

    def _secret_variables(self) -> Iterator[str]:
        """Keys of the secret environment variables, those of the versions among them."""
        for variable in self.secret_environment_variables:
            yield f"secretEnvironmentVariables.{variable}"
        for version, settings in (self.deployments or {}).items():
            for variable in settings.secret_environment_variables:
                yield f"deployments.{version}.secretEnvironmentVariables.{variable}"
