"""How an image is pulled: credentials, the grants they need, and the check that a pull works.

`_credentials` is imported where it is used: it needs the SDK of Entra ID, which most users of this package don't.
"""

from ._access import PullAccess, PullLeaves, access_problems, given_image_problems
from ._evidence import RegistryPlace
from ._grants import (
    ACR_PULL,
    PULL_ROLES,
    REPOSITORY_READER,
    RoleAssignmentMode,
    grant_name,
    grant_pull,
    role_definition_id,
)
from ._mode import Pull, PullMode, nothing
from ._preflight import Preflight
from ._refusal import Cause, PullRefused, Refusal
from ._registry_client import Login, resolve

__all__ = [
    "ACR_PULL",
    "PULL_ROLES",
    "REPOSITORY_READER",
    "Cause",
    "Login",
    "Preflight",
    "Pull",
    "PullAccess",
    "PullLeaves",
    "PullMode",
    "PullRefused",
    "Refusal",
    "RegistryPlace",
    "RoleAssignmentMode",
    "access_problems",
    "given_image_problems",
    "grant_name",
    "grant_pull",
    "nothing",
    "resolve",
    "role_definition_id",
]
