"""The port of a local service: who may hold it."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from azureml_scoring.rules.local_port import LOCAL_HOST, check_local_port


class _Swagger(BaseHTTPRequestHandler):
    realm: str | None = None

    def do_GET(self) -> None:
        if self.realm:
            self.send_response(401)
            self.send_header("WWW-Authenticate", f'Bearer realm="{self.realm}"')
            self.end_headers()
            return
        body = json.dumps({"info": {"title": "diabetes"}}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's own name
        """Keep the test's output clean."""


@pytest.fixture
def served_port() -> Iterator[int]:
    with HTTPServer((LOCAL_HOST, 0), _Swagger) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOCAL_HOST, 0))
        return int(probe.getsockname()[1])


def test_a_free_port_passes() -> None:
    assert check_local_port(free_port(), "diabetes", "local.port") == []


@pytest.mark.parametrize("port", [0, -1, 65536])
def test_no_port_at_all(port: int) -> None:
    (problem,) = check_local_port(port, "diabetes", "local.port")
    assert str(problem) == f"local.port must be a TCP port from 1 to 65535; got {port}; e.g. 8890"


def test_the_service_itself_may_hold_its_port(served_port: int) -> None:
    assert check_local_port(served_port, "diabetes", "local.port") == []
    (problem,) = check_local_port(served_port, "another", "local.port")
    assert "another program listens on it" in problem.rule
    assert problem.value == served_port


@pytest.mark.parametrize(("realm", "own"), [("diabetes", True), ("another", False)])
def test_a_service_behind_keys_is_known_by_its_realm(
    served_port: int, monkeypatch: pytest.MonkeyPatch, realm: str, *, own: bool
) -> None:
    monkeypatch.setattr(_Swagger, "realm", realm)
    assert (check_local_port(served_port, "diabetes", "local.port") == []) == own


def test_a_program_that_closes_at_once_is_another_program() -> None:
    with socket.create_server((LOCAL_HOST, 0)) as listener:

        def hang_up() -> None:
            connection, _ = listener.accept()
            connection.close()

        thread = threading.Thread(target=hang_up)
        thread.start()
        assert len(check_local_port(listener.getsockname()[1], "diabetes", "local.port")) == 1
        thread.join()
