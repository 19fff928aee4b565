"""Whether a registry lets an image be pulled, asked of a registry that is not Azure's, on a real socket."""

from __future__ import annotations

import asyncio
import hashlib
import json
import socket
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import httpx
import pytest
from azureml_scoring.pull._refusal import Cause, Refusal
from azureml_scoring.pull._registry_client import Login, resolve, try_pull
from azureml_scoring.rules import ImageReference

from localcloud.control.certificates import Certificates
from tests.components.inputs import CANARY
from tests.components.pull.docker_registry import DIGEST, REPOSITORY, Registry, serving
from tests.localcloud import other_registry

Answers = dict[str, list[tuple[int, dict[str, str], str]]]

PULLER = Login("puller", CANARY)
FIREWALL = "client with IP '127.0.0.1' is not allowed access. Refer https://aka.ms/acr/firewall to grant access."


def registry(**changes: object) -> Registry:
    """A registry that asks for a login, and knows one user who may pull."""
    people = {"passwords": {"puller": CANARY, "stranger": CANARY}, "pullers": {"puller"}}
    return Registry(**(people | changes))  # type: ignore[arg-type]  # fields of many types


def asked(host: str, login: Login | None = PULLER, tag: str = "v1") -> Refusal | None:
    """The answer about the one repository."""
    return asyncio.run(try_pull(ImageReference(host, REPOSITORY, tag), login))


def refused(made: Registry, login: Login | None = PULLER, tag: str = "v1") -> Refusal:
    """Why a registry refuses; it must, and never show the password."""
    with serving(made) as host:
        refusal = asked(host, login, tag)
    assert refusal is not None
    assert CANARY not in repr(refusal)
    return refusal


@pytest.mark.parametrize("challenge", ["bearer", "basic", ""])
@pytest.mark.parametrize("has_head", [True, False])
def test_a_pull_that_works_is_no_refusal(challenge: str, *, has_head: bool) -> None:
    made = registry(challenge=challenge, has_head=has_head)
    with serving(made) as host:
        assert asked(host) is None
    assert made.asked[0] == "GET /v2/"
    assert f"HEAD /v2/{REPOSITORY}/manifests/v1" in made.asked


def test_an_image_is_asked_for_by_its_digest() -> None:
    with serving(registry()) as host:
        image = ImageReference(host, REPOSITORY, "gone", DIGEST)
        assert asyncio.run(try_pull(image, PULLER)) is None


def test_anybody_may_pull_from_an_open_registry() -> None:
    made = registry(pullers={""})
    with serving(made) as host:
        assert asked(host, None) is None
    assert set(made.authorizations[:2]) == {""}


@pytest.mark.parametrize("challenge", ["bearer", "basic"])
def test_a_registry_that_is_not_open_refuses_anybody(challenge: str) -> None:
    refusal = refused(registry(challenge=challenge), None)
    assert refusal.cause is Cause.CREDENTIAL
    assert refusal.detail.startswith("no login was given, and it lets nobody in without one")
    assert refusal.lasting


@pytest.mark.parametrize("challenge", ["bearer", "basic", ""])
def test_an_image_that_is_not_there_is_told(challenge: str) -> None:
    refusal = refused(registry(challenge=challenge), tag="v2")
    assert refusal == Refusal(Cause.NO_SUCH_TAG, "answered 404 MANIFEST_UNKNOWN manifest unknown")


@pytest.mark.parametrize("challenge", ["bearer", "basic"])
@pytest.mark.parametrize("login", [Login("puller", "wrong"), Login("removed", CANARY)])
def test_a_wrong_or_removed_login_is_told_from_a_missing_right(challenge: str, login: Login) -> None:
    assert refused(registry(challenge=challenge), login).cause is Cause.CREDENTIAL


@pytest.mark.parametrize("challenge", ["bearer", "basic"])
def test_a_good_login_without_the_right_misses_a_role(challenge: str) -> None:
    assert refused(registry(challenge=challenge), Login("stranger", CANARY)).cause is Cause.NO_ROLE


@pytest.mark.parametrize("status", [401, 403])
def test_a_token_service_that_refuses_the_scope_is_asked_without_it(status: int) -> None:
    answers: Answers = {"/token": [(status, {}, ""), (200, {}, json.dumps({"access_token": "puller|"}))]}
    made = registry(answers=answers)
    assert refused(made).cause is Cause.NO_ROLE
    first, second = (line for line in made.asked if line.startswith("GET /token"))
    assert "scope=repository%3Ateam%2Fapp%3Apull" in first
    assert "scope" not in second
    assert "service=tests" in second


def test_a_token_service_that_gives_tokens_to_anybody_hides_no_wrong_login() -> None:
    # As ghcr.io does: the registry itself refuses the token.
    answers: Answers = {"/token": [(200, {}, json.dumps({"token": "|"}))]}
    assert refused(registry(answers=answers)).cause is Cause.CREDENTIAL


def test_a_registry_that_asks_at_the_repository_only_is_logged_in_to() -> None:
    made = registry(answers={"/v2/": [(200, {}, "{}")]})
    with serving(made) as host:
        assert asked(host) is None


@pytest.mark.parametrize("place", ["/v2/", f"/v2/{REPOSITORY}/manifests/v1", "/token"])
def test_a_firewall_is_the_network_and_not_a_missing_role(place: str) -> None:
    body = json.dumps({"errors": [{"code": "DENIED", "message": FIREWALL}]})
    refusal = refused(registry(answers={place: [(403, {}, body)]}))
    assert refusal == Refusal(Cause.NETWORK, f"answered 403 DENIED {FIREWALL}")


@pytest.mark.parametrize("place", ["/v2/", f"/v2/{REPOSITORY}/manifests/v1", "/token"])
@pytest.mark.parametrize(("header", "seconds"), [({"Retry-After": "7"}, 7), ({}, 0), ({"Retry-After": "soon"}, 0)])
def test_a_registry_that_throttles_says_when_to_come_back(place: str, header: dict[str, str], seconds: float) -> None:
    refusal = refused(registry(answers={place: [(429, header, "")]}))
    assert (refusal.cause, refusal.retry_after, refusal.lasting) == (Cause.NETWORK, seconds, False)
    assert refusal.detail == "answered 429 Too Many Requests"


def test_a_date_to_come_back_at_is_understood() -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=100), usegmt=True)
    refusal = refused(registry(answers={"/v2/": [(503, {"Retry-After": later}, "")]}))
    assert 90 < refusal.retry_after <= 100


@pytest.mark.parametrize("place", ["/v2/", f"/v2/{REPOSITORY}/manifests/v1", "/token"])
@pytest.mark.parametrize("status", [500, 503, 302, 400])
def test_an_error_of_the_registry_is_no_verdict_on_the_login(place: str, status: int) -> None:
    refusal = refused(registry(answers={place: [(status, {}, "<html>")]}))
    assert refusal.cause is Cause.NETWORK
    assert refusal.detail.startswith(f"answered {status}")


def test_a_host_that_is_no_registry_is_told() -> None:
    assert refused(registry(answers={"/v2/": [(404, {}, "")]})).cause is Cause.NETWORK


@pytest.mark.parametrize("body", ["{}", "[]", "not JSON", '{"token": ""}'])
def test_a_token_service_without_a_token_is_told(body: str) -> None:
    refusal = refused(registry(answers={"/token": [(200, {}, body)]}))
    assert refusal == Refusal(Cause.NETWORK, "its token service answers without a token")


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    refusal = asked(f"127.0.0.1:{port}")
    assert refusal is not None
    assert (refusal.cause, refusal.lasting) == (Cause.NETWORK, False)
    assert refusal.detail.startswith("can't be reached: ConnectError")


def test_a_password_goes_over_no_connection_that_others_can_read() -> None:
    made = registry(realm="http://registry.example/token")
    refusal = refused(made)
    assert refusal.lasting
    assert refusal.detail == "sends its clients to http://registry.example to log in, which is not safe"
    assert set(made.authorizations) == {""}


@pytest.mark.parametrize("realm", ["", "token", "ftp://127.0.0.1/token"])
def test_a_challenge_without_a_place_to_log_in_is_refused(realm: str) -> None:
    headers = {"WWW-Authenticate": f'Bearer realm="{realm}"'}
    refusal = refused(registry(answers={"/v2/": [(401, headers, "")]}))
    assert (refusal.cause, refusal.lasting) == (Cause.NETWORK, True)


def test_a_kind_of_login_that_docker_does_not_know_is_told() -> None:
    refusal = refused(registry(answers={"/v2/": [(401, {"WWW-Authenticate": "Negotiate"}, "")]}))
    assert refusal.detail == "asks for a login of the kind 'negotiate'"


def test_a_registry_that_repeats_the_password_does_not_make_us_show_it() -> None:
    body = json.dumps({"errors": [{"code": "DENIED", "message": f"no {CANARY}\n" + "x" * 500}]})
    refusal = refused(registry(answers={"/v2/": [(403, {}, body)]}))
    assert "no ***" in refusal.detail
    assert len(refusal.detail) < 250


def test_what_a_registry_says_stays_on_one_line() -> None:
    body = json.dumps({"errors": [{"code": "DENIED", "message": "one\n\x1b[31mtwo"}]})
    assert refused(registry(answers={"/v2/": [(403, {}, body)]})).detail == "answered 403 DENIED one [31mtwo"


def test_a_redirect_to_another_place_takes_no_login_along() -> None:
    other = Registry(challenge="")
    with serving(other) as elsewhere:
        there = f"http://{elsewhere.replace('127.0.0.1', 'localhost')}/v2/{REPOSITORY}/manifests/v1"
        made = registry(answers={f"/v2/{REPOSITORY}/manifests/v1": [(307, {"Location": there}, "")]})
        with serving(made) as host:
            assert asked(host) is None
    assert other.authorizations == [""]


def test_a_registry_with_a_trusted_certificate_is_asked_over_tls(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = Certificates(tmp_path).server_context("127.0.0.1")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    with serving(registry(), context) as host:
        assert asked(host) is None


def test_a_registry_over_tls_sends_nobody_to_log_in_without_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    context = Certificates(tmp_path).server_context("127.0.0.1")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    made = registry(realm="http://127.0.0.1:1/token")
    with serving(made, context) as host:
        refusal = asked(host)
    assert refusal is not None
    assert refusal.detail == "sends its clients to http://127.0.0.1:1 to log in, which is not safe"


def test_a_certificate_that_nobody_trusts_is_told_and_never_gone_around(tmp_path: Path) -> None:
    made = registry()
    with serving(made, Certificates(tmp_path).server_context("127.0.0.1")) as host:
        refusal = asked(host)
    assert refusal is not None
    assert (refusal.cause, refusal.lasting) == (Cause.NETWORK, True)
    assert refusal.detail.startswith("has a certificate that is not trusted here: ")
    assert made.asked == []


def test_certificates_that_cannot_be_read_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "nowhere.pem")
    refusal = asked("127.0.0.1:1")
    assert refusal is not None
    assert refusal.detail.startswith("can't be reached: FileNotFoundError")


@pytest.mark.skipif(other_registry.PROGRAM is None, reason="docker-registry is not installed")
def test_a_registry_that_nobody_here_wrote(tmp_path: Path) -> None:
    with other_registry.serving(tmp_path) as made:
        good = Login(other_registry.USER, other_registry.PASSWORD)
        with httpx.Client(auth=(good.username, good.password)) as client:
            _push_nothing(client, made.domain)
        for login, tag, cause in (
            (good, "v1", None),
            (good, "v2", Cause.NO_SUCH_TAG),
            (Login(good.username, "wrong"), "v1", Cause.CREDENTIAL),
            (None, "v1", Cause.CREDENTIAL),
        ):
            refusal = asked(made.domain, login, tag)
            assert (refusal.cause if refusal else None) is cause


def _push_nothing(client: httpx.Client, host: str) -> None:
    """Pushes an image with an empty configuration and no layers."""
    base, digest = f"http://{host}/v2/{REPOSITORY}", f"sha256:{hashlib.sha256(b'{}').hexdigest()}"
    started = client.post(f"{base}/blobs/uploads/").headers["Location"]
    where = httpx.URL(base).join(started).copy_merge_params({"digest": digest})
    assert client.put(where, content=b"{}").is_success
    kind = "application/vnd.oci.image.manifest.v1+json"
    config = {"mediaType": "application/vnd.oci.image.config.v1+json", "digest": digest, "size": 2}
    manifest = {"schemaVersion": 2, "mediaType": kind, "config": config, "layers": []}
    answer = client.put(f"{base}/manifests/v1", content=json.dumps(manifest), headers={"Content-Type": kind})
    assert answer.is_success, answer.text


def test_no_repr_shows_a_password() -> None:
    assert CANARY not in repr(PULLER)


def test_a_tag_is_resolved_to_the_digest_that_the_registry_names_or_hands_out() -> None:
    path = f"/v2/{REPOSITORY}/manifests/v1"
    named = f"sha256:{'c' * 64}"
    for headers, digest in (
        ({"Docker-Content-Digest": named}, named),
        ({"Docker-Content-Digest": "nonsense"}, f"sha256:{hashlib.sha256(b'{}').hexdigest()}"),
        ({}, f"sha256:{hashlib.sha256(b'{}').hexdigest()}"),
    ):
        with serving(registry(answers={path: [(200, headers, "{}")]})) as host:
            assert asyncio.run(resolve(ImageReference(host, REPOSITORY, "v1"), PULLER)) == digest
    with serving(registry()) as host:
        missing = asyncio.run(resolve(ImageReference(host, REPOSITORY, "v9"), PULLER))
    assert isinstance(missing, Refusal)
    assert missing.cause is Cause.NO_SUCH_TAG
