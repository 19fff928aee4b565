"""What the two files say, as inputs of `ScoringService` for one target."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from ..rules.problem import Problem
from ._deployment import deployment_inputs
from ._environment import service_inputs
from ._keys import LOCAL, Section, Verdict, given_keys, has_input
from ._reading import read_file
from .deployment_config import DeploymentConfig
from .inference_config import InferenceConfig

Model = TypeVar("Model", bound=Section)

_TARGETS = {"aci": "aci", "aks": "aks", "aksendpoint": "aks", "local": "local"}
"""Compute type -> target."""
_LEAVE_OUT = "leave it out"


@dataclass(frozen=True)
class V1Inputs:
    """What was read.

    Attributes:
        inputs: Inputs of `ScoringService` by name, plain values; `conda_text` is the text of a conda file that stands
            in the JSON. Passwords, keys and certificates are among them in the clear.
        problems: What is wrong with the files; warnings are keys without a meaning any more, with the reason.
    """

    inputs: dict[str, Any] = field(repr=False)
    problems: list[Problem]


def read_v1_files(
    inference_config: Path | None,
    deployment_config: Path | None,
    target: str | None = None,
    given: Mapping[str, Any] | None = None,
) -> V1Inputs:
    """What the files say for a target, and a problem or a warning for each key that it can't be said with.

    Args:
        inference_config: `inferenceconfig.json`.
        deployment_config: `deploymentconfig.json`.
        target: Where the service runs; None for what the file says, else `local`.
        given: Inputs that go before the files: only which of them are there counts here.
    """
    given = given or {}
    problems: list[Problem] = []
    inputs: dict[str, Any] = {}
    deployment = _file(DeploymentConfig, deployment_config, "deployment_config", problems)
    chosen = target or (_TARGETS[deployment.compute_type] if deployment else LOCAL)
    if deployment_config and deployment:
        problems += _verdicts(deployment, deployment_config, chosen, given)
        inputs |= deployment_inputs(deployment, deployment_config, chosen, given, problems)
    inference = _file(InferenceConfig, inference_config, "inference_config", problems)
    if inference_config and inference:
        problems += _verdicts(inference, inference_config, chosen, given)
        inputs |= service_inputs(inference, inference_config, given, problems)
    return V1Inputs(inputs | {"target": chosen}, problems)


def _file(model: type[Model], path: Path | None, subject: str, problems: list[Problem]) -> Model | None:
    if path is None:
        return None
    found, wrong = read_file(model, path, subject)
    problems += wrong
    return found


def _verdicts(section: Section, path: Path, target: str, given: Mapping[str, Any]) -> list[Problem]:
    """A warning for each key that is not used, an error for each that is refused."""
    found: list[Problem] = []
    for name, key, value in given_keys(section):
        verdict = key.verdict(target)
        # "No" to something that this target hasn't is nothing to tell.
        if verdict is Verdict.USED or (not value and (key.inputs or key.refused)):
            continue
        subject, got = f"{path}: {name}", "a value"
        replaced = [name for name in key.instead if has_input(given, name)]
        if verdict is Verdict.REFUSED and not replaced:
            found.append(Problem(subject, f"is not taken: {key.why}", got, key.fix))
        else:
            why = f"the input {replaced[0]} goes before it" if replaced else key.why
            when = f"with target={target}" if key.inputs or key.refused else "any more"
            found.append(Problem(subject, f"has no meaning {when}: {why}", got, _LEAVE_OUT, warning=True))
    return found
