"""The options of the pack."""

from __future__ import annotations

from azureml_scoring.policy_kit import RegistryPlace, Settings
from pydantic import Field

_AS_WRITTEN = "Written as a host with its port, if any (*.azurecr.io), and if wanted the first parts of the repository."


class RegistryCredentials(Settings):
    """Which registries need credentials, which may be open, how long a password may live."""

    public_registries: tuple[RegistryPlace, ...] = Field(
        default=("mcr.microsoft.com", "registry.k8s.io", "public.ecr.aws"),
        description=f"Registries that are open to all: their images need no credential and get none. {_AS_WRITTEN}",
    )
    mixed_registries: tuple[RegistryPlace, ...] = Field(
        default=("docker.io", "gcr.io", "ghcr.io", "nvcr.io", "quay.io"),
        description="Registries with open and private images: a credential may be there, and may be missing.",
    )
    identity_registries: tuple[RegistryPlace, ...] = Field(
        default=("*.azurecr.io", "*.azurecr.cn", "*.azurecr.us"),
        description=(
            "Registries that a platform pulls from by an identity of its own, which no pod or environment names: AKS "
            "with its kubelet identity, App Service, an Azure ML workspace."
        ),
    )
    anonymous_registries: tuple[RegistryPlace, ...] = Field(
        default=(),
        description=(
            "Your own registries that may be pulled from without a credential: patterns of their name in Azure, of "
            "their logical name, or of their host."
        ),
    )
    max_password_days: int = Field(
        default=180, ge=1, le=730, description="Days from today in which a service principal's password has to end."
    )
