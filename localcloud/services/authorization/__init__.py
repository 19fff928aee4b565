"""Microsoft.Authorization: role definitions, role assignments and what follows from them (law L2)."""

from __future__ import annotations

from localcloud.services.authorization.assignments import RoleAssignment, RoleDefinition

TYPES = (RoleAssignment(), RoleDefinition())
