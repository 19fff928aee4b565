"""Reading and writing resources: the one path that every type's documents take."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from localcloud.arm import identities, paths
from localcloud.arm.errors import (
    CloudError,
    InvalidRequestContent,
    NotEmulated,
    ParentResourceNotFound,
    ResourceGroupBeingDeleted,
    ResourceGroupNotFound,
    ResourceNotFound,
)
from localcloud.arm.ids import GROUP_TYPE, SUBSCRIPTION_TYPE, ResourceId
from localcloud.arm.operations import interrupted, nothing
from localcloud.arm.resource_type import ActionRequest, Request, ResourceType

if TYPE_CHECKING:
    from localcloud.arm.operations import Operations
    from localcloud.arm.store import Document, Store
    from localcloud.cloud import Cloud

_COLLECTION = "resources"
_TRANSITIONAL = frozenset({"Creating", "Updating", "Deleting"})


class Resources:
    """All resources of the cloud and the types that are emulated."""

    def __init__(self, store: Store, operations: Operations, types: Iterable[ResourceType]) -> None:
        self._store = store
        self._operations = operations
        self._types = {resource_type.type.lower(): resource_type for resource_type in types}
        self._locks: dict[str, threading.RLock] = defaultdict(threading.RLock)
        # What is unique beyond one id, such as a registry's name (law L7), is checked and written in one go. Taken
        # before a resource's own lock, always.
        self._writing = threading.RLock()

    @property
    def types(self) -> tuple[ResourceType, ...]:
        """What is emulated."""
        return tuple(self._types.values())

    def find_type(self, resource_type: str) -> ResourceType | None:
        """The type of this name, whatever its case; None for one that is not built."""
        return self._types.get(resource_type.lower())

    def type_of(self, resource_id: ResourceId) -> ResourceType:
        """The type of an id; raises NotEmulated for one that is not built."""
        resource_type = self.find_type(resource_id.type)
        if resource_type is None:
            known = (resource_type.type for resource_type in self._types.values())
            raise NotEmulated(f"the resource type '{resource_id.type}'", known)
        return resource_type

    def find(self, resource_id: ResourceId) -> Document | None:
        """The stored document; None when there is no such resource."""
        return self._store.get(_COLLECTION, resource_id.key)

    def get(self, resource_id: ResourceId) -> Document:
        """The stored document; raises ResourceNotFound or ResourceGroupNotFound."""
        document = self.find(resource_id)
        if document is None:
            raise self._not_found(resource_id)
        return document

    def save(self, document: Document) -> None:
        """Stores a document as it is, for what the service itself changes."""
        resource_id = ResourceId.parse(document["id"])
        self._store.put(_COLLECTION, resource_id.key, self.type_of(resource_id).stored(document))

    def below(self, scope: str, resource_type: str | None = None) -> list[Document]:
        """All resources below a scope, of one type or of any."""
        # `/providers/{namespace}/{first type}/` is in every key of a type: SQLite looks for it, so only those are read.
        first = "/".join((resource_type or "").lower().split("/")[:2])
        marker = f"/providers/{first}/" if first and first != GROUP_TYPE.lower() else "/"
        found = self._store.list(_COLLECTION, f"{scope.lower().rstrip('/')}/", marker)
        return [
            document for document in found if resource_type is None or document["type"].lower() == resource_type.lower()
        ]

    def of_type(self, resource_type: str) -> list[Document]:
        """All resources of one type, wherever they are."""
        return self.below("", resource_type)

    def put(self, cloud: Cloud, resource_id: ResourceId, body: object) -> tuple[Document, Document | None]:
        """Creates or updates; returns the document and, for an asynchronous type, the operation."""
        resource_type = self.type_of(resource_id)
        resource_id = resource_id.with_type(resource_type.type)
        if not isinstance(body, dict) or not isinstance(body.get("properties", {}), dict | None):
            raise InvalidRequestContent("a JSON object with an object 'properties' is needed")
        with self._writing, self._locks[resource_id.key]:
            existing = self.find(resource_id)
            self._check_group(resource_id)
            if existing is None:
                self._check_place(resource_type, resource_id)
            running = self._operations.running(resource_id.key)
            if running is not None:
                raise resource_type.busy(resource_id, running)
            request = resource_type.compose(cloud, resource_id, body, existing)
            resource_type.refuse_changes(request)
            resource_type.admit(request)
            return self._write(resource_type, request)

    def patch(self, cloud: Cloud, resource_id: ResourceId, body: object) -> tuple[Document, Document | None]:
        """Updates by a JSON merge patch; raises ResourceNotFound where there is nothing to update."""
        if not isinstance(body, dict):
            raise InvalidRequestContent("a JSON object is needed")
        with self._writing, self._locks[resource_id.key]:
            existing = self.get(resource_id)
            resource_type = self.type_of(resource_id)
            document = resource_type.patch(cloud, existing, body)
            if document is None:
                return self.put(cloud, resource_id, paths.merge(existing, resource_type.taken(body)))
            self.save(document)
            return document, None

    def delete(
        self, cloud: Cloud, resource_id: ResourceId, query: Mapping[str, str] | None = None
    ) -> tuple[Document | None, Document | None]:
        """Removes; returns what was there (None: nothing) and, for an asynchronous type, the operation."""
        resource_type = self.type_of(resource_id)
        with self._locks[resource_id.key]:
            existing = self.find(resource_id)
            if existing is None:
                resource_type.remove_absent(cloud, resource_id, query or {})
                return None, None
            running = self._operations.running(resource_id.key)
            if running is not None and running["verb"] == "delete":
                return existing, running
            if running is not None:
                raise resource_type.busy(resource_id, running)
            request = Request(cloud, ResourceId.parse(existing["id"]), existing, existing, query or {})
            resource_type.admit_removal(request)
            if not (resource_type.asynchronous or resource_type.asynchronous_delete):
                self._remove(resource_type, request)
                return existing, None
            operation = self._operations.record(resource_id.key, "delete")
            request.properties["provisioningState"] = "Deleting"
            self.save(existing)
            self._operations.submit(operation, lambda: self._try_remove(resource_type, request))
            return existing, operation

    def take_along(self, cloud: Cloud, resource_id: ResourceId) -> None:
        """Removes a resource, and what is in it, as part of the removal of another one; gone is removed."""
        existing = self.find(resource_id)
        if existing is not None:
            request = Request(cloud, ResourceId.parse(existing["id"]), existing, existing)
            self._remove(self.type_of(request.id), request)

    def act(
        self, cloud: Cloud, resource_id: ResourceId, action: str, body: Document, query: Mapping[str, str] | None = None
    ) -> object:
        """Runs a POST action of a resource."""
        resource_type = self.type_of(resource_id)
        request = ActionRequest(cloud, resource_id, resource_type.read(cloud, resource_id), body, {}, query or {})
        return resource_type.act(action, request)

    def view(self, cloud: Cloud, resource_id: ResourceId, path: str, query: Mapping[str, str]) -> object:
        """Answers a GET below a resource."""
        request = ActionRequest(cloud, resource_id, self.get(resource_id), {}, {}, query)
        return self.type_of(resource_id).view(path, request)

    def shown(self, cloud: Cloud, document: Document) -> Document:
        """What a client sees of a document."""
        return self.type_of(ResourceId.parse(document["id"])).shown(cloud, document)

    def resume(self, cloud: Cloud) -> None:
        """Ends what a crash cut off: runs it again where that is possible, else lets it fail."""
        for operation in self._operations.interrupted():
            self._resume(cloud, operation)
        for document in self._store.list(_COLLECTION):
            stuck = document.get("properties", {}).get("provisioningState") in _TRANSITIONAL
            if stuck and not self._operations.running(document["id"].lower()):
                document["properties"]["provisioningState"] = "Failed"
                self.save(document)
        for resource_type in self.types:
            resource_type.resume(cloud)

    def _resume(self, cloud: Cloud, operation: Document) -> None:
        document = self.find(ResourceId.parse(operation["resource"]))
        if document is None:
            done = operation["verb"] == "delete"
            self._operations.submit(operation, nothing if done else interrupted)
            return
        existing = None if operation["verb"] == "create" else document
        request = Request(cloud, ResourceId.parse(document["id"]), document, existing)
        resource_type = self.type_of(request.id)
        if operation["verb"] == "delete":
            self._operations.submit(operation, lambda: self._try_remove(resource_type, request))
        elif request.properties.get("provisioningState") == "Succeeded":
            # The crash came after the work and before its operation was ended.
            self._operations.submit(operation, nothing)
        elif resource_type.resumable:
            self._operations.submit(
                operation, lambda: self._provision(resource_type, request), waits=resource_type.waits
            )
        else:
            request.properties["provisioningState"] = "Failed"
            self.save(request.document)
            self._operations.submit(operation, interrupted)

    def _check_group(self, resource_id: ResourceId) -> None:
        if not resource_id.group or resource_id.type == GROUP_TYPE:
            return
        group = self._store.get(_COLLECTION, resource_id.group_key)
        if group is None:
            raise ResourceGroupNotFound(resource_id.group)
        if group["properties"]["provisioningState"] == "Deleting":
            raise ResourceGroupBeingDeleted(resource_id.group)

    def _check_place(self, resource_type: ResourceType, resource_id: ResourceId) -> None:
        resource_type.check_name(resource_id)
        parent = resource_id.parent
        if resource_type.implies_parent and parent is not None:
            parent = parent.parent
        while parent is not None and self.find_type(parent.type) is None:
            parent = parent.parent
        if parent is not None and self.find(parent) is None:
            raise ParentResourceNotFound(resource_type.type, parent.text)
        if resource_type.extension and resource_id.scope:
            scope = ResourceId.parse(resource_id.scope)
            if scope.type != SUBSCRIPTION_TYPE:
                self.get(scope)

    def _write(self, resource_type: ResourceType, request: Request) -> tuple[Document, Document | None]:
        if not resource_type.asynchronous:
            self._provision(resource_type, request)
            return resource_type.stored(request.document), None
        operation = self._operations.record(request.id.key, "update" if request.existing else "create")
        request.properties["provisioningState"] = "Updating" if request.existing else "Creating"
        self.save(request.document)
        accepted = resource_type.stored(request.document)
        self._operations.submit(operation, lambda: self._provision(resource_type, request), waits=resource_type.waits)
        return accepted, operation

    def _provision(self, resource_type: ResourceType, request: Request) -> None:
        try:
            identities.register(request.cloud, request.id, request.document, request.existing)
            resource_type.provision(request)
        except Exception:
            if resource_type.asynchronous:
                self._settle(resource_type, request, "Failed")
            raise
        self._settle(resource_type, request, "Succeeded")

    def _settle(self, resource_type: ResourceType, request: Request, state: str) -> None:
        """Stores the outcome, unless the resource was removed in the meantime, with its group."""
        with self._locks[request.id.key]:
            if resource_type.asynchronous and self.find(request.id) is None:
                self._undo(resource_type, request)
                raise self._not_found(request.id)
            if resource_type.stateful:
                request.properties["provisioningState"] = state
            self.save(request.document)

    def _try_remove(self, resource_type: ResourceType, request: Request) -> None:
        try:
            self._remove(resource_type, request)
        except Exception:
            request.properties["provisioningState"] = "Failed"
            self.save(request.document)
            raise

    def _remove(self, resource_type: ResourceType, request: Request) -> None:
        children = sorted(self.below(request.id.text), key=lambda document: -document["id"].count("/"))
        for child in children:
            child_id = ResourceId.parse(child["id"])
            self._remove_one(self.type_of(child_id), Request(request.cloud, child_id, child, child))
        self._remove_one(resource_type, request)

    def _remove_one(self, resource_type: ResourceType, request: Request) -> None:
        self._undo(resource_type, request)
        with self._locks[request.id.key]:
            self._store.delete(_COLLECTION, request.id.key)

    def _undo(self, resource_type: ResourceType, request: Request) -> None:
        resource_type.remove(request)
        identities.forget(request.cloud, request.document)

    def _not_found(self, resource_id: ResourceId) -> CloudError:
        if resource_id.type == GROUP_TYPE:
            return ResourceGroupNotFound(resource_id.name)
        if resource_id.group and self._store.get(_COLLECTION, resource_id.group_key) is None:
            return ResourceGroupNotFound(resource_id.group)
        resource_type = self.find_type(resource_id.type)
        named = resource_id.with_type(resource_type.type) if resource_type else resource_id
        return ResourceNotFound(named.type_and_name, resource_id.group)
