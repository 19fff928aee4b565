"""What an image says of itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from ..rules.base_image import Fact, State

__all__ = ["ImageAnswer", "Package", "PackageKind"]


class PackageKind(str, Enum):
    """Who installed a package."""

    DEB = "deb"
    CONDA = "conda"
    PYPI = "pypi"


@dataclass(frozen=True)
class Package:
    """A package that is installed in an image.

    Attributes:
        kind: Who installed it.
        name: Its name.
        version: Its version, as its manager writes it.
        architecture: Of a Debian package, such as `amd64`; of others, empty.
        build: Of a conda package, such as `py312h1234567_0`; of others, empty.
    """

    kind: PackageKind
    name: str
    version: str
    architecture: str = ""
    build: str = ""


@dataclass(frozen=True)
class ImageAnswer:
    """What an image says of itself; what it did not tell is unknown, and nothing is guessed.

    Attributes:
        ubuntu: Its Ubuntu; absent where it is another system.
        conda: Its conda; absent where there is none, also beside a mamba.
        python: The Python that its user gets.
        libfuse: Its package libfuse-dev.
        mamba: Its mamba or micromamba, which is not conda.
        system: Its operating system, such as `Ubuntu 24.04.1 LTS`; empty where it doesn't tell.
        distribution: The system's short name, such as `ubuntu`; empty where it doesn't tell.
        release: The system's version, such as `24.04`; empty where it doesn't tell.
        packages: All packages that their managers list, sorted.
        unlisted: Package managers that are there, and whose list could not be read.
    """

    ubuntu: Fact
    conda: Fact
    python: Fact
    libfuse: Fact
    mamba: Fact = field(default=Fact(State.ABSENT))
    system: str = ""
    distribution: str = ""
    release: str = ""
    packages: tuple[Package, ...] = ()
    unlisted: tuple[PackageKind, ...] = ()

    def count(self, kind: PackageKind) -> int:
        """Number of packages of one kind."""
        return sum(package.kind is kind for package in self.packages)
