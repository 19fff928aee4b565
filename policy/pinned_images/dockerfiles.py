"""The Dockerfiles that a program's builds will use, as far as they lie where the pack runs."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import yaml
from azureml_scoring.policy_kit import NotChecked, Resource, Run, Undecided, Value
from azureml_scoring.rules import InvalidDockerfile
from azureml_scoring.rules.dockerfile import Dockerfile, Stage

from .settings import PinnedImages

__all__ = ["BUILDS", "Build", "NotFound", "builds", "from_lines"]

BUILDS: Final[Mapping[str, Sequence[str]]] = {
    "docker-build:index:Image": ("dockerfile.inline", "dockerfile.location", "context.location", "buildArgs", "target"),
    "docker:index/image:Image": ("build.dockerfile", "build.context", "build.args", "build.target"),
    "docker:index/remoteImage:RemoteImage": ("build.dockerfile", "build.context", "build.buildArgs", "build.target"),
    "azure-native:machinelearningservices:EnvironmentSpecificationVersion": ("properties.docker.dockerfile",),
    "azure-native:machinelearningservices:MachineLearningService": (
        "environmentImageRequest.environment.docker.baseDockerfile",
    ),
}
"""Type without API version, and what tells its Dockerfile.

A Dockerfile in a Git repository or in an uploaded context can't be read from here.
"""


@dataclass(frozen=True)
class NotFound:
    """A Dockerfile that can't be read.

    Attributes:
        reason: Why, with where it was looked for.
    """

    reason: str


@dataclass(frozen=True)
class Build:
    """A Dockerfile and what it is built with.

    Attributes:
        label: How a message calls it, e.g. `dockerfile.inline`, or its path.
        text: Its content.
        arguments: Build arguments; one that isn't decided yet has the engine's mark of an unknown as its value.
        target: The stage that is built, or None for the last one.
        folder: The build context, or None where that is elsewhere.
    """

    label: str
    text: str
    arguments: Mapping[str, str] = field(default_factory=dict)
    target: str | None = None
    folder: Path | None = None


def builds(resource: Resource, settings: PinnedImages) -> Iterator[Build | NotFound | NotChecked]:
    """Every Dockerfile of a resource, or why it can't be read."""
    inline = [resource.properties.at(path) for path in BUILDS.get(resource.type, ()) if path.endswith(_INLINE)]
    files = {"docker-build:index:Image": resource.properties, _DOCKER: resource["build"], _REMOTE: resource["build"]}
    try:
        for value in inline:
            if value.present:
                yield Build(value.path, value.text() or "", *_built_with(resource.properties))
        at = files.get(resource.type)
        if at is not None and at.present and not any(value.present for value in inline):
            yield _file(at, resource.run, settings)
    except Undecided as unknown:
        yield NotChecked("Dockerfile", unknown.path)


def from_lines(resource: Resource, settings: PinnedImages) -> Iterator[tuple[str, str]]:
    """Each `FROM` of a Dockerfile that can be read: what a message calls it, and the image with arguments resolved."""
    for build in builds(resource, settings):
        if isinstance(build, Build):
            try:
                stages = Dockerfile.parse(build.text, build.arguments).stages
            except InvalidDockerfile:
                continue
            yield from ((f"FROM in {build.label}:{stage.line}", stage.base) for stage in stages if stage.image)
            yield from _copied(build, stages)


def _copied(build: Build, stages: Sequence[Stage]) -> Iterator[tuple[str, str]]:
    """Each image that files are taken from without a stage of its own: `COPY --from`, `RUN --mount=from=`."""
    names = {stage.name for stage in stages if stage.name}
    for stage in stages:
        for instruction in stage.instructions:
            for source in (found for flag in instruction.flags for found in _SOURCE.findall(flag)):
                if not (source.isdecimal() or source.lower() in names or source == "scratch" or "$" in source):
                    yield f"--from in {build.label}:{instruction.line}", source


_SOURCE: Final = re.compile(r"(?:^--|[=,])from=([^,]+)")
_DOCKER: Final = "docker:index/image:Image"
_REMOTE: Final = "docker:index/remoteImage:RemoteImage"
_INLINE: Final = (".inline", ".docker.dockerfile", ".baseDockerfile")
_REMOTES: Final = ("http://", "https://", "git://", "git@", "ssh://")


def _file(at: Value, run: Run, settings: PinnedImages) -> Build | NotFound | NotChecked:
    # Some have the path itself where others have an object with its location.
    context = at if isinstance(at.raw, str) else at["context"]
    place = (context if isinstance(context.raw, str) else context["location"]).text() or "."
    given = at["dockerfile"] if isinstance(at["dockerfile"].raw, str) else at["dockerfile"]["location"]
    path = given.text() or f"{place}/Dockerfile"
    if path.startswith(_REMOTES) or place.startswith(_REMOTES):
        return NotFound(f"{path} lies elsewhere: neither it nor what it is built from can be read here")
    folder = _project(run, settings)
    if folder is None:
        return NotFound(f"{path} can't be found: the option projectFolder is not set, and pulumi runs elsewhere")
    try:
        text = (folder / path).read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        return NotFound(f"{path} can't be read in {folder}: {error.strerror}")
    return Build(path, text, *_built_with(at), folder / place)


def _built_with(at: Value) -> tuple[dict[str, str], str | None]:
    """Build arguments and the stage; raises `Undecided` where not even the arguments' names are known."""
    given = next((at[key] for key in ("buildArgs", "args") if at[key].present), Value(None))
    arguments = {name: value.raw for name, value in given.entries().items() if isinstance(value.raw, str)}
    return arguments, at["target"].text()


def _project(run: Run, settings: PinnedImages) -> Path | None:
    """The folder of the project: as it is configured, else where pulumi was started, or above, if it is there."""
    if settings.project_folder:
        return Path(settings.project_folder)
    here = Path(os.environ.get("PWD", "/"))
    for folder in (here, *here.parents):
        try:
            document = yaml.safe_load((folder / "Pulumi.yaml").read_text(encoding="utf-8"))
        except (OSError, yaml.YAMLError):
            continue
        if isinstance(document, Mapping) and document.get("name") == run.project:
            main = document.get("main")
            return folder / main if isinstance(main, str) else folder
    return None
