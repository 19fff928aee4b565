"""Ways to build an image: each is a function from a `BuildRequest` to a `BuiltImage`."""

from ._changes import told_build_inputs
from ._image import BuildRequest, BuiltImage
from .acr_tasks import build_with_acr_tasks

__all__ = ["BuildRequest", "BuiltImage", "build_with_acr_tasks", "told_build_inputs"]
