"""Microsoft.Storage: storage accounts, blob containers and the data plane of block blobs."""

from __future__ import annotations

from localcloud.services.storage.accounts import StorageAccounts
from localcloud.services.storage.containers import BlobContainers, BlobServices

TYPES = (StorageAccounts(), BlobServices(), BlobContainers())
