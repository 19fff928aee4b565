"""The options of the pack."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from azureml_scoring.policy_kit import Settings
from pydantic import Field

if TYPE_CHECKING:
    from azureml_scoring.policy_kit import Run

_INSTEAD = "Patterns of stack names in which {}; null: productionStacks."


class ScoringHardening(Settings):
    """Which stacks are production, what they need beyond the others, and what the rules go by."""

    production_stacks: tuple[str, ...] = Field(
        default=("prod", "prod-*", "*-prod", "production"),
        description="Patterns (*, ?) of the names of production stacks, from which more is asked.",
    )
    tls_stacks: tuple[str, ...] | None = Field(
        default=None, description=_INSTEAD.format("services answer by https or in a private network")
    )
    private_stacks: tuple[str, ...] | None = Field(
        default=None, description=_INSTEAD.format("nothing is reached from the public network")
    )
    diagnostics_stacks: tuple[str, ...] | None = Field(
        default=None, description=_INSTEAD.format("workspaces and registries have a diagnostic setting")
    )
    protected_stacks: tuple[str, ...] | None = Field(
        default=None, description=_INSTEAD.format("workspaces and registries are protected or locked")
    )
    replica_stacks: tuple[str, ...] | None = Field(
        default=None, description=_INSTEAD.format("services have minimumReplicas")
    )
    minimum_replicas: int = Field(default=2, ge=1, description="Replicas that a service in those stacks has at least.")
    local_stacks: tuple[str, ...] = Field(
        default=("local", "local-*"), description="Patterns of stack names whose services need no authentication."
    )
    key_stacks: tuple[str, ...] = Field(
        default=(), description="Patterns of stack names in which data is encrypted with a customer-managed key."
    )
    key_resources: tuple[str, ...] = Field(
        default=("*",), description="Patterns of the names or URNs of the resources in those stacks that it is about."
    )
    scoring_ports: tuple[int, ...] = Field(
        default=(5001, 31311), description="Ports by which a container counts as a scoring service."
    )
    authentication_variables: tuple[str, ...] = Field(
        default=("SCORING_AUTH=key", "SCORING_AUTH=token"),
        description="Environment variables, NAME=value, any of which says that a container asks who calls.",
    )
    tls_variables: tuple[str, ...] = Field(
        default=("SCORING_TLS_FOLDER",), description="Names of environment variables that say that a container has TLS."
    )
    tls_ports: tuple[int, ...] = Field(default=(443, 8443), description="Ports that are taken for https.")
    sidecars: tuple[str, ...] = Field(
        default=(), description="Patterns of the names of containers that need no probes, e.g. istio-proxy."
    )
    plain_variables: tuple[str, ...] = Field(
        default=(),
        description="Patterns of the names of environment variables that are no secrets, whatever they sound like.",
    )
    allowed_previews: tuple[str, ...] = Field(
        default=(),
        description="Patterns of types whose previews are taken, e.g. azure-native:containerregistry:*.",
    )


def applies(run: Run, patterns: Iterable[str]) -> bool:
    """Whether the stack of a run has one of these names."""
    return any(fnmatchcase(run.stack, pattern) for pattern in patterns)


def in_production(run: Run, settings: ScoringHardening, own: Iterable[str] | None) -> bool:
    """Whether a rule for production applies: to the stacks of its own option, else to the production stacks."""
    return applies(run, settings.production_stacks if own is None else own)
