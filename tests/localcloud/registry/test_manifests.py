"""Laws L5 and L10: manifests are checked and content-addressed; a tag moves, a digest does not."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from localcloud.images.content import Digest, digest_of

from .conftest import basic

if TYPE_CHECKING:
    import httpx

    from .conftest import World

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"
OWNER = basic("owner")


def put(world: World, document: Any, reference: str = "v1", content_type: str = MANIFEST) -> httpx.Response:
    content = document if isinstance(document, bytes) else json.dumps(document).encode()
    headers = OWNER | {"Content-Type": content_type}
    return world.client.put(f"/v2/team/app/manifests/{reference}", content=content, headers=headers)


def get(world: World, reference: str, **headers: str) -> httpx.Response:
    return world.client.get(f"/v2/team/app/manifests/{reference}", headers=OWNER | headers)


def test_a_manifest_is_got_by_tag_and_digest_byte_for_byte(world: World) -> None:
    digest, content = world.push("v1")
    for reference in ("v1", digest):
        answer = get(world, reference)
        assert (answer.content, answer.headers["Docker-Content-Digest"]) == (content, digest)
        assert answer.headers["Content-Type"] == MANIFEST
        head = world.client.head(f"/v2/team/app/manifests/{reference}", headers=OWNER)
        assert (head.content, head.headers["Content-Length"]) == (b"", str(len(content)))
    assert get(world, "v1", **{"If-None-Match": f'"{digest}"'}).status_code == 304


def test_a_tag_moves_and_a_digest_does_not(world: World) -> None:
    first, content = world.push("latest", b"one")
    second, _ = world.push("latest", b"two")
    assert get(world, "latest").headers["Docker-Content-Digest"] == second != first
    assert get(world, first).content == content


def test_a_manifest_needs_its_blobs_in_the_same_repository(world: World) -> None:
    manifest = world.manifest(repository="other")
    answer = put(world, manifest)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "MANIFEST_BLOB_UNKNOWN")
    assert get(world, "v1").status_code == 404


def test_an_index_needs_its_manifests(world: World) -> None:
    digest, content = world.push("v1")
    item = {"mediaType": MANIFEST, "digest": digest, "size": len(content)}
    index = {"schemaVersion": 2, "mediaType": INDEX, "manifests": [item]}
    assert put(world, index, "all", INDEX).status_code == 201
    missing = index | {"manifests": [item | {"digest": digest_of(b"nothing")}]}
    assert put(world, missing, "all", INDEX).json()["errors"][0]["code"] == "MANIFEST_BLOB_UNKNOWN"


def test_layers_that_lie_elsewhere_need_not_be_here(world: World) -> None:
    manifest: dict[str, Any] = dict(world.manifest())
    elsewhere = {"mediaType": "x", "digest": digest_of(b"elsewhere"), "size": 1, "urls": ["https://example.org/x"]}
    assert put(world, manifest | {"layers": [elsewhere]}).status_code == 201


def test_a_manifest_by_digest_must_have_that_digest(world: World) -> None:
    manifest = world.manifest()
    assert put(world, manifest, digest_of(b"other")).json()["errors"][0]["code"] == "DIGEST_INVALID"
    digest = digest_of(json.dumps(manifest).encode(), "sha512")
    assert put(world, manifest, digest).status_code == 201
    assert get(world, digest).headers["Docker-Content-Digest"] == digest


@pytest.mark.parametrize(
    ("change", "content_type", "detail"),
    [
        ({"schemaVersion": 1}, MANIFEST, "schemaVersion must be 2"),
        ({"mediaType": INDEX}, MANIFEST, "is not the content type"),
        ({}, "text/plain", "unknown media type 'text/plain'"),
        ({"layers": None}, MANIFEST, "a manifest a list of layers"),
        ({"layers": [{}]}, MANIFEST, "not a descriptor: {}"),
        ({"layers": ["x"]}, MANIFEST, "not a descriptor"),
        ({"config": None}, MANIFEST, "not a descriptor: {}"),
        ({"subject": {"digest": "x"}}, MANIFEST, "not a descriptor"),
    ],
)
def test_what_is_no_manifest_is_refused(world: World, change: dict[str, Any], content_type: str, detail: str) -> None:
    answer = put(world, dict(world.manifest()) | change, content_type=content_type)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "MANIFEST_INVALID")
    assert detail in answer.json()["errors"][0]["detail"]


@pytest.mark.parametrize("content", [b"no json", b"[]", b"null"])
def test_what_is_no_object_is_refused(world: World, content: bytes) -> None:
    assert put(world, content).json()["errors"][0]["code"] == "MANIFEST_INVALID"


def test_a_wrong_size_is_refused(world: World) -> None:
    manifest: dict[str, Any] = dict(world.manifest())
    manifest["layers"] = [manifest["layers"][0] | {"size": 1}]
    assert "is 5, not 1" in put(world, manifest).json()["errors"][0]["detail"]


def test_a_manifest_over_the_limit_is_refused(world: World) -> None:
    assert put(world, b" " * (4 * 1024 * 1024 + 1)).status_code == 413


def test_what_is_missing_is_named_in_acrs_words(world: World) -> None:
    world.push("v1")
    missing = digest_of(b"nothing")
    assert get(world, "v9").json() == {
        "errors": [
            {"code": "MANIFEST_UNKNOWN", "message": 'manifest tagged by "v9" is not found', "detail": {"Tag": "v9"}}
        ]
    }
    assert get(world, missing).json()["errors"][0]["detail"] == {"Digest": missing}


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        (MANIFEST, 200),
        ("*/*", 200),
        (f"{INDEX}, {MANIFEST};q=0.5", 200),
        ("application/vnd.docker.distribution.manifest.v2+json", 404),
    ],
)
def test_an_oci_manifest_is_for_those_who_accept_one(world: World, accept: str, status: int) -> None:
    world.push("v1")
    answer = get(world, "v1", Accept=accept)
    assert answer.status_code == status
    assert status == 200 or "accept header does not support OCI manifests" in answer.text


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/v2/Team/manifests/v1", "NAME_INVALID"),
        (f"/v2/{'a' * 257}/manifests/v1", "NAME_INVALID"),
        ("/v2/a..b/tags/list", "NAME_INVALID"),
        ("/v2/team/app/manifests/-v1", "TAG_INVALID"),
        (f"/v2/team/app/manifests/{'a' * 129}", "TAG_INVALID"),
        ("/v2/team/app/manifests/sha256:1", "DIGEST_INVALID"),
        ("/v2/team/app/blobs/sha256:1", "DIGEST_INVALID"),
    ],
)
def test_names_that_break_the_rule_are_refused(world: World, path: str, code: str) -> None:
    answer = world.client.get(path, headers=OWNER)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, code)


def test_deleting_a_tag_leaves_the_manifest_and_the_other_way_takes_both(world: World) -> None:
    digest, _ = world.push("v1")
    world.push("v2")
    delete = world.client.delete
    assert delete("/v2/team/app/manifests/v1", headers=OWNER).status_code == 202
    assert [get(world, reference).status_code for reference in ("v1", "v2", digest)] == [404, 200, 200]
    assert delete(f"/v2/team/app/manifests/{digest}", headers=OWNER).status_code == 202
    assert [get(world, reference).status_code for reference in ("v2", digest)] == [404, 404]
    assert delete(f"/v2/team/app/manifests/{digest}", headers=OWNER).status_code == 404


def pages(world: World, path: str, key: str) -> list[list[str]]:
    found = []
    while path:
        answer = world.client.get(path, headers=OWNER)
        found.append(answer.json()[key])
        path = answer.headers.get("Link", "").partition("<")[2].partition(">")[0]
    return found


def test_tags_come_in_pages(world: World) -> None:
    for tag in ("c", "a", "b", "d"):
        world.push(tag)
    assert pages(world, "/v2/team/app/tags/list", "tags") == [["a", "b", "c", "d"]]
    assert pages(world, "/v2/team/app/tags/list?n=3", "tags") == [["a", "b", "c"], ["d"]]
    assert pages(world, "/v2/team/app/tags/list?n=2&last=a", "tags") == [["b", "c"], ["d"]]
    assert pages(world, "/v2/team/app/tags/list?n=0", "tags") == [[]]
    assert world.client.get("/v2/team/app/tags/list?n=x", headers=OWNER).status_code == 400
    assert world.client.get("/v2/none/tags/list", headers=OWNER).json()["errors"][0]["code"] == "NAME_UNKNOWN"


def test_repositories_come_in_pages(world: World) -> None:
    for repository in ("b", "a/c", "a"):
        world.push("v1", repository=repository)
    assert pages(world, "/v2/_catalog?n=2", "repositories") == [["a", "a/c"], ["b"]]


def test_referrers_are_found_and_filtered(world: World) -> None:
    digest, content = world.push("v1")
    subject = {"mediaType": MANIFEST, "digest": digest, "size": len(content)}
    signature = dict(world.manifest()) | {"subject": subject, "artifactType": "a/sig", "annotations": {"k": "v"}}
    pushed = put(world, signature, "sig")
    assert pushed.headers["OCI-Subject"] == digest
    other = put(world, dict(world.manifest(b"other")) | {"subject": subject}, "other")
    path = f"/v2/team/app/referrers/{digest}"
    found = world.client.get(path, headers=OWNER)
    assert found.headers["Content-Type"] == INDEX
    assert {item["digest"] for item in found.json()["manifests"]} == {
        answer.headers["Docker-Content-Digest"] for answer in (pushed, other)
    }
    filtered = world.client.get(path, params={"artifactType": "a/sig"}, headers=OWNER)
    assert filtered.headers["OCI-Filters-Applied"] == "artifactType"
    (item,) = filtered.json()["manifests"]
    assert (item["artifactType"], item["annotations"], item["size"]) == (
        "a/sig",
        {"k": "v"},
        len(json.dumps(signature)),
    )
    nothing = world.client.get(f"/v2/team/app/referrers/{digest_of(b'nothing')}", headers=OWNER)
    assert nothing.json()["manifests"] == []


def test_what_is_not_emulated_is_named(world: World) -> None:
    for method, path in (("GET", "/acr/v1/_catalog"), ("POST", "/v2/team/app/manifests/v1")):
        answer = world.client.request(method, path, headers=OWNER)
        assert answer.status_code == 404
        assert answer.json()["errors"][0]["message"].startswith(
            f"{method} {path} is not emulated by localcloud; emulated: "
        )


def test_every_answer_names_the_version_of_the_api(world: World) -> None:
    assert world.client.get("/v2/").headers["Docker-Distribution-API-Version"] == "registry/2.0"


def test_content_that_was_lost_is_told_as_missing(world: World) -> None:
    digest, _ = world.push("v1")
    world.store.delete(Digest(digest))
    assert get(world, "v1").json()["errors"][0]["code"] == "MANIFEST_UNKNOWN"
