"""Every block of the documentation is one that a test knows what to do with; the test's own parts are tried as well."""

from __future__ import annotations

import textwrap

import pytest

from tests.docs.blocks import Page, pages, read
from tests.docs.shown import missing

FENCE = "```"


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.path)
def test_every_block_has_a_language_and_every_marker_a_meaning(page: Page) -> None:
    assert page.problems == []


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.path)
def test_commands_that_fail_on_purpose_show_the_error(page: Page) -> None:
    assert [str(block) for block in page.blocks if block.marker == "fails" and not page.output_of(block)] == []


def page_of(text: str) -> Page:
    """A page of an indented text; `~~~` stands for a fence."""
    return read("page.md", textwrap.dedent(text).replace("~~~", FENCE))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("~~~\nls\n~~~", "page.md:1: a block needs a language"),
        ("~~~cobol\nSTOP RUN.\n~~~", "page.md:1: no test knows the language 'cobol'"),
        ("<!-- docs-test: ignore -->\n~~~sh\nls\n~~~", "page.md:1: ignore  is no marker"),
        ("<!-- docs-test: skip -->\n~~~sh\nls\n~~~", "page.md:1: skip  is no marker"),
        ("<!-- docs-test: skip () -->\n~~~sh\nls\n~~~", "page.md:1: skip () is no marker"),
        ("<!-- docs-test: fails -->\n~~~yaml\na: b\n~~~", "page.md:2: fails is for sh, not for yaml"),
        ("<!-- docs-test: skip (needs Azure) -->\nText.\n~~~sh\nls\n~~~", "page.md:1: a marker without a block"),
    ],
)
def test_what_no_test_would_look_at_is_told(text: str, problem: str) -> None:
    assert [found[: len(problem)] for found in page_of(text).problems][:1] == [problem]


def test_markers_say_what_is_done_with_a_block() -> None:
    page = page_of("""\
        <!-- docs-test: cloud -->
        <!-- docs-test: file iris/score.py -->
        ~~~python
        # no heading
        ~~~
        - Item:
          ~~~sh
          pulumi up
          ~~~
          <!-- docs-test: skip (needs Azure) -->

          ~~~sh
          az login
          ~~~
        """)
    file, commands, skipped = page.blocks
    assert page.problems == []
    assert page.on_cloud
    assert (file.marker, file.argument, file.code, file.runs) == ("file", "iris/score.py", "# no heading\n", False)
    assert (commands.code, commands.line, commands.runs) == ("pulumi up\n", 7, True)
    assert (skipped.argument, skipped.runs) == ("(needs Azure)", False)


def test_text_below_commands_is_their_output_up_to_the_next_heading() -> None:
    page = page_of("""\
        ~~~sh
        make up
        ~~~
        prints
        ~~~text
        one
        ~~~
        <!-- docs-test: skip (a picture) -->
        ~~~text
        two
        ~~~
        # Next
        ~~~text
        three
        ~~~
        """)
    assert [block.code for block in page.output_of(page.blocks[0])] == ["one\n"]


@pytest.mark.parametrize(
    ("shown", "printed"),
    [
        ("127.20.13.2:5443/iris:c-b4cda3e30271b193@sha256:d5...", "127.1.2.3:99/iris:c-0123456789abcdef@sha256:ae6f"),
        ("first\n...\nlast 4.3 s", "first\nbetween\nlast  12 s"),
        ("the cloud: <checkout>/.localcloud", "the cloud: /tmp/x/.localcloud"),
        ("scoring96e7fba1", "\x1b[1mscoring0a1b2c3d\x1b[0m"),
    ],
)  # fmt: skip
def test_what_differs_from_run_to_run_is_no_difference(shown: str, printed: str) -> None:
    assert missing(shown, printed) == []


@pytest.mark.parametrize(
    ("shown", "printed", "missed"),
    [
        ('["setosa"]', '["virginica"]', ['["setosa"]']),
        ("one\ntwo", "two\none", ["two"]),
        ("error: <...> is wrong", "error: all is well", ["error: <...> is wrong"]),
        ("iris is healthy", "", ["iris is healthy"]),
    ],
)
def test_another_output_is_told_line_by_line(shown: str, printed: str, missed: list[str]) -> None:
    assert missing(shown, printed) == missed
