"""The command line: `python -m tools.review`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tools.review.compose import compose
from tools.review.engine import run_preview
from tools.review.errors import Misuse, ReviewError
from tools.review.events import read
from tools.review.history import Repository
from tools.review.markdown import markdown
from tools.review.page import page
from tools.review.preview import not_run

if TYPE_CHECKING:
    from tools.review.preview import Preview

_EPILOG = """\
The report says, for each environment: what is deleted, replaced, changed and created, by component; which images
become others, and the difference of the files that make them so; what the policies say; the days left of credentials;
the chain as a picture. It shows no values of properties but digests and tags of images, and dates.

Events are what `pulumi preview --json` writes with PULUMI_ENABLE_STREAMING_JSON_PREVIEW=true, or an `--event-log`.
--save keeps those of the previews that --stack runs, so that another machine can make the report of them.

exit codes: 0 every preview succeeded, 1 one did not (the report is written all the same), 2 there is no report

examples:
  python -m tools.review --stack dev --stack prod --markdown report.md --html report.html
  python -m tools.review --stack dev -- --policy-pack policy/pinned_images
  python -m tools.review --stack dev --save previews
  python -m tools.review dev=previews/dev.jsonl prod=previews/prod.jsonl
  python -m localcloud run -- python -m tools.review --stack local
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Makes the report; see the exit codes in the help."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    end = given.index("--") if "--" in given else len(given)
    parsed = _parser().parse_args(given[:end])
    try:
        previews = _previews(parsed, given[end + 1 :])
        document = compose(previews, Repository(parsed.folder), datetime.now(UTC))
        if parsed.html:
            parsed.html.write_text(page(document), encoding="utf-8")
        if parsed.markdown:
            parsed.markdown.write_text(markdown(document, whole=parsed.link), encoding="utf-8")
        elif not parsed.quiet:
            sys.stdout.write(markdown(document, whole=parsed.link))
    except (ReviewError, OSError) as error:
        _say(f"review: {error}")
        return 2
    broken = [preview.stack for preview in previews if preview.result != "succeeded"]
    if broken:
        _say(f"review: the preview did not succeed: {', '.join(broken)}")
    return 1 if broken else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tools.review",
        description="Turns previews of Pulumi into one report for a pull request.",
        usage="python -m tools.review [options] [STACK=]EVENTS... | --stack STACK... [-- options of pulumi preview]",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("events", nargs="*", metavar="[STACK=]EVENTS", help="files of engine events")
    parser.add_argument("--stack", action="append", default=[], metavar="STACK", help="run its preview first")
    parser.add_argument(
        "--markdown", type=Path, metavar="FILE", help="write the report here (default: standard output)"
    )
    parser.add_argument("--html", type=Path, metavar="FILE", help="write it as a page that needs nothing else, too")
    parser.add_argument("--link", default="", metavar="URL", help="where people find FILE of --html, for long reports")
    parser.add_argument("--save", type=Path, metavar="FOLDER", help="keep the events as FOLDER/<stack>.jsonl")
    parser.add_argument("--quiet", action="store_true", help="write no report on standard output")
    parser.add_argument(
        "--folder", type=Path, default=Path(), metavar="FOLDER",
        help="the folder of the program, in its git repository (default: this one)",
    )  # fmt: skip
    return parser


def _previews(parsed: argparse.Namespace, options: Sequence[str]) -> list[Preview]:
    """The previews that the command line names; raises ReviewError."""
    if not parsed.events and not parsed.stack:
        raise Misuse("the command line", "must name previews", "neither events nor a stack", "--stack dev")
    if (options or parsed.save) and not parsed.stack:
        what = "--save" if parsed.save else "what follows --"
        raise Misuse(what, "is for the previews that --stack runs", "no stack", "--stack dev")
    found = [_from_file(given) for given in parsed.events]
    for stack in parsed.stack:
        _say(f"review: preview of {stack}")
        lines = run_preview(stack, parsed.folder, options)
        if parsed.save:
            parsed.save.mkdir(parents=True, exist_ok=True)
            (parsed.save / f"{stack}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
        found.append(replace(read(lines, stack), stack=stack))
    return found


def _from_file(given: str) -> Preview:
    """`dev=previews/dev.jsonl`, or a file whose events name the stack.

    Whatever is wrong with the file of a stack is told in the report: the other environments are in it all the same.
    """
    stack, named, path = given.partition("=") if not Path(given).exists() else ("", "", given)
    file = Path(path if named or not stack else stack)
    try:
        if not file.is_file():
            raise Misuse("EVENTS", "must be a file", repr(str(file)), "dev=previews/dev.jsonl")
        with file.open(encoding="utf-8", errors="replace") as lines:
            preview = read(lines, str(file))
    except ReviewError as error:
        if not named:
            raise
        return not_run(stack, f"there are no events of it ({error})")
    return replace(preview, stack=stack) if named else preview


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
