"""A registry and a workspace as one of three shapes (configuration `shape`): defaults, max or hardened."""

from typing import Any

import pulumi
from azureml_scoring import ContainerRegistry, IsolationMode, LockKind, RegistrySku, Workspace
from pulumi_azure_native import keyvault, managedidentity, network, operationalinsights, privatedns, resources, storage

config = pulumi.Config("azureml-scoring")
shape = config.require("shape")
group = resources.ResourceGroup("grid", location="westeurope")
place: Any = {"resource_group_name": group.name, "tags": {"team": config.get("team") or "ml"}}
inputs: dict[str, Any] = {"registry": {}, "workspace": {}}

if shape != "defaults":
    logs = operationalinsights.Workspace("logs", resource_group_name=group.name)
    archive = storage.StorageAccount(
        "archive", resource_group_name=group.name, kind="StorageV2", sku={"name": "Standard_LRS"}
    )
    identity = managedidentity.UserAssignedIdentity("keys", resource_group_name=group.name)
    vault = keyvault.Vault(
        "keys",
        resource_group_name=group.name,
        properties={
            "tenant_id": identity.tenant_id,
            "sku": {"family": keyvault.SkuFamily.A, "name": keyvault.SkuName.STANDARD},
            "enable_purge_protection": True,
        },
    )
    net = network.VirtualNetwork(
        "net",
        resource_group_name=group.name,
        address_space={"address_prefixes": ["10.0.0.0/16"]},
        subnets=[{"name": "endpoints", "address_prefix": "10.0.1.0/24"}],
    )
    subnet = pulumi.Output.concat(net.id, "/subnets/endpoints")
    zone = privatedns.PrivateZone(
        "zone", resource_group_name=group.name, location="global", private_zone_name="privatelink.azurecr.io"
    )
    key = {
        "key_vault_resource_id": vault.id,
        "key_identifier": pulumi.Output.concat(vault.properties.vault_uri, "keys/data/0123456789abcdef"),
        "user_assigned_identity_resource_id": identity.id,
        "user_assigned_identity_client_id": identity.client_id,
    }
    common = {
        "diagnostic_settings": [{"workspace_resource_id": logs.id, "storage_account_resource_id": archive.id}],
        "lock": {"kind": LockKind.CAN_NOT_DELETE, "notes": "deleted by its stack only"},
        "role_assignments": [{"principal_id": identity.principal_id, "role": "Reader"}],
        "private_endpoints": [{"subnet_resource_id": subnet, "private_dns_zone_resource_ids": [zone.id]}],
        "customer_managed_key": key,
    }
    inputs = {
        "registry": common | {"sku": RegistrySku.PREMIUM, "retention_policy_days": 30, "zone_redundancy": True},
        "workspace": common | {"image_build_compute": "builders"},
    }
if shape == "max":
    inputs["registry"] |= {
        "allowed_ip_ranges": ["192.0.2.0/24"],
        "replications": [{"location": "northeurope", "zone_redundancy": True}],
        "rotation": 1,
        "password_valid_days": 90,
    }
    inputs["workspace"] |= {
        "managed_network": {
            "isolation_mode": IsolationMode.ALLOW_ONLY_APPROVED_OUTBOUND,
            "outbound_fqdns": {"packages": "packages.example.org"},
        },
        "public_network_access": True,
    }
if shape == "hardened":
    inputs["registry"] |= {"public_network_access": False}
    inputs["workspace"] |= {
        "managed_network": {"isolation_mode": IsolationMode.ALLOW_ONLY_APPROVED_OUTBOUND},
        "user_assigned_identity_id": identity.id,
    }

registry = ContainerRegistry("registry", place | inputs["registry"])
# A workspace signs in to its own registry by itself.
other = ContainerRegistry("other", place)
connection = {
    "login_server": other.login_server,
    "username": other.pull_username,
    "password": other.pull_password,
}
workspace = Workspace(
    "team",
    place | inputs["workspace"] | {"container_registry_id": registry.resource_id, "connections": {"other": connection}},
)
for name in ("resource_id", "name", "resource_group_name", "location", "container_registry_id", "login_server"):
    pulumi.export(name, getattr(workspace, name))
pulumi.export("passwords", [registry.pull_password, other.pull_password])
