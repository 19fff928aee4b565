"""Registries that mean harm, or are broken in ways that a pull must survive: what is asked, and what is shown."""

from __future__ import annotations

import asyncio
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from azureml_scoring.pull._refusal import Cause, Refusal
from azureml_scoring.pull._registry_client import Login, try_pull
from azureml_scoring.rules import ImageReference

from tests.components.inputs import CANARY
from tests.components.pull.docker_registry import REPOSITORY, Registry, serving

PULLER = Login("puller", CANARY)


def refused(made: Registry) -> Refusal:
    """Why a registry refuses."""
    with serving(made) as host:
        return asked(host)


def asked(host: str) -> Refusal:
    """The refusal of the one repository."""
    refusal = asyncio.run(try_pull(ImageReference(host, REPOSITORY, "v1"), PULLER))
    assert refusal is not None
    return refusal


@pytest.mark.parametrize(
    "realm", ["https://[bad/token", "https://registry.example:port/token", "https://\u2100.example"]
)
def test_a_place_to_log_in_that_is_no_address_is_refused(realm: str) -> None:
    made = Registry(realm=realm)
    refusal = refused(made)
    assert refusal.cause is Cause.NETWORK
    assert set(made.authorizations) == {""}


def test_a_registry_that_repeats_the_login_does_not_make_us_show_it() -> None:
    header = PULLER.header.partition(" ")[2]
    body = json.dumps({"errors": [{"code": "DENIED", "message": f"no right for Basic {header}"}]})
    assert header not in refused(Registry(answers={"/token": [(403, {}, body)]})).detail


def test_a_registry_that_never_ends_its_answer_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("azureml_scoring.pull._registry_client._LONGEST_TRY", 0.5)
    ended = threading.Event()

    class Dripping(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            while not ended.wait(0.05):
                self.wfile.write(b" ")

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Dripping) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,)).start()
        refusal = asked(f"127.0.0.1:{server.server_port}")
        ended.set()
        server.shutdown()
    assert refusal == Refusal(Cause.NETWORK, "gave no whole answer within 0 s")
