"""Places to serve from: each is a function from a `TargetRequest` to a `Deployment`."""

from ._deployment import SCORING_PORT, Deployment, TargetRequest
from .aci import deploy_to_aci
from .local import deploy_locally

__all__ = ["SCORING_PORT", "Deployment", "TargetRequest", "deploy_locally", "deploy_to_aci"]
