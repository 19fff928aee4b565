"""Images that Docker built, pulled and run by Docker and skopeo against localcloud's registry: `make e2e-docker`.

What localcloud only records elsewhere is real here: the RUN instructions, the container, and both clients. The file is
no `test_*.py`, so that `make test`, which has no engine to rely on, does not collect it.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from tests.e2e.images import CANARY, Images
from tests.e2e.world import World
from tests.journeys.project import plain_prediction, predict
from tools.e2e_docker.engine import Docker
from tools.e2e_docker.errors import CommandFailed
from tools.e2e_docker.watch import say

REFUSED = r"(?i)unauthorized|denied|authentication required|insufficient|invalid username/password"
WRONG = "canary-of-a-wrong-password"
_STARTING = 120.0
_SERVING = 5001
_CONTAINER = "azureml-scoring-e2e"


@contextmanager
def running(docker: Docker, image: str) -> Iterator[str]:
    """The address of a container of the service, published on a free port of loopback."""
    docker("run", "--detach", f"--name={_CONTAINER}", f"--publish=127.0.0.1::{_SERVING}", image)
    try:
        uri = f"http://{docker('port', _CONTAINER, f'{_SERVING}/tcp').splitlines()[0]}"
        deadline = time.monotonic() + _STARTING
        while not serves(uri):
            shown = docker("logs", _CONTAINER)
            assert docker("inspect", "--format", "{{.State.Running}}", _CONTAINER) == "true", shown
            assert time.monotonic() < deadline, shown
            time.sleep(0.5)
        yield uri
    finally:
        docker("rm", "--force", _CONTAINER)


def serves(uri: str) -> bool:
    """Whether the service answers."""
    try:
        return httpx.get(uri, timeout=5).status_code == httpx.codes.OK
    except httpx.TransportError:
        return False


def told(docker: Docker, image: str, program: str, *arguments: str) -> str:
    """What a program says in a container without network."""
    return docker("run", "--rm", "--network=none", f"--entrypoint={program}", image, *arguments)


@pytest.fixture(scope="module")
def pushed(images: Images) -> Images:
    """The images, in the registry alone: the engine has forgotten them, so that a pull is one."""
    images.remove()
    return images


@pytest.fixture(scope="module")
def pulled(pushed: Images, world: World) -> Images:
    """The images, as Docker pulled them with what the component hands out."""
    puller = world.docker("puller")
    for reference in (pushed.base_reference, pushed.service_reference):
        puller("pull", reference, what="docker pull")
    return pushed


def test_a_wrong_password_is_refused(pushed: Images, world: World) -> None:
    with pytest.raises(CommandFailed, match=REFUSED):
        world.docker("puller", WRONG)
    with pytest.raises(CommandFailed, match=REFUSED):
        world.skopeo("puller", "inspect", f"docker://{pushed.service_reference}", password=WRONG)


def test_a_principal_without_a_role_is_refused(pushed: Images, world: World) -> None:
    stranger = world.docker("stranger")
    with pytest.raises(CommandFailed, match=REFUSED):
        stranger("pull", pushed.service_reference)
    with pytest.raises(CommandFailed, match=REFUSED):
        world.skopeo("stranger", "inspect", f"docker://{pushed.service_reference}")


def test_who_is_not_signed_in_is_refused(pushed: Images, world: World) -> None:
    with pytest.raises(CommandFailed, match=REFUSED):
        world.engine("pull", pushed.service_reference)


def test_skopeo_pulls_as_the_service_principal(pushed: Images, world: World) -> None:
    target = world.client("pulled")
    world.skopeo("puller", "copy", f"docker://{pushed.service_reference}", f"dir:{target}")
    shown: dict[str, Any] = json.loads(world.skopeo("puller", "inspect", f"docker://{pushed.service_reference}"))
    assert shown["Digest"] == pushed.service_reference.rpartition("@")[2]
    assert {layer.removeprefix("sha256:") for layer in shown["Layers"]} <= {path.name for path in target.iterdir()}


def test_the_container_of_the_pulled_image_predicts_as_plain_python(pulled: Images, docker: Docker) -> None:
    with running(docker, pulled.service_reference) as uri:
        prediction = predict(f"{uri}/score")
    say(f"prediction: {json.dumps(prediction)}")
    assert prediction == pytest.approx(plain_prediction(), rel=1e-9)


def test_the_base_image_is_what_it_says(pulled: Images, docker: Docker) -> None:
    script = "import platform, sys; print(platform.freedesktop_os_release()['PRETTY_NAME'], sys.version_info[:2])"
    shown = told(docker, pulled.base_reference, "python", "-c", script)
    say(f"the base image says: {shown}")
    assert shown.startswith(pulled.root.release.name.split()[0])
    assert docker("image", "inspect", "--format", "{{.Config.User}}", pulled.service_reference) == "dockeruser"


def test_the_service_image_stands_on_the_base(pulled: Images, docker: Docker) -> None:
    def layers(reference: str) -> list[str]:
        found: list[str] = json.loads(docker("image", "inspect", "--format", "{{json .RootFS.Layers}}", reference))
        return found

    base, service = layers(pulled.base_reference), layers(pulled.service_reference)
    assert service[: len(base)] == base
    assert len(service) > len(base)


def test_no_image_tells_how_packages_were_reached(pulled: Images, docker: Docker) -> None:
    assert "pip install" in docker("history", "--no-trunc", pulled.service_reference)
    for reference in (pulled.base_reference, pulled.service_reference):
        assert CANARY not in docker("history", "--no-trunc", reference) + docker("image", "inspect", reference)
    # The script is in the image: with it the search shows that it finds something.
    search = f"grep -rlsE '{CANARY}|Scores patients' /etc /home /opt /run /tmp /usr /var || true"
    assert told(docker, pulled.service_reference, "sh", "-c", search) == "/var/azureml-app/score.py"


def test_the_principal_that_pulls_may_not_push(pulled: Images, world: World) -> None:
    name = f"{pulled.base_reference.partition('@')[0]}:by-the-puller"
    world.engine("tag", pulled.base_reference, name)
    with pytest.raises(CommandFailed, match=REFUSED):
        world.docker("puller")("push", name)


def test_the_workspace_has_the_registry(world: World) -> None:
    assert world.registry.startswith("127.")
    assert world.outputs["workspace_registry"].lower().endswith(f"/{world.outputs['registry_name']}".lower())
