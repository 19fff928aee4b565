"""What can go wrong, as a tree; no message holds a password.

PromotionError
├── Misuse            the command line can't be meant so
├── SkopeoMissing     the program that copies is not here
├── PulumiMissing     the program that knows the stacks is not here
├── NotDeployed       a stack has no outputs
├── NotTested         a stack has tested no such image
├── Refused           a registry said no
│   ├── NoSuchImage   it has no such image
│   └── NotAllowed    it does not take the login
├── TargetTaken       the tag in the target is another image
└── DigestChanged     what arrived is not what was sent
"""

from __future__ import annotations

from collections.abc import Sequence


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


class PulumiMissing(PromotionError):
    """There is no pulumi on PATH."""

    def __init__(self) -> None:
        super().__init__("pulumi is not on PATH: it knows what stacks have tested; e.g. make promote, which has it")


class NotDeployed(PromotionError):
    """A stack whose outputs can't be read."""

    def __init__(self, stack: str, said: str) -> None:
        super().__init__(f"{stack} has no outputs to read ({said}); e.g. pulumi up --stack {stack}")


class NotTested(PromotionError):
    """A stack that has not seen working what another one needs.

    Attributes:
        images: Their names.
    """

    def __init__(self, stack: str, images: Sequence[str]) -> None:
        names = ", ".join(images)
        super().__init__(
            f"{stack} has tested no image of {names}: no update of it ended with them healthy; e.g. "
            f"pulumi up --stack {stack}"
        )
        self.images = tuple(images)


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
