"""The report of some previews, as a document: the gravest first, an environment after the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from tools.review.chain import chain
from tools.review.changes import change_blocks
from tools.review.credentials import SOON, Credential, credentials
from tools.review.document import Block, Code, Document, Fold, Graph, Heading, Paragraph, Strong, Table, Text
from tools.review.images import ImageChange, image_changes, kept_images
from tools.review.preview import Action, Preview
from tools.review.redact import is_private, redacted, redacted_lines
from tools.review.rollouts import rollout_blocks
from tools.review.verdicts import Verdict, verdict_blocks, verdict_of

if TYPE_CHECKING:
    from tools.review.history import Difference, Repository

_SHOWN = 12
"""Hexadecimal digits of a digest that are shown in a table."""
_MESSAGES, _LINES = 20, 60
"""Errors and warnings that are quoted, and lines of one."""
_FILES = 20
"""Files of an image whose differences are looked for."""


def compose(previews: Sequence[Preview], repository: Repository, now: datetime) -> Document:
    """The report.

    Args:
        previews: One for each environment, in the order of the report.
        repository: Where the files of the images are.
        now: The time that the days left of credentials are counted from.
    """
    changes = sum(len(preview.changes) for preview in previews)
    names = ", ".join(preview.stack for preview in previews)
    title = f"{_count(changes, 'change') if changes else 'No changes'} in {names}"
    broken = [preview for preview in previews if preview.result != "succeeded"]
    title += "".join(f"; the preview of {preview.stack} {preview.result}" for preview in broken)
    blocks: list[Block] = [Heading(1, (title,)), _overview(previews, now), *_reach(previews)]
    for preview in previews:
        blocks += _environment(preview, repository, now)
    return Document(title, tuple(blocks))


def _overview(previews: Iterable[Preview], now: datetime) -> Table:
    head = ("environment", "preview", "deleted", "replaced", "changed", "created", "images", "policies", "credentials")
    rows = []
    for preview in previews:
        actions = [one.action for one in preview.changes]
        replaced = actions.count(Action.REPLACE) + actions.count(Action.REPLACE_OLD_FIRST)
        others = len(actions) - actions.count(Action.DELETE) - replaced - actions.count(Action.UPDATE)
        numbers = [
            actions.count(Action.DELETE),
            replaced,
            actions.count(Action.UPDATE),
            others,
            len(image_changes(preview)),
        ]
        rows.append(
            (
                (Strong(preview.stack),),
                (preview.result if preview.result == "succeeded" else Strong(preview.result),),
                *((Strong(number) if place < 2 and number else str(number),) for place, number in enumerate(numbers)),  # noqa: PLR2004 - deletions and replacements
                (_policies(preview),),
                (_days(credentials(preview, now)),),
            )
        )
    return Table(head, tuple(rows))


def _reach(previews: Sequence[Preview]) -> Iterator[Block]:
    """Which environments get another image or their first, and which keep the one that they have."""
    places: dict[str, dict[str, list[str]]] = {}
    for preview in previews:
        for change in image_changes(preview):
            what = "another one in " if change.before else "new in "
            places.setdefault(change.repository, {}).setdefault(what, []).append(preview.stack)
    kept = {preview.stack: kept_images(preview) for preview in previews}
    for repository, changed in places.items():
        parts = [part for what, stacks in changed.items() for part in (", ", what, Strong(", ".join(stacks)))]
        keeping = [stack for stack, images in kept.items() if repository in images]
        rest = f"; {', '.join(keeping)} keep{'s' if len(keeping) == 1 else ''} the one there is" if keeping else ""
        yield Paragraph(("Image ", Code(repository), ": ", *parts[1:], f"{rest}."))


def _policies(preview: Preview) -> str:
    if not preview.packs:
        return "none ran"
    verdicts = [verdict_of(one) for one in preview.violations]
    refused = verdicts.count(Verdict.REFUSED)
    return Strong(f"{refused} refused") if refused else f"{verdicts.count(Verdict.ADVICE)} advice"


def _days(those: Sequence[Credential]) -> str:
    if not those:
        return "none that end"
    days = those[0].days
    text = f"{_count(days, 'day')} left" if days >= 0 else "ended"
    return Strong(text) if those[0].soon else text


def _environment(preview: Preview, repository: Repository, now: datetime) -> Iterator[Block]:
    yield Heading(2, (preview.stack,))
    yield from _said(preview)
    yield from change_blocks(preview)
    yield from rollout_blocks(preview)
    yield from _images(preview, repository)
    yield from verdict_blocks(preview)
    yield from _credentials(preview, now)
    if preview.components:
        yield Heading(3, ("Chain",))
        yield Graph(chain(preview))


def _said(preview: Preview) -> Iterator[Block]:
    """What stopped the preview, then what it warns of."""
    if preview.result != "succeeded":
        yield Paragraph((Strong(f"The preview {preview.result}"), ": what follows is what it came to."))
    for severity in ("error", "warning"):
        texts = list(
            dict.fromkeys(one.message for one in preview.diagnostics if one.severity == severity and one.message)
        )
        yield from (_message(severity, text) for text in texts[:_MESSAGES])
        if len(texts) > _MESSAGES:
            yield Paragraph((f"and {len(texts) - _MESSAGES} more.",))


def _message(severity: str, text: str) -> Block:
    """A message; of one with several lines, such as a traceback, the first and the last, and all for who asks."""
    lines = text.splitlines()
    # Of a traceback the end says most.
    short = lines if len(lines) <= _LINES else [lines[0], "...", *lines[-_LINES:]]
    first, *others = redacted_lines(tuple(short))
    if not others:
        return Paragraph((Strong(severity), ": ", first))
    return Fold((Strong(severity), ": ", f"{first} {others[-1].strip()}"), (first, *others))


def _images(preview: Preview, repository: Repository) -> Iterator[Block]:
    changes = image_changes(preview)
    if not changes:
        return
    yield Heading(3, ("Images",))
    rows = tuple(
        (
            (Code(one.repository),),
            _digest(one.before, "none"),
            (*_digest(one.after, "built during up"), *(part for tag in one.tags for part in (", tag ", Code(tag)))),
            _why(one),
        )
        for one in changes
    )
    yield Table(("image", "digest now", "digest after", "why"), rows)
    for one in changes:
        yield from _differences(preview, one, repository)


def _differences(preview: Preview, image: ImageChange, repository: Repository) -> Iterator[Block]:
    changed = [file for file in image.files if file.before and file.after]
    # The Dockerfile first: of many files the others are only named.
    changed.sort(key=lambda file: "dockerfile" not in file.path.lower())
    for file in changed[:_FILES]:
        if is_private(file.path):
            yield Paragraph((Code(file.path), f" of {image.repository} differs; files of this name are not shown."))
        else:
            yield _difference(preview, image, file.path, repository.difference(file, preview.folders))
    rest = ", ".join(file.path for file in changed[_FILES:])
    if rest:
        yield Paragraph((f"{_count(len(changed) - _FILES, 'more file')} of {image.repository} differ: {rest}.",))


def _digest(digest: str, otherwise: str) -> Text:
    algorithm, _, value = digest.partition(":")
    return (Code(f"{algorithm}:{value[:_SHOWN]}"),) if value else (otherwise,)


def _why(one: ImageChange) -> Text:
    # A component's own sentence names the image, which the row does too.
    sentences = (redacted(sentence).removeprefix(f"{one.repository} ") for sentence in one.why)
    return ("; ".join([*sentences, *one.facts]),)


def _difference(preview: Preview, image: ImageChange, path: str, found: Difference | None) -> Block:
    name = (Code(found.path if found else path), f" of {image.repository}")
    if found is None:
        return Paragraph(
            (*name, " differs; the file of this preview is not in the repository that the report looks at.")
        )
    if not found.commit:
        return Paragraph((*name, f" differs; the one that {preview.stack} has is in no commit of this branch."))
    note = f"{_count(found.left_out, 'more line')} left out" if found.left_out else ""
    title = (*name, f": from what {preview.stack} has (commit ", Code(found.commit), ") to this")
    return Fold(title, redacted_lines(found.lines), note)


def _credentials(preview: Preview, now: datetime) -> Iterator[Block]:
    those = credentials(preview, now)
    if not those:
        return
    yield Heading(3, ("Credentials",))
    for one in those:
        date = f"{one.ends:%Y-%m-%d}"
        name: Text = ("The pull credential of ", Code(one.component))
        if one.days < 0:
            yield Paragraph(
                (*name, " ", Strong("ended"), f" on {date}: nothing pulls by it; raise ", Code("rotation"), ".")
            )
            continue
        advice: Text = (f": less than {SOON} days; raise ", Code("rotation"), ".") if one.soon else (".",)
        renewed = ", and is renewed by this" if one.renewed else ""
        yield Paragraph(
            (*name, " has ", Strong(f"{_count(one.days, 'day')} left"), f" (until {date}){renewed}", *advice)
        )


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
