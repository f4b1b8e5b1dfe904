from __future__ import annotations

import pytest

from tests.storage.conftest import Loop
from workbench.storage.database import Database
from workbench.storage.open_rows import OpenRows


def own(database: Database, run: Loop, owner: str, *, is_open: bool) -> None:
    run(
        database.write(
            lambda connection: connection.execute(
                "INSERT INTO speech_batches VALUES (?, x'', ?, ?)", (f"{owner} {is_open}", is_open, owner)
            )
        )
    )


@pytest.fixture
def rows(database: Database) -> OpenRows:
    return OpenRows(database, "speech_batches")


def test_only_open_rows_of_owners_that_do_not_live_are_left_behind(
    run: Loop, database: Database, rows: OpenRows
) -> None:
    own(database, run, database.owner, is_open=True)
    own(database, run, run.database().owner, is_open=True)
    own(database, run, "dead", is_open=False)
    assert not run(rows.left_behind())
    own(database, run, "dead", is_open=True)
    own(database, run, "", is_open=True)
    assert run(rows.left_behind())
    assert set(run(database.read(rows.gone))) == {"dead", ""}


def test_only_another_window_that_lives_is_elsewhere(run: Loop, database: Database, rows: OpenRows) -> None:
    assert rows.is_elsewhere(run.database().owner)
    assert not any(map(rows.is_elsewhere, (database.owner, "dead", "")))


def test_a_condition_tells_which_rows_are_open(run: Loop, database: Database) -> None:
    own(database, run, "dead", is_open=True)
    assert not run(OpenRows(database, "speech_batches", "open AND id = 'another'").left_behind())
    assert run(OpenRows(database, "speech_batches", "open AND id LIKE 'dead%'").left_behind())
