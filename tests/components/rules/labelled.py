"""The corpus of Dockerfiles: each with what a person says of it."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from azureml_scoring.catalogue import image_facts
from azureml_scoring.rules.base_image import Finding, Report, Severity, Surroundings, inspect_dockerfile

FOLDER = Path(__file__).with_name("corpus")
TODAY = date(2026, 11, 22)


@dataclass(frozen=True)
class Case:
    """One Dockerfile, the files beside it, and its labels."""

    name: str
    label: dict[str, Any]

    @property
    def text(self) -> str:
        """Its content."""
        return (FOLDER / self.name / "Dockerfile").read_text(encoding="utf-8")

    def read(self, path: str) -> str | None:
        """A file beside the Dockerfile: the build context."""
        file = FOLDER / self.name / path
        return file.read_text(encoding="utf-8") if file.is_file() else None

    def report(self) -> Report:
        """What the rules say."""
        given = Surroundings(
            arguments=self.label.get("arguments", {}),
            target=self.label.get("target"),
            datasets=self.label.get("datasets", False),
            lookup=image_facts,
            read=self.read,
            today=TODAY,
        )
        return inspect_dockerfile(self.text, given)

    def expected(self) -> set[str]:
        """The findings that a person would report."""
        return set(self.label["findings"])


def cases() -> list[Case]:
    """Every Dockerfile of the corpus."""
    labels = tomllib.loads((FOLDER / "labels.toml").read_text(encoding="utf-8"))
    return [Case(name, label) for name, label in labels.items()]


def worded(finding: Finding) -> str:
    """A finding as the labels have it: `<rule>[?] [<file>:]<line>`."""
    unknown = "?" if finding.severity is Severity.UNKNOWN else ""
    place = f"{finding.file}:{finding.line}" if finding.file else str(finding.line or 0)
    return f"{finding.rule.value}{unknown} {place}"
