"""Task runs: a run of ACR Tasks as a resource that succeeds or fails with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localcloud.arm.errors import BadRequest
from localcloud.arm.ids import ResourceId
from localcloud.arm.resource_type import Facts, Request, ResourceType
from localcloud.services.containerregistry import agent_pools, network, run_files, runs
from localcloud.services.containerregistry.build_request import DockerBuild, parse, without_secrets
from localcloud.services.containerregistry.execution import Execution
from localcloud.services.containerregistry.run_log import RunLog

if TYPE_CHECKING:
    from localcloud.arm.store import Document
    from localcloud.cloud import Cloud


class TaskRuns(ResourceType):
    """`Microsoft.ContainerRegistry/registries/taskRuns`.

    Written anew with the same request and the same `forceUpdateTag` it does not run again, unless its run failed.
    """

    type = "Microsoft.ContainerRegistry/registries/taskRuns"
    asynchronous = True
    resumable = False
    facts = Facts(
        name_rule="[a-zA-Z0-9-]{5,50}",
        name_error="The task run name '{name}' is invalid: it must be 5 to 50 alphanumeric characters or dashes long.",
        read_only=("properties.provisioningState", "properties.runResult"),
    )

    def admit(self, request: Request) -> None:
        """Checks the run request before anything runs."""
        if not isinstance(request.properties.get("runRequest"), dict):
            raise BadRequest("The property 'runRequest' is required.", "InvalidRequest")
        wanted = parse(request.properties["runRequest"])
        if wanted.agent_pool is not None:
            agent_pools.require(request, wanted.agent_pool)

    def provision(self, request: Request) -> None:
        """Runs, unless this very run has succeeded already."""
        if request.existing is not None and self._has_run(request):
            return
        wanted = parse(request.properties["runRequest"])
        registry_id = request.id.parent
        if registry_id is None:
            raise BadRequest(f"The resource id '{request.id.text}' is not valid.", "InvalidResourceId")
        registry = request.cloud.resources.get(registry_id)
        run = runs.create(request.cloud, ResourceId.parse(registry["id"]), _described(wanted))
        request.properties["runResult"] = {"id": run["id"], "name": run["name"], "type": runs.RUN_TYPE}
        request.cloud.resources.save(request.document)
        path = run_files.log_file(request.cloud, registry["name"], run["name"])
        login_server = registry["properties"]["loginServer"]
        is_admitted = network.admits_tasks(registry["properties"], request.document)
        with RunLog(path, wanted.timeout) as log:
            Execution(request.cloud, registry["name"], login_server, run, wanted, log, is_admitted).go()

    def shown(self, cloud: Cloud, document: Document) -> Document:
        """With the run as it is now."""
        result = document["properties"].get("runResult")
        run = cloud.resources.find(ResourceId.parse(result["id"])) if result else None
        if run is None:
            return document
        return document | {"properties": document["properties"] | {"runResult": cloud.resources.shown(cloud, run)}}

    def stored(self, document: Document) -> Document:
        """Without the values of secret arguments and logins."""
        result = super().stored(document)
        if isinstance(result["properties"].get("runRequest"), dict):
            result["properties"]["runRequest"] = without_secrets(result["properties"]["runRequest"])
        return result

    def _has_run(self, request: Request) -> bool:
        before = (request.existing or {}).get("properties", {})
        result = before.get("runResult")
        run = request.cloud.resources.find(ResourceId.parse(result["id"])) if result else None
        if run is None or run["properties"]["status"] != "Succeeded":
            return False
        after = self.stored(request.document)["properties"]
        return all(before.get(name) == after.get(name) for name in ("runRequest", "forceUpdateTag"))


def _described(wanted: DockerBuild) -> dict[str, Any]:
    system, architecture, *_ = wanted.platform.split("/")
    pool = {"agentPoolName": wanted.agent_pool} if wanted.agent_pool else {}
    return {"platform": {"os": system.capitalize(), "architecture": architecture}} | pool
