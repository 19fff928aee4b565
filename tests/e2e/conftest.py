"""A Docker engine, a cloud with a registry, and two images in it that Docker has built; nothing is left of them.

What is made and how long it took is said on standard error.
"""

from __future__ import annotations

import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import pytest

from localcloud import lifecycle
from localcloud.home import Home
from tests.e2e.images import ROOT_IMAGE, Images
from tests.e2e.world import World
from tests.journeys.project import ROOT, Journey
from tools.e2e_docker import packages, rootfs
from tools.e2e_docker.engine import Docker, engine
from tools.e2e_docker.errors import NotHere
from tools.e2e_docker.rootfs import RootFileSystem
from tools.e2e_docker.watch import say
from tools.local import train


@contextmanager
def step(name: str) -> Iterator[None]:
    """A part of the preparation, with the time that it took."""
    say(f"--- {name}")
    started = time.monotonic()
    yield
    say(f"--- {name}: {time.monotonic() - started:.1f} s")


def skip(reason: NotHere) -> NoReturn:
    """Ends the run without a failure; the whole reason is said once, and its first line with each test."""
    say(f"skipped: {reason}")
    pytest.skip(str(reason).partition("\n")[0])


@pytest.fixture(scope="session", autouse=True)
def _prepared() -> None:
    """The engine of Pulumi is there; a run that is asked to end removes what it made, as after Ctrl-C."""
    if shutil.which("pulumi") is None:
        pytest.fail("no pulumi on PATH: run this by `make e2e-docker`")
    signal.signal(signal.SIGTERM, signal.default_int_handler)


@pytest.fixture(scope="session")
def folder() -> Iterator[Path]:
    """The run's own folder, with a short path: the one of a socket may have 107 characters."""
    made = Path(tempfile.mkdtemp(prefix="e2e-"))
    yield made
    shutil.rmtree(made)
    say("nothing is left but the cached base file system and the packages")


@pytest.fixture(scope="session")
def docker(folder: Path) -> Iterator[Docker]:
    """An engine; the whole run is skipped where there can't be one."""
    try:
        packages.ensure(packages.TOOLS)
        with step("Docker engine"):
            context = engine(folder)
            docker = context.__enter__()
    except NotHere as reason:
        skip(reason)
    try:
        yield docker
    finally:
        context.__exit__(*sys.exc_info())


@pytest.fixture(scope="session")
def root(docker: Docker) -> RootFileSystem:
    """The base file system, which the engine has as an image."""
    try:
        with step("base file system: debootstrap where it is not cached, docker import"):
            made = rootfs.ensure(Home.from_environment().cache / "e2e-docker")
            docker("import", str(made.archive), ROOT_IMAGE, what="docker import")
    except NotHere as reason:
        skip(reason)
    return made


@pytest.fixture(scope="session")
def journey(folder: Path) -> Iterator[Journey]:
    """A project with the program of this folder, deployed to a cloud of its own."""
    project = folder / "project"
    (project / "stacks").mkdir(parents=True)
    shutil.copy(ROOT / "Pulumi.yaml", project)
    shutil.copy(Path(__file__).parent / "program.py", project / "__main__.py")
    (project / ".venv").symlink_to(Path(sys.prefix))
    home = Home(folder / "cloud", Home.from_environment().cache)
    made = Journey(project, home)
    try:
        with step("localcloud and pulumi up"):
            lifecycle.start(home)
            made.configure()
            made.pulumi("stack", "init", check=False)
            made.up()
        yield made
    finally:
        lifecycle.reset(home)


@pytest.fixture(scope="session")
def world(docker: Docker, journey: Journey) -> World:
    """The registry and who may do what in it."""
    return World(journey.outputs(show_secrets=True), docker, journey.home)


@pytest.fixture(scope="session")
def images(root: RootFileSystem, world: World, folder: Path) -> Iterator[Images]:
    """The base image and the service image, in the registry."""
    made = Images(world, root, folder / "build")
    with step("model"):
        model = train()
    try:
        with step("base image: docker build, docker push"):
            made.base()
        with step("service image: docker build, docker push"):
            made.service(model)
        yield made
    finally:
        made.remove()
