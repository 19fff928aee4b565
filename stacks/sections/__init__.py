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
from stacks.sections.registry import RegistrySettings, ReplicationSettings
from stacks.sections.service import AciSettings, LocalSettings, ServiceSettings
from stacks.sections.workspace import ManagedNetworkSettings, RegistryConnectionSettings, WorkspaceSettings

__all__ = [
    "AciSettings",
    "BaseImageSettings",
    "CustomerManagedKeySettings",
    "DiagnosticSettingSettings",
    "LocalSettings",
    "LockSettings",
    "ManagedNetworkSettings",
    "PrivateEndpointSettings",
    "RegistryConnectionSettings",
    "RegistrySettings",
    "ReplicationSettings",
    "RoleAssignmentSettings",
    "Section",
    "ServiceSettings",
    "WorkspaceSettings",
]
