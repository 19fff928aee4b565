"""What one type of resource is: facts as data, behaviour as a few methods that all have a sensible default."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, ClassVar

from localcloud.arm import identities, paths
from localcloud.arm.errors import (
    AnotherOperationInProgress,
    BadRequest,
    CloudError,
    InvalidRequestContent,
    InvalidResourceLocation,
    NotEmulated,
)

if TYPE_CHECKING:
    from localcloud.arm.ids import ResourceId
    from localcloud.arm.store import Document
    from localcloud.cloud import Cloud


@dataclass(frozen=True, slots=True)
class Facts:
    """What is documented about a type's properties; paths as in `arm/paths.py`.

    Attributes:
        name_rule: The pattern that a name has to match as a whole.
        name_error: What is said of a name that does not; `{name}` is filled in.
        create_only: Refused when an update changes them.
        read_only: Set by the service; kept over an update, ignored in a request.
        kept: What an update that leaves them out does not change.
        secret: Never stored and never shown.
        objects: Objects, or arrays of objects where the path ends in `[]`: refused when they are something else.
        texts: Texts, such as ids of other resources: refused when they are something else.
        defaults: What a request that leaves them out gets.
    """

    name_rule: str = r"^[-\w.()]{1,90}$"
    name_error: str = "The resource name '{name}' is invalid."
    create_only: tuple[str, ...] = ()
    read_only: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    secret: tuple[str, ...] = ()
    objects: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    defaults: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Request:
    """One write to one resource.

    Attributes:
        cloud: Everything else that exists.
        id: The resource.
        document: What it is to become; methods may add to it. Holds secrets, unlike what is stored.
        existing: What it was; None when it is created.
        query: The query parameters of a removal, such as `forceToPurge`.
    """

    cloud: Cloud
    id: ResourceId
    document: Document
    existing: Document | None = None
    query: Mapping[str, str] = field(default_factory=dict)

    @property
    def properties(self) -> dict[str, Any]:
        """The document's `properties`."""
        properties: dict[str, Any] = self.document.setdefault("properties", {})
        return properties

    @properties.setter
    def properties(self, properties: dict[str, Any]) -> None:
        self.document["properties"] = properties


@dataclass(frozen=True, slots=True)
class ActionRequest:
    """One POST to a resource that exists, or one GET of a view of it.

    Attributes:
        body: The JSON object that was sent; empty for a GET.
        arguments: What the `{words}` of the action's name stand for.
        query: The query parameters.
    """

    cloud: Cloud
    id: ResourceId
    document: Document
    body: Document
    arguments: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)


Action = Callable[[ActionRequest], Any]
Authorize = Callable[[str, str], None]
"""Takes an action and a scope; raises AuthorizationFailed when the caller may not do that there."""


class ResourceType:
    """A type of resource. Subclasses state the facts and override what differs."""

    type: ClassVar[str]
    facts: ClassVar[Facts] = Facts()
    asynchronous: ClassVar[bool] = False
    """Whether a write is answered before it is finished (201/202 and an operation to poll)."""
    asynchronous_delete: ClassVar[bool] = False
    """Whether a removal is answered before it is finished although a write is not."""
    resumable: ClassVar[bool] = True
    """Whether `provision` can run again from the stored document after a crash (not if it needs secrets)."""
    waits: ClassVar[bool] = False
    """Whether `provision` waits for operations on other resources: it gets threads that those do not need."""
    stateful: ClassVar[bool] = True
    """Whether the type has `properties.provisioningState`."""
    implies_parent: ClassVar[bool] = False
    """Whether its parent comes into being with it, as an environment does with its first version."""
    extension: ClassVar[bool] = False
    """Whether it hangs below the id of any scope, as role assignments do."""

    def authorize_more(self, resource_id: ResourceId, body: Any, authorize: Authorize) -> None:
        """Asks for the rights that a PUT of the body needs beyond the one to write the resource."""

    def busy(self, resource_id: ResourceId, operation: Document) -> CloudError:
        """The error for a write or a removal while an operation is under way on the resource."""
        del operation
        return AnotherOperationInProgress(resource_id.text)

    def admit(self, request: Request) -> None:
        """Refuses a write, by raising CloudError, before anything is stored."""

    def admit_removal(self, request: Request) -> None:
        """Refuses a removal, by raising CloudError; not asked for what goes with its parent or group."""

    def provision(self, request: Request) -> None:
        """Does the work; what it adds to the document is stored. Raising CloudError makes the write fail."""

    def remove(self, request: Request) -> None:
        """Undoes `provision`, before the document goes; safe to run twice."""

    def remove_absent(self, cloud: Cloud, resource_id: ResourceId, query: Mapping[str, str]) -> None:
        """What a removal does where there is nothing to remove: nothing, unless the type keeps soft-deleted ones."""

    def resume(self, cloud: Cloud) -> None:
        """Goes on, after a start, with work that is no operation of a resource."""

    def taken(self, patch: Document) -> Document:
        """What of a PATCH is taken: all; a type whose update model has less leaves the rest out, as its service."""
        return patch

    def patch(self, cloud: Cloud, existing: Document, body: Document) -> Document | None:
        """The document that a PATCH makes, stored as it is; None: the merged document is PUT."""
        del cloud, existing, body
        return None

    def shown(self, cloud: Cloud, document: Document) -> Document:
        """What a GET answers."""
        del cloud
        return document

    def read(self, cloud: Cloud, resource_id: ResourceId) -> Document:
        """What a GET finds; raises ResourceNotFound. Overridden by types that are data, not documents."""
        return cloud.resources.get(resource_id)

    def listed(self, cloud: Cloud, scope: str, query: Mapping[str, str]) -> list[Document]:
        """What a GET of all resources of this type below a scope finds."""
        del query
        return cloud.resources.below(scope, self.type)

    def actions(self) -> Mapping[str, Action]:
        """POST actions by name, such as `listKeys`, or by path, such as `containers/{container}/exec`."""
        return {}

    def views(self) -> Mapping[str, Action]:
        """What a GET below the resource answers that is no resource, such as `containers/{container}/logs`."""
        return {}

    # The rest is the same for every type.

    def check_name(self, resource_id: ResourceId) -> None:
        """Raises BadRequest when the name breaks the type's rule."""
        if not re.fullmatch(self.facts.name_rule, resource_id.name):
            raise BadRequest(self.facts.name_error.format(name=resource_id.name), "InvalidResourceName")

    def compose(self, cloud: Cloud, resource_id: ResourceId, body: Document, existing: Document | None) -> Request:
        """The document that a PUT asks for: the body, defaults, and what only the service may set.

        Raises:
            InvalidRequestContent: The body has something else where an object has to be.
            CloudError: It has an identity that can't be given to it (`identities.complete`).
        """
        document = copy.deepcopy(body)
        if document.get("properties") is None:
            document["properties"] = {}
        try:
            self._complete(document, resource_id, existing)
        except paths.WrongShape as error:
            raise InvalidRequestContent(str(error)) from None
        identities.complete(cloud, resource_id, document, existing)
        return Request(cloud, resource_id, document, existing)

    def _complete(self, document: Document, resource_id: ResourceId, existing: Document | None) -> None:
        for path in self.facts.objects:
            paths.check_object(document, path)
        for path in ("location", *self.facts.texts):
            paths.check_text(document, path)
        for path in self.facts.read_only:
            paths.drop(document, path)
        document |= _identity(self.type, resource_id, existing)
        _carry_over(existing, document, self.facts.kept)
        for path, value in self.facts.defaults.items():
            paths.set_default(document, path, value)
        _carry_over(existing, document, self.facts.read_only)
        if isinstance(document.get("location"), str):
            document["location"] = document["location"].replace(" ", "").lower()

    def refuse_changes(self, request: Request) -> None:
        """Raises InvalidResourceLocation or `change_refused` when an update changes what is create-only."""
        if request.existing is None:
            return
        existing, wanted = request.existing.get("location"), request.document.get("location")
        if existing and wanted and existing != wanted and "location" not in self.facts.create_only:
            raise InvalidResourceLocation(request.id.name, request.id.group, existing, wanted)
        changed = [
            path
            for path in self.facts.create_only
            if _comparable(paths.values(request.existing, path)) != _comparable(paths.values(request.document, path))
        ]
        if changed:
            raise self.change_refused(request, changed)

    def change_refused(self, request: Request, changed: list[str]) -> CloudError:
        """The error for a changed create-only property."""
        del request
        return BadRequest(
            " ".join(f"Changing property '{path}' is not allowed." for path in changed), "PropertyChangeNotAllowed"
        )

    def stored(self, document: Document) -> Document:
        """The document without its secrets."""
        result = copy.deepcopy(document)
        for path in self.facts.secret:
            paths.drop(result, path)
        return result

    def act(self, path: str, request: ActionRequest) -> Any:
        """Runs a POST action; raises NotEmulated for one that is not built."""
        return _call(self.actions(), path, request, f"the action '{path}' of {self.type}")

    def view(self, path: str, request: ActionRequest) -> Any:
        """Answers a GET below the resource; raises NotEmulated for one that is not built."""
        return _call(self.views(), path, request, f"'{path}' of {self.type}")


def _call(actions: Mapping[str, Action], path: str, request: ActionRequest, what: str) -> Any:
    for pattern, function in actions.items():
        arguments = _match(pattern.split("/"), path.split("/"))
        if arguments is not None:
            return function(replace(request, arguments=arguments))
    raise NotEmulated(what, actions)


def _match(pattern: list[str], path: list[str]) -> dict[str, str] | None:
    """What the `{words}` of a pattern stand for in a path; None when it does not fit."""
    if len(pattern) != len(path):
        return None
    arguments = {}
    for expected, found in zip(pattern, path, strict=True):
        if expected.startswith("{"):
            arguments[expected.strip("{}")] = found
        elif expected.lower() != found.lower():
            return None
    return arguments


def _identity(resource_type: str, resource_id: ResourceId, existing: Document | None) -> Document:
    """Id, name and type; an update keeps the case that the resource was created in."""
    if existing is not None:
        return {key: existing[key] for key in ("id", "name", "type")}
    return {"id": resource_id.text, "name": resource_id.name, "type": resource_type}


def _carry_over(existing: Document | None, document: Document, places: Iterable[str]) -> None:
    for path in places if existing else ():
        for value in paths.values(existing, path):
            paths.set_default(document, path, value)


def _comparable(found: list[Any]) -> list[Any]:
    """Null is as good as absent; ids and enumerations are equal whatever their case."""
    return [value.lower() if isinstance(value, str) else value for value in found if value is not None]
