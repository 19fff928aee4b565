"""Blobs: uploads in any number of pieces, downloads in ranges."""

from __future__ import annotations

import socket
import time
from typing import TYPE_CHECKING

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from localcloud.images.content import digest_of

from .conftest import OWNER as OWNER_PRINCIPAL
from .conftest import READER, basic

if TYPE_CHECKING:
    from collections.abc import Callable

    from .conftest import World

OWNER = basic("owner")
UPLOADS = "/v2/team/app/blobs/uploads/"
DATA = b"0123456789"


def start(world: World, repository: str = "team/app") -> str:
    return str(world.client.post(f"/v2/{repository}/blobs/uploads/", headers=OWNER).headers["Location"])


def get(world: World, digest: str, repository: str = "team/app", **headers: str) -> httpx.Response:
    return world.client.get(f"/v2/{repository}/blobs/{digest}", headers=OWNER | headers)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    chunks=st.lists(st.binary(min_size=1, max_size=40), max_size=5), last=st.binary(max_size=20), ranged=st.booleans()
)
def test_an_upload_is_its_pieces_together(world: World, chunks: list[bytes], last: bytes, *, ranged: bool) -> None:
    location, size = start(world), 0
    for chunk in chunks:
        headers = {"Content-Range": f"{size}-{size + len(chunk) - 1}"} if ranged else {}
        answer = world.client.patch(location, content=chunk, headers=OWNER | headers)
        size += len(chunk)
        assert (answer.status_code, answer.headers["Range"]) == (202, f"0-{size - 1}")
        location = answer.headers["Location"]
    data = b"".join([*chunks, last])
    done = world.client.put(location, params={"digest": digest_of(data)}, content=last, headers=OWNER)
    assert (done.status_code, done.headers["Docker-Content-Digest"]) == (201, digest_of(data))
    assert get(world, digest_of(data)).content == data
    assert world.client.get(location, headers=OWNER).json()["errors"][0]["code"] == "BLOB_UPLOAD_UNKNOWN"


def test_an_interrupted_upload_goes_on_where_it_stands(world: World) -> None:
    location = start(world)
    world.client.patch(location, content=DATA[:4], headers=OWNER)
    for wrong in ("0-3", "5-9", "bytes", "9-4"):
        answer = world.client.patch(location, content=DATA, headers=OWNER | {"Content-Range": wrong})
        assert (answer.status_code, answer.headers["Range"]) == (416, "0-3")
    status = world.client.get(location, headers=OWNER)
    assert (status.status_code, status.headers["Range"]) == (204, "0-3")
    world.client.patch(location, content=DATA[4:], headers=OWNER | {"Content-Range": "4-9"})
    assert world.client.put(location, params={"digest": digest_of(DATA)}, headers=OWNER).status_code == 201


def test_a_piece_of_another_length_than_announced_changes_nothing(world: World) -> None:
    location = start(world)
    answer = world.client.patch(location, content=DATA, headers=OWNER | {"Content-Range": "0-3"})
    assert answer.json()["errors"][0]["code"] == "SIZE_INVALID"
    assert world.client.put(location, params={"digest": digest_of(b"")}, headers=OWNER).status_code == 201


def test_a_wrong_digest_ends_the_upload(world: World) -> None:
    location = start(world)
    answer = world.client.put(location, params={"digest": digest_of(b"other")}, content=DATA, headers=OWNER)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "DIGEST_INVALID")
    assert world.client.get(location, headers=OWNER).status_code == 404
    assert get(world, digest_of(DATA)).json()["errors"][0]["code"] == "BLOB_UNKNOWN"


@pytest.mark.parametrize("query", ["", "?digest=", "?digest=sha256:1", "?digest=md5:1"])
def test_an_upload_ends_with_a_digest(world: World, query: str) -> None:
    answer = world.client.put(start(world) + query, content=DATA, headers=OWNER)
    assert answer.json()["errors"][0]["code"] == "DIGEST_INVALID"


def test_an_upload_belongs_to_its_repository(world: World) -> None:
    foreign = start(world).replace("team/app", "team/other")
    assert world.client.patch(foreign, content=DATA, headers=OWNER).status_code == 404
    assert world.client.patch(f"{UPLOADS}..%2f..", content=DATA, headers=OWNER).status_code in (400, 404)


def test_an_upload_can_be_given_up(world: World) -> None:
    location = start(world)
    assert world.client.delete(location, headers=OWNER).status_code == 204
    assert world.client.patch(location, content=DATA, headers=OWNER).status_code == 404


def test_a_blob_is_got_whole_and_in_ranges(world: World) -> None:
    digest = world.upload(DATA)
    whole = get(world, digest)
    assert (whole.content, whole.headers["Docker-Content-Digest"]) == (DATA, digest)
    part = get(world, digest, Range="bytes=2-4")
    assert (part.status_code, part.content, part.headers["Content-Range"]) == (206, b"234", "bytes 2-4/10")
    assert get(world, digest, Range="bytes=8-").content == b"89"
    for wrong in ("bytes=20-30", "bytes=5-2"):
        assert get(world, digest, Range=wrong).status_code == 416
    head = world.client.head(f"/v2/team/app/blobs/{digest}", headers=OWNER)
    assert (head.status_code, head.content, head.headers["Content-Length"]) == (200, b"", "10")


def test_a_blob_is_in_the_repository_that_it_was_pushed_to_only(world: World) -> None:
    digest = world.upload(DATA)
    assert get(world, digest, "team/other").status_code == 404


def test_a_deleted_blob_is_gone_from_its_repository_only(world: World) -> None:
    digest = world.upload(DATA)
    world.upload(DATA, "team/other")
    assert world.client.delete(f"/v2/team/app/blobs/{digest}", headers=OWNER).status_code == 202
    assert world.client.delete(f"/v2/team/app/blobs/{digest}", headers=OWNER).status_code == 404
    assert (get(world, digest).status_code, get(world, digest, "team/other").content) == (404, DATA)


def mount(world: World, digest: str, origin: str, name: str = "owner") -> httpx.Response:
    query = {"mount": digest, "from": origin}
    return world.client.post("/v2/team/other/blobs/uploads/", params=query, headers=basic(name))


def test_a_blob_is_mounted_from_where_one_may_pull(world: World) -> None:
    digest = world.upload(DATA)
    assert mount(world, digest, "team/app").status_code == 201
    assert get(world, digest, "team/other").content == DATA
    assert mount(world, digest_of(b"nothing"), "team/app").status_code == 202


def test_a_blob_is_not_mounted_from_where_one_may_not_pull(world: World) -> None:
    digest = world.upload(DATA, "secret")
    world.people.roles[READER] = world.people.roles[OWNER_PRINCIPAL]
    answer = mount(world, digest, "secret", "reader")
    assert (answer.status_code, UPLOADS.split("/")[-2] in answer.headers["Location"]) == (202, True)
    assert get(world, digest, "team/other").status_code == 404
    scopes = {"scope": "repository:team/other:pull,push"}
    token = world.client.get("/oauth2/token", params=scopes, headers=OWNER).json()["access_token"]
    query = {"mount": digest, "from": "secret"}
    header = {"Authorization": f"Bearer {token}"}
    assert world.client.post("/v2/team/other/blobs/uploads/", params=query, headers=header).status_code == 202


def test_a_client_that_hangs_up_finds_what_has_arrived(world: World, served: str) -> None:
    host, _, port = served.partition(":")
    address = f"http://{served}"
    location = httpx.post(f"{address}{UPLOADS}", headers=OWNER).headers["Location"]
    lines = [f"PATCH {location} HTTP/1.1", f"Host: {served}", f"Authorization: {OWNER['Authorization']}"]
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall("\r\n".join([*lines, "Content-Length: 10", "", ""]).encode() + DATA[:4])
    assert wait_for(lambda: httpx.get(f"{address}{location}", headers=OWNER).headers["Range"], "0-3")
    done = httpx.put(f"{address}{location}", params={"digest": digest_of(DATA)}, content=DATA[4:], headers=OWNER)
    assert done.status_code == 201
    assert world.store.get(digest_of(DATA)) == DATA


def wait_for(ask: Callable[[], str], expected: str) -> bool:
    """Ask until the answer is the expected one, for two seconds at most."""
    deadline = time.monotonic() + 2
    while ask() != expected and time.monotonic() < deadline:
        time.sleep(0.01)
    return ask() == expected
