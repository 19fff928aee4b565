"""Contents of the engine's assets and archives."""

from __future__ import annotations

import io
import tarfile
import zipfile
from pathlib import Path

from localcloud.plugins.errors import InvalidInput, NotEmulated
from localcloud.plugins.values import Archive, Asset

_EPOCH = (1980, 1, 1, 0, 0, 0)


def content_of(source: Asset | Archive) -> bytes:
    """The bytes of a file; an archive is zipped, as azure-native does for a blob, the same for the same files.

    Raises:
        InvalidInput: The file can't be read.
        NotEmulated: The content is at an address.
    """
    if source.uri is not None:
        raise NotEmulated("asset", f"remote content ({source.uri})", ["text", "file", "folder", "archive of assets"])
    try:
        return _asset(source) if isinstance(source, Asset) else _zipped(_files(source, ""))
    except (OSError, tarfile.TarError, zipfile.BadZipFile) as error:
        raise InvalidInput(f"can't read the content of '{source.path}': {error}") from error


def _asset(asset: Asset) -> bytes:
    return (asset.text or "").encode() if asset.path is None else _absolute(asset.path).read_bytes()


def _absolute(path: str) -> Path:
    place = Path(path)
    if not place.is_absolute():
        # An attached plugin isn't told the program's folder, and its own working directory is another.
        raise InvalidInput(f"the path of an asset has to be absolute for an attached plugin; got '{path}'")
    return place


def _files(archive: Archive, prefix: str) -> dict[str, bytes]:
    if archive.path is not None:
        return {f"{prefix}{name}": data for name, data in _files_at(_absolute(archive.path)).items()}
    files: dict[str, bytes] = {}
    for name, member in (archive.assets or {}).items():
        place = f"{prefix}{name}"
        files |= {place: _asset(member)} if isinstance(member, Asset) else _files(member, f"{place}/")
    return files


def _files_at(path: Path) -> dict[str, bytes]:
    if path.is_dir():
        return {file.relative_to(path).as_posix(): file.read_bytes() for file in path.rglob("*") if file.is_file()}
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            return {name: archive.read(name) for name in archive.namelist() if not name.endswith("/")}
    with tarfile.open(path) as archive:
        members = ((member.name, archive.extractfile(member)) for member in archive if member.isfile())
        return {name.removeprefix("./"): stream.read() for name, stream in members if stream is not None}


def _zipped(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), files[name], zipfile.ZIP_DEFLATED)
    return buffer.getvalue()
