"""Microsoft.Insights: diagnostic settings at any scope and autoscale settings; nothing is sent or measured."""

from __future__ import annotations

from localcloud.services.monitor.autoscale_settings import AutoscaleSettings
from localcloud.services.monitor.diagnostic_settings import DiagnosticCategories, DiagnosticSettings

TYPES = (DiagnosticSettings(), DiagnosticCategories(), AutoscaleSettings())
