"""What the services' tests share with those of storage: a loop on which databases are opened."""

from __future__ import annotations

from tests.storage.conftest import run as run
