"""`docker:index/remoteImage:RemoteImage`: an image that the engine has pulled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from localcloud.plugins.docker import engine
from localcloud.plugins.errors import CloudRefused, NotEmulated
from localcloud.plugins.package import Checked, Live, Plan, missing, plan_from
from localcloud.plugins.values import Properties, reveal

if TYPE_CHECKING:
    from localcloud.plugins.package import Call, Naming

_INPUTS: Final = ("name", "platform", "pullTriggers", "triggers", "keepLocally", "forceRemove")
_CREATE_ONLY: Final = frozenset({"name", "platform", "pullTriggers", "triggers"})


class RemoteImage:
    """A pulled image; another reference or trigger is another image."""

    token = "docker:index/remoteImage:RemoteImage"  # noqa: S105  a Pulumi type token, no credential

    async def check(self, call: Call, naming: Naming, old: Properties, new: Properties) -> Checked:
        """Required inputs; an input that is not emulated (`build`) is an error."""
        del call, naming, old
        for name in new:
            if name not in _INPUTS:
                raise NotEmulated(f"input of {self.token}", name, _INPUTS)
        return Checked(new, tuple(f"Missing required argument '{name}'" for name in missing(new, ("name",))))

    def plan(self, old: Properties, new: Properties) -> Plan:
        """Replaces for all but what a removal does."""
        return plan_from(old, new, _CREATE_ONLY, delete_first=False)

    def preview(self, inputs: Properties, old: Properties | None) -> Properties:
        """The inputs; for an update the ids, too, which can't change."""
        stable = {name: old[name] for name in ("imageId", "repoDigest") if name in old} if old else {}
        return stable | inputs

    async def create(self, call: Call, inputs: Properties) -> Live:
        """Pulls the image."""
        given = reveal(inputs)
        await engine.pull(call, given["name"], given.get("platform"))
        document = await engine.image(call, given["name"])
        if document is None:
            raise CloudRefused(404, "", f"Unable to find or pull image {given['name']}")
        return Live(f"{document['Id']}{given['name']}", self._outputs(document, inputs))

    async def read(self, call: Call, resource_id: str, inputs: Properties, outputs: Properties) -> Live | None:
        """The image, when the engine still has it."""
        name = reveal(inputs.get("name") or outputs.get("name") or resource_id)
        document = await engine.image(call, name)
        if document is None:
            return None
        known = inputs or {"name": name}
        return Live(f"{document['Id']}{name}", self._outputs(document, known), known)

    async def update(self, call: Call, resource_id: str, inputs: Properties, old: Live) -> Properties:
        """Only what a removal does can change in place: nothing to send."""
        del call, resource_id
        return {name: value for name, value in old.outputs.items() if name not in _INPUTS} | inputs

    async def delete(self, call: Call, resource_id: str, old: Live) -> None:
        """Removes the image unless it is to be kept."""
        del resource_id
        given = reveal(old.inputs or old.outputs)
        if given.get("keepLocally"):
            return
        force = "true" if given.get("forceRemove") else "false"
        await engine.remove(call, f"{engine.API}/images/{given['name']}", force=force)

    @staticmethod
    def _outputs(document: dict[str, Any], inputs: Properties) -> Properties:
        name = engine.split_reference(reveal(inputs["name"]))[1]
        digests = [str(digest) for digest in document.get("RepoDigests") or []]
        own = next((digest for digest in digests if digest.partition("@")[0] == name), next(iter(digests), None))
        return dict(inputs) | {"imageId": document["Id"]} | ({"repoDigest": own} if own else {})
