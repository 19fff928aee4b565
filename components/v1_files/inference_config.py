"""`inferenceconfig.json`: what is served, and on which environment."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field, SecretStr, field_validator
from pydantic_core import PydanticCustomError

from ._keys import Section, obsolete, refused, used

_IN_DOCKERFILE = "steps of a base image belong to its Dockerfile"
_OWN_BUILD = "build it with CustomBaseImage and give base_image its output reference"
_TRAINING = "it is about training runs"
_NO_SPARK = "no Spark is installed for a service"
_NO_R = "an entry script is Python"
_BY_IMAGE = "the base image decides whether there is CUDA"

PYTHON_INPUTS = ("pip_packages", "requirements", "conda_file")
"""Inputs of a service that say what is installed; one of them goes before all that the file says of packages."""

_base_image = used("base_image")


def _address(value: Any) -> Any:
    """A registry by its address alone, as the oldest files have it."""
    return {"address": value} if isinstance(value, str) else value


class BaseImageRegistry(Section):
    """Where the base image lies."""

    address: Annotated[str | None, _base_image] = None
    username: Annotated[str | None, used("base_image_username")] = None
    password: Annotated[SecretStr | None, used("base_image_password")] = None
    registry_identity: Annotated[
        dict[str, Any] | None,
        refused("a base image is pulled as the service is", "pull_identity_id", instead=("pull_identity_id",)),
    ] = None


class Platform(Section):
    """Platform of the image."""

    os: Annotated[str | None, obsolete("all services run on Linux")] = None
    architecture: Annotated[str | None, obsolete("all services run on amd64")] = None


class DockerSection(Section):
    """`environment.docker`."""

    base_image: Annotated[str | None, _base_image] = None
    base_image_registry: BaseImageRegistry | None = None
    base_dockerfile: Annotated[str | None, refused(_IN_DOCKERFILE, _OWN_BUILD, instead=("base_image",))] = None
    build_context: Annotated[dict[str, Any] | None, refused(_IN_DOCKERFILE, _OWN_BUILD, instead=("base_image",))] = None
    platform: Platform | None = None
    enabled: Annotated[bool | None, obsolete("a service always runs in a container")] = None
    gpu_support: Annotated[bool | None, obsolete(_BY_IMAGE)] = None
    shared_volumes: Annotated[bool | None, obsolete(_TRAINING)] = None
    shm_size: Annotated[str | None, obsolete(_TRAINING)] = None
    arguments: Annotated[list[str] | None, obsolete(_TRAINING)] = None


class CondaDependencies(Section):
    """A conda environment as an object."""

    name: str | None = None
    channels: list[str] | None = None
    dependencies: list[Any] | None = None
    prefix: str | None = None

    @field_validator("dependencies")
    @classmethod
    def _packages(cls, value: list[Any] | None) -> list[Any] | None:
        for item in value or []:
            pip = item.get("pip") if isinstance(item, dict) and set(item) == {"pip"} else None
            if not isinstance(item, str) and not (isinstance(pip, list) and all(isinstance(line, str) for line in pip)):
                rule = 'must hold packages, and one object {"pip": [...]} at most'
                raise PydanticCustomError("rule", rule, {"fix": '["python=3.12", {"pip": ["joblib==1.5.1"]}]'})
        return value


class PythonSection(Section):
    """`environment.python`."""

    conda_dependencies: Annotated[CondaDependencies | None, used("conda_text")] = None
    conda_dependencies_file: Annotated[str | None, used("conda_file")] = None
    user_managed_dependencies: Annotated[bool | None, used("pip_packages")] = None
    interpreter_path: Annotated[str | None, obsolete("the first python on the image's PATH serves")] = None
    base_conda_environment: Annotated[str | None, obsolete("packages are installed into the image's environment")] = (
        None
    )


class SparkSection(Section):
    """`environment.spark`."""

    repositories: Annotated[list[str] | None, refused(_NO_SPARK, "no Spark packages")] = None
    packages: Annotated[list[Any] | None, refused(_NO_SPARK, "no Spark packages")] = None
    precache_packages: Annotated[bool | None, obsolete(_NO_SPARK)] = None


class DatabricksSection(Section):
    """`environment.databricks`."""

    maven_libraries: Annotated[list[Any] | None, obsolete(_TRAINING)] = None
    pypi_libraries: Annotated[list[Any] | None, obsolete(_TRAINING)] = None
    rcran_libraries: Annotated[list[Any] | None, obsolete(_TRAINING)] = None
    jar_libraries: Annotated[list[Any] | None, obsolete(_TRAINING)] = None
    egg_libraries: Annotated[list[Any] | None, obsolete(_TRAINING)] = None
    cluster: Annotated[dict[str, Any] | None, obsolete(_TRAINING)] = None


class Environment(Section):
    """`environment`: an Azure ML environment, written out."""

    name: Annotated[str | None, obsolete("the environment is named after the service")] = None
    version: Annotated[str | None, obsolete("the version follows from the content")] = None
    environment_variables: Annotated[dict[str, str] | None, used("environment_variables")] = None
    python: PythonSection | None = None
    docker: DockerSection | None = None
    spark: SparkSection | None = None
    databricks: DatabricksSection | None = None
    r: Annotated[dict[str, Any] | None, refused(_NO_R, '"r": null')] = None
    inferencing_stack_version: Annotated[
        str | None, obsolete("the server is a pip package: azureml-inference-server-http, or azureml-defaults with it")
    ] = None
    asset_id: Annotated[str | None, obsolete("the environment is made from what the file says")] = None


class InferenceConfig(Section):
    """`inferenceconfig.json`.

    Paths count from the file's folder; those of entry script and conda file from `sourceDirectory`, where there is
    one. What stands beside `environment` (`condaFile`, `baseImage`, ...) counts only without it, as it did in v1.
    """

    entry_script: Annotated[str, Field(min_length=1), used("entry_script")]
    source_directory: Annotated[str | None, used("source_directory")] = None
    environment: Environment | None = None
    runtime: Annotated[str | None, obsolete("every service is Python")] = None
    conda_file: Annotated[str | None, used("conda_file")] = None
    base_image: Annotated[str | None, _base_image] = None
    base_image_registry: Annotated[BaseImageRegistry | None, BeforeValidator(_address)] = None
    extra_dockerfile_steps: Annotated[str | None, refused(_IN_DOCKERFILE, _OWN_BUILD, instead=("base_image",))] = None
    extra_docker_file_steps: Annotated[str | None, refused(_IN_DOCKERFILE, _OWN_BUILD, instead=("base_image",))] = None
    enable_gpu: Annotated[bool | None, obsolete(_BY_IMAGE)] = None
    cuda_version: Annotated[str | None, obsolete(_BY_IMAGE)] = None
    description: Annotated[str | None, obsolete("tags describe a service")] = None

    @field_validator("runtime")
    @classmethod
    def _python(cls, value: str | None) -> str | None:
        if value not in {None, "python"}:
            raise PydanticCustomError(
                "rule", "must be python: no Spark is installed for a service", {"fix": '"python"'}
            )
        return value
