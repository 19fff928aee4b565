"""The port of a local service: free, or held by the very service that is deployed to it."""

import json
import re
import socket
import urllib.error
import urllib.request

from .problem import Problem

__all__ = ["LOCAL_HOST", "check_local_port"]

LOCAL_HOST = "127.0.0.1"
"""Where a local service listens: on this machine only."""

_LAST_PORT = 65535
_REALM = re.compile(r'Bearer realm="(?P<name>[^"]+)"')
_TIMEOUT = 5.0
"""Seconds to wait for whoever holds the port."""


def check_local_port(port: int, service: str, subject: str) -> list[Problem]:
    """Check that a service can have its port.

    A service tells its name in `/swagger.json`, or, to who has no key, as the realm that a key is required for; so the
    second deployment of a service knows its own container.

    Args:
        port: TCP port on 127.0.0.1.
        service: Name of the service that wants it.
        subject: What the problem is said of, e.g. `local.port`.
    """
    if not 1 <= port <= _LAST_PORT:
        return [Problem(subject, "must be a TCP port from 1 to 65535", port, "8890")]
    if _is_free(port) or _service_at(port) == service:
        return []
    fix = "another port, such as 8891, or end the program that listens there"
    return [Problem(subject, f"must be free on {LOCAL_HOST}, but another program listens on it", port, fix)]


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOCAL_HOST, port))
        except OSError:
            return False
    return True


def _service_at(port: int) -> str | None:
    """The name that a scoring service on the port gives itself; None for any other program."""
    url = f"http://{LOCAL_HOST}:{port}/swagger.json"
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=_TIMEOUT) as answer:
            title = json.load(answer)["info"]["title"]
    except urllib.error.HTTPError as refused:
        realm = _REALM.fullmatch(refused.headers.get("WWW-Authenticate", ""))
        return realm["name"] if realm else None
    except (OSError, ValueError, LookupError, TypeError):
        return None
    return title if isinstance(title, str) else None
