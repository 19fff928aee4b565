"""What a preview says of a build: whether there will be one, and why."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pulumi
import pytest
from azureml_scoring import CustomBaseImage
from azureml_scoring.builders._changes import changes

from tests.components import inputs
from tests.components.mocked import deploy
from tests.components.rules import bench_context


def built(folder: Path, *, preview: bool = False, **more: Any) -> tuple[dict[str, Any], list[str]]:
    """The outputs that the component remembers, and what was told."""
    outputs: dict[str, Any] = {}
    told: list[str] = []
    remembered = more.pop("remembered", None)

    def program() -> pulumi.Output[Any]:
        made = CustomBaseImage("base", inputs.base_image(context=str(folder), **more))
        kept = pulumi.Output.all(build_inputs=made.build_inputs, context_hash=made.context_hash)
        return kept.apply(outputs.update)

    deploy(program, told, preview=preview, remembered=remembered)
    return outputs, [line for line in told if "built" in line]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "Dockerfile").write_text("FROM ubuntu:22.04\n")
    (tmp_path / "score.py").write_text("print(1)\n")
    return tmp_path


def test_a_first_build_is_told_in_the_preview_only(folder: Path) -> None:
    assert built(folder, preview=True)[1] == ["diabetes-base will be built: it was not built before"]
    assert built(folder)[1] == []


def test_what_a_version_built_that_did_not_remember_tells_nothing(folder: Path) -> None:
    assert built(folder, preview=True, remembered={"reference": "contoso.azurecr.io/base:v1"})[1] == []


def test_the_preview_says_which_files_changed_from_which_context_to_which(folder: Path) -> None:
    before, _ = built(folder)
    (folder / "score.py").write_text("print(2)\n")
    (folder / "more.txt").touch()
    after, told = built(folder, preview=True, remembered=before)
    hashes = f"{before['context_hash'][:8]} -> {after['context_hash'][:8]}"
    assert told == [f"diabetes-base will be rebuilt: score.py changed, more.txt added (context {hashes})"]
    (folder / "score.py").unlink()
    assert "score.py removed" in built(folder, preview=True, remembered=before)[1][0]


def test_a_changed_argument_or_tag_is_named_without_its_value(folder: Path) -> None:
    before, _ = built(folder, build_arguments={"A": "one"})
    _, (told,) = built(folder, preview=True, remembered=before, build_arguments={"A": "two"}, tags=["v2"])
    assert told == "diabetes-base will be rebuilt: build argument A changed, tags changed"
    assert not [entry for entry in before["build_inputs"] if "one" in entry]


def test_the_same_content_says_nothing(folder: Path) -> None:
    before, _ = built(folder, build_arguments={"A": "one"})
    (folder / "score.py").touch()
    assert built(folder, preview=True, remembered=before, build_arguments={"A": "one"})[1] == []


def test_an_argument_that_is_not_known_yet_may_mean_a_build(folder: Path) -> None:
    before, _ = built(folder, build_arguments={"A": "one"})
    told: list[str] = []

    def program() -> None:
        unknown: Any = pulumi.Output.from_input(pulumi.output.Unknown())  # type: ignore[no-untyped-call]  # as the SDK has it
        CustomBaseImage("base", inputs.base_image(context=str(folder), build_arguments={"A": unknown}))

    deploy(program, told, preview=True, remembered=before)
    assert told[-1:] == ["diabetes-base may be rebuilt: build argument A is not known yet"]


def test_a_file_that_only_became_executable_is_a_change(folder: Path) -> None:
    before, _ = built(folder)
    (folder / "score.py").chmod(0o755)
    assert "score.py changed" in built(folder, preview=True, remembered=before)[1][0]


def test_of_many_changes_the_first_are_named(folder: Path) -> None:
    before, _ = built(folder)
    for number in range(9):
        (folder / f"extra{number}").touch()
    (told,) = built(folder, preview=True, remembered=before)[1]
    assert "extra4 added and 4 more (context" in told


def test_a_large_context_is_remembered_as_a_whole(folder: Path) -> None:
    for number in range(1001):
        (folder / f"extra{number}").touch()
    before, _ = built(folder)
    assert len(before["build_inputs"]) == 4
    (folder / "extra7").write_text("changed")
    assert "file (one of 1000 or more) changed" not in changes(before["build_inputs"], before["build_inputs"])
    assert "one of 1000 or more) changed (context" in built(folder, preview=True, remembered=before)[1][0]


def test_many_files_are_hashed_quickly(tmp_path: Path) -> None:
    _, worked = bench_context.measure(tmp_path)
    # One second is the aim on an idle machine; this bound only finds what grows with the square of the files.
    assert worked < 3 * bench_context.SECONDS
