"""Microsoft.Resources: subscriptions, resource groups and template deployments, resource providers."""

from __future__ import annotations

from localcloud.services.resources.deployments import Deployments
from localcloud.services.resources.groups import ResourceGroup

TYPES = (ResourceGroup(), Deployments())
