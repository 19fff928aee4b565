"""What a report quotes: it becomes no markup, and no secret gets out by it."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.tools.review.conftest import git_in
from tests.tools.review.hostile import renamed
from tools.review.chain import chain
from tools.review.compose import compose
from tools.review.document import Code, Document, Fold, Table
from tools.review.history import Repository, fingerprint
from tools.review.markdown import markdown
from tools.review.page import page, svg
from tools.review.preview import Diagnostic, Preview, Violation
from tools.review.redact import is_private, redacted

Sample = Callable[[str], Preview]
NOW = datetime(2026, 11, 22, 21, 0, tzinfo=UTC)
CANARY = "hunter2-canary"


def test_nothing_that_is_quoted_becomes_markup(sample: Sample, repository: Repository) -> None:
    hostile = "<script>alert(1)</script> | **x** `y` [z](https://example.invalid) @octocat #1 ![p](q)"
    preview = sample("dev")
    violation = Violation("pack", "rule", "mandatory", "", hostile)
    said = (Diagnostic("", "error", hostile),)
    document = compose([replace(preview, violations=(violation,), diagnostics=said)], repository, NOW)
    text = markdown(document)
    assert "<script>" not in text
    assert "https://" not in text
    assert "@octocat" not in text
    assert not re.search(r"#1\b", text)
    assert r"&#124; \*\*x\*\* \`y\` \[z\]" in text
    assert "<script>" not in page(document)
    fold = markdown(Document("", (Fold(("a_b <i> @octocat ", Code("x_y")), ()),)))
    assert "<summary>a_b &lt;i&gt; @\u200boctocat <code>x_y</code></summary>" in fold


HOSTILE = "x`|\\| <img src=x onerror=alert(1)>\r\n## y\u202e\u200b **b** @octocat #1 www.example.invalid end\n```\n"


def test_names_that_are_made_to_do_harm_stay_names(sample: Sample, repository: Repository) -> None:
    preview = renamed(sample("dev"), HOSTILE)
    document = compose([preview], repository, NOW)
    text, shown = markdown(document), page(document)
    assert "onerror=alert" in text
    for made in (text, shown):
        assert "<img" not in made
        assert "\u202e" not in made
        assert "\r" not in made
    assert not re.search(r"@octocat|#1\b|www[.]example", text.partition("```mermaid")[0])
    assert re.findall("^#+ (.*)", text, re.MULTILINE) == [
        "6 changes in dev", "dev", "What changes", "Images", "Policies", "Credentials", "Chain",
    ]  # fmt: skip
    # Every row has the cells of its head: nothing in a name ends one.
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert {len(re.findall(r"(?<!\\)[|]", row)) for row in rows} <= {5, 6, 10}
    assert len(re.findall("^```", text, re.MULTILINE)) % 2 == 0
    ET.fromstring(svg(chain(preview)))  # noqa: S314 - of our own making


def test_code_keeps_its_backticks_and_its_cell() -> None:
    text = markdown(Document("", (Table(("one",), (((Code("a`b|c"),),),)),)))
    assert "| <code>a\\`b&#124;c</code> |" in text
    fold = markdown(Document("", (Fold(("x",), ("+```",)),)))
    assert "\n````diff\n+```\n````\n" in fold


@pytest.mark.parametrize(
    "text",
    [
        f"+ENV DB_PASSWORD={CANARY}",
        f"-ARG API_TOKEN {CANARY}",
        f'+ENV API_KEY="{CANARY} two"',
        f'  "client_secret": "{CANARY}"',
        f"+password: {CANARY}",
        f"see https://user:{CANARY}@example.invalid/x",
        f"https://x.example.invalid/blob?sv=1&sig={CANARY.replace('-', '%2B')}",
        f"+RUN docker login --username me --password {CANARY} registry",
        f"+RUN docker login -u me -p {CANARY} registry",
        f"+RUN curl --user me:{CANARY} address",
        f"Authorization: Bearer {CANARY}",
        f"+machine example.invalid login me password {CANARY}",
        f"pip install --index-url https://{CANARY}@example.invalid/simple one",
        f"error: pull_password: {CANARY}",
        f'+    TOKEN: str = "{CANARY}"',
        f"+os.environ['API_KEY'] = '{CANARY}'",
        f"-----BEGIN PRIVATE KEY-----\n{CANARY}\n-----END PRIVATE KEY-----",
    ],
)
def test_what_looks_like_a_secret_is_masked(text: str) -> None:
    assert "hunter2" not in redacted(text)
    assert "[secret]" in redacted(text)


@pytest.mark.parametrize(
    "text",
    [
        "registryAuth is not checked yet by admin-user-pull, credential-needless: it is known during `up` only",
        "-ARG PYTHON_VERSION=3.11",
        "-RUN pip install token-bucket==1.0",
        "docker login -u me --password-stdin",
        "secret_build_arguments.TOKEN must be secret; got a plain text; e.g. pulumi.Output.secret",
        f"images.base must be tested; got 'contoso.azurecr.io/base@sha256:{'0a' * 32}'; e.g. make promote",
        "+RUN --mount=type=secret,id=token cat /run/secrets/token",
        "diabetes-base will be rebuilt: Dockerfile changed (context 58c82913 -> 1222fd01)",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert redacted(text) == text


def test_letters_without_end_take_no_time() -> None:
    for text in ("a" * 200_000, "secret" * 40_000, "\n" * 20_000, "login x -" * 20_000, "token:" + " a" * 20_000):
        started = time.monotonic()
        redacted(text)
        assert time.monotonic() - started < 5


@pytest.mark.parametrize("path", [".env", "app/.env.prod", "certs/x.PEM", "id_rsa", ".npmrc", "a/server.key"])
def test_files_that_keep_keys_are_not_shown(path: str) -> None:
    assert is_private(path)
    assert not is_private(f"{path}/Dockerfile")


def test_a_secret_in_a_dockerfile_or_a_message_is_in_no_report(sample: Sample, repository: Repository) -> None:
    preview = sample("dev")
    said = (Diagnostic("", "warning", f"login failed: password={CANARY}"),)
    document = compose([replace(preview, diagnostics=said)], repository, NOW)
    fold = Fold(("x",), tuple(map(redacted, (f"+ENV TOKEN={CANARY}",))))
    for text in (markdown(document), page(document), markdown(Document("", (fold,)))):
        assert CANARY not in text


def test_a_file_of_keys_is_named_and_not_shown(sample: Sample, changing: Repository, tmp_path: Path) -> None:
    place, git = tmp_path / ".env", git_in(tmp_path)
    texts = (b"NOBODY_KNOWS=1\n", b"NOBODY_KNOWS=2\n")
    for text in texts:
        place.write_bytes(text)
        git("add", ".")
        git("commit", "--quiet", "--message", "one")
    preview = sample("dev")
    base = next(one for one in preview.components if one.kind == "CustomBaseImage")
    sides = [
        replace(side, outputs={**side.outputs, "build_inputs": [f"file .env {fingerprint(0o644, text)}"]})
        for side, text in zip((base.before, base.after), texts, strict=True)
    ]
    found = {**preview.resources, base.urn: replace(base, before=sides[0], after=sides[1])}
    document = compose([replace(preview, resources=found)], changing, NOW)
    assert "`.env` of diabetes-base differs; files of this name are not shown." in markdown(document)
    assert "NOBODY_KNOWS" not in markdown(document) + page(document)
