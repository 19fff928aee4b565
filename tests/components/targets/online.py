"""What tests of the two online targets share."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pulumi
from azureml_scoring import ScoringService

from tests.components import inputs
from tests.components.mocked import GROUP_ID, Registered, Request, deploy

ANSWERS: dict[str, Any] = {
    "getClientConfig": {
        "subscriptionId": "00000000-0000-0000-0000-000000000001",
        "tenantId": "tenant",
        "clientId": "client",
        "objectId": "object",
    },
    "machinelearningservices:getWorkspace": {"location": "northeurope"},
    "machinelearningservices:OnlineEndpoint": {"properties": {"scoringUri": "https://endpoint.example/score"}},
    "listOnlineEndpointKeys": {"primaryKey": inputs.CANARY, "secondaryKey": "second"},
}
WORKSPACE = f"{GROUP_ID}/providers/Microsoft.MachineLearningServices/workspaces/ml"


def online(folder: Path, target: str, **changes: Any) -> Any:
    """Inputs of a service on an online target."""
    common = {"target": target, "workspace_name": "ml", "auth": "key"}
    options = {"aks": {"aks": {"compute_name": "cluster"}}}.get(target, {})
    return inputs.service(folder, **common | options | changes)


def registered(folder: Path, target: str, answers: dict[str, Any] | None = None, **changes: Any) -> Registered:
    """What a service on an online target registers; its base image is what another resource will tell."""

    def program() -> ScoringService:
        args = online(folder, target, **changes)
        return ScoringService("scores", args | {"base_image": pulumi.Output.from_input(args["base_image"])})

    return deploy(program, answers=ANSWERS | (answers or {}))


def output(folder: Path, target: str, name: str, answers: dict[str, Any] | None = None, **changes: Any) -> Any:
    """The value of an output of a service on an online target."""
    values = list[Any]()

    async def program() -> None:
        service = ScoringService("scores", online(folder, target, **changes))
        values.append(await getattr(service, name).future())

    deploy(program, answers=ANSWERS | (answers or {}))
    return values[0]


def named(made: Registered, resource_type: str, name: str) -> Request:
    """The resource of a type, given by its last part, and a logical name."""
    (found,) = (one for one in made if one.type.endswith(f":{resource_type}") and one.name == name)
    return found


def body(made: Registered) -> dict[str, Any]:
    """The endpoint as the traffic step puts it."""
    (found,) = (one for one in made if one.type == "azure-native:resources:Deployment")
    (resource,) = found.inputs["properties"]["template"]["resources"]
    result: dict[str, Any] = resource
    return result
