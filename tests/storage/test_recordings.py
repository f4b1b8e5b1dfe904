from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.storage.conftest import Loop
from workbench.domain.models import Cost
from workbench.domain.speech.spoken import Spoken
from workbench.domain.speech.takes import Recording
from workbench.storage.database import Database
from workbench.storage.recordings import RecordingStore, SpokenStore

TALK = Recording(
    "r1",
    "talk.mp3",
    "/music/talk.mp3",
    False,
    61.5,
    7.0,
    1234,
    "audio/mpeg",
    6.5,
    "print",
    "What is said.",
    "s1",
)
SAID = Spoken(
    "s1", "Hello.", "m", {"speaker": "luna"}, "Desk", 7.0, "s1.mp3", "audio/mpeg", 99, Cost(0.1), 12.5, "e"
)


@pytest.fixture
def store(run: Loop, database: Database) -> RecordingStore:
    return RecordingStore(database)


@pytest.fixture
def spoken(run: Loop, database: Database) -> SpokenStore:
    return SpokenStore(database)


def test_a_recording_comes_back_as_it_was_stored_last(run: Loop, store: RecordingStore) -> None:
    run(store.put(replace(TALK, name="?", own=True)))
    run(store.put(TALK))
    assert run(store.get("r1")) == TALK
    assert run(store.get("nobody")) is None


def test_own_recordings_are_found_where_a_portable_copy_was_carried(
    run: Loop, store: RecordingStore, tmp_path: Path
) -> None:
    (tmp_path / "r2.wav").write_bytes(b"sound")
    run(store.put(TALK))
    run(store.put(replace(TALK, id="r2", own=True, path="E:\\workbench\\recordings\\r2.wav")))
    run(store.put(replace(TALK, id="r3", own=True, path="/gone/r3.wav")))
    run(store.look_in(tmp_path))
    found = {one.id: one.path for one in run(store.all())}
    assert found == {"r1": TALK.path, "r2": str(tmp_path / "r2.wav"), "r3": "/gone/r3.wav"}


def test_the_newest_recordings_come_first_and_deleted_ones_apart(run: Loop, store: RecordingStore) -> None:
    for number in (1, 3, 2):
        run(store.put(replace(TALK, id=f"r{number}")))
    run(store.delete(["r2"], 5.0))
    assert [one.id for one in run(store.all())] == ["r3", "r1"]
    assert [one.id for one in run(store.all(deleted=True))] == ["r2"]
    run(store.put(replace(TALK, id="r2", seconds=3.0)))
    assert [one.id for one in run(store.all(deleted=True))] == ["r2"], "storing it does not bring it back"
    run(store.restore(["r2"]))
    assert [one.id for one in run(store.all())] == ["r3", "r2", "r1"]


def test_only_what_was_deleted_before_a_time_is_removed_for_good(run: Loop, store: RecordingStore) -> None:
    run(store.put(TALK))
    run(store.delete(["r1"], 50.0))
    assert run(store.purge(50.0)) == []
    assert run(store.purge(51.0)) == [TALK]
    assert run(store.get("r1")) is None


def test_what_was_spoken_comes_back_page_by_page(run: Loop, spoken: SpokenStore) -> None:
    run(spoken.put(SAID))
    assert run(spoken.get("s1")) == SAID
    for number in (2, 3):
        run(spoken.put(replace(SAID, id=f"s{number}", cost=None, took_ms=None)))
    assert [one.id for one in run(spoken.all(2))] == ["s3", "s2"]
    assert run(spoken.all(2, before="s2")) == [SAID]
    run(spoken.delete(["s3"], 5.0))
    assert [one.id for one in run(spoken.all(2))] == ["s2", "s1"]
    run(spoken.restore(["s3"]))
    assert len(run(spoken.all(9))) == 3
    run(spoken.delete(["s1"], 5.0))
    assert run(spoken.purge(6.0)) == [SAID]
    assert run(spoken.get("s1")) is None
