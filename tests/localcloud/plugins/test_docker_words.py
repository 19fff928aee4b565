"""The Docker client's words: references, credentials, durations, logs."""

from __future__ import annotations

import ipaddress
import json

import pytest

from localcloud.plugins.docker.container_spec import create_body, nanoseconds
from localcloud.plugins.docker.engine import credentials_for, split_reference, unframed
from localcloud.plugins.errors import InvalidInput, NotEmulated

UNSPECIFIED = str(ipaddress.IPv4Address(0))
AUTH = json.dumps([{"address": "https://127.0.0.9:5443", "username": "user", "password": "canary"}])


@pytest.mark.parametrize(
    ("reference", "parts"),
    [
        ("127.0.0.9:5443/a/b@sha256:1", ("127.0.0.9:5443", "127.0.0.9:5443/a/b", "sha256:1")),
        ("localhost/a:v1", ("localhost", "localhost/a", "v1")),
        ("host:443/a:v1@sha256:1", ("host:443", "host:443/a", "sha256:1")),
        ("library/ubuntu", ("docker.io", "library/ubuntu", "latest")),
        ("ubuntu:22.04", ("docker.io", "ubuntu", "22.04")),
    ],
)
def test_references_are_split_as_the_docker_client_does(reference: str, parts: tuple[str, str, str]) -> None:
    assert split_reference(reference) == parts


def test_credentials_are_for_their_address_only_and_hide_their_password() -> None:
    configuration = {"registryAuth": AUTH}
    found = credentials_for(configuration, "127.0.0.9:5443")
    assert found is not None
    assert "canary" not in repr(found)
    assert credentials_for(configuration, "127.0.0.8:5443") is None
    with pytest.raises(NotEmulated, match="configFile"):
        credentials_for({"registryAuth": [{"address": "a", "configFile": "f"}]}, "a")
    with pytest.raises(InvalidInput, match="not a JSON list"):
        credentials_for({"registryAuth": "{"}, "a")


def test_durations_are_those_of_go() -> None:
    assert nanoseconds("interval", "1m30s") == 90 * 10**9
    assert nanoseconds("interval", "1.5s") == 1_500_000_000
    with pytest.raises(InvalidInput, match=r"'healthcheck\.interval' is not a duration; got '10'"):
        nanoseconds("healthcheck.interval", "10")


def test_logs_come_with_and_without_frames() -> None:
    framed = b"\x01\0\0\0\0\0\0\x03one\x02\0\0\0\0\0\0\x03two"
    assert unframed(framed) == b"onetwo"
    assert unframed(b"plain text\n") == b"plain text\n"
    assert unframed(b"") == b""


def test_a_container_needs_no_more_than_an_image() -> None:
    policy = {"RestartPolicy": {"Name": "no", "MaximumRetryCount": 0}}
    assert create_body({"image": "i"}) == {"Image": "i", "HostConfig": policy}
    body = create_body({"image": "i", "ports": [{"internal": 53, "protocol": "udp"}], "stopTimeout": 3, "user": "me"})
    assert body["HostConfig"]["PortBindings"] == {"53/udp": [{"HostIp": UNSPECIFIED, "HostPort": ""}]}
    assert (body["StopTimeout"], body["User"]) == (3, "me")
