"""Where an image comes from: each builder is a function that ends in a `BuiltImage`."""

from ._image import BuildRequest, BuiltImage
from .acr_tasks import build_with_acr_tasks
from .prebuilt import use_prebuilt

__all__ = ["BuildRequest", "BuiltImage", "build_with_acr_tasks", "use_prebuilt"]
