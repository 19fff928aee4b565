"""What a workspace depends on and is made for it unless it is given: storage, key vault, Application Insights."""

import pulumi
from pulumi_azure_native import applicationinsights, authorization, keyvault, operationalinsights, storage

from ._component import Component, compact_name
from ._workspace_args import WorkspaceArgs


def create_storage(component: Component, name: str, args: WorkspaceArgs) -> storage.StorageAccount:
    """A storage account over HTTPS alone, without blobs that anybody can read."""
    return storage.StorageAccount(
        compact_name(name, "storage"),
        resource_group_name=args["resource_group_name"],
        location=args.get("location"),
        kind=storage.Kind.STORAGE_V2,
        sku={"name": storage.SkuName.STANDARD_LRS},
        allow_blob_public_access=False,
        enable_https_traffic_only=True,
        minimum_tls_version=storage.MinimumTlsVersion.TLS1_2,
        tags=args.get("tags"),
        opts=component.child(),
    )


def create_key_vault(component: Component, name: str, args: WorkspaceArgs) -> keyvault.Vault:
    """A key vault with purge protection, whose secrets are reached by roles."""
    tenant_id = authorization.get_client_config_output(opts=pulumi.InvokeOutputOptions(parent=component)).tenant_id
    return keyvault.Vault(
        compact_name(name, "vault"),
        resource_group_name=args["resource_group_name"],
        location=args.get("location"),
        properties={
            "tenant_id": tenant_id,
            "sku": {"family": keyvault.SkuFamily.A, "name": keyvault.SkuName.STANDARD},
            "enable_rbac_authorization": True,
            "enable_purge_protection": True,
        },
        tags=args.get("tags"),
        opts=component.child(),
    )


def create_insights(component: Component, name: str, args: WorkspaceArgs) -> applicationinsights.Component:
    """Application Insights, which keeps its data in a Log Analytics workspace that is made with it."""
    logs = operationalinsights.Workspace(
        f"{name}-logs",
        resource_group_name=args["resource_group_name"],
        location=args.get("location"),
        sku={"name": operationalinsights.WorkspaceSkuNameEnum.PER_GB2018},
        tags=args.get("tags"),
        opts=component.child(),
    )
    return applicationinsights.Component(
        f"{name}-insights",
        resource_group_name=args["resource_group_name"],
        location=args.get("location"),
        kind="web",
        application_type=applicationinsights.ApplicationType.WEB,
        workspace_resource_id=logs.id,
        tags=args.get("tags"),
        opts=component.child(),
    )
