"""Microsoft.Resources: subscriptions, resource groups, resource providers."""

from __future__ import annotations

from localcloud.services.resources.groups import ResourceGroup

TYPES = (ResourceGroup(),)
