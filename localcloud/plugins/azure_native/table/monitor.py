"""Microsoft.OperationalInsights and Microsoft.Insights."""

from __future__ import annotations

from localcloud.plugins.azure_native.resource_type import ResourceType
from localcloud.plugins.azure_native.table.common import GROUP, IDENTITY, LOCATION, names

LOG_WORKSPACE = ResourceType(
    token="azure-native:operationalinsights:Workspace",  # noqa: S106  a Pulumi type token, no credential
    path=f"{GROUP}/providers/Microsoft.OperationalInsights/workspaces/{{workspaceName}}",
    version="2023-09-01",
    name_rule=(r"^[A-Za-z0-9][A-Za-z0-9-]+[A-Za-z0-9]$", 4, 63),
    envelope=("location", "tags", "identity"),
    settable=names(
        """
        defaultDataCollectionRuleResourceId features forceCmkForQuery publicNetworkAccessForIngestion
        publicNetworkAccessForQuery retentionInDays sku workspaceCapping
        """
    ),
    required=("resourceGroupName", "location"),
    create_only=LOCATION,
    computed=(
        *IDENTITY,
        "sku.lastSkuUpdate",
        "workspaceCapping.quotaNextResetTime",
        "workspaceCapping.dataIngestionStatus",
    ),
)

COMPONENT = ResourceType(
    token="azure-native:applicationinsights:Component",  # noqa: S106  a Pulumi type token, no credential
    path=f"{GROUP}/providers/Microsoft.Insights/components/{{resourceName}}",
    version="2020-02-02",
    envelope=("location", "tags", "kind"),
    settable=names(
        """
        applicationType disableIpMasking disableLocalAuth flowType forceCustomerStorageForProfiler hockeyAppId
        immediatePurgeDataOn30Days ingestionMode publicNetworkAccessForIngestion publicNetworkAccessForQuery
        requestSource retentionInDays samplingPercentage workspaceResourceId
        """
    ),
    required=("resourceGroupName", "kind", "applicationType", "location"),
    create_only=LOCATION,
    renamed={
        "applicationType": "Application_Type",
        "flowType": "Flow_Type",
        "requestSource": "Request_Source",
        # These differ in their first letter only.
        **{
            f"{name[0].lower()}{name[1:]}": name
            for name in (
                "AppId",
                "ApplicationId",
                "ConnectionString",
                "CreationDate",
                "DisableIpMasking",
                "DisableLocalAuth",
                "ForceCustomerStorageForProfiler",
                "HockeyAppId",
                "HockeyAppToken",
                "ImmediatePurgeDataOn30Days",
                "IngestionMode",
                "InstrumentationKey",
                "PrivateLinkScopedResources",
                "RetentionInDays",
                "SamplingPercentage",
                "TenantId",
                "WorkspaceResourceId",
            )
        },
        "laMigrationDate": "LaMigrationDate",
    },
)

DIAGNOSTIC_SETTING = ResourceType(
    token="azure-native:monitor:DiagnosticSetting",  # noqa: S106  a Pulumi type token, no credential
    path="/{resourceUri}/providers/Microsoft.Insights/diagnosticSettings/{name}",
    version="2021-05-01-preview",
    settable=names(
        """
        eventHubAuthorizationRuleId eventHubName logAnalyticsDestinationType logs marketplacePartnerId metrics
        serviceBusRuleId storageAccountId workspaceId
        """
    ),
    required=("resourceUri", "logs[].enabled", "metrics[].enabled"),
    located=False,
)

AUTOSCALE_SETTING = ResourceType(
    token="azure-native:monitor:AutoscaleSetting",  # noqa: S106  a Pulumi type token, no credential
    path=f"{GROUP}/providers/Microsoft.Insights/autoscalesettings/{{autoscaleSettingName}}",
    version="2021-05-01-preview",
    envelope=("location", "tags"),
    settable=names(
        "enabled name notifications predictiveAutoscalePolicy profiles targetResourceLocation targetResourceUri"
    ),
    required=("resourceGroupName", "profiles", "profiles[].name", "profiles[].capacity", "profiles[].rules"),
    create_only=LOCATION,
)
