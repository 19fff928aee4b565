"""The categories of logs and metrics that each type of resource has, as data (Azure Monitor's reference of each)."""

from __future__ import annotations

from dataclasses import dataclass

_AUDIT = ("allLogs", "audit")


@dataclass(frozen=True, slots=True)
class Categories:
    """What a type of resource can send.

    Attributes:
        logs: Names of log categories.
        metrics: Names of metric categories.
        groups: Names of groups of log categories.
    """

    logs: tuple[str, ...] = ()
    metrics: tuple[str, ...] = ("AllMetrics",)
    groups: tuple[str, ...] = _AUDIT


_KNOWN = {
    "microsoft.containerregistry/registries": Categories(
        logs=("ContainerRegistryRepositoryEvents", "ContainerRegistryLoginEvents")
    ),
    "microsoft.machinelearningservices/workspaces": Categories(
        logs=(
            "AmlComputeClusterEvent",
            "AmlComputeClusterNodeEvent",
            "AmlComputeCpuGpuUtilization",
            "AmlComputeJobEvent",
            "AmlRunStatusChangedEvent",
            "ComputeInstanceEvent",
            "DataLabelChangeEvent",
            "DataLabelReadEvent",
            "DataSetChangeEvent",
            "DataSetReadEvent",
            "DataStoreChangeEvent",
            "DataStoreReadEvent",
            "DeploymentEventACI",
            "DeploymentEventAKS",
            "DeploymentReadEvent",
            "EnvironmentChangeEvent",
            "EnvironmentReadEvent",
            "InferencingOperationACI",
            "InferencingOperationAKS",
            "ModelsActionEvent",
            "ModelsChangeEvent",
            "ModelsReadEvent",
            "PipelineChangeEvent",
            "PipelineReadEvent",
            "RunEvent",
            "RunReadEvent",
        )
    ),
    "microsoft.keyvault/vaults": Categories(logs=("AuditEvent", "AzurePolicyEvaluationDetails")),
    "microsoft.storage/storageaccounts": Categories(metrics=("Transaction", "Capacity"), groups=()),
    "microsoft.operationalinsights/workspaces": Categories(logs=("Audit", "SummaryLogs")),
    "microsoft.network/virtualnetworks": Categories(logs=("VMProtectionAlerts",), groups=("allLogs",)),
}


def of_type(resource_type: str) -> Categories | None:
    """The categories of a type; None for a type whose categories are not known here, which takes every name."""
    return _KNOWN.get(resource_type.lower())
