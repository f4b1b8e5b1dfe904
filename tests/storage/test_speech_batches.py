from __future__ import annotations

from dataclasses import replace

import pytest

from tests.storage.conftest import Loop
from workbench.domain.speech.batches import BatchItem, SpeechBatch
from workbench.domain.speech.captions import CaptionRules
from workbench.domain.speech.forms import ExportRules, TextForm
from workbench.domain.speech.takes import TakeState
from workbench.domain.trouble import Trouble
from workbench.storage.database import Database
from workbench.storage.speech_batches import SpeechBatchStore

ITEM = BatchItem(0, "/a.wav", "a", TakeState.WAITING, "r", "t", Trouble("No."), ("/out/a.srt",))
BATCH = SpeechBatch(
    "b1",
    5.0,
    "m",
    {"language": "en"},
    "local",
    "/out",
    (TextForm.SRT, TextForm.JSON),
    ExportRules(CaptionRules(most_lines=1), speakers=False),
    30.0,
    (ITEM,),
)
OVER = replace(BATCH, items=(replace(ITEM, state=TakeState.DONE),))


@pytest.fixture
def store(run: Loop, database: Database) -> SpeechBatchStore:
    return SpeechBatchStore(database)


def test_a_batch_comes_back_as_it_was_stored_last(run: Loop, store: SpeechBatchStore) -> None:
    run(store.put(BATCH))
    assert run(store.get("b1")) == BATCH
    run(store.put(OVER))
    assert run(store.get("b1")) == OVER
    run(store.delete("b1"))
    assert run(store.get("b1")) is None


def test_the_newest_come_first_page_by_page(run: Loop, store: SpeechBatchStore) -> None:
    for number in (1, 3, 2):
        run(store.put(replace(BATCH, id=f"b{number}")))
    assert [batch.id for batch in run(store.all(2))] == ["b3", "b2"]
    assert [batch.id for batch in run(store.all(2, before="b2"))] == ["b1"]


def test_open_batches_of_a_window_that_is_gone_are_adopted_by_one_other(
    run: Loop, store: SpeechBatchStore, database: Database
) -> None:
    run(store.put(BATCH))
    run(store.put(replace(OVER, id="b2")))
    one, other = SpeechBatchStore(run.database()), SpeechBatchStore(run.database())
    assert run(one.is_elsewhere("b1"))
    assert not run(one.is_elsewhere("b2"))
    assert not run(store.is_elsewhere("b1"))
    assert run(one.adopt()) == []
    run(database.aclose())
    assert not run(one.is_elsewhere("b1"))
    assert run(one.left_behind())
    assert run(one.adopt()) == [BATCH]
    assert run(other.adopt()) == []


def test_released_batches_can_be_adopted_while_their_window_still_lives(
    run: Loop, store: SpeechBatchStore
) -> None:
    run(store.put(BATCH))
    run(store.release())
    assert run(SpeechBatchStore(run.database()).adopt()) == [BATCH]
