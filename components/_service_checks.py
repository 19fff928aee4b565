"""What the inputs of a scoring service must obey, alone and together."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from ._component import choice, key_problems, known, number_problems
from ._service_environment import environment_problems
from ._service_options import Auth, Autoscale, Collection, Probe, ServiceVariant, Target
from ._service_traffic import variant_problems
from ._service_versions import ONLINE, PYTHON_FORMS, default_auth, service_source, versions_of, with_v1_files
from .pull import access_problems, given_image_problems
from .rules import (
    ImageReference,
    InvalidImageReference,
    Problem,
    RegisteredModel,
    check_image_stem,
    check_registry_host,
    check_service_source,
)
from .targets import TARGETS

_OWN = (Target.LOCAL, Target.ACI)
"""Targets that run a service image of our own making."""

_TAKEN_BY: Mapping[str, tuple[Target, ...]] = {
    "application_insights_connection_string": _OWN,
    "primary_key": _OWN,
    "secondary_key": _OWN,
    "service_image": _OWN,
    "application_insights_enabled": ONLINE,
    "autoscale": ONLINE,
    "deployments": ONLINE,
    "replicas": ONLINE,
    "traffic": ONLINE,
    "workspace_name": ONLINE,
    "workspace_resource_group_name": ONLINE,
    "liveness_probe": (Target.ACI, *ONLINE),
    "data_collection": (Target.MANAGED_ENDPOINT,),
    "mirror_traffic": (Target.MANAGED_ENDPOINT,),
}
"""Inputs that not every target takes."""

_REQUIRED_BY = {"registry_name": _OWN, "login_server": _OWN, "workspace_name": ONLINE}
"""Inputs that some targets can't do without."""

_IN_THE_IMAGE = (
    *("base_image", "base_image_username", "base_image_password", "entry_script", "source_directory", "models"),
    *("requirements", "conda_file", "pip_packages", "inference_config"),
)
"""Inputs that a complete service image leaves nothing to do for."""

_PROBE_NUMBERS = {
    "initial_delay_seconds": 0,
    "period_seconds": 1,
    "timeout_seconds": 1,
    "failure_threshold": 1,
    "success_threshold": 1,
}
"""Numbers of a probe, and the lowest value of each."""

_PARTS: Mapping[str, Any] = {"liveness_probe": Probe, "readiness_probe": Probe, "autoscale": Autoscale}
"""Inputs that have keys of their own."""

_NAMED_PARTS: Mapping[str, Any] = {"deployments": ServiceVariant, "data_collection": Collection}
"""Inputs that hold such parts by name."""

_FILLED = ("inference_config", "deployment_config", "workspace_name")
"""Inputs that say nothing when they are empty."""

_PATH = re.compile(r"/[!-~]*")
"""A path of a probe, as it stands in a request."""

_SHORTEST_KEY = 16


def service_problems(name: str, args: Mapping[str, Any]) -> list[Problem]:
    """What is wrong with the inputs of a service; values that are not known yet are left to Azure.

    Args:
        name: The component's name.
        args: Its inputs, as in `ScoringServiceArgs`.
    """
    problems: list[Problem] = []
    args, found = with_v1_files(args)
    target = choice(Target, args.get("target", Target.LOCAL), "target", problems)
    given = args.get("auth", default_auth(target))
    auth = choice(Auth, given, "auth", problems)
    problems += found
    problems += check_image_stem(name, "name")
    login_server = known(args.get("login_server"))
    # An empty one comes from a workspace without a registry, which has an error of its own.
    problems += check_registry_host(login_server, "login_server") if login_server else []
    problems += access_problems("pull", args, outside_azure=target is Target.LOCAL)
    problems += access_problems("base_image", args)
    problems += number_problems(args, "pull_wait_seconds", 0, None, 300)
    problems += [*_placed(args, target), *(_auth_problems(args, target, auth) if given in list(Auth) else ())]
    problems += [*_server_problems(args, target), *_source_problems(args, target), *variant_problems(args)]
    return problems + TARGETS[target].problems(name, args)


def _placed(args: Mapping[str, Any], target: Target) -> Iterator[Problem]:
    """What the target does not take, and what it can't do without."""
    for other in Target:
        if other is not target and other.value in args:
            rule = f"is not taken with target={target.value}"
            yield Problem(other.value, rule, "options", f"target={other.value}")
    for key, targets in _TAKEN_BY.items():
        if key in args and target not in targets:
            names = " or ".join(f"target={one.value}" for one in targets)
            yield Problem(key, f"is not taken with target={target.value}", "a value", names)
    for key, targets in _REQUIRED_BY.items():
        if target in targets and key not in args:
            yield Problem(key, f"is required with target={target.value}", None, f'"{key}": ...')
    for key in _FILLED:
        if args.get(key) == "":
            yield Problem(key, "must not be empty", "", f'"{key}": ...')
    yield from _part_problems(args, target)
    if "service_image" in args:
        # What a v1 file gives, nobody wrote as an input.
        build_inputs = ("inference_config",) if "inference_config" in args else _IN_THE_IMAGE
        rule = "is not taken with service_image, which is complete: nothing is built"
        yield from (Problem(key, rule, "a value", "one of the two") for key in build_inputs if key in args)


def _part_problems(args: Mapping[str, Any], target: Target) -> Iterator[Problem]:
    """What is missing in the parts of the inputs, and what they do not have."""
    for key, kind in {**_PARTS, target.value: TARGETS[target].options}.items():
        if key in args:
            yield from key_problems(kind, args[key], f"{key}.")
    for key, kind in _NAMED_PARTS.items():
        for name, part in args.get(key, {}).items():
            yield from key_problems(kind, part, f"{key}.{name}.")


def _auth_problems(args: Mapping[str, Any], target: Target, auth: Auth) -> Iterator[Problem]:
    if target in ONLINE:
        return
    if auth is Auth.TOKEN:
        yield Problem("auth", f"must be key or none with target={target.value}", auth.value, "key")
    if auth is Auth.KEY and args.get("primary_key", "") == "":
        rule = f"is required with auth=key and target={target.value}; or say auth=none"
        yield Problem("primary_key", rule, None, "pulumi config set --secret ..., a random text of 32 characters")
    for key in ("primary_key", "secondary_key"):
        text = known(args.get(key, ""))
        if key in args and auth is Auth.NONE:
            yield Problem(key, "is not taken with auth=none", "a key", "auth=key")
        elif text and (len(text) < _SHORTEST_KEY or not all("!" <= letter <= "~" for letter in text)):
            rule = f"must have {_SHORTEST_KEY} characters or more, letters, digits and signs of ASCII without a space"
            yield Problem(key, rule, f"{len(text)} characters", "a random text of 32 letters and digits")
    if (second := known(args.get("secondary_key"))) and second == known(args.get("primary_key")):
        yield Problem("secondary_key", "must be another one than primary_key", "the same key", "another random text")


def _server_problems(args: Mapping[str, Any], target: Target) -> Iterator[Problem]:
    """Probes and limits: what the scoring server is told."""
    yield from number_problems(args, "request_timeout_seconds", 1, None, 30)
    yield from number_problems(args, "max_concurrent_requests", 1, None, 4)
    for probe in ("liveness_probe", "readiness_probe"):
        given = args.get(probe, {})
        for key, lowest in _PROBE_NUMBERS.items():
            for problem in number_problems(given, key, lowest, None, 10):
                yield replace(problem, subject=f"{probe}.{key}")
        if not _PATH.fullmatch(str(given.get("path", "/"))):
            yield Problem(f"{probe}.path", "must open with a slash, and have no space", given["path"], "/")
    if target is Target.LOCAL and "success_threshold" in args.get("readiness_probe", {}):
        rule = "is not taken with target=local, where one success counts"
        yield Problem("readiness_probe.success_threshold", rule, "a value", "leave it out")
    insights = known(args.get("application_insights_connection_string"))
    if insights is not None and "instrumentationkey=" not in insights.lower():
        rule = "must be a connection string, as Application Insights shows it"
        example = "InstrumentationKey=...;IngestionEndpoint=..."
        yield Problem("application_insights_connection_string", rule, f"{len(insights)} characters", example)


def _source_problems(args: Mapping[str, Any], target: Target) -> Iterator[Problem]:
    """What is wrong with each version's image and files; what is said of the service is said once."""
    told = list[Problem]()
    for name, version in versions_of(args).items():
        variant = args.get("deployments", {}).get(name, {})
        for problem in _version_problems(version, target):
            key = re.split(r"[.\[]", problem.subject)[0]
            found = replace(problem, subject=f"deployments.{name}.{problem.subject}") if key in variant else problem
            if found not in told:
                told.append(found)
                yield found


def _version_problems(version: Mapping[str, Any], target: Target) -> Iterator[Problem]:
    yield from environment_problems(version, online=target in ONLINE)
    if "service_image" in version:
        image, login_server = known(version["service_image"]), known(version.get("login_server"))
        yield from () if image is None else given_image_problems("service_image", image, login_server)
        return
    # A path without a letter would be the whole working directory.
    empty = [key for key in ("entry_script", "source_directory", *PYTHON_FORMS[:2]) if version.get(key) == ""]
    yield from (Problem(key, "must not be empty", "", f"examples/diabetes/{key}") for key in empty)
    if "" in version.get("models", ()):
        yield Problem("models", "must not hold an empty path", "", "examples/diabetes/model")
        return
    if "base_image" not in version:
        yield Problem("base_image", "is required", None, "output reference of CustomBaseImage")
    elif (base_image := known(version["base_image"])) is not None:
        yield from _image_problems(base_image, by_tag="inference_config" in version)
    if "entry_script" not in version:
        yield Problem("entry_script", "is required", None, "examples/diabetes/score.py")
        return
    source = service_source(version)
    yield from check_service_source(source)
    if target not in ONLINE:
        for index, model in enumerate(source.models):
            if isinstance(model, RegisteredModel):
                rule = f"must be a file or folder with target={target.value}: Azure ML mounts its models in endpoints"
                yield Problem(f"models[{index}]", rule, f"azureml:{model.name}:{model.version}", "model.joblib")


def _image_problems(base_image: str, *, by_tag: bool) -> list[Problem]:
    """Whether an image is named as it must be; a v1 file may name it by its tag, which is looked up."""
    example = "contosoml.azurecr.io/diabetes-base:v1@sha256:<64 hexadecimal digits>"
    try:
        image = ImageReference.parse(base_image)
    except InvalidImageReference as error:
        return [Problem("base_image", f"must be an image reference ({error.reason})", base_image, example)]
    if image.digest is None and not by_tag:
        return [Problem("base_image", "must name the image by its digest", base_image, example)]
    return check_registry_host(image.domain, "base_image")
