"""Rules on names, images, Dockerfiles, entry scripts and build contexts.

Pure: standard library, the `dockerfile` parser and, for conda's files only, YAML's; nothing of Pulumi, no network (but
a look at a local port). Policies and other tools can import this package without the cloud SDK. Parsers
(`ImageReference.parse`, `ArmId.parse`, `BuildContext`) raise an error of their own; checks (`check_...`) return a list
of `Problem`, empty when all is well. `base_image` judges a Dockerfile as a whole and returns a `Report`.
"""

from typing import TYPE_CHECKING

from .lazy import names_of

if TYPE_CHECKING:
    from .arm_id import ArmId, InvalidArmId
    from .base_image import Report, Surroundings, inspect_dockerfile, reader_of
    from .context import BuildContext, ContextFile, InvalidContext
    from .dockerfile import Dockerfile, InvalidDockerfile, Stage, check_dockerfile
    from .entry_script import check_entry_script
    from .environment import check_requirements
    from .environment_file import check_conda_environment, check_v1_environment
    from .hadolint import run_hadolint
    from .image_reference import ImageReference, InvalidImageReference
    from .local_port import LOCAL_HOST, check_local_port
    from .problem import Problem, nearest
    from .python_environment import PythonEnvironment, check_python_environment
    from .registry_host import check_registry_host
    from .resource_names import NameKind, check_image_stem, check_made_name, check_name
    from .service_source import (
        Model,
        RegisteredModel,
        ServiceSource,
        check_base_image_source,
        check_service_source,
        model_name,
        read_model,
    )

__all__ = [
    "LOCAL_HOST",
    "ArmId",
    "BuildContext",
    "ContextFile",
    "Dockerfile",
    "ImageReference",
    "InvalidArmId",
    "InvalidContext",
    "InvalidDockerfile",
    "InvalidImageReference",
    "Model",
    "NameKind",
    "Problem",
    "PythonEnvironment",
    "RegisteredModel",
    "Report",
    "ServiceSource",
    "Stage",
    "Surroundings",
    "check_base_image_source",
    "check_conda_environment",
    "check_dockerfile",
    "check_entry_script",
    "check_image_stem",
    "check_local_port",
    "check_made_name",
    "check_name",
    "check_python_environment",
    "check_registry_host",
    "check_requirements",
    "check_service_source",
    "check_v1_environment",
    "inspect_dockerfile",
    "model_name",
    "nearest",
    "read_model",
    "reader_of",
    "run_hadolint",
]

_MODULES = {
    "arm_id": ("ArmId", "InvalidArmId"),
    "base_image": ("Report", "Surroundings", "inspect_dockerfile", "reader_of"),
    "context": ("BuildContext", "ContextFile", "InvalidContext"),
    "dockerfile": ("Dockerfile", "InvalidDockerfile", "Stage", "check_dockerfile"),
    "entry_script": ("check_entry_script",),
    "environment": ("check_requirements",),
    "environment_file": ("check_conda_environment", "check_v1_environment"),
    "hadolint": ("run_hadolint",),
    "image_reference": ("ImageReference", "InvalidImageReference"),
    "local_port": ("LOCAL_HOST", "check_local_port"),
    "problem": ("Problem", "nearest"),
    "python_environment": ("PythonEnvironment", "check_python_environment"),
    "registry_host": ("check_registry_host",),
    "resource_names": ("NameKind", "check_image_stem", "check_made_name", "check_name"),
    "service_source": (
        "Model",
        "RegisteredModel",
        "ServiceSource",
        "check_base_image_source",
        "check_service_source",
        "model_name",
        "read_model",
    ),
}
__getattr__ = names_of(__name__, _MODULES)
