"""Pulling from registries that are not this cloud's: one that nobody here wrote, and one with tokens."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from localcloud.control.certificates import Certificates
from localcloud.images.config import ImageConfig
from localcloud.images.content import ContentStore
from localcloud.images.errors import (
    DigestMismatch,
    ImageInvalid,
    ImageNotFound,
    PullDenied,
    RegistryFault,
    RegistryUnreachable,
)
from localcloud.images.image import OCI_INDEX, OCI_LAYER, Descriptor, Image, canonical_json
from localcloud.images.remote import Credentials, fetch, is_loopback
from tests.localcloud import other_registry
from tests.localcloud.other_registry import PASSWORD, USER, OtherRegistry

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from starlette.requests import Request

GOOD = Credentials(USER, PASSWORD)
debian = pytest.mark.skipif(other_registry.PROGRAM is None, reason="docker-registry is not installed")


def make_image(store: ContentStore, text: str = "layer") -> Image:
    """An image with one layer."""
    layer = store.put(text.encode())
    descriptor = Descriptor(OCI_LAYER, layer, store.size(layer))
    return Image.write(store, ImageConfig(architecture="amd64", os="linux"), [descriptor])


@pytest.fixture
def source(tmp_path: Path) -> ContentStore:
    """What the other registry's images are made from."""
    return ContentStore(tmp_path / "source")


@pytest.fixture
def store(tmp_path: Path) -> ContentStore:
    """Where images are fetched to."""
    return ContentStore(tmp_path / "blobs")


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OtherRegistry]:
    """Debian's registry."""
    with other_registry.serving(tmp_path_factory.mktemp("registry")) as registry:
        yield registry


@debian
def test_l10_an_image_of_another_registry_arrives_whole(
    other: OtherRegistry, source: ContentStore, store: ContentStore
) -> None:
    image = make_image(source)
    reference = other.push(source, image, "team/app:v1")
    assert fetch(store, reference, GOOD) == image
    assert fetch(store, f"{other.domain}/team/app@{image.manifest_digest}", GOOD) == image
    for digest in (image.config_digest, *image.layers):
        assert store.get(digest) == source.get(digest)


@debian
@pytest.mark.parametrize("credentials", [None, Credentials(USER, "wrong"), Credentials("nobody", PASSWORD)])
def test_without_a_good_password_it_refuses(
    other: OtherRegistry, source: ContentStore, store: ContentStore, credentials: Credentials | None
) -> None:
    reference = other.push(source, make_image(source), "team/app:v1")
    with pytest.raises(PullDenied):
        fetch(store, reference, credentials)


@debian
def test_what_is_not_there_is_not_found(other: OtherRegistry, source: ContentStore, store: ContentStore) -> None:
    reference = other.push(source, make_image(source), "team/app:v1")
    for missing in (reference.replace(":v1", ":v2"), f"{other.domain}/none:v1"):
        with pytest.raises(ImageNotFound):
            fetch(store, missing, GOOD)


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1:5000", True),
        ("127.9.8.7", True),
        ("localhost:5000", True),
        ("[::1]:5000", True),
        ("docker.io", False),
        ("localhost.example.org", False),
        ("10.0.0.1:5000", False),
        ("127.0.0.1.example.org", False),
        ("", False),
    ],
)
def test_only_this_machine_is_asked(host: str, expected: bool) -> None:  # noqa: FBT001 - a row of a table
    assert is_loopback(host) is expected


def test_a_registry_elsewhere_is_not_asked(store: ContentStore) -> None:
    with pytest.raises(RegistryUnreachable):
        fetch(store, "registry.example.org/app:v1", None)


def test_a_registry_that_does_not_answer_is_told(store: ContentStore) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        domain = f"127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(RegistryFault, match="does not answer as a registry"):
        fetch(store, f"{domain}/app:v1", None)


class _TokenRegistry:
    """A registry behind a token service; `answers` are its bodies by path, `realm` is where tokens are."""

    def __init__(self) -> None:
        self.domain = self.realm = ""
        self.answers: dict[str, bytes | Response] = {}
        self.scopes: list[str] = []
        self.storage: list[str | None] = []

    def app(self) -> Starlette:
        routes = [
            Route("/token", self._token),
            Route("/storage/{rest:path}", self._store),
            Route("/{r:path}", self._v2),
        ]
        return Starlette(routes=routes)

    async def _token(self, request: Request) -> Response:
        self.scopes.append(f"{request.query_params.get('service')} {request.query_params.get('scope')}")
        if request.headers.get("authorization") != GOOD.basic:
            return Response(status_code=401)
        return JSONResponse({"token": "good"})

    async def _store(self, request: Request) -> Response:
        self.storage.append(request.headers.get("authorization"))
        return Response(self.answers[request.url.path])

    async def _v2(self, request: Request) -> Response:
        if request.headers.get("authorization") != "Bearer good":
            challenge = f'Bearer realm="{self.realm}",service="other"'
            return Response(status_code=401, headers={"WWW-Authenticate": challenge})
        found = self.answers.get(request.url.path)
        return found if isinstance(found, Response) else Response(found, 200 if found else 404)

    def put(self, store: ContentStore, image: Image, path: str = "/v2/app", tag: str = "v1") -> None:
        self.answers[f"{path}/manifests/{tag}"] = store.get(image.manifest_digest)
        self.answers[f"{path}/manifests/{image.manifest_digest}"] = store.get(image.manifest_digest)
        for digest in (image.config_digest, *image.layers):
            self.answers[f"{path}/blobs/{digest}"] = store.get(digest)


@contextmanager
def _served(scheme: str, **tls: Any) -> Iterator[_TokenRegistry]:
    registry = _TokenRegistry()
    listener = socket.create_server(("127.0.0.1", 0))
    registry.domain = f"127.0.0.1:{listener.getsockname()[1]}"
    registry.realm = f"{scheme}://{registry.domain}/token"
    server = uvicorn.Server(uvicorn.Config(registry.app(), log_level="critical", **tls))
    thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listener])))
    thread.start()
    yield registry
    server.should_exit = True
    thread.join()
    listener.close()


@pytest.fixture
def guarded() -> Iterator[_TokenRegistry]:
    """A registry with a token service, over HTTP."""
    with _served("http") as registry:
        yield registry


def test_https_counts_only_with_a_certificate_that_is_trusted(
    source: ContentStore, store: ContentStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificates = Certificates(tmp_path / "certificates")
    context = certificates.server_context("127.0.0.1")
    image = make_image(source)
    with _served("https", ssl_context_factory=lambda *_: context) as registry:
        registry.put(source, image)
        with pytest.raises(RegistryFault, match="does not answer as a registry"):
            fetch(store, f"{registry.domain}/app:v1", GOOD)
        assert registry.scopes == []
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificates" / "ca.pem"))
        assert fetch(store, f"{registry.domain}/app:v1", GOOD) == image


def test_a_token_is_fetched_for_the_repository(
    guarded: _TokenRegistry, source: ContentStore, store: ContentStore
) -> None:
    image = make_image(source)
    guarded.put(source, image)

    assert fetch(store, f"{guarded.domain}/app:v1", GOOD) == image
    assert guarded.scopes == ["other repository:app:pull"]
    for credentials in (None, Credentials(USER, "wrong")):
        with pytest.raises(PullDenied):
            fetch(store, f"{guarded.domain}/app:v1", credentials)


def test_of_an_index_the_platform_is_fetched(
    guarded: _TokenRegistry, source: ContentStore, store: ContentStore
) -> None:
    image, arm = make_image(source), make_image(source, "arm")
    guarded.put(source, image)
    guarded.put(source, arm)
    items = [
        {"digest": one.manifest_digest, "platform": {"os": "linux", "architecture": name}}
        for one, name in ((arm, "arm64"), (image, "amd64"))
    ]
    guarded.answers["/v2/app/manifests/v1"] = canonical_json({"mediaType": OCI_INDEX, "manifests": items})

    assert fetch(store, f"{guarded.domain}/app:v1", GOOD) == image
    assert fetch(store, f"{guarded.domain}/app:v1", GOOD, "linux/arm64") == arm
    with pytest.raises(ImageInvalid, match="no image for linux/s390x"):
        fetch(store, f"{guarded.domain}/app:v1", GOOD, "linux/s390x")


def test_storage_that_it_redirects_to_gets_no_token(
    guarded: _TokenRegistry, source: ContentStore, store: ContentStore
) -> None:
    image = make_image(source)
    guarded.put(source, image)
    layer = image.layers[0]
    # The same server by another name, as blob storage is another server.
    where = f"http://localhost:{guarded.domain.partition(':')[2]}/storage/{layer}"
    guarded.answers[f"/v2/app/blobs/{layer}"] = RedirectResponse(where)
    guarded.answers[f"/storage/{layer}"] = source.get(layer)

    assert fetch(store, f"{guarded.domain}/app:v1", GOOD) == image
    assert guarded.storage == [None]


def test_what_leads_off_this_machine_is_not_followed(
    guarded: _TokenRegistry, source: ContentStore, store: ContentStore
) -> None:
    image = make_image(source)
    guarded.put(source, image)
    guarded.answers[f"/v2/app/blobs/{image.layers[0]}"] = RedirectResponse("https://storage.example.org/x")
    with pytest.raises(RegistryFault, match=r"'storage.example.org' is not on this machine"):
        fetch(store, f"{guarded.domain}/app:v1", GOOD)
    guarded.realm = "https://auth.example.org/token"
    with pytest.raises(RegistryFault, match=r"its token service 'https://auth.example.org/token'"):
        fetch(store, f"{guarded.domain}/app:v1", GOOD)


def test_content_that_is_not_what_its_digest_says_is_refused(
    guarded: _TokenRegistry, source: ContentStore, store: ContentStore
) -> None:
    image, another = make_image(source), make_image(source, "another")
    guarded.put(source, image)
    guarded.answers[f"/v2/app/blobs/{image.layers[0]}"] = b"something else"
    with pytest.raises(DigestMismatch):
        fetch(store, f"{guarded.domain}/app:v1", GOOD)
    assert image.layers[0] not in store
    guarded.answers[f"/v2/app/manifests/{image.manifest_digest}"] = source.get(another.manifest_digest)
    with pytest.raises(DigestMismatch):
        fetch(store, f"{guarded.domain}/app@{image.manifest_digest}", GOOD)


@pytest.mark.parametrize(
    ("document", "error"),
    [({"schemaVersion": 1}, ImageInvalid), ({"config": {}, "layers": []}, ImageInvalid), (b"<html>", ImageInvalid)],
)
def test_what_is_no_image_is_refused(guarded: _TokenRegistry, store: ContentStore, document: Any, error: Any) -> None:
    guarded.answers["/v2/app/manifests/v1"] = document if isinstance(document, bytes) else json.dumps(document).encode()
    with pytest.raises(error):
        fetch(store, f"{guarded.domain}/app:v1", GOOD)


def test_a_password_is_in_no_representation() -> None:
    assert PASSWORD not in repr(GOOD)
