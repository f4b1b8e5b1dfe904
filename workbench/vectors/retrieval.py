"""What a ranking is worth when it is known which rows should have been found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from workbench.domain.embeddings.measures import Measure
from workbench.domain.errors import InvalidInput
from workbench.vectors.arrays import Doubles, Flags, Floats, Rows
from workbench.vectors.bootstrap import Interval, interval
from workbench.vectors.matrix import Vectors
from workbench.vectors.nearest import nearest
from workbench.vectors.similarity import pairwise
from workbench.vectors.watch import QUIET, Watch

Judgement = Mapping[int, float]
"""Of one query: how relevant which row is; rows that are not in it, or with 0, are not."""


@dataclass(frozen=True, slots=True, eq=False)
class Retrieval:
    """Each (q,), one value for a query, NaN for one that nothing is relevant to."""

    ndcg: Doubles
    reciprocal_rank: Doubles
    recall: Doubles

    def intervals(self, *, seed: int = 0) -> tuple[Interval, Interval, Interval]:
        """nDCG, MRR, recall: their means over the queries."""
        ndcg, rank, recall = (
            interval(values, seed=seed) for values in (self.ndcg, self.reciprocal_rank, self.recall)
        )
        return ndcg, rank, recall


@dataclass(frozen=True, slots=True, eq=False)
class Aligned:
    """Of texts and their translations: forth, back: (n,) 1 where the translation is among the k nearest, NaN where a side is missing."""

    forth: Doubles
    back: Doubles

    @property
    def accuracy(self) -> tuple[float, float]:
        """NaN without a single pair."""
        return _mean(self.forth), _mean(self.back)


def judged(ranked: Rows, relevant: Sequence[Judgement]) -> Retrieval:
    """ranked: (q, k) rows, the best first, -1 for none. A query that got no answer though something is relevant counts 0.

    nDCG with the grade as gain and log2(place + 1) as discount, against the best k there could be, as trec_eval has it.
    """
    if len(ranked) != len(relevant):
        raise InvalidInput(f"{len(ranked):,} rankings do not fit {len(relevant):,} queries.")
    k = ranked.shape[1]
    found = np.full((3, len(ranked)), np.nan)
    discounts = 1.0 / np.log2(np.arange(2, k + 2))
    for query, grades in enumerate(relevant):
        wanted = {row: grade for row, grade in grades.items() if grade > 0}
        if not wanted:
            continue
        gains = np.array([wanted.get(int(row), 0.0) for row in ranked[query]])
        best = np.sort(np.array(list(wanted.values()), np.float64))[::-1][:k]
        hits = np.flatnonzero(gains)
        ideal = float(best @ discounts[: len(best)])
        found[0, query] = float(gains @ discounts) / ideal if k else 0.0
        found[1, query] = 1.0 / (hits[0] + 1) if len(hits) else 0.0
        found[2, query] = len(hits) / len(wanted)
    return Retrieval(found[0], found[1], found[2])


def aligned(
    texts: Vectors,
    translations: Vectors,
    k: int = 1,
    measure: Measure = Measure.COSINE,
    *,
    watch: Watch = QUIET,
) -> Aligned:
    """Row i of translations says what row i of texts says: is it the nearest of all translations, and the other way round?

    Translations that are just as near as the right one do not count against it.
    """
    if len(texts) != len(translations):
        raise InvalidInput(f"{len(texts):,} texts do not fit {len(translations):,} translations.")
    forth = _hits(texts, translations, k, measure, watch.share(0, 0.5))
    back = _hits(translations, texts, k, measure, watch.share(0.5, 1))
    unpaired = ~(texts.valid & translations.valid)
    forth[unpaired] = np.nan
    back[unpaired] = np.nan
    return Aligned(forth, back)


def _hits(queries: Vectors, vectors: Vectors, k: int, measure: Measure, watch: Watch) -> Doubles:
    found = nearest(queries, vectors, k, measure, watch=watch)
    if found.rows.shape[1] == 0:
        return np.full(len(queries), np.nan)
    hits = (found.rows == np.arange(len(queries))[:, None]).any(axis=1)
    missed = np.flatnonzero(~hits & queries.valid & vectors.valid)
    hits[missed] = _ties(queries, vectors, missed, found.scores[missed, -1], measure)
    return np.asarray(hits, np.float64)


def _ties(queries: Vectors, vectors: Vectors, rows: Rows, last: Floats, measure: Measure) -> Flags:
    own = pairwise(queries.take(rows), vectors.take(rows), measure)
    slack = 1e-6 * np.maximum(np.abs(last), 1.0)
    return own >= last - slack if measure.higher_is_closer else own <= last + slack


def _mean(values: Doubles) -> float:
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else float("nan")
