"""Policy pack `pinned-images`: every image is pinned, and comes from a registry that is allowed."""

from azureml_scoring.policy_kit import Pack

from .settings import PinnedImages

PACK = Pack("pinned-images", PinnedImages)
