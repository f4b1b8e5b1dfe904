"""The parts of the page without a widget."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Coroutine
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.conftest import Run
from tests.services.fakes import FULL
from tests.ui.embeddings.decide.stage import GOOD, OTHER, POOR, ROWS, Stage
from tests.waiting import until
from workbench.domain.embeddings.judgements import LabelledPair, Query
from workbench.domain.embeddings.languages import LanguageAccuracy
from workbench.domain.embeddings.measures import Measure
from workbench.domain.embeddings.runs import RunState
from workbench.domain.embeddings.texts import TextRow
from workbench.services.embeddings.study import Column
from workbench.services.embeddings.thresholds import PairSource
from workbench.ui.embeddings.decide.model import DecideModel, Part
from workbench.ui.embeddings.decide.part import stamp
from workbench.vectors.matrix import vectors_of

Tell = Callable[..., None]


@pytest.fixture
def tell(tmp_path: Path, run_qt: Run) -> Tell:
    def run(plot: Callable[[Stage], Coroutine[Any, Any, None]], **options: Any) -> None:
        async def story() -> None:
            async with Stage(tmp_path, **options) as stage:
                await plot(stage)

        run_qt(story())

    return run


def test_nothing_is_reckoned_while_nobody_looks(tell: Tell) -> None:
    async def plot(stage: Stage) -> None:
        await stage.settled()
        board = stage.model.board
        assert [entry.separation for entry in board.entries] == [None, None]
        await stage.look_at(Part.MODELS)
        assert all(entry.separation for entry in board.entries)

    tell(plot)


def test_the_model_that_sees_the_labels_keeps_them_apart(tell: Tell) -> None:
    async def plot(stage: Stage) -> None:
        await stage.look_at(Part.MODELS)
        good, poor = stage.model.board.entries
        assert good.separation
        assert poor.separation
        assert (good.separation.silhouette or 0) > (poor.separation.silhouette or 1)
        assert (good.cost.per_million, good.cost.bytes_per_row, good.missing) == (1.0, 64, 0)
        assert good.cost.spent == pytest.approx(3 * len(ROWS) / 1e6)

    tell(plot)


def test_a_column_that_is_left_out_is_not_compared(tell: Tell) -> None:
    async def plot(stage: Stage) -> None:
        await stage.look_at(Part.AGREEMENT)
        assert stage.model.agreement.result
        stage.shared.compare(stage.keys[0], False)
        await stage.settled()
        assert stage.model.agreement.result is None
        assert stage.model.agreement.pair is None

    tell(plot)


def test_the_same_model_twice_swaps_the_two(tell: Tell) -> None:
    async def plot(stage: Stage) -> None:
        model = stage.model.agreement
        await stage.look_at(Part.AGREEMENT)
        one, other, _ = stage.keys
        assert model.pair
        assert [each.key for each in model.pair] == [one, other]
        model.choose(other, other)
        assert [each.key for each in model.pair] == [other, one]
        model.set_k(3)
        await stage.settled()
        assert model.result
        assert model.result.k == 3
        assert model.compared == model.pair
        model.select(0)
        assert stage.shared.selected == (model.result.changed[0].row,)

    tell(plot, choices=(GOOD, POOR, OTHER))


def test_the_line_of_one_model_lies_elsewhere_for_another(tell: Tell) -> None:
    async def plot(stage: Stage) -> None:
        model = stage.model.threshold
        await stage.look_at(Part.THRESHOLD)
        assert (model.source, model.pairs and model.pairs.count(True)) == (PairSource.LABELS, 3 * 66)
        good, poor = model.lines
        assert good.scores.best
        assert good.cut == good.scores.best
        assert good.cut.f1 > (poor.scores.best.f1 if poor.scores.best else 1)
        assert poor.scores.passing(poor.cut.score) == pytest.approx(
            good.scores.passing(good.cut.score), abs=0.01
        )
        model.draw_line(0.5)
        assert model.lines[0].cut.score == 0.5
        model.look_from(poor.column.key)
        assert model.score == pytest.approx(model.lines[1].cut.score)
        model.to_best()
        assert model.lines[1].cut == poor.scores.best

    tell(plot)


def test_for_distances_the_line_is_drawn_anew(tell: Tell) -> None:
    async def plot(stage: Stage) -> None:
        model = stage.model.threshold
        await stage.look_at(Part.THRESHOLD)
        model.draw_line(0.4)
        stage.shared.set_measure(Measure.EUCLID)
        await stage.settled()
        assert model.scores
        assert not model.scores.higher_is_closer
        assert model.scores.least <= model.score <= model.scores.most

    tell(plot)


def test_two_rows_that_are_selected_can_be_told_to_be_similar(tell: Tell) -> None:
    async def plot(stage: Stage) -> None:
        model = stage.model.threshold
        await stage.look_at(Part.THRESHOLD)
        stage.shared.select([0, 5])
        model.judge(True)
        stage.shared.select([3, 20])
        model.judge(False)
        await stage.settled()
        assert model.source is PairSource.JUDGED
        assert model.pairs
        assert model.pairs.similar == (True, False)
        kept = await stage.window.texts.judgements("s1")
        assert kept.pairs == (
            LabelledPair(ROWS[0].id, ROWS[5].id, True),
            LabelledPair(ROWS[3].id, ROWS[20].id, False),
        )
        model.forget(kept.pairs[0])
        model.forget(kept.pairs[1])
        await stage.settled()
        assert (await stage.window.texts.judgements("s1")).pairs == ()
        assert PairSource.JUDGED not in model.sources

    tell(plot)


def test_without_labels_a_line_can_still_be_carried_over(tell: Tell) -> None:
    async def plot(stage: Stage) -> None:
        model = stage.model.threshold
        await stage.look_at(Part.THRESHOLD)
        assert model.source is PairSource.ANY
        assert [math.isnan(line.cut.f1) for line in model.lines] == [True, True]

    tell(plot, rows=[TextRow(str(number), f"text {number}") for number in range(8)])


def test_pairs_are_read_from_a_file_and_a_bad_one_is_told(tell: Tell, tmp_path: Path) -> None:
    path = tmp_path / "pairs.csv"

    async def plot(stage: Stage) -> None:
        model = stage.model.threshold
        await stage.look_at(Part.THRESHOLD)
        path.write_text(f"left,right,similar\n{ROWS[0].id},{ROWS[1].text},1\n{ROWS[0].id},gone,0\n")
        model.read_files([path])
        await stage.settled()
        assert model.read
        assert (len(model.read.pairs), model.read.unknown) == (1, (2,))
        assert model.source is PairSource.JUDGED
        path.write_text("no,pairs\n1,2\n")
        model.read_files([path])
        await stage.settled()
        assert model.reading_trouble
        assert "left" in model.reading_trouble.fix

    tell(plot)


def test_what_the_disk_does_not_take_is_told_and_kept_again(tell: Tell) -> None:
    async def plot(stage: Stage) -> None:
        known, store = stage.model.known, stage.window.texts
        keep = store.keep_judgements

        async def full(*_: object) -> None:
            raise FULL

        store.keep_judgements = full  # type: ignore[assignment, method-assign]
        known.pair(0, 1, True)
        await stage.settled()
        assert known.trouble
        assert known.judgements.pairs
        store.keep_judgements = keep  # type: ignore[method-assign]
        known.keep_again()
        await stage.settled()
        assert known.trouble is None
        assert (await store.judgements("s1")).pairs == known.judgements.pairs

    tell(plot)


def test_a_query_that_is_added_is_asked_and_judged(tell: Tell) -> None:
    async def plot(stage: Stage) -> None:
        model = stage.model.retrieval
        await stage.look_at(Part.RETRIEVAL)
        model.add_text("  ant 1 in\nfrench ")
        await stage.settled()
        assert [query.text for query in model.queries] == ["ant 1 in french"]
        assert [math.isnan(result.ndcg.mean) for result in model.results] == [True, True]
        first = model.candidates[0]
        assert ROWS[first.row].group == "ant1"
        assert first.places[0] == 1
        for row, text in enumerate(ROWS):
            if text.group == "ant1":
                model.grade(row, 1.0)
        await stage.settled()
        good, poor = model.results
        assert good.recall.mean == 1.0
        assert (poor.behind is None) is (good.behind is not None)
        assert {each.row for each in model.candidates if each.grade} == {3, 4, 5}
        model.grade(3, None)
        assert model.query
        assert model.query.grade(ROWS[3].id) is None

    tell(plot)


def test_figures_of_rows_that_ask_are_as_reckoned_by_hand(tell: Tell) -> None:
    async def plot(stage: Stage) -> None:
        model = stage.model.retrieval
        await stage.look_at(Part.RETRIEVAL)
        model.set_k(5)
        stage.shared.select([1, 2, 0])
        model.add_row()
        await stage.settled()
        assert model.queries == (
            Query(ROWS[0].id, row=ROWS[0].id, grades=((ROWS[1].id, 1.0), (ROWS[2].id, 1.0))),
        )
        for result in model.results:
            assert stage.shared.study
            values = (await stage.shared.study.vectors(result.key)).values
            unit = values / np.linalg.norm(values, axis=1, keepdims=True)
            order = [row for row in np.argsort(-(unit @ unit[0])).tolist() if row != 0][:5]
            places = [order.index(row) + 1 for row in (1, 2) if row in order]
            best = 1 + 1 / math.log2(3)
            assert result.answers[ROWS[0].id].rows == tuple(order)
            assert result.ndcg.mean == pytest.approx(sum(1 / math.log2(place + 1) for place in places) / best)
            assert result.mrr.mean == pytest.approx(1 / min(places) if places else 0.0)
            assert result.recall.mean == len(places) / 2

    tell(plot)


def test_queries_of_a_file_wait_until_their_cost_is_agreed_to(tell: Tell, tmp_path: Path) -> None:
    path = tmp_path / "queries.jsonl"
    path.write_text('{"query": "bee 2", "relevant": {"bee2en": 3, "bee2de": 1}}\n')

    async def plot(stage: Stage) -> None:
        model = stage.model.retrieval
        await stage.look_at(Part.RETRIEVAL)
        before = len(stage.wire.calls)
        model.read_files([path])
        await stage.settled()
        assert model.waiting
        assert model.waiting.texts == 2
        assert model.waiting.usd
        assert model.results == ()
        assert len(stage.wire.calls) == before
        model.ask()
        await stage.settled()
        assert model.waiting is None
        assert [result.ndcg.count for result in model.results] == [1, 1]
        assert len(stage.wire.calls) == before + 2
        model.set_k(3)
        await stage.settled()
        assert len(stage.wire.calls) == before + 2

    tell(plot)


def test_a_model_that_fails_does_not_keep_the_others_from_being_compared(tell: Tell) -> None:
    async def plot(stage: Stage) -> None:
        model = stage.model.retrieval
        await stage.look_at(Part.RETRIEVAL)
        stage.wire.allowed = {POOR.model: 0}
        model.add_text("ant 1")
        await stage.settled()
        assert [result.key for result in model.results] == stage.keys[:1]
        assert model.trouble
        assert model.trouble.what.startswith("poor: ")
        stage.wire.allowed = {}
        model.reckon()
        await stage.settled()
        assert [result.key for result in model.results] == stage.keys
        assert model.trouble is None

    tell(plot)


def test_vectors_that_were_brought_along_are_asked_with_rows_only(tell: Tell) -> None:
    async def plot(stage: Stage) -> None:
        model = stage.model.retrieval
        values = np.random.default_rng(1).normal(size=(len(ROWS), 3)).astype(np.float32)
        await stage.desk.own.add("s1", "mine.npy", vectors_of(values))
        stage.shared.reload()
        await until(lambda: len(stage.shared.columns) == 2)
        await stage.look_at(Part.RETRIEVAL)
        model.add_text("ant 1")
        stage.shared.select([1, 0])
        model.add_row()
        await stage.settled()
        assert [(len(each.answers), each.left_out) for each in model.results] == [(2, 0), (1, 1)]

    tell(plot, choices=(GOOD,))


def test_what_is_stopped_says_so_and_begins_again(tell: Tell) -> None:
    async def plot(stage: Stage) -> None:
        model = stage.model.agreement
        stage.model.show_part(Part.AGREEMENT)
        model.set_seen(True)
        assert model.working is None or model.working == 0.0
        model.stop()
        assert model.stopped
        await asyncio.sleep(0)
        assert model.result is None
        model.reckon()
        await stage.settled()
        assert model.result
        assert not model.stopped

    tell(plot)


def test_another_set_starts_from_nothing(tell: Tell) -> None:
    async def plot(stage: Stage) -> None:
        await stage.look_at(Part.THRESHOLD)
        stage.model.known.pair(0, 1, True)
        stage.shared.open("")
        await until(lambda: stage.shared.study is None)
        await stage.settled()
        assert stage.model.threshold.pairs is None
        assert stage.model.known.judgements.pairs == ()
        stage.shared.open("s1")
        await until(lambda: stage.model.known.loaded)
        assert len(stage.model.known.judgements.pairs) == 1

    tell(plot)


def test_translations_are_looked_for_in_every_two_languages(tell: Tell) -> None:
    async def plot(stage: Stage) -> None:
        model = stage.model.languages
        await stage.look_at(Part.LANGUAGES)
        assert [(each.one, each.other, len(each.left)) for each in model.pairs or ()] == [
            ("en", "de", 12),
            ("en", "ar", 12),
            ("de", "ar", 12),
        ]
        good, poor = model.results
        assert _mean(good) > _mean(poor)
        model.show_column(poor.key)
        assert model.result == poor
        model.set_k(10)
        await stage.settled()
        assert _mean(model.results[1]) > _mean(poor)

    tell(plot)


def test_a_set_without_translations_has_no_accuracy(tell: Tell) -> None:
    async def plot(stage: Stage) -> None:
        await stage.look_at(Part.LANGUAGES)
        assert stage.model.languages.pairs == ()
        assert stage.model.languages.results == ()

    tell(plot, rows=[TextRow(str(number), f"text {number}", language="en") for number in range(8)])


def test_vectors_made_smaller_are_kept_for_each_model(tell: Tell) -> None:
    async def plot(stage: Stage) -> None:
        model = stage.model.compression
        await stage.look_at(Part.COMPRESSION)
        first = model.result
        assert first
        assert first.key == stage.keys[0]
        assert model.enough
        assert model.enough.recall >= 0.95
        assert all(form.recall < 0.95 for form in first.forms[: first.forms.index(model.enough)])
        model.show_column(stage.keys[1])
        assert model.result is None
        await stage.settled()
        assert model.result is not first
        model.show_column(stage.keys[0])
        assert model.result is first
        model.set_rescored(4)
        await stage.settled()
        assert model.result is not first

    tell(plot)


def test_too_few_rows_are_told_in_place(tell: Tell) -> None:
    async def plot(stage: Stage) -> None:
        await stage.look_at(Part.COMPRESSION)
        assert stage.model.compression.trouble
        assert stage.model.compression.result is None

    tell(plot, rows=ROWS[:4])


def test_while_vectors_keep_coming_what_there_is_is_not_reckoned_again_and_again(tell: Tell) -> None:
    async def plot(stage: Stage) -> None:
        run = next(column.run for column in stage.shared.columns)
        assert run is not None
        (done,) = run.models
        stamps = []
        for state, count in ((RunState.RUNNING, 10), (RunState.RUNNING, 20), (RunState.DONE, 36)):
            part = replace(done, state=state, done=count)
            stamps.append(stamp(Column("k", replace(run, models=(part,)))))
        assert stamps == [("k", -1), ("k", -1), ("k", 36)]

    tell(plot, choices=(GOOD,))


def _mean(found: LanguageAccuracy) -> float:
    return sum(each.accuracy.mean for each in found.directions) / len(found.directions)


def test_the_line_comes_back_after_a_restart(tell: Tell) -> None:
    async def plot(stage: Stage) -> None:
        model = stage.model.threshold
        await stage.look_at(Part.THRESHOLD)
        model.look_from(stage.keys[1])
        model.draw_line(0.31)
        model.draw_line(0.3)
        await stage.settled()
        again = DecideModel(stage.shared, stage.desk)
        again.failed.connect(stage.failures.append)
        await again.known.tasks.finish()
        again.threshold.set_seen(True)
        await again.threshold.tasks.finish()
        assert (again.threshold.score, again.threshold.here and again.threshold.here.key) == (
            0.3,
            stage.keys[1],
        )
        stage.shared.set_measure(Measure.EUCLID)
        await again.threshold.tasks.finish()
        assert again.threshold.scores
        assert again.threshold.score == again.threshold.scores.best.score  # type: ignore[union-attr]
        stage.shared.set_measure(Measure.COSINE)
        await again.threshold.tasks.finish()
        assert again.threshold.score == 0.3
        again.threshold.to_best()
        await again.aclose()
        assert (await stage.window.texts.judgements("s1")).line is None

    tell(plot)


def test_a_line_that_still_moves_does_not_undo_what_is_told_meanwhile(tell: Tell) -> None:
    async def plot(stage: Stage) -> None:
        model = stage.model.threshold
        await stage.look_at(Part.THRESHOLD)
        model.draw_line(0.3)
        stage.model.known.pair(0, 1, True)
        model.draw_line(0.2)
        await stage.settled()
        kept = await stage.window.texts.judgements("s1")
        assert kept.pairs == (LabelledPair(ROWS[0].id, ROWS[1].id, True),)
        assert kept.line
        assert kept.line.score == 0.2

    tell(plot)


def test_what_was_removed_can_be_had_back(tell: Tell) -> None:
    async def plot(stage: Stage) -> None:
        model, threshold = stage.model.retrieval, stage.model.threshold
        await stage.look_at(Part.RETRIEVAL)
        for row in (0, 3):
            stage.shared.select([row + 1, row])
            model.add_row()
        queries = model.queries
        assert not model.undoable
        model.remove_all()
        assert (model.queries, model.undoable, threshold.undoable) == ((), True, False)
        stage.model.known.undo()
        assert (model.queries, model.undoable) == (queries, False)
        stage.model.known.pair(0, 1, True)
        threshold.forget_all()
        assert (threshold.undoable, model.undoable) == (True, False)
        stage.model.known.undo()
        await stage.settled()
        kept = await stage.window.texts.judgements("s1")
        assert (len(kept.pairs), kept.queries) == (1, queries)

    tell(plot)


def test_pairs_that_are_offered_are_judged_one_after_another(tell: Tell) -> None:
    async def plot(stage: Stage) -> None:
        model = stage.model.threshold
        await stage.look_at(Part.THRESHOLD)
        model.offer()
        for _ in range(6):
            await stage.settled()
            two = model.two
            assert two
            assert frozenset(ROWS[row].id for row in two) not in {
                pair.rows for pair in stage.model.known.judgements.pairs
            }
            model.judge(ROWS[two[0]].label == ROWS[two[1]].label)
        await stage.settled()
        assert len(stage.model.known.judgements.pairs) == 6
        stage.shared.select([0, 1])
        model.judge(True)
        await stage.settled()
        assert model.two == (0, 1)

    tell(plot)


def test_to_judge_a_row_asks_nothing_anew(tell: Tell) -> None:
    async def plot(stage: Stage) -> None:
        model = stage.model.retrieval
        await stage.look_at(Part.RETRIEVAL)
        model.add_text("ant 1")
        await stage.settled()
        study, asked = stage.shared.study, []
        assert study is not None
        read = study.vectors

        async def counted(key: str) -> Any:
            asked.append(key)
            return await read(key)

        study.vectors = counted  # type: ignore[method-assign]
        model.grade(3, 1.0)
        await stage.settled()
        assert (asked, model.results[0].ndcg.count) == ([], 1)
        model.set_k(5)
        await stage.settled()
        assert asked == stage.keys
        model.add_text("bee 2")
        await stage.settled()
        assert asked == stage.keys * 2

    tell(plot)
