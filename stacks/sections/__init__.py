"""The parts of a stack's configuration: one file each, key by key the inputs of a component."""

from stacks.sections._section import Section
from stacks.sections.base_image import BaseImageSettings
from stacks.sections.interfaces import (
    CustomerManagedKeySettings,
    DiagnosticSettingSettings,
    LockSettings,
    PrivateEndpointSettings,
    RoleAssignmentSettings,
)
from stacks.sections.promotion import PromotionSettings
from stacks.sections.registry import RegistrySettings, ReplicationSettings
from stacks.sections.service import ServiceSettings
from stacks.sections.service_options import (
    AciSettings,
    AksClusterSettings,
    AksSettings,
    AutoscaleSettings,
    CollectionSettings,
    LocalSettings,
    ManagedEndpointSettings,
    ProbeSettings,
    VariantSettings,
)
from stacks.sections.workspace import ManagedNetworkSettings, RegistryConnectionSettings, WorkspaceSettings

__all__ = [
    "AciSettings",
    "AksClusterSettings",
    "AksSettings",
    "AutoscaleSettings",
    "BaseImageSettings",
    "CollectionSettings",
    "CustomerManagedKeySettings",
    "DiagnosticSettingSettings",
    "LocalSettings",
    "LockSettings",
    "ManagedEndpointSettings",
    "ManagedNetworkSettings",
    "PrivateEndpointSettings",
    "ProbeSettings",
    "PromotionSettings",
    "RegistryConnectionSettings",
    "RegistrySettings",
    "ReplicationSettings",
    "RoleAssignmentSettings",
    "Section",
    "ServiceSettings",
    "VariantSettings",
    "WorkspaceSettings",
]
