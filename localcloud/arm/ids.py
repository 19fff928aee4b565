"""Resource ids: `/subscriptions/{s}/resourceGroups/{g}/providers/{namespace}/{type}/{name}[/{type}/{name}]...`.

An extension resource, such as a role assignment, hangs below the id of any scope. Ids are written in Azure's own
case for the fixed words and compared whatever the case.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from localcloud.arm.errors import InvalidResourceId

GROUP_TYPE = "Microsoft.Resources/resourceGroups"
SUBSCRIPTION_TYPE = "Microsoft.Resources/subscriptions"

_FIXED_WORDS = (
    (re.compile(r"^/subscriptions/", re.IGNORECASE), "/subscriptions/"),
    (re.compile(r"^(/subscriptions/[^/]+)/resourcegroups(?=/|$)", re.IGNORECASE), r"\1/resourceGroups"),
    (re.compile(r"/providers(?=/)", re.IGNORECASE), "/providers"),
)


@dataclass(frozen=True, slots=True, eq=False)
class ResourceId:
    """One resource's place; equal whatever the letters' case, as in Azure.

    Attributes:
        text: The id as it was written, the fixed words in Azure's case.
        scope: What stands before the last `/providers/`; empty for a subscription or a resource group.
        type: Namespace and types, such as `Microsoft.ContainerRegistry/registries/taskRuns`.
        names: One name for each type, outermost first.
    """

    text: str
    scope: str
    type: str
    names: tuple[str, ...]

    @classmethod
    def parse(cls, text: str) -> ResourceId:
        """Reads an id; raises InvalidResourceId for text that is none."""
        path = normalised(text)
        scope, found, rest = path.rpartition("/providers/")
        if not found:
            return cls._container(path)
        namespace, *pairs = rest.split("/")
        if not pairs or len(pairs) % 2 or not all([namespace, *pairs]):
            raise InvalidResourceId(text)
        return cls(path, scope, "/".join([namespace, *pairs[::2]]), tuple(pairs[1::2]))

    @classmethod
    def _container(cls, path: str) -> ResourceId:
        match path.split("/"):
            case ["", "subscriptions", subscription] if subscription:
                return cls(path, "", SUBSCRIPTION_TYPE, (subscription,))
            case ["", "subscriptions", subscription, "resourceGroups", group] if subscription and group:
                return cls(path, "", GROUP_TYPE, (group,))
            case _:
                raise InvalidResourceId(path)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ResourceId) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)

    def __str__(self) -> str:
        return self.text

    @property
    def key(self) -> str:
        """What this id is stored and compared under."""
        return self.text.lower()

    @property
    def name(self) -> str:
        """The resource's own name: the last one."""
        return self.names[-1]

    @property
    def subscription(self) -> str:
        """The subscription's id; empty for a tenant-level id."""
        match self.text.split("/"):
            case ["", "subscriptions", subscription, *_]:
                return subscription
            case _:
                return ""

    @property
    def group(self) -> str:
        """The resource group's name; empty outside of one."""
        match self.text.split("/"):
            case ["", "subscriptions", _, "resourceGroups", group, *_]:
                return group
            case _:
                return ""

    @property
    def group_key(self) -> str:
        """The key of the resource group that holds this resource."""
        return f"/subscriptions/{self.subscription}/resourcegroups/{self.group}".lower()

    @property
    def namespace(self) -> str:
        """The resource provider, such as `Microsoft.ContainerRegistry`."""
        return self.type.partition("/")[0]

    @property
    def type_and_name(self) -> str:
        """`Namespace/type/name`, as error messages write it."""
        namespace, *types = self.type.split("/")
        pairs = (f"{type_}/{name}" for type_, name in zip(types, self.names, strict=True))
        return "/".join([namespace, *pairs])

    @property
    def parent(self) -> ResourceId | None:
        """The resource that this one is a child of; None at the top level."""
        if len(self.names) < 2:  # noqa: PLR2004 - a child has its parent's name and its own
            return None
        return ResourceId.parse(self.text.rsplit("/", 2)[0])

    def with_type(self, resource_type: str) -> ResourceId:
        """The same id with the type's names in the case of `resource_type`."""
        if self.scope == "" and self.type in {GROUP_TYPE, SUBSCRIPTION_TYPE}:
            return self
        namespace, *types = resource_type.split("/")
        pairs = (f"{type_}/{name}" for type_, name in zip(types, self.names, strict=True))
        text = f"{self.scope}/providers/{'/'.join([namespace, *pairs])}"
        return ResourceId(text, self.scope, resource_type, self.names)


def normalised(text: str) -> str:
    """An id or path with the fixed words in Azure's case and no slash at the end."""
    path = "/" + text.strip("/")
    for pattern, replacement in _FIXED_WORDS:
        path = pattern.sub(replacement, path)
    return path


def covers(scope: str, other: str) -> bool:
    """Whether a scope is another one, or above it; `/` is above everything."""
    upper, lower = normalised(scope).lower(), normalised(other).lower()
    return upper in {"/", lower} or lower.startswith(f"{upper}/")
