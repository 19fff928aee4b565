"""The files of codes and models, as they lie in the blob storage of this cloud."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from localcloud.arm.errors import NotEmulated
from localcloud.services.machinelearning.online_errors import FilesNotFound
from localcloud.services.storage.accounts import by_name
from localcloud.services.storage.blobs import Blobs

if TYPE_CHECKING:
    from localcloud.cloud import Cloud


@dataclass(frozen=True, slots=True)
class Files:
    """A file or a folder of blobs.

    Attributes:
        name: Its own name: the last part of the URI.
        paths: Where each file is on disk, by its path: `name` for a file, `name/...` for those of a folder.
    """

    name: str
    paths: Mapping[str, Path]


def find(cloud: Cloud, uri: str) -> Files:
    """What is at the URI of a code or a model.

    Raises:
        NotEmulated: It is no address of a blob, such as `azureml://...`.
        FilesNotFound: There is nothing in this cloud's storage.
    """
    parts = urlsplit(uri)
    if parts.scheme not in {"http", "https"}:
        raise NotEmulated(f"assets at '{uri}'", ["https://<blob endpoint>/<container>/<path>"])
    match unquote(parts.path).strip("/").split("/"):
        case ["blob", account, container, *rest] if by_name(cloud, account) is not None:
            found = _files(Blobs(cloud.store, cloud.home.storage), account.lower(), container, "/".join(rest))
        case _:
            raise FilesNotFound(uri)
    if not found.paths:
        raise FilesNotFound(uri)
    return found


def _files(blobs: Blobs, account: str, container: str, path: str) -> Files:
    name = posixpath.basename(path) or container
    blob = blobs.find(account, container, path)
    if blob is not None:
        return Files(name, {name: blobs.path(account, container, blob)})
    below = blobs.below(account, container, path)
    start = len(path) + 1 if path else 0
    return Files(name, {f"{name}/{blob.name[start:]}": blobs.path(account, container, blob) for blob in below})
