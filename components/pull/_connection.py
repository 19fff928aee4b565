"""What a connection to a registry that failed tells."""

import ipaddress
import ssl
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx

from ._refusal import Cause, Refusal


def is_loopback(netloc: str) -> bool:
    """Whether a host, with or without a port, is this machine by its name alone."""
    host = urlsplit(f"//{netloc}").hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _causes(error: BaseException) -> Iterator[BaseException]:
    current: BaseException | None = error
    while current is not None:
        yield current
        current = current.__cause__ or current.__context__


def is_plain(error: httpx.ConnectError) -> bool:
    """Whether a server answered that does not speak TLS."""
    tls = [cause for cause in _causes(error) if isinstance(cause, ssl.SSLError)]
    return bool(tls) and not any(isinstance(cause, ssl.SSLCertVerificationError) for cause in tls)


def unreachable(error: Exception) -> Refusal:
    """Why no answer came: no trust, or no connection."""
    untrusted = [cause for cause in _causes(error) if isinstance(cause, ssl.SSLCertVerificationError)]
    if untrusted:
        detail = f"has a certificate that is not trusted here: {untrusted[0].verify_message}"
        return Refusal(Cause.NETWORK, detail, lasting=True)
    return Refusal(Cause.NETWORK, f"can't be reached: {type(error).__name__} {error}".strip())
