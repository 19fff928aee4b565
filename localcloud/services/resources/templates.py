"""Deployment templates: read and checked before anything is deployed; literal values only."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from localcloud.arm.errors import InvalidResourceId, NotEmulated
from localcloud.arm.ids import ResourceId
from localcloud.services.resources.errors import InvalidTemplate, TemplateParseFailed

if TYPE_CHECKING:
    from localcloud.arm.store import Document

DEPLOYMENT_TYPE = "Microsoft.Resources/deployments"
_NEEDED = ("$schema", "contentVersion", "resources")
_LITERAL = ("$schema", "contentVersion", "metadata", "outputs", "resources")
_NOT_IN_BODY = ("type", "name", "apiVersion", "dependsOn", "condition", "comments", "metadata")
_NOT_EMULATED = ("copy", "scope", "resources", "existing", "import", "extension")


@dataclass(frozen=True, slots=True)
class TemplateResource:
    """One resource of a template.

    Attributes:
        id: Where it is written to.
        version: The API version that it is written with.
        body: What is PUT.
        after: The ids of the template's own resources that have to be there before.
    """

    id: ResourceId
    version: str
    body: Document
    after: tuple[ResourceId, ...]


@dataclass(frozen=True, slots=True)
class Template:
    """What a template asks for.

    Attributes:
        resources: In the order in which they stand there, without those whose condition is false.
        outputs: Each output's type and value.
    """

    resources: tuple[TemplateResource, ...]
    outputs: Mapping[str, Document]


def read(template: Any, group_id: str) -> Template:
    """Reads a template for a resource group: an object, or its JSON in a text.

    Raises:
        TemplateParseFailed, InvalidTemplate: It is no template.
        NotEmulated: It has what localcloud has not: expressions, parameters, copies, child resources inside others.
    """
    template = _parsed(template)
    if not isinstance(template, dict):
        raise TemplateParseFailed("The template has to be a JSON object")
    for name in _NEEDED:
        if template.get(name) is None:
            raise TemplateParseFailed(f"Required property '{name}' not found in JSON. Path ''.")
    for name in template:
        if name not in _LITERAL and template[name]:
            raise NotEmulated(f"templates with '{name}'", _LITERAL)
    literal = _literal(template, "")
    if not isinstance(literal["resources"], list) or not all(isinstance(each, dict) for each in literal["resources"]):
        raise TemplateParseFailed("'resources' has to be an array of objects. Path 'resources'.")
    return Template(_resources(literal["resources"], group_id), _outputs(literal.get("outputs") or {}))


def _parsed(template: Any) -> Any:
    if not isinstance(template, str):
        return template
    try:
        return json.loads(template)
    except ValueError as error:
        raise TemplateParseFailed(str(error)) from None


def _literal(value: Any, path: str) -> Any:
    """A value without expressions; `[[` stands for a text that begins with `[`."""
    if isinstance(value, dict):
        return {name: _literal(item, f"{path}.{name}" if path else name) for name, item in value.items()}
    if isinstance(value, list):
        return [_literal(item, f"{path}[{index}]") for index, item in enumerate(value)]
    if not isinstance(value, str) or not value.startswith("["):
        return value
    if value.startswith("[["):
        return value[1:]
    if value.endswith("]"):
        raise NotEmulated(f"template expressions, such as the one at '{path}'", ["literal values"])
    return value


def _resources(entries: Sequence[Document], group_id: str) -> tuple[TemplateResource, ...]:
    ids = [_resource_id(entry, group_id) for entry in entries]
    for resource_id, count in Counter(ids).items():
        if count > 1:
            raise InvalidTemplate(
                f"The resource '{resource_id.text}' is defined multiple times in a template. Please see "
                "https://aka.ms/arm-syntax-resources for usage details."
            )
    _refuse_cycles({found: tuple(_dependencies(entry, ids)) for found, entry in zip(ids, entries, strict=True)})
    kept = {found: entry for found, entry in zip(ids, entries, strict=True) if entry.get("condition", True)}
    return tuple(
        TemplateResource(
            resource_id,
            entry["apiVersion"],
            {name: value for name, value in entry.items() if name not in _NOT_IN_BODY},
            tuple(each for each in _dependencies(entry, ids) if each in kept),
        )
        for resource_id, entry in kept.items()
    )


def _resource_id(entry: Document, group_id: str) -> ResourceId:
    for name in ("type", "name", "apiVersion"):
        if not isinstance(entry.get(name), str) or not entry[name]:
            raise TemplateParseFailed(f"Required property '{name}' not found in JSON. Path 'resources'.")
    for name in _NOT_EMULATED:
        if entry.get(name):
            raise NotEmulated(f"template resources with '{name}'", ["type", "name", "apiVersion", "dependsOn"])
    kind, names = entry["type"], entry["name"].split("/")
    if kind.lower() == DEPLOYMENT_TYPE.lower():
        raise NotEmulated("deployments inside of a template", ["resources of other types"])
    namespace, *types = kind.split("/")
    if not types or len(types) != len(names) or not all([namespace, *types, *names]):
        raise InvalidTemplate(
            f"The template resource '{entry['name']}' for type '{kind}' has incorrect segment lengths. A nested "
            "resource type must have identical number of segments as its resource name. A root resource type must "
            "have segment length one greater than its resource name. Please see https://aka.ms/arm-syntax-resources "
            "for usage details."
        )
    pairs = (f"{type_}/{name}" for type_, name in zip(types, names, strict=True))
    return ResourceId.parse(f"{group_id}/providers/{'/'.join([namespace, *pairs])}")


def _dependencies(entry: Document, ids: Sequence[ResourceId]) -> Iterator[ResourceId]:
    """What `dependsOn` names: by id, by `type/name` or by name."""
    for wanted in entry.get("dependsOn") or ():
        found = next((each for each in ids if _names(str(wanted), each)), None)
        if found is None:
            raise InvalidTemplate(
                f"The resource '{wanted}' is not defined in the template. Please see "
                "https://aka.ms/arm-syntax for usage details."
            )
        yield found


def _refuse_cycles(after: Mapping[ResourceId, Sequence[ResourceId]]) -> None:
    left = dict(after)
    while left:
        free = [each for each, needed in left.items() if not any(other in left for other in needed)]
        if not free:
            circle = "', '".join(each.text for each in left)
            raise InvalidTemplate(
                f"Circular dependency detected on resource: '{circle}'. Please see "
                "https://aka.ms/arm-syntax-resources for usage details."
            )
        for each in free:
            del left[each]


def _names(wanted: str, resource_id: ResourceId) -> bool:
    if wanted.startswith("/"):
        try:
            return ResourceId.parse(wanted) == resource_id
        except InvalidResourceId:
            return False
    name = "/".join(resource_id.names)
    return wanted.lower() in {name.lower(), f"{resource_id.type}/{name}".lower(), resource_id.type_and_name.lower()}


def _outputs(outputs: Any) -> dict[str, Document]:
    if not isinstance(outputs, dict):
        raise TemplateParseFailed("'outputs' has to be an object. Path 'outputs'.")
    shown = {}
    for name, output in outputs.items():
        if not isinstance(output, dict) or not isinstance(output.get("type"), str) or "value" not in output:
            raise TemplateParseFailed(f"Required property 'type' or 'value' not found in JSON. Path 'outputs.{name}'.")
        secure = output["type"].lower().startswith("secure")
        shown[name] = {"type": output["type"]} | ({} if secure else {"value": output["value"]})
    return shown
