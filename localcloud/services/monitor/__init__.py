"""Microsoft.Insights: diagnostic settings at any scope; nothing is sent."""

from __future__ import annotations

from localcloud.services.monitor.diagnostic_settings import DiagnosticCategories, DiagnosticSettings

TYPES = (DiagnosticSettings(), DiagnosticCategories())
