"""What the inputs of a service on an online endpoint must obey, beyond what every service must."""

import re
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from .._component import known
from .._service_options import Auth
from .._service_versions import service_source, versions_of
from ..rules import BuildContext, InvalidContext, Problem
from ._online_assets import code_context, models_context

_ENDPOINT = re.compile(r"(?=.{3,32}\Z)[A-Za-z](?:[-A-Za-z0-9]*[A-Za-z0-9])?")
_REGISTERED = "azureml:"


def online_problems(name: str, args: Mapping[str, Any], target: str) -> list[Problem]:
    """What is wrong with the inputs of a service on one of the two online targets.

    Args:
        name: The component's name.
        args: Its inputs, as in `ScoringServiceArgs`.
        target: The target, whose options are the input of its name.
    """
    del name
    problems: list[Problem] = []
    endpoint_name = args.get(target, {}).get("endpoint_name")
    if endpoint_name is not None and not _ENDPOINT.fullmatch(endpoint_name):
        rule = "must be 3 to 32 letters, digits and hyphens, open with a letter and end in no hyphen"
        problems.append(Problem(f"{target}.endpoint_name", rule, endpoint_name, "contoso-diabetes"))
    if args.get("auth") in {Auth.NONE, Auth.NONE.value}:
        rule = f"must be key or token with target={target}: Azure ML lets nobody in without"
        problems.append(Problem("auth", rule, Auth.NONE.value, Auth.KEY.value))
    for probe in ("liveness_probe", "readiness_probe"):
        if "path" in args.get(probe, {}):
            rule = f"is not taken with target={target}, which asks /"
            problems.append(Problem(f"{probe}.path", rule, args[probe]["path"], "leave it out"))
    for version in versions_of(args).values():
        problems += [found for found in _link_problems(version) if found not in problems]
    problems += _model_problems("models", args.get("models", []))
    for variant, version in args.get("deployments", {}).items():
        problems += _model_problems(f"deployments.{variant}.models", version.get("models", []))
    if args.get(target, {}).get("grant_pull"):
        problems += _grant_problems(args, target)
    return problems


def _link_problems(version: Mapping[str, Any]) -> list[Problem]:
    """What can't be uploaded in the folders of a version; a file that isn't there has a problem of its own."""
    source = service_source(version)
    paths = [model for model in source.models if isinstance(model, Path) and model.exists()]
    there = version.get("entry_script") and source.entry_script.is_file()
    readers: list[Callable[[], BuildContext]] = [partial(code_context, source)] if there else []
    readers += [partial(models_context, paths)] if paths else []
    problems = list[Problem]()
    for read in readers:
        try:
            read()
        except InvalidContext as error:
            problems.append(Problem(error.path, error.reason, None, "a file, or a link to a file"))
    return problems


def _grant_problems(args: Mapping[str, Any], target: str) -> list[Problem]:
    subject, problems = f"{target}.grant_pull", list[Problem]()
    if "registry_name" not in args:
        problems.append(Problem(subject, "needs registry_name, where the role is given", None, "a registry's name"))
    for key, given in (("pull_username", args), ("pull_identity_id", args), ("identity_id", args.get(target, {}))):
        # An output may be empty: it is what a registry hands out that needs none.
        if known(given.get(key)):
            rule = f"is not taken together with {key}, which pulls already"
            problems.append(Problem(subject, rule, "true", "leave it out"))
    return problems


def _model_problems(subject: str, models: Any) -> list[Problem]:
    registered = [model for model in models if isinstance(model, str) and model.startswith(_REGISTERED)]
    if not registered or len(models) == 1:
        return []
    rule = "must be one registered model, or files and folders alone: Azure ML mounts one model"
    return [Problem(subject, rule, list(models), registered[0])]
