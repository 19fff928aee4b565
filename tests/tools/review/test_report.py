"""Whole reports of recorded previews, as Markdown and as a page."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pytest

from tests.tools.review.hostile import large
from tools.review.chain import chain
from tools.review.compose import compose
from tools.review.credentials import credentials
from tools.review.document import Document, Heading, Paragraph
from tools.review.history import Repository
from tools.review.markdown import LIMIT, markdown
from tools.review.page import page, svg
from tools.review.preview import Action, Diagnostic, Preview, Side, Violation

Sample = Callable[[str], Preview]
NOW = datetime(2026, 11, 22, 21, 0, tzinfo=UTC)
CANARY = "hunter2-canary"


@pytest.fixture
def document(sample: Sample, repository: Repository) -> Document:
    """The report of three environments."""
    previews = [sample("dev"), sample("prod"), replace(sample("refused"), stack="refused")]
    return compose(previews, repository, NOW)


@pytest.fixture
def report(document: Document) -> str:
    """The same as Markdown."""
    return markdown(document)


def test_every_environment_has_its_row_and_its_chapter(report: str) -> None:
    assert "| **dev** | succeeded | **1** | **4** | 0 | 1 | 2 | 0 advice | 179 days left |" in report
    assert "| **prod** | succeeded | 0 | 0 | 0 | 19 | 2 | 0 advice | 179 days left |" in report
    assert "| **refused** | **failed** | **4** | **1** | 3 | 0 | 1 | **1 refused** | none that end |" in report
    assert re.findall("^## (.*)", report, re.MULTILINE) == ["dev", "prod", "refused"]


def test_each_image_says_which_environments_it_reaches(sample: Sample, repository: Repository, report: str) -> None:
    told = "Image `diabetes-base`: another one in **dev**, new in **prod**; refused keeps the one there is.\n"
    assert told in report
    alone = markdown(compose([sample("dev")], repository, NOW))
    assert "Image `diabetes-base`: another one in **dev**.\n" in alone


def test_a_component_that_loses_something_comes_first_and_that_first_in_it(report: str) -> None:
    dev = report.partition("## dev")[2].partition("## prod")[0]
    rows = re.findall(r"^\| ([^|]*) \| ([^|]*) \| `([^|`]*)`", dev.partition("### Images")[0], re.MULTILINE)
    assert [(owner.strip(), what.strip("*"), name[:12]) for owner, what, name in rows] == [
        ("CustomBaseImage `base`", "deleted", "base-context"),
        ("", "replaced, the new one comes first", "base-build"),
        ("", "created", "base-context"),
        ("ScoringService `diabetes`", "replaced, the old one goes first", "diabetes-con"),
        ("", "replaced, the new one comes first", "diabetes-bui"),
        ("", "replaced, the new one comes first", "diabetes-ima"),
    ]


def test_many_of_a_kind_share_a_row_with_their_names(sample: Sample, repository: Repository) -> None:
    preview = sample("dev")
    (blob,) = (one for one in preview.changes if one.kind == "storage:Blob" and one.action is Action.CREATE)
    blobs = {f"{blob.urn}-{number}": replace(blob, urn=f"{blob.urn}-{number}") for number in range(40)}
    text = markdown(compose([replace(preview, resources={**preview.resources, **blobs})], repository, NOW))
    (row,) = (line for line in text.splitlines() if "| created | 41" in line)
    assert "| 41 storage:Blob: `base-context-1222fd016fecbaa1`, " in row
    assert row.endswith(" and 29 more |  |")


def test_a_component_that_goes_as_a_whole_is_told(sample: Sample, repository: Repository) -> None:
    preview = sample("dev")
    (service,) = (one for one in preview.components if one.kind == "ScoringService")
    gone = [service, *preview.parts(service)]
    left = {one.urn: replace(one, action=Action.DELETE, after=Side()) for one in gone}
    found = replace(preview, resources={**preview.resources, **left}, diagnostics=())
    text = markdown(compose([found], repository, NOW))
    assert "| ScoringService `diabetes`, **which goes as a whole** | **deleted** |" in text
    assert "| `diabetes` | `sha256" not in text
    assert "<br>diabetes<br><i>" in text


def test_what_a_pack_exempts_is_not_lost_with_its_count(sample: Sample, repository: Repository) -> None:
    preview = sample("dev")
    message = "2 violations are exempted:\n  2 by team\n3 values are not checked before `up`: 3 by one"
    said = Violation("pinned-images", "pinned-images", "advisory", "", message)
    text = markdown(compose([replace(preview, violations=(said,))], repository, NOW))
    assert "| 2 violations are exempted: 2 by team |" in text
    assert "| `pinned-images` 0.1.0 | 0 | 0 | 0 |" in text
    assert "not checked before" not in text


def test_the_dockerfile_is_shown_from_what_the_environment_has(report: str) -> None:
    found = re.search(r"<summary>(.*?)</summary>\n\n```diff\n(.*?)```", report, re.DOTALL)
    assert found is not None
    assert "<code>examples/diabetes/Dockerfile</code> of diabetes-base: from what dev has" in found[1]
    assert "-ARG PYTHON_VERSION=3.11\n+ARG PYTHON_VERSION=3.12\n" in found[2]


def test_what_a_policy_refuses_stands_alone_and_what_comes_later_is_counted(report: str) -> None:
    refused = report.partition("## refused")[2]
    assert (
        "| **refused** | `registry-credentials/anonymous-pull` | `registryacr` (containerregistry:Registry) |"
        in refused
    )
    assert "`registry-credentials/registry-credential` (3)" in refused
    assert "is not checked yet" not in refused


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (0, "has **179 days left** (until 2027-05-21)."),
        (178, "has **1 day left** (until 2027-05-21): less than 30 days; raise `rotation`."),
        (180, "**ended** on 2027-05-21: nothing pulls by it; raise `rotation`."),
    ],
)
def test_days_left_of_a_credential(sample: Sample, repository: Repository, days: int, said: str) -> None:
    text = markdown(compose([sample("dev")], repository, NOW + timedelta(days=days)))
    assert f"The pull credential of `registry` {said}" in text


def test_a_renewed_credential_is_told(sample: Sample) -> None:
    preview = sample("dev")
    (registry,) = [one for one in preview.components if one.kind == "ContainerRegistry"]
    later = {**registry.after.outputs, "credential_expires_on": "2027-08-01T00:00:00Z"}
    renewed = replace(registry, after=replace(registry.after, outputs=later))
    (one,) = credentials(replace(preview, resources={**preview.resources, registry.urn: renewed}), NOW)
    assert (one.renewed, one.days) == (True, 251)


def test_the_chain_goes_from_the_registry_to_the_service(sample: Sample) -> None:
    found = chain(sample("dev"))
    names = [node.name for node in found.nodes]
    assert names == ["registry", "workspace", "base", "diabetes"]
    edges = {(names[source], names[user]) for source, user in found.edges}
    assert edges == {("registry", "workspace"), ("workspace", "base"), ("base", "diabetes"), ("registry", "diabetes")}


def test_of_several_sources_the_one_whose_value_is_used_has_the_edge(sample: Sample) -> None:
    preview = sample("dev")
    (base,) = [one for one in preview.components if one.kind == "CustomBaseImage"]
    digests = {"digest": f"sha256:{'0' * 64}", "reference": ""}
    other = replace(base, urn=f"{base.urn}-2", before=replace(base.before, outputs=digests), after=base.before)
    other = replace(other, after=replace(base.after, outputs=digests))
    found = chain(replace(preview, resources={**preview.resources, other.urn: other}))
    names = [node.name for node in found.nodes]
    users = [names[source] for source, user in found.edges if names[user] == "diabetes"]
    assert sorted(users) == ["base", "registry"]


def test_a_service_on_an_endpoint_is_in_the_workspace(sample: Sample) -> None:
    preview = sample("dev")
    (service,) = (one for one in preview.components if one.kind == "ScoringService")
    urn = f"{service.urn}-endpoint"
    endpoint = replace(service, urn=urn, type="azure-native:machinelearningservices:OnlineEndpoint", parent=service.urn)
    for resources, edges in (({}, 4), ({urn: endpoint}, 5)):
        assert len(chain(replace(preview, resources={**preview.resources, **resources})).edges) == edges


def test_mermaid_and_svg_show_every_component(sample: Sample, report: str) -> None:
    assert report.count("```mermaid\nflowchart LR\n") == 3
    assert '    n3["ScoringService<br>diabetes<br><i>3 replaced</i>"]:::replace' in report
    picture = ET.fromstring(svg(chain(sample("dev"))))  # noqa: S314 - of our own making
    texts = [element.text for element in picture.findall(".//{*}text")]
    assert {"registry", "workspace", "base", "diabetes", "3 replaced"} <= set(texts)
    assert len(picture.findall(".//{*}rect")) == 4


def test_the_page_is_closed_and_needs_nothing_else(document: Document) -> None:
    text = page(document)
    open_tags: list[str] = []
    seen: set[str] = set()

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            seen.add(tag)
            assert not {name for name, _ in attrs} & {"src", "href", "onclick", "onload"}
            if tag not in {"meta", "path", "rect", "br"}:
                open_tags.append(tag)

        def handle_endtag(self, tag: str) -> None:
            if tag not in {"path", "rect"}:
                assert open_tags.pop() == tag

    Reader().feed(text)
    assert open_tags == []
    assert {"svg", "table", "details"} <= seen
    assert seen.isdisjoint({"script", "link", "img", "iframe", "object"})
    assert re.findall(r"https?://[^\s<]*", text.partition("<body>")[0]) == []
    assert "default-src 'none'" in text


def test_a_report_that_is_too_long_loses_differences_first_and_is_cut_last(document: Document) -> None:
    whole = markdown(document)
    shorter = markdown(document, len(whole) - 1)
    assert "```diff" not in shorter
    assert "```mermaid" in shorter
    assert "(left out)" in shorter
    assert "(left out)" not in whole
    told = "the whole of it is the page `report.html`, an artifact of [this run](https://example.invalid/7)."
    assert told in markdown(document, len(whole) - 1, "https://example.invalid/7")
    cut = markdown(Document("", (Heading(1, ("x",)), *(Paragraph(("word " * 50,)),) * 1000)))
    assert len(cut) <= LIMIT
    assert "**Shortened**" in cut


def test_a_report_of_too_many_changes_has_the_gravest_of_each_environment(
    sample: Sample, repository: Repository
) -> None:
    preview = large(sample("dev"), 100)
    names = [f"environment-{number}" for number in range(4)]
    document = compose([replace(preview, stack=name) for name in names], repository, NOW)
    text = markdown(document)
    assert len(text) <= LIMIT
    assert re.findall("^## (.*)", text, re.MULTILINE) == names
    assert text.count("**deleted**") >= len(names)
    assert re.search(r"^\| \*\*\d+ more\*\* \|  \|", text, re.MULTILINE)
    assert page(document).count("<tr>") > 4 * 100


def test_values_of_properties_are_not_shown(sample: Sample, document: Document) -> None:
    preview = sample("dev")
    texts = [markdown(document), page(document)]
    (container,) = [one for one in preview.changes if one.name == "diabetes-container"]
    assert "SERVICE_NAME=diabetes" in str(container.after.inputs)
    assert not any("SERVICE_NAME" in text for text in texts)


def test_a_preview_that_failed_is_no_preview_without_changes(sample: Sample, repository: Repository) -> None:
    said = Diagnostic("", "error", f"Program failed:\n  File 'x.py'\n  password={CANARY}\nImportError: no y")
    failed = replace(sample("dev"), result="failed", resources={}, violations=(), packs={}, diagnostics=(said,))
    text = markdown(compose([failed, sample("prod")], repository, NOW))
    assert "# 19 changes in dev, prod; the preview of dev failed\n" in text
    assert "Nothing that the preview came to." in text
    assert "<summary><b>error</b>: Program failed: ImportError: no y</summary>" in text
    assert "\n  File 'x.py'\n  password=[secret]\n" in text


def test_nothing_changes(sample: Sample, repository: Repository) -> None:
    quiet = replace(sample("dev"), resources={}, violations=(), packs={}, diagnostics=())
    text = markdown(compose([quiet], repository, NOW))
    assert "# No changes in dev" in text
    assert "No policy pack ran in this preview." in text
    assert "```mermaid" not in text
