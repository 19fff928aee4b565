"""Applications and service principals: their properties are those of Microsoft Graph under other names."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from localcloud.plugins.azuread.graph import GRAPH, delete_object, object_id_of, read_made, read_object
from localcloud.plugins.compare import carry_over
from localcloud.plugins.control_plane import json_object
from localcloud.plugins.errors import NotEmulated
from localcloud.plugins.package import Checked, Live, Plan, missing, plan_from
from localcloud.plugins.values import Properties, reveal

if TYPE_CHECKING:
    from localcloud.plugins.package import Call, Naming


@dataclass(frozen=True)
class DirectoryObject:
    """One type of object.

    Attributes:
        token: Such as `azuread:index/application:Application`.
        collection: Where Graph keeps such objects.
        inputs: Inputs that are emulated, and their names in Graph.
        outputs: Read-only outputs, and their names in Graph.
        required: Inputs that must be given.
        create_only: Inputs whose change replaces the object.
        defaults: Inputs with a default.
        adopts_by: The Graph property that finds an object to take over when `useExisting` is true; empty for none.
    """

    token: str
    collection: str
    inputs: dict[str, str]
    outputs: dict[str, str]
    required: tuple[str, ...]
    create_only: frozenset[str] = frozenset()
    defaults: dict[str, Any] = field(default_factory=dict)
    adopts_by: str = ""

    async def check(self, call: Call, naming: Naming, old: Properties, new: Properties) -> Checked:
        """Defaults and required inputs; an input that is not emulated is an error."""
        del call, naming, old
        for name in new:
            if name not in self._accepted:
                raise NotEmulated(f"input of {self.token}", name, self._accepted)
        inputs = self.defaults | new
        return Checked(inputs, tuple(f"Missing required argument '{name}'" for name in missing(inputs, self.required)))

    def plan(self, old: Properties, new: Properties) -> Plan:
        """In place but for the inputs that identify the object."""
        return plan_from(old, new, self.create_only, delete_first=False)

    def preview(self, inputs: Properties, old: Properties | None) -> Properties:
        """The inputs; for an update the ids, too, which can't change."""
        stable = {name: old[name] for name in (*self.outputs, "objectId") if name in old} if old else {}
        return stable | inputs

    async def create(self, call: Call, inputs: Properties) -> Live:
        """POST, and GET until the directory knows the object; or the existing one, where that is asked for."""
        given = reveal(inputs)
        existing = await self._existing(call, given)
        if existing is None:
            existing = json_object(await call.succeed("POST", f"{GRAPH}/{self.collection}", body=self._body(given)))
        object_id = str(existing["id"])
        document = await read_made(call, self.collection, object_id)
        return Live(f"/{self.collection}/{object_id}", self._outputs(document, given))

    async def read(self, call: Call, resource_id: str, inputs: Properties, outputs: Properties) -> Live | None:
        """GET; inputs change by what changed in the directory."""
        object_id = object_id_of(resource_id, self.collection)
        document = await read_object(call, self.collection, object_id)
        if document is None:
            return None
        read = self._outputs(document, reveal(inputs))
        found = {name: read[name] for name in self.inputs if name in read}
        before = {name: outputs[name] for name in self.inputs if name in outputs}
        return Live(f"/{self.collection}/{object_id}", read, carry_over(inputs, before, found) if inputs else found)

    async def update(self, call: Call, resource_id: str, inputs: Properties, old: Live) -> Properties:
        """PATCH; an input that was taken out is set to its empty value."""
        given = reveal(inputs)
        object_id = object_id_of(resource_id, self.collection)
        removed: dict[str, Any] = {
            self.inputs[name]: [] if isinstance(reveal(value), list) else None
            for name, value in old.inputs.items()
            if name in self.inputs and name not in given
        }
        body = {name: value for name, value in self._body(given).items() if name not in self._fixed}
        await call.succeed("PATCH", f"{GRAPH}/{self.collection}/{object_id}", body=removed | body)
        return self._outputs(await read_made(call, self.collection, object_id), given)

    async def delete(self, call: Call, resource_id: str, old: Live) -> None:
        """DELETE; an object that was taken over stays."""
        if not (self.adopts_by and reveal(old.inputs.get("useExisting"))):
            await delete_object(call, self.collection, object_id_of(resource_id, self.collection))

    @property
    def _accepted(self) -> tuple[str, ...]:
        return (*self.inputs, "useExisting") if self.adopts_by else tuple(self.inputs)

    @property
    def _fixed(self) -> set[str]:
        return {self.inputs[name] for name in self.create_only}

    async def _existing(self, call: Call, given: Properties) -> dict[str, Any] | None:
        if not (self.adopts_by and given.get("useExisting")):
            return None
        names = {wire: name for name, wire in self.inputs.items()}
        condition = f"{self.adopts_by} eq '{given[names[self.adopts_by]]}'"
        response = await call.succeed("GET", f"{GRAPH}/{self.collection}", query={"$filter": condition})
        found: list[dict[str, Any]] = json_object(response).get("value") or []
        return found[0] if found else None

    def _body(self, given: Properties) -> dict[str, Any]:
        return {wire: given[name] for name, wire in self.inputs.items() if name in given}

    def _outputs(self, document: dict[str, Any], given: Properties) -> Properties:
        names = {**self.inputs, **self.outputs, "objectId": "id"}
        read = {name: document.get(wire) for name, wire in names.items()}
        kept = {name: given[name] for name in self._accepted if name in given and read.get(name) is None}
        return {name: value for name, value in read.items() if value is not None} | kept


APPLICATION: Final = DirectoryObject(
    token="azuread:index/application:Application",  # noqa: S106  a Pulumi type token, no credential
    collection="applications",
    inputs={
        "displayName": "displayName",
        "description": "description",
        "identifierUris": "identifierUris",
        "notes": "notes",
        "owners": "owners",
        "serviceManagementReference": "serviceManagementReference",
        "signInAudience": "signInAudience",
        "tags": "tags",
    },
    outputs={
        "clientId": "appId",
        "publisherDomain": "publisherDomain",
        "disabledByMicrosoft": "disabledByMicrosoftStatus",
    },
    required=("displayName",),
    defaults={"signInAudience": "AzureADMyOrg"},
)
SERVICE_PRINCIPAL: Final = DirectoryObject(
    token="azuread:index/servicePrincipal:ServicePrincipal",  # noqa: S106  a Pulumi type token, no credential
    collection="servicePrincipals",
    inputs={
        "clientId": "appId",
        "accountEnabled": "accountEnabled",
        "alternativeNames": "alternativeNames",
        "appRoleAssignmentRequired": "appRoleAssignmentRequired",
        "description": "description",
        "loginUrl": "loginUrl",
        "notes": "notes",
        "notificationEmailAddresses": "notificationEmailAddresses",
        "owners": "owners",
        "preferredSingleSignOnMode": "preferredSingleSignOnMode",
        "tags": "tags",
    },
    outputs={
        "applicationTenantId": "appOwnerOrganizationId",
        "displayName": "displayName",
        "servicePrincipalNames": "servicePrincipalNames",
        "signInAudience": "signInAudience",
        "type": "servicePrincipalType",
    },
    required=("clientId",),
    create_only=frozenset({"clientId"}),
    defaults={"accountEnabled": True},
    adopts_by="appId",
)
