from __future__ import annotations

import math
from array import array
from collections.abc import Sequence

import numpy as np
import pytest

from tests.conftest import Run
from workbench.domain.embeddings.judgements import Query
from workbench.domain.embeddings.measures import Measure
from workbench.domain.embeddings.own import OwnVectors
from workbench.services.embeddings.retrieval import Ranking, judged, ranking
from workbench.services.embeddings.study import Column
from workbench.vectors.matrix import vectors_of

OWN = Column("own:o", own=OwnVectors("o", "s", "mine", 2, 5, 0.0))
VECTORS = vectors_of(np.array([[1, 0], [0.9, 0.1], [0.5, 0.5], [0, 1], [np.nan, 0]], np.float32))
PLACES = {name: place for place, name in enumerate("abcde")}


def packed(*numbers: float) -> bytes:
    return array("f", numbers).tobytes()


def test_typed_queries_and_rows_are_ranked_and_a_row_is_no_answer_to_itself(run_async: Run) -> None:
    queries = [Query("a", row="a"), Query("q", "up"), Query("e", row="e"), Query("r", "not asked")]
    found = run_async(ranking(OWN, VECTORS, queries, {"up": packed(0, 2)}, PLACES, 2, Measure.COSINE))
    assert found.queries == ("q", "a")
    assert list(found.found) == [3, 2, 1, 2]
    assert list(found.scores) == pytest.approx([1, 0.5**0.5, 0.9 / 0.82**0.5, 0.5**0.5], abs=1e-6)


def test_more_answers_than_rows_cannot_be_had(run_async: Run) -> None:
    queries = [Query("a", row="a"), Query("q", "up")]
    found = run_async(ranking(OWN, VECTORS, queries, {"up": packed(0, 2)}, PLACES, 50, Measure.DOT))
    assert found.k == 4
    assert list(found.found) == [3, 2, 1, 0, 1, 2, 3, -1]
    (worth,) = run_async(judged([found], queries, PLACES))
    assert worth.answers["a"].rows == (1, 2, 3)
    assert len(worth.answers["a"].scores) == 3


def test_nothing_to_ask_is_nothing_found(run_async: Run) -> None:
    found = run_async(ranking(OWN, VECTORS, [Query("q", "up")], {}, PLACES, 2, Measure.COSINE))
    (worth,) = run_async(judged([found], [Query("q", "up")], PLACES))
    assert math.isnan(worth.ndcg.mean)
    assert (worth.left_out, worth.ndcg.count) == (1, 0)


def of(key: str, *rows: Sequence[int]) -> Ranking:
    flat = [row for each in rows for row in each]
    ids = tuple(f"q{number}" for number in range(len(rows)))
    return Ranking(key, len(rows[0]), ids, array("q", flat), array("f", [0.0] * len(flat)))


def test_figures_by_hand(run_async: Run) -> None:
    """nDCG of q0: (3 / log2 3 + 1 / log2 4) / (3 + 1 / log2 3). Of q1: 1 of 2 at the top. q2 is judged, but nothing is relevant."""
    queries = [
        Query("q0", "x", grades=(("b", 3.0), ("c", 1.0), ("gone", 2.0))),
        Query("q1", "y", grades=(("d", 1.0), ("e", 1.0))),
        Query("q2", "z", grades=(("d", 0.0),)),
    ]
    (found,) = run_async(judged([of("k", [0, 1, 2], [3, 0, 1], [0, 1, 2])], queries, PLACES))
    first = (3 / math.log2(3) + 1 / 2) / (3 + 1 / math.log2(3))
    second = 1 / (1 + 1 / math.log2(3))
    assert found.ndcg.mean == pytest.approx((first + second) / 2)
    assert found.mrr.mean == pytest.approx((1 / 2 + 1) / 2)
    assert found.recall.mean == pytest.approx((1 + 1 / 2) / 2)
    assert (found.ndcg.count, found.behind) == (2, None)
    assert found.ndcg.low <= found.ndcg.mean <= found.ndcg.high


def test_the_others_are_behind_the_best_over_the_same_queries(run_async: Run) -> None:
    queries = [Query(f"q{number}", "x", grades=(("a", 1.0),)) for number in range(30)]
    good, bad = of("good", *[[0, 1]] * 30), of("bad", *[[1, 0]] * 30)
    same = of("same", *[[0, 2]] * 30)
    found = run_async(judged([bad, good, same], queries, PLACES))
    assert found[1].behind is None
    assert found[0].behind
    assert found[0].behind.mean == found[0].behind.high == pytest.approx(1 / math.log2(3) - 1)
    assert found[2].behind
    assert (found[2].behind.low, found[2].behind.high) == (0.0, 0.0)


@pytest.mark.parametrize(("queries", "told"), [(5, False), (6, True)])
def test_a_few_queries_never_tell_two_models_apart(queries: int, told: bool, run_async: Run) -> None:
    """Five that all say the same would do so by chance in one of sixteen comparisons."""
    known = [Query(f"q{number}", "x", grades=(("a", 1.0),)) for number in range(queries)]
    found = run_async(
        judged([of("good", *[[0, 1]] * queries), of("bad", *[[1, 0]] * queries)], known, PLACES)
    )
    assert found[1].behind
    assert found[1].behind.high < 0
    assert found[1].behind.more_than_chance is told
