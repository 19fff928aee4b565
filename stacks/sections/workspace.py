"""The workspace."""

from collections.abc import Iterator

from azureml_scoring import IsolationMode, RegistryMode, workspace_problems
from azureml_scoring.rules import Problem
from pydantic import Field, SecretStr

from stacks.sections._section import LATER, Section, plain_password
from stacks.sections.interfaces import InterfaceSettings

_GROUP = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-shared/providers"
_IDENTITY = f"{_GROUP}/Microsoft.ManagedIdentity/userAssignedIdentities/ml"


class ManagedNetworkSettings(Section):
    """Network of the computes: inputs of `ManagedNetwork`."""

    isolation_mode: IsolationMode = Field(examples=["AllowOnlyApprovedOutbound"])
    """What the computes can reach."""
    outbound_fqdns: dict[str, str] = Field(default={}, examples=[{"data": "data.contoso.com"}])
    """Hosts that they may reach, by the name of the rule."""


class RegistryConnectionSettings(Section):
    """Another registry: inputs of `RegistryConnection`."""

    login_server: str = Field(examples=["ghcr.io"])
    """Host of the registry."""
    username: str | None = Field(default=None, examples=["contoso-pull"])
    """User name to pull with."""
    password: SecretStr | None = Field(default=None, examples=["..."])
    """Password to pull with: set it with `pulumi config set --secret --path`."""
    identity_id: str | None = Field(default=None, examples=[_IDENTITY])
    """ARM id of the identity to pull as."""
    identity_client_id: str | None = Field(default=None, examples=["00000000-0000-0000-0000-00000000000a"])
    """Client id of that identity."""


class WorkspaceSettings(InterfaceSettings):
    """The workspace: inputs of `Workspace`."""

    workspace_name: str | None = Field(default=None, examples=["contoso-ml"])
    """Name of the workspace; made by Pulumi when left out."""
    registry_mode: RegistryMode = Field(default=RegistryMode.ATTACHED, examples=["attached"])
    """`attached`: the stack's registry; `lazy`: the one that Azure ML creates at its first job or deployment."""
    allow_registry_change: bool = Field(default=False, examples=[True])
    """Whether the workspace may be given another registry."""
    materialize: bool = Field(default=False, examples=[True])
    """Whether a small job makes Azure ML create the lazy registry during the same update."""
    image_build_compute: str | None = Field(default=None, examples=["cpu-cluster"])
    """Compute cluster that builds images; the registry's own build service when left out."""
    storage_account_id: str | None = Field(
        default=None, examples=[f"{_GROUP}/Microsoft.Storage/storageAccounts/contosoml"]
    )
    """ARM id of the storage account; one is made when left out."""
    key_vault_id: str | None = Field(default=None, examples=[f"{_GROUP}/Microsoft.KeyVault/vaults/contoso-ml"])
    """ARM id of the key vault; one is made when left out."""
    application_insights_id: str | None = Field(
        default=None, examples=[f"{_GROUP}/Microsoft.Insights/components/contoso-ml"]
    )
    """ARM id of the Application Insights component; one is made when left out."""
    user_assigned_identity_id: str | None = Field(default=None, examples=[_IDENTITY])
    """ARM id of the identity that the workspace acts as; one of its own when left out."""
    public_network_access: bool = Field(default=False, examples=[False])
    """Whether the workspace can be reached from the internet."""
    managed_network: ManagedNetworkSettings | None = Field(
        default=None, examples=[{"isolationMode": "AllowInternetOutbound"}]
    )
    """Network of the workspace's computes."""
    connections: dict[str, RegistryConnectionSettings] = Field(
        default={}, examples=[{"github": {"loginServer": "ghcr.io"}}]
    )
    """Other registries that Azure ML pulls base images from, by the name of the connection."""

    def problems(self) -> Iterator[Problem]:
        """Every broken rule."""
        given = {} if self.registry_mode is RegistryMode.LAZY else {"container_registry_id": LATER}
        args = {"resource_group_name": LATER} | given | self.checked_inputs()
        yield from self.found(workspace_problems("workspace", args), "workspace")
        for name, connection in self.connections.items():
            if connection.password is not None:
                yield from plain_password("workspace", f"connections.{name}.password")
