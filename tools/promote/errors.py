"""What can go wrong, as a tree; no message holds a password.

PromotionError
├── Misuse            the command line can't be meant so
├── SkopeoMissing     the program that copies is not here
├── Refused           a registry said no
│   ├── NoSuchImage   it has no such image
│   └── NotAllowed    it does not take the login
├── TargetTaken       the tag in the target is another image
└── DigestChanged     what arrived is not what was sent
"""

from __future__ import annotations


class PromotionError(Exception):
    """Whatever a person has to see."""


class Misuse(PromotionError):
    """A command line that can't be meant so: `<subject> <rule>; got <value>; e.g. <fix>`."""

    def __init__(self, subject: str, rule: str, value: str, fix: str) -> None:
        super().__init__(f"{subject} {rule}; got {value}; e.g. {fix}")


class SkopeoMissing(PromotionError):
    """There is no skopeo on PATH."""

    def __init__(self) -> None:
        super().__init__("skopeo is not on PATH: it copies the image; e.g. apt-get install skopeo, brew install skopeo")


class Refused(PromotionError):
    """A registry, or the way to it, refused.

    Attributes:
        image: What was asked for.
    """

    def __init__(self, image: str, reason: str) -> None:
        super().__init__(f"{image}: {reason}")
        self.image = image


class NoSuchImage(Refused):
    """The registry has no such tag, digest or repository."""

    def __init__(self, image: str) -> None:
        super().__init__(image, "the registry has no such image; name a tag or digest that `skopeo list-tags` shows")


class NotAllowed(Refused):
    """The registry does not take the login, or it has no right to this repository."""

    def __init__(self, image: str, side: str) -> None:
        reason = (
            "the registry refuses the login, or the login has no right to this repository: the source takes AcrPull, "
            f"the target AcrPush; give one with --{side}-user and PROMOTE_{side.upper()}_PASSWORD, or `skopeo login`"
        )
        super().__init__(image, reason)


class TargetTaken(PromotionError):
    """The tag is there and means another image; as `az acr import`, nothing is taken away unasked."""

    def __init__(self, target: str, digest: str) -> None:
        super().__init__(f"{target} is there already and is {digest}: --force moves the tag, another tag leaves it")


class DigestChanged(PromotionError):
    """The target has another manifest than the source."""

    def __init__(self, target: str, digest: str, found: str) -> None:
        super().__init__(f"{target} should be {digest} and is {found}: don't deploy it")
