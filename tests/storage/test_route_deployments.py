"""Who deployed what from here."""

from __future__ import annotations

from dataclasses import replace

from tests.storage.conftest import Loop
from workbench.domain.gateways import DeploymentRecord
from workbench.storage.database import Database
from workbench.storage.route_deployments import DeploymentRecords

FIRST = DeploymentRecord("local", "default", "support", "v1", 1.0, "lena", "first try")


def test_the_records_of_one_route_come_oldest_first(run: Loop, database: Database) -> None:
    records = DeploymentRecords(database)
    later = replace(FIRST, version_id="v2", at=2.0, note="")
    for record in (later, FIRST, replace(FIRST, route="sales"), replace(FIRST, gateway="other")):
        run(records.add(record))
    assert run(records.of("local", "default", "support")) == (FIRST, later)
