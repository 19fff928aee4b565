"""A promotion: what a name means is looked up once, copied by its digest, and held against what arrived."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tools.promote.errors import DigestChanged, NoSuchImage, TargetTaken

if TYPE_CHECKING:
    from collections.abc import Callable

    from azureml_scoring.rules import ImageReference

    from tools.promote.skopeo import Side, Skopeo


@dataclass(frozen=True)
class Promotion:
    """One image that goes from one registry to another.

    Attributes:
        skopeo: What copies.
        source: The image, by a tag or a digest.
        target: Its name in the other registry; without a tag it is there by its digest alone.
        say: Tells what is done.
        force: Whether a tag of the target that means another image is moved.
        dry_run: Whether everything is looked up and nothing copied.
    """

    skopeo: Skopeo
    source: Side
    target: Side
    say: Callable[[str], None]
    force: bool = False
    dry_run: bool = False

    def run(self) -> ImageReference:
        """Does it; the image in the target, by its digest.

        Raises:
            PromotionError: It can't be done; the tag in the target is what it was, unless it is DigestChanged.
        """
        digest = self.skopeo.digest(self.source, self.source.image)
        pinned, arrived = self.source.image.with_digest(digest), self.target.image.with_digest(digest)
        self.say(f"{self.source.image} is {digest}")
        before = self._before(digest)
        if before == digest:
            self.say(f"{self.target.image} is the same image already: nothing to copy")
            return arrived
        if before is not None and not self.force:
            raise TargetTaken(str(self.target.image), before)
        if self.dry_run:
            moved = f", and its tag is moved from {before}" if before else ""
            self.say(f"{self.target.image} would get it{moved}: nothing is copied (--dry-run)")
            return arrived
        self.skopeo.copy(self.source, pinned, replace(self.target, image=self._place(digest)))
        self._check(digest)
        self.say(f"{arrived} has arrived with its digest")
        return arrived

    def _place(self, digest: str) -> ImageReference:
        """Where the copy goes: to the tag, else to the digest."""
        return self.target.image if self.target.image.tag else self.target.image.with_digest(digest)

    def _before(self, digest: str) -> str | None:
        """What the target's name means now; None where it means nothing."""
        try:
            return self.skopeo.digest(self.target, self._place(digest))
        except NoSuchImage:
            return None

    def _check(self, digest: str) -> None:
        found = self.skopeo.digest(self.target, self._place(digest))
        if found != digest:
            raise DigestChanged(str(self.target.image), digest, found)
