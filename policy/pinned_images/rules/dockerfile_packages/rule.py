"""A Dockerfile's packages have versions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Final

from azureml_scoring.policy_kit import Level, NotChecked, Resource, Result, Rule, Severity
from azureml_scoring.policy_kit.values import UNKNOWN
from azureml_scoring.rules import BuildContext, Surroundings, inspect_dockerfile, reader_of
from azureml_scoring.rules.base_image import Rule as Asked
from azureml_scoring.rules.context import InvalidContext

from ...dockerfiles import BUILDS, Build, builds
from ...settings import PinnedImages

_PINS: Final = {Asked.APT_PIN, Asked.PIP_PIN, Asked.CONDA_PIN, Asked.UV_PIN}


def check(resource: Resource, settings: PinnedImages) -> Iterator[Result]:
    """Ask the rules of `CustomBaseImage`, with the files of the context where that is a folder."""
    for build in builds(resource, settings):
        if isinstance(build, NotChecked):
            yield build
        elif isinstance(build, Build):
            read = reader_of(context) if (context := _context(build.folder)) else lambda _path: None
            surroundings = Surroundings(build.arguments, build.target, read=read)
            for finding in inspect_dockerfile(build.text, surroundings).findings:
                if finding.rule not in _PINS:
                    continue
                if UNKNOWN in (finding.found or ""):
                    yield NotChecked(f"{build.label}:{finding.line}", "a build argument")
                else:
                    yield replace(finding.as_problem(build.label), warning=False)


@lru_cache(maxsize=32)
def _context(folder: Path | None) -> BuildContext | None:
    """The context; one that can't be read is as one that isn't there."""
    try:
        return BuildContext.from_directory(folder) if folder else None
    except (InvalidContext, OSError):
        return None


RULE = Rule(
    id="dockerfile-packages",
    summary="A Dockerfile names the versions of the packages that it installs: apt, pip, conda, uv.",
    severity=Severity.MEDIUM,
    link="https://docs.docker.com/build/building/best-practices/#apt-get",
    remediation="Write curl=7.81.0-1ubuntu1.20 for apt, numpy==2.1.3 for pip and uv, python=3.11.9 for conda.",
    reads=BUILDS,
    check=check,
    # Microsoft's own sample leaves apt packages open.
    level=Level.ADVISORY,
    options=("project_folder",),
)
