"""Microsoft.Authorization: role definitions, role assignments and what follows from them (law L2), locks."""

from __future__ import annotations

from localcloud.services.authorization.assignments import RoleAssignment, RoleDefinition
from localcloud.services.authorization.locks import Lock

TYPES = (RoleAssignment(), RoleDefinition(), Lock())
