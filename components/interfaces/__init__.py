"""What every Azure resource of the components can be given: Azure Verified Modules call these interfaces.

One module for each, of one shape: the TypedDict of the input, `problems`, `create`; a customer-managed key makes no
resource of its own and becomes the input `encryption`.
"""

from ._attach import attach, interface_problems
from ._subject import Subject, id_problems
from .customer_managed_key import CustomerManagedKey, registry_encryption, workspace_encryption
from .diagnostic_setting import DiagnosticSetting
from .lock import Lock, LockKind
from .private_endpoint import PrivateEndpoint
from .role_assignment import PrincipalType, RoleAssignment

__all__ = [
    "CustomerManagedKey",
    "DiagnosticSetting",
    "Lock",
    "LockKind",
    "PrincipalType",
    "PrivateEndpoint",
    "RoleAssignment",
    "Subject",
    "attach",
    "id_problems",
    "interface_problems",
    "registry_encryption",
    "workspace_encryption",
]
