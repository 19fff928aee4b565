"""What the engine is asked to do. The engine is a stand-in: the real one is `tests/e2e/built_image.py`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
import requests
from azureml_scoring.built_image import NoEngine, NotAsked, NotPulled, NotRun, check_engine
from azureml_scoring.built_image.engine import Engine
from docker.errors import APIError, ImageNotFound

from tests.components.inputs import CANARY
from tests.components.mocked import DIGEST

REFERENCE = f"localhost:5000/base@{DIGEST}"
LOGIN = {"username": "puller", "password": CANARY}


class FakeApi:
    """Stands in for the SDK's client, and keeps what it is asked."""

    def __init__(self, **answers: Any) -> None:
        self.asked: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = []
        self.answers: dict[str, Any] = {
            "inspect_image": ImageNotFound("none"),
            "pull": [{"status": "Pulling"}],
            "create_host_config": {"made": True},
            "create_container": {"Id": "c1"},
            "logs": [b"out", b"put"],
        } | answers

    def __getattr__(self, name: str) -> Any:
        def call(*arguments: Any, **options: Any) -> Any:
            self.asked.append((name, arguments, options))
            answer = self.answers.get(name)
            if isinstance(answer, Exception):
                raise answer
            return answer

        return call

    def one(self, name: str) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """The only call of a name."""
        ((_, arguments, options),) = [call for call in self.asked if call[0] == name]
        return arguments, options

    def names(self) -> list[str]:
        """The calls, in their order."""
        return [name for name, _, _ in self.asked]


def ask(api: FakeApi, reference: str = REFERENCE, **options: Any) -> tuple[str, str]:
    """Asks by the stand-in."""
    return Engine(api).ask(reference, **options)


def test_one_container_without_network_and_without_a_disk_to_write_to() -> None:
    api = FakeApi()
    output, mark = ask(api)
    assert output == "output"
    _, limits = api.one("create_host_config")
    assert (limits["network_mode"], limits["read_only"], limits["cap_drop"]) == ("none", True, ["ALL"])
    _, container = api.one("create_container")
    assert container["entrypoint"] == ["/bin/sh", "-c"]
    assert container["environment"] == {"AZUREML_SCORING_MARK": mark}
    assert container["host_config"] == {"made": True}
    assert api.one("remove_container") == (("c1",), {"force": True, "v": True})
    assert api.names()[-1] == "remove_container"


def test_an_image_that_is_there_is_not_pulled_and_another_is_by_its_digest_and_login() -> None:
    assert "pull" not in _asked(FakeApi(inspect_image={"Id": "i1"}))
    api = FakeApi()
    ask(api, login=LOGIN, platform="linux/arm64")
    (repository,), options = api.one("pull")
    assert (repository, options["tag"]) == ("localhost:5000/base", DIGEST)
    assert (options["auth_config"], options["platform"]) == (LOGIN, "linux/arm64")
    # Nothing of the login but in the pull, where the SDK makes a header of it.
    assert CANARY not in repr([call for call in api.asked if call[0] != "pull"])


def _asked(api: FakeApi) -> list[str]:
    ask(api)
    return api.names()


@pytest.mark.parametrize(
    ("name", "repository", "tag"),
    [("localhost:5000/base", "localhost:5000/base", "latest"), ("host/base:v1", "host/base", "v1")],
)
def test_a_name_without_digest_is_one_tag_and_never_all_of_them(name: str, repository: str, tag: str) -> None:
    api = FakeApi()
    ask(api, name)
    arguments, options = api.one("pull")
    assert (arguments, options["tag"], options["auth_config"]) == ((repository,), tag, None)


def test_a_pull_that_fails_in_its_stream_is_a_failure_in_the_engine_s_words() -> None:
    with pytest.raises(NotPulled, match="could not be pulled: denied of all"):
        ask(FakeApi(pull=[{"status": "Pulling"}, {"error": "denied\nof all"}]), login=LOGIN)
    with pytest.raises(NotPulled, match="could not be pulled: unauthorized") as refused:
        ask(FakeApi(pull=APIError("401", explanation="unauthorized")), login=LOGIN)
    assert CANARY not in repr(refused.value)


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        ({"wait": requests.exceptions.ReadTimeout()}, "did not end within"),
        ({"wait": requests.exceptions.ConnectionError("Read timed out.")}, "did not end within"),
        ({"start": APIError("400", explanation="no /bin/sh")}, "did not run: no /bin/sh"),
        ({"logs": [b"x" * 1024 * 1024] * 40}, "is longer than"),
        ({"logs": requests.exceptions.ChunkedEncodingError("broken")}, "did not run: broken"),
    ],
)
def test_the_container_is_removed_whatever_happens(answers: dict[str, Any], reason: str) -> None:
    api = FakeApi(**answers)
    with pytest.raises(NotRun, match=reason):
        ask(api)
    assert api.names()[-1] == "remove_container"


def test_where_no_engine_is_the_reason_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/nowhere.sock")
    with pytest.raises(NoEngine, match=r"there is no .*/nowhere\.sock"):
        check_engine()
    monkeypatch.setenv("DOCKER_HOST", "tcp://127.0.0.1:9")
    with pytest.raises(NoEngine, match="no Docker engine answers"):
        check_engine()


@pytest.mark.parametrize(("missing", "packages"), [("docker", None), ("cyclonedx.output", Path("list.json"))])
def test_a_library_that_is_not_installed_is_named_with_what_brings_it(
    missing: str, packages: Path | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    # None in the table of modules makes Python raise ImportError, as for one that is not installed.
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(NotAsked, match=r"azureml-scoring\[image-check\]"):
        check_engine(packages)
