from __future__ import annotations

from pathlib import Path

from workbench.gateway.parts import CACHE_FILE, CONFIGURATION_FILE
from workbench.gateway.sandbox.fault_rules import FILE as FAULTS_FILE
from workbench.gateway.server import LOCK_FILE
from workbench.services.data.manifest import FAULTS
from workbench.storage import takeover
from workbench.storage.data_files import CACHE, DATABASES, GATEWAY, JOURNAL, VECTORS, WORKBENCH
from workbench.storage.journal import FILE as JOURNAL_FILE
from workbench.storage.paths import Paths


def test_the_databases_have_the_names_that_their_owners_give_them() -> None:
    paths = Paths.under(Path("/home"))
    assert (paths.database.name, paths.vectors.name) == (WORKBENCH, VECTORS)
    assert (GATEWAY, JOURNAL, CACHE) == (CONFIGURATION_FILE, JOURNAL_FILE, CACHE_FILE)
    assert paths.thumbnails.name in DATABASES
    assert (FAULTS, takeover._GATEWAY_LOCK) == (FAULTS_FILE, LOCK_FILE)
    assert paths.takeover.name == takeover._PLAN
