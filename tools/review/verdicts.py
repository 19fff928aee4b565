"""What policies say, in a document: what they refuse, what they advise, what only an `up` can decide."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from enum import Enum
from typing import TYPE_CHECKING

from tools.review.document import Block, Code, Heading, Paragraph, Strong, Table, Text
from tools.review.redact import redacted

if TYPE_CHECKING:
    from tools.review.preview import Preview, Violation

_LATER = ("not checked yet", "not checked before")
"""How our packs word that a value is known during `up` only."""


class Verdict(Enum):
    """What a policy event means for the pull request, the gravest first."""

    REFUSED = "refused"
    ADVICE = "advice"
    LATER = "decided later"


def verdict_of(violation: Violation) -> Verdict:
    """What an event of a policy means."""
    if violation.level == "mandatory":
        return Verdict.REFUSED
    return Verdict.LATER if any(words in violation.message for words in _LATER) else Verdict.ADVICE


def _without_counts(violation: Violation) -> Violation:
    """What a pack says at the end, without its count of what is decided later: that is told by rule."""
    if violation.policy != violation.pack:
        return violation
    lines = [line for line in violation.message.splitlines() if not any(words in line for words in _LATER)]
    return replace(violation, message="\n".join(lines))


def verdict_blocks(preview: Preview) -> Iterator[Block]:
    """The policies of a preview: which ran, and what they found."""
    yield Heading(3, ("Policies",))
    if not preview.packs:
        yield Paragraph(("No policy pack ran in this preview.",))
        return
    violations = [one for one in map(_without_counts, preview.violations) if one.message]
    rows = []
    for name, pack in sorted(preview.packs.items()):
        of_pack = [verdict_of(one) for one in violations if one.pack == name and one.policy != name]
        counts = [str(of_pack.count(verdict)) for verdict in Verdict]
        counts[0] = Strong(counts[0]) if counts[0] != "0" else counts[0]
        rows.append(((Code(name), f" {pack.version}"), *((count,) for count in counts), (f"{len(pack.passed)} rules",)))
    yield Table(("pack", *(verdict.value for verdict in Verdict), "passed"), tuple(rows))
    ordered = sorted(violations, key=lambda one: list(Verdict).index(verdict_of(one)))
    found = [one for one in dict.fromkeys(ordered) if verdict_of(one) is not Verdict.LATER]
    if found:
        yield Table(("verdict", "rule", "resource", "what it says"), tuple(_row(preview, one) for one in found))
    yield from _later(violations)
    for name, pack in sorted(preview.packs.items()):
        for policy, urn in pack.remediated:
            yield Paragraph((Code(f"{name}/{policy}"), " mends ", *_resource(preview, urn), " by itself."))


def _later(violations: Iterable[Violation]) -> Iterator[Block]:
    """The rules that could not decide yet."""
    rules = Counter(f"{one.pack}/{one.policy}" for one in violations if verdict_of(one) is Verdict.LATER)
    if rules:
        parts = [part for rule, number in sorted(rules.items()) for part in (", ", Code(rule), f" ({number})")]
        yield Paragraph(("Decided during ", Code("up"), ", as values are known then only: ", *parts[1:], "."))


def _row(preview: Preview, one: Violation) -> tuple[Text, ...]:
    verdict = verdict_of(one)
    word: Text = (Strong(verdict.value),) if verdict is Verdict.REFUSED else (verdict.value,)
    return (
        word,
        (Code(f"{one.pack}/{one.policy}"),),
        _resource(preview, one.urn),
        (redacted(" ".join(one.message.split())),),
    )


def _resource(preview: Preview, urn: str) -> Text:
    found = preview.resources.get(urn)
    if found is None or found.type == "pulumi:pulumi:Stack":
        return ("the stack",)
    return (Code(found.name), f" ({found.kind})")
