"""The Docker Engine API, in the shapes and words that docker's clients know."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

import pytest

from localcloud.runtime.spec import ContainerState

if TYPE_CHECKING:
    import httpx

    from localcloud.cloud import Cloud

PREFIX = "/docker/v1.43"
DOCKERFILE = """FROM scratch
ENV A=1
EXPOSE 5001
ENTRYPOINT ["serve"]
CMD ["--all"]
HEALTHCHECK --interval=5s --retries=2 CMD check
"""
PORTS = {"5001/tcp": [{"HostIp": "127.0.0.1", "HostPort": "8890"}]}


class _Engine:
    """Requests to the engine."""

    def __init__(self, arm: Any, reference: str, admin: dict[str, str]) -> None:
        self.http, self.reference = arm.http, reference
        login = {"username": admin["username"], "password": admin["password"], "serveraddress": admin["server"]}
        self.auth = {"X-Registry-Auth": base64.urlsafe_b64encode(json.dumps(login).encode()).decode()}

    def send(self, method: str, path: str, **arguments: Any) -> httpx.Response:
        found: httpx.Response = self.http.request(method, f"{PREFIX}{path}", **arguments)
        return found

    def pull(self, reference: str, headers: dict[str, str] | None = None) -> httpx.Response:
        image, _, tag = reference.rpartition("@" if "@" in reference else ":")
        query = {"fromImage": image, "tag": tag}
        return self.send("POST", "/images/create", params=query, headers=self.auth if headers is None else headers)

    def create(self, name: str = "web", **body: Any) -> httpx.Response:
        document = {"Image": self.reference, "HostConfig": {"PortBindings": PORTS}} | body
        return self.send("POST", "/containers/create", params={"name": name}, json=document)

    def inspect(self, name: str = "web") -> dict[str, Any]:
        found: dict[str, Any] = self.send("GET", f"/containers/{name}/json").json()
        return found


@pytest.fixture
def engine(arm: Any, pushed: Any, admin: dict[str, str]) -> _Engine:
    return _Engine(arm, pushed("team/app:v1", DOCKERFILE), admin)


@pytest.fixture
def pulled(engine: _Engine) -> _Engine:
    assert engine.pull(engine.reference).status_code == 200
    return engine


def test_it_answers(engine: _Engine, stranger: Any) -> None:
    assert engine.send("GET", "/_ping").text == "OK"
    assert engine.send("GET", "/version").json()["ApiVersion"] == "1.43"
    assert stranger.get(f"{PREFIX}/_ping").status_code == 401


def test_a_pull_tells_its_progress(engine: _Engine) -> None:
    lines = [json.loads(line) for line in engine.pull(engine.reference).text.splitlines()]
    again = [json.loads(line) for line in engine.pull(engine.reference).text.splitlines()]

    assert lines[0] == {"status": "Pulling from team/app", "id": "v1"}
    assert lines[-2]["status"].startswith("Digest: sha256:")
    assert lines[-1] == {"status": f"Status: Downloaded newer image for {engine.reference}"}
    assert again[-1] == {"status": f"Status: Image is up to date for {engine.reference}"}


def test_an_image_is_found_by_name_digest_and_id(pulled: _Engine) -> None:
    image = pulled.send("GET", f"/images/{pulled.reference}/json").json()
    repository = pulled.reference.rpartition(":")[0]
    by_digest = image["RepoDigests"][0]

    assert image["RepoTags"] == [pulled.reference]
    assert by_digest.startswith(f"{repository}@sha256:")
    assert pulled.pull(by_digest).status_code == 200
    for name in (by_digest, image["Id"], image["Id"].removeprefix("sha256:")[:12]):
        assert pulled.send("GET", f"/images/{name}/json").json()["Id"] == image["Id"]


def test_errors_of_a_pull_are_dockers(engine: _Engine) -> None:
    repository = engine.reference.rpartition(":")[0]
    wrong = json.dumps({"username": "myRegistry", "password": "wrong"}).encode()
    denied = "unauthorized: authentication required, visit https://aka.ms/acr/authorization for more information."

    missing = engine.pull(f"{repository}:v2")
    assert missing.status_code == 404
    assert missing.json()["message"] == (
        f'manifest for {repository}:v2 not found: manifest unknown: manifest tagged by "v2" is not found'
    )
    for headers in ({}, {"X-Registry-Auth": base64.urlsafe_b64encode(wrong).decode()}):
        refused = engine.pull(engine.reference, headers)
        assert refused.status_code == 500
        assert refused.json()["message"].endswith(denied)
    outside = engine.pull("docker.io/library/nginx:1")
    assert outside.status_code == 500
    assert '"https://docker.io/v2/"' in outside.json()["message"]
    assert repository.partition("/")[0] in outside.json()["message"]
    assert engine.pull("UPPER//:v1").json()["message"] == "invalid reference format"
    assert engine.pull(engine.reference, {"X-Registry-Auth": "?"}).status_code == 400


def test_an_image_is_removed_unless_a_container_uses_it(pulled: _Engine) -> None:
    pulled.create()
    refused = pulled.send("DELETE", f"/images/{pulled.reference}")
    assert refused.status_code == 409
    assert "unable to remove repository reference" in refused.json()["message"]
    pulled.send("DELETE", "/containers/web")

    removed = pulled.send("DELETE", f"/images/{pulled.reference}")
    assert removed.json()[0] == {"Untagged": pulled.reference}
    gone = pulled.send("GET", f"/images/{pulled.reference}/json")
    assert (gone.status_code, gone.json()["message"]) == (404, f"No such image: {pulled.reference}")


def test_a_container_is_created_started_stopped_and_removed(pulled: _Engine, runtime: Any) -> None:
    created = pulled.create(Env=["B=2"], Labels={"l": "1"})
    identifier = created.json()["Id"]
    assert created.status_code == 201
    assert len(identifier) == 64
    assert pulled.inspect()["State"]["Status"] == "created"

    assert pulled.send("POST", "/containers/web/start").status_code == 204
    assert pulled.send("POST", "/containers/web/start").status_code == 304
    running = pulled.inspect()
    assert running["Name"] == "/web"
    assert (running["State"]["Status"], running["State"]["Running"]) == ("running", True)
    assert running["NetworkSettings"]["Ports"] == PORTS
    assert running["Config"]["Env"] == ["B=2"]
    assert runtime.specs[identifier].ports == {5001: ("127.0.0.1", 8890)}

    assert pulled.send("DELETE", "/containers/web").status_code == 409
    assert pulled.send("POST", "/containers/web/stop", params={"t": "1"}).status_code == 204
    assert pulled.send("POST", "/containers/web/stop").status_code == 304
    assert pulled.inspect(identifier[:12])["State"]["ExitCode"] == 0
    assert pulled.send("DELETE", "/containers/web", params={"force": "true", "v": "true"}).status_code == 204
    assert pulled.send("GET", "/containers/web/json").json()["message"] == "No such container: web"
    assert runtime.specs == {}


@pytest.mark.parametrize(
    ("body", "command"),
    [
        ({}, None),
        ({"Cmd": ["--some"]}, ("serve", "--some")),
        ({"Entrypoint": ["other"]}, ("other",)),
        ({"Entrypoint": ["other"], "Cmd": ["x"]}, ("other", "x")),
    ],
)
def test_entry_point_and_command_follow_dockers_rule(
    pulled: _Engine, runtime: Any, body: dict[str, Any], command: tuple[str, ...] | None
) -> None:
    identifier = pulled.create(**body).json()["Id"]
    pulled.send("POST", "/containers/web/start")

    assert runtime.specs[identifier].command == command


def test_the_health_check_is_the_images_unless_it_is_given(pulled: _Engine, runtime: Any) -> None:
    own = pulled.create("own").json()["Id"]
    given = pulled.create("given", Healthcheck={"Test": ["CMD", "probe"], "Interval": 1_000_000_000}).json()["Id"]
    none = pulled.create("none", Healthcheck={"Test": ["NONE"]}).json()["Id"]
    for name in ("own", "given", "none"):
        pulled.send("POST", f"/containers/{name}/start")

    assert runtime.specs[own].health.command == ("CMD-SHELL", "check")
    assert (runtime.specs[own].health.interval, runtime.specs[own].health.retries) == (5.0, 2)
    assert runtime.specs[given].health.command == ("CMD", "probe")
    assert (runtime.specs[given].health.interval, runtime.specs[given].health.retries) == (1.0, 2)
    assert runtime.specs[none].health is None


@pytest.mark.parametrize("health", ["starting", "healthy", "unhealthy"])
def test_health_is_shown(pulled: _Engine, runtime: Any, health: Any) -> None:
    identifier = pulled.create().json()["Id"]
    runtime.states[identifier] = ContainerState("running", health=health, health_output="what it said")
    shown = pulled.inspect()["State"]["Health"]

    assert shown["Status"] == health
    assert shown["Log"][-1]["Output"] == "what it said"


def test_a_port_in_use_is_dockers_error(pulled: _Engine, runtime: Any) -> None:
    pulled.create()
    runtime.refusal = (
        "driver failed programming external connectivity on endpoint web: Bind for 127.0.0.1:8890 failed: port is "
        "already allocated"
    )
    response = pulled.send("POST", "/containers/web/start")

    assert response.status_code == 500
    assert response.json() == {"message": runtime.refusal}


def test_names_are_checked_and_belong_to_one_container(pulled: _Engine) -> None:
    first = pulled.create().json()["Id"]
    taken = pulled.create()

    assert taken.status_code == 409
    assert taken.json()["message"] == (
        f'Conflict. The container name "/web" is already in use by container "{first}". You have to remove (or rename) '
        "that container to be able to reuse that name."
    )
    assert "only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed" in pulled.create("-x").json()["message"]
    unnamed = pulled.send("POST", "/containers/create", json={"Image": pulled.reference})
    assert unnamed.status_code == 201


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        ({"Image": "nothing:v1"}, 404, "No such image: nothing:v1"),
        ({"Image": None}, 400, "no image"),
        ({"HostConfig": {"Binds": ["/a:/b"]}}, 501, "Binds"),
        ({"HostConfig": {"PortBindings": {"53/udp": [{"HostPort": "53"}]}}}, 501, "udp"),
        ({"HostConfig": {"PortBindings": {"80/tcp": [{"HostPort": ""}]}}}, 501, "random host port"),
        ({"HostConfig": {"PortBindings": {"80/tcp": [{"HostIp": "10.0.0.1", "HostPort": "80"}]}}}, 400, "loopback"),
        ({"HostConfig": {"RestartPolicy": {"Name": "maybe"}}}, 400, "maybe"),
        ({"WorkingDir": "/x"}, 501, "WorkingDir"),
    ],
)
def test_what_can_not_be_a_container_is_refused_at_once(
    pulled: _Engine, body: dict[str, Any], status: int, words: str
) -> None:
    response = pulled.create(**body)

    assert response.status_code == status
    assert words in response.json()["message"]
    assert pulled.send("GET", "/containers/json", params={"all": "1"}).json() == []


def test_listening_on_all_addresses_means_loopback(pulled: _Engine, runtime: Any) -> None:
    ports = {"5001/tcp": [{"HostIp": "0.0.0.0", "HostPort": "8890"}]}  # noqa: S104 - what docker's clients send
    identifier = pulled.create(HostConfig={"PortBindings": ports}).json()["Id"]
    pulled.send("POST", "/containers/web/start")

    assert runtime.specs[identifier].ports == {5001: ("127.0.0.1", 8890)}


def test_logs_come_in_frames(pulled: _Engine) -> None:
    pulled.create()
    assert pulled.send("GET", "/containers/web/logs").content == b""
    pulled.send("POST", "/containers/web/start")
    response = pulled.send("GET", "/containers/web/logs", params={"stdout": "true", "stderr": "true", "tail": "1"})

    assert response.headers["content-type"] == "application/vnd.docker.multiplexed-stream"
    assert response.content == b"\x01\x00\x00\x00\x00\x00\x00\x06ready\n"
    assert pulled.send("GET", "/containers/web/logs", params={"follow": "1"}).status_code == 501


def test_running_containers_are_listed_and_all_on_request(pulled: _Engine) -> None:
    pulled.create("one")
    pulled.create("two", HostConfig={})
    pulled.send("POST", "/containers/one/start")
    running = pulled.send("GET", "/containers/json").json()
    everything = pulled.send("GET", "/containers/json", params={"all": "true"}).json()

    assert [container["Names"] for container in running] == [["/one"]]
    assert running[0]["Ports"] == [{"IP": "127.0.0.1", "PrivatePort": 5001, "PublicPort": 8890, "Type": "tcp"}]
    assert sorted(container["Names"][0] for container in everything) == ["/one", "/two"]


def test_the_restart_policy_is_updated_for_the_next_start(pulled: _Engine, runtime: Any) -> None:
    identifier = pulled.create().json()["Id"]
    assert pulled.send("POST", "/containers/web/update", json={"RestartPolicy": {"Name": "always"}}).status_code == 200
    pulled.send("POST", "/containers/web/start")

    assert runtime.specs[identifier].restart == "Always"
    assert pulled.send("POST", "/containers/web/update", json={"Memory": 1}).status_code == 501


def test_what_is_not_built_is_named(engine: _Engine, cloud: Cloud) -> None:
    del cloud
    response = engine.send("POST", "/containers/web/exec", json={})

    assert response.status_code == 501
    assert "POST /docker/v1.43/containers/web/exec" in response.json()["message"].replace("'", "")
    assert "POST /containers/{name}/start" in response.json()["message"]
    assert engine.send("POST", "/containers/create", content=b"{").status_code == 400
