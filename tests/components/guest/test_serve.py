"""The launcher of the service image: who is let in, what it reads, and how it starts the server."""

from __future__ import annotations

import ast
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from azureml_scoring.guest import LAUNCHER, serve

KEYS = ["first-key-0123456789", "second-key-0123456789"]


def answer(path: str, authorization: str | None = None, keys: list[str] = KEYS) -> tuple[str, bytes]:
    """Status and body of a request to a guarded application that answers 200."""
    statuses = list[str]()

    def application(environ: Mapping[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        start_response("200 OK", [])
        return [environ["PATH_INFO"].encode()]

    environ = {"PATH_INFO": path} | ({} if authorization is None else {"HTTP_AUTHORIZATION": authorization})
    body = serve.guarded(application, keys)(environ, lambda status, _headers: statuses.append(status))
    return statuses[0], b"".join(body)


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_each_key_lets_in(key: str, scheme: str) -> None:
    assert answer("/score", f"{scheme} {key}") == ("200 OK", b"/score")


@pytest.mark.parametrize(
    ("shown", "said"),
    [
        (None, "a key is required: send the header Authorization: Bearer <key>"),
        ("", "a key is required"),
        (f"Basic {KEYS[0]}", "the header Authorization must read: Bearer <key>"),
        (KEYS[0], "the header Authorization must read: Bearer <key>"),
        ("Bearer wrong", "the key is none of this service"),
        (f"Bearer {KEYS[0]}x", "the key is none of this service"),
        (f"Bearer {KEYS[0][:-1]}", "the key is none of this service"),
        ("Bearer ", "the key is none of this service"),
        ("Bearer \xe9\u20ac", "the key is none of this service"),
    ],
)
@pytest.mark.parametrize("path", ["/score", "/swagger.json", "//", "/score/", "/nothing"])
def test_without_a_key_nothing_is_answered(path: str, shown: str | None, said: str) -> None:
    status, body = answer(path, shown)
    assert status == "401 Unauthorized"
    assert said.encode() in body
    assert not any(key.encode() in body for key in KEYS)


@pytest.mark.parametrize("path", ["/", ""])
def test_health_is_open(path: str) -> None:
    assert answer(path)[0] == "200 OK"


def test_an_answer_to_head_has_no_body() -> None:
    environ = {"PATH_INFO": "/score", "REQUEST_METHOD": "HEAD"}
    assert list(serve.guarded(lambda *_: [], KEYS)(environ, lambda *_: None)) == []


def test_keys_are_taken_out_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCORING_AUTH", "key")
    monkeypatch.setenv("SCORING_PRIMARY_KEY", KEYS[0])
    monkeypatch.setenv("SCORING_SECONDARY_KEY", "")
    assert serve._taken_keys() == [KEYS[0]]
    assert not {"SCORING_AUTH", "SCORING_PRIMARY_KEY", "SCORING_SECONDARY_KEY"} & os.environ.keys()


@pytest.mark.parametrize("auth", [None, "none"])
def test_without_auth_anybody_may_ask(monkeypatch: pytest.MonkeyPatch, auth: str | None) -> None:
    monkeypatch.delenv("SCORING_AUTH", raising=False)
    if auth:
        monkeypatch.setenv("SCORING_AUTH", auth)
    assert serve._taken_keys() is None


@pytest.mark.parametrize(("auth", "said"), [("key", "SCORING_PRIMARY_KEY is empty"), ("open", "must be key or none")])
def test_a_service_that_was_to_have_keys_does_not_start_without(
    monkeypatch: pytest.MonkeyPatch, auth: str, said: str
) -> None:
    monkeypatch.setenv("SCORING_AUTH", auth)
    monkeypatch.delenv("SCORING_PRIMARY_KEY", raising=False)
    with pytest.raises(SystemExit, match=said):
        serve._taken_keys()


def test_tls_needs_both_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SCORING_TLS_FOLDER", str(tmp_path))
    (tmp_path / "tls.crt").write_text("")
    with pytest.raises(SystemExit, match=r"tls\.key is not there"):
        serve._tls()
    (tmp_path / "tls.key").write_text("")
    assert serve._tls() == {"certfile": str(tmp_path / "tls.crt"), "keyfile": str(tmp_path / "tls.key")}
    monkeypatch.delenv("SCORING_TLS_FOLDER")
    assert serve._tls() == {}


def test_the_server_starts_with_its_own_arguments_behind_keys_and_tls(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings = dict[str, str]()
    started = list[Any]()

    class WSGIApplication:
        """gunicorn's, as far as the launcher uses it."""

        cfg = SimpleNamespace(set=settings.__setitem__)

        def load_config(self) -> None:
            settings["bind"] = "0.0.0.0:5001"

        def load(self) -> str:
            return "the server's application"

    gunicorn = {name: ModuleType(name) for name in ("gunicorn", "gunicorn.app", "gunicorn.app.wsgiapp")}
    wsgiapp: Any = gunicorn["gunicorn.app.wsgiapp"]
    wsgiapp.WSGIApplication = WSGIApplication
    gunicorn["gunicorn"].app = gunicorn["gunicorn.app"]  # type: ignore[attr-defined]  # a stand-in
    gunicorn["gunicorn.app"].wsgiapp = wsgiapp  # type: ignore[attr-defined]  # a stand-in

    def run() -> None:
        made = wsgiapp.WSGIApplication()
        made.load_config()
        started.append(made.load())

    server: Any = ModuleType("azureml_inference_server_http")
    server.amlserver = SimpleNamespace(run=run)
    for name, module in (gunicorn | {"azureml_inference_server_http": server}).items():
        monkeypatch.setitem(sys.modules, name, module)
    monkeypatch.setenv("SCORING_TLS_FOLDER", str(tmp_path))
    for name in ("tls.crt", "tls.key"):
        (tmp_path / name).write_text("")

    monkeypatch.delenv("SCORING_AUTH", raising=False)
    serve.main()
    assert started.pop() == "the server's application"
    assert settings["bind"] == "0.0.0.0:5001"
    assert settings["certfile"].endswith("tls.crt")

    wsgiapp.WSGIApplication = WSGIApplication
    monkeypatch.setenv("SCORING_AUTH", "key")
    monkeypatch.setenv("SCORING_PRIMARY_KEY", KEYS[0])
    serve.main()
    assert callable(started.pop())


def test_the_launcher_runs_on_every_python_that_an_image_may_have() -> None:
    ast.parse(LAUNCHER.read_text(), feature_version=(3, 7))
