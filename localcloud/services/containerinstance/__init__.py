"""Microsoft.ContainerInstance: container groups, which pull their images and run."""

from __future__ import annotations

from localcloud.services.containerinstance.groups import ContainerGroups

TYPES = (ContainerGroups(),)
