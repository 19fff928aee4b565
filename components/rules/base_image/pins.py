"""Whether a package, as written, is always the same version."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from .installs import Manager

if TYPE_CHECKING:
    from .shell import Word

__all__ = ["Package", "Pin", "read_package"]


class Pin(str, Enum):
    """How firmly a package is named."""

    PINNED = "pinned"
    OPEN = "open"
    UNKNOWN = "unknown"
    LOCAL = "local"
    """A file or folder: what the build context or the image holds decides."""


@dataclass(frozen=True)
class Package:
    """A package as it is asked for.

    Attributes:
        name: Its name, lower case, words joined by single hyphens; the word itself where it has no name.
        version: What follows the name, e.g. `==1.5.1`; empty where nothing does.
        pin: How firmly it is named.
        text: The word, without credentials.
    """

    name: str
    version: str
    pin: Pin
    text: str


_NAME = re.compile(r"(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[[^\]]*\])?\s*(?P<rest>.*)", re.DOTALL)
_CONDA_NAME = re.compile(
    r"(?:[^\s:]+::)?(?P<name>[A-Za-z0-9_][A-Za-z0-9._-]*)(?:\[[^\]]*\])?\s*(?P<rest>.*)", re.DOTALL
)
_EXACT = re.compile(r"={2,3}\s*(?P<version>[^\s,;*]+)")
_CONDA_EXACT = re.compile(r"={1,2}\s*(?P<version>[A-Za-z0-9._+!-]+)(?:=[\w.*-]+)?")
_CONDA_SPACED = re.compile(r"(?P<version>\d[A-Za-z0-9._+!-]*)(?:\s+[\w.*-]+)?")
_MAJOR_ONLY = re.compile(r"\d{1,2}")
_COMMIT = re.compile(r"@(?:[0-9a-f]{7,64}|v?\d+(?:\.\d+)+[\w.+-]*)(?:#|$)")
_FILE_VERSION = re.compile(r"-v?\d+(?:\.\d+)+[^/]*\.(?:whl|tar\.gz|zip|tar\.bz2|conda|tgz)(?:[#?]|$)")
_CREDENTIALS = re.compile(r"://[^/@\s]*@")
_APT_NAME = re.compile(r"(?P<name>[a-z0-9][a-z0-9+.-]*)(?::(?P<arch>[a-z0-9-]+))?(?P<rest>[=/].*)?", re.DOTALL)


def read_package(word: Word, manager: Manager) -> Package:
    """Read one package of a command line or a file."""
    text = _CREDENTIALS.sub("://...@", word.text)
    name, version, pin = (_conda if manager is Manager.CONDA else _apt if manager is Manager.APT else _pip)(text)
    if word.unknown and pin is not Pin.LOCAL:
        pin = Pin.UNKNOWN if pin is Pin.PINNED or "$" in name or "`" in name else pin
    return Package(name, version, pin, text)


def _apt(text: str) -> tuple[str, str, Pin]:
    if text.startswith(("/", "./", "../", "~")) or text.endswith(".deb"):
        return posixpath.basename(text), "", Pin.LOCAL
    match = _APT_NAME.fullmatch(text)
    if match is None:
        return text, "", Pin.UNKNOWN if "$" in text or "`" in text else Pin.OPEN
    rest = match["rest"] or ""
    pinned = rest.startswith("=") and len(rest) > 1 and "*" not in rest
    return match["name"], rest, Pin.PINNED if pinned else Pin.OPEN


def _pip(text: str) -> tuple[str, str, Pin]:
    name, at, source = text.partition(" @ ")
    url = source if at else text
    if "://" in url or url.startswith("git+"):
        firm = _COMMIT.search(url) if url.startswith("git+") else _FILE_VERSION.search(url)
        return (_normal(name) if at else text), url, Pin.PINNED if firm else Pin.OPEN
    body = text.partition(";")[0].strip()
    if body.startswith((".", "/", "~")) or body.endswith((".whl", ".tar.gz", ".zip")):
        return body, "", Pin.LOCAL
    match = _NAME.fullmatch(body)
    if match is None:
        return body, "", Pin.UNKNOWN if "$" in body or "`" in body else Pin.OPEN
    rest = match["rest"].strip().removeprefix("(").removesuffix(")")
    exact = _EXACT.fullmatch(rest.split(" --")[0].strip())
    if rest.startswith("$"):
        return _normal(match["name"]), rest, Pin.UNKNOWN
    return _normal(match["name"]), rest, Pin.PINNED if exact else Pin.OPEN


def _conda(text: str) -> tuple[str, str, Pin]:
    if "://" in text or text.endswith((".conda", ".tar.bz2")):
        return text, "", Pin.PINNED if "://" in text and _FILE_VERSION.search(text.partition("#")[0]) else Pin.LOCAL
    match = _CONDA_NAME.fullmatch(text)
    if match is None:
        return text, "", Pin.UNKNOWN if "$" in text or "`" in text else Pin.OPEN
    name, rest = match["name"].lower(), match["rest"].strip()
    if rest.startswith("$") or re.match(r"={1,2}\s*\$", rest):
        return name, rest, Pin.UNKNOWN
    exact = _CONDA_EXACT.fullmatch(rest.removesuffix(".*")) or _CONDA_SPACED.fullmatch(rest)
    loose = exact is not None and _MAJOR_ONLY.fullmatch(exact["version"]) and not rest.startswith("==")
    return name, rest, Pin.PINNED if exact and not loose else Pin.OPEN


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
