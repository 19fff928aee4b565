"""The environment of `localcloud run`."""

from __future__ import annotations

import json
import ssl
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from localcloud import environment
from localcloud.control.certificates import Certificates
from localcloud.control.settings import CloudSettings
from localcloud.environment import NotLoopback, NotServing
from localcloud.home import write_private

if TYPE_CHECKING:
    from localcloud.home import Home


@pytest.fixture
def serving(home: Home) -> Home:
    """A home as it is while the cloud serves."""
    Certificates(home.certificates)
    write_private(home.endpoint_file, json.dumps({"url": "https://127.0.0.1:4430", "pid": 1}))
    write_private(home.plugins_file, json.dumps({"pid": 2, "ports": {"docker": 2, "azure-native": 1}}))
    return home


def test_a_command_meets_this_cloud_and_no_other(serving: Home) -> None:
    found = environment.build(serving, {"PATH": "/bin", "OTHER": "kept", "DOCKER_HOST": "tcp://other:2375"})
    settings = CloudSettings.load(serving.settings_file, {})
    assert found["OTHER"] == "kept"
    assert "DOCKER_HOST" not in found
    assert found["LOCALCLOUD_HOME"] == str(serving.root)
    assert found["PULUMI_BACKEND_URL"] == f"file://{serving.root}/pulumi"
    assert (serving.root / "pulumi").is_dir()
    assert found["PULUMI_SKIP_UPDATE_CHECK"] == "true"
    assert found["PULUMI_DEBUG_PROVIDERS"] == "azure-native:1,docker:2"
    assert found["ARM_METADATA_HOSTNAME"] == "127.0.0.1:4430"
    assert found["ARM_SUBSCRIPTION_ID"] == settings.subscription_id
    assert found["ARM_TENANT_ID"] == settings.tenant_id
    assert found["ARM_CLIENT_ID"] == settings.client_id
    assert "ARM_CLIENT_SECRET" not in found
    assert found["PATH"] == "/bin"


def test_the_passphrase_is_the_same_in_every_home_unless_there_is_one(serving: Home) -> None:
    assert environment.build(serving, {})["PULUMI_CONFIG_PASSPHRASE"] == "localcloud"
    for own in ({"PULUMI_CONFIG_PASSPHRASE": "mine"}, {"PULUMI_CONFIG_PASSPHRASE_FILE": "/mine"}):
        found = environment.build(serving, own)
        assert {key: value for key, value in found.items() if "PASSPHRASE" in key} == own


def test_our_authority_is_trusted_beside_the_others(serving: Home, tmp_path: Path) -> None:
    Certificates(tmp_path / "other")
    others = tmp_path / "other" / "ca.pem"
    found = environment.build(serving, {"SSL_CERT_FILE": str(others)})
    bundle = Path(found["SSL_CERT_FILE"])
    assert found["REQUESTS_CA_BUNDLE"] == found["CURL_CA_BUNDLE"] == str(bundle)
    assert len(ssl.create_default_context(cafile=bundle).get_ca_certs()) == 2
    before = bundle.read_text()
    environment.build(serving, found)
    assert bundle.read_text() == before
    environment.build(serving, {"SSL_CERT_FILE": str(tmp_path / "missing.pem")})
    assert len(ssl.create_default_context(cafile=bundle).get_ca_certs()) == 1


def test_loopback_is_not_proxied(serving: Home) -> None:
    found = environment.build(serving, {"NO_PROXY": "internal, localhost"})
    assert found["NO_PROXY"] == found["no_proxy"] == "internal,localhost,127.0.0.0/8,127.0.0.1"


def test_executables_of_the_home_come_first(serving: Home) -> None:
    (serving.root / "bin").mkdir()
    assert environment.build(serving, {"PATH": "/bin"})["PATH"] == f"{serving.root}/bin:/bin"


@pytest.mark.parametrize("url", ["https://management.example:443", "https://10.0.0.1:1", "https://:1", ""])
def test_another_machine_is_refused(serving: Home, url: str) -> None:
    write_private(serving.endpoint_file, json.dumps({"url": url, "pid": 1}))
    with pytest.raises(NotLoopback, match="is not on loopback"):
        environment.build(serving, {})


def test_a_cloud_that_does_not_serve_is_named(home: Home) -> None:
    with pytest.raises(NotServing, match=str(home.root)):
        environment.build(home, {})
