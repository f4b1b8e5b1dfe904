"""Figures that other programs gave for the same vectors, written down.

They came from pytrec_eval-terrier 0.5.11 and ranx 0.3.21 (the same figures), rbo 0.1.3, scikit-learn 1.9.1 and statsmodels 0.15,
in double precision, for the vectors that `waves` makes; each test says by which call.
"""

from __future__ import annotations

import numpy as np

from tests.vectors.plain import close
from workbench.vectors.agreement import linear_cka, overlap, rank_biased_overlap
from workbench.vectors.clusters import separation
from workbench.vectors.compression import Coding, recall_curve
from workbench.vectors.matrix import Vectors, vectors_of
from workbench.vectors.nearest import nearest, neighbours
from workbench.vectors.retrieval import judged
from workbench.vectors.similarity import similarity
from workbench.vectors.thresholds import best_cut, curve


def waves(rows: int, dimensions: int, step: float) -> Vectors:
    """sin(step), sin(2 step), … row by row: as good as drawn by lot, and the same everywhere."""
    return vectors_of(np.sin(np.arange(1, rows * dimensions + 1) * step).reshape(rows, dimensions))


DOCUMENTS, QUERIES = waves(40, 8, 0.7), waves(6, 8, 1.3)
OTHER = vectors_of(np.hstack([DOCUMENTS.values[:, :4], waves(40, 2, 1.1).values]))
"""The same documents, as a model sees them that has half of the dimensions and two of its own."""


def test_retrieval_is_as_trec_eval_has_it() -> None:
    """RelevanceEvaluator(grades, {"ndcg_cut.10", "recip_rank", "recall.10"}) of the ten best by cosine."""
    grades = [
        {
            document: float((document * 7 + query * 3) % 4)
            for document in range(40)
            if (document + query) % 5 == 0
        }
        for query in range(6)
    ]
    found = judged(nearest(QUERIES, DOCUMENTS, 10).rows, grades)
    close(found.ndcg, [0.35948338, 0.03855636, 0.13338309, 0.10319924, 0.13338309, 0.25961613])
    close(found.ndcg.mean(), 0.17127021)
    close(found.reciprocal_rank.mean(), 0.35158730)
    close(found.recall.mean(), 0.25)


def test_rank_biased_overlap_is_as_its_package_has_it() -> None:
    """RankingSimilarity(one, other).rbo_ext(p=0.9)."""
    one, other = [[3, 1, 4, 5, 9, 2, 6, 8]], [[1, 3, 4, 9, 7, 5, 2, 0]]
    close(rank_biased_overlap(np.array(one), np.array(other), 0.9), [0.73164526])


def test_neighbours_in_common_are_those_of_nearest_neighbors() -> None:
    """NearestNeighbors(n_neighbors=6).kneighbors of the unit vectors, each row itself left out; rbo_ext of the same lists."""
    one, other = neighbours(DOCUMENTS, 5).rows, neighbours(OTHER, 5).rows
    close(overlap(one, other).mean(), 0.535)
    close(rank_biased_overlap(one, other, 0.9).mean(), 0.58205663)


def test_cka_is_as_centred_kernels_have_it() -> None:
    """KernelCenterer().fit_transform of both Gram matrices of the unit vectors, and the cosine of the two."""
    close(linear_cka(DOCUMENTS, OTHER), 0.88451144)


def test_separation_is_the_silhouette_score() -> None:
    """silhouette_score(unit vectors, labels)."""
    close(separation(DOCUMENTS, np.arange(40, dtype=np.int32) % 3).silhouette, -0.01732900)


def test_the_best_cut_is_that_of_the_precision_recall_curve() -> None:
    """precision_recall_curve(similar, scores), where 2 p r / (p + r) is highest."""
    scores = similarity(QUERIES, DOCUMENTS).ravel()
    similar = (np.arange(len(scores)) * 7 % 10 < 1) | (scores > 0.25)
    best = best_cut(curve(scores, similar))
    close([best.f1, best.precision, best.recall], [0.77777778, 1.0, 0.63636364])


def test_half_of_the_dimensions_find_what_a_plain_search_with_them_finds() -> None:
    """argsort of the cosines of all dimensions and of the first four, in double precision."""
    found = recall_curve(QUERIES, DOCUMENTS, [4], [Coding.FLOAT32], 10)
    close(found[0].recall, 0.31666667)
