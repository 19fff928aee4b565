"""`python -m tools.promote stack`: an environment's lock file gets the images that another one has tested."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from azureml_scoring.rules import ImageReference

from stacks.lock import configuration, lock_path, needed_images, read_lock, tested_images, write_lock
from tools.promote.errors import Misuse, NotDeployed, NotTested, PulumiMissing
from tools.promote.promotion import Promotion
from tools.promote.skopeo import Side, Skopeo

if TYPE_CHECKING:
    from collections.abc import Callable

_NAMESPACE = "azureml-scoring:"
_TIMEOUT = 120
"""Seconds that a question to pulumi may take."""

EPILOG = """\
Every image that the target needs and the source has tested last is written to stacks/images/<target>.yaml, by its
digest; commit that file with the change that it is. Where the target has a registry of its own, images are copied there
first, with their digests, by skopeo. Nothing is deployed: that is `pulumi up --stack <target>`, which refuses digests
that the source has not tested.

One line for each image is on standard output; everything else is on standard error.

logins (for copies only):
  --source-user and --target-user take their passwords from PROMOTE_SOURCE_PASSWORD and PROMOTE_TARGET_PASSWORD;
  without them a registry is asked as skopeo does (`skopeo login`, `docker login`, `az acr login`), or as nobody.

examples:
  make promote FROM=dev TO=staging
  python -m tools.promote stack --from dev --to staging --dry-run
  python -m tools.promote stack --from dev --to staging --registry contosostaging.azurecr.io
"""


@dataclass(frozen=True)
class Options:
    """What the command line says.

    Attributes:
        source: The stack whose images are tested.
        target: The stack that gets them.
        registry: Host of the target's own registry; empty for the one that it has, or shares.
        logins: User name and password at the source's and at the target's registry; empty for skopeo's own.
        dry_run: Whether nothing is copied and written.
        force: Whether a tag in the target's registry that means another image is moved.
    """

    source: str
    target: str
    registry: str
    logins: tuple[tuple[str, str], tuple[str, str]]
    dry_run: bool
    force: bool


def parser() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.promote stack",
        description="Gives an environment the images that another one has tested, by digest.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--from", dest="source", required=True, metavar="STACK", help="the stack that has tested them")
    parser.add_argument("--to", dest="target", required=True, metavar="STACK", help="the stack that gets them")
    parser.add_argument("--registry", default="", metavar="HOST", help="the target's own registry, before its first up")
    parser.add_argument("--source-user", default="", metavar="NAME", help="who pulls, such as a service principal")
    parser.add_argument("--target-user", default="", metavar="NAME", help="who pushes")
    parser.add_argument("--force", action="store_true", help="move a tag in that registry where it is another image")
    parser.add_argument("--dry-run", action="store_true", help="show what would change; copy and write nothing")
    return parser


def promote_stack(options: Options, show: Callable[[str], None], say: Callable[[str], None]) -> None:
    """Writes the lock file of the target.

    Args:
        options: What is asked for.
        show: Takes a line for each image.
        say: Takes what is done.

    Raises:
        PromotionError: It can't be done; the lock file is what it was.
    """
    config = _config(options)
    outputs = _outputs(options.source) or {}
    needed, tested = needed_images(config.get("services")), tested_images(outputs)
    if missing := sorted(name for name in needed if not tested.get(name)):
        raise NotTested(options.source, missing)
    newest = {name: tested[name][0] for name in sorted(needed)}
    host, login_server = _own_registry(options, config, outputs), outputs.get("login_server")
    copied = {name: _at(image, host) for name, image in newest.items() if host and image.domain == login_server}
    images = {name: str(image) for name, image in {**newest, **copied}.items()}
    lock, _ = read_lock(options.target)
    for line in changes(lock.images if lock else {}, images, needed):
        show(line)
    for name, copy in copied.items():
        _copy(options, newest[name], copy, say)
    if options.dry_run:
        say(f"{lock_path(options.target)} is as it was (--dry-run)")
        return
    write_lock(options.target, options.source, images)
    say(f"{lock_path(options.target)} is written: commit it, then `pulumi up --stack {options.target}`")


def changes(before: Mapping[str, str], after: Mapping[str, str], kinds: Mapping[str, str]) -> list[str]:
    """A line for each image of a lock file: what it is, and what becomes of it.

    Args:
        before: The images of the old file, by name.
        after: Those of the new one.
        kinds: What each image is.
    """
    lines = []
    for name, image in after.items():
        old, new = before.get(name), ImageReference.parse(image)
        title = f"{name} ({kinds[name]})"
        if old and _digest(old) == new.digest:
            lines.append(f"{title}: unchanged {new.digest}  {image}")
        else:
            lines.append(f"{title}: {_digest(old) if old else 'new'} -> {new.digest}  {image}")
    lines += [f"{name}: {_digest(old)} -> gone" for name, old in before.items() if name not in after]
    return lines


def _digest(image: str) -> str:
    return image.rpartition("@")[2]


def _config(options: Options) -> dict[str, Any]:
    """The target's configuration below our namespace; raises Misuse where it says something else than the command."""
    path = configuration(options.target)
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
        config = {key.removeprefix(_NAMESPACE): value for key, value in document["config"].items()}
    except FileNotFoundError:
        raise Misuse("--to", f"must be a stack that has a configuration, {path}", options.target, "staging") from None
    except (OSError, UnicodeDecodeError, yaml.YAMLError, LookupError, TypeError, AttributeError) as error:
        raise Misuse(
            "--to", f"must have a configuration that can be read ({error})", str(path), "config: ..."
        ) from None
    promotion = config.get("promotion")
    source = promotion.get("from") if isinstance(promotion, dict) else None
    if source != options.source:
        fix = f"azureml-scoring:promotion: {{from: {options.source}}} in {path}"
        raise Misuse("--from", f"must be what {path} says of promotion", repr(source), fix)
    return config


def _own_registry(options: Options, config: Mapping[str, Any], outputs: Mapping[str, Any]) -> str:
    """Host of the registry that images are copied to; empty where the stacks share one."""
    registry = config.get("registry")
    registry_id = registry.get("containerRegistryId") if isinstance(registry, dict) else None
    if str(registry_id).lower() == str(outputs.get("registry_id")).lower():
        return ""
    host = options.registry or str((_outputs(options.target, required=False) or {}).get("login_server") or "")
    if not host:
        rule = f"is required: {options.target} has another registry than {options.source}, and has not been deployed"
        raise Misuse("--registry", rule, "nothing", "contosostaging.azurecr.io")
    return host


def _at(image: ImageReference, host: str) -> ImageReference:
    """The same image at another host."""
    return ImageReference.parse(f"{host}{str(image).removeprefix(image.domain)}")


def _copy(options: Options, source: ImageReference, target: ImageReference, say: Callable[[str], None]) -> None:
    """Copies an image with its digest; to its tag, as a registry may delete what has none."""
    (source_login, target_login) = options.logins
    place = ImageReference.parse(str(target).partition("@")[0])
    with tempfile.TemporaryDirectory(prefix="promote-") as folder:
        Promotion(
            Skopeo(Path(folder)),
            Side("source", source, *source_login),
            Side("target", place if place.tag else target, *target_login),
            say,
            force=options.force,
            dry_run=options.dry_run,
        ).run()


def _outputs(stack: str, *, required: bool = True) -> dict[str, Any] | None:
    """What a stack has put out, without its secrets; raises NotDeployed where it is required and there is none."""
    done = _pulumi(["stack", "output", "--json", "--non-interactive", "--stack", stack])
    if done.returncode != 0:
        if required:
            raise NotDeployed(stack, " ".join(done.stderr.split()))
        return None
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _pulumi(arguments: Sequence[str]) -> subprocess.CompletedProcess[str]:
    program = shutil.which("pulumi")
    if program is None:
        raise PulumiMissing
    # Its errors are read: no colours.
    environment = {**os.environ, "NO_COLOR": "1"}
    command = [program, *arguments]
    try:
        return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=_TIMEOUT, check=False)
    except subprocess.TimeoutExpired:
        said = f"pulumi was not done after {_TIMEOUT} s"
        return subprocess.CompletedProcess(command, 1, "", said)
