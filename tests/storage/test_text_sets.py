from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.storage.conftest import Loop
from workbench.domain.embeddings.judgements import Judgements, LabelledPair, Query
from workbench.domain.embeddings.requests import EmbeddingOptions
from workbench.domain.embeddings.runs import BadRows, EmbeddingRun, ModelChoice, ModelRun, RunState
from workbench.domain.embeddings.texts import TextRow, TextSet
from workbench.domain.exchange import Exchange
from workbench.domain.models import Cost
from workbench.domain.trouble import Trouble
from workbench.storage.database import Database
from workbench.storage.exchanges import ExchangeStore
from workbench.storage.text_sets import (
    EmbeddingRunStore,
    TextSetEntry,
    TextSetStore,
    _packed,
    _unpacked,
)

ROWS = (
    TextRow("1", "hello", "a", "en", "g1"),
    TextRow("2", "שלום", language="he", group="g1"),
    TextRow("3", ""),
)
TEXTS = TextSet("s1", "greetings.csv", ROWS, 5.0)
MODEL = ModelRun(
    ModelChoice("m", EmbeddingOptions("cls", 8, "Find", query=True)),
    rows=2,
    state=RunState.RUNNING,
    done=1,
    kept=1,
    bad=(BadRows(Trouble("No.", failure="too-large"), (0,)),),
    calls=3,
    tokens=12,
    cost=Cost(0.5, charged=True),
    dimensions=4,
    sandbox=True,
    trouble=Trouble("Wait."),
    exchange_id="x",
)
RUN = EmbeddingRun("r1", "s1", "local", 6.0, (MODEL,))
OVER = replace(RUN, models=(replace(MODEL, state=RunState.DONE),))


@pytest.fixture
def sets(run: Loop, database: Database) -> TextSetStore:
    store = TextSetStore(database)
    run(store.put(TEXTS))
    return store


@pytest.fixture
def store(sets: TextSetStore, database: Database) -> EmbeddingRunStore:
    return EmbeddingRunStore(database)


def test_a_set_comes_back_as_it_was_stored_last(run: Loop, sets: TextSetStore) -> None:
    assert run(sets.get("s1")) == TEXTS
    changed = replace(TEXTS, name="fewer", rows=ROWS[:1])
    run(sets.put(changed))
    assert run(sets.get("s1")) == changed
    assert run(sets.get("s2")) is None


def test_the_newest_sets_come_first_without_their_rows(run: Loop, sets: TextSetStore) -> None:
    run(sets.put(TextSet("s2", "empty")))
    run(sets.rename("s2", "nothing"))
    assert run(sets.all()) == [
        TextSetEntry("s2", "nothing", 0.0, 0),
        TextSetEntry("s1", "greetings.csv", 5.0, 3),
    ]


@settings(max_examples=50)
@given(
    st.lists(
        st.builds(TextRow, *[st.text(st.characters(exclude_categories=["Cs"])) for _ in range(5)]),
        max_size=20,
    )
)
def test_every_row_survives_packing(rows: list[TextRow]) -> None:
    assert _unpacked(_packed(tuple(rows))) == tuple(rows)


def test_a_changed_set_keeps_its_runs_and_a_deleted_one_takes_them_along(
    run: Loop, sets: TextSetStore, store: EmbeddingRunStore, database: Database
) -> None:
    records = ExchangeStore(database)
    run(store.put(RUN))
    run(records.put(Exchange("x1", 0.0), "r1"))
    run(sets.put(replace(TEXTS, name="new")))
    assert run(store.get("r1")) == RUN
    run(sets.delete("s1"))
    assert run(sets.get("s1")) is None
    assert run(store.get("r1")) is None
    assert run(records.get("x1")) is None


def test_a_run_of_texts_that_are_gone_is_not_brought_back(
    run: Loop, sets: TextSetStore, store: EmbeddingRunStore
) -> None:
    run(sets.delete("s1"))
    run(store.put(RUN))
    assert run(store.get("r1")) is None


def test_a_run_comes_back_as_it_was_stored_last(run: Loop, store: EmbeddingRunStore) -> None:
    run(store.put(RUN))
    run(store.put(OVER))
    run(store.put(replace(RUN, id="r2")))
    assert run(store.get("r1")) == OVER
    assert [found.id for found in run(store.of("s1"))] == ["r2", "r1"]
    run(store.delete("r1"))
    assert run(store.get("r1")) is None


def test_open_runs_of_a_window_that_is_gone_are_adopted_by_one_other(
    run: Loop, store: EmbeddingRunStore, database: Database
) -> None:
    run(store.put(RUN))
    run(store.put(replace(OVER, id="r2")))
    one, other = EmbeddingRunStore(run.database()), EmbeddingRunStore(run.database())
    assert run(one.is_elsewhere("r1"))
    assert not run(one.is_elsewhere("r2"))
    assert run(one.adopt()) == []
    run(database.aclose())
    assert run(one.adopt()) == [RUN]
    assert run(other.adopt()) == []
    assert not run(one.is_elsewhere("r1"))


def test_runs_that_are_released_are_taken_by_the_next(run: Loop, store: EmbeddingRunStore) -> None:
    run(store.put(RUN))
    run(store.release())
    assert run(store.adopt()) == [RUN]


def test_what_is_known_of_a_set_is_kept_with_it_and_goes_with_it(run: Loop, database: Database) -> None:
    store = TextSetStore(database)
    known = Judgements((Query("q", "greeting", grades=(("1", 2.0),)),), (LabelledPair("1", "2", True),))
    run(store.put(TEXTS))
    assert run(store.judgements("s1")) == Judgements()
    run(store.keep_judgements("s1", known))
    run(store.keep_judgements("gone", known))
    run(store.put(replace(TEXTS, name="renamed")))
    assert run(store.judgements("s1")) == known
    run(store.delete("s1"))
    assert run(store.judgements("s1")) == run(store.judgements("gone")) == Judgements()
