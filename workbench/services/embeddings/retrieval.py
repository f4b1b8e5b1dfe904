"""Queries, what each model answers to them, and what that is worth where it is known which rows should be found."""

from __future__ import annotations

import asyncio
import math
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from workbench.domain.embeddings.costs import read_tokens, token_estimates, tokens_usd
from workbench.domain.embeddings.judgements import Query
from workbench.domain.embeddings.measures import Measure
from workbench.domain.embeddings.retrieval import Answers, Interval, Retrieval
from workbench.domain.errors import RequestFailed
from workbench.services.embeddings.agreement import without
from workbench.services.embeddings.embedding import Asking, Embedding
from workbench.services.embeddings.reckoning import Progress, reckoned
from workbench.services.embeddings.study import Column

if TYPE_CHECKING:
    from workbench.vectors.arrays import Doubles, Floats, Numbers, Rows
    from workbench.vectors.bootstrap import Interval as Drawn
    from workbench.vectors.matrix import Vectors
    from workbench.vectors.watch import Watch


@dataclass(frozen=True, slots=True)
class Outlook:
    """What asking will take: texts that have no vector yet, summed over the models, their tokens as estimated, and their cost, None
    without a price.
    """

    texts: int = 0
    tokens: int = 0
    usd: float | None = 0.0


@dataclass(frozen=True, slots=True)
class Ranking:
    """What a column answers. queries: ids of those it could be asked. found, scores: k for each, row after row, -1 and NaN for none."""

    key: str
    k: int
    queries: tuple[str, ...]
    found: array[int] = field(repr=False)
    scores: array[float] = field(repr=False)


async def outlook(calls: Embedding, columns: Sequence[Column], queries: Sequence[Query]) -> Outlook:
    """Nothing is asked for. A model that cannot be reached is left out. Raises InvalidInput, StorageFailed."""
    texts = _typed(queries)
    total = Outlook()
    for column in columns:
        if column.run is None or not texts:
            continue
        try:
            asking = await _asking(calls, column)
        except RequestFailed:
            continue
        known = await calls.known(asking.origin, texts)
        left = [text for text, kept in zip(texts, known, strict=True) if not kept]
        tokens = read_tokens(await asyncio.to_thread(token_estimates, left), asking.abilities)
        usd = tokens_usd(asking.model, tokens) if left else 0.0
        both = None if usd is None or total.usd is None else total.usd + usd
        total = Outlook(total.texts + len(left), total.tokens + tokens, both)
    return total


async def query_vectors(calls: Embedding, column: Column, queries: Sequence[Query]) -> Mapping[str, bytes]:
    """By text, of the typed ones, as the column's own model makes them of a query; kept as any other text's. Nothing for vectors that
    were brought along: nobody knows who makes more like them. Raises RequestFailed, InvalidInput, StorageFailed.
    """
    texts = _typed(queries)
    if column.run is None or not texts:
        return {}
    asking = await _asking(calls, column)
    return dict(zip(texts, await calls.vectors(asking, texts, column.run.id), strict=True))


async def ranking(
    column: Column,
    vectors: Vectors,
    queries: Sequence[Query],
    asked: Mapping[str, bytes],
    places: Mapping[str, int],
    k: int,
    measure: Measure,
    progress: Progress | None = None,
) -> Ranking:
    """asked: vectors of typed queries. places: of the set's rows, by their ids. A row that asks is left out of its own answer, and one
    without a vector cannot be asked.
    """
    return await reckoned(
        lambda watch: _ranking(column.key, vectors, queries, asked, places, k, measure, watch), progress
    )


async def judged(
    rankings: Sequence[Ranking], queries: Sequence[Query], places: Mapping[str, int], *, seed: int = 0
) -> tuple[Retrieval, ...]:
    """In the order of the rankings, with 95 % intervals of 2,000 bootstrap draws."""
    return await reckoned(lambda watch: _judged(rankings, queries, places, seed))


def _typed(queries: Sequence[Query]) -> list[str]:
    return list(dict.fromkeys(query.text for query in queries if query.text and not query.row))


async def _asking(calls: Embedding, column: Column) -> Asking:
    assert column.run is not None
    choice = column.choice
    return await calls.asking(column.run.target, replace(choice, options=replace(choice.options, query=True)))


def _ranking(
    key: str,
    vectors: Vectors,
    queries: Sequence[Query],
    asked: Mapping[str, bytes],
    places: Mapping[str, int],
    k: int,
    measure: Measure,
    watch: Watch,
) -> Ranking:
    import numpy as np

    from workbench.vectors.matrix import read, vectors_of
    from workbench.vectors.nearest import nearest

    valid = vectors.valid
    typed = [query for query in queries if not query.row and query.text in asked]
    rows = [query for query in queries if query.row in places and valid[places[query.row]]]
    own = np.array([places[query.row] for query in rows], np.int64)
    made = read([asked[query.text] for query in typed])
    if not typed:
        made = vectors_of(np.zeros((0, vectors.dimensions), np.float32))
    k = min(k, max(int(np.count_nonzero(valid)), 1))
    by_text = nearest(made, vectors, k, measure, watch=watch.share(0.0, 0.5))
    by_row = nearest(vectors.take(own), vectors, k + 1, measure, watch=watch.share(0.5, 1.0))
    found, scores = _leaving_out(by_row.rows, by_row.scores, own, k)
    found = np.concatenate([_wide(by_text.rows, k, -1), found])
    scores = np.concatenate([_wide(by_text.scores, k, np.nan), scores])
    return Ranking(
        key,
        k,
        tuple(query.id for query in (*typed, *rows)),
        array("q", found.ravel().tolist()),
        array("f", scores.ravel().tolist()),
    )


def _leaving_out(found: Rows, scores: Floats, own: Rows, k: int) -> tuple[Rows, Floats]:
    """(q, k) of what may be (q, k + 1): each row's own place is taken out."""
    import numpy as np

    if found.shape[1] == 0:
        return _wide(found, k, -1), _wide(scores, k, np.nan)
    rest = without(found, own)
    marked = np.where(found == own[:, None], np.nan, scores)
    order = np.argsort(np.isnan(marked), axis=1, kind="stable")
    kept = np.take_along_axis(marked, order, axis=1)[:, : rest.shape[1]]
    return _wide(rest, k, -1), _wide(kept, k, np.nan)


def _wide(values: Numbers, k: int, fill: float) -> Numbers:
    import numpy as np

    made = np.full((len(values), k), fill, values.dtype)
    made[:, : values.shape[1]] = values[:, :k]
    return made


def _judged(
    rankings: Sequence[Ranking], queries: Sequence[Query], places: Mapping[str, int], seed: int
) -> tuple[Retrieval, ...]:
    import numpy as np

    from workbench.vectors.bootstrap import difference
    from workbench.vectors.retrieval import judged

    by_id = {query.id: query for query in queries}
    answerable = {query.id for query in queries if query.text or query.row in places}
    found: list[Retrieval] = []
    values: list[dict[str, float]] = []
    for each in rankings:
        ranked = np.array(each.found, np.int64).reshape(len(each.queries), each.k)
        relevant = [
            {places[row]: grade for row, grade in by_id[id].relevant.items() if row in places}
            for id in each.queries
        ]
        worth = judged(ranked, relevant)
        values.append(dict(zip(each.queries, worth.ndcg.tolist(), strict=True)))
        ndcg, mrr, recall = map(_plain, worth.intervals(seed=seed))
        left_out = len(answerable - set(each.queries))
        found.append(Retrieval(each.key, each.k, ndcg, mrr, recall, None, left_out, _answers(each)))
    known = [place for place, each in enumerate(found) if not math.isnan(each.ndcg.mean)]
    if len(known) < 2:
        return tuple(found)
    best = max(known, key=lambda place: found[place].ndcg.mean)
    for place in known:
        if place != best:
            one, other = _both(values[place], values[best])
            found[place] = replace(found[place], behind=_plain(difference(one, other, seed=seed)))
    return tuple(found)


def _both(one: Mapping[str, float], other: Mapping[str, float]) -> tuple[Doubles, Doubles]:
    import numpy as np

    ids = [id for id in one if id in other]
    return np.array([one[id] for id in ids]), np.array([other[id] for id in ids])


def _plain(found: Drawn) -> Interval:
    return Interval(found.mean, found.low, found.high, found.count, found.share)


def _answers(of: Ranking) -> dict[str, Answers]:
    answers = {}
    for place, id in enumerate(of.queries):
        part = slice(place * of.k, (place + 1) * of.k)
        kept = [(row, score) for row, score in zip(of.found[part], of.scores[part], strict=True) if row >= 0]
        answers[id] = Answers(tuple(row for row, _ in kept), tuple(score for _, score in kept))
    return answers
