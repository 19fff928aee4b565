"""The reference: that the committed page is fresh and whole, and how docstrings are read."""

from __future__ import annotations

import re
from pathlib import Path

import azureml_scoring
import pytest

from tools.reference import __main__ as command
from tools.reference import reading, v1_keys
from tools.reference.page import page

COMMITTED = (reading.ROOT / "docs" / "components.md").read_text(encoding="utf-8")


def test_the_committed_pages_are_fresh(capsys: pytest.CaptureFixture[str]) -> None:
    fresh = command.main(["--check"]) == 0
    assert fresh, f"run `python -m tools.reference`; it changes\n{capsys.readouterr().out}"


def test_all_that_the_package_exports_is_on_the_page_once() -> None:
    headings = re.findall(r"^### \w+: `(\w+)`$", COMMITTED, re.MULTILINE)
    functions = re.findall(r"^\| `(\w+)\(", COMMITTED, re.MULTILINE)
    assert sorted([*headings, *functions]) == sorted(azureml_scoring.__all__)


def test_nothing_on_the_page_is_without_words() -> None:
    for one in reading.classes().values():
        assert one.words
        assert all(attribute.words for attribute in one.attributes), one.name
        assert one.attributes or one.carries, one.name


def test_every_key_of_the_v1_files_has_its_verdict_on_each_target() -> None:
    rows = [line for line in v1_keys.page().splitlines() if line.startswith("| `") and "`local` | `aci`" not in line]
    cells = {row.split("`")[1]: [cell.strip() for cell in row.strip("|").split(" | ")] for row in rows}
    assert len(rows) > 60
    assert cells["numReplicas"][1:5] == ["no meaning", "no meaning", "`replicas`", "`replicas`"]
    assert cells["vnetName"][2] == "refused"
    assert cells["vnetName"][5] == "a subnet is named by its ARM id; in its place: `aci.subnet_id`"
    assert cells["entryScript"][1:] == ["`entry_script`"] * 4 + [""]


def test_every_link_within_the_page_resolves() -> None:
    headings = re.findall(r"^#+ (.+)$", COMMITTED, re.MULTILINE)
    anchors = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
    links = set(re.findall(r"\]\(#([^)]+)\)", COMMITTED))
    assert len(links) > 20
    assert links <= anchors


@pytest.mark.parametrize(
    ("docstring", "kind", "default", "words"),
    [
        ("Required. Name of it.", "Required", "", "Name of it."),
        ("Optional. Port. Default: 8890.", "Optional", "8890", "Port."),
        ("Optional. Cores. Default: 1.5. Example: 2.", "Optional", "1.5", "Cores. Example: 2."),
        ("Conditional. Path. Default: `/`, which answers. Not taken with `aks`.", "Conditional",
         "`/`, which answers", "Path. Not taken with `aks`."),
        ("ARM id. Default: said of an output.", "", "", "ARM id. Default: said of an output."),
    ],
)  # fmt: skip
def test_a_docstring_is_kind_default_and_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, docstring: str, kind: str, default: str, words: str
) -> None:
    source = (
        f'class Probe(TypedDict):\n    """How."""\n\n    path: NotRequired[pulumi.Input[str]]\n    """{docstring}"""\n'
    )
    (tmp_path / "probe.py").write_text(source)
    monkeypatch.setattr(reading, "SOURCE", tmp_path)
    (read,) = reading.classes.__wrapped__()["Probe"].attributes
    assert read == reading.Attribute("path", "Input[str]", kind, words, default)


def test_check_tells_what_would_change_and_writes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stale = tmp_path / "components.md"
    stale.write_text(page().replace("Name of the workspace.", "Another name."))
    monkeypatch.setattr(command, "PAGES", {stale: page})
    assert command.main(["--check"]) == 1
    assert (
        "-| `name` | `str` | Another name. |\n+| `name` | `str` | Name of the workspace. |" in capsys.readouterr().out
    )
    assert "Another name." in stale.read_text()
    assert command.main([]) == 0
    assert stale.read_text() == page()
