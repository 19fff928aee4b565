"""Microsoft.KubernetesConfiguration: extensions of clusters, as documents."""

from __future__ import annotations

from localcloud.services.kubernetesconfiguration.extensions import Extensions

TYPES = (Extensions(),)
