"""The program of an adoption, and its import file, as texts."""

from __future__ import annotations

import json
import keyword
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from typing import Any

from tools.adopt.adoption import Adopted, Adoption, Kept, OutputOf, Setting

_HEAD = '''\
"""What existed in Azure before, taken into the components by `python -m tools.adopt`.

Beside it: `import.json`, for `pulumi import --file import.json --protect=false --generate-code=false`.
"""

from typing import Any

import pulumi
from azureml_scoring import {kinds}

config = pulumi.Config()

# What stays as it was, by type and name of the resource. Take a line out and the component decides from then on: the
# next preview shows what that changes.
KEPT: dict[str, list[str]] = {{
{kept}}}


def keep(args: pulumi.ResourceTransformArgs) -> pulumi.ResourceTransformResult | None:
    """Leaves what is kept of a resource alone."""
    paths = KEPT.get(f"{{args.type_}} {{args.name}}")
    if paths is None:
        return None
    opts = pulumi.ResourceOptions.merge(args.opts, pulumi.ResourceOptions(ignore_changes=paths))
    return pulumi.ResourceTransformResult(args.props, opts)


pulumi.runtime.register_resource_transform(keep)

'''


def import_file(adoption: Adoption) -> str:
    """The file for `pulumi import --file`: each component, and below it what becomes its children."""
    provider = version("pulumi-azure-native")
    resources = list[dict[str, Any]]()
    for component in adoption.components:
        resources.append({"type": f"azureml-scoring:index:{component.kind}", "name": component.name, "component": True})
        resources += [
            {"type": row.type, "name": row.name, "id": row.id, "parent": component.name, "version": provider}
            for row in component.rows
        ]
    return json.dumps({"nameTable": {}, "resources": resources}, indent=2) + "\n"


def program(adoption: Adoption) -> str:
    """The program that declares what the import file imports."""
    kinds = sorted({component.kind for component in adoption.components})
    kept = "".join(_kept(component) for component in adoption.components)
    text = _HEAD.format(kinds=", ".join(kinds), kept=kept)
    variables = _variables(adoption)
    parts = []
    for component in adoption.components:
        inputs = _literal(component.inputs, variables, 0)
        variable = variables[component.name]
        made = f"{component.kind}({_quoted(component.name)}, given_{variable})"
        parts.append(f"given_{variable}: Any = {inputs}\n{variable} = {made}\n")
    exports = "".join(
        f"pulumi.export({_quoted(f'{component.name}_{output}')}, {variables[component.name]}.{output})\n"
        for component in adoption.components
        for output in _SHOWN[component.kind]
    )
    return text + "\n".join([*parts, exports])


_SHOWN: Mapping[str, tuple[str, ...]] = {
    "ContainerRegistry": ("login_server",),
    "Workspace": ("resource_id",),
    "ScoringService": ("scoring_uri", "state"),
}
"""Outputs that are exported, by kind of component."""


def _kept(component: Adopted) -> str:
    lines = ""
    for row in component.rows:
        if not row.kept:
            continue
        lines += f"    {_quoted(f'{row.type} {row.name}')}: [\n"
        lines += "".join(_differing(kept) for kept in row.kept if kept.reason)
        lines += _unset([kept for kept in row.kept if not kept.reason])
        lines += "    ],\n"
    return lines


def _differing(kept: Kept) -> str:
    return f"        # {kept.reason}\n        {_quoted(kept.path)},\n"


def _unset(group: list[Kept]) -> str:
    """Paths that no input sets, several in a line."""
    lines, line = ["        # no input of the component sets these"], "       "
    for kept in group:
        if len(line) + len(kept.path) > 112:  # noqa: PLR2004 - a line of code
            lines, line = [*lines, line], "       "
        line += f" {_quoted(kept.path)},"
    return "\n".join([*lines, line]) + "\n"


def _variables(adoption: Adoption) -> dict[str, str]:
    """A variable of the program for each component, by the component's name."""
    taken, found = {"Any", "KEPT", "config", "keep", "pulumi", *_SHOWN}, dict[str, str]()
    for component in adoption.components:
        text = "".join(letter if letter.isascii() and letter.isalnum() else "_" for letter in component.name)
        while text in taken or keyword.iskeyword(text) or not text.isidentifier():
            text = f"c_{text}"
        taken |= {text, f"given_{text}"}
        found[component.name] = text
    return found


def _literal(value: Any, variables: Mapping[str, str], depth: int) -> str:
    if isinstance(value, Setting):
        return f"config.require{'_secret' if value.secret else ''}({_quoted(value.key)})"
    if isinstance(value, OutputOf):
        return f"{variables[value.component]}.{value.output}"
    if isinstance(value, Mapping):
        return _lines(
            "{", "}", (f"{_quoted(key)}: {_literal(item, variables, depth + 1)}" for key, item in value.items()), depth
        )
    if isinstance(value, list):
        return _lines("[", "]", (_literal(item, variables, depth + 1) for item in value), depth)
    return _quoted(value) if isinstance(value, str) else repr(value)


def _lines(begin: str, end: str, items: Iterator[str], depth: int) -> str:
    """An object or a list, an entry a line."""
    inner = "    " * (depth + 1)
    body = "".join(f"{inner}{item},\n" for item in items)
    return f"{begin}\n{body}{'    ' * depth}{end}" if body else begin + end


def _quoted(text: str) -> str:
    """A text as Python and people write it."""
    return json.dumps(text)
