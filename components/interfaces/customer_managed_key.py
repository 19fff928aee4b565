"""A customer-managed key: what the resource's data is encrypted with."""

import re
from typing import Any, NotRequired, TypedDict

import pulumi

from .._component import key_problems, known
from ..rules import Problem
from ._subject import id_problems

_VAULT = "Microsoft.KeyVault/vaults"
_IDENTITY = "Microsoft.ManagedIdentity/userAssignedIdentities"
_KEY = re.compile(r"https://[^/\s]+/keys/[A-Za-z0-9-]+(?:/[0-9a-fA-F]+)?")


class CustomerManagedKey(TypedDict):
    """A key of yours in a key vault with purge protection; the identity must have the right to wrap and unwrap."""

    key_vault_resource_id: pulumi.Input[str]
    """Required. ARM id of the key vault."""

    key_identifier: pulumi.Input[str]
    """Required. URI of the key; without a version a registry follows the newest, a workspace needs one. Example:
    `https://contoso.vault.azure.net/keys/scoring`."""

    user_assigned_identity_resource_id: NotRequired[pulumi.Input[str]]
    """Conditional. ARM id of the user-assigned identity that reads the key. Required for a registry. Default: the
    identity of the workspace."""

    user_assigned_identity_client_id: NotRequired[pulumi.Input[str]]
    """Conditional. Client id of that identity. Required for a registry."""


def problems(key: CustomerManagedKey, subject: str) -> list[Problem]:
    """What is wrong with a key."""
    found = key_problems(CustomerManagedKey, key, f"{subject}.")
    found += id_problems(f"{subject}.key_vault_resource_id", key.get("key_vault_resource_id"), _VAULT)
    identity = "user_assigned_identity_resource_id"
    found += id_problems(f"{subject}.{identity}", key.get(identity), _IDENTITY)
    uri = known(key.get("key_identifier"))
    if uri is not None and not _KEY.fullmatch(uri):
        example = "https://contoso.vault.azure.net/keys/scoring"
        found.append(Problem(f"{subject}.key_identifier", "must be the URI of a key", uri, example))
    return found


def registry_encryption(key: CustomerManagedKey) -> dict[str, Any]:
    """The key as the input `encryption` of a registry."""
    properties = {
        "identity": key.get("user_assigned_identity_client_id"),
        "key_identifier": key["key_identifier"],
    }
    return {"status": "enabled", "key_vault_properties": properties}


def workspace_encryption(key: CustomerManagedKey) -> dict[str, Any]:
    """The key as the input `encryption` of a workspace."""
    identity = key.get("user_assigned_identity_resource_id")
    reader = {"identity": {"user_assigned_identity": identity}} if identity is not None else {}
    properties = {"key_vault_arm_id": key["key_vault_resource_id"], "key_identifier": key["key_identifier"]}
    return {"status": "Enabled", "key_vault_properties": properties} | reader
