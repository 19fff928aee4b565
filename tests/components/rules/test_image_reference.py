"""Image references: the normal form is Docker's, checked against the distribution project's own parser."""

from __future__ import annotations

import pytest
from azureml_scoring.rules.image_reference import ImageReference, InvalidImageReference
from hypothesis import given
from hypothesis import strategies as st

SHA256 = "sha256:" + "a1" * 32
SHA512 = "sha512:" + "b2" * 64


@pytest.mark.parametrize(
    ("text", "domain", "path", "tag", "digest"),
    [
        ("ubuntu", "docker.io", "library/ubuntu", None, None),
        ("ubuntu:22.04", "docker.io", "library/ubuntu", "22.04", None),
        ("docker.io/ubuntu", "docker.io", "library/ubuntu", None, None),
        ("index.docker.io/team/app", "docker.io", "team/app", None, None),
        ("team/app", "docker.io", "team/app", None, None),
        ("test_com/app", "docker.io", "test_com/app", None, None),
        ("192.168.0.1:80", "docker.io", "library/192.168.0.1", "80", None),
        ("localhost/app", "localhost", "app", None, None),
        ("localhost:5000/x", "localhost:5000", "x", None, None),
        ("localhost:5000", "docker.io", "library/localhost", "5000", None),
        ("127.0.0.2:5443/team/app:v1", "127.0.0.2:5443", "team/app", "v1", None),
        ("host:443/app", "host:443", "app", None, None),
        ("myacr.azurecr.io/app:latest@" + SHA256, "myacr.azurecr.io", "app", "latest", SHA256),
        ("app@" + SHA512, "docker.io", "library/app", None, SHA512),
        ("[fc00::1]:5000/app", "[fc00::1]:5000", "app", None, None),
        ("[::1]/app:v1", "[::1]", "app", "v1", None),
        ("Registry/app", "Registry", "app", None, None),
        ("a--b/c__d/e.f_g", "docker.io", "a--b/c__d/e.f_g", None, None),
        ("xn--n3h.com/myimage:xn--n3h.com", "xn--n3h.com", "myimage", "xn--n3h.com", None),
        ("app:LATEST", "docker.io", "library/app", "LATEST", None),
        ("a:" + "t" * 128, "docker.io", "library/a", "t" * 128, None),
    ],
)
def test_reads_as_docker_does(text: str, domain: str, path: str, tag: str | None, digest: str | None) -> None:
    assert ImageReference.parse(text) == ImageReference(domain, path, tag, digest)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        (" ubuntu", "repository"),
        ("ubuntu\n", "repository"),
        ("https://myacr.azurecr.io/app", "scheme"),
        ("myacr.azurecr.io/App", "lower case"),
        ("App", "lower case"),
        ("-app", "repository"),
        ("a///b", "repository"),
        ("a___b", "repository"),
        ("myacr.azurecr.io/", "repository"),
        ("app:", "tag"),
        ("app:-v1", "tag"),
        ("app:a:b", "tag"),
        ("app:" + "t" * 129, "tag"),
        ("app:\u0663", "tag"),
        ("app@sha256:abc", "64 lower-case hexadecimal digits"),
        ("app@" + SHA256.upper(), "lower case|start with one of"),
        ("app@sha256:" + "A" * 64, "64 lower-case"),
        ("app@" + SHA256 + "0", "64 lower-case"),
        ("app@sha512:" + "a" * 64, "128 lower-case"),
        ("app@md5:" + "a" * 32, "sha256, sha384, sha512"),
        ("app@", "digest"),
        ("app:v1@", "digest"),
        ("a" * 64, "image id"),
        ("a/" + "b" * 254, "255"),
        ("foo_bar.com/app", "registry"),
        ("-host.io/app", "registry"),
        ("[fe80::1%eth0]:5000/app", "registry"),
        ("fc00::1:5000/app", "registry"),
        ("host:port/app", "registry"),
        ("myacr.azurecr.io:443:1/app", "registry"),
    ],
)
def test_refuses_what_names_no_image(text: str, reason: str) -> None:
    with pytest.raises(InvalidImageReference, match=reason) as caught:
        ImageReference.parse(text)
    assert caught.value.text == text


def test_no_invalid_reference_can_be_made() -> None:
    with pytest.raises(InvalidImageReference, match="lower case"):
        ImageReference("docker.io", "Library/Ubuntu")
    with pytest.raises(InvalidImageReference, match="tag"):
        ImageReference.parse("ubuntu").with_tag("")
    with pytest.raises(InvalidImageReference, match="digest"):
        ImageReference.parse("ubuntu").with_digest("sha256:latest")


def test_another_tag_drops_the_digest_and_a_digest_keeps_the_tag() -> None:
    pinned = ImageReference.parse("ubuntu:22.04").with_digest(SHA256)
    assert str(pinned) == f"docker.io/library/ubuntu:22.04@{SHA256}"
    assert str(pinned.with_tag("24.04")) == "docker.io/library/ubuntu:24.04"
    assert pinned.repository == "docker.io/library/ubuntu"


component = st.from_regex(r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+){0,3}", fullmatch=True)
host = st.from_regex(r"[a-zA-Z0-9]([a-zA-Z0-9-]{0,8}[a-zA-Z0-9])?", fullmatch=True)
domains = st.one_of(
    st.just("docker.io"),
    st.just("localhost"),
    st.builds("{}.{}".format, host, host),
    st.builds("{}:{}".format, host, st.integers(1, 65535)),
    st.builds("[{}]:{}".format, st.ip_addresses(v=6), st.integers(1, 65535)),
)
tags = st.none() | st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}", fullmatch=True)
digests = st.none() | st.from_regex(r"sha256:[a-f0-9]{64}|sha512:[a-f0-9]{128}", fullmatch=True)


@given(domains, st.lists(component, min_size=2, max_size=4).map("/".join), tags, digests)
def test_round_trip(domain: str, path: str, tag: str | None, digest: str | None) -> None:
    reference = ImageReference(domain, path[:255].rstrip("._-/"), tag, digest)
    assert ImageReference.parse(str(reference)) == reference


@given(st.text(alphabet="aB1.:/@_-[]\n\u00e9", max_size=24))
def test_whatever_is_accepted_has_a_fixed_point(text: str) -> None:
    try:
        reference = ImageReference.parse(text)
    except InvalidImageReference:
        return
    assert ImageReference.parse(str(reference)) == reference
