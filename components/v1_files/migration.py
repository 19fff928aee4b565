"""For teams that migrate: what the CLI v2 takes, and v1's own Python, out of the same two files.

No secret is written: where one belongs there is a placeholder, or the name of an environment variable.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..rules.problem import Problem
from ._inputs import read_v1_files
from ._keys import AKS, MANAGED
from ._reading import read_file
from ._service import V1Service
from ._v1_snippet import v1_snippet
from ._v2_yaml import v2_documents
from .deployment_config import DeploymentConfig
from .inference_config import InferenceConfig

TARGETS = (AKS, MANAGED)
"""Targets that the CLI v2 knows: the two kinds of online endpoints."""

_LIMITS = {"containerResourceRequirements.cpuLimit", "containerResourceRequirements.memoryInGBLimit"}
_GPUS = {"gpuCores", "containerResourceRequirements.gpu"}


@dataclass(frozen=True)
class Migration:
    """What came of it.

    Attributes:
        files: Content by file name, in the order in which the CLI v2 wants them; none where a problem is an error.
        problems: Errors, and warnings about what the CLI v2 has no place for.
    """

    files: dict[str, str]
    problems: list[Problem]


def migrate(
    inference_config: Path,
    deployment_config: Path | None,
    name: str,
    output: Path,
    *,
    model: str | None = None,
    target: str | None = None,
    compute: str | None = None,
) -> Migration:
    """The files for the CLI v2 and v1's Python; nothing is written to disk.

    Args:
        inference_config: `inferenceconfig.json`.
        deployment_config: `deploymentconfig.json`; None for one replica.
        name: Name of the service: that of the endpoint.
        output: Folder that the files are for: their paths count from it.
        model: `<name>:<version>` of a registered model, or a path; None for none.
        target: `aks` or `managed_endpoint`; None for what the file says: `managed_endpoint` for ACI and
            local, else `aks`.
        compute: Name of the Kubernetes compute, in place of the one in the file.
    """
    inference, problems = read_file(InferenceConfig, inference_config, "inference_config")
    deployment: DeploymentConfig | None = None
    if deployment_config:
        deployment, wrong = read_file(DeploymentConfig, deployment_config, "deployment_config")
        problems += wrong
    if inference is None or problems:
        return Migration({}, problems)
    chosen = target or _target(deployment)
    # GPUs have a place in the CLI's file, and none among a service's inputs.
    given: dict[str, Any] = {"aks": {"instance_type": ""}} if chosen == AKS else {}
    read = read_v1_files(inference_config, deployment_config, chosen, given)
    problems = [problem for problem in read.problems if not _has_place(problem, chosen)]
    cluster = compute or read.inputs.get("aks", {}).get("compute_name", "")
    if chosen == AKS and not cluster:
        problems.append(Problem("compute", "is required with the target aks", None, "--compute my-cluster"))
    if any(not problem.warning for problem in problems):
        return Migration({}, problems)
    service = V1Service(name, model, output, chosen, cluster, inference, deployment, read.inputs)
    return Migration(v2_documents(service) | {"deploy_v1.py": v1_snippet(service)}, problems)


def _target(deployment: DeploymentConfig | None) -> str:
    return AKS if deployment is None or deployment.compute_type.startswith(AKS) else MANAGED


def _has_place(problem: Problem, target: str) -> bool:
    """Whether a warning is about a key that has no input of a service, and a place in the CLI v2's files."""
    kept = {"environment.name", "environment.version", "description"} | (_LIMITS | _GPUS if target == AKS else set())
    return problem.warning and problem.subject.rpartition(": ")[2] in kept
