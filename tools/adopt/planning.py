"""Which resources of an export are adopted, as which components, and what is left of the rest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from azureml_scoring.rules import Problem, nearest

from tools.adopt.adoption import Adopted, Adoption, Left, OutputOf, Setting
from tools.adopt.endpoint import DEPLOYMENT, ENDPOINT, adopt_endpoint, endpoint_refusals
from tools.adopt.errors import BadExport, Misuse
from tools.adopt.export import ROLE_ASSIGNMENT, Resource
from tools.adopt.group import GROUP, adopt_group, group_refusals, image_of
from tools.adopt.registry import REGISTRY, adopt_registry
from tools.adopt.shapes import shape_problems
from tools.adopt.workspace import INSIGHTS, LOGS, WORKSPACE, adopt_workspace

if TYPE_CHECKING:
    from azureml_scoring.rules import ImageReference

_STORAGE, _VAULTS = "microsoft.storage/storageaccounts", "microsoft.keyvault/vaults"
_REASONS = {
    ROLE_ASSIGNMENT: "it is at a scope that is not adopted, and holds as before",
    INSIGHTS: "it is not the workspace's",
    LOGS: "it is not what the workspace's Application Insights writes to",
    _STORAGE: "it is not the workspace's",
    _VAULTS: "it is not the workspace's",
    "microsoft.authorization/locks": "it stays: an update that it forbids fails, and says so",
}
_READ = {WORKSPACE, REGISTRY, GROUP, ENDPOINT, INSIGHTS, LOGS, _STORAGE, _VAULTS}
"""Types whose documents are looked into."""
_ANOTHER = "another one was chosen"
_NOTHING = "no component makes one: it stays as it is, and no component may be told to make it a second time"


@dataclass(frozen=True)
class Chosen:
    """What a person asked for, by name; each with the name that its component is to have, or an empty text.

    Attributes:
        workspace: The workspace; empty for the only one.
        registry: The registry; empty for the workspace's, else the only one.
        services: Container groups and online endpoints; empty for all.
        by_id: Whether storage account, key vault and Application Insights stay outside.
    """

    workspace: Mapping[str, str] = field(default_factory=dict)
    registry: Mapping[str, str] = field(default_factory=dict)
    services: Mapping[str, str] = field(default_factory=dict)
    by_id: bool = False


def plan(export: Sequence[Resource], chosen: Chosen) -> Adoption:
    """The adoption of what was chosen.

    Raises:
        Misuse: What was chosen is not there, or something has to be chosen; with every problem.
        BadExport: What was chosen is in the export without its properties.
    """
    return _Plan(export, chosen).made()


class _Plan:
    """One adoption in the making."""

    def __init__(self, export: Sequence[Resource], chosen: Chosen) -> None:
        self._export = export
        self._chosen = chosen
        self._components = list[Adopted]()
        self._left = dict[str, Left]()

    def made(self) -> Adoption:
        """All of it; problems of the choice before anything else."""
        problems = list[Problem]()
        workspace = self._one(WORKSPACE, "--workspace", self._chosen.workspace, problems)
        named = str(workspace.at("properties.containerRegistry") or "") if workspace else ""
        registry = self._one(REGISTRY, "--registry", self._chosen.registry, problems, named)
        services = self._services(problems)
        if not problems and not (workspace or registry or services):
            kinds = ", ".join(sorted({resource.type for resource in self._export}))
            what = "a workspace, a container registry, a container group or an online endpoint"
            problems.append(Problem("the export", f"must have {what}", kinds or None, "az group export --name rg"))
        self._refuse(problems, [one for one in (workspace, registry, *services) if one])
        adopted = self._adopt_registry(registry) if registry else None
        if workspace:
            self._adopt_workspace(workspace, adopted)
        for service in services:
            self._adopt_service(service, registry, workspace)
        self._refuse(list(self._clashes()), [])
        return Adoption(tuple(self._components), tuple(self._rest()))

    def _refuse(self, problems: list[Problem], adopted: Sequence[Resource]) -> None:
        if problems:
            raise Misuse(problems)
        bare = [resource for resource in adopted if not isinstance(resource.at("properties"), Mapping)]
        if bare:
            rule = "must be exported with its properties, which `az resource list` leaves out"
            show = "az resource show --ids"
            raise BadExport([Problem(one.label, rule, None, f"{show} {one.id}") for one in bare])
        if misshapen := [problem for one in self._export if one.type in _READ for problem in shape_problems(one)]:
            raise BadExport(misshapen)

    def _one(
        self, kind: str, option: str, chosen: Mapping[str, str], problems: list[Problem], named: str = ""
    ) -> Resource | None:
        """The resource of a type that is adopted; None where there is none, or where a problem was added."""
        found = [resource for resource in self._export if resource.type == kind]
        if chosen:
            name = next(iter(chosen))
            wanted = [resource for resource in found if resource.name.lower() == name.lower()]
            if len(wanted) != 1:
                fix = _near(name, found) or f"an export that has a {kind}"
                problems.append(Problem(option, f"must name one {kind} of the export", name, f"{option} {fix}"))
            return wanted[0] if len(wanted) == 1 else None
        found = [one for one in found if one.id.lower() == named.lower()] or found
        if len(found) > 1:
            names = ", ".join(sorted(one.name for one in found))
            problems.append(
                Problem(option, f"is required where there are several {kind}", names, f"{option} {found[0].name}")
            )
            return None
        return found[0] if found else None

    def _services(self, problems: list[Problem]) -> list[Resource]:
        found = [resource for resource in self._export if resource.type in {GROUP, ENDPOINT}]
        if not self._chosen.services:
            return found
        by_name = {one.name.lower(): one for one in found}
        for name in self._chosen.services:
            if name.lower() not in by_name:
                fix = _near(name, found) or "an export that has one"
                rule = "must name a container group or an online endpoint of the export"
                problems.append(Problem("--service", rule, name, f"--service {fix}"))
        return [by_name[name.lower()] for name in self._chosen.services if name.lower() in by_name]

    def _adopt_registry(self, registry: Resource) -> Adopted:
        name = next(iter(self._chosen.registry.values()), "") or "registry"
        self._components.append(adopt_registry(registry, name, self._export))
        return self._components[-1]

    def _adopt_workspace(self, workspace: Resource, registry: Adopted | None) -> None:
        name = next(iter(self._chosen.workspace.values()), "") or "workspace"
        made, left = adopt_workspace(workspace, name, self._export, registry, by_id=self._chosen.by_id)
        self._components.append(made)
        self._leave(left)

    def _adopt_service(self, service: Resource, registry: Resource | None, workspace: Resource | None) -> None:
        wanted = {key.lower(): component for key, component in self._chosen.services.items()}
        name = wanted.get(service.name.lower()) or service.name
        storage: Any = Setting(f"{name}-storage-account", "name of the storage account that contexts are uploaded to")
        if workspace:
            storage = OutputOf(self._named("Workspace"), "storage_account_name")
        within = workspace and service.id.lower().startswith(f"{workspace.id}/".lower())
        if service.type == ENDPOINT and workspace and within:
            refusals = list(endpoint_refusals(service, name))
            if not refusals:
                made, left = adopt_endpoint(service, name, workspace, storage, self._export)
                self._components.append(made)
                self._leave(left)
        elif service.type == ENDPOINT:
            refusals = ["its workspace is not adopted"]
        else:
            refusals = list(group_refusals(service, name))
            if not refusals:
                place = {**self._registry_of(image_of(service), registry), "storage_account_name": storage}
                self._components.append(adopt_group(service, name, place))
        if refusals:
            self._leave([Left(service.label, f"{'; '.join(refusals)}")])

    def _registry_of(self, image: ImageReference, adopted: Resource | None) -> dict[str, Any]:
        """The inputs that say where an image is; its host as text: an output is unknown while the registry changes."""
        known = (one for one in self._export if one.type == REGISTRY)
        found = next((one for one in known if one.at("properties.loginServer") == image.domain), None)
        place: dict[str, Any] = {"registry_name": image.domain.partition(".")[0]}
        if found is not None:
            place = {"registry_name": found.name, "registry_resource_group_name": found.group}
        if found is not None and adopted is not None and found.id == adopted.id:
            outputs = {"registry_name": "name", "registry_resource_group_name": "resource_group_name"}
            place = {key: OutputOf(self._named("ContainerRegistry"), output) for key, output in outputs.items()}
        return place | {"login_server": image.domain}

    def _named(self, kind: str) -> str:
        return next(component.name for component in self._components if component.kind == kind)

    def _leave(self, left: Sequence[Left]) -> None:
        self._left |= {one.label: one for one in left}

    def _clashes(self) -> Iterator[Problem]:
        """Components of one name: a child could not be told which of them is its parent."""
        names = [component.name for component in self._components]
        for name in sorted({name for name in names if names.count(name) > 1}):
            rule = "must be other names for each component"
            yield Problem("--workspace, --registry and --service", rule, name, f"--service {name}={name}-service")

    def _rest(self) -> Iterator[Left]:
        """What is left, in the order of the export; what is named outside of it first."""
        adopted = {row.id.lower() for component in self._components for row in component.rows}
        labels = {resource.label for resource in self._export}
        yield from (left for label, left in self._left.items() if label not in labels)
        for resource in self._export:
            if resource.label in self._left:
                yield self._left[resource.label]
            elif resource.id.lower() not in adopted:
                kinds = {WORKSPACE, REGISTRY, GROUP, ENDPOINT, DEPLOYMENT}
                usual = _ANOTHER if resource.type in kinds else _NOTHING
                yield Left(resource.label, _REASONS.get(resource.type, usual))


def _near(name: str, found: Sequence[Resource]) -> str:
    """The name that was meant, or one that there is; empty where there is none."""
    names = sorted(one.name for one in found)
    near = nearest(name, names)
    return near if near in names else "".join(names[:1])
