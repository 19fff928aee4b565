"""Inside a container, addresses are the container's; on the host, they are where it is published."""

# ruff: noqa: S104 - all addresses is what gets translated, or refused
from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from localcloud.runtime.network import GUEST, guest_environment

Address = tuple[str, int]


class Inside:
    """Runs Python programs as a container's processes would be."""

    def __init__(self, notes: Path, address: Address) -> None:
        self.notes = notes
        self.address = address
        self.environment = {"PYTHONPATH": str(GUEST), **guest_environment({5001: address}, notes)}

    def run(self, program: str) -> object:
        """What the program prints, read as JSON."""
        command = [sys.executable, "-c", f"import json, socket\n{program}"]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False, timeout=20)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)


@pytest.fixture
def inside(tmp_path: Path, address: Address) -> Inside:
    (tmp_path / "network").mkdir()
    return Inside(tmp_path / "network", address)


@pytest.mark.parametrize("host", ["", "0.0.0.0"])
def test_a_published_port_is_bound_where_it_is_published(inside: Inside, host: str) -> None:
    found = inside.run(f"s = socket.create_server(({host!r}, 5001)); print(json.dumps(s.getsockname()))")
    assert found == list(inside.address)


def test_an_ipv6_server_is_reached_through_ipv4(inside: Inside) -> None:
    found = inside.run(
        "s = socket.create_server(('::', 5001), family=socket.AF_INET6, dualstack_ipv6=True)\n"
        f"c = socket.create_connection({inside.address!r}); print(json.dumps(c.getpeername()))"
    )
    assert found == list(inside.address)


@pytest.mark.parametrize("host", ["0.0.0.0", "127.0.0.1"])
def test_other_ports_get_a_free_one_on_loopback_and_are_found(inside: Inside, host: str) -> None:
    found = inside.run(
        f"s = socket.create_server(({host!r}, 80))\n"
        "c = socket.create_connection(('localhost', 80)); print(json.dumps([s.getsockname(), c.getpeername()]))"
    )
    assert isinstance(found, list)
    bound, reached = found
    assert bound == reached
    assert bound[0] == "127.0.0.1"
    assert bound[1] != 80
    assert (inside.notes / "80").read_text() == f"127.0.0.1 {bound[1]}"


def test_loopback_of_the_container_is_not_published(inside: Inside) -> None:
    found = inside.run("s = socket.create_server(('127.0.0.1', 5001)); print(json.dumps(s.getsockname()))")
    assert isinstance(found, list)
    assert tuple(found) != inside.address


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0.0.0.0", "::1"])
@pytest.mark.parametrize("call", ["socket.create_connection(WHERE)", "connect_ex(WHERE)"])
def test_another_process_reaches_the_published_port(inside: Inside, host: str, call: str) -> None:
    found = inside.run(
        "import subprocess, sys\n"
        "s = socket.create_server(('0.0.0.0', 5001))\n"
        "def connect_ex(where):\n"
        "    c = socket.socket(socket.AF_INET6 if ':' in where[0] else socket.AF_INET)\n"
        "    assert c.connect_ex(where) == 0\n"
        "    return c\n"
        f"c = {call.replace('WHERE', repr((host, 5001)))}\n"
        "print(json.dumps(c.getpeername()[:2]))"
    )
    assert isinstance(found, list)
    assert (found[0].replace("::ffff:", ""), found[1]) == inside.address


def test_other_addresses_are_left_alone(inside: Inside, address: Address) -> None:
    found = inside.run(
        f"s = socket.create_server(('0.0.0.0', 5001)); c = socket.create_connection({address!r})\n"
        "u = socket.socket(type=socket.SOCK_DGRAM); u.bind(('0.0.0.0', 0))\n"
        "print(json.dumps([c.getpeername(), u.getsockname()[0]]))"
    )
    assert found == [list(address), "0.0.0.0"]


def test_asyncio_serves_on_all_addresses(inside: Inside) -> None:
    found = inside.run(
        "import asyncio\n"
        "async def main():\n"
        "    server = await asyncio.start_server(lambda r, w: w.close(), None, 5001)\n"
        "    await asyncio.open_connection('localhost', 5001)\n"
        "    return [s.getsockname()[:2] for s in server.sockets]\n"
        "print(json.dumps(asyncio.run(main())))"
    )
    assert isinstance(found, list)
    assert list(inside.address) in found
    assert {address for address, _ in found} <= {inside.address[0], "::1"}


def test_http_server_and_urllib(inside: Inside) -> None:
    found = inside.run(
        "import http.server, threading, urllib.request\n"
        "class Handler(http.server.BaseHTTPRequestHandler):\n"
        "    def do_GET(self): self.send_response(204); self.end_headers()\n"
        "    def log_message(self, *_): pass\n"
        "server = http.server.ThreadingHTTPServer(('', 5001), Handler)\n"
        "threading.Thread(target=server.serve_forever, daemon=True).start()\n"
        "print(json.dumps(urllib.request.urlopen('http://127.0.0.1:5001/').status))"
    )
    assert found == 204


def test_a_hidden_sitecustomize_still_runs(inside: Inside, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "sitecustomize.py").write_text("import builtins; builtins.chained = True")
    inside.environment["PYTHONPATH"] += f":{tmp_path / 'other'}"
    found = inside.run(
        "import sys; s = socket.create_server(('', 5001))\n"
        "print(json.dumps([chained, s.getsockname(), sys.modules['sitecustomize'].__file__]))"
    )
    assert found == [True, list(inside.address), str(tmp_path / "other" / "sitecustomize.py")]


def test_without_the_variable_nothing_changes(inside: Inside, address: Address) -> None:
    del inside.environment["LOCALCLOUD_PORTS"]
    found = inside.run(
        f"s = socket.create_server({address!r}); print(json.dumps([s.getsockname(), 'bind' in vars(socket.socket)]))"
    )
    assert found == [list(address), False]
