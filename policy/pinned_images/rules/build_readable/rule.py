"""A Dockerfile that a build will use can be read here."""

from __future__ import annotations

from collections.abc import Iterator

from azureml_scoring.policy_kit import NotChecked, Resource, Result, Rule, Severity
from azureml_scoring.rules import Problem, check_dockerfile

from ...dockerfiles import BUILDS, Build, builds
from ...settings import PinnedImages


def check(resource: Resource, settings: PinnedImages) -> Iterator[Result]:
    """Say what no rule could judge: a Dockerfile that is elsewhere (a warning), or one that can't be built."""
    for build in builds(resource, settings):
        if isinstance(build, Build):
            yield from check_dockerfile(build.text, build.arguments, build.label)
        elif isinstance(build, NotChecked):
            yield build
        else:
            rule = f"must be where the rules can read it ({build.reason})"
            yield Problem("Dockerfile", rule, None, "a file below the project, or dockerfile.inline", warning=True)


RULE = Rule(
    id="build-readable",
    summary="A Dockerfile that a build will use can be read, so that its FROM lines and packages are judged.",
    severity=Severity.MEDIUM,
    link="https://docs.docker.com/reference/dockerfile/",
    remediation="Correct the line that the message names; set projectFolder where pulumi runs in another folder.",
    reads=BUILDS,
    check=check,
    options=("project_folder",),
)
