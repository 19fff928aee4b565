"""The Python environment of a service: what is installed on top of its base image, in one of three forms."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from .environment import check_requirements
from .environment_file import check_conda_environment
from .problem import Problem
from .requirements_file import file_lines

__all__ = ["PythonEnvironment", "check_python_environment"]

_INCLUDED = re.compile(r"(?:-r|--requirement)[\s=]*(?P<path>\S.*)")
_FORMS = ("requirements", "conda_file", "pip_packages")
_PYTHON = "3.11"
"""Python of an environment that names none: one that the server and its dependencies have wheels for."""


@dataclass(frozen=True)
class PythonEnvironment:
    """What is installed; one of the four is given.

    Attributes:
        requirements: pip requirements file.
        conda_file: Conda environment file.
        pip_packages: pip requirements, a line each; none where the base image brings all.
        conda_text: Content of a conda environment file, out of a v1 file.
    """

    requirements: Path | None = None
    conda_file: Path | None = None
    pip_packages: tuple[str, ...] | None = None
    conda_text: str | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing is installed: the base image brings all."""
        return self.pip_packages == ()

    @property
    def is_conda(self) -> bool:
        """Whether conda installs it."""
        return self.conda_file is not None or self.conda_text is not None

    def pip_text(self) -> str:
        """The content of a requirements file that stands alone: `-r` lines are replaced by what they name.

        Raises:
            OSError: A file can't be read.
        """
        lines = _flat(self.requirements) if self.requirements else self.pip_packages or ()
        return "".join(f"{line}\n" for line in lines)

    def conda_yaml(self) -> str:
        """The content of a conda environment file; pip's requirements become the pip part of a new one.

        Raises:
            OSError: A file can't be read.
        """
        if self.conda_text is not None:
            return self.conda_text
        if self.conda_file is not None:
            return _standing_alone(self.conda_file.read_text(encoding="utf-8"), self.conda_file.parent)
        import yaml  # noqa: PLC0415 - only who needs such a file pays for the parser

        dependencies = [f"python={_PYTHON}", "pip", {"pip": self.pip_text().splitlines()}]
        return yaml.safe_dump({"name": "scoring", "dependencies": dependencies}, sort_keys=False)


def check_python_environment(environment: PythonEnvironment) -> list[Problem]:
    """Check that one form is given, and that what it names holds a package that serves the entry script.

    A file that isn't there is a problem of the input that names it; what is wrong in a file, of the file.
    """
    given = [form for form in _FORMS if getattr(environment, form) is not None]
    given += ["inference_config"] if environment.conda_text is not None else []
    if len(given) != 1:
        fix = '"requirements": "examples/diabetes/requirements.txt"'
        rule = "must be given, and no other of requirements, conda_file and pip_packages"
        return [Problem("requirements", rule, given or None, fix)]
    if environment.is_empty:
        rule = "should require azureml-inference-server-http; with none the base image must bring it"
        return [Problem("pip_packages", rule, None, "azureml-inference-server-http==1.5.1", warning=True)]
    file = environment.requirements or environment.conda_file
    if file is not None and not file.is_file():
        return [Problem(given[0], "must be a file that exists", str(file), "examples/diabetes/requirements.txt")]
    try:
        if environment.is_conda:
            return check_conda_environment(environment.conda_yaml(), str(file or given[0]))
        return check_requirements(environment.pip_text(), str(file or given[0]))
    except (OSError, UnicodeDecodeError) as error:
        rule = "must be in UTF-8 and must name requirements files that can be read"
        got = error.reason if isinstance(error, UnicodeDecodeError) else error.filename
        return [Problem(str(file), rule, got, "-r base.txt, a file beside it")]


def _flat(file: Path, seen: frozenset[Path] = frozenset()) -> Iterator[str]:
    """The lines of a requirements file, those of the files that it names in the place of their names."""
    path = file.resolve()
    if path in seen:
        return
    for line in path.read_text(encoding="utf-8").splitlines():
        included = _INCLUDED.fullmatch(line.strip())
        if included is None:
            yield line
        else:
            yield from _flat(path.parent / included["path"].split(" #")[0].strip(), seen | {path})


def _standing_alone(text: str, folder: Path) -> str:
    """A conda file whose pip part names no other file; one that names none stays as it is."""
    import yaml  # noqa: PLC0415 - only who has such a file pays for the parser

    if not re.search(r"^\s*-\s*[\"']?(?:-r|--requirement)", text, re.MULTILINE):
        return text
    try:
        document = yaml.safe_load(text)
        for part in document["dependencies"]:
            if isinstance(part, dict) and isinstance(part.get("pip"), list):
                part["pip"] = [one for line in part["pip"] for one in _included(str(line), folder)]
    except (yaml.YAMLError, KeyError, TypeError):
        return text  # what is wrong with it, its own check tells
    return yaml.safe_dump(document, sort_keys=False)


def _included(line: str, folder: Path) -> list[str]:
    included = _INCLUDED.fullmatch(line.strip())
    if included is None:
        return [line]
    return [body for _, body in file_lines("\n".join(_flat(folder / included["path"])))]
