"""What can go wrong, as a tree; each error names every problem that it is about.

AdoptionError
├── BadExport     a file is no export of Azure Resource Manager, or lacks what is needed
├── Misuse        the command line can't be meant so, or asks for what the export does not have
└── OutputTaken   what would be written is there already
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from azureml_scoring.rules import Problem


class AdoptionError(Exception):
    """Whatever a person has to see; nothing was written.

    Attributes:
        problems: All that is wrong, a sentence each.
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        lines = [str(problem) for problem in problems]
        super().__init__(lines[0] if len(lines) == 1 else "\n".join([f"{len(lines)} problems:", *lines]))


class BadExport(AdoptionError):
    """Files that are no export, or one without what the adoption needs."""


class Misuse(AdoptionError):
    """A command line that can't be meant so, or that names what the export does not have."""


class OutputTaken(AdoptionError):
    """Files of an earlier adoption, which may have been edited since."""

    def __init__(self, paths: Sequence[Path]) -> None:
        rule = "is there already, and may have been edited"
        super().__init__([Problem(str(path), rule, "a file", "--force, or another --out") for path in paths])
