"""skopeo, as far as a promotion needs it: what a tag is, and a copy that changes no byte of a manifest."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import shutil
import subprocess
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tools.promote.errors import NoSuchImage, NotAllowed, Refused, SkopeoMissing

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from azureml_scoring.rules import ImageReference

_LOOK, _COPY = 120, 4 * 3600
"""Seconds that a look at a manifest and a copy may take."""
_ABSENT = re.compile(
    "manifest unknown|manifest tagged by|name unknown|repository name not known|not found", re.IGNORECASE
)
_DENIED = re.compile("unauthorized|authentication required|access.* denied|denied:|invalid username", re.IGNORECASE)
_FIREWALL = re.compile("is not allowed access|aka.ms/acr/firewall", re.IGNORECASE)
_PREFIX = re.compile(r'^time="[^"]*" level=\w+ msg=')
_OWN = 0o600


@dataclass(frozen=True)
class Side:
    """One end of a promotion.

    Attributes:
        word: `source` or `target`.
        image: Where it is.
        username: Who logs in; empty for a login that skopeo has of its own, or for nobody.
        password: That user's.
    """

    word: str
    image: ImageReference
    username: str = ""
    password: str = field(default="", repr=False)


class Skopeo:
    """Runs skopeo. Logins go to it in files that only this user can read, which are gone with `folder`.

    Args:
        folder: A folder of this user's own for them.

    Raises:
        SkopeoMissing: It is not on PATH.
    """

    def __init__(self, folder: Path) -> None:
        found = shutil.which("skopeo")
        if found is None:
            raise SkopeoMissing
        self._program = found
        self._folder = folder

    def digest(self, side: Side, image: ImageReference) -> str:
        """The digest of the manifest or index that a name means now, counted from its bytes.

        Raises:
            NoSuchImage, NotAllowed, Refused: The registry does not hand it out.
        """
        manifest = self._run(["inspect", "--raw", *self._login(side, "--authfile"), _address(image)], side, _LOOK)
        return f"sha256:{hashlib.sha256(manifest).hexdigest()}"

    def copy(self, source: Side, pinned: ImageReference, target: Side) -> None:
        """Copies all platforms of an image, manifests as they are.

        Args:
            source: Where it is.
            pinned: The image by its digest.
            target: Where it goes.

        Raises:
            NotAllowed, Refused: A registry does not take part.
        """
        logins = [*self._login(source, "--src-authfile"), *self._login(target, "--dest-authfile")]
        addresses = [_address(pinned), _address(target.image)]
        self._run(["copy", "--all", "--preserve-digests", "--quiet", *logins, *addresses], target, _COPY)

    def _login(self, side: Side, option: str) -> list[str]:
        if not side.username:
            return []
        path = self._folder / f"{side.word}.json"
        if not path.exists():
            login = base64.b64encode(f"{side.username}:{side.password}".encode()).decode()
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWN), "w") as file:
                json.dump({"auths": {side.image.domain: {"auth": login}}}, file)
        return [option, str(path)]

    def _run(self, arguments: Sequence[str], side: Side, timeout: int) -> bytes:
        """What skopeo writes; its failure as an error that names the cause."""
        try:
            done = subprocess.run(
                [self._program, *arguments], capture_output=True, timeout=timeout, check=False, stdin=subprocess.DEVNULL
            )
        except subprocess.TimeoutExpired:
            raise Refused(str(side.image), f"skopeo {arguments[0]} was not done after {timeout} s") from None
        if done.returncode == 0:
            return done.stdout
        said = done.stderr.decode(errors="replace")
        # Denied first: a registry that hides what it has says "not found" of a token beside it.
        if _DENIED.search(said) and not _FIREWALL.search(said):
            raise NotAllowed(str(side.image), side.word)
        if _ABSENT.search(said):
            raise NoSuchImage(str(side.image))
        raise Refused(str(side.image), _last(said, side.password))


def _address(image: ImageReference) -> str:
    """What skopeo calls an image; by its digest alone where it has one, as it takes no tag beside that."""
    return f"docker://{image.repository}@{image.digest}" if image.digest else f"docker://{image}"


def _last(said: str, password: str) -> str:
    """The end of what skopeo said, without its time-stamps and without the password, should it repeat it."""
    lines = [_PREFIX.sub("", line).strip('"') for line in said.splitlines() if line.strip()]
    text = lines[-1] if lines else "skopeo failed and said nothing"
    return text.replace(password, "***") if password else text
