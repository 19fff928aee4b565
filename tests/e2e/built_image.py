"""A built image is asked what is in it, by a real engine: `make e2e-docker`.

By the command, and by the component in an `up` whose build is localcloud's, on top of the base image that Docker built.
The file is no `test_*.py`, as `docker.py` is none.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.images import Images
from tests.e2e.world import World
from tests.journeys.project import Journey
from tools.e2e_docker.watch import say

LYING = "FROM ubuntu:20.04\nRUN apt-get update && apt-get install -y libfuse-dev=2.9.9-3\n"
COMPONENT = """\
ARG ROOT
FROM ${ROOT}
RUN curl -O https://downloads.example/Miniforge3-25.3.1-0-Linux-x86_64.sh && bash Miniforge3*.sh -b -p /opt/conda
ENV PATH=/opt/conda/bin:${PATH}
"""
"""The rules find nothing missing, and localcloud's build only records the RUN: the image has no conda."""


@pytest.fixture(scope="module", autouse=True)
def _engine(world: World) -> Iterator[None]:
    """The SDK finds the engine of the run, and the login of who may pull."""
    with pytest.MonkeyPatch.context() as patch:
        puller = world.docker("puller")
        patch.setenv("DOCKER_CONFIG", str(puller.folder))
        patch.setenv("DOCKER_HOST", puller.host or os.environ.get("DOCKER_HOST", "unix:///var/run/docker.sock"))
        yield


def ask(*arguments: str, **environment: str) -> tuple[int, str]:
    """Exit code and words of `python -m azureml_scoring.built_image`."""
    command = [sys.executable, "-m", "azureml_scoring.built_image", *arguments]
    done = subprocess.run(
        command, env=os.environ | environment, capture_output=True, text=True, timeout=600, check=False
    )
    say(f"{' '.join(command[2:])}: {done.returncode}\n{done.stdout}{done.stderr}")
    return done.returncode, done.stdout + done.stderr


def dockerfile(folder: Path, text: str) -> str:
    """A context of nothing but a Dockerfile."""
    folder.mkdir(exist_ok=True)
    (folder / "Dockerfile").write_text(text)
    return str(folder)


@pytest.fixture(scope="module")
def ubuntu(images: Images) -> str:
    """The release that the base is."""
    if not images.root.release.is_ubuntu:
        pytest.skip("the base is no Ubuntu: no mirror answers")
    return images.root.release.name


@pytest.fixture
def no_containers(world: World) -> Iterator[None]:
    """No container is left of a test."""
    before = world.engine("ps", "--all", "--quiet")
    yield
    assert world.engine("ps", "--all", "--quiet") == before


@pytest.mark.usefixtures("no_containers")
def test_the_base_is_what_its_dockerfile_says_and_its_packages_are_listed(
    images: Images, world: World, ubuntu: str, tmp_path: Path
) -> None:
    image, packages = images.base_reference, tmp_path / "packages.cdx.json"
    images.remove()
    version = ubuntu.split()[1]
    context = dockerfile(tmp_path / "true", f"FROM ubuntu:{version}\nRUN apt-get install -y python3\n")
    code, shown = ask(image, "--context", context, "--packages", str(packages))
    python = told(world, image, "python", "-c", "import platform; print(platform.python_version())")
    assert [f"Ubuntu: {version}", "conda: none", f"Python: {python}"] == shown.splitlines()[:3]
    # There is no conda in this base, which is the one thing that it falls short of.
    assert (code, [line for line in shown.splitlines() if line.startswith("warning")]) == (1, [])
    assert shown.count("error: ") == shown.count("must have conda 4.5 or later") == 1
    listed = {(one["name"], one.get("version")) for one in json.loads(packages.read_text())["components"]}
    debs = told(world, image, "dpkg-query", "-W", "-f", "${Package} ${Version}\\n").splitlines()
    pips = json.loads(told(world, image, "python", "-m", "pip", "list", "--format", "json"))
    wanted = {tuple(line.split()) for line in debs} | {(one["name"], one["version"]) for one in pips}
    assert len(debs) > 80
    assert len(pips) > 10
    assert wanted <= listed


@pytest.mark.usefixtures("no_containers", "ubuntu")
def test_a_dockerfile_that_lies_is_found_out(images: Images, tmp_path: Path) -> None:
    code, shown = ask(images.base_reference, "--context", dockerfile(tmp_path / "lying", LYING))
    assert code == 1
    assert "should have the Ubuntu of its Dockerfile, 20.04 (FROM ubuntu:20.04); got 'Ubuntu 24.04'" in shown
    assert "should have the libfuse-dev of its Dockerfile, 2.9.9-3" in shown
    assert "got 'libfuse-dev none'" in shown


def test_what_can_t_be_asked_is_said(images: Images, world: World, tmp_path: Path) -> None:
    image = images.base_reference
    assert ask(image, DOCKER_HOST=f"unix://{tmp_path}/nowhere.sock")[0] == 3
    missing = f"{image.partition('@')[0]}@sha256:{'0' * 64}"
    code, shown = ask(missing)
    assert (code, "was not asked: it could not be pulled: " in shown) == (3, True)
    empty = tmp_path / "empty.tar"
    subprocess.run(["tar", "-cf", str(empty), "-T", "/dev/null"], check=True)
    world.engine("import", str(empty), "azureml-scoring-e2e-empty:local")
    try:
        code, shown = ask("azureml-scoring-e2e-empty:local")
    finally:
        world.engine("image", "rm", "--force", "azureml-scoring-e2e-empty:local")
    assert (code, "the container did not run" in shown) == (3, True)


@pytest.fixture(scope="module")
def asking(images: Images, world: World, journey: Journey, ubuntu: str) -> Journey:
    """The stack with a base image whose Dockerfile starts FROM what calls itself Ubuntu 20.04, and is none."""
    assert ubuntu
    named = f"{world.registry}/library/ubuntu:20.04"
    world.docker("puller")("pull", images.base_reference)
    world.engine("tag", images.base_reference, named)
    world.docker("pusher")("push", named)
    world.engine("image", "rm", named)
    dockerfile(journey.project / "asked", COMPONENT)
    journey.pulumi("config", "set", "azureml-scoring:docker_host", os.environ["DOCKER_HOST"])
    journey.pulumi("config", "set", "azureml-scoring:root", named)
    journey.pulumi("config", "set", "azureml-scoring:push_username", world.outputs["pusher_username"])
    journey.secret("push_password", world.outputs["pusher_password"])
    journey.pulumi("config", "set", "azureml-scoring:level", "error")
    return journey


def test_the_component_asks_after_the_build_and_a_shortfall_stops_each_update(asking: Journey) -> None:
    for _ in range(2):
        shown = asking.failed_up()
        say(shown)
        assert "falls short" in shown
        assert "must have conda 4.5 or later; got 'conda none: conda --version'" in shown
    asking.pulumi("config", "set", "azureml-scoring:level", "warning")
    asking.up()
    report: list[str] = asking.outputs()["image_report"]
    say("\n".join(report))
    assert [
        line for line in report if line.startswith("warning: image should have the Ubuntu of its Dockerfile, 20.04")
    ]
    assert "Ubuntu: 24.04" in report
    assert "Ubuntu: 20.04" in asking.outputs()["report"]
    listed: Any = json.loads((asking.project / "packages.cdx.json").read_text())
    assert "dpkg" in {one["name"] for one in listed["components"]}
    asking.up("--expect-no-changes")
    assert asking.outputs()["image_report"] == report


def test_the_passwords_are_nowhere_in_the_clear(asking: Journey, world: World) -> None:
    assert asking.found_in_the_clear([world.outputs["pusher_password"], world.outputs["puller_password"]]) == []


def told(world: World, image: str, program: str, *arguments: str) -> str:
    """What a program says in a container without network."""
    return world.engine("run", "--rm", "--network=none", f"--entrypoint={program}", image, *arguments)
