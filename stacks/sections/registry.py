"""The container registry."""

from collections.abc import Iterator, Mapping

from azureml_scoring import PullMode, RegistrySku, RoleAssignmentMode, registry_problems
from azureml_scoring.rules import Problem
from pydantic import Field, SecretStr

from stacks.sections._section import LATER, Section, plain_password
from stacks.sections.interfaces import InterfaceSettings

_REGISTRY = (
    "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-shared"
    "/providers/Microsoft.ContainerRegistry/registries/contosoml"
)
_IDENTITY = (
    "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-shared"
    "/providers/Microsoft.ManagedIdentity/userAssignedIdentities/pull"
)
_CONNECTION: Mapping[PullMode, Mapping[str, str]] = {
    PullMode.SERVICE_PRINCIPAL: {"username": "pull_username", "password": "pull_password"},
    PullMode.TOKEN: {"username": "pull_username", "password": "pull_password"},
    PullMode.MANAGED_IDENTITY: {"identity_id": "pull_identity_id", "identity_client_id": "pull_identity_client_id"},
}
"""How a workspace signs in to a registry that is not its own: key of the connection -> output of the registry."""


class ReplicationSettings(Section):
    """A copy in another region: inputs of `Replication`."""

    location: str = Field(examples=["northeurope"])
    """Azure region of the copy."""
    zone_redundancy: bool = Field(default=False, examples=[True])
    """Whether the copy spans the zones of its region."""


class RegistrySettings(InterfaceSettings):
    """The container registry: inputs of `ContainerRegistry`."""

    container_registry_id: str | None = Field(default=None, examples=[_REGISTRY])
    """ARM id of an existing registry to take as it is; one is made when left out."""
    registry_name: str | None = Field(default=None, examples=["contosoml"])
    """Name of the registry; made by Pulumi when left out."""
    sku: RegistrySku = Field(default=RegistrySku.STANDARD, examples=["Standard"])
    """Service tier."""
    public_network_access: bool = Field(default=True, examples=[True])
    """Whether the registry can be reached from the internet."""
    allowed_ip_ranges: list[str] | None = Field(default=None, examples=[["203.0.113.0/24"]])
    """Addresses that the registry can be reached from; every one when left out."""
    retention_policy_days: int | None = Field(default=None, examples=[30])
    """Days after which a manifest without a tag is deleted; they stay when left out."""
    zone_redundancy: bool = Field(default=False, examples=[True])
    """Whether the registry spans the zones of its region."""
    replications: list[ReplicationSettings] = Field(default=[], examples=[[{"location": "northeurope"}]])
    """Copies in other regions."""
    role_assignment_mode: RoleAssignmentMode = Field(
        default=RoleAssignmentMode.LEGACY_REGISTRY_PERMISSIONS, examples=["AbacRepositoryPermissions"]
    )
    """Which roles count at the registry: what it has, as Pulumi's provider can't set it."""
    pull: PullMode = Field(default=PullMode.SERVICE_PRINCIPAL, examples=["managed_identity"])
    """How images are pulled."""
    rotation: int = Field(default=0, examples=[1])
    """How many times the password has been renewed: one more makes a new one."""
    password_valid_days: int = Field(default=180, examples=[180])
    """Days that a new password is valid."""
    password_expires_on: str | None = Field(default=None, examples=["2027-05-31T00:00:00Z"])
    """When a new password ends, in place of the days."""
    expiry_warning_days: int = Field(default=30, examples=[30])
    """Days before the password's end from which previews and updates warn."""
    pull_identity_id: str | None = Field(default=None, examples=[_IDENTITY])
    """ARM id of the identity that pulls; one is made when left out."""
    token_name: str | None = Field(default=None, examples=["pull-diabetes"])
    """Name of the token; made by Pulumi when left out."""
    token_repositories: list[str] | None = Field(default=None, examples=[["diabetes"]])
    """Repositories that the token may pull from: those of the services."""
    token_password: SecretStr | None = Field(default=None, examples=["..."])
    """Password of the token: set it with `pulumi config set --secret --path`."""

    def problems(self) -> Iterator[Problem]:
        """Every broken rule."""
        args = {"resource_group_name": LATER} | self.checked_inputs()
        yield from self.found(registry_problems("registry", args), "registry")
        if self.token_password is not None:
            yield from plain_password("registry", "tokenPassword")

    @property
    def connection(self) -> Mapping[str, str]:
        """How a workspace signs in to it: key of the connection -> output of `ContainerRegistry`."""
        return {"login_server": "login_server", **_CONNECTION.get(self.pull, {})}
