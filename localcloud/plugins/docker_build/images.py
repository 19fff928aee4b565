"""`docker-build:index:Image`: an image that the engine builds, and pushes by its tags."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any, Final

from localcloud.plugins.control_plane import json_object
from localcloud.plugins.docker import engine
from localcloud.plugins.docker_build.context import Context
from localcloud.plugins.errors import NotEmulated
from localcloud.plugins.package import Checked, Live, Plan, missing, plan_from
from localcloud.plugins.values import UNKNOWN, Properties, is_known, reveal

if TYPE_CHECKING:
    from localcloud.plugins.package import Call, Naming

_HASH: Final = "__contextHash"
"""What the provider keeps of the context beside the inputs, to see that it changed."""
_BUILT: Final = ("push", "context", "dockerfile", "buildArgs", "platforms", "registries", "tags", "target")
_WITHOUT_EFFECT: Final = ("buildOnPreview", "cacheFrom", "cacheTo", "network", "noCache", "pull", "secrets")
"""Inputs that change nothing here: no RUN step is executed, so nothing is cached and no secret is mounted."""
_ACCEPTED: Final = frozenset({*_BUILT, *_WITHOUT_EFFECT, _HASH})


class BuiltImage:
    """A built image; whatever changes, it is built and pushed again in place."""

    token = "docker-build:index:Image"  # noqa: S105  a Pulumi type token, no credential

    async def check(self, call: Call, naming: Naming, old: Properties, new: Properties) -> Checked:
        """Required inputs and the hash of the context; an input that is not emulated is an error."""
        del call, naming, old
        for name in new:
            if name not in _ACCEPTED:
                raise NotEmulated(f"input of {self.token}", name, _ACCEPTED)
        gaps = missing(new, ("push", "context", "context.location"))
        inputs = dict(new)
        if not gaps and is_known([new["context"], new.get("dockerfile")]):
            inputs[_HASH] = _context(reveal(new)).hash
        return Checked(inputs, tuple(f"Missing required argument '{name}'" for name in gaps))

    def plan(self, old: Properties, new: Properties) -> Plan:
        """Another password is no change: it is not part of the image."""
        return plan_from(_without_passwords(old), _without_passwords(new), frozenset(), delete_first=False)

    def preview(self, inputs: Properties, old: Properties | None) -> Properties:
        """The inputs; nothing is built, so digest and reference are not known."""
        del old
        return _shown(inputs) | {"digest": UNKNOWN, "ref": UNKNOWN}

    async def create(self, call: Call, inputs: Properties) -> Live:
        """Builds, and pushes where that is wanted."""
        outputs = await self._build(call, inputs)
        return Live(str(outputs["digest"] or outputs["contextHash"]), outputs)

    async def read(self, call: Call, resource_id: str, inputs: Properties, outputs: Properties) -> Live | None:
        """As it was built: the registry's copy is not looked at."""
        del call
        return Live(resource_id, outputs, inputs)

    async def update(self, call: Call, resource_id: str, inputs: Properties, old: Live) -> Properties:
        """Builds again."""
        del resource_id, old
        return await self._build(call, inputs)

    async def delete(self, call: Call, resource_id: str, old: Live) -> None:
        """Removes the engine's names; what was pushed is the registry's."""
        del resource_id
        for tag in reveal(old.inputs or old.outputs).get("tags") or []:
            await engine.remove(call, f"{engine.API}/images/{tag}", force="true")

    async def _build(self, call: Call, inputs: Properties) -> Properties:
        given = reveal(inputs)
        context = _context(given)
        tags: list[str] = given.get("tags") or []
        logins = {engine.split_reference(f"{entry['address']}/x")[0]: entry for entry in given.get("registries") or []}
        query = {"dockerfile": context.dockerfile, "buildargs": json.dumps(given.get("buildArgs") or {})}
        query |= {"target": given["target"]} if given.get("target") else {}
        query |= {"platform": ",".join(given["platforms"])} if given.get("platforms") else {}
        for tag in tags:
            headers = {"X-Registry-Config": _encoded(logins), "Content-Type": "application/x-tar"}
            named = query | {"t": tag}
            await engine.post(call, f"{engine.API}/build", query=named, content=context.tar(), headers=headers)
        digest = ""
        for tag in tags if given["push"] else []:
            host, name, version = engine.split_reference(tag)
            headers = {"X-Registry-Auth": _encoded(logins.get(host, {}))}
            url = f"{engine.API}/images/{name}/push"
            answer = await engine.post(call, url, query={"tag": version}, headers=headers)
            digest = str(json_object(answer)["aux"]["Digest"])
        ref = f"{tags[0]}@{digest}" if digest else next(iter(tags), "")
        return _shown(inputs) | {"digest": digest, "ref": ref, "contextHash": context.hash}


def _context(given: Properties) -> Context:
    return Context.of(given["context"]["location"], (given.get("dockerfile") or {}).get("location"))


def _shown(inputs: Properties) -> Properties:
    shown = {name: value for name, value in inputs.items() if name != _HASH}
    return shown | ({"contextHash": inputs[_HASH]} if _HASH in inputs else {})


def _without_passwords(inputs: Properties) -> Properties:
    entries: Any = reveal(inputs.get("registries") or [])
    if not isinstance(entries, list):
        return inputs
    kept = [{name: value for name, value in entry.items() if name != "password"} for entry in entries]
    return inputs | {"registries": kept}


def _encoded(document: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(document).encode()).decode()
