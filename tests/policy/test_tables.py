"""What two packs read is what azure-native has: a property that is misspelt would never be found."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from azureml_scoring.policy_kit import load_pack

from tests.policy.driver import PACKS

GONE = {"MachineLearningService"}
"""Types that only older versions of azure-native have."""
OLDER = {
    "environmentVersionProperties",
    "onlineDeploymentProperties",
    "batchDeploymentProperties",
    "jobBaseProperties",
    "scheduleProperties",
    "value",
}
"""Properties that only older versions of azure-native have."""
_CLASS = re.compile(r"^class (\w+)\b.*?:\n(.*?)(?=^class |\Z)", re.MULTILINE | re.DOTALL)
_GETTER = re.compile(r"@pulumi\.getter(?:\(name=\"(\w+)\"\))?\n    def (\w+)\(self\) -> (.*?):\n")
READ = sorted(
    {
        (type_, path)
        for pack in ("pinned_images", "registry_credentials")
        for rule in load_pack(PACKS / pack).rules.values()
        for type_, paths in rule.reads.items()
        for path in paths
        if type_.startswith("azure-native:")
        and not type_.endswith(tuple(GONE))
        and not OLDER & {path, path.split(".")[0], path.removeprefix("properties.")}
    }
)


@cache
def classes(file: Path) -> dict[str, str]:
    """The classes of a module of the SDK, each with its source."""
    return dict(_CLASS.findall(file.read_text()))


@cache
def package(module: str) -> Path:
    """The folder of a module of the SDK, which is not imported: it is large."""
    found = importlib.util.find_spec("pulumi_azure_native")
    assert found is not None
    assert found.submodule_search_locations
    return Path(found.submodule_search_locations[0]) / module


def arguments(type_: str) -> str:
    """The source of a resource's own arguments."""
    _, module, name = type_.split(":")
    for file in package(module).glob("[a-z]*.py"):
        if f"\nclass {name}(pulumi.CustomResource):" in file.read_text():
            found = classes(file)
            # The name has an underscore where a nested type is called the same.
            return found.get(f"{name}Args") or found[f"{name}InitArgs"]
    raise AssertionError(f"azure-native has no {type_}")


def below(source: str, key: str, module: str) -> Iterator[str]:
    """The sources of what a property may be; an empty one for a plain value."""
    inputs = classes(package(module) / "_inputs.py")
    for camel, snake, annotation in _GETTER.findall(source):
        if key == (camel or snake):
            names = [name for name in re.findall(r"\w+Args\b", annotation) if name in inputs]
            yield from (inputs[name] for name in names)
            if not names:
                yield "map" if "Mapping[" in annotation else ""


@pytest.mark.parametrize(("type_", "path"), READ)
def test_azure_native_has_the_property(type_: str, path: str) -> None:
    sources = [arguments(type_)]
    # A word in parentheses says what of it is read.
    for step in path.partition(" ")[0].replace("[*]", "").replace("{*}", "").split("."):
        if sources == ["map"]:
            return
        sources = [one for source in sources for one in below(source, step, type_.split(":")[1])]
        assert sources, f"{type_} has no {step} of {path}"
