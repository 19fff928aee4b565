"""The two images, built by Docker: a base, and the service on it with the product's own Dockerfile."""

from __future__ import annotations

import tarfile
from pathlib import Path

from azureml_scoring._service_image import service_context
from azureml_scoring.rules import BuildContext, PythonEnvironment, ServiceSource

from tests.e2e.world import World
from tests.journeys.project import ROOT
from tools.e2e_docker import index
from tools.e2e_docker.engine import Docker
from tools.e2e_docker.rootfs import RootFileSystem
from tools.e2e_docker.watch import say

EXAMPLE = ROOT / "examples" / "diabetes"
CANARY = "canary-in-the-configuration-of-pip"
"""Stands in the build's secret and must be in no image."""
ROOT_IMAGE = "azureml-scoring-e2e-root:local"


class Images:
    """The images of one run.

    Attributes:
        root: What the base image starts from.
        base_reference: The base image in the registry, by digest.
        service_reference: The service image in the registry, by digest.
    """

    def __init__(self, world: World, root: RootFileSystem, folder: Path) -> None:
        """Builds with the secrets of this machine, which lie in a folder until the run has ended."""
        folder.mkdir(mode=0o700)
        self.root = root
        self._world, self._folder = world, folder
        self._options = index.build_options(folder)
        with (folder / "pip.conf").open("a") as secret:
            secret.write(f"# {CANARY}\n")
        self.base_reference = self.service_reference = ""

    def base(self) -> None:
        """Builds the base and pushes it as the principal that may."""
        release = self.root.release
        if not release.is_ubuntu:
            say(f"the base is {release.name}: the requirement on base images asks for Ubuntu, so that it is NOT met")
        say(f"the base is {release.name} with the release's own Python; there is no conda: packages come from")
        say("the release and from pip's index, and conda is in neither")
        context = BuildContext.from_directory(Path(__file__).parent / "base")
        self.base_reference = self._build("diabetes-base", context, "ROOT_FILE_SYSTEM", ROOT_IMAGE)

    def service(self, model: Path) -> None:
        """Builds the service image from the product's Dockerfile and pushes it."""
        python = PythonEnvironment(requirements=EXAMPLE / "requirements.txt")
        source = ServiceSource(EXAMPLE / "score.py", None, (model,), python)
        self.service_reference = self._build("diabetes", service_context(source), "BASE_IMAGE", self.base_reference)

    def remove(self) -> None:
        """Takes the images from the engine, which may not be ours."""
        names = (f"{self._world.registry}/*", ROOT_IMAGE)
        filters = [f"--filter=reference={name}" for name in names]
        shown = self._world.engine("image", "ls", "--quiet", "--no-trunc", *filters).split()
        for image in dict.fromkeys(shown):
            self._world.engine("image", "rm", "--force", image)

    def _build(self, repository: str, context: BuildContext, argument: str, base: str) -> str:
        """Builds and pushes one image; returns its reference by digest."""
        engine, name = self._world.engine, f"{self._world.registry}/{repository}"
        folder = self._folder / repository
        _unpack(context, folder)
        dockerfile = folder / "Dockerfile"
        dockerfile.write_text(index.with_secrets(dockerfile.read_text()))
        options = [*self._options, "--progress=plain", f"--build-arg={argument}={base}", f"--tag={name}:e2e"]
        engine("build", *options, str(folder), what=f"docker build {repository}")
        self._world.docker("pusher")("push", f"{name}:e2e", what=f"docker push {repository}")
        return pushed(engine, name)


def pushed(engine: Docker, name: str) -> str:
    """The reference by digest that the engine knows of an image in a registry."""
    digests = engine("image", "inspect", f"{name}:e2e", "--format", '{{join .RepoDigests "\\n"}}').splitlines()
    (reference,) = [one for one in digests if one.startswith(f"{name}@sha256:")]
    return reference


def _unpack(context: BuildContext, folder: Path) -> None:
    """Writes a context as ACR Tasks get it."""
    archive = folder.with_suffix(".tar.gz")
    context.write(archive)
    with tarfile.open(archive) as packed:
        packed.extractall(folder, filter="data")
