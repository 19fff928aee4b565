"""Microsoft.Insights: Application Insights components as resources; nothing is ingested."""

from __future__ import annotations

from localcloud.services.applicationinsights.components import Components

TYPES = (Components(),)
