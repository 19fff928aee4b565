"""`docker:index/container:Container`: a container of the engine, started and, where wanted, waited for."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

from localcloud.plugins.control_plane import json_object
from localcloud.plugins.docker import engine
from localcloud.plugins.docker.container_spec import create_body, outputs_of, restart_policy
from localcloud.plugins.errors import CloudRefused, NotEmulated, PluginError
from localcloud.plugins.naming import AutoName
from localcloud.plugins.package import Checked, Live, Plan, missing, plan_from
from localcloud.plugins.values import Properties, reveal

if TYPE_CHECKING:
    from localcloud.plugins.package import Call, Naming

_AUTO_NAMED = "__defaults"
"""The Terraform bridge's own mark in the inputs: which of them it made up."""
_NAME_DIGITS = 7
_WAIT_TIMEOUT = 60
_POLL = 0.25
_IN_PLACE: Final = frozenset(
    {
        "restart",
        "maxRetryCount",
        "start",
        "wait",
        "waitTimeout",
        "mustRun",
        "removeVolumes",
        "destroyGraceSeconds",
        "logs",
    }
)
_CREATE_ONLY: Final = frozenset(
    {
        "image",
        "name",
        "command",
        "entrypoints",
        "envs",
        "labels",
        "ports",
        "healthcheck",
        "hostname",
        "user",
        "workingDir",
        "stopSignal",
        "stopTimeout",
        "platform",
    }
)
_ACCEPTED: Final = _IN_PLACE | _CREATE_ONLY
_REQUIRED: Final = ("image", "ports[].internal", "labels[].label", "labels[].value", "healthcheck.tests")


class Container:
    """A container; only its restart policy and how it is waited for and removed change in place."""

    token = "docker:index/container:Container"  # noqa: S105  a Pulumi type token, no credential

    async def check(self, call: Call, naming: Naming, old: Properties, new: Properties) -> Checked:
        """Automatic name (seven digits, as the provider makes it); an input that is not emulated is an error."""
        del call
        for name in new:
            if name not in _ACCEPTED and name != _AUTO_NAMED:
                raise NotEmulated(f"input of {self.token}", name, _ACCEPTED)
        inputs = dict(new)
        if "name" not in inputs:
            made = naming.name(AutoName.RANDOM, delimiter="-", digits=_NAME_DIGITS)
            kept = old.get("name") if old.get(_AUTO_NAMED) == ["name"] else None
            inputs |= {} if made is None else {"name": kept or made, _AUTO_NAMED: ["name"]}
        gaps = missing(inputs, ("name", *_REQUIRED))
        return Checked(inputs, tuple(f"Missing required argument '{name}'" for name in gaps))

    def plan(self, old: Properties, new: Properties) -> Plan:
        """Replaces for what the engine fixes at creation; deletes first when the name is a given one."""
        before, after = ({name: value for name, value in side.items() if name != _AUTO_NAMED} for side in (old, new))
        return plan_from(before, after, _CREATE_ONLY, delete_first=_AUTO_NAMED not in new)

    def preview(self, inputs: Properties, old: Properties | None) -> Properties:
        """The inputs, and for an update what can't change."""
        stable = {name: value for name, value in (old or {}).items() if name not in _ACCEPTED}
        return stable | _given(inputs)

    async def create(self, call: Call, inputs: Properties) -> Live:
        """Creates, starts and waits; one that does not get up is removed again, its last lines are the error."""
        given = reveal(inputs)
        query = {"name": given["name"]} | ({"platform": given["platform"]} if "platform" in given else {})
        response = await engine.post(call, f"{engine.API}/containers/create", query=query, body=create_body(given))
        container_id = str(json_object(response)["Id"])
        try:
            await self._bring_up(call, container_id, given)
        except PluginError as error:
            raise await self._give_up(call.aftermath(), container_id, error) from error
        return Live(container_id, await self._outputs(call, container_id, inputs))

    async def read(self, call: Call, resource_id: str, inputs: Properties, outputs: Properties) -> Live | None:
        """The container as it is; one that should run and does not is read as gone, so that it is made again."""
        del outputs
        document = await engine.container(call, resource_id)
        if document is None:
            return None
        is_running = bool((document.get("State") or {}).get("Running"))
        if inputs and reveal(inputs.get("mustRun", True)) and reveal(inputs.get("start", True)) and not is_running:
            return None
        read = outputs_of(document, _given(inputs))
        known = inputs or {name: value for name, value in read.items() if name in _ACCEPTED and value not in ("", [])}
        return Live(str(document["Id"]), read, known)

    async def update(self, call: Call, resource_id: str, inputs: Properties, old: Live) -> Properties:
        """Changes the restart policy, starts and waits again."""
        given = reveal(inputs)
        if restart_policy(given) != restart_policy(reveal(old.inputs)):
            body = {"RestartPolicy": restart_policy(given)}
            await engine.post(call, f"{engine.API}/containers/{resource_id}/update", body=body)
        await self._bring_up(call, resource_id, given)
        return await self._outputs(call, resource_id, inputs)

    async def delete(self, call: Call, resource_id: str, old: Live) -> None:
        """Stops within the grace given, and removes; gone is removed."""
        given = reveal(old.inputs or old.outputs)
        grace = given.get("destroyGraceSeconds", 0)
        url = f"{engine.API}/containers/{resource_id}"
        if grace:
            await engine.request(call, "POST", f"{url}/stop", query={"t": str(grace)})
        await engine.remove(call, url, force="true", v="true" if given.get("removeVolumes", True) else "false")

    async def _bring_up(self, call: Call, container_id: str, given: Properties) -> None:
        if not given.get("start", True):
            return
        await engine.post(call, f"{engine.API}/containers/{container_id}/start")
        if given.get("wait"):
            await self._wait_until_healthy(call, container_id, given.get("waitTimeout", _WAIT_TIMEOUT))
        elif given.get("mustRun", True):
            _require_running(await engine.container(call, container_id))

    async def _wait_until_healthy(self, call: Call, container_id: str, seconds: float) -> None:
        """Waits in real seconds: a container's start is not one of the cloud's simulated delays."""
        deadline = time.monotonic() + seconds
        while True:
            document = await engine.container(call, container_id)
            state = _require_running(document)
            health: dict[str, Any] = state.get("Health") or {}
            if health.get("Status") == "healthy":
                return
            if (document or {}).get("RestartCount") or state.get("Restarting"):
                # Its first failure is what its log tells; after more starts that would have scrolled away.
                raise CloudRefused(400, "", f"container exited, exit code {state.get('ExitCode')}, and is restarted")
            if not health:
                raise CloudRefused(400, "", "wait is true, but neither the container nor its image has a health check")
            is_late = time.monotonic() > deadline
            if is_late or health.get("Status") == "unhealthy":
                raise CloudRefused(400, "", _unhealthy(health, seconds if is_late else None))
            await call.pace.sleep(_POLL)

    async def _give_up(self, call: Call, container_id: str, error: PluginError) -> PluginError:
        logs = (await engine.container_logs(call, container_id)).strip()
        await engine.remove(call, f"{engine.API}/containers/{container_id}", force="true", v="true")
        return CloudRefused(400, "", f"{error}\nthe container's last lines:\n{logs}") if logs else error

    async def _outputs(self, call: Call, container_id: str, inputs: Properties) -> Properties:
        return outputs_of(await engine.container(call, container_id) or {}, _given(inputs))


def _given(inputs: Properties) -> Properties:
    return {name: value for name, value in inputs.items() if name != _AUTO_NAMED}


def _require_running(document: dict[str, Any] | None) -> dict[str, Any]:
    state: dict[str, Any] = (document or {}).get("State") or {}
    if not state.get("Running") and state.get("Status") != "restarting":
        reason = f": {state['Error']}" if state.get("Error") else ""
        raise CloudRefused(400, "", f"container exited immediately, exit code {state.get('ExitCode')}{reason}")
    return state


def _unhealthy(health: dict[str, Any], timeout: float | None) -> str:
    what = "is unhealthy" if timeout is None else f"did not become healthy within {timeout} seconds (waitTimeout)"
    checks = health.get("Log") or []
    last = str(checks[-1].get("Output", "")).strip() if checks else ""
    return f"container {what}{f'; the last health check said: {last}' if last else ''}"
