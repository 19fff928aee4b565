"""The generators: what they refuse, and that they are built where the engine's modules are."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from tests.contracts.plugin import schema
from tools import codegen
from tools.codegen import GenerationFailed, generate
from tools.pulumi.errors import NoGo, StepFailed


def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str) -> None:
    """A shell script in the generator's place."""
    program = tmp_path / "codegen"
    program.write_text(f"#!/bin/sh\n{body}\n")
    program.chmod(0o755)
    monkeypatch.setattr(codegen, "generator", lambda: program)


def test_the_generator_gets_language_schema_and_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake(tmp_path, monkeypatch, f'echo "$@" > {tmp_path}/given')
    monkeypatch.chdir(tmp_path)
    generate("go", Path("schema.json"), Path("sdk"))
    assert (tmp_path / "given").read_text().split() == ["go", str(tmp_path / "schema.json"), str(tmp_path / "sdk")]


def test_what_the_generator_refuses_is_an_error_with_its_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake(tmp_path, monkeypatch, "echo 'no such type' >&2; exit 1")
    with pytest.raises(GenerationFailed, match=re.escape("no nodejs SDK could be made: no such type")):
        generate("nodejs", tmp_path / "schema.json", tmp_path)


def test_without_go_the_error_says_what_is_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZUREML_SCORING_CACHE", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NoGo):
        generate("go", tmp_path / "schema.json", tmp_path)


def test_a_failed_build_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = tmp_path / "cache"
    monkeypatch.setenv("AZUREML_SCORING_CACHE", str(cache))
    go = tmp_path / "go"
    go.write_text(
        '#!/bin/sh\n[ "$1" = env ] && printf "go1.99\\nauto\\n" && exit 0\necho "checksum mismatch" >&2; exit 1\n'
    )
    go.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    with pytest.raises(StepFailed, match=r"(?s)compiling the generators failed.*differs from go\.sum"):
        generate("go", tmp_path / "schema.json", tmp_path)
    assert [path.name for path in (cache / "pulumi").iterdir() if path.is_dir()] == []


@pytest.mark.journey
@pytest.mark.skipif(shutil.which("go") is None, reason="the generators are built with Go, which is not here")
def test_a_schema_that_pulumi_refuses_makes_no_sdk(tmp_path: Path) -> None:
    broken = schema() | {"types": {}}
    (tmp_path / "schema.json").write_text(json.dumps(broken))
    with pytest.raises(GenerationFailed, match="not found in package azureml-scoring"):
        generate("go", tmp_path / "schema.json", tmp_path / "sdk")
    assert not (tmp_path / "sdk").exists()
