"""The environment in which a command meets this cloud and no other: what `localcloud run` gives to it."""

from __future__ import annotations

import ipaddress
import os
import ssl
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from localcloud.control.settings import CloudSettings
from localcloud.home import CACHE_VARIABLE, HOME_VARIABLE, Home, write_private
from localcloud.lifecycle import LifecycleError

PASSPHRASE = "localcloud"  # noqa: S105 - it guards nothing, see below
"""Pulumi's passphrase where none is set. Every home has the same, so that a stack's committed salt fits it; what it
encrypts are secrets of a cloud that exists on this machine only."""

_NOT_PROXIED = ("127.0.0.0/8", "127.0.0.1", "localhost")
_OTHER_CLOUDS = ("DOCKER_HOST",)
"""Variables that lead Pulumi's providers elsewhere: the Docker engine of this cloud is its own."""


class NotLoopback(LifecycleError):
    """An endpoint beyond this machine: nothing is run against it."""

    def __init__(self, url: str) -> None:
        super().__init__(f"the control plane's address {url} is not on loopback; remove the home and start again")


class NotServing(LifecycleError):
    """A localcloud that has not been started."""

    def __init__(self, home: Home) -> None:
        super().__init__(f"the localcloud in {home.root} does not serve; run `python -m localcloud start`")


def build(home: Home, inherited: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The whole environment of a command; raises NotServing or NotLoopback.

    Args:
        home: The localcloud's folder; it has been started.
        inherited: The environment of the caller, which is kept where localcloud has nothing to say.
    """
    endpoint, plugins = home.endpoint(), home.plugins()
    if endpoint is None or plugins is None:
        raise NotServing(home)
    host = require_loopback(endpoint["url"])
    settings = CloudSettings.load(home.settings_file, inherited)
    bundle = str(_trusted(home, inherited))
    return {
        **{key: value for key, value in inherited.items() if key not in _OTHER_CLOUDS},
        HOME_VARIABLE: str(home.root),
        CACHE_VARIABLE: str(home.cache),
        **_pulumi(home, plugins["ports"], inherited),
        "ARM_METADATA_HOSTNAME": host,
        "ARM_SUBSCRIPTION_ID": settings.subscription_id,
        "ARM_TENANT_ID": settings.tenant_id,
        "ARM_CLIENT_ID": settings.client_id,
        "SSL_CERT_FILE": bundle,
        "REQUESTS_CA_BUNDLE": bundle,
        "CURL_CA_BUNDLE": bundle,
        "NODE_EXTRA_CA_CERTS": str(home.ca_certificate),
        **_no_proxy(inherited),
        **_path(home, inherited),
    }


def require_loopback(url: str) -> str:
    """The host and port of an address; raises NotLoopback for one that is not on this machine."""
    parts = urlsplit(url)
    try:
        address = ipaddress.ip_address(parts.hostname or "")
    except ValueError:
        raise NotLoopback(url) from None
    if not address.is_loopback:
        raise NotLoopback(url)
    return parts.netloc


def _pulumi(home: Home, ports: Mapping[str, int], inherited: Mapping[str, str]) -> dict[str, str]:
    backend = home.root / "pulumi"
    backend.mkdir(exist_ok=True)
    variables = {
        "PULUMI_BACKEND_URL": f"file://{backend}",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_DEBUG_PROVIDERS": ",".join(f"{name}:{port}" for name, port in sorted(ports.items())),
    }
    if not inherited.get("PULUMI_CONFIG_PASSPHRASE") and not inherited.get("PULUMI_CONFIG_PASSPHRASE_FILE"):
        variables["PULUMI_CONFIG_PASSPHRASE"] = PASSPHRASE
    return variables


def _trusted(home: Home, inherited: Mapping[str, str]) -> Path:
    """A bundle of what is trusted already and localcloud's own authority."""
    bundle = home.certificates / "bundle.pem"
    inherited_file = inherited.get("SSL_CERT_FILE") or ssl.get_default_verify_paths().cafile
    if inherited_file == str(bundle):
        return bundle
    trusted = Path(inherited_file).read_text() if inherited_file and Path(inherited_file).exists() else ""
    write_private(bundle, f"{trusted.rstrip()}\n{home.ca_certificate.read_text()}".lstrip())
    return bundle


def _no_proxy(inherited: Mapping[str, str]) -> dict[str, str]:
    known = (inherited.get("NO_PROXY") or inherited.get("no_proxy") or "").split(",")
    value = ",".join(dict.fromkeys([*filter(None, (name.strip() for name in known)), *_NOT_PROXIED]))
    return {"NO_PROXY": value, "no_proxy": value}


def _path(home: Home, inherited: Mapping[str, str]) -> dict[str, str]:
    executables = home.root / "bin"
    if not executables.is_dir():
        return {}
    return {"PATH": os.pathsep.join([str(executables), inherited.get("PATH", os.defpath)])}
