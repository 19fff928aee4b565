"""Where an image comes from: each builder is a function that ends in a `BuiltImage`.

`docker` is imported where it is used: it needs the SDK of docker-build, which most users of this package don't.
"""

from ._changes import remembered
from ._image import BuildRequest, BuiltImage, DockerOptions
from .acr_tasks import build_with_acr_tasks
from .prebuilt import found_image, import_context, import_request, use_prebuilt

__all__ = [
    "BuildRequest",
    "BuiltImage",
    "DockerOptions",
    "build_with_acr_tasks",
    "found_image",
    "import_context",
    "import_request",
    "remembered",
    "use_prebuilt",
]
