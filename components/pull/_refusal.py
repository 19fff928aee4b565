"""Why an image can't be pulled, and what helps."""

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import Enum

from .._component import Component
from .._errors import ComponentError


class Cause(str, Enum):
    """Why a pull is refused."""

    NO_SUCH_TAG = "no such tag"
    """The registry lets in whoever asks, and has no such image."""
    CREDENTIAL = "credential"
    """The login itself is refused: wrong, expired or removed; or none was given and one is needed."""
    NO_ROLE = "no role"
    """The login is good, and may not pull from this repository."""
    NETWORK = "network"
    """No usable answer: no connection, no trust, a firewall, or an error of the registry."""


_MEANING = {
    Cause.NO_SUCH_TAG: "the registry has no such image",
    Cause.CREDENTIAL: "the registry refuses the login: it is wrong, expired or removed, or none was given",
    Cause.NO_ROLE: "the login is good, but may not pull from this repository",
    Cause.NETWORK: "the registry gives no usable answer",
}
_FIX = {
    Cause.NO_SUCH_TAG: "build or push the image, or correct its name",
    Cause.CREDENTIAL: "pass a valid user name and password: those of ContainerRegistry with pull=service_principal, "
    "which a higher rotation makes anew",
    Cause.NO_ROLE: "grant AcrPull at the registry (Container Registry Repository Reader where it is in ABAC mode), or "
    "add the repository to the token's scope map; a role that was just granted takes minutes to arrive",
    Cause.NETWORK: "let this machine reach the registry: its name, its firewall, the proxy, the certificates that "
    "SSL_CERT_FILE names",
}


@dataclass(frozen=True)
class Refusal:
    """A pull that was refused.

    Attributes:
        cause: Why.
        detail: What the registry said, or what happened; without secrets.
        retry_after: Seconds that the registry asks to wait; 0 where it does not.
        lasting: True where waiting can't help.
    """

    cause: Cause
    detail: str
    retry_after: float = 0
    lasting: bool = False


class Refused(Exception):
    """Carries a refusal out of the client."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.detail)
        self.refusal = refusal


class PullRefused(ComponentError):
    """An image that its consumer could not pull; raised before the consumer is made or changed.

    Attributes:
        image: The image.
        cause: Why.
        fix: What helps.
    """

    def __init__(self, component: Component, name: str, image: str, refusal: Refusal) -> None:
        fix = _FIX[refusal.cause]
        sentence = f"{refusal.cause.value}: {_MEANING[refusal.cause]} ({refusal.detail}); e.g. {fix}"
        super().__init__(type(component).__name__, name, f"{image} can't be pulled: {sentence}")
        self.image = image
        self.cause = refusal.cause
        self.fix = fix


def retry_after(header: str | None) -> float:
    """Seconds of a Retry-After header, which holds seconds or a date; 0 for anything else."""
    if header is None:
        return 0
    if header.isdecimal():
        return float(header)
    try:
        return max(0.0, (parsedate_to_datetime(header) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return 0
