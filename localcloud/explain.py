"""The command `explain-pull`: which of network, tag, credential and role keep an image from being pulled."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from localcloud import owner
from localcloud.lifecycle import LifecycleError

if TYPE_CHECKING:
    import argparse

    from localcloud.home import Home


class NoPasswordFile(LifecycleError):
    """The file with the password can't be read."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"--password-file has to be a file with a password; got '{path}': {reason}")


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the subcommand to those of the command line."""
    parser = commands.add_parser("explain-pull", help="why an image can't be pulled, or can; exit code 0 or 1")
    parser.add_argument("image", help="such as 127.1.2.3:5443/app:v1")
    parser.add_argument(
        "--as",
        dest="identity",
        required=True,
        metavar="IDENTITY",
        help="a client id, the name of a token, the ARM id of a user-assigned identity, admin or anonymous",
    )
    secret = parser.add_mutually_exclusive_group()
    secret.add_argument("--password-file", type=Path, metavar="FILE", help="a file with a password to check")
    secret.add_argument("--password-stdin", action="store_true", help="read a password to check from standard input")
    parser.add_argument(
        "--from",
        dest="address",
        default="",
        metavar="ADDRESS",
        help="where the pull comes from, for network rules: an address, or azure for a service such as a container "
        "group (default: azure for an ARM id, else 127.0.0.1)",
    )
    parser.add_argument("--json", action="store_true", help="the answer as JSON")
    parser.set_defaults(run=run)


def run(home: Home, parsed: argparse.Namespace) -> int:
    """Asks the running cloud and prints its answer; 0: the image can be pulled, 1: it can't."""
    body = {"image": parsed.image, "identity": parsed.identity, "address": parsed.address}
    answer = owner.ask(home, "/localcloud/explain-pull", body | _password(parsed))
    lines = [json.dumps(answer, indent=2)] if parsed.json else _told(answer)
    sys.stdout.write("\n".join(lines) + "\n")
    return 0 if answer["pullable"] else 1


def _password(parsed: argparse.Namespace) -> dict[str, str]:
    if parsed.password_stdin:
        return {"password": sys.stdin.read().rstrip("\n")}
    if parsed.password_file is None:
        return {}
    try:
        return {"password": parsed.password_file.read_text().rstrip("\n")}
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no text"
        raise NoPasswordFile(parsed.password_file, reason or "it can't be read") from None


def _told(answer: dict[str, Any]) -> list[str]:
    verdict = "can be pulled" if answer["pullable"] else "can't be pulled"
    problems = (f"  no   {found['cause']:<11}{found['message']}; fix: {found['fix']}" for found in answer["problems"])
    reasons = (f"  yes  {found['cause']:<11}{found['message']}" for found in answer["reasons"])
    return [f"{answer['image']} {verdict} as {answer['identity']}", *problems, *reasons]
