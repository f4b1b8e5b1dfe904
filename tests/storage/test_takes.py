from __future__ import annotations

import signal
import subprocess
import sys
from dataclasses import replace

import pytest

from tests.storage.conftest import Loop
from workbench.domain.exchange import Exchange
from workbench.domain.models import Cost
from workbench.domain.speech.takes import Part, Recording, Take, TakeState
from workbench.domain.speech.transcripts import Segment, Transcript, Word
from workbench.domain.trouble import Trouble
from workbench.storage.database import Database
from workbench.storage.exchanges import ExchangeStore
from workbench.storage.recordings import RecordingStore
from workbench.storage.takes import ClaimedPart, TakeStore

TAKE = Take("t1", "r1", "m", {"language": "en", "diarize": True}, "local", 5.0, span=(1.5, 90.0), most_s=20.0)
PARTS = (Part(0, 0.0, 30.0), Part(1, 29.0, 60.0), Part(2, 59.0, 90.0))
TEXT = Transcript(
    (Segment("s1", (Word("Hello,", 0.5, 1.0, 0.9), Word("you.", 1.0, 1.5, edited=True)), "Ann"),),
    "en",
    90.0,
    (29.5,),
)
NO = Trouble("No.", "Too large.", "Cut it.", "too-large", "workers-ai", 413)


@pytest.fixture
def store(run: Loop, database: Database) -> TakeStore:
    run(RecordingStore(database).put(Recording("r1", "talk.wav", "/talk.wav")))
    return TakeStore(database)


def cut(run: Loop, store: TakeStore, take: Take = TAKE) -> None:
    run(store.add(take))
    assert run(store.begin(take.id))
    assert run(store.cut(take.id, PARTS))


def got(run: Loop, store: TakeStore, take_id: str = "t1") -> Take:
    take = run(store.get(take_id))
    assert take is not None
    return take


def done(part: Part, **more: object) -> Part:
    return replace(
        part,
        state=TakeState.DONE,
        transcript=TEXT,
        exchange_id="e",
        attempts=1,
        cost=Cost(0.5, charged=True),
        took_ms=7.5,
        **more,  # type: ignore[arg-type]  # replace checks no keywords given as a dict
    )


def test_a_take_and_its_parts_come_back_as_they_were_stored(run: Loop, store: TakeStore) -> None:
    run(store.add(TAKE))
    assert got(run, store) == TAKE
    run(store.begin("t1"))
    assert got(run, store).state is TakeState.RUNNING
    run(store.cut("t1", PARTS))
    failed = replace(PARTS[1], state=TakeState.FAILED, attempts=2, trouble=NO, not_before=3.0)
    run(store.save("t1", done(PARTS[0])))
    run(store.save("t1", failed, sandbox=True))
    run(store.save("t1", done(PARTS[2])))
    assert run(store.of("r1")) == [
        replace(
            TAKE,
            state=TakeState.FAILED,
            parts=(done(PARTS[0]), failed, done(PARTS[2])),
            trouble=NO,
            sandbox=True,
        )
    ]


def test_the_state_of_a_take_is_that_of_its_parts(run: Loop, store: TakeStore) -> None:
    cut(run, store)
    assert got(run, store).state is TakeState.WAITING
    claimed = run(store.claim("t1", 1, 9.0)).part
    assert claimed == replace(PARTS[1], state=TakeState.RUNNING, attempts=1)
    assert got(run, store).state is TakeState.RUNNING
    for part in PARTS:
        run(store.save("t1", done(part)))
    assert got(run, store).state is TakeState.DONE


def test_a_claimed_part_cannot_be_claimed_again_nor_by_another_window(run: Loop, store: TakeStore) -> None:
    cut(run, store)
    second = TakeStore(run.database())
    assert run(second.claim("t1", 0, 1.0)) == ClaimedPart()
    assert run(second.adopt()) == []
    assert run(store.claim("t1", 0, 1.0)).part is not None
    assert run(store.claim("t1", 0, 1.0)) == ClaimedPart()


def test_a_part_with_nothing_to_hear_is_done_from_the_beginning(run: Loop, store: TakeStore) -> None:
    silent = replace(PARTS[1], state=TakeState.DONE, transcript=Transcript(seconds=60.0))
    run(store.add(TAKE))
    assert run(store.cut("t1", (PARTS[0], silent, PARTS[2])))
    assert got(run, store).parts == (PARTS[0], silent, PARTS[2])
    assert run(store.claim("t1", 1, 1.0)) == ClaimedPart()


def test_what_could_not_be_cut_has_failed_and_can_be_tried_again(run: Loop, store: TakeStore) -> None:
    run(store.add(TAKE))
    run(store.begin("t1"))
    run(store.fail("t1", NO))
    assert (got(run, store).state, got(run, store).trouble) == (TakeState.FAILED, NO)
    assert not run(store.begin("t1"))
    again = run(store.reopen("t1"))
    assert again is not None
    assert (again.state, again.trouble) == (TakeState.WAITING, None)
    assert run(store.begin("t1"))


def test_a_take_that_was_stopped_meanwhile_is_not_cut(run: Loop, store: TakeStore) -> None:
    run(store.add(TAKE))
    run(store.begin("t1"))
    stopped = run(store.stop("t1"))
    assert stopped is not None
    assert stopped.state is TakeState.STOPPED
    assert not run(store.cut("t1", PARTS))
    assert got(run, store).parts == ()


def test_stopping_keeps_what_is_done_and_resuming_asks_for_the_rest_only(run: Loop, store: TakeStore) -> None:
    cut(run, store)
    run(store.claim("t1", 0, 1.0))
    run(store.save("t1", done(PARTS[0])))
    run(store.claim("t1", 1, 1.0))
    stopped = run(store.stop("t1"))
    assert stopped is not None
    assert [part.state[0] for part in stopped.parts] == ["d", "s", "s"]
    assert run(store.claim("t1", 2, 1.0)) == ClaimedPart()
    again = run(store.reopen("t1", [2]))
    assert again is not None
    assert [part.state[0] for part in again.parts] == ["d", "s", "w"]
    again = run(store.reopen("t1"))
    assert again is not None
    assert [part.state[0] for part in again.parts] == ["d", "w", "w"]
    assert again.parts[0] == done(PARTS[0])


def test_another_window_stops_what_waits_and_what_runs_comes_to_its_end(run: Loop, store: TakeStore) -> None:
    cut(run, store)
    claimed = run(store.claim("t1", 0, 1.0)).part
    assert claimed is not None
    second = TakeStore(run.database())
    stopped = run(second.stop("t1"))
    assert stopped is not None
    assert [part.state[0] for part in stopped.parts] == ["r", "s", "s"]
    assert run(second.reopen("t1")) is None, "its window is still at it"
    run(store.save("t1", done(claimed)))
    assert got(run, store).state is TakeState.STOPPED
    assert run(second.reopen("t1")) is not None
    assert run(store.claim("t1", 1, 1.0)) == ClaimedPart(), "it is the other window's now"
    assert run(second.claim("t1", 1, 1.0)).part is not None


def test_takes_of_a_window_that_is_gone_are_adopted_by_one_other(
    run: Loop, store: TakeStore, database: Database
) -> None:
    cut(run, store)
    run(store.claim("t1", 0, 1.0))
    run(store.add(replace(TAKE, id="t2")))
    run(store.begin("t2"))
    run(store.add(replace(TAKE, id="t3")))
    run(store.delete(["t3"], 1.0))
    run(database.aclose())
    one, other = TakeStore(run.database()), TakeStore(run.database())
    assert run(one.left_behind())
    adopted = run(one.adopt())
    assert [take.id for take in adopted] == ["t1", "t2"]
    assert {take.state for take in adopted} == {TakeState.WAITING}
    assert adopted[0].parts[0] == replace(PARTS[0], attempts=1)
    assert not run(other.left_behind())
    assert run(other.adopt()) == []
    assert run(one.begin("t2"))
    assert run(one.claim("t1", 0, 2.0)).part is not None


def test_a_take_of_a_window_that_is_gone_can_be_reopened_by_itself(
    run: Loop, store: TakeStore, database: Database
) -> None:
    cut(run, store)
    run(store.claim("t1", 0, 1.0))
    run(store.add(replace(TAKE, id="t2")))
    run(store.begin("t2"))
    run(database.aclose())
    here = TakeStore(run.database())
    for take_id in ("t1", "t2"):
        again = run(here.reopen(take_id))
        assert again is not None
        assert again.state is TakeState.WAITING
        assert {part.state for part in again.parts} <= {TakeState.WAITING}
    assert run(here.claim("t1", 0, 2.0)).part is not None
    assert run(here.begin("t2"))


def test_released_takes_can_be_adopted_while_their_window_still_lives(run: Loop, store: TakeStore) -> None:
    cut(run, store)
    run(store.claim("t1", 0, 1.0))
    run(store.release())
    (take,) = run(TakeStore(run.database()).adopt())
    assert [part.state[0] for part in take.parts] == ["w", "w", "w"]


def test_a_hold_keeps_one_model_of_one_target_back_in_every_window_until_it_ends(
    run: Loop, store: TakeStore
) -> None:
    cut(run, store)
    cut(run, store, replace(TAKE, id="t2", model="n"))
    second = TakeStore(run.database())
    run(second.hold("local", "m", 60.0, 1.0))
    run(second.hold("local", "m", 30.0, 1.0))
    assert run(store.claim("t1", 0, 59.0)) == ClaimedPart(held_until=60.0)
    assert run(store.claim("t2", 0, 59.0)).part is not None
    assert run(store.claim("t1", 0, 60.0)).part is not None


def test_the_text_is_as_heard_until_it_is_edited(run: Loop, store: TakeStore) -> None:
    cut(run, store)
    run(store.keep_heard("t1", TEXT))
    assert got(run, store).heard == Transcript(), "it is not over"
    for part in PARTS:
        run(store.save("t1", done(part)))
    run(store.keep_heard("t1", TEXT))
    assert (got(run, store).transcript, got(run, store).edited) == (TEXT, False)
    mine = replace(TEXT, segments=())
    assert run(store.edit("t1", mine, 0, None)) == 1
    take = got(run, store)
    assert (take.heard, take.transcript, take.edited) == (TEXT, mine, True)


def test_an_edit_of_a_text_that_changed_meanwhile_is_refused_unless_it_is_forced(
    run: Loop, store: TakeStore
) -> None:
    cut(run, store)
    assert run(store.edit("t1", TEXT, 0, None)) == 1
    assert run(TakeStore(run.database()).edit("t1", Transcript(), 0, None)) is None
    assert got(run, store).transcript == TEXT
    assert run(store.edit("t1", Transcript(language="de"), None, None)) == 2
    assert got(run, store).transcript == Transcript(language="de")


def test_a_part_that_comes_after_an_edit_is_fresh_until_it_is_joined(run: Loop, store: TakeStore) -> None:
    cut(run, store)
    run(store.save("t1", done(PARTS[0])))
    run(store.edit("t1", TEXT, 0, None))
    run(store.save("t1", done(PARTS[1])))
    run(store.save("t1", done(PARTS[2])))
    assert [part.fresh for part in got(run, store).parts] == [False, True, True]
    run(store.edit("t1", TEXT, 1, (0, 1)))
    assert [part.fresh for part in got(run, store).parts] == [False, False, True]
    assert run(store.edit("t1", TEXT, 1, (2,))) is None
    assert got(run, store).parts[2].fresh


def test_a_deleted_take_is_hidden_comes_back_and_is_removed_with_its_records(
    run: Loop, store: TakeStore, database: Database
) -> None:
    records = ExchangeStore(database)
    cut(run, store)
    run(records.put(Exchange("e", 1.0, method="POST"), "t1"))
    run(store.delete(["t1"], 50.0))
    assert run(store.of("r1")) == []
    assert run(store.states(["r1"])) == {}
    run(store.restore(["t1"]))
    assert run(store.states(["r1", "r2"])) == {"r1": {TakeState.WAITING: 1}}
    run(store.delete(["t1"], 50.0))
    run(store.purge(50.0))
    assert run(store.get("t1")) is not None
    run(store.purge(50.1))
    assert run(store.get("t1")) is None
    assert run(records.get("e")) is None
    run(store.save("t1", done(PARTS[0])))
    assert run(store.get("t1")) is None


def test_a_recording_that_is_removed_takes_its_takes_with_it(
    run: Loop, store: TakeStore, database: Database
) -> None:
    cut(run, store)
    recordings, records = RecordingStore(database), ExchangeStore(database)
    run(records.put(Exchange("e", 1.0, method="POST"), "t1"))
    run(recordings.delete(["r1"], 1.0))
    assert [one.id for one in run(recordings.purge(2.0))] == ["r1"]
    assert run(store.get("t1")) is None
    assert run(records.get("e")) is None


def test_open_takes_and_those_of_a_recording_are_read_by_their_indexes(run: Loop, database: Database) -> None:
    assert "takes_open" in run.plan(
        database, "SELECT DISTINCT owner FROM takes WHERE state IN ('waiting', 'running')"
    )
    of_one = run.plan(database, "SELECT * FROM takes WHERE recording_id = 'r' ORDER BY id")
    assert "takes_of_recording" in of_one
    assert "TEMP B-TREE" not in of_one


WINDOW = """
import asyncio, sys
from pathlib import Path
from workbench.domain.speech.takes import Part, Recording, Take
from workbench.storage.database import Database
from workbench.storage.recordings import RecordingStore
from workbench.storage.takes import TakeStore

async def main():
    database = await Database.open(Path(sys.argv[1]))
    await RecordingStore(database).put(Recording("r1", "talk.wav", "/talk.wav"))
    store = TakeStore(database)
    await store.add(Take("t1", "r1", "m"))
    await store.cut("t1", [Part(number, number, number + 1.0) for number in range(100)])
    for number in range(100):
        await store.claim("t1", number, 1.0)
        sys.stdout.write("claimed\\n")
        sys.stdout.flush()

asyncio.run(main())
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
def test_what_a_killed_window_had_heard_just_then_waits_again(run: Loop) -> None:
    with subprocess.Popen([sys.executable, "-c", WINDOW, str(run.path)], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        for _ in range(10):
            process.stdout.readline()
        process.send_signal(signal.SIGKILL)
    (take,) = run(TakeStore(run.database()).adopt())
    assert {part.state for part in take.parts} == {TakeState.WAITING}
    assert take.parts[5].attempts == 1
