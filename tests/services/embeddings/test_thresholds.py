from __future__ import annotations

from array import array

import numpy as np
import pytest

from tests.conftest import Run
from workbench.domain.embeddings.judgements import LabelledPair
from workbench.domain.embeddings.measures import Measure
from workbench.domain.embeddings.texts import TextRow
from workbench.services.embeddings import thresholds as module
from workbench.services.embeddings.set_facts import set_facts
from workbench.services.embeddings.thresholds import (
    Pairs,
    PairSource,
    pair_scores,
    pair_to_judge,
    pairs_of,
    sources,
)
from workbench.vectors.matrix import vectors_of


def rows(*labels: str, groups: str = "") -> list[TextRow]:
    return [
        TextRow(str(number), "text", label, group=groups[number] if groups else "")
        for number, label in enumerate(labels)
    ]


def told(pairs: Pairs) -> list[tuple[int, int, bool | None]]:
    return list(zip(pairs.left, pairs.right, pairs.similar, strict=True))


def test_all_pairs_of_few_rows_are_taken() -> None:
    """The labels have as many similar pairs as there are dissimilar ones are drawn."""
    pairs = pairs_of(PairSource.LABELS, rows("a", "a", "b", "", "b"))
    found = told(pairs)
    assert {pair for pair in found if pair[2]} == {(0, 1, True), (2, 4, True)}
    assert len({pair for pair in found if pair[2] is False}) == 2
    assert all(one in (0, 1) and other in (2, 4) for one, other, same in found if not same)
    assert told(pairs_of(PairSource.ANY, rows("", "", ""))) == [(0, 1, None), (0, 2, None), (1, 2, None)]


def test_rows_without_a_text_are_in_no_pair() -> None:
    some = [TextRow("1", "x", "a"), TextRow("2", " ", "a"), TextRow("3", "y", "a"), TextRow("4", "z", "b")]
    assert {pair for pair in told(pairs_of(PairSource.LABELS, some)) if pair[2]} == {(0, 2, True)}
    assert (1, 2, None) not in told(pairs_of(PairSource.ANY, some))


def test_of_very_many_some_are_drawn_and_none_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_PAIRS", 50)
    many = [TextRow(str(number), "x", "abc"[number % 3]) for number in range(60)]
    for source in (PairSource.LABELS, PairSource.ANY):
        pairs = pairs_of(source, many, seed=3)
        assert not pairs.all
        assert len({(one, other) for one, other, _ in told(pairs)}) == len(pairs)
        assert told(pairs) == told(pairs_of(source, many, seed=3))
        for one, other, same in told(pairs):
            assert one != other
            assert same is None or same is (many[one].label == many[other].label)
    assert pairs_of(PairSource.LABELS, many).count(True) == 50
    assert pairs_of(PairSource.LABELS, many).count(False) == 50


def test_pairs_that_are_told_are_found_by_their_ids() -> None:
    judged = [LabelledPair("2", "0", True), LabelledPair("0", "gone", False)]
    assert told(pairs_of(PairSource.JUDGED, rows("", "", ""), judged)) == [(2, 0, True)]


def test_only_what_tells_something_is_a_source() -> None:
    for labels in (("", ""), ("a", "b"), ("a", "a")):
        assert sources(set_facts(rows(*labels)), []) == (PairSource.ANY,)
    judged = [LabelledPair("0", "1", True)]
    assert sources(set_facts(rows("a", "a", "b", groups="ggh")), judged) == tuple(PairSource)
    assert sources(set_facts(rows("a", "b", "b")), []) == (PairSource.LABELS, PairSource.ANY)


VECTORS = vectors_of(np.array([[1, 0], [1, 0.1], [1, 1], [0, 1], [np.nan, 1]], np.float32))
PAIRS = Pairs(array("q", [0, 0, 1, 0, 2]), array("q", [1, 2, 3, 3, 4]), (True, True, False, False, True))
"""Cosines: 0.995, 0.707, 0.0995, 0, none."""


def test_scores_and_the_best_cut_by_hand(run_async: Run) -> None:
    found = run_async(pair_scores("k", VECTORS, PAIRS, Measure.COSINE))
    assert list(found.similar) == pytest.approx([2**-0.5, 1.01**-0.5], abs=1e-6)
    assert list(found.dissimilar) == pytest.approx([0.0, 0.1 * 1.01**-0.5], abs=1e-6)
    assert found.missing == 1
    assert found.best
    assert (found.best.f1, found.best.precision, found.best.recall) == (1.0, 1.0, 1.0)
    assert found.best.score == pytest.approx((2**-0.5 + 0.1 * 1.01**-0.5) / 2, abs=1e-6)
    assert found.at(found.best.score).f1 == 1.0
    assert [sum(kind) for kind in found.counts] == [2, 2, 0]
    assert found.counts[0][-1] == 1


def test_for_distances_the_lower_ones_pass(run_async: Run) -> None:
    found = run_async(pair_scores("k", VECTORS, PAIRS, Measure.EUCLID))
    assert found.best
    assert found.best.f1 == found.at(found.best.score).f1 == pytest.approx(1.0)
    assert found.passing(found.best.score) == 0.5


def test_without_labels_there_is_no_best_cut(run_async: Run) -> None:
    pairs = Pairs(PAIRS.left, PAIRS.right, (None,) * 5)
    found = run_async(pair_scores("k", VECTORS, pairs, Measure.COSINE))
    assert found.best is None
    assert len(found.unlabelled) == 4
    only = Pairs(PAIRS.left[:2], PAIRS.right[:2], (True, True))
    assert run_async(pair_scores("k", VECTORS, only, Measure.COSINE)).best is None


def test_the_pair_that_is_offered_lies_near_the_line_and_is_not_judged(run_async: Run) -> None:
    angles = np.radians(np.arange(0, 90, 4))
    vectors = vectors_of(np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32))
    many = rows(*[""] * len(vectors))
    judged: list[LabelledPair] = []
    for seed in range(5):
        pair = run_async(pair_to_judge(vectors, many, judged, 0.5, Measure.COSINE, seed=seed))
        assert pair
        assert np.cos(angles[pair[1]] - angles[pair[0]]) == pytest.approx(0.5, abs=0.1)
        judged.append(LabelledPair(many[pair[0]].id, many[pair[1]].id, True))
    assert len({pair.rows for pair in judged}) == 5
    assert run_async(pair_to_judge(vectors, many, judged, None, Measure.COSINE))


def test_where_all_is_judged_no_pair_is_offered(run_async: Run) -> None:
    two = vectors_of(np.eye(2, dtype=np.float32))
    known = [LabelledPair("1", "0", False)]
    assert run_async(pair_to_judge(two, rows("", ""), known, 0.5, Measure.COSINE)) is None
    assert run_async(pair_to_judge(two, rows("", ""), [], 0.5, Measure.COSINE)) == (0, 1)
