"""Which repositories, tags, manifests and blobs each registry has; their content is in the content store."""

from __future__ import annotations

import sqlite3
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from localcloud.images.content import Digest

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_SCHEMA = """
CREATE TABLE IF NOT EXISTS manifests (
    login_server TEXT, repository TEXT, digest TEXT, media_type TEXT NOT NULL, subject TEXT,
    PRIMARY KEY (login_server, repository, digest)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS referrers ON manifests (login_server, repository, subject);
CREATE TABLE IF NOT EXISTS tags (
    login_server TEXT, repository TEXT, tag TEXT, digest TEXT NOT NULL,
    PRIMARY KEY (login_server, repository, tag)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS blobs (
    login_server TEXT, repository TEXT, digest TEXT,
    PRIMARY KEY (login_server, repository, digest)) WITHOUT ROWID;
"""


@dataclass(frozen=True)
class ManifestRecord:
    """A manifest that a repository has."""

    digest: Digest
    media_type: str


class Catalog:
    """A SQLite file; may be used from any thread. `login_server` is `address:port`."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        self._database = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute("PRAGMA busy_timeout = 5000")
        # A crash of the machine may lose the last commits of a stand-in cloud; a kill of the process loses none.
        self._database.execute("PRAGMA synchronous = NORMAL")
        self._database.executescript(_SCHEMA)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._database.close()

    def put_manifest(
        self, login_server: str, repository: str, record: ManifestRecord, subject: str | None = None
    ) -> None:
        """Add a manifest, or leave it as it is; `subject` is the digest that it refers to."""
        self._run(
            "INSERT OR REPLACE INTO manifests VALUES (?, ?, ?, ?, ?)",
            (login_server, repository, record.digest, record.media_type, subject),
        )

    def manifest(self, login_server: str, repository: str, reference: str) -> ManifestRecord | None:
        """The manifest that a tag or digest names, or None."""
        digest = reference if ":" in reference else self._tagged(login_server, repository, reference)
        rows = self._run(
            "SELECT digest, media_type FROM manifests WHERE login_server = ? AND repository = ? AND digest = ?",
            (login_server, repository, digest),
        )
        return ManifestRecord(Digest(rows[0][0]), rows[0][1]) if rows else None

    def referrers(self, login_server: str, repository: str, subject: str) -> list[ManifestRecord]:
        """The manifests that refer to a digest, in the order of their digests."""
        rows = self._run(
            "SELECT digest, media_type FROM manifests WHERE login_server = ? AND repository = ? AND subject = ?"
            " ORDER BY digest",
            (login_server, repository, subject),
        )
        return [ManifestRecord(Digest(digest), media_type) for digest, media_type in rows]

    def delete_manifest(self, login_server: str, repository: str, digest: str) -> bool:
        """Take a manifest and its tags away; whether it was there."""
        key = (login_server, repository, digest)
        with self._lock, self._database:
            self._database.execute("BEGIN IMMEDIATE")
            self._database.execute("DELETE FROM tags WHERE login_server = ? AND repository = ? AND digest = ?", key)
            cursor = self._database.execute(
                "DELETE FROM manifests WHERE login_server = ? AND repository = ? AND digest = ?", key
            )
            return cursor.rowcount > 0

    def put_tag(self, login_server: str, repository: str, tag: str, digest: Digest) -> None:
        """Point a tag at a manifest, wherever it pointed before."""
        self._run("INSERT OR REPLACE INTO tags VALUES (?, ?, ?, ?)", (login_server, repository, tag, digest))

    def delete_tag(self, login_server: str, repository: str, tag: str) -> bool:
        """Take a tag away and leave its manifest; whether it was there."""
        was_there = self._tagged(login_server, repository, tag) is not None
        self._run(
            "DELETE FROM tags WHERE login_server = ? AND repository = ? AND tag = ?", (login_server, repository, tag)
        )
        return was_there

    def tags(self, login_server: str, repository: str) -> list[str]:
        """The tags of a repository, sorted."""
        rows = self._run(
            "SELECT tag FROM tags WHERE login_server = ? AND repository = ? ORDER BY tag", (login_server, repository)
        )
        return [tag for (tag,) in rows]

    def repositories(self, login_server: str) -> list[str]:
        """The repositories that have a manifest, sorted."""
        rows = self._run(
            "SELECT DISTINCT repository FROM manifests WHERE login_server = ? ORDER BY repository", (login_server,)
        )
        return [repository for (repository,) in rows]

    def has_repository(self, login_server: str, repository: str) -> bool:
        """Whether a repository has a manifest."""
        query = "SELECT 1 FROM manifests WHERE login_server = ? AND repository = ? LIMIT 1"
        return bool(self._run(query, (login_server, repository)))

    def add_blobs(self, login_server: str, repository: str, digests: Iterable[Digest]) -> None:
        """Give a repository blobs that are in the content store."""
        with self._lock, self._database:
            self._database.execute("BEGIN IMMEDIATE")
            self._database.executemany(
                "INSERT OR IGNORE INTO blobs VALUES (?, ?, ?)",
                [(login_server, repository, digest) for digest in digests],
            )

    def has_blob(self, login_server: str, repository: str, digest: str) -> bool:
        """Whether a repository has a blob."""
        query = "SELECT 1 FROM blobs WHERE login_server = ? AND repository = ? AND digest = ?"
        return bool(self._run(query, (login_server, repository, digest)))

    def remove_blob(self, login_server: str, repository: str, digest: str) -> None:
        """Take a blob from a repository; the content stays, others may have it."""
        self._run(
            "DELETE FROM blobs WHERE login_server = ? AND repository = ? AND digest = ?",
            (login_server, repository, digest),
        )

    def remove_registry(self, login_server: str) -> None:
        """Forget all that a registry has."""
        with self._lock, self._database:
            self._database.execute("BEGIN IMMEDIATE")
            self._database.execute("DELETE FROM manifests WHERE login_server = ?", (login_server,))
            self._database.execute("DELETE FROM tags WHERE login_server = ?", (login_server,))
            self._database.execute("DELETE FROM blobs WHERE login_server = ?", (login_server,))

    def _tagged(self, login_server: str, repository: str, tag: str) -> str | None:
        rows = self._run(
            "SELECT digest FROM tags WHERE login_server = ? AND repository = ? AND tag = ?",
            (login_server, repository, tag),
        )
        return str(rows[0][0]) if rows else None

    def _run(self, query: str, values: tuple[str | None, ...]) -> list[tuple[str, ...]]:
        with self._lock:
            return self._database.execute(query, values).fetchall()
