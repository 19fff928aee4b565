"""Container registries: each with a loopback address of its own, which its login server names."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from localcloud.arm import paths
from localcloud.arm.errors import BadRequest
from localcloud.arm.resource_type import Action, ActionRequest, Facts, Request, ResourceType
from localcloud.control.clock import text
from localcloud.services.containerregistry import generated_credentials, network, run_files, runs, sku_rules
from localcloud.services.containerregistry.errors import AdminUserDisabled, PasswordNameInvalid, RegistryNameInUse
from localcloud.services.privatelink.connections import shown_with_connections

if TYPE_CHECKING:
    from localcloud.arm.store import Document
    from localcloud.cloud import Cloud

REGISTRY_TYPE = "Microsoft.ContainerRegistry/registries"
PORT = 5443
PASSWORDS = ("password", "password2")
_GENERATIONS = "registry-password-generations"
_SKUS = ("Basic", "Standard", "Premium")


class Registries(ResourceType):
    """`Microsoft.ContainerRegistry/registries`."""

    type = REGISTRY_TYPE
    asynchronous = True
    facts = Facts(
        name_rule="[a-zA-Z0-9]{5,50}",
        name_error="The registry name '{name}' is invalid: it must be 5 to 50 alphanumeric characters long.",
        create_only=("properties.zoneRedundancy",),
        read_only=(
            "sku.tier",
            "properties.loginServer",
            "properties.creationDate",
            "properties.provisioningState",
            "properties.status",
            "properties.dataEndpointHostNames",
            "properties.privateEndpointConnections",
        ),
        defaults={
            "properties.adminUserEnabled": False,
            "properties.anonymousPullEnabled": False,
            "properties.publicNetworkAccess": "Enabled",
            "properties.networkRuleBypassOptions": "AzureServices",
            "properties.networkRuleBypassAllowedForTasks": False,
            "properties.zoneRedundancy": "Disabled",
            "properties.dataEndpointEnabled": False,
            "properties.roleAssignmentMode": "LegacyRegistryPermissions",
            "properties.networkRuleSet": {"defaultAction": "Allow", "ipRules": []},
            "properties.encryption": {"status": "disabled"},
            "properties.policies.quarantinePolicy": {"status": "disabled"},
            "properties.policies.trustPolicy": {"type": "Notary", "status": "disabled"},
            "properties.policies.retentionPolicy": {"days": 7, "status": "disabled"},
            "properties.policies.exportPolicy": {"status": "enabled"},
            "properties.policies.azureADAuthenticationAsArmPolicy": {"status": "enabled"},
        },
    )

    def admit(self, request: Request) -> None:
        """Checks what is required, the SKU and that nobody else has the name."""
        if not request.document.get("location"):
            raise BadRequest("The location property is required for this definition.", "LocationRequired")
        sku = next(iter(paths.values(request.document, "sku.name")), None)
        if sku not in _SKUS:
            raise BadRequest(f"The SKU '{sku}' is invalid; valid are {', '.join(_SKUS)}.", "InvalidSku")
        network.check(request.properties)
        sku_rules.check(request)
        other = by_name(request.cloud, request.id.name)
        if other is not None and other["id"].lower() != request.id.key:
            raise RegistryNameInUse(request.id.name)

    def provision(self, request: Request) -> None:
        """Gives the registry its address and listens there."""
        login_server = f"{request.cloud.addresses.assign(request.id.key)}:{PORT}"
        request.document["sku"]["tier"] = request.document["sku"]["name"]
        request.properties.setdefault("creationDate", text(request.cloud.clock.now()))
        request.properties |= {"loginServer": login_server, "dataEndpointHostNames": [], "status": None}
        request.cloud.open_registry(login_server)

    def remove(self, request: Request) -> None:
        """Ends the listener and forgets repositories, logs and passwords."""
        login_server = request.properties.get("loginServer")
        if login_server:
            request.cloud.close_registry(login_server)
            request.cloud.catalog.remove_registry(login_server)
        request.cloud.addresses.release(request.id.key)
        request.cloud.store.delete(_GENERATIONS, request.id.key)
        run_files.forget(request.cloud, request.id.name)
        runs.forget_sequence(request.cloud, request.id)

    def shown(self, cloud: Cloud, document: Document) -> Document:
        """With its private endpoint connections."""
        return shown_with_connections(cloud, document)

    def actions(self) -> Mapping[str, Action]:
        """The passwords of the admin user, and of tokens."""
        return {
            "listCredentials": _list_credentials,
            "regenerateCredential": _regenerate_credential,
            "generateCredentials": generated_credentials.generate,
        }

    def views(self) -> Mapping[str, Action]:
        """What generateCredentials leads to."""
        return {"operationStatuses/{name}": generated_credentials.result}


def by_name(cloud: Cloud, name: str) -> Document | None:
    """The registry with this name, wherever it is; None when there is none."""
    found = (
        registry for registry in cloud.resources.of_type(REGISTRY_TYPE) if registry["name"].lower() == name.lower()
    )
    return next(found, None)


def by_login_server(cloud: Cloud, login_server: str) -> Document | None:
    """The registry that answers there; None when there is none."""
    registries = cloud.resources.of_type(REGISTRY_TYPE)
    found = (registry for registry in registries if registry["properties"].get("loginServer") == login_server)
    return next(found, None)


def all_login_servers(cloud: Cloud) -> list[str]:
    """Where to listen after a restart."""
    found = (registry["properties"].get("loginServer") for registry in cloud.resources.of_type(REGISTRY_TYPE))
    return [login_server for login_server in found if login_server]


def admin_passwords(cloud: Cloud, registry: Document) -> tuple[str, str]:
    """The admin user's two passwords; derived, so that they are stored nowhere. Valid while the user is on."""
    key, created = registry["id"].lower(), registry["properties"].get("creationDate", "")
    generations = cloud.store.get(_GENERATIONS, key) or {}
    first, second = (
        base64.b32encode(cloud.settings.derive("registry", key, created, name, str(generations.get(name, 0)))).decode()
        for name in PASSWORDS
    )
    return first.rstrip("="), second.rstrip("=")


def _list_credentials(request: ActionRequest) -> dict[str, Any]:
    if not request.document["properties"]["adminUserEnabled"]:
        raise AdminUserDisabled(request.document["id"])
    values = zip(PASSWORDS, admin_passwords(request.cloud, request.document), strict=True)
    passwords = [{"name": name, "value": value} for name, value in values]
    return {"username": request.document["name"], "passwords": passwords}


def _regenerate_credential(request: ActionRequest) -> dict[str, Any]:
    name = request.body.get("name")
    if name not in PASSWORDS:
        raise PasswordNameInvalid(name, PASSWORDS)
    if not request.document["properties"]["adminUserEnabled"]:
        raise AdminUserDisabled(request.document["id"])
    generations = request.cloud.store.get(_GENERATIONS, request.id.key) or {}
    generations[name] = generations.get(name, 0) + 1
    request.cloud.store.put(_GENERATIONS, request.id.key, generations)
    return _list_credentials(request)
