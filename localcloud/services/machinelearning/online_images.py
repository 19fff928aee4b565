"""The image that a deployment runs: its environment's, with code and model where Azure ML mounts them.

Nothing of it is pushed anywhere. The environment's conda file becomes a recorded RUN step, of which the runtime
installs the packages of pip and says in the log what it leaves out.
"""

from __future__ import annotations

import io
import posixpath
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from localcloud.arm.errors import BadRequest
from localcloud.images.build import BuildRequest, build
from localcloud.images.errors import BuildFailed, RegistryUnreachable

if TYPE_CHECKING:
    from localcloud.cloud import Cloud
    from localcloud.images.content import Digest
    from localcloud.images.image import Image
    from localcloud.services.machinelearning.online_files import Files

APP_ROOT = "/var/azureml-app"
_CONDA_FILE = "/azureml-environment-setup/mutated_conda_dependencies.yml"
_ROOT = "root"


@dataclass(frozen=True, slots=True)
class Parts:
    """What a deployment's image is made of.

    Attributes:
        reference: What the environment's image is called.
        base: That image; None where it is in a registry elsewhere: then the builder puts a stub in its place.
        conda_file: The environment's conda file; empty without one.
        code: The folder with the scoring script; None without one.
        model: Files of the model; None without one.
        model_folder: Where the model goes, e.g. `/var/azureml-app/azureml-models/name/1`.
    """

    reference: str
    base: Image | None
    conda_file: str = ""
    code: Files | None = None
    model: Files | None = None
    model_folder: str = ""


def code_folder(code: Files) -> str:
    """Where a code is in the image: what `AML_APP_ROOT` says."""
    return f"{APP_ROOT}/{code.name}"


def model_folder(name: str, version: str) -> str:
    """Where a model is in the image: what `AZUREML_MODEL_DIR` says."""
    return f"{APP_ROOT}/azureml-models/{name}/{version}"


def compose(cloud: Cloud, parts: Parts) -> Digest:
    """Puts the image together; the same parts give the same digest."""
    lines = [f"FROM {parts.reference}", f"WORKDIR {code_folder(parts.code) if parts.code else '/'}", f"COPY {_ROOT} /"]
    if parts.conda_file:
        lines.append(f"RUN conda env create -f {_CONDA_FILE}")
    with tempfile.TemporaryDirectory() as folder:
        context = Path(folder, "context.tar")
        with tarfile.open(context, "w") as archive:
            _add(archive, "Dockerfile", "\n".join(lines).encode())
            _add(archive, f"{_ROOT}{_CONDA_FILE}", parts.conda_file.encode())
            for inside, path in _files(parts).items():
                _add(archive, f"{_ROOT}{inside}", path)
        try:
            image = build(BuildRequest(context), cloud.content, _Base(parts.base), lambda _: None)
        except BuildFailed as error:
            raise BadRequest(f"The image of the deployment could not be put together: {error}") from error
    return image.manifest_digest


@dataclass(frozen=True, slots=True)
class _Base:
    """The one FROM line."""

    image: Image | None

    def resolve(self, reference: str) -> Image:
        """The environment's image; raises RegistryUnreachable where there is none on this machine."""
        if self.image is None:
            raise RegistryUnreachable(reference)
        return self.image


def _files(parts: Parts) -> dict[str, Path]:
    found: dict[str, Path] = {}
    if parts.code:
        found |= {posixpath.join(APP_ROOT, name): path for name, path in parts.code.paths.items()}
    if parts.model:
        found |= {posixpath.join(parts.model_folder, name): path for name, path in parts.model.paths.items()}
    return found


def _add(archive: tarfile.TarFile, name: str, content: bytes | Path) -> None:
    member = tarfile.TarInfo(name)
    member.mode = 0o644
    if isinstance(content, bytes):
        member.size = len(content)
        archive.addfile(member, io.BytesIO(content))
        return
    member.size = content.stat().st_size
    with content.open("rb") as stream:
        archive.addfile(member, stream)
