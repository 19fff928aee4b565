"""Microsoft.MachineLearningServices: workspaces."""

from __future__ import annotations

from localcloud.services.machinelearning.workspaces import Workspaces

TYPES = (Workspaces(),)
