"""Microsoft.OperationalInsights: Log Analytics workspaces as resources; nothing is ingested."""

from __future__ import annotations

from localcloud.services.operationalinsights.workspaces import LogAnalyticsWorkspaces

TYPES = (LogAnalyticsWorkspaces(),)
