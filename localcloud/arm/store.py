"""Documents on disk: JSON by collection and key, in one SQLite file that survives a kill at any moment."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

Document = dict[str, Any]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS documents (
    collection TEXT NOT NULL,
    key TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (collection, key)
) WITHOUT ROWID
"""


class Store:
    """Collections of JSON documents; safe to use from several threads."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._local = threading.local()
        with self.transaction() as connection:
            connection.execute(_SCHEMA)
        path.chmod(0o600)

    def get(self, collection: str, key: str) -> Document | None:
        """The document under this key; None when there is none."""
        row = (
            self._connection()
            .execute("SELECT body FROM documents WHERE collection = ? AND key = ?", (collection, key))
            .fetchone()
        )
        return json.loads(row[0]) if row else None

    def put(self, collection: str, key: str, body: Document) -> None:
        """Writes a document, in place of one that was there."""
        with self.transaction() as connection:
            connection.execute(
                "INSERT INTO documents VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET body = excluded.body",
                (collection, key, json.dumps(body)),
            )

    def add(self, collection: str, key: str, body: Document) -> bool:
        """Writes a document unless there is one; says whether it did."""
        with self.transaction() as connection:
            cursor = connection.execute(
                "INSERT OR IGNORE INTO documents VALUES (?, ?, ?)", (collection, key, json.dumps(body))
            )
        return cursor.rowcount == 1

    def delete(self, collection: str, key: str) -> bool:
        """Removes a document; says whether there was one."""
        with self.transaction() as connection:
            cursor = connection.execute("DELETE FROM documents WHERE collection = ? AND key = ?", (collection, key))
        return cursor.rowcount == 1

    def list(self, collection: str, prefix: str = "", containing: str = "") -> list[Document]:
        """All documents whose key starts with `prefix` and has `containing` in it, in the order of their keys."""
        rows = self._connection().execute(
            "SELECT body FROM documents WHERE collection = ? AND substr(key, 1, ?) = ? AND instr(key, ?) ORDER BY key",
            (collection, len(prefix), prefix, containing),
        )
        return [json.loads(row[0]) for row in rows.fetchall()]

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """One write that happens as a whole or not at all."""
        connection = self._connection()
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")

    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = sqlite3.connect(self._path, timeout=30, isolation_level=None)
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            self._local.connection = connection
        return connection
