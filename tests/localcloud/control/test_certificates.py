"""Certificates that strict clients accept, for loopback only."""

from __future__ import annotations

import shutil
import ssl
import stat
import subprocess
from pathlib import Path

import pytest
from cryptography import x509

from localcloud.control.certificates import Certificates


def _handshake(server: ssl.SSLContext, client: ssl.SSLContext, name: str) -> None:
    """A TLS handshake in memory; raises what the client has against the certificate."""
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = (
        server.wrap_bio(to_server, to_client, server_side=True),
        client.wrap_bio(to_client, to_server, server_hostname=name),
    )
    done: set[int] = set()
    for turn in range(20):
        try:
            ends[(turn + 1) % 2].do_handshake()
            done.add(turn % 2)
        except ssl.SSLWantReadError:
            continue
    assert done == {0, 1}


@pytest.fixture
def certificates(tmp_path: Path) -> Certificates:
    return Certificates(tmp_path)


def test_a_strict_client_that_trusts_the_authority_accepts_the_address(
    certificates: Certificates, tmp_path: Path
) -> None:
    server = certificates.server_context("127.3.4.5")
    client = ssl.create_default_context(cafile=tmp_path / "ca.pem")
    client.verify_flags |= ssl.VERIFY_X509_STRICT
    _handshake(server, client, "127.3.4.5")
    _handshake(server, client, "localhost")
    for wrong in ("127.3.4.6", "registry.example"):
        with pytest.raises(ssl.SSLCertVerificationError, match=r"mismatch|not valid"):
            _handshake(server, client, wrong)


def test_the_authority_can_vouch_for_loopback_only(certificates: Certificates, tmp_path: Path) -> None:
    server = certificates.server_context("10.0.0.1")
    client = ssl.create_default_context(cafile=tmp_path / "ca.pem")
    with pytest.raises(ssl.SSLCertVerificationError, match="permitted subtree"):
        _handshake(server, client, "10.0.0.1")


def test_the_authority_stays_and_its_key_is_private(tmp_path: Path) -> None:
    Certificates(tmp_path)
    before = (tmp_path / "ca.pem").read_bytes()
    _handshake(
        Certificates(tmp_path).server_context("127.0.0.1"),
        ssl.create_default_context(cafile=tmp_path / "ca.pem"),
        "127.0.0.1",
    )
    assert (tmp_path / "ca.pem").read_bytes() == before
    for path in tmp_path.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_certificates_have_what_go_and_openssl_ask_for(certificates: Certificates, tmp_path: Path) -> None:
    certificates.server_context("127.0.0.1")
    authority = x509.load_pem_x509_certificate((tmp_path / "ca.pem").read_bytes())
    leaf = x509.load_pem_x509_certificate((tmp_path / "127.0.0.1.pem").read_bytes())
    basic = authority.extensions.get_extension_for_class(x509.BasicConstraints)
    assert (basic.critical, basic.value.ca, basic.value.path_length) == (True, True, 0)
    assert authority.extensions.get_extension_for_class(x509.KeyUsage).value.key_cert_sign
    own = authority.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
    assert leaf.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value.key_identifier == own
    assert not leaf.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    assert (leaf.not_valid_after_utc - leaf.not_valid_before_utc).days <= 398


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_openssl_verifies_strictly(certificates: Certificates, tmp_path: Path) -> None:
    certificates.server_context("127.9.9.9")
    verify = ["openssl", "verify", "-x509_strict", "-purpose", "sslserver", "-verify_ip", "127.9.9.9"]
    command = [*verify, "-CAfile", str(tmp_path / "ca.pem"), str(tmp_path / "127.9.9.9.pem")]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
