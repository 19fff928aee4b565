"""The command line: `python -m tools.promote SOURCE TARGET`, or `stack --from STACK --to STACK`."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from azureml_scoring.rules import ImageReference, InvalidImageReference

from tools.promote import stack
from tools.promote.errors import Misuse, PromotionError
from tools.promote.promotion import Promotion
from tools.promote.skopeo import Side, Skopeo

if TYPE_CHECKING:
    from collections.abc import Sequence

_EPILOG = """\
The copy has the digest of its source, of all platforms, which is checked after the copy. The last line on standard
output is the image in the target, by that digest; everything else is on standard error.

logins:
  --source-user and --target-user take their passwords from PROMOTE_SOURCE_PASSWORD and PROMOTE_TARGET_PASSWORD;
  without them a registry is asked as skopeo does (`skopeo login`, `docker login`, `az acr login`), or as nobody.

The images of a whole environment: `python -m tools.promote stack --help`.

examples:
  python -m tools.promote contosodev.azurecr.io/diabetes-base:v1 contosostaging.azurecr.io/diabetes-base:v1
  python -m tools.promote --dry-run contosodev.azurecr.io/scores@sha256:... contosoprod.azurecr.io/scores:2026-11
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command; 0 when the image is there, 1 when it is not, 2 for a command line that can't be meant so."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    is_stack = given[:1] == ["stack"]
    parsed = (stack.parser() if is_stack else _parser()).parse_args(given[1:] if is_stack else given)
    try:
        if is_stack:
            stack.promote_stack(_options(parsed), print, _say)
            return 0
        source = _side("source", parsed.source, parsed.source_user)
        target = _side("target", parsed.target, parsed.target_user)
        with tempfile.TemporaryDirectory(prefix="promote-") as folder:
            promotion = Promotion(
                Skopeo(Path(folder)), source, target, _say, force=parsed.force, dry_run=parsed.dry_run
            )
            print(promotion.run())
    except Misuse as error:
        _say(f"promote: {error}")
        return 2
    except PromotionError as error:
        _say(f"promote: {error}")
        return 1
    except KeyboardInterrupt:
        _say("promote: interrupted; run it again: what has arrived is not copied twice")
        return 130
    return 0


def _options(parsed: argparse.Namespace) -> stack.Options:
    logins = (_login("source", parsed.source_user), _login("target", parsed.target_user))
    return stack.Options(parsed.source, parsed.target, parsed.registry, logins, parsed.dry_run, parsed.force)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tools.promote",
        description="Copies an image from one registry to another and keeps its digest.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("source", metavar="SOURCE", help="the image, by a tag or a digest")
    parser.add_argument(
        "target", metavar="TARGET", help="its name in the other registry; without a tag by digest alone"
    )
    parser.add_argument("--source-user", default="", metavar="NAME", help="who pulls, such as a service principal")
    parser.add_argument("--target-user", default="", metavar="NAME", help="who pushes")
    parser.add_argument("--force", action="store_true", help="move the target's tag where it is another image")
    parser.add_argument("--dry-run", action="store_true", help="look everything up, copy nothing")
    return parser


def _side(word: str, text: str, username: str) -> Side:
    """One end of the promotion, as the command line and the environment have it; raises Misuse."""
    subject = word.upper()
    try:
        image = ImageReference.parse(text)
    except InvalidImageReference as error:
        raise Misuse(subject, f"must be an image ({error.reason})", repr(text), "contoso.azurecr.io/base:v1") from None
    if word == "source" and not (image.tag or image.digest):
        raise Misuse(subject, "must name a tag or a digest", repr(text), f"{image}:v1")
    if word == "target" and image.digest:
        raise Misuse(subject, "has the digest of the source", repr(text), f"{image.repository}:{image.tag or 'v1'}")
    return Side(word, image, *_login(word, username))


def _login(word: str, username: str) -> tuple[str, str]:
    """User name and password at one end; raises Misuse where one of them is missing."""
    variable = f"PROMOTE_{word.upper()}_PASSWORD"
    password = os.environ.get(variable, "")
    if bool(username) != bool(password):
        missing, given = (variable, f"--{word}-user") if username else (f"--{word}-user", variable)
        raise Misuse(missing, f"is required with {given}", "nothing", "both, or neither of them")
    return username, password


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
