"""What the inputs of a scoring service must obey, alone and together."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ._component import choice, key_problems, known, number_problems
from ._service_args import AciOptions, LocalOptions, Target
from .pull import access_problems
from .rules import (
    ImageReference,
    InvalidImageReference,
    NameKind,
    Problem,
    ServiceSource,
    check_image_stem,
    check_local_port,
    check_name,
    check_registry_host,
    check_service_source,
)


def service_problems(name: str, args: Mapping[str, Any]) -> list[Problem]:
    """What is wrong with the inputs of a service; values that are not known yet are left to Azure.

    Args:
        name: The component's name.
        args: Its inputs, as in `ScoringServiceArgs`.
    """
    problems: list[Problem] = []
    target = choice(Target, args.get("target", Target.LOCAL), "target", problems)
    problems += check_image_stem(name, "name")
    base_image, login_server = known(args["base_image"]), known(args["login_server"])
    # An empty one comes from a workspace without a registry, which has an error of its own.
    problems += check_registry_host(login_server, "login_server") if login_server else []
    problems += _image_problems(base_image) if base_image is not None else []
    problems += access_problems("pull", args, outside_azure=target is Target.LOCAL)
    problems += access_problems("base_image", args)
    problems += [
        # A path without a letter would be the whole working directory.
        Problem(key, "must not be empty", "", "examples/diabetes/model")
        for key in ("entry_script", "model", "requirements", "source_directory")
        if args.get(key) == ""
    ]
    problems += number_problems(args, "pull_wait_seconds", 0, None, 300)
    return problems + _target_problems(name, args, target) + check_service_source(service_source(args))


def service_source(args: Mapping[str, Any]) -> ServiceSource:
    """The files of a service."""
    directory = args.get("source_directory")
    return ServiceSource(
        entry_script=Path(args["entry_script"]),
        source_directory=Path(directory) if directory else None,
        model=Path(args["model"]),
        requirements=Path(args["requirements"]),
    )


def local_port(args: Mapping[str, Any]) -> int:
    """The port on 127.0.0.1 of a local service."""
    # A plugin's caller sends every number as a float.
    return int(args.get("local", {}).get("port", 8890))


def _target_problems(name: str, args: Mapping[str, Any], target: Target) -> list[Problem]:
    problems = [
        Problem(other.value, f"is not taken with target={target.value}", "options", f"target={other.value}")
        for other in Target
        if other is not target and other.value in args
    ]
    if target is Target.LOCAL:
        problems += key_problems(LocalOptions, args.get("local", {}), "local.")
        return problems + check_local_port(local_port(args), name, "local.port")
    return problems + key_problems(AciOptions, args.get("aci", {}), "aci.") + _aci_problems(args.get("aci", {}))


def _aci_problems(options: Mapping[str, Any]) -> list[Problem]:
    problems: list[Problem] = []
    if (cpu := options.get("cpu", 1)) <= 0 or cpu % 0.5:
        problems.append(Problem("aci.cpu", "must be a positive number of cores, in halves", cpu, "1.5"))
    if (memory := options.get("memory_gb", 1.5)) <= 0:
        problems.append(Problem("aci.memory_gb", "must be a positive number of GB", memory, "1.5"))
    label = options.get("dns_name_label")
    return problems + (check_name(NameKind.DNS_LABEL, label, "aci.dns_name_label") if label else [])


def _image_problems(base_image: str) -> list[Problem]:
    example = "contosoml.azurecr.io/diabetes-base:v1@sha256:<64 hexadecimal digits>"
    try:
        image = ImageReference.parse(base_image)
    except InvalidImageReference as error:
        return [Problem("base_image", f"must be an image reference ({error.reason})", base_image, example)]
    if image.digest is None:
        return [Problem("base_image", "must name the image by its digest", base_image, example)]
    return check_registry_host(image.domain, "base_image")
