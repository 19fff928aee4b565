"""What a service serves, out of its inputs: the old SDK's files read in, one entry for each version."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ._service_options import Auth, Target
from .rules import Problem, PythonEnvironment, ServiceSource, read_model

PYTHON_FORMS = ("requirements", "conda_file", "pip_packages", "conda_text")
"""Inputs of which one says what is installed; the last is what an inline environment of a v1 file becomes."""

ONLINE = (Target.AKS, Target.MANAGED_ENDPOINT)
"""Targets that are online endpoints of Azure ML, which makes their images."""

_MERGED = ("environment_variables", "secret_environment_variables")
"""Inputs of a version that add to those of the service."""


def with_v1_files(args: Mapping[str, Any]) -> tuple[dict[str, Any], list[Problem]]:
    """The inputs with what the files of the old SDK say; what is given as an input goes before it.

    Args:
        args: The inputs, as in `ScoringServiceArgs`.

    Returns:
        The inputs, and what is wrong in the files; what has no meaning for the target is a warning.
    """
    inference, deployment = (
        Path(args[key]) if args.get(key) else None for key in ("inference_config", "deployment_config")
    )
    if not (inference or deployment):
        return dict(args), []
    from .v1_files import read_v1_files  # noqa: PLC0415 - only who has such files pays for their parser

    target = args.get("target")
    known = target in list(Target)
    read = read_v1_files(inference, deployment, Target(target).value if known else None, args)
    options = {
        one.value: {**read.inputs.get(one.value, {}), **args.get(one.value, {})}
        for one in Target
        if one.value in read.inputs or one.value in args
    }
    return _over(read.inputs, args) | options, list(read.problems)


def default_auth(target: Target) -> Auth:
    """What callers show where the inputs don't say: on `local`, which only this machine reaches, nothing."""
    return Auth.NONE if target is Target.LOCAL else Auth.KEY


def versions_of(args: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The inputs of each version by its name; one with an empty name where there are no `deployments`."""
    variants: Mapping[str, Mapping[str, Any]] = args.get("deployments") or {"": {}}
    return {name: _over(args, variant) for name, variant in variants.items()}


def service_source(args: Mapping[str, Any]) -> ServiceSource:
    """The files of one version."""
    directory, requirements, conda_file = (
        Path(args[key]) if args.get(key) else None for key in ("source_directory", "requirements", "conda_file")
    )
    return ServiceSource(
        entry_script=Path(args.get("entry_script", "")),
        source_directory=directory,
        models=tuple(read_model(model) for model in args.get("models", ())),
        python=PythonEnvironment(
            requirements=requirements,
            conda_file=conda_file,
            pip_packages=tuple(args["pip_packages"]) if "pip_packages" in args else None,
            conda_text=args.get("conda_text"),
        ),
    )


def _over(lower: Mapping[str, Any], upper: Mapping[str, Any]) -> dict[str, Any]:
    """`upper` over `lower`: its Python environment as a whole, its environment variables one by one."""
    hidden = PYTHON_FORMS if any(form in upper for form in PYTHON_FORMS) else ()
    merged = {key: value for key, value in lower.items() if key not in hidden} | dict(upper)
    both = {key: {**lower.get(key, {}), **upper.get(key, {})} for key in _MERGED if key in lower or key in upper}
    return merged | both
