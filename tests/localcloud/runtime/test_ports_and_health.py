"""Ports that a container publishes, and its health."""

from __future__ import annotations

import errno
import socket
from typing import Any

import pytest

from localcloud.runtime.errors import PortAllocated, StartFailed
from localcloud.runtime.process import ProcessRuntime
from localcloud.runtime.spec import HealthCheck, HttpGet
from tests.localcloud.runtime.programs import FOREVER, SERVER, answers


def test_ports_are_the_containers_alone(runtime: ProcessRuntime, python_spec: Any, wait: Any, address: Any) -> None:
    runtime.start(python_spec(SERVER, ports={5001: address}))
    wait(lambda: answers(address))
    with pytest.raises(PortAllocated, match=f"on endpoint other: Bind for {address[0]}:{address[1]} failed"):
        runtime.start(python_spec(SERVER, id="c2", name="other", ports={5001: address}))
    assert runtime.state("c2").status == "exited"
    assert "port is already allocated" in runtime.logs("c2")
    assert "port is already allocated" in str(runtime.state("c2").error)
    with pytest.raises(StartFailed, match="it was never ready to be started"):
        runtime.restart("c2")
    runtime.stop("c1")
    runtime.start(python_spec(SERVER, id="c2", ports={5001: address}))
    wait(lambda: answers(address))


def test_a_port_is_taken_before_the_container_listens(runtime: ProcessRuntime, python_spec: Any, address: Any) -> None:
    runtime.start(python_spec(FOREVER, ports={5001: address}))
    with pytest.raises(PortAllocated):
        runtime.start(python_spec(FOREVER, id="c2", ports={5001: address}))
    runtime.restart("c1")


def test_it_listens_on_its_address_only(runtime: ProcessRuntime, python_spec: Any, wait: Any, address: Any) -> None:
    runtime.start(python_spec(SERVER, ports={5001: address}))
    wait(lambda: answers(address))
    with socket.socket() as other:
        assert other.connect_ex(("127.0.0.1", address[1])) == errno.ECONNREFUSED


ASK = "import urllib.request as u; u.urlopen('http://HOST:5001/', timeout=9)"


@pytest.mark.parametrize(
    "check",
    [
        {"command": ("CMD", "python", "-c", ASK.replace("HOST", "127.0.0.1"))},
        {"command": ("CMD-SHELL", f'python -c "{ASK.replace("HOST", "localhost")}" || exit 1')},
        {"http": HttpGet("/", 5001)},
        {"http": HttpGet("/", 5002)},
    ],
)
def test_health(runtime: ProcessRuntime, python_spec: Any, wait: Any, address: Any, check: dict[str, Any]) -> None:
    program = SERVER if check.get("http") != HttpGet("/", 5002) else SERVER.replace("5001", "5002")
    health = HealthCheck(**check, interval=0.3, retries=2, timeout=10)
    runtime.start(python_spec(f"import time; time.sleep(0.3)\n{program}", ports={5001: address}, health=health))
    assert runtime.state("c1").health == "starting"
    wait(lambda: runtime.state("c1").health == "healthy")
    broken = runtime._containers / "c1" / "rootfs" / "app" / "broken"
    broken.touch()
    wait(lambda: runtime.state("c1").health == "unhealthy")
    assert "500" in runtime.state("c1").health_output
    broken.unlink()
    wait(lambda: runtime.state("c1").health == "healthy")
    runtime.stop("c1")
    assert runtime.state("c1").health is None


def test_a_container_may_live_and_not_be_ready(
    runtime: ProcessRuntime, python_spec: Any, wait: Any, address: Any
) -> None:
    alive = HealthCheck(("CMD", "true"), interval=0.3, retries=1)
    readiness = HealthCheck(http=HttpGet("/", 5001), interval=0.3, retries=1)
    more = {"health": alive, "restart_unhealthy": True, "restart": "Always", "ports": {5001: address}}
    runtime.start(python_spec(SERVER, readiness=readiness, **more))
    wait(lambda: runtime.state("c1").ready)
    broken = runtime._containers / "c1" / "rootfs" / "app" / "broken"
    broken.touch()
    wait(lambda: runtime.state("c1").ready is False)
    state = runtime.state("c1")
    assert (state.status, state.health, state.restart_count) == ("running", "healthy", 0)
    assert "500" in state.ready_output
    broken.unlink()
    wait(lambda: runtime.state("c1").ready)
    runtime.stop("c1")
    assert runtime.state("c1").ready is None


def test_a_check_by_https_takes_any_certificate(
    runtime: ProcessRuntime, python_spec: Any, wait: Any, address: Any, certificate: dict[str, str]
) -> None:
    wrapped = "server = http.server.ThreadingHTTPServer(('', 5001), Handler)\nimport ssl\n"
    wrapped += "context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)\n"
    wrapped += "context.load_cert_chain(os.environ['TLS'] + '/tls.crt', os.environ['TLS'] + '/tls.key')\n"
    wrapped += "server.socket = context.wrap_socket(server.socket, server_side=True)\nserver.serve_forever()\n"
    program = SERVER.replace('http.server.ThreadingHTTPServer(("", 5001), Handler).serve_forever()\n', wrapped)
    health = HealthCheck(http=HttpGet("/", 5001, tls=True), interval=0.3, retries=2, timeout=10)
    more = {"environment": {"TLS": "/mnt/tls"}, "files": certificate, "ports": {5001: address}}
    runtime.start(python_spec(program, health=health, **more))
    wait(lambda: runtime.state("c1").health == "healthy")
    runtime.start(python_spec(program, health=HealthCheck(http=HttpGet("/", 5001), interval=0.3, retries=2), **more))
    wait(lambda: runtime.state("c1").health == "unhealthy")


def test_a_check_that_takes_too_long_is_killed(runtime: ProcessRuntime, python_spec: Any, wait: Any) -> None:
    health = HealthCheck(("CMD", "sleep", "600"), interval=0.1, timeout=0.2, retries=1)
    runtime.start(python_spec(FOREVER, health=health))
    wait(lambda: runtime.state("c1").health == "unhealthy")
    assert runtime.state("c1").health_output == "Health check exceeded timeout (0.2s)"
    assert runtime.state("c1").status == "running"


def test_a_check_whose_program_is_missing_fails_and_says_so(
    runtime: ProcessRuntime, python_spec: Any, wait: Any
) -> None:
    runtime.start(python_spec(FOREVER, health=HealthCheck(("CMD", "curl", "x"), interval=0.1, retries=1)))
    wait(lambda: runtime.state("c1").health == "unhealthy")
    assert "No such file or directory: 'curl'" in runtime.state("c1").health_output


def test_an_unhealthy_container_is_restarted_if_asked(runtime: ProcessRuntime, python_spec: Any, wait: Any) -> None:
    health = HealthCheck(("CMD", "false"), interval=0.1, retries=1)
    runtime.start(python_spec(FOREVER, health=health, restart_unhealthy=True, restart="Always"))
    wait(lambda: runtime.state("c1").restart_count >= 1)
    assert "killed: it is unhealthy: " in runtime.logs("c1")
