"""What a base image asks of its inputs, and which builder they mean."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ._component import choice, known, number_problems
from ._image_args import ImageBuilder
from ._image_question_checks import question_problems
from ._image_report import ImageFiles, known_arguments, requirement_problems
from .catalogue import default_image
from .pull import access_problems
from .rules import (
    Dockerfile,
    ImageReference,
    InvalidImageReference,
    NameKind,
    Problem,
    check_base_image_source,
    check_image_stem,
    check_name,
    check_registry_host,
)

_NEEDED: Mapping[ImageBuilder, Mapping[str, str]] = {
    ImageBuilder.ACR_TASKS: {
        "registry_name": "output name of ContainerRegistry",
        "login_server": "output login_server of ContainerRegistry",
        "storage_account_name": "output storage_account_name of Workspace",
        "context": "examples/diabetes",
        "image_name": "diabetes-base",
    },
    ImageBuilder.DOCKER: {
        "login_server": "output login_server of ContainerRegistry",
        "context": "examples/diabetes",
        "image_name": "diabetes-base",
    },
    ImageBuilder.PREBUILT: {},
}
"""Builder -> the inputs that it can't do without, with an example each."""

_BUILT = (
    "context",
    "image_name",
    "dockerfile",
    "tags",
    "build_arguments",
    "secret_build_arguments",
    "stage",
    "platform",
    "requirement_level",
    "image_check",
    "packages_file",
    "pull_username",
    "pull_password",
    "base_image_registry",
)
_BY_DOCKER = ("push_username", "push_password", "cache_image", "build_secrets")
_BY_TASKS = ("agent_pool", "timeout_seconds")
_IMPORTED = ("image_name", "tags", "platform", *_BY_TASKS)
"""What `prebuilt` takes where the image is imported, which a run of ACR Tasks does."""
_OTHERS: Mapping[ImageBuilder, tuple[str, ...]] = {
    ImageBuilder.ACR_TASKS: ("image", "import_image", *_BY_DOCKER),
    ImageBuilder.DOCKER: ("image", "import_image", *_BY_TASKS),
    ImageBuilder.PREBUILT: (*_BUILT, *_BY_TASKS, *_BY_DOCKER),
}
"""Builder -> the inputs that it has no use for; where the registry and the storage account are may be said to all."""

_ARCHITECTURES = ("amd64", "arm64", "arm", "386", "x86")
_PLATFORM = re.compile(rf"linux/(?:{'|'.join(_ARCHITECTURES)})(?:/v[678])?")
_AGENT_POOL = re.compile("[a-zA-Z0-9-]{3,20}")
_TIMEOUT = (300, 28_800)
"""Shortest and longest time that ACR Tasks take, in seconds."""


def builder_of(args: Mapping[str, Any], problems: list[Problem] | None = None) -> ImageBuilder:
    """The builder that the inputs mean; one that there is not is added to `problems`."""
    if args.get("default_image"):
        return ImageBuilder.PREBUILT
    if "builder" in args:
        return choice(ImageBuilder, args["builder"], "builder", problems if problems is not None else [])
    return ImageBuilder.ACR_TASKS if "context" in args else ImageBuilder.PREBUILT


def prebuilt_image(args: Mapping[str, Any]) -> Any:
    """The image that `prebuilt` uses: the one that is named, else the catalogue's default."""
    if args.get("default_image") or "image" not in args:
        return str(default_image().reference)
    return args["image"]


def base_image_problems(name: str, args: Mapping[str, Any], files: ImageFiles | None = None) -> list[Problem]:
    """What is wrong with the inputs of a base image; values that are not known yet are left to Azure.

    Args:
        name: The component's name.
        args: Its inputs, as in `CustomBaseImageArgs`.
        files: Receives what was read of its files.
    """
    files = files or ImageFiles()
    files.args = args
    problems = check_image_stem(name, "name")
    builder = builder_of(args, problems)
    if args.get("default_image"):
        return problems + (_import_problems(args) if args.get("import_image") else [])
    problems += _combination_problems(builder, args)
    if builder is ImageBuilder.PREBUILT:
        target = _target_problems(builder, args) if args.get("import_image") else []
        return problems + _prebuilt_problems(args) + target
    return (
        problems
        + _target_problems(builder, args)
        + _push_problems(args)
        + question_problems(args, builder)
        + _source_problems(files)
        + _base_problems(args)
    )


def _target_problems(builder: ImageBuilder, args: Mapping[str, Any]) -> list[Problem]:
    """What is wrong with what is to be made: its name, its tags, for what platform, where and how long."""
    problems = []
    if "image_name" in args:
        problems += check_name(NameKind.IMAGE, args["image_name"], "image_name")
    for tag in args.get("tags", []):
        problems += check_name(NameKind.TAG, tag, "tags")
    problems += _platform_problems(builder, args)
    return problems + number_problems(args, "timeout_seconds", *_TIMEOUT, 1800)


def _import_problems(args: Mapping[str, Any]) -> list[Problem]:
    """What an import lacks."""
    return [
        Problem(key, "is required with import_image", None, example)
        for key, example in _NEEDED[ImageBuilder.ACR_TASKS].items()
        if key != "context" and key not in args
    ]


def _combination_problems(builder: ImageBuilder, args: Mapping[str, Any]) -> list[Problem]:
    """What a builder lacks, and what it has no use for."""
    word = f"builder={builder.value}"
    problems = [
        Problem(key, f"is required with {word}", None, example)
        for key, example in _NEEDED[builder].items()
        if key not in args
    ]
    imports = bool(args.get("import_image")) and builder is ImageBuilder.PREBUILT
    problems += _import_problems(args) if imports else []
    unused = (key for key in _OTHERS[builder] if key in args and not (imports and key in _IMPORTED))
    fix = f"{word} without it"
    problems += [Problem(key, f"is not taken with {word}", "a value", fix) for key in unused]
    both = sorted(args.get("build_arguments", {}).keys() & args.get("secret_build_arguments", {}).keys())
    rule = "must not hold an argument that build_arguments holds as well"
    problems += [Problem("secret_build_arguments", rule, argument, "one of the two") for argument in both]
    return problems


def _platform_problems(builder: ImageBuilder, args: Mapping[str, Any]) -> list[Problem]:
    problems = []
    given = args.get("platform", "linux/amd64")
    platforms = given.split(",") if builder is ImageBuilder.DOCKER else [given]
    if not all(_PLATFORM.fullmatch(platform) for platform in platforms):
        rule = f"must be linux/<architecture>, with /v6, /v7 or /v8 at most ({', '.join(_ARCHITECTURES)})"
        problems.append(Problem("platform", rule, given, "linux/amd64"))
    if not _AGENT_POOL.fullmatch(args.get("agent_pool", "shared")):
        rule = "must be 3 to 20 letters, digits and hyphens"
        problems.append(Problem("agent_pool", rule, args["agent_pool"], "builders"))
    return problems


def _push_problems(args: Mapping[str, Any]) -> list[Problem]:
    given = [key for key in ("push_username", "push_password") if key in args]
    if len(given) != 1:
        return []
    (missing,) = {"push_username", "push_password"} - set(given)
    return [Problem(missing, f"is required with {given[0]}", None, "the login that pushes, or neither of them")]


def _source_problems(files: ImageFiles) -> list[Problem]:
    """What is wrong with the folder, its Dockerfile and the stage that is to be built."""
    args = files.args
    if "context" not in args:
        return []
    arguments = known_arguments(args)
    context, dockerfile = Path(args["context"]), args.get("dockerfile", "Dockerfile")
    problems = check_base_image_source(context, dockerfile, arguments)
    if not problems and "stage" in args:
        problems = _stage_problems(args["stage"], (context / dockerfile).read_text(errors="replace"), arguments)
    return problems or requirement_problems(files)


def _stage_problems(stage: str, dockerfile: str, arguments: Mapping[str, str]) -> list[Problem]:
    stages = Dockerfile.parse(dockerfile, arguments).stages
    names = [*(one.name for one in stages if one.name), *(str(number) for number in range(len(stages)))]
    if stage.lower() in names:
        return []
    return [Problem("stage", "must be a stage of the Dockerfile", stage, f"one of {', '.join(names)}")]


def _prebuilt_problems(args: Mapping[str, Any]) -> list[Problem]:
    problems = access_problems("base_image", args)
    image = known(prebuilt_image(args))
    if image is None:
        return problems
    try:
        ImageReference.parse(image)
    except InvalidImageReference as error:
        fix = str(default_image().reference)
        problems.append(Problem("image", f"must be a reference to an image ({error.reason})", image, fix))
    return problems


def _base_problems(args: Mapping[str, Any]) -> list[Problem]:
    """What can't be among the inputs for a private registry that the Dockerfile starts FROM."""
    problems = access_problems("base_image", args)
    if "base_image_registry" not in args and "base_image_username" in args:
        rule = "is required with base_image_username"
        problems.append(Problem("base_image_registry", rule, None, "registry.contoso.com"))
    host = known(args.get("base_image_registry"))
    return problems + (check_registry_host(host, "base_image_registry") if host is not None else [])
