"""The programs that use the components from other languages: each is right by the schema, or by its own compiler."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.contracts.plugin import schema
from tests.examples.sdk import consumer, node_modules

FOLDER = Path(__file__).parents[2] / "examples" / "consumers"
REFERENCE = re.compile(r"\$\{(\w+)(?:\.(\w+))?\}")
PASSED = {
    ("Workspace", "containerRegistryId"): ("registry", "resourceId"),
    ("CustomBaseImage", "storageAccountName"): ("workspace", "storageAccountName"),
    ("ScoringService", "baseImage"): ("base", "reference"),
    ("ScoringService", "pullPassword"): ("registry", "pullPassword"),
}
"""What one component takes from another in each example."""
SPELLINGS: dict[str, Callable[[str], str]] = {
    "python": lambda text: "_".join(re.findall("[a-z]+|[A-Z][a-z]*", text)).lower(),
    "typescript": str,
    "go": lambda text: text[0].upper() + text[1:],
}


def program() -> dict[str, Any]:
    """The YAML example."""
    document: dict[str, Any] = yaml.safe_load((FOLDER / "yaml" / "Pulumi.yaml").read_text())
    return document


def problems(value: Any, shape: Mapping[str, Any], where: str) -> list[str]:
    """Where a value of a YAML program is not of the schema's type."""
    if isinstance(value, str) and (reference := REFERENCE.fullmatch(value)):
        return reference_problems(reference[1], reference[2], shape, where)
    if "$ref" in shape:
        return named_problems(value, schema()["types"][shape["$ref"].removeprefix("#/types/")], where)
    if shape["type"] == "array":
        parts = enumerate(value) if isinstance(value, list) else []
        wrong = [] if isinstance(value, list) else [f"{where}: no list"]
        return wrong + [one for index, part in parts for one in problems(part, shape["items"], f"{where}[{index}]")]
    if shape["type"] == "object":
        parts = value.items()
        return [one for key, part in parts for one in problems(part, shape["additionalProperties"], f"{where}.{key}")]
    kinds: Any = {"string": str, "integer": int, "number": (int, float), "boolean": bool}[shape["type"]]
    return [] if isinstance(value, kinds) else [f"{where}: {value!r} is no {shape['type']}"]


def named_problems(value: Any, kind: Mapping[str, Any], where: str) -> list[str]:
    """As `problems`, for an enum or an object of the schema."""
    if "enum" in kind:
        return [] if value in [one["value"] for one in kind["enum"]] else [f"{where}: {value!r} is no choice"]
    return object_problems(value, kind["properties"], kind.get("required", []), where)


def object_problems(value: Any, known: Mapping[str, Any], required: list[str], where: str) -> list[str]:
    """As `problems`, for the inputs of a component or the fields of an object."""
    found = [f"{where}.{key} is missing" for key in required if key not in value]
    found += [f"{where}.{key} is unknown" for key in value if key not in known]
    return found + [
        one for key, part in value.items() if key in known for one in problems(part, known[key], f"{where}.{key}")
    ]


def reference_problems(name: str, output: str | None, shape: Mapping[str, Any], where: str) -> list[str]:
    """Whether `${name.output}` is there, and may stand where it stands."""
    found = program()
    if output is None:
        given = found["config"].get(name, {}).get("type")
    else:
        token = found["resources"][name]["type"].replace(":", ":index:")
        given = schema()["resources"][token]["properties"].get(output, {}).get("type")
    later = not shape.get("plain")
    return [] if given == shape.get("type") and later else [f"{where}: {name}.{output} does not fit"]


def test_the_yaml_program_is_right_by_the_schema() -> None:
    found = []
    for name, resource in program()["resources"].items():
        kind = schema()["resources"][resource["type"].replace(":", ":index:")]
        found += object_problems(resource["properties"], kind["inputProperties"], kind["requiredInputs"], name)
    outputs = [REFERENCE.fullmatch(value) for value in program()["outputs"].values()]
    found += [
        one for output in outputs if output for one in reference_problems(output[1], output[2], {"type": "string"}, "")
    ]
    assert found == []


def test_the_check_of_yaml_finds_what_is_wrong() -> None:
    kind = schema()["resources"]["azureml-scoring:index:CustomBaseImage"]
    wrong = {
        "resourceGroupName": "${registry.nothing}",
        "imagename": "x",
        "builder": "make",
        "tags": "v1",
        "timeoutSeconds": "1",
        "context": "${registry.name}",
    }
    found = object_problems(wrong, kind["inputProperties"], ["loginServer"], "base")
    assert sorted(re.sub(r"[: ].*", "", one) for one in found) == [
        "base.builder",
        "base.context",
        "base.imagename",
        "base.loginServer",
        "base.resourceGroupName",
        "base.tags",
        "base.timeoutSeconds",
    ]


def test_the_yaml_program_passes_outputs_from_one_component_to_another() -> None:
    resources = program()["resources"].values()
    given = {
        (one["type"].partition(":")[2], key): value for one in resources for key, value in one["properties"].items()
    }
    assert {place: given.get(place) for place in PASSED} == {
        place: f"${{{name}.{output}}}" for place, (name, output) in PASSED.items()
    }


@pytest.mark.parametrize(
    ("language", "file"), [("python", "__main__.py"), ("typescript", "index.ts"), ("go", "main.go")]
)
def test_the_other_programs_pass_the_same_outputs(language: str, file: str) -> None:
    source = (FOLDER / language / file).read_text()
    spelled = SPELLINGS[language]
    for (_, key), (name, output) in PASSED.items():
        passed = rf"\b{spelled(key)}[=:]\s*{name}\.{spelled(output)}\b|{name}\.{spelled(output)},"
        assert re.search(passed, source), f"{key}: {name}.{output}"


@pytest.mark.parametrize("language", ["python", "typescript", "go", "yaml"])
def test_each_program_names_the_package_by_its_folder(language: str) -> None:
    project = yaml.safe_load((FOLDER / language / "Pulumi.yaml").read_text())
    folder = project["packages"]["azureml-scoring"]
    assert (FOLDER / language / folder / "PulumiPlugin.yaml").exists()


def test_the_lock_of_typescript_names_no_address() -> None:
    lock = (FOLDER / "typescript" / "package-lock.json").read_text()
    assert '"resolved"' not in lock
    assert lock.count('"integrity"') > 100


@pytest.mark.journey
@pytest.mark.skipif(shutil.which("npm") is None, reason="TypeScript is checked where node and npm are: npm is not here")
def test_the_typescript_program_has_the_types_of_the_sdk(tmp_path: Path) -> None:
    folder = consumer("typescript", "nodejs", tmp_path)
    (folder / "node_modules").symlink_to(node_modules(FOLDER / "typescript"))
    check = {"noEmit": True, "paths": {"@pulumi/azureml-scoring": ["./sdks/azureml-scoring"]}}
    (folder / "check.json").write_text(json.dumps({"extends": "./tsconfig.json", "compilerOptions": check}))
    text = (folder / "index.ts").read_text()
    assert run(folder, "node_modules/.bin/tsc", "-p", "check.json") == (0, "")
    (folder / "index.ts").write_text(text.replace("base.reference", "base").replace("requireSecret", "getNumber"))
    code, said = run(folder, "node_modules/.bin/tsc", "-p", "check.json")
    assert code != 0
    assert said.count("index.ts(") == 2, said


@pytest.mark.journey
@pytest.mark.skipif(shutil.which("go") is None, reason="Go is compiled where it is: go is not on PATH")
def test_the_go_program_compiles_with_the_sdk(tmp_path: Path) -> None:
    folder = consumer("go", "go", tmp_path)
    text = (folder / "main.go").read_text()
    build = ("go", "build", "-mod=readonly", "-trimpath", "-o", os.devnull, ".")
    assert run(folder, *build) == (0, "")
    (folder / "main.go").write_text(text.replace("base.Reference", "base"))
    code, said = run(folder, *build)
    assert code != 0
    assert "base" in said


def run(folder: Path, *command: str) -> tuple[int, str]:
    """Exit code and output of a compiler; modules that Go fetches on the way are no output of it."""
    environment = {**os.environ, "CGO_ENABLED": "0", "GOWORK": "off", "GOFLAGS": "-buildvcs=false"}
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=280, check=False
    )
    lines = [line for line in (done.stdout + done.stderr).splitlines() if not line.startswith("go: downloading")]
    return done.returncode, "\n".join(lines)
