"""Deploy Azure ML models on your own Docker base image: four Pulumi components and the rules behind them.

- `Workspace`: an Azure ML workspace, with its registry attached or left to be created lazily by Azure ML.
- `ContainerRegistry`: a registry and the service principal that may pull from it, and nothing more.
- `CustomBaseImage`: your Dockerfile, built by ACR Tasks, or an image as it is; known by its digest.
- `ScoringService`: a model behind `/score`, on top of that image, as a local container or in ACI.

`registry_problems`, `workspace_problems`, `base_image_problems` and `service_problems` tell what is wrong with a
component's inputs, before there is a component.

The components are loaded at first use, so that `azureml_scoring.rules` imports without the cloud SDK.
"""

from typing import TYPE_CHECKING

from .rules.lazy import names_of

if TYPE_CHECKING:
    from ._errors import ComponentError, InvalidInput
    from ._image_args import CustomBaseImageArgs, ImageBuilder, ImageCheck, RequirementLevel
    from ._image_checks import base_image_problems
    from ._service_args import ScoringServiceArgs
    from ._service_checks import service_problems
    from ._service_options import (
        AciOptions,
        AksCluster,
        AksOptions,
        Auth,
        Autoscale,
        Collection,
        LocalOptions,
        ManagedEndpointOptions,
        Probe,
        ServiceVariant,
        Target,
    )
    from ._workspace_args import IsolationMode, ManagedNetwork, RegistryConnection, RegistryMode, WorkspaceArgs
    from ._workspace_checks import workspace_problems
    from .container_registry import (
        ContainerRegistry,
        ContainerRegistryArgs,
        RegistrySku,
        Replication,
        registry_problems,
    )
    from .custom_base_image import CustomBaseImage
    from .interfaces import (
        CustomerManagedKey,
        DiagnosticSetting,
        Lock,
        LockKind,
        PrincipalType,
        PrivateEndpoint,
        RoleAssignment,
    )
    from .pull import PullMode, PullRefused, RoleAssignmentMode
    from .scoring_service import ScoringService
    from .workspace import Workspace

__all__ = [
    "AciOptions",
    "AksCluster",
    "AksOptions",
    "Auth",
    "Autoscale",
    "Collection",
    "ComponentError",
    "ContainerRegistry",
    "ContainerRegistryArgs",
    "CustomBaseImage",
    "CustomBaseImageArgs",
    "CustomerManagedKey",
    "DiagnosticSetting",
    "ImageBuilder",
    "ImageCheck",
    "InvalidInput",
    "IsolationMode",
    "LocalOptions",
    "Lock",
    "LockKind",
    "ManagedEndpointOptions",
    "ManagedNetwork",
    "PrincipalType",
    "PrivateEndpoint",
    "Probe",
    "PullMode",
    "PullRefused",
    "RegistryConnection",
    "RegistryMode",
    "RegistrySku",
    "Replication",
    "RequirementLevel",
    "RoleAssignment",
    "RoleAssignmentMode",
    "ScoringService",
    "ScoringServiceArgs",
    "ServiceVariant",
    "Target",
    "Workspace",
    "WorkspaceArgs",
    "base_image_problems",
    "registry_problems",
    "service_problems",
    "workspace_problems",
]

_MODULES = {
    "_errors": ("ComponentError", "InvalidInput"),
    "_image_args": ("CustomBaseImageArgs", "ImageBuilder", "ImageCheck", "RequirementLevel"),
    "_image_checks": ("base_image_problems",),
    "_service_args": ("ScoringServiceArgs",),
    "_service_checks": ("service_problems",),
    "_service_options": (
        "AciOptions",
        "AksCluster",
        "AksOptions",
        "Auth",
        "Autoscale",
        "Collection",
        "LocalOptions",
        "ManagedEndpointOptions",
        "Probe",
        "ServiceVariant",
        "Target",
    ),
    "_workspace_args": ("IsolationMode", "ManagedNetwork", "RegistryConnection", "RegistryMode", "WorkspaceArgs"),
    "_workspace_checks": ("workspace_problems",),
    "container_registry": (
        "ContainerRegistry",
        "ContainerRegistryArgs",
        "RegistrySku",
        "Replication",
        "registry_problems",
    ),
    "custom_base_image": ("CustomBaseImage",),
    "interfaces": (
        "CustomerManagedKey",
        "DiagnosticSetting",
        "Lock",
        "LockKind",
        "PrincipalType",
        "PrivateEndpoint",
        "RoleAssignment",
    ),
    "pull": ("PullMode", "PullRefused", "RoleAssignmentMode"),
    "scoring_service": ("ScoringService",),
    "workspace": ("Workspace",),
}
__getattr__ = names_of(__name__, _MODULES)
