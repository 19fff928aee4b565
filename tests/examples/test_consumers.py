"""The programs that use the components from other languages: each is right by the schema, or by its own compiler."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.contracts.plugin import schema
from tests.examples.sdk import consumer, node_modules

FOLDER = Path(__file__).parents[2] / "examples" / "consumers"
REFERENCE = re.compile(r"\$\{(\w+)(?:\.(\w+))?\}")
PASSED = {
    ("Workspace", "containerRegistryId"): ("environments", "resourceId"),
    ("CustomBaseImage", "storageAccountName"): ("workspace", "storageAccountName"),
    ("ScoringService", "baseImage"): ("base", "reference"),
    ("ScoringService", "pullPassword"): ("registry", "pullPassword"),
    ("ScoringService", "workspaceName"): ("workspace", "name"),
    ("ScoringService", "deployments.green.environmentVariables.BASE_DIGEST"): ("base", "digest"),
    ("Workspace", "connections.images.password"): ("registry", "pullPassword"),
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


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Path and text of each text in a YAML document."""
    if isinstance(value, dict):
        for key, part in value.items():
            yield from leaves(part, f"{path}.{key}".lstrip("."))
    elif isinstance(value, str):
        yield path, value


def test_the_yaml_program_passes_outputs_from_one_component_to_another() -> None:
    given = {
        (one["type"].partition(":")[2], *part)
        for one in program()["resources"].values()
        for part in leaves(one["properties"])
    }
    assert {(*place, f"${{{name}.{output}}}") for place, (name, output) in PASSED.items()} <= given


@pytest.mark.parametrize(
    ("language", "file"), [("python", "__main__.py"), ("typescript", "index.ts"), ("go", "main.go")]
)
def test_the_other_programs_pass_the_same_outputs(language: str, file: str) -> None:
    source = (FOLDER / language / file).read_text()
    spelled = SPELLINGS[language]
    for (_, path), (name, output) in PASSED.items():
        key = path.rpartition(".")[2]
        passed = rf'\b{key if key.isupper() else spelled(key)}"?[=:]\s*{name}\.{spelled(output)}\b'
        assert re.search(passed, source), f"{path}: {name}.{output}"


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
@pytest.mark.skipif(
    None in {shutil.which("node"), shutil.which("npm")},
    reason="node and npm, which check TypeScript, are not both on PATH",
)
def test_the_typescript_program_has_the_types_of_the_sdk(tmp_path: Path) -> None:
    folder = consumer("typescript", "nodejs", tmp_path)
    (folder / "node_modules").symlink_to(node_modules(FOLDER / "typescript"))
    broken = (folder / "index.ts").read_text().replace("base.reference", "base").replace("requireSecret", "getNumber")
    (folder / "broken.ts").write_text(broken)
    options = {"noEmit": True, "paths": {"@pulumi/azureml-scoring": ["./sdks/azureml-scoring"]}}
    check = {"extends": "./tsconfig.json", "compilerOptions": options, "files": ["index.ts", "broken.ts"]}
    (folder / "check.json").write_text(json.dumps(check))
    said = errors(folder, "node_modules/.bin/tsc", "-p", "check.json")
    # A key that is a number, and an image that is a component.
    assert [line.partition("(")[0] for line in said] == ["broken.ts"] * 2, said


@pytest.mark.journey
@pytest.mark.skipif(shutil.which("go") is None, reason="Go is compiled where it is: go is not on PATH")
def test_the_go_program_compiles_with_the_sdk(tmp_path: Path) -> None:
    folder = consumer("go", "go", tmp_path)
    broken = (folder / "main.go").read_text().replace("base.Reference", "base")
    (folder / "broken").mkdir()
    (folder / "broken" / "main.go").write_text(broken)
    # Of several packages Go links none.
    said = errors(folder, "go", "build", "-mod=readonly", "-trimpath", "./...")
    assert said[0] == "# diabetes-go/broken", said
    assert [line.partition(":")[0] for line in said[1:]] == ["broken/main.go"] * 2, said


def errors(folder: Path, *command: str) -> list[str]:
    """What a compiler says, but for modules that Go fetches on the way."""
    environment = {**os.environ, "CGO_ENABLED": "0", "GOWORK": "off", "GOFLAGS": "-buildvcs=false"}
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=280, check=False
    )
    said = (done.stdout + done.stderr).splitlines()
    return [line for line in said if not line.startswith(("go: downloading", " "))]
