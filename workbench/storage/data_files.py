"""What lies in the data folder, and which of it is the user's own."""

from __future__ import annotations

from collections.abc import Mapping

from workbench.storage.gateway_cache import CACHE_MIGRATIONS
from workbench.storage.gateway_configuration import GATEWAY_MIGRATIONS
from workbench.storage.image_thumbnails import THUMBNAIL_MIGRATIONS
from workbench.storage.journal import JOURNAL_MIGRATIONS
from workbench.storage.migrations import MIGRATIONS, Migration
from workbench.storage.vector_cache import VECTOR_MIGRATIONS

WORKBENCH, GATEWAY, JOURNAL, CACHE, VECTORS = (
    "workbench.db",
    "gateway.db",
    "journal.db",
    "cache.db",
    "vectors.db",
)
DATABASES: Mapping[str, tuple[Migration, ...]] = {
    WORKBENCH: MIGRATIONS,
    GATEWAY: GATEWAY_MIGRATIONS,
    JOURNAL: JOURNAL_MIGRATIONS,
    CACHE: CACHE_MIGRATIONS,
    VECTORS: VECTOR_MIGRATIONS,
    "thumbnails.db": THUMBNAIL_MIGRATIONS,
}
"""Every database by its file's name, with its steps. The third to fifth belong to the local gateway."""
