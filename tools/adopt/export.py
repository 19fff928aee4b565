"""What exports hold: resources as Azure Resource Manager writes them, whatever command wrote the file.

Read are a template of `az group export`, what `az resource show` and `az rest` answer (one resource, a list, or a page
with `value`), and `az role assignment list`. Several files complete each other: a resource may be in more than one.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from azureml_scoring.rules import ArmId, InvalidArmId, Problem

from tools.adopt.errors import BadExport
from tools.adopt.template import Template, Unreadable

ROLE_ASSIGNMENT = "microsoft.authorization/roleassignments"
_OTHERS = {
    "terraform_version": "a state of Terraform",
    "deployment": "a state of Pulumi",
    "nameTable": "an import file of Pulumi",
    "metadata": "an answer of Kubernetes",
    "key_vault": "what `az ml` shows in a form of its own",
    "targetScope": "a module of Bicep",
}
"""A key that tells whose file it is, where it is none of Azure Resource Manager's."""
_WANTED = "az resource show --ids $(az resource list --resource-group rg --query '[].id' --output tsv)"


@dataclass(frozen=True)
class Resource:
    """One resource.

    Attributes:
        id: Its ARM id, as Azure writes it.
        type: Its full type in lower case; Azure compares types so.
        document: All that the export says of it; a role assignment has its parts in `properties`, as Azure has.
    """

    id: str
    type: str
    document: Mapping[str, Any]

    @property
    def name(self) -> str:
        """Its own name: the last part of its id."""
        return self.id.rpartition("/")[2]

    @property
    def label(self) -> str:
        """What people know it by: type and names."""
        return self.id.rpartition("/providers/")[2]

    @property
    def group(self) -> str:
        """Resource group that it is in; empty for what is in none."""
        parts = self.id.split("/")
        return parts[4] if len(parts) > 4 and parts[3].lower() == "resourcegroups" else ""  # noqa: PLR2004 - the shape of an id

    def at(self, path: str) -> Any:
        """What stands at a path of the document, such as `properties.sku.name`; None where nothing does."""
        value: Any = self.document
        for part in path.split("."):
            value = value.get(part) if isinstance(value, Mapping) else None
        return value


@dataclass(frozen=True)
class Place:
    """Where a template was exported from, which the template does not say.

    Attributes:
        subscription_id: Subscription; empty where it was not said.
        resource_group_name: Resource group; empty where it was not said.
    """

    subscription_id: str = ""
    resource_group_name: str = ""


def read_exports(paths: Sequence[Path], place: Place) -> list[Resource]:
    """The resources of all files, each once.

    Raises:
        BadExport: A file can't be read, or is none; with the problems of all files.
    """
    problems, found = list[Problem](), dict[str, Resource]()
    for path in paths:
        try:
            resources = list(_read(path, place))
        except BadExport as error:
            problems += error.problems
            continue
        for resource in resources:
            before = found.get(resource.id.lower())
            document = {**before.document, **_said(resource.document)} if before else resource.document
            found[resource.id.lower()] = Resource(before.id if before else resource.id, resource.type, document)
    if problems:
        raise BadExport(problems)
    return list(found.values())


def _said(document: Mapping[str, Any]) -> dict[str, Any]:
    """Without what a list leaves out: it writes null where a resource has something."""
    return {key: value for key, value in document.items() if value is not None}


def _read(path: Path, place: Place) -> Iterator[Resource]:
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise _bad(path, "must be a file that can be read", error.strerror or "an error", "export.json") from None
    except (ValueError, RecursionError) as error:
        raise _bad(path, "must be JSON", str(error), _WANTED) from None
    if isinstance(content, dict) and isinstance(content.get("template"), dict):
        content = content["template"]
    if isinstance(content, dict) and isinstance(content.get("resources"), list) and "$schema" in content:
        yield from _of_template(path, content, place)
        return
    entries = content
    if isinstance(content, dict):
        entries = content["value"] if isinstance(content.get("value"), list) else [content]
    if not isinstance(entries, list) or not entries:
        raise _bad(path, "must hold resources", f"{type(content).__name__} without any", _WANTED)
    problems, found = list[Problem](), list[Resource]()
    for index, entry in enumerate(entries):
        resource = _resource(entry)
        if isinstance(resource, Resource):
            found.append(resource)
        else:
            subject = str(path) if len(entries) == 1 else f"{path}[{index}]"
            problems.append(Problem(subject, "must be a resource of Azure Resource Manager", resource, _WANTED))
    if problems:
        raise BadExport(problems)
    yield from found


def _resource(entry: Any) -> Resource | str:
    """The resource that an entry is, or what it is instead."""
    if not isinstance(entry, Mapping):
        return type(entry).__name__
    other = next((name for key, name in _OTHERS.items() if key in entry and "properties" not in entry), None)
    if other:
        return other
    identifier, kind = entry.get("id"), entry.get("type")
    if not isinstance(identifier, str) or not isinstance(kind, str) or not identifier.startswith("/"):
        return f"an object with {', '.join(sorted(map(str, entry))[:6]) or 'nothing'}"
    if kind.lower() == ROLE_ASSIGNMENT:
        return Resource(identifier, kind.lower(), _unfolded(entry))
    try:
        ArmId.parse(identifier)
    except InvalidArmId as error:
        if "extension" not in error.reason and "resourceGroups" not in error.reason:
            return f"the id {identifier}: {error.reason}"
    return Resource(identifier, kind.lower(), entry)


def _unfolded(entry: Mapping[str, Any]) -> Mapping[str, Any]:
    """A role assignment with its `properties`, which `az role assignment list` writes flat."""
    if isinstance(entry.get("properties"), Mapping):
        return entry
    return {**entry, "properties": {key: value for key, value in entry.items() if key not in {"id", "name", "type"}}}


def _of_template(path: Path, content: Mapping[str, Any], place: Place) -> Iterator[Resource]:
    """The resources of a template, with the ids that they have in its group."""
    missing = [
        Problem(option, "is required with a template, which does not say where it is from", None, f"{option} {example}")
        for option, given, example in (
            ("--subscription", place.subscription_id, "00000000-0000-0000-0000-000000000000"),
            ("--resource-group", place.resource_group_name, "rg-scoring"),
        )
        if not given
    ]
    if missing:
        raise BadExport(missing)
    parameters = {
        name: value.get("defaultValue")
        for name, value in (content.get("parameters") or {}).items()
        if isinstance(value, Mapping)
    }
    template = Template(parameters, place.subscription_id, place.resource_group_name)
    for entry in content["resources"]:
        try:
            kind, name = str(entry["type"]), str(template.text(entry["name"]))
            identifier = _identifier(place, kind, name, template.text(entry.get("scope")))
        except (KeyError, TypeError, ValueError, Unreadable) as error:
            raise _bad(path, "must name its resources", f"{entry!r}"[:200], f"a resource without {error}") from None
        yield Resource(identifier, kind.lower(), {**template.resolved(entry), "id": identifier, "name": name})


def _identifier(place: Place, kind: str, name: str, scope: Any) -> str:
    namespace, *kinds = kind.split("/")
    pairs = "/".join(f"{one}/{its}" for one, its in zip(kinds, name.split("/"), strict=True))
    within = f"/subscriptions/{place.subscription_id}/resourceGroups/{place.resource_group_name}"
    owner = str(scope) if scope else ""
    if owner and not owner.startswith("/"):
        owner = f"{within}/providers/{owner}"
    return f"{owner or within}/providers/{namespace}/{pairs}"


def _bad(path: Path, rule: str, value: str, fix: str) -> BadExport:
    return BadExport([Problem(str(path), rule, value, fix)])
