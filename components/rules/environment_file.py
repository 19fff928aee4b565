"""Environments in the forms that Azure ML takes: conda's YAML, and the JSON of the old SDK (v1)."""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from .conda_file import InvalidCondaFile, Spec, read_conda_file
from .environment import check_server, is_server, read_requirements
from .problem import Problem
from .requirements_file import Requirement, read_requirement

__all__ = ["check_conda_environment", "check_v1_environment"]

_PIP_FILE = re.compile(r"(?:-r|--requirement)[\s=]*(?P<path>\S.*)")
_CONDA_NAME = re.compile(r"(?:\S+::)?(?P<name>[A-Za-z0-9_.-]+)(?P<version>.*)", re.DOTALL)
_OLDEST_PYTHON = (3, 5)
_PYTHON = re.compile(r"\s*={1,2}\s*(?P<major>\d{1,4})(?:\.(?P<minor>\d{1,4}))?")
_FIX = "- pip:\n    - azureml-inference-server-http==1.5.1"

Reader = Callable[[str], str | None]
"""Content of a file by its path beside the environment file; None where there is none."""


def _nothing(_path: str) -> None:
    return None


@dataclass
class _Packages:
    """What an environment names."""

    filename: str
    read: Reader = _nothing
    pip: list[Requirement] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def add_pip(self, spec: Spec) -> None:
        """Take a line of the pip part; a requirements file that it names is followed."""
        included = _PIP_FILE.fullmatch(spec.text.strip())
        if included is None:
            requirement = read_requirement(spec.text, spec.line)
            self.pip += [requirement] if requirement else []
            return
        path = included["path"]
        text = self.read(posixpath.normpath(path))
        if text is None:
            rule = "should name a requirements file that is there, so that its packages can be checked"
            self.problems.append(Problem(self.filename, rule, path, "requirements.txt", spec.line, warning=True))
            self.pip.append(Requirement("", (), None, spec.line))
        else:
            self.pip += [replace(one, line=spec.line) for one in read_requirements(text)]

    def add_conda(self, spec: Spec) -> None:
        """Take one of conda's packages: the server is none of them, and Python is 3.5 or later."""
        match = _CONDA_NAME.match(spec.text.strip())
        name = re.sub(r"[-_.]+", "-", match["name"]).lower() if match else ""
        if is_server(name):
            rule = f"must list {name} in its pip part"
            self.problems.append(Problem(self.filename, rule, spec.text, _FIX, spec.line))
        python = _PYTHON.match(match["version"]) if match and name == "python" else None
        if python and (int(python["major"]), int(python["minor"] or 99)) < _OLDEST_PYTHON:
            rule = "must have Python 3.5 or later"
            self.problems.append(Problem(self.filename, rule, spec.text, "python=3.12", spec.line))

    def verdict(self) -> list[Problem]:
        """Return every problem; where a part could not be read, a missing server is not claimed."""
        unread = any(not one.name for one in self.pip)
        known = [one for one in self.pip if one.name]
        if unread and not any(is_server(one.name) for one in known):
            return self.problems
        return [*self.problems, *check_server(known, self.filename)]


def check_conda_environment(text: str, filename: str, read: Reader = _nothing) -> list[Problem]:
    """Check a conda environment file: the server in its pip part, as in `check_requirements`, and its Python.

    Args:
        text: Content of the file.
        filename: What the problems are said of, e.g. `environment.yml`.
        read: Files beside it, for `-r requirements.txt` in the pip part.
    """
    try:
        environment = read_conda_file(text)
    except InvalidCondaFile as error:
        fix = "dependencies:\n  - python=3.12\n  - pip:\n    - azureml-inference-server-http==1.5.1"
        return [Problem(filename, f"must be a conda environment file ({error.reason})", None, fix, error.line)]
    packages = _Packages(filename, read)
    for spec in environment.conda:
        packages.add_conda(spec)
    for spec in environment.pip:
        packages.add_pip(spec)
    return packages.verdict()


def check_v1_environment(text: str, filename: str, read: Reader = _nothing) -> list[Problem]:
    """Check an environment of the old SDK: an `inferenceconfig.json` with one inside, or the environment alone.

    The server must be in the pip part; `inferencingStackVersion` should be `latest`, which installed the web
    service's apt packages; where the image brings all packages (`userManagedDependencies`), it is a warning.

    Args:
        text: Content of the file.
        filename: What the problems are said of.
        read: Files beside it, for `condaDependenciesFile`.
    """
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        return [Problem(filename, f"must be JSON ({error})", None, '{"entryScript": "score.py", "environment": {}}')]
    environment = document.get("environment", document) if isinstance(document, Mapping) else None
    if not isinstance(environment, Mapping):
        return [Problem(filename, "must hold an environment", type(environment).__name__, '{"environment": {}}')]
    return [*_check_stack(environment, filename), *_check_python(environment, filename, read)]


def _check_stack(environment: Mapping[str, Any], filename: str) -> list[Problem]:
    keys = ("inferencingStackVersion", "inferencing_stack_version")
    value = next((environment[key] for key in keys if environment.get(key) is not None), None)
    if value == "latest":
        return []
    rule = "should have inferencingStackVersion, which installs what the web service needs"
    return [Problem(filename, rule, value, '"inferencingStackVersion": "latest"', warning=True)]


def _check_python(environment: Mapping[str, Any], filename: str, read: Reader) -> list[Problem]:
    python = environment.get("python")
    section: Mapping[str, Any] = python if isinstance(python, Mapping) else {}
    if section.get("userManagedDependencies") is True:
        rule = "should let Azure ML install azureml-defaults; with userManagedDependencies the image must bring it"
        fix = '"userManagedDependencies": false'
        return [Problem(filename, rule, "userManagedDependencies: true", fix, warning=True)]
    file = section.get("condaDependenciesFile")
    if isinstance(file, str):
        content = read(posixpath.normpath(file))
        if content is not None:
            return check_conda_environment(content, file, read)
        rule = "must name a conda file that is there in python.condaDependenciesFile"
        return [Problem(filename, rule, file, "environment.yml")]
    dependencies = section.get("condaDependencies")
    items = dependencies.get("dependencies") if isinstance(dependencies, Mapping) else None
    packages = _Packages(filename, read)
    for item in items if isinstance(items, list) else []:
        if isinstance(item, str):
            packages.add_conda(Spec(item, 0))
        below = item.get("pip") if isinstance(item, Mapping) else None
        for line in below if isinstance(below, list) else []:
            packages.add_pip(Spec(str(line), 0))
    return [replace(problem, line=problem.line or None) for problem in packages.verdict()]
