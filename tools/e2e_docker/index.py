"""How pip reaches the package index inside a build: as this machine's own pip or uv does.

The configuration and the certificates that the machine trusts go into the build as secrets: they are there while a RUN
instruction runs, and neither in the image nor in its history.
"""

from __future__ import annotations

import ast
import os
import re
import ssl
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_PIP = ("index-url", "extra-index-url", "find-links", "no-index", "proxy", "timeout", "trusted-host")
"""Keys of pip's configuration that say where packages come from."""
_UV = {
    "UV_DEFAULT_INDEX": "index-url",
    "UV_INDEX_URL": "index-url",
    "UV_INDEX": "extra-index-url",
    "UV_EXTRA_INDEX_URL": "extra-index-url",
}
_CERTIFICATES = "/run/secrets/certificates.pem"
_SYSTEM = "/etc/ssl/certs/ca-certificates.crt"
_MOUNTS = (
    "--mount=type=secret,id=pip,target=/etc/pip.conf,mode=0444",
    f"--mount=type=secret,id=certificates,target={_CERTIFICATES},mode=0444",
)
_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy")
"""Build arguments that Docker knows by itself and keeps out of an image's history."""


def with_secrets(dockerfile: str) -> str:
    """The same Dockerfile with the two secrets mounted in each RUN instruction, and nothing else changed."""
    return re.sub(r"^RUN ", f"RUN {' '.join(_MOUNTS)} ", dockerfile, flags=re.MULTILINE)


def build_options(folder: Path, environment: Mapping[str, str] = os.environ) -> list[str]:
    """Options of `docker build` for a Dockerfile `with_secrets`.

    Args:
        folder: Where the secrets are written (mode 0600); it has to be there until the build has ended.
        environment: The machine's environment variables.
    """
    pip, certificates = folder / "pip.conf", folder / "certificates.pem"
    trusted = _trusted(environment)
    own = {"cert": _CERTIFICATES} if trusted else {}
    _write(pip, configuration(_pip_settings(environment), _uv_settings(environment), own))
    _write(certificates, trusted)
    secrets = [f"--secret=id={path.stem},src={path}" for path in (pip, certificates)]
    return ["--network=host", *secrets, *(f"--build-arg={name}" for name in _PROXIES if environment.get(name))]


def configuration(pip: Mapping[str, str], uv: Mapping[str, str], own: Mapping[str, str]) -> str:
    """A pip.conf: pip's settings, with uv's where pip has no index, and ours; folders of this machine are left out."""
    chosen = pip if "index-url" in pip else {**pip, **uv}
    kept = {key: " ".join(value.split()) for key, value in chosen.items() if key in _PIP}
    links = [link for link in kept.pop("find-links", "").split() if "://" in link]
    kept |= {**own, **({"find-links": " ".join(links)} if links else {})}
    return "\n".join(["[global]", *(f"{key} = {kept[key]}" for key in sorted(kept)), ""])


def _pip_settings(environment: Mapping[str, str]) -> dict[str, str]:
    """What pip reads from all its files and variables; `pip config list` has the strongest last."""
    listed = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], env=environment, capture_output=True, text=True, check=True
    )
    found = re.findall(r"^(?:global|install|:env:)\.([a-z-]+)=(.+)$", listed.stdout, re.MULTILINE)
    return {key: str(ast.literal_eval(value)) for key, value in found}


def _uv_settings(environment: Mapping[str, str]) -> dict[str, str]:
    home = Path(environment.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    files = [path for path in (Path("/etc/uv/uv.toml"), home / "uv" / "uv.toml") if path.is_file()]
    settings: dict[str, str] = {}
    for path in files:
        settings |= _of_uv(tomllib.loads(path.read_text(encoding="utf-8")))
    return settings | {key: environment[name] for name, key in _UV.items() if environment.get(name)}


def _of_uv(document: Mapping[str, Any]) -> dict[str, str]:
    indexes = document.get("index", [])
    main = [one["url"] for one in indexes if one.get("default")] or [document.get("index-url", "")]
    extra = [one["url"] for one in indexes if not one.get("default")] + document.get("extra-index-url", [])
    return {key: value for key, value in (("index-url", main[0]), ("extra-index-url", " ".join(extra))) if value}


def _trusted(environment: Mapping[str, str]) -> str:
    """The certificates that this machine trusts, and those that pip is told to trust, in one text."""
    named = [environment.get("SSL_CERT_FILE"), ssl.get_default_verify_paths().cafile, _SYSTEM]
    system = next((name for name in named if name and Path(name).is_file()), None)
    own = _pip_settings(environment).get("cert")
    paths = dict.fromkeys(path for path in (system, own) if path)
    return "\n".join(Path(path).read_text(encoding="utf-8") for path in paths)


def _write(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")
