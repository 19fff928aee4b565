"""What registry and workspace can both be given, key by key as the components' inputs."""

from azureml_scoring import LockKind, PrincipalType
from pydantic import Field

from stacks.sections._section import Section

_GROUP = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-shared/providers"
_LOGS = f"{_GROUP}/Microsoft.OperationalInsights/workspaces/logs"
_SUBNET = f"{_GROUP}/Microsoft.Network/virtualNetworks/hub/subnets/endpoints"
_VAULT = f"{_GROUP}/Microsoft.KeyVault/vaults/keys"
_IDENTITY = f"{_GROUP}/Microsoft.ManagedIdentity/userAssignedIdentities/keys"
_KEY = "https://contoso.vault.azure.net/keys/scoring"
_PRINCIPAL = "00000000-0000-0000-0000-00000000000a"


class DiagnosticSettingSettings(Section):
    """Where logs and metrics go: inputs of `DiagnosticSetting`."""

    name: str | None = Field(default=None, examples=["to-logs"])
    """Name of the setting; made by Pulumi when left out."""
    workspace_resource_id: str | None = Field(default=None, examples=[_LOGS])
    """ARM id of a Log Analytics workspace."""
    storage_account_resource_id: str | None = Field(
        default=None, examples=[f"{_GROUP}/Microsoft.Storage/storageAccounts/logs"]
    )
    """ARM id of a storage account."""
    event_hub_authorization_rule_resource_id: str | None = Field(
        default=None, examples=[f"{_GROUP}/Microsoft.EventHub/namespaces/logs/authorizationRules/send"]
    )
    """ARM id of an authorization rule of an Event Hubs namespace."""
    event_hub_name: str | None = Field(default=None, examples=["registry-logs"])
    """Event hub in that namespace."""
    log_category_groups: list[str] = Field(default=["allLogs"], examples=[["audit"]])
    """Groups of log categories."""
    metric_categories: list[str] = Field(default=["AllMetrics"], examples=[["AllMetrics"]])
    """Categories of metrics."""


class LockSettings(Section):
    """A lock: inputs of `Lock`."""

    kind: LockKind = Field(examples=["CanNotDelete"])
    """What the lock forbids."""
    name: str | None = Field(default=None, examples=["production"])
    """Name of the lock; made by Pulumi when left out."""
    notes: str | None = Field(default=None, examples=["Serves the shop: ask the platform team."])
    """Why the lock is there."""


class RoleAssignmentSettings(Section):
    """A role: inputs of `RoleAssignment`."""

    principal_id: str = Field(examples=[_PRINCIPAL])
    """Object id of who gets the role."""
    role: str = Field(examples=["AcrPush"])
    """Name of a built-in role, GUID of a role definition, or its full id."""
    name: str | None = Field(default=None, examples=["6f1e5d5e-0d5c-4b7a-9a57-0c9b8d4a1f1e"])
    """Name of the assignment, a GUID: that of one that is there already; made by Pulumi when left out."""
    principal_type: PrincipalType | None = Field(default=None, examples=["Group"])
    """Kind of the principal."""
    description: str | None = Field(default=None, examples=["The team that builds base images."])
    """Why the role is given."""


class PrivateEndpointSettings(Section):
    """An address in a subnet: inputs of `PrivateEndpoint`."""

    subnet_resource_id: str = Field(examples=[_SUBNET])
    """ARM id of the subnet."""
    name: str | None = Field(default=None, examples=["pe-registry"])
    """Name of the private endpoint; made by Pulumi when left out."""
    private_dns_zone_resource_ids: list[str] = Field(
        default=[], examples=[[f"{_GROUP}/Microsoft.Network/privateDnsZones/privatelink.azurecr.io"]]
    )
    """ARM ids of the private DNS zones that name the address."""
    resource_group_name: str | None = Field(default=None, examples=["rg-network"])
    """Resource group of the private endpoint; the stack's when left out."""
    location: str | None = Field(default=None, examples=["westeurope"])
    """Region of the subnet's network; the stack's when left out."""


class CustomerManagedKeySettings(Section):
    """A key of yours: inputs of `CustomerManagedKey`."""

    key_vault_resource_id: str = Field(examples=[_VAULT])
    """ARM id of the key vault."""
    key_identifier: str = Field(examples=[_KEY])
    """URI of the key."""
    user_assigned_identity_resource_id: str | None = Field(default=None, examples=[_IDENTITY])
    """ARM id of the identity that reads the key."""
    user_assigned_identity_client_id: str | None = Field(default=None, examples=[_PRINCIPAL])
    """Client id of that identity."""


class InterfaceSettings(Section):
    """The keys that registry and workspace share."""

    customer_managed_key: CustomerManagedKeySettings | None = Field(
        default=None, examples=[{"keyVaultResourceId": _VAULT, "keyIdentifier": _KEY}]
    )
    """Key that the data is encrypted with; Microsoft's when left out."""
    diagnostic_settings: list[DiagnosticSettingSettings] = Field(
        default=[], examples=[[{"workspaceResourceId": _LOGS}]]
    )
    """Where logs and metrics go."""
    lock: LockSettings | None = Field(default=None, examples=[{"kind": "CanNotDelete"}])
    """Lock on the resource."""
    role_assignments: list[RoleAssignmentSettings] = Field(
        default=[], examples=[[{"principalId": _PRINCIPAL, "role": "AcrPush"}]]
    )
    """Roles on the resource, beside the ones that the stack itself needs."""
    private_endpoints: list[PrivateEndpointSettings] = Field(default=[], examples=[[{"subnetResourceId": _SUBNET}]])
    """Addresses of the resource in your own networks."""
