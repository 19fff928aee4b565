"""The owner's requests to a control plane that listens."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from localcloud import owner
from localcloud.control.app import create_app
from localcloud.control.certificates import Certificates
from localcloud.control.listeners import Listeners, bind
from localcloud.environment import NotLoopback, NotServing
from localcloud.home import write_private

if TYPE_CHECKING:
    from tests.localcloud.harness import Plane


@pytest.fixture
def served(plane: Plane) -> Iterator[Plane]:
    """A control plane behind a socket, with the owner's token and endpoint where they are looked for."""
    home, loop = plane.cloud.home, asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    listeners, listening = Listeners(loop, Certificates(home.certificates)), bind("127.0.0.1", 0)
    port = listening.getsockname()[1]
    serving = listeners.start(create_app(plane.cloud), "127.0.0.1", port, listening)
    asyncio.run_coroutine_threadsafe(serving, loop).result(10)
    write_private(home.token_file, plane.cloud.tokens.owner())
    write_private(home.endpoint_file, json.dumps({"url": f"https://127.0.0.1:{port}", "pid": 1}))
    yield plane
    asyncio.run_coroutine_threadsafe(listeners.stop_all(), loop).result(10)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


def test_it_asks_and_sets(served: Plane) -> None:
    home = served.cloud.home
    assert owner.ask(home, "/localcloud/lag", {"roles": 30}) == {"roles": 30, "principals": 0, "steps": 0}
    assert owner.ask(home, "/localcloud/lag") == {"roles": 30, "principals": 0, "steps": 0}
    with pytest.raises(owner.Refused, match="InvalidKnob: 'roles' has to be a number of seconds"):
        owner.ask(home, "/localcloud/lag", {"roles": "x"})


def test_it_says_that_nobody_serves(served: Plane) -> None:
    home = served.cloud.home
    listening = bind("127.0.0.1", 0)
    write_private(home.endpoint_file, json.dumps({"url": f"https://127.0.0.1:{listening.getsockname()[1]}", "pid": 1}))
    listening.close()
    with pytest.raises(NotServing):
        owner.ask(home, "/localcloud/lag")


def test_the_token_leaves_this_machine_for_nobody(served: Plane) -> None:
    home = served.cloud.home
    write_private(home.endpoint_file, json.dumps({"url": "https://management.azure.com", "pid": 1}))
    with pytest.raises(NotLoopback):
        owner.ask(home, "/localcloud/lag")
