"""Passwords of applications and service principals: made once, shown once, never changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from localcloud.plugins.azuread.graph import GRAPH, object_id_of, post_until_there, read_object
from localcloud.plugins.control_plane import refusal
from localcloud.plugins.errors import InvalidInput, NotEmulated
from localcloud.plugins.package import Checked, Live, Plan, missing, plan_from
from localcloud.plugins.values import Properties, Secret, reveal

if TYPE_CHECKING:
    from localcloud.plugins.package import Call, Naming

_NOT_FOUND = 404
_ERROR = 400
_WIRE: Final = {"displayName": "displayName", "startDate": "startDateTime", "endDate": "endDateTime"}
_ROTATION = "rotateWhenChanged"


@dataclass(frozen=True)
class Password:
    """A password of one kind of object.

    Attributes:
        token: Such as `azuread:index/servicePrincipalPassword:ServicePrincipalPassword`.
        owner: The input that names the object.
        collection: Where Graph keeps such objects.
    """

    token: str
    owner: str
    collection: str

    async def check(self, call: Call, naming: Naming, old: Properties, new: Properties) -> Checked:
        """Required inputs; an input that is not emulated is an error."""
        del call, naming, old
        accepted = (self.owner, *_WIRE, _ROTATION)
        for name in new:
            if name not in accepted:
                raise NotEmulated(f"input of {self.token}", name, accepted)
        return Checked(new, tuple(f"Missing required argument '{name}'" for name in missing(new, (self.owner,))))

    def plan(self, old: Properties, new: Properties) -> Plan:
        """Every change is a new password, made before the old one goes."""
        return plan_from(old, new, frozenset(), delete_first=False, in_place=False)

    def preview(self, inputs: Properties, old: Properties | None) -> Properties:
        """The inputs: key id and value only come with the password."""
        del old
        return dict(inputs)

    async def create(self, call: Call, inputs: Properties) -> Live:
        """`addPassword`; the answer is the only one with the value."""
        given = reveal(inputs)
        owner = object_id_of(given[self.owner], self.collection)
        credential = {wire: given[name] for name, wire in _WIRE.items() if name in given}
        made = await post_until_there(call, self._url(owner, "addPassword"), {"passwordCredential": credential})
        outputs = self._outputs(made, inputs) | {"value": Secret(made["secretText"])}
        return Live(f"{owner}/password/{made['keyId']}", outputs)

    async def read(self, call: Call, resource_id: str, inputs: Properties, outputs: Properties) -> Live | None:
        """The password among its owner's; None when it is gone. Its value is the one in the state."""
        owner, key_id = _parse(resource_id)
        document = await read_object(call, self.collection, owner) or {}
        for credential in document.get("passwordCredentials") or []:
            if str(credential.get("keyId")).lower() == key_id.lower():
                known = inputs or {self.owner: f"/{self.collection}/{owner}"}
                value = {"value": Secret(reveal(outputs["value"]))} if "value" in outputs else {}
                return Live(resource_id, self._outputs(credential, known) | value, known)
        return None

    async def update(self, call: Call, resource_id: str, inputs: Properties, old: Live) -> Properties:
        """Never comes to it: `plan` replaces for every change."""
        del call, resource_id
        return old.outputs | inputs

    async def delete(self, call: Call, resource_id: str, old: Live) -> None:
        """`removePassword`; a password, or an owner, that is gone is removed."""
        del old
        owner, key_id = _parse(resource_id)
        response = await call.request("POST", self._url(owner, "removePassword"), body={"keyId": key_id})
        if response.status_code < _ERROR or response.status_code == _NOT_FOUND:
            return
        error = refusal(response)
        # Graph answers 400 when the owner has no password with this key.
        if "no password credential" not in error.message.lower():
            raise error

    def _url(self, owner: str, action: str) -> str:
        return f"{GRAPH}/{self.collection}/{owner}/{action}"

    def _outputs(self, credential: dict[str, Any], inputs: Properties) -> Properties:
        read = {name: credential.get(wire) for name, wire in _WIRE.items()} | {"keyId": credential.get("keyId")}
        # Graph writes the dates in another form than the inputs: those that were given stand.
        return {name: value for name, value in read.items() if value is not None} | inputs


def _parse(resource_id: str) -> tuple[str, str]:
    owner, marker, key_id = resource_id.partition("/password/")
    if not marker or not owner or not key_id:
        raise InvalidInput(f"'{resource_id}' is not an id of a password; e.g. <object id>/password/<key id>")
    return owner, key_id


SERVICE_PRINCIPAL_PASSWORD: Final = Password(
    token="azuread:index/servicePrincipalPassword:ServicePrincipalPassword",  # noqa: S106  a Pulumi type token
    owner="servicePrincipalId",
    collection="servicePrincipals",
)
APPLICATION_PASSWORD: Final = Password(
    token="azuread:index/applicationPassword:ApplicationPassword",  # noqa: S106  a Pulumi type token, no credential
    owner="applicationId",
    collection="applications",
)
