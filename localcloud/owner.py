"""The owner's requests to a control plane that runs: what the command line sets and asks."""

from __future__ import annotations

import json
import ssl
import urllib.error
import urllib.request
from typing import TYPE_CHECKING, Any

from localcloud.environment import NotServing, require_loopback
from localcloud.lifecycle import LifecycleError

if TYPE_CHECKING:
    from localcloud.home import Home

_TIMEOUT_SECONDS = 60.0


class Refused(LifecycleError):
    """The control plane does not do what it was asked for; its own sentence."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.status = status


def ask(home: Home, path: str, body: dict[str, Any] | None = None) -> Any:
    """The answer to a GET, or with a body to a POST, of the owner.

    Args:
        home: The localcloud's folder.
        path: Such as `/localcloud/clock`, with its query.
        body: A JSON object.

    Raises:
        NotServing: The control plane does not run.
        NotLoopback: Its address is not on this machine.
        Refused: It answers with an error.
    """
    endpoint = home.endpoint()
    if endpoint is None:
        raise NotServing(home)
    require_loopback(endpoint["url"])
    headers = {"Authorization": f"Bearer {home.token_file.read_text()}", "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(endpoint["url"] + path, data, headers)  # noqa: S310 - https on loopback, checked
    opener = urllib.request.build_opener(
        urllib.request.ProxyHandler({}),
        urllib.request.HTTPSHandler(context=ssl.create_default_context(cafile=home.ca_certificate)),
    )
    try:
        with opener.open(request, timeout=_TIMEOUT_SECONDS) as response:
            return json.load(response)
    except urllib.error.HTTPError as error:
        with error:
            found = json.load(error)["error"]
        raise Refused(error.code, found["code"], found["message"]) from None
    except OSError:
        raise NotServing(home) from None
