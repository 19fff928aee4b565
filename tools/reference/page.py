"""The page docs/components.md, composed from what was read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from tools.reference.reading import Attribute, Described, Function, classes, functions

COMPONENTS = ("Workspace", "ContainerRegistry", "CustomBaseImage", "ScoringService")
_SHARED = "interfaces"
"""Folder of the parts that several components take: they stand once, in a section of their own."""
_INTRODUCTION = """\
# Components

Every input and output, in the words of the code: `python -m tools.reference` writes this page from docstrings and
annotations. How the components fit together: [the README](../README.md#the-chain); their names in other languages:
[languages](languages.md).

A type `Input[...]` takes a value or an output of another resource; every other type is known when the program starts.
`Sequence` is a list, `Mapping` an object. **Required** inputs have no default, **Conditional** ones depend on others:
their words say on which. All problems of a component's inputs are one [`InvalidInput`](#error-invalidinput), raised
before anything is registered. What no input says is reached by Pulumi's `transforms`.
"""
_INTERFACES = """\
## Interfaces

What a workspace and a registry can both be given, in the words of Azure Verified Modules.
"""
_CHECKS = """\
## Checks

What a component would refuse, before there is a component: each returns problems (`azureml_scoring.rules.Problem`:
`subject`, `rule`, `value`, `fix`, `line`, `warning`), none where all is well.
"""
_ERRORS = """\
## Errors

What a program stops with. Pulumi shows the message alone: `<Component> '<name>': <input> <rule>; got <value>; e.g.
<fix>`. [By message](troubleshooting.md).
"""


def page() -> str:
    """The whole page."""
    known = classes()
    parts = {name: list(_parts(known, known[f"{name}Args"])) for name in COMPONENTS}
    shared = {part.name: part for found in parts.values() for part in found if part.path.parts[0] == _SHARED}
    sections = [_INTRODUCTION]
    for name in COMPONENTS:
        own = [part for part in parts[name] if part.name not in shared]
        sections += [_component(known[name], known[f"{name}Args"]), *(_part(part) for part in own)]
    sections += [_INTERFACES, *(_part(part) for part in shared.values())]
    sections += [_CHECKS, _functions(functions().values())]
    errors = sorted((one for one in known.values() if _is_error(one)), key=_distance)
    sections += [_ERRORS, *(_error(one) for one in errors)]
    return "\n".join(sections)


def _parts(known: Mapping[str, Described], holder: Described) -> Iterator[Described]:
    """The types of the inputs, and of theirs, each once and in the order in which they are met."""
    met: dict[str, Described] = {}

    def visit(one: Described) -> None:
        for attribute in one.attributes:
            for name in re.findall(r"\w+", attribute.annotation):
                if name in known and name not in met:
                    met[name] = known[name]
                    visit(known[name])

    visit(holder)
    yield from met.values()


def _component(component: Described, inputs: Described) -> str:
    outputs = [[f"`{one.name}`", f"`{_output_type(one)}`", one.words] for one in component.attributes]
    return "\n".join(
        [
            f"## {component.name}\n",
            f"{component.words} In other languages: `azureml-scoring:index:{component.name}`.\n",
            f"### Inputs: `{inputs.name}`\n",
            _inputs(inputs),
            f"### Outputs: `{component.name}`\n",
            table(["output", "type", "meaning"], outputs),
        ]
    )


def _part(part: Described) -> str:
    if "TypedDict" in part.bases:
        return f"### Part: `{part.name}`\n\n{part.words}\n\n{_inputs(part)}"
    rows = [[f"`{one.name}`", one.words] for one in part.attributes]
    return f"### Values: `{part.name}`\n\n{part.words}\n\n{table(['value', 'meaning'], rows)}"


def _inputs(part: Described) -> str:
    rows = [[f"`{one.name}`", _type(one), one.kind, one.default, one.words] for one in part.attributes]
    return table(["input", "type", "", "default", "meaning"], rows)


def _type(attribute: Attribute) -> str:
    """The type of an input, with a link where it is one of this page."""
    for name in re.findall(r"\w+", attribute.annotation):
        if name in classes():
            kind = "part" if "TypedDict" in classes()[name].bases else "values"
            return f"[`{attribute.annotation}`](#{kind}-{name.lower()})"
    return f"`{attribute.annotation}`"


def _output_type(attribute: Attribute) -> str:
    return attribute.annotation.removeprefix("Output[").removesuffix("]")


def _functions(found: Iterable[Function]) -> str:
    return table(["function", "what it tells"], [[f"`{one.call}`", one.words] for one in found])


def _is_error(one: Described) -> bool:
    return any(base.endswith("RunError") or base in classes() for base in one.bases)


def _distance(one: Described) -> int:
    """How many bases an error has among the package's own: the general one comes first."""
    return sum(1 + _distance(classes()[base]) for base in one.bases if base in classes())


def _error(one: Described) -> str:
    rows = [[f"`{name}`", words] for name, words in one.carries.items()]
    bases = ", ".join(f"`{base}`" for base in one.bases)
    return f"### Error: `{one.name}`\n\n{one.words} It is a {bases}.\n\n{table(['attribute', 'meaning'], rows)}"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown.

    Args:
        head: Its columns.
        rows: Its cells, row by row.
    """
    lines = [head, ["---"] * len(head), *([cell.replace("|", "\\|") for cell in row] for row in rows)]
    return "".join(f"{' | '.join(['', *line, '']).strip()}\n" for line in lines)
