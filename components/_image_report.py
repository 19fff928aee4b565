"""What the requirement rules say of a base image's Dockerfile, before anything is built."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from ._component import choice, known
from ._image_args import RequirementLevel
from .catalogue import image_facts
from .rules import BuildContext, InvalidContext, Problem, Report, Surroundings, inspect_dockerfile, reader_of
from .rules.base_image import State


def known_arguments(args: Mapping[str, Any]) -> dict[str, str]:
    """The build arguments as the rules take them: one that is secret, or not known yet, counts as given."""
    arguments = {key: known(value) or "unknown" for key, value in args.get("build_arguments", {}).items()}
    return arguments | dict.fromkeys(args.get("secret_build_arguments", {}), "unknown")


def requirement_problems(args: Mapping[str, Any]) -> list[Problem]:
    """What falls short, as heavy as `requirement_level` has it.

    Args:
        args: Inputs of a base image with a Dockerfile that parses.
    """
    problems = list[Problem]()
    level = _level(args, problems)
    report = inspect(args)
    if report is None:
        return problems
    path = str(Path(args["context"], args.get("dockerfile", "Dockerfile")))
    found = report.problems(path)
    if level is RequirementLevel.WARNING:
        found = [replace(problem, warning=True) for problem in found]
    return problems + found


def inspect(args: Mapping[str, Any]) -> Report | None:
    """The report on the Dockerfile; None where the rules are off, or there is nothing to read."""
    if _level(args, []) is RequirementLevel.OFF:
        return None
    folder, dockerfile = Path(args["context"]), args.get("dockerfile", "Dockerfile")
    try:
        text = (folder / dockerfile).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    surroundings = Surroundings(
        arguments=known_arguments(args),
        target=args.get("stage"),
        datasets=bool(args.get("uses_datasets")),
        lookup=image_facts,
        read=_reader(folder, dockerfile),
    )
    return inspect_dockerfile(text, surroundings)


def report_lines(report: Report | None) -> list[str]:
    """The report as the component's output: what the image will hold, then each finding by its weight."""
    if report is None:
        return []
    facts = {"Ubuntu": report.ubuntu, "conda": report.conda, "Python": report.python, "libfuse-dev": report.libfuse}
    found = [f"{finding.severity.value}: {finding.as_problem()}" for finding in report.findings]
    # Of a package whose version is not named it is known that it is there.
    there = {what: fact if fact.version or fact.state is not State.KNOWN else "there" for what, fact in facts.items()}
    return [*(f"{what}: {fact}" for what, fact in there.items()), *found]


def _reader(folder: Path, dockerfile: str) -> Callable[[str], str | None]:
    """Reads files of the context, which is looked through when the first one is asked for: few Dockerfiles need it."""

    @cache
    def context() -> Callable[[str], str | None]:
        try:
            return reader_of(BuildContext.from_directory(folder, dockerfile))
        except InvalidContext:
            return lambda _path: None

    def read(path: str) -> str | None:
        return context()(path)

    return read


def _level(args: Mapping[str, Any], problems: list[Problem]) -> RequirementLevel:
    return choice(
        RequirementLevel, args.get("requirement_level", RequirementLevel.ERROR), "requirement_level", problems
    )
