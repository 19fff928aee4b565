"""Microsoft.ManagedIdentity: user-assigned identities."""

from __future__ import annotations

from localcloud.services.managedidentity.identities import UserAssignedIdentities

TYPES = (UserAssignedIdentities(),)
