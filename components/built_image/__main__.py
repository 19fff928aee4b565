"""`python -m azureml_scoring.built_image <reference>`: asks an image what is in it."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from .._image_report import ImageFiles
from ..rules.base_image import Severity
from .asking import ask_image
from .errors import NotAsked

if TYPE_CHECKING:
    from ..rules import Report

_FOUND, _USAGE, _NOT_ASKED = 1, 2, 3
_DESCRIPTION = """\
Asks an image for its Ubuntu, conda, Python and packages: the Docker engine of DOCKER_HOST, else of the default socket,
runs one container of it without network and without a writable disk, and removes it. An image that the engine does not
have is pulled with what `docker login` has left. With --context the answer is compared with the Dockerfile's."""
_CODES = """\
exit codes:
  0  the image meets what Azure ML asks of a base image, and is what its Dockerfile says
  1  it falls short, or is not what its Dockerfile says
  2  the arguments are wrong, or a file can't be read or written
  3  the image could not be asked: no engine answers, it can't be pulled, it does not run"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Ask, and print the answer.

    Args:
        arguments: What stands on the command line; None for this program's own.

    Returns:
        The exit code.
    """
    given = _parser().parse_args(arguments)
    try:
        report = _report(given)
        judgement = ask_image(
            given.reference, report, datasets=given.datasets, platform=given.platform, packages=given.packages
        )
    except NotAsked as error:
        return _failed(_NOT_ASKED, f"{given.reference} was not asked: {error}")
    except OSError as error:
        return _failed(_USAGE, str(error))
    sys.stdout.write("".join(f"{line}\n" for line in judgement.lines()))
    if given.packages is not None:
        sys.stdout.write(f"the list of packages is in {given.packages}\n")
    return _FOUND if any(one.severity is not Severity.UNKNOWN for one in judgement.findings) else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m azureml_scoring.built_image",
        description=_DESCRIPTION,
        epilog=_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("reference", help="the image, best by its digest: contoso.azurecr.io/base@sha256:...")
    parser.add_argument("--context", type=Path, help="folder of the Dockerfile that it was built from")
    parser.add_argument("--dockerfile", help="path of the Dockerfile in that folder (default: Dockerfile)")
    parser.add_argument("--build-arg", action="append", default=[], metavar="NAME=VALUE", help="as it was built with")
    parser.add_argument("--stage", help="stage of the Dockerfile that was built (default: the last one)")
    parser.add_argument("--datasets", action="store_true", help="the image is to mount datasets: ask for libfuse-dev")
    parser.add_argument("--platform", help="such as linux/arm64 (default: the engine's own)")
    parser.add_argument("--packages", type=Path, metavar="FILE", help="write the packages as CycloneDX JSON")
    return parser


def _report(given: argparse.Namespace) -> Report | None:
    """The report on the Dockerfile; None where none is named. Raises OSError where it can't be read."""
    if given.context is None:
        if given.dockerfile or given.build_arg or given.stage:
            raise OSError("--dockerfile, --build-arg and --stage need --context, the folder of the Dockerfile")
        return None
    arguments = dict(argument.partition("=")[::2] for argument in given.build_arg)
    args = {"context": str(given.context), "build_arguments": arguments, "uses_datasets": given.datasets}
    args |= {key: value for key in ("dockerfile", "stage") if (value := getattr(given, key))}
    files = ImageFiles()
    files.args = args
    if files.report is None:
        raise FileNotFoundError(f"{given.context / (given.dockerfile or 'Dockerfile')} can't be read")
    return files.report


def _failed(code: int, message: str) -> int:
    sys.stderr.write(f"{message}\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
