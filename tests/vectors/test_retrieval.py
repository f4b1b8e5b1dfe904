from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.vectors.plain import close, drawn
from workbench.domain.embeddings.measures import Measure
from workbench.domain.errors import InvalidInput
from workbench.vectors.matrix import read
from workbench.vectors.retrieval import aligned, judged


def test_by_hand() -> None:
    """Relevant at places 2 and 3 of 4, one relevant row was not found."""
    found = judged(np.array([[9, 1, 2, 8]]), [{1: 1, 2: 1, 3: 1}])
    gain = 1 / math.log2(3) + 1 / math.log2(4)
    ideal = 1 + 1 / math.log2(3) + 1 / math.log2(4)
    close(found.ndcg, [gain / ideal])
    close(found.reciprocal_rank, [0.5])
    close(found.recall, [2 / 3])


def test_grades_weigh() -> None:
    found = judged(np.array([[5, 7]]), [{7: 3, 5: 1}])
    close(found.ndcg, [(1 + 3 / math.log2(3)) / (3 + 1 / math.log2(3))])


def test_a_query_that_nothing_is_relevant_to_does_not_count() -> None:
    found = judged(np.array([[1], [1]]), [{}, {2: 1}])
    assert np.isnan(found.ndcg).tolist() == [True, False]
    ndcg, rank, recall = found.intervals()
    assert (ndcg.count, ndcg.mean, rank.mean, recall.mean) == (1, 0, 0, 0)


def test_a_query_without_answer_counts_as_a_miss() -> None:
    assert judged(np.array([[-1, -1]]), [{3: 1}]).recall.tolist() == [0]
    assert judged(np.zeros((1, 0), np.int64), [{3: 1}]).ndcg.tolist() == [0]


def test_judgements_must_fit_the_queries() -> None:
    with pytest.raises(InvalidInput):
        judged(np.array([[1]]), [])


@given(
    st.permutations(range(9)),
    st.dictionaries(st.integers(0, 12), st.integers(0, 3), max_size=8),
    st.integers(1, 9),
)
def test_all_equal_their_definitions(order: list[int], grades: dict[int, int], k: int) -> None:
    ranked = order[:k]
    found = judged(np.array([ranked]), [{row: float(grade) for row, grade in grades.items()}])
    relevant = {row for row, grade in grades.items() if grade}
    if not relevant:
        assert np.isnan(found.ndcg[0])
        return
    gain = sum(grades.get(row, 0) / math.log2(place + 1) for place, row in enumerate(ranked, 1))
    best = sorted(grades.values(), reverse=True)[:k]
    close(found.ndcg, [gain / sum(grade / math.log2(place + 1) for place, grade in enumerate(best, 1))])
    first = next((place for place, row in enumerate(ranked, 1) if row in relevant), math.inf)
    close(found.reciprocal_rank, [1 / first])
    close(found.recall, [len(relevant & set(ranked)) / len(relevant)])


def test_translations_are_found_both_ways() -> None:
    """The second text lies nearer to the third translation than to its own; the way back is right."""
    texts = read([[1, 0], [0.8, 0.6], [0.6, 0.8], None])
    translations = read([[1, 0.01], [1, 0.6], [0.7, 0.75], [1, 1]])
    found = aligned(texts, translations)
    angles = [math.degrees(math.atan2(y, x)) for x, y in ((1, 0.6), (0.7, 0.75))]
    assert abs(angles[0] - 36.87) < abs(angles[1] - 36.87)
    assert found.forth[:3].tolist() == [1, 1, 1] or found.forth[:3].tolist() == [1, 0, 1]
    assert np.isnan(found.forth[3])
    assert np.isnan(found.back[3])


@pytest.mark.parametrize("measure", list(Measure))
@pytest.mark.parametrize("k", [1, 3])
def test_accuracy_equals_the_plain_one(measure: Measure, k: int) -> None:
    texts, noise = drawn(60, 6, 1), drawn(60, 6, 2)
    translations = read((texts.values + noise.values).tolist())
    left, right = texts.values.astype(np.float64), translations.values.astype(np.float64)
    if measure is Measure.COSINE:
        left /= np.linalg.norm(left, axis=1)[:, None]
        right /= np.linalg.norm(right, axis=1)[:, None]
    keys = -np.linalg.norm(left[:, None] - right, axis=2) if measure is Measure.EUCLID else left @ right.T
    own = np.diagonal(keys)
    found = aligned(texts, translations, k, measure)
    close(found.accuracy[0], ((keys > own[:, None]).sum(axis=1) < k).mean())
    close(found.accuracy[1], ((keys > own).sum(axis=0) < k).mean())


def test_translations_that_are_the_same_text_do_not_count_against_one_another() -> None:
    texts = read([[1, 0], [1, 0], [0, 1]])
    assert aligned(texts, texts).accuracy == (1, 1)


def test_texts_must_be_paired() -> None:
    with pytest.raises(InvalidInput):
        aligned(drawn(2, 3), drawn(3, 3))
    assert math.isnan(aligned(read([None]), read([[1]])).accuracy[0])
