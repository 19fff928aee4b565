"""Asks a built image what is in it, by a Docker engine: its Ubuntu, conda, Python and packages.

What a Dockerfile does not tell, only the image can. `ask_image` does all of it; `python -m azureml_scoring.built_image`
is the same for people. The libraries are the extra `image-check`.
"""

from .answer import ImageAnswer, Package, PackageKind
from .asking import ask_image, check_engine
from .compare import Judgement, judge
from .errors import NoEngine, NotAsked, NotPulled, NotRun
from .packages_file import packages_document, write_packages
from .probe import read_answer

__all__ = [
    "ImageAnswer",
    "Judgement",
    "NoEngine",
    "NotAsked",
    "NotPulled",
    "NotRun",
    "Package",
    "PackageKind",
    "ask_image",
    "check_engine",
    "judge",
    "packages_document",
    "read_answer",
    "write_packages",
]
