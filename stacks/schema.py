"""The JSON schema of `Pulumi.<stack>.yaml`, by which editors complete, explain and check it."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from stacks.reading import NAMESPACE

if TYPE_CHECKING:
    from pydantic import BaseModel

_SECURE = {
    "type": "object",
    "description": "A secret, encrypted for this stack by `pulumi config set --secret`.",
    "properties": {"secure": {"type": "string"}},
    "required": ["secure"],
    "additionalProperties": False,
}
_TEXT_OR_SECRET = {"anyOf": [{"type": "string"}, {"$ref": "#/$defs/Secure"}]}
_SECRET_MAPS = {"secretEnvironmentVariables"}
"""Maps of texts whose values are set with --secret; pydantic knows them as plain texts."""
_NOT_SHOWN = ("title", "writeOnly", "format", "default")
"""What pydantic says of a field that helps nobody who writes one: defaults are the components', in their reference."""


def document(model: type[BaseModel]) -> dict[str, Any]:
    """The schema of a configuration file.

    Args:
        model: The settings.
    """
    schema = model.model_json_schema(by_alias=True)
    parts = {name: _tidied(part) for name, part in sorted(schema["$defs"].items())}
    keys = {f"{NAMESPACE}:{key}": _tidied(value) for key, value in schema["properties"].items()}
    required = [f"{NAMESPACE}:{key}" for key in schema["required"]]
    config = {
        "type": "object",
        "properties": keys,
        "required": required,
        # An environment builds its images, or takes those of another one.
        "oneOf": [
            {"required": [f"{NAMESPACE}:promotion"], "not": {"anyOf": [_has("baseImage"), _has("baseImages")]}},
            {"not": _has("promotion"), "anyOf": [_has("baseImage"), _has("baseImages")]},
        ],
        "patternProperties": {f"^(?!{NAMESPACE}:)": {}},
        "additionalProperties": False,
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "An environment of azureml-scoring: Pulumi.<stack>.yaml",
        "type": "object",
        "properties": {"config": config},
        "required": ["config"],
        "$defs": {"Secure": _SECURE, **parts},
    }


def main(model: type[BaseModel], arguments: Sequence[str]) -> int:
    """Prints the schema; returns the exit code.

    Args:
        model: The settings.
        arguments: `schema`, the only command.
    """
    parser = argparse.ArgumentParser(prog="python -m stacks.settings", description=__doc__)
    parser.add_argument("command", choices=["schema"], help="print the schema; its place is stacks/schema.json")
    parser.parse_args(arguments)
    sys.stdout.write(json.dumps(document(model), indent=2) + "\n")
    return 0


def _has(key: str) -> dict[str, Any]:
    return {"required": [f"{NAMESPACE}:{key}"]}


def _tidied(value: Any) -> Any:
    """A part of the schema without what is of no use; where a secret is taken, its encrypted form is too."""
    if isinstance(value, list):
        return [_tidied(one) for one in value]
    if not isinstance(value, dict):
        return value
    if value.get("format") == "password":
        return _TEXT_OR_SECRET
    shown = {key: one for key, one in value.items() if key not in _NOT_SHOWN}
    return {key: _fields(one) if key == "properties" else _tidied(one) for key, one in shown.items()}


def _fields(properties: Mapping[str, Any]) -> dict[str, Any]:
    fields = {name: _tidied(field) for name, field in properties.items()}
    for name in fields.keys() & _SECRET_MAPS:
        fields[name]["additionalProperties"] = _TEXT_OR_SECRET
    return fields
