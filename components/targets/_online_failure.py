"""Shows the end of a deployment's log when it did not get healthy: Azure's own error seldom says why."""

import pulumi

from .._component import Component
from .._invoke import ask

_LINES = 50
"""Lines that are shown."""


def end_of_log(component: Component, name: str) -> pulumi.ErrorHook:
    """The hook that logs, as an error, what a deployment that failed wrote last; nothing is tried again.

    Args:
        component: Whose deployment it is.
        name: Its name in Pulumi.
    """

    async def show(args: pulumi.ErrorHookArgs) -> bool:
        inputs = args.new_inputs or {}
        deployment = str(inputs.get("deploymentName", name))
        try:
            found = await ask(
                component,
                "machinelearningservices:getOnlineDeploymentLogs",
                container_type="InferenceServer",
                deployment_name=deployment,
                endpoint_name=str(inputs["endpointName"]),
                resource_group_name=str(inputs["resourceGroupName"]),
                workspace_name=str(inputs["workspaceName"]),
            )
        except Exception as error:  # noqa: BLE001 - what Azure said of the deployment itself is shown all the same
            pulumi.log.warn(f"the log of deployment {deployment} can't be read ({str(error)[:200]})", component)
            return False
        lines = str(found.get("content") or "").rstrip().splitlines() or ["(it wrote nothing)"]
        text = "\n".join(lines[-_LINES:])
        pulumi.log.error(f"deployment {deployment} did not get healthy; the end of its log:\n{text}", component)
        return False

    return pulumi.ErrorHook(f"{type(component).__name__}-{name}-log", show)
