from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.vectors.plain import close
from workbench.domain.errors import InvalidInput
from workbench.vectors.thresholds import best_cut, curve, cut_at, drawn_pairs, equivalent, histogram

SCORES = np.array([0.9, 0.8, 0.7, 0.6, 0.5])
SIMILAR = np.array([True, True, False, True, False])
LABELLED = st.lists(st.tuples(st.integers(-4, 4), st.booleans()), min_size=2, max_size=25).filter(
    lambda pairs: len({label for _, label in pairs}) == 2
)


def test_the_curve_by_hand() -> None:
    found = curve(SCORES, SIMILAR)
    close(found.cuts, [0.85, 0.75, 0.65, 0.55, 0.5])
    close(found.precision, [1, 1, 2 / 3, 3 / 4, 3 / 5])
    close(found.recall, [1 / 3, 2 / 3, 2 / 3, 1, 1])
    close(found.f1, [1 / 2, 4 / 5, 2 / 3, 6 / 7, 3 / 4])


def test_the_best_cut_by_hand() -> None:
    best = best_cut(curve(SCORES, SIMILAR))
    close(best.score, 0.55)
    close([best.precision, best.recall, best.f1], [3 / 4, 1, 6 / 7])


def test_of_equal_cuts_the_strictest_is_best() -> None:
    found = curve(np.array([0.9, 0.5, 0.4, 0.3]), np.array([True, False, False, True]))
    close(found.f1, [2 / 3, 1 / 2, 2 / 5, 2 / 3])
    close(best_cut(found).score, 0.7)


@given(LABELLED, st.booleans())
def test_every_cut_does_what_the_curve_says(pairs: list[tuple[int, bool]], higher: bool) -> None:
    scores, similar = np.array([score for score, _ in pairs], float), np.array([label for _, label in pairs])
    found = curve(scores, similar, higher_is_closer=higher)
    assert len(found.cuts) == len(set(scores.tolist()))
    for place, score in enumerate(found.cuts):
        cut = cut_at(scores, similar, float(score), higher_is_closer=higher)
        close(
            [cut.precision, cut.recall, cut.f1],
            [found.precision[place], found.recall[place], found.f1[place]],
        )
    best = best_cut(found)
    assert all(
        best.f1 >= cut_at(scores, similar, at / 2, higher_is_closer=higher).f1 - 1e-12 for at in range(-9, 10)
    )


def test_pairs_without_score_are_left_out() -> None:
    with_gap = curve(np.append(SCORES, np.nan), np.append(SIMILAR, True))
    close(with_gap.f1, curve(SCORES, SIMILAR).f1)


@pytest.mark.parametrize(("label", "missing"), [(True, "dissimilar"), (False, "similar")])
def test_a_threshold_needs_both_kinds(label: bool, missing: str) -> None:
    with pytest.raises(InvalidInput, match=f"no {missing} pairs"):
        curve(SCORES, np.full(5, label))


def test_a_cut_that_nothing_passes_is_never_wrong_and_finds_nothing() -> None:
    cut = cut_at(SCORES, SIMILAR, 2.0)
    assert (cut.precision, cut.recall, cut.f1) == (1, 0, 0)


def test_histogram_by_hand() -> None:
    found = histogram(np.array([0.0, 0.1, 0.6, 1.0, np.nan]), np.array([False, False, True, True, True]), 2)
    close(found.edges, [0, 0.5, 1])
    assert found.similar.tolist() == [0, 2]
    assert found.dissimilar.tolist() == [2, 0]
    assert histogram(np.zeros(0), np.zeros(0, bool)).similar.sum() == 0


def test_the_same_line_for_another_model() -> None:
    """Scores there are half of those here: so is the cut."""
    here = np.linspace(0, 1, 101)
    close(equivalent(0.8, here, here / 2), 0.4)
    close(equivalent(0.8, here, np.random.default_rng(0).permutation(here) ** 2), 0.64, 1e-3)


def test_a_cut_outside_of_what_was_seen_is_the_end_there() -> None:
    here, there = np.array([0.2, 0.4]), np.array([0.5, 0.9])
    close([equivalent(-1, here, there), equivalent(2, here, there)], [0.5, 0.9])
    assert math.isnan(equivalent(0.5, np.zeros(0), there))


@given(st.lists(st.floats(-1, 1), min_size=1, max_size=30), st.floats(-1, 1))
def test_the_same_model_has_nearly_the_same_line(scores: list[float], score: float) -> None:
    """Between two scores that were seen any cut does the same."""
    here = np.array(scores)
    found = equivalent(score, here, here)
    inside = min(max(score, here.min()), here.max())
    assert (here < found - 1e-9).sum() <= (here <= inside + 1e-9).sum()
    assert (here <= found + 1e-9).sum() >= (here < inside - 1e-9).sum()


def test_pairs_are_drawn_of_different_rows() -> None:
    members = np.array([3, 5, 9])
    left, right = drawn_pairs(members, 200, seed=1)
    assert (left != right).all()
    assert set(left.tolist()) | set(right.tolist()) == {3, 5, 9}
    assert (drawn_pairs(members, 200, seed=1)[0] == left).all()
    assert len(drawn_pairs(np.array([3]), 10)[0]) == 0
