"""Extensions of a cluster: what is installed in it. The one of Azure Machine Learning is what a compute needs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from localcloud.arm.errors import NotEmulated
from localcloud.arm.ids import ResourceId
from localcloud.arm.resource_type import Facts, Request, ResourceType
from localcloud.services.containerservice.managed_clusters import CLUSTER_TYPE
from localcloud.services.kubernetesconfiguration.errors import (
    ExtensionRefused,
    ExtensionTypeAlreadyInstalled,
    InstallationFailed,
)

if TYPE_CHECKING:
    from localcloud.arm.store import Document
    from localcloud.cloud import Cloud

EXTENSION_TYPE = "Microsoft.KubernetesConfiguration/extensions"
AZUREML = "microsoft.azureml.kubernetes"
_CURRENT_VERSION = "1.1.103"
_ROUTERS = ("loadbalancer", "nodeport", "clusterip")
_WRITTEN = ("provisioningState", "currentVersion", "isSystemExtension", "statuses", "errorInfo", "packageUri")
_PROTECTED = "properties.configurationProtectedSettings"


class Extensions(ResourceType):
    """`Microsoft.KubernetesConfiguration/extensions`, below the id of a cluster."""

    type = EXTENSION_TYPE
    asynchronous = True
    resumable = False
    extension = True
    facts = Facts(
        name_rule="[a-zA-Z0-9]([-.a-zA-Z0-9]{0,251}[a-zA-Z0-9])?",
        name_error="The extension name '{name}' is invalid: letters, digits, '-' and '.', beginning and ending with a "
        "letter or a digit.",
        create_only=("properties.extensionType", "properties.scope.cluster.releaseNamespace"),
        read_only=tuple(f"properties.{name}" for name in _WRITTEN),
        kept=("properties.scope",),
        secret=(_PROTECTED,),
        objects=("properties.configurationSettings", _PROTECTED, "properties.scope", "properties.scope.cluster"),
        texts=("properties.extensionType", "properties.releaseTrain", "properties.version"),
        defaults={
            "properties.autoUpgradeMinorVersion": True,
            "properties.releaseTrain": "Stable",
            "properties.configurationSettings": {},
            "properties.configurationProtectedSettings": {},
        },
    )

    def admit(self, request: Request) -> None:
        """Refuses another type than Azure Machine Learning's, a second one, and a version that upgrades by itself."""
        scope, properties = ResourceId.parse(request.id.scope), request.properties
        if scope.type.lower() != CLUSTER_TYPE.lower():
            raise NotEmulated(f"extensions of '{scope.type}'", [CLUSTER_TYPE])
        kind = properties.get("extensionType")
        if not kind:
            raise ExtensionRefused("extensionType is required")
        if kind.lower() != AZUREML:
            raise NotEmulated(f"the extension type '{kind}'", [AZUREML])
        if properties["autoUpgradeMinorVersion"] and properties.get("version"):
            raise ExtensionRefused("version can't be given while autoUpgradeMinorVersion is true")
        for other in request.cloud.resources.below(request.id.scope, self.type):
            if other["id"].lower() != request.id.key and other["properties"]["extensionType"].lower() == kind.lower():
                raise ExtensionTypeAlreadyInstalled(kind, other["name"])
        for settings in (properties["configurationSettings"], properties["configurationProtectedSettings"]):
            if not all(isinstance(value, str) for value in settings.values()):
                raise ExtensionRefused("configuration settings are texts")

    def provision(self, request: Request) -> None:
        """Checks the settings as the extension's own installation does; what is protected is forgotten then."""
        properties = request.properties
        cluster = request.cloud.resources.get(ResourceId.parse(request.id.scope))
        _check_settings(properties["configurationSettings"], properties["configurationProtectedSettings"])
        _check_cluster(cluster)
        properties["scope"] = properties.get("scope") or {"cluster": {"releaseNamespace": "azureml"}}
        properties |= {
            "currentVersion": properties.get("version") or _CURRENT_VERSION,
            "isSystemExtension": False,
            "statuses": [],
            "aksAssignedIdentity": {"type": "SystemAssigned", "tenantId": request.cloud.settings.tenant_id},
        }

    def shown(self, cloud: Cloud, document: Document) -> Document:
        """Protected settings are not told."""
        del cloud
        return document | {"properties": document["properties"] | {"configurationProtectedSettings": {}}}


def azureml_extension(cloud: Cloud, cluster_id: str) -> Document | None:
    """A cluster's extension of Azure Machine Learning; None unless it is installed."""
    return next(
        (
            found
            for found in cloud.resources.below(cluster_id, EXTENSION_TYPE)
            if found["properties"]["extensionType"].lower() == AZUREML
            and found["properties"]["provisioningState"] == "Succeeded"
        ),
        None,
    )


def serves(extension: Document) -> bool:
    """Whether endpoints can be made with it, and not only jobs be run."""
    return is_on(extension["properties"]["configurationSettings"], "enableInference")


def is_on(settings: Mapping[str, Any], name: str) -> bool:
    """Whether a setting is `True`; the settings are texts."""
    return str(settings.get(name) or "").lower() == "true"


def _check_settings(settings: Mapping[str, Any], protected: Mapping[str, Any]) -> None:
    if not is_on(settings, "enableTraining") and not is_on(settings, "enableInference"):
        raise InstallationFailed("either enableTraining or enableInference has to be True")
    if not is_on(settings, "enableInference"):
        return
    router = str(settings.get("inferenceRouterServiceType") or "").lower()
    if router not in _ROUTERS:
        raise InstallationFailed("inferenceRouterServiceType has to be loadBalancer, nodePort or clusterIP")
    certificate = settings.get("sslSecret") or (protected.get("sslCertPemFile") and protected.get("sslKeyPemFile"))
    if not certificate and not is_on(settings, "allowInsecureConnections"):
        raise InstallationFailed(
            "sslSecret, or sslCertPemFile and sslKeyPemFile, are needed unless allowInsecureConnections is True"
        )


def _check_cluster(cluster: Document) -> None:
    """What Azure Machine Learning says that it does not support."""
    if cluster["properties"].get("disableLocalAccounts"):
        raise InstallationFailed("clusters with local accounts disabled are not supported")
    if not cluster.get("identity"):
        raise InstallationFailed("clusters with a service principal are not supported; a managed identity is needed")
