"""What the requirement rules say of a base image's Dockerfile, before anything is built."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

from ._component import choice, known
from ._image_args import RequirementLevel
from .catalogue import image_facts
from .rules import BuildContext, InvalidContext, Problem, Report, Surroundings, inspect_dockerfile, reader_of
from .rules.base_image import State
from .rules.hadolint import GeneralReport, run_hadolint


def known_arguments(args: Mapping[str, Any]) -> dict[str, str]:
    """The build arguments as the rules take them: one that is secret, or not known yet, counts as given."""
    arguments = {key: known(value) or "unknown" for key, value in args.get("build_arguments", {}).items()}
    return arguments | dict.fromkeys(args.get("secret_build_arguments", {}), "unknown")


class ImageFiles:
    """The files of a base image, each thing that is made of them once: the checks look at it, and the outputs have it.

    Attributes:
        args: Inputs of a base image with a Dockerfile that parses; set by the checks.
    """

    def __init__(self) -> None:
        self.args: Mapping[str, Any] = {}

    @cached_property
    def context(self) -> BuildContext:
        """The build context; raises InvalidContext."""
        return BuildContext.from_directory(self.args["context"], self._dockerfile)

    @cached_property
    def report(self) -> Report | None:
        """What the rules say of the Dockerfile; None where they are off, or there is nothing to read."""
        text = self._text
        if text is None or _level(self.args, []) is RequirementLevel.OFF:
            return None
        surroundings = Surroundings(
            arguments=known_arguments(self.args),
            target=self.args.get("stage"),
            datasets=bool(self.args.get("uses_datasets")),
            lookup=image_facts,
            read=self._read,
        )
        return inspect_dockerfile(text, surroundings)

    def lines(self) -> list[str]:
        """The report as the component's output: what the image will hold, each finding by its weight, then hadolint's.

        Hadolint's findings are counted apart, and never a reason to stop.
        """
        if self.report is None:
            return []
        return [*_report_lines(self.report), *_general_lines(run_hadolint(self._text or ""))]

    @property
    def _dockerfile(self) -> str:
        return str(self.args.get("dockerfile", "Dockerfile"))

    @cached_property
    def _text(self) -> str | None:
        try:
            return Path(self.args["context"], self._dockerfile).read_text(encoding="utf-8", errors="replace")
        except OSError:
            return None

    def _read(self, path: str) -> str | None:
        """A file of the context, which is looked through when the first one is asked for: few Dockerfiles need it."""
        return self._reader(path)

    @cached_property
    def _reader(self) -> Callable[[str], str | None]:
        try:
            return reader_of(self.context)
        except InvalidContext:
            return lambda _path: None


def requirement_problems(files: ImageFiles) -> list[Problem]:
    """What falls short of what Azure ML asks, as heavy as `requirement_level` has it."""
    problems = list[Problem]()
    level = _level(files.args, problems)
    if files.report is None:
        return problems
    path = str(Path(files.args["context"], files.args.get("dockerfile", "Dockerfile")))
    found = files.report.problems(path)
    if level is RequirementLevel.WARNING:
        found = [replace(problem, warning=True) for problem in found]
    return problems + found


def _report_lines(report: Report) -> list[str]:
    facts = {"Ubuntu": report.ubuntu, "conda": report.conda, "Python": report.python, "libfuse-dev": report.libfuse}
    found = [f"{finding.severity.value}: {finding.as_problem()}" for finding in report.findings]
    # Of a package whose version is not named it is known that it is there.
    there = {what: fact if fact.version or fact.state is not State.KNOWN else "there" for what, fact in facts.items()}
    return [*(f"{what}: {fact}" for what, fact in there.items()), *found]


def _general_lines(report: GeneralReport) -> list[str]:
    """What hadolint says: how many findings of each level, then each; or why it was not asked."""
    if report.missing:
        return [f"hadolint: not asked: {report.missing}"]
    counts = Counter(finding.level for finding in report.findings)
    told = ", ".join(f"{number} {level}" for level, number in sorted(counts.items())) or "nothing found"
    each = [f"hadolint {one.level}: Dockerfile:{one.line} {one.code} {one.message}" for one in report.findings]
    return [f"hadolint: {told}", *each]


def _level(args: Mapping[str, Any], problems: list[Problem]) -> RequirementLevel:
    return choice(
        RequirementLevel, args.get("requirement_level", RequirementLevel.ERROR), "requirement_level", problems
    )
