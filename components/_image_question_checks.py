"""What is asked of the inputs that say whether and how a built image is asked what is in it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ._component import choice
from ._image_args import ImageBuilder, ImageCheck
from .pull import access_problems
from .rules import Problem


def image_check_of(args: Mapping[str, Any], builder: ImageBuilder, problems: list[Problem] | None = None) -> ImageCheck:
    """Whether the image is asked; a value that there is not is added to `problems`."""
    if "image_check" in args:
        return choice(ImageCheck, args["image_check"], "image_check", problems if problems is not None else [])
    near = builder is ImageBuilder.DOCKER or "packages_file" in args
    return ImageCheck.WHEN_POSSIBLE if near else ImageCheck.OFF


def question_problems(args: Mapping[str, Any], builder: ImageBuilder) -> list[Problem]:
    """What is wrong with the inputs that say whether and how the built image is asked."""
    problems = access_problems("pull", args)
    check = image_check_of(args, builder, problems)
    path = args.get("packages_file")
    if path is None:
        return problems
    if check is ImageCheck.OFF:
        fix = f"image_check={ImageCheck.WHEN_POSSIBLE.value}"
        problems.append(Problem("packages_file", "is not taken with image_check=off", path, fix))
    if Path(path).is_dir() or not Path(path).parent.is_dir():
        problems.append(Problem("packages_file", "must be a file in a folder that exists", path, "base.cdx.json"))
    return problems
