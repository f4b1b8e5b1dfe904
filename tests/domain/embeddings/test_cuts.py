"""Held against what workbench.vectors reckons."""

from __future__ import annotations

import math
from array import array

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.embeddings.cuts import PairScores, all_scores, equivalent
from workbench.vectors import thresholds

SCORES = st.lists(st.sampled_from([0.0, 0.25, 0.3, 0.5, 0.8, 1.0]), min_size=1, max_size=12)


def scores(similar: list[float], dissimilar: list[float], *, higher: bool = True) -> PairScores:
    return PairScores(
        "k", higher, array("d", sorted(similar)), array("d", sorted(dissimilar)), array("d"), 0, (0, 1), (), None
    )  # fmt: skip


def test_a_cut_by_hand() -> None:
    cut = scores([0.9, 0.8, 0.4], [0.7, 0.1]).at(0.7)
    assert [cut.precision, cut.recall, cut.f1] == pytest.approx([2 / 3] * 3)
    assert scores([0.9, 0.8, 0.4], [0.7, 0.1]).passing(0.7) == 0.6


@given(SCORES, SCORES, st.floats(-0.5, 1.5), st.booleans())
def test_a_cut_does_what_the_numbers_say(
    similar: list[float], dissimilar: list[float], score: float, higher: bool
) -> None:
    found = scores(similar, dissimilar, higher=higher).at(score)
    kinds = np.array([True] * len(similar) + [False] * len(dissimilar))
    wanted = thresholds.cut_at(np.array([*similar, *dissimilar]), kinds, score, higher_is_closer=higher)
    assert (found.precision, found.recall, found.f1) == pytest.approx(
        (wanted.precision, wanted.recall, wanted.f1)
    )


@given(SCORES, SCORES, st.floats(-0.5, 1.5))
def test_the_same_line_lies_where_the_numbers_say(
    here: list[float], there: list[float], score: float
) -> None:
    found = equivalent(score, sorted(here), sorted(there))
    assert found == pytest.approx(thresholds.equivalent(score, np.array(here), np.array(there)))


def test_without_labels_nothing_is_right_or_wrong_and_without_pairs_there_is_no_line() -> None:
    unlabelled = PairScores("k", True, array("d"), array("d"), array("d", [0.1, 0.9]), 0, (0, 1), (), None)
    assert math.isnan(unlabelled.at(0.5).f1)
    assert unlabelled.passing(0.5) == 0.5
    assert list(all_scores(unlabelled)) == [0.1, 0.9]
    assert math.isnan(equivalent(0.5, [], [0.1]))
    assert math.isnan(scores([], []).passing(0.5))


@pytest.mark.parametrize("higher", [True, False])
def test_f1_where_every_pair_passes_by_hand(higher: bool) -> None:
    """Precision 3 / 5, recall 1."""
    found = scores([0.9, 0.8, 0.4], [0.7, 0.1], higher=higher)
    assert found.f1_of_all == pytest.approx(2 * 0.6 / 1.6)
    assert math.isnan(scores([0.9], []).f1_of_all)
