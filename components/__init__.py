"""Deploy Azure ML models on your own Docker base image: four Pulumi components and the rules behind them.

- `Workspace`: an Azure ML workspace, with its registry attached or left to be created lazily by Azure ML.
- `ContainerRegistry`: a registry and the service principal that may pull from it, and nothing more.
- `CustomBaseImage`: your Dockerfile, built by ACR Tasks and known by its digest.
- `ScoringService`: a model behind `/score`, on top of that image, as a local container or in ACI.

The components are loaded at first use, so that `azureml_scoring.rules` imports without the cloud SDK.
"""

import gc
import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ._errors import ComponentError, InvalidInput
    from .container_registry import ContainerRegistry, ContainerRegistryArgs, RegistrySku
    from .custom_base_image import CustomBaseImage, CustomBaseImageArgs
    from .scoring_service import AciOptions, LocalOptions, ScoringService, ScoringServiceArgs, Target
    from .workspace import RegistryMode, Workspace, WorkspaceArgs

__all__ = [
    "AciOptions",
    "ComponentError",
    "ContainerRegistry",
    "ContainerRegistryArgs",
    "CustomBaseImage",
    "CustomBaseImageArgs",
    "InvalidInput",
    "LocalOptions",
    "RegistryMode",
    "RegistrySku",
    "ScoringService",
    "ScoringServiceArgs",
    "Target",
    "Workspace",
    "WorkspaceArgs",
]

_MODULES = {
    "_errors": ("ComponentError", "InvalidInput"),
    "container_registry": ("ContainerRegistry", "ContainerRegistryArgs", "RegistrySku"),
    "custom_base_image": ("CustomBaseImage", "CustomBaseImageArgs"),
    "scoring_service": ("AciOptions", "LocalOptions", "ScoringService", "ScoringServiceArgs", "Target"),
    "workspace": ("RegistryMode", "Workspace", "WorkspaceArgs"),
}
_HOME_OF = {name: module for module, names in _MODULES.items() for name in names}


def __getattr__(name: str) -> Any:
    """Loads a component's module when the component is first asked for."""
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    collecting = gc.isenabled()
    # The SDK's modules are many objects that live on: collecting while they load is a third of the time, for nothing.
    gc.disable()
    try:
        return getattr(importlib.import_module(f".{_HOME_OF[name]}", __name__), name)
    finally:
        if collecting:
            gc.enable()
