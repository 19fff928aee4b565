"""Secrets that the service has to give back later: sealed in the store, where no GET finds them."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

from cryptography.fernet import Fernet

if TYPE_CHECKING:
    from localcloud.cloud import Cloud


class SealedDocuments:
    """Documents of one kind by the key of a resource.

    Args:
        collection: What the kind is called in the store.
        purpose: What the sealing key is derived for.
    """

    def __init__(self, collection: str, purpose: str) -> None:
        self._collection = collection
        self._purpose = purpose

    def put(self, cloud: Cloud, key: str, document: dict[str, Any]) -> None:
        """Seals a document, in place of one that was there."""
        sealed = self._cipher(cloud).encrypt(json.dumps(document).encode()).decode()
        cloud.store.put(self._collection, key, {"sealed": sealed})

    def get(self, cloud: Cloud, key: str) -> dict[str, Any] | None:
        """What was sealed; None when there is nothing."""
        kept = cloud.store.get(self._collection, key)
        if kept is None:
            return None
        document: dict[str, Any] = json.loads(self._cipher(cloud).decrypt(kept["sealed"].encode()))
        return document

    def forget(self, cloud: Cloud, key: str) -> None:
        """Removes what was sealed; nothing happens when there is nothing."""
        cloud.store.delete(self._collection, key)

    def _cipher(self, cloud: Cloud) -> Fernet:
        return Fernet(base64.urlsafe_b64encode(cloud.settings.derive(self._purpose)))
