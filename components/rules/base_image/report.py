"""The report on a Dockerfile: what its image will hold, and where that falls short."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING

from ..dockerfile import Dockerfile, InvalidDockerfile
from ..problem import Problem
from .finding import Fact, Finding, Rule, Severity, State
from .images import UNKNOWN, ImageFacts, ImageLookup, well_known
from .minima import check_end_of_life, check_minima
from .secrets import check_secret
from .walk import Walk

if TYPE_CHECKING:
    from ..image_reference import ImageReference
    from .image_files import Reader
    from .state import StageState

__all__ = ["Report", "StageReport", "Surroundings", "inspect_dockerfile"]

_MOVING = re.compile(r"(?:latest|rolling|devel|edge|nightly|stable|main|master)(?:-.*)?", re.IGNORECASE)
"""Tags that are given to one image after the other."""
_UNREAD = Fact(State.UNKNOWN, source="a Dockerfile that can't be read")


@dataclass(frozen=True)
class Surroundings:
    """What a Dockerfile is judged with.

    Attributes:
        arguments: Build arguments.
        target: Name of the stage that is built; None for the last one.
        datasets: True where the image is to mount Azure ML datasets, which takes libfuse-dev.
        lookup: What is known of images, such as a catalogue's `facts_of`; names tell the rest.
        read: Files of the build context, by path; without it no requirements file can be followed.
        today: The day that ends of maintenance are held against.
    """

    arguments: Mapping[str, str] = field(default_factory=dict)
    target: str | None = None
    datasets: bool = False
    lookup: ImageLookup = lambda _image: None
    read: Reader = lambda _path: None
    today: date = field(default_factory=date.today)


@dataclass(frozen=True)
class StageReport:
    """What is known of one stage.

    Attributes:
        name: Its name, or its number from 0.
        base: What it starts from, build arguments resolved.
        ubuntu: Its Ubuntu.
        conda: The conda of its base environment.
        python: The Python that its user gets.
    """

    name: str
    base: str
    ubuntu: Fact
    conda: Fact
    python: Fact


@dataclass(frozen=True)
class Report:
    """What the rules say of a Dockerfile.

    Attributes:
        findings: What is wrong or can't be told, in the order of the lines.
        ubuntu: Ubuntu of the image that is built.
        conda: Its conda.
        python: Its Python.
        libfuse: Its package libfuse-dev.
        base_images: Every image that a `FROM` names, build arguments resolved, each once; what a policy looks at.
        stages: The stages, in their order.
    """

    findings: tuple[Finding, ...]
    ubuntu: Fact
    conda: Fact
    python: Fact
    libfuse: Fact
    base_images: tuple[str, ...]
    stages: tuple[StageReport, ...]

    def of(self, severity: Severity) -> tuple[Finding, ...]:
        """Return the findings of one severity."""
        return tuple(finding for finding in self.findings if finding.severity is severity)

    def problems(self, dockerfile: str = "Dockerfile") -> list[Problem]:
        """Return the findings as problems of the Dockerfile; all but errors are warnings."""
        return [finding.as_problem(dockerfile) for finding in self.findings]


def inspect_dockerfile(text: str, surroundings: Surroundings | None = None) -> Report:
    """Judge a Dockerfile; any text gets a report, and one that can't be built is known for nothing.

    Args:
        text: Content of the file.
        surroundings: What it is judged with.
    """
    given = surroundings or Surroundings()
    try:
        dockerfile = Dockerfile.parse(text, given.arguments)
    except InvalidDockerfile as error:
        return _unreadable(error.problems)
    walk = Walk(dockerfile, given.arguments, lambda image: _facts(image, given.lookup), given.read, [])
    walk.go()
    last = _built_stage(walk, given.target)
    if last is None:
        fix = "one of " + ", ".join(stage.name or str(index) for index, stage in enumerate(dockerfile.stages))
        return _unreadable([Problem("Dockerfile", "must have the stage that is to be built", given.target, fix)])
    findings = [*_global_secrets(dockerfile), *_image_pins(dockerfile)]
    findings += [finding for state in walk.states for finding in state.findings]
    findings += [finding for claimed in last.claims.values() for finding in claimed]
    findings += check_minima(last, datasets=given.datasets)
    findings += check_end_of_life(last, given.today)
    return Report(
        findings=tuple(sorted(dict.fromkeys(findings), key=lambda one: (one.file or "", one.line or 0))),
        ubuntu=last.ubuntu,
        conda=last.seen(last.conda),
        python=last.seen(last.python),
        libfuse=last.seen(last.libfuse),
        base_images=tuple(str(image) for image in dockerfile.base_images),
        stages=tuple(_stage_report(index, walk) for index in range(len(walk.states))),
    )


def _facts(image: ImageReference, lookup: ImageLookup) -> ImageFacts:
    return lookup(image) or well_known(image)


def _built_stage(walk: Walk, target: str | None) -> StageState | None:
    return walk.states[-1] if target is None else walk.stage_named(target)


def _stage_report(index: int, walk: Walk) -> StageReport:
    stage, state = walk.dockerfile.stages[index], walk.states[index]
    name = stage.name or str(index)
    return StageReport(name, stage.base, state.ubuntu, state.seen(state.conda), state.seen(state.python))


def _unreadable(problems: tuple[Problem, ...] | list[Problem]) -> Report:
    findings = tuple(
        Finding(
            Rule.SYNTAX,
            Severity.ERROR,
            None if problem.value is None else str(problem.value),
            problem.rule,
            problem.fix,
            problem.line,
        )
        for problem in problems
    )
    facts = replace(UNKNOWN, ubuntu=_UNREAD, conda=_UNREAD, python=_UNREAD, libfuse=_UNREAD)
    return Report(findings, facts.ubuntu, facts.conda, facts.python, facts.libfuse, (), ())


def _global_secrets(dockerfile: Dockerfile) -> list[Finding]:
    found: list[Finding | None] = []
    for instruction in dockerfile.preamble:
        for word in instruction.words:
            name, equals, default = word.partition("=")
            found.append(check_secret("ARG", name, default if equals else None, instruction.line))
    return [finding for finding in found if finding]


def _image_pins(dockerfile: Dockerfile) -> list[Finding]:
    """Judge how firmly each `FROM` names its image: by a tag that doesn't move, or by a digest."""
    findings = []
    for stage in dockerfile.stages:
        image = stage.image
        if image is None or image.digest or (image.tag and not _MOVING.fullmatch(image.tag)):
            continue
        needed = "should name the image by a tag that stays on it, or by its digest"
        fix = f"FROM {image.path.removeprefix('library/')}@sha256:<64 hexadecimal digits>"
        findings.append(Finding(Rule.IMAGE_PIN, Severity.WARNING, stage.base, needed, fix, stage.line))
    return findings
