"""A report says what the pages say."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import Run
from tests.services.embeddings.desk import M, numbered
from tests.services.embeddings.report.study import ROWS, judged_by_group, opened_set, places
from workbench.domain.embeddings.judgements import Judgements, Query
from workbench.domain.embeddings.maps import ColourBy, MapKind
from workbench.domain.embeddings.measures import Measure
from workbench.services.embeddings.agreement import agreement
from workbench.services.embeddings.languages import language_accuracy, translations
from workbench.services.embeddings.report.findings import MATRIX_ROWS, findings, ordered
from workbench.services.embeddings.separation import separation
from workbench.services.embeddings.study import Study
from workbench.services.embeddings.thresholds import PairSource, pair_scores, pairs_of


def test_figures_are_those_of_the_services(tmp_path: Path, run_async: Run) -> None:
    async def story() -> None:
        async with opened_set(tmp_path, judgements=judged_by_group()) as one:
            found = await findings(one.study, one.titled, one.sources, Measure.COSINE)
            good, poor = [await one.study.vectors(column.key) for column in one.study.columns]
            labels = [row.label for row in ROWS]
            assert found.columns[0].separation == await separation(good, labels)
            pairs = pairs_of(PairSource.LABELS, ROWS)
            assert found.columns[1].scores == await pair_scores(
                one.study.columns[1].key, poor, pairs, Measure.COSINE
            )
            assert found.agreements == {(0, 1): await agreement(good, poor, 10, Measure.COSINE)}
            accuracy = await language_accuracy(
                one.study.columns[0].key, good, translations(ROWS), 1, Measure.COSINE
            )
            assert found.columns[0].languages == accuracy
            retrieval = [each.retrieval for each in found.columns]
            assert retrieval[0] is not None
            assert retrieval[1] is not None
            assert retrieval[0].ndcg.mean == 1.0
            assert retrieval[0].ndcg.mean > retrieval[1].ndcg.mean
            assert (found.queries, found.left_out) == (12, [])

    run_async(story())


def test_without_labels_there_are_clusters_and_no_separation(tmp_path: Path, run_async: Run) -> None:
    rows = tuple(replace(row, label="", group="", language="") for row in ROWS)

    async def story() -> None:
        async with opened_set(tmp_path, rows) as one:
            found = await findings(one.study, one.titled[:1], one.sources, Measure.COSINE)
            (only,) = found.columns
            assert found.colouring.by is ColourBy.CLUSTER
            assert found.pairs is PairSource.ANY
            assert (only.separation, only.languages, only.retrieval, found.agreements) == (
                None,
                None,
                None,
                {},
            )
            assert only.matrix is not None
            assert ordered(only.matrix, found.colouring) == list(only.matrix.clustered)

    run_async(story())


def test_the_matrix_is_ordered_by_label(tmp_path: Path, run_async: Run) -> None:
    async def story() -> None:
        async with opened_set(tmp_path) as one:
            found = await findings(one.study, one.titled[:1], one.sources, Measure.EUCLID)
            matrix = found.columns[0].matrix
            assert matrix is not None
            shades = [
                found.colouring.shades[matrix.rows[place]] for place in ordered(matrix, found.colouring)
            ]
            assert shades == sorted(shades)
            assert len(set(shades)) == 3

    run_async(story())


def test_few_rows_leave_out_what_cannot_be_reckoned_and_say_so(tmp_path: Path, run_async: Run) -> None:
    async def story() -> None:
        async with opened_set(tmp_path, ROWS[:2], left=np.eye(2), right=np.eye(2)) as one:
            found = await findings(one.study, one.titled, one.sources, Measure.COSINE)
            assert found.agreements == {}
            assert found.columns[0].compression is None
            assert any(each.startswith("left, right: There is too little") for each in found.left_out)
            assert any(each.startswith("left: There are too few rows") for each in found.left_out)

    run_async(story())


def test_of_many_rows_the_matrix_shows_some(tmp_path: Path, run_async: Run) -> None:
    rows = tuple(replace(ROWS[0], id=str(number)) for number in range(700))

    async def story() -> None:
        async with opened_set(tmp_path, rows, one=np.random.default_rng(1).standard_normal((700, 4))) as one:
            found = await findings(one.study, one.titled, one.sources, Measure.COSINE, MapKind.COMPONENTS)
            matrix = found.columns[0].matrix
            assert matrix is not None
            assert len(set(matrix.rows)) == MATRIX_ROWS
            assert list(matrix.rows) == sorted(matrix.rows)

    run_async(story())


@pytest.mark.parametrize("asks_nobody", [True, False])
def test_nobody_is_asked_for_vectors_of_queries(tmp_path: Path, run_async: Run, asks_nobody: bool) -> None:
    query = Query("q", "typed", grades=(("1", 1.0),))

    async def story() -> None:
        async with opened_set(tmp_path) as one:
            await one.desk.over(await one.desk.begin(numbered(12), M))
            await one.desk.texts.keep_judgements("s1", Judgements((query,)))
            texts = await one.desk.texts.get("s1")
            assert texts is not None
            study = Study(texts, one.desk.runs, one.study._own)
            await study.load()
            made = [("m", column) for column in study.columns if column.run is not None]
            if not asks_nobody:
                asking = await one.desk.embedding.asking("t", M)
                await one.desk.embedding.vectors(asking, ["typed"], "x")
            calls = len(one.desk.wire.calls)
            found = await findings(study, made, one.sources, Measure.COSINE)
            assert len(one.desk.wire.calls) == calls
            assert found.queries == (0 if asks_nobody else 1)
            assert bool(found.left_out) is asks_nobody
            study.close()

    run_async(story())


def test_how_far_it_is_only_grows(tmp_path: Path, run_async: Run) -> None:
    parts: list[float] = []

    async def story() -> None:
        async with opened_set(tmp_path, good=places(0.2), poor=places(2.0), worst=places(9.0)) as one:
            await findings(one.study, one.titled, one.sources, Measure.DOT, progress=parts.append)

    run_async(story())
    assert parts[-1] > 0.95
    assert max(parts) <= 1.0
    assert len(parts) > 20
