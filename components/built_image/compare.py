"""What an image says of itself, held against its Dockerfile's answer and against what Azure ML asks for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..rules.base_image import Fact, Finding, Rule, Severity, State, check_facts, numbers
from .answer import ImageAnswer, PackageKind

if TYPE_CHECKING:
    from ..rules import Report

__all__ = ["Judgement", "judge"]

_SUBJECTS = {
    "Ubuntu": (Rule.UBUNTU, "name the image that FROM starts from by the digest of the one that you mean"),
    "conda": (Rule.CONDA, "RUN conda install -y conda=<version>, as the last command that changes it"),
    "Python": (Rule.PYTHON, "RUN conda install -y python=<version>, as the last command that changes it"),
    "libfuse-dev": (Rule.LIBFUSE, "RUN apt-get install -y libfuse-dev=<version>"),
}
"""What both tell -> its rule, and what makes them agree."""


@dataclass(frozen=True)
class Judgement:
    """What came of asking an image.

    Attributes:
        answer: What the image said.
        findings: Where it falls short (errors, or unknown), and where it differs from its Dockerfile (warnings).
    """

    answer: ImageAnswer
    findings: tuple[Finding, ...]

    def lines(self) -> list[str]:
        """The answer, then each finding by its weight."""
        facts = [f"{name}: {_spoken(fact)}" for name, fact in _facts(self.answer).items()]
        if self.answer.mamba.state is State.KNOWN:
            facts.append(f"mamba: {self.answer.mamba}")
        counts = ", ".join(f"{self.answer.count(kind)} {kind.value}" for kind in PackageKind)
        unread = "".join(f"; the list of {kind.value} can't be read" for kind in self.answer.unlisted)
        found = [f"{finding.severity.value}: {finding.as_problem('image')}" for finding in self.findings]
        return [*facts, f"packages: {counts}{unread}", *found]


def judge(answer: ImageAnswer, report: Report | None, *, datasets: bool) -> Judgement:
    """Judge an image by what it says.

    Args:
        answer: What it says.
        report: The report on its Dockerfile; None where there is none to agree with.
        datasets: True where the image is to mount datasets, which takes libfuse-dev.
    """
    libfuse = answer.libfuse if datasets else None
    findings = list(check_facts(answer.ubuntu, answer.conda, answer.python, libfuse))
    if report is not None:
        findings += _differences(answer, report)
    return Judgement(answer, tuple(findings))


def _differences(answer: ImageAnswer, report: Report) -> Iterator[Finding]:
    told = {"Ubuntu": report.ubuntu, "conda": report.conda, "Python": report.python, "libfuse-dev": report.libfuse}
    for name, image in _facts(answer).items():
        dockerfile = told[name]
        if _agree(dockerfile, image) is not False:
            continue
        rule, fix = _SUBJECTS[name]
        said = f" ({dockerfile.source})" if dockerfile.source else ""
        needed = f"should have the {name} of its Dockerfile, {_spoken(dockerfile)}{said}"
        yield Finding(rule, Severity.WARNING, f"{name} {_spoken(image)}", needed, fix)


def _facts(answer: ImageAnswer) -> dict[str, Fact]:
    facts = (answer.ubuntu, answer.conda, answer.python, answer.libfuse)
    return dict(zip(_SUBJECTS, facts, strict=True))


def _agree(dockerfile: Fact, image: Fact) -> bool | None:
    """Whether both say the same; None where one of them does not know."""
    if State.UNKNOWN in {dockerfile.state, image.state}:
        return None
    if dockerfile.state is not image.state:
        return False
    if not dockerfile.version or not image.version:
        return True
    wanted, found = numbers(dockerfile.version), numbers(image.version)
    if wanted is None or found is None:
        return dockerfile.version == image.version
    # 3.7 in a Dockerfile is any 3.7 in the image.
    return found >= wanted if dockerfile.at_least else found[: len(wanted)] == wanted


def _spoken(fact: Fact) -> str:
    return "there" if fact.state is State.KNOWN and not fact.version else str(fact)
