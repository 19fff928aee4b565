"""What well-known images hold, told by their names: Ubuntu and its kin, CUDA, Python, conda's own images.

A name counts only on the registries where its publisher is known; any other image is unknown.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, fields, replace

from ..image_reference import ImageReference
from .finding import Fact, State
from .installers import find_installers
from .releases import DEBIAN_NAMES, UBUNTU_NAMES

__all__ = ["NOTHING", "UNKNOWN", "ImageFacts", "ImageLookup", "well_known"]


@dataclass(frozen=True)
class ImageFacts:
    """What an image holds."""

    ubuntu: Fact
    conda: Fact
    python: Fact
    libfuse: Fact

    def said_by(self, source: str, line: int | None) -> ImageFacts:
        """Return the facts as those of a `FROM` or `COPY` in that line; what they say themselves stays in front."""

        def said(fact: Fact) -> Fact:
            return replace(fact, source=f"{fact.source} ({source})" if fact.source else source, line=line)

        return ImageFacts(*(said(getattr(self, field.name)) for field in fields(self)))


ImageLookup = Callable[[ImageReference], ImageFacts | None]
"""What is known of an image, None where nothing is: a catalogue's own answer comes before that of the names."""

UNKNOWN = ImageFacts(*(Fact(State.UNKNOWN) for _ in range(4)))
NOTHING = ImageFacts(*(Fact(State.ABSENT) for _ in range(4)))
"""An empty image, such as `scratch`."""

_PUBLISHERS = frozenset({"docker.io", "nvcr.io", "mcr.microsoft.com", "public.ecr.aws", "quay.io", "ghcr.io"})
_UBUNTU_PATH = re.compile(r"(?:.*/)?library/ubuntu|ubuntu/ubuntu")
_UBUNTU_IN_NAME = re.compile(r"ubuntu-?(\d\d)\.?(\d\d)(?!\d)")
_VERSION = re.compile(r"(\d\d\.\d\d)(?:$|-|\.\d)")
_PYTHON_TAG = re.compile(r"(\d+(?:\.\d+){1,2})(?=$|-)")
_CONDA_TAG = re.compile(r"(\d+(?:\.\d+)+)")
_OTHER_SYSTEMS = {
    "debian": "Debian",
    "alpine": "Alpine",
    "centos": "CentOS",
    "fedora": "Fedora",
    "amazonlinux": "Amazon Linux",
    "rockylinux": "Rocky Linux",
    "almalinux": "AlmaLinux",
    "busybox": "BusyBox",
}
_BARE_CUDA = re.compile(r"(?:.*/)?nvidia/cuda")
_CONDA_IMAGES = {
    "continuumio/miniconda3": "Miniconda3-{}-Linux-x86_64.sh",
    "continuumio/miniconda": "Miniconda2-{}-Linux-x86_64.sh",
    "continuumio/anaconda3": "Anaconda3-{}-Linux-x86_64.sh",
    "condaforge/miniforge3": "Miniforge3-{}-0-Linux-x86_64.sh",
    "condaforge/mambaforge": "Mambaforge-{}-0-Linux-x86_64.sh",
}
"""Image -> the installer whose version its tag gives."""


def well_known(image: ImageReference) -> ImageFacts:
    """Return what an image's name tells."""
    if _UBUNTU_PATH.fullmatch(image.path) and (image.domain in _PUBLISHERS or "library/" in image.path):
        return replace(NOTHING, ubuntu=_ubuntu_of_tag(image.tag or ""))
    if image.domain not in _PUBLISHERS:
        return UNKNOWN
    if image.path.startswith(("library/", "docker/library/")):
        return _official(image.path.rpartition("/")[2], image.tag or "")
    if image.path in _CONDA_IMAGES:
        return _conda_image(image.path, image.tag or "")
    return _published(image)


def _published(image: ImageReference) -> ImageFacts:
    """Read an image of another known publisher."""
    if image.path.startswith("windows") or "windowsservercore" in image.path:
        return replace(NOTHING, ubuntu=Fact(State.ABSENT, source="Windows"))
    if image.path == "mambaorg/micromamba":
        source = f"micromamba {image.tag or 'latest'}, which is not conda"
        ubuntu = _system(image.tag or "", otherwise=Fact(State.UNKNOWN))
        return replace(NOTHING, ubuntu=ubuntu, conda=Fact(State.ABSENT, source=source), libfuse=Fact(State.UNKNOWN))
    base = NOTHING if _BARE_CUDA.fullmatch(image.path) else UNKNOWN
    return replace(base, ubuntu=_system(f"{image.path}:{image.tag or ''}", otherwise=Fact(State.UNKNOWN)))


def _ubuntu_of_tag(tag: str) -> Fact:
    version = _VERSION.match(tag)
    if version:
        return Fact(State.KNOWN, version[1])
    return _system(tag, otherwise=Fact(State.UNKNOWN))


def _system(text: str, otherwise: Fact) -> Fact:
    """Return the Ubuntu that a tag or path names: `ubuntu22.04`, `jammy`; Debian's and Alpine's names mean none."""
    match = _UBUNTU_IN_NAME.search(text)
    if match:
        return Fact(State.KNOWN, f"{match[1]}.{match[2]}")
    words = re.split(r"[-:/_.\d]+", text)
    for word in words:
        if word in UBUNTU_NAMES:
            return Fact(State.KNOWN, UBUNTU_NAMES[word])
    if DEBIAN_NAMES.intersection(words):
        return Fact(State.ABSENT, source="Debian")
    return Fact(State.ABSENT, source="Alpine") if "alpine" in words else otherwise


def _official(name: str, tag: str) -> ImageFacts:
    """Read one of Docker's official images, none of which but `ubuntu` is Ubuntu unless its tag says so."""
    if name in _OTHER_SYSTEMS:
        return replace(NOTHING, ubuntu=Fact(State.ABSENT, source=_OTHER_SYSTEMS[name]))
    if name == "python":
        version = _PYTHON_TAG.match(tag)
        python = Fact(State.KNOWN, version[1]) if version else Fact(State.UNKNOWN)
        ubuntu = _system(tag, otherwise=Fact(State.ABSENT, source="Debian"))
        return replace(NOTHING, ubuntu=ubuntu, python=python)
    return replace(UNKNOWN, ubuntu=_system(tag, otherwise=Fact(State.UNKNOWN)))


def _conda_image(path: str, tag: str) -> ImageFacts:
    version = _CONDA_TAG.match(tag)
    found = find_installers(_CONDA_IMAGES[path].format(version[1] if version else "latest"))[0]
    debian = path.startswith("continuumio/")
    ubuntu = _system(tag, otherwise=Fact(State.ABSENT, source="Debian") if debian else Fact(State.UNKNOWN))
    python = found.python
    if python.state is State.UNKNOWN and version and "miniconda3" in path:
        python = Fact(State.KNOWN, "3.5", at_least=True)  # every Miniconda3 since 4.0
    conda, python = replace(found.conda, source=""), replace(python, source="")
    return ImageFacts(ubuntu, conda, python, Fact(State.ABSENT if debian else State.UNKNOWN))
