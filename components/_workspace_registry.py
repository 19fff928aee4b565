"""How a workspace comes by its registry, and what may become of it.

    registry_mode=lazy        absent ──> created by Azure ML ──> present
                                │                                  │ container_registry_id names it
                                │ container_registry_id names one  │
                                v                                  v
    registry_mode=attached    named ────────────────────────────> adopted
                                                                   │ another one
                                                                   v
                                                           allow_registry_change

- absent: `containerRegistry` of the workspace is null. Who needs the registry is told so (`require_registry`).
- created by Azure ML: at the first training job, environment build or deployment; `_workspace_materialize` runs a job.
- present: the workspace names the registry, whose admin user is on. It is in nobody's state: read from the cloud at
  every update (`lazy_registry_id`), left out of the workspace's plan, and gone with its resource group only.
- named, adopted: `container_registry_id` says which. Naming one where there is none, or the one that is there, changes
  nothing for earlier jobs and models. Another one breaks their lineage: it is refused (`registry_guard`,
  `guard_preview`) unless `allow_registry_change` is set. Never is the workspace replaced.
"""

from typing import Any

import pulumi
from pulumi_azure_native import containerregistry

from ._component import NO_REGISTRY_YET, Component, require_registry
from ._errors import ComponentError
from ._invoke import ask
from ._workspace_args import WorkspaceArgs
from .rules import ArmId

_LINEAGE = "the lineage of earlier jobs and models breaks: what they were made with lies in the old registry"


class RegistryChangeRefused(ComponentError):
    """Another registry for a workspace that has one.

    Attributes:
        current: ARM id of the registry that the workspace has.
        wanted: ARM id of the other one.
    """

    def __init__(self, component: Component, name: str, current: str, wanted: str) -> None:
        message = (
            f"container_registry_id must stay the registry that the workspace has ({current}), as with another one "
            f"{_LINEAGE}; got '{wanted}'; e.g. allow_registry_change=True, to accept that"
        )
        super().__init__(type(component).__name__, name, message)
        self.current = current
        self.wanted = wanted


class PrivateRegistry(ComponentError):
    """A registry that can't be reached from the internet, for a workspace without a compute that builds images.

    Attributes:
        registry_id: ARM id of the registry.
    """

    def __init__(self, component: Component, name: str, registry_id: str) -> None:
        message = (
            "image_build_compute is required with a registry that is closed to the internet: the registry's own build "
            f"service can't reach it, and every environment build would fail; got nothing with '{registry_id}'; "
            "e.g. image_build_compute=cpu-cluster"
        )
        super().__init__(type(component).__name__, name, message)
        self.registry_id = registry_id


def attached_registry(
    component: Component, name: str, args: WorkspaceArgs
) -> tuple[pulumi.Output[str], pulumi.Output[str]]:
    """ARM id and login server of the registry that is named; whoever uses the id waits for the check of its network.

    Raises:
        PrivateRegistry: It is closed to the internet and there is no `image_build_compute`; raised during the update.
    """
    given = args.get("container_registry_id", "")
    registry_id = require_registry(type(component), name, "container_registry_id", given)
    registry = containerregistry.Registry.get(f"{name}-registry", registry_id, opts=component.child())
    builds_elsewhere = args.get("image_build_compute") is not None

    def checked(text: str, access: str | None, default_action: str | None) -> str:
        closed = access == containerregistry.PublicNetworkAccess.DISABLED.value
        if (closed or default_action == containerregistry.DefaultAction.DENY.value) and not builds_elsewhere:
            raise PrivateRegistry(component, name, text)
        return text

    default_action = registry.network_rule_set.apply(lambda rules: rules.default_action if rules else None)
    read = pulumi.Output.all(registry_id, registry.public_network_access, default_action)
    after_check = read.apply(lambda values: checked(*values))
    # What Azure leaves out of its answer is unknown in a preview, which would then show a change of the registry.
    return registry_id if pulumi.runtime.is_dry_run() else after_check, registry.login_server


async def current_registry(component: Component, workspace_id: str) -> str:
    """ARM id of the registry that a workspace has in the cloud, whatever the state says; empty for none."""
    workspace = ArmId.parse(workspace_id)
    shown = await ask(
        component,
        "machinelearningservices:getWorkspace",
        resource_group_name=workspace.resource_group_name,
        workspace_name=workspace.name,
    )
    return str(shown.get("containerRegistry") or "")


def lazy_login_server(component: Component, registry_id: str) -> pulumi.Output[str]:
    """Login server of a registry that Azure ML created; empty while there is none."""
    if not registry_id:
        return pulumi.Output.from_input("")
    registry = ArmId.parse(registry_id)
    return containerregistry.get_registry_output(
        resource_group_name=registry.resource_group_name,
        registry_name=registry.name,
        opts=pulumi.InvokeOutputOptions(parent=component),
    ).login_server


def report_absent(component: Component, name: str, registry_id: str | None) -> str:
    """The id; where there is none, the documented warning is shown."""
    if not registry_id:
        pulumi.log.warn(f"{type(component).__name__} '{name}': {NO_REGISTRY_YET}.", component)
    return registry_id or ""


def registry_guard(component: Component, name: str, *, allowed: bool) -> pulumi.ResourceHook:
    """The hook that keeps an update of the workspace from changing its registry."""

    async def guard(args: pulumi.ResourceHookArgs) -> None:
        wanted = (args.new_inputs or {}).get("containerRegistry")
        judge_change(component, name, await current_registry(component, args.id), str(wanted), allowed=allowed)

    return pulumi.ResourceHook(f"{type(component).__name__}-{name}-registry", guard)


def guard_preview(
    component: Component, name: str, workspace_id: pulumi.Output[str], wanted: pulumi.Output[str], *, allowed: bool
) -> None:
    """The same in a preview, where no hook runs; a workspace that is to be made has no id and is left alone."""

    async def judge(known_id: str, wanted_id: str) -> None:
        try:
            current = await current_registry(component, known_id)
        except Exception:  # noqa: BLE001 - a workspace that was removed meanwhile: the update says so, not the preview
            return
        judge_change(component, name, current, wanted_id, allowed=allowed)

    if pulumi.runtime.is_dry_run():
        ids: Any = pulumi.Output.all(workspace_id, wanted)
        ids.apply(lambda both: judge(*both))


def judge_change(component: Component, name: str, current: str, wanted: str, *, allowed: bool) -> None:
    """Lets a registry be set or stay; another one is said aloud where it is allowed.

    Raises:
        RegistryChangeRefused: The registry is another one and that is not allowed.
    """
    if not current or current.lower() == wanted.lower():
        return
    if not allowed:
        raise RegistryChangeRefused(component, name, current, wanted)
    kind = type(component).__name__
    pulumi.log.warn(f"{kind} '{name}': the registry changes from {current} to {wanted}; {_LINEAGE}.", component)
