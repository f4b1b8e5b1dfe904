"""How well a model finds what should be found."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Interval:
    """mean of `count` values; drawn anew, it lies from low to high in `share` of the draws. All NaN where there is no value."""

    mean: float
    low: float
    high: float
    count: int
    share: float = 0.95


@dataclass(frozen=True, slots=True)
class Answers:
    """What a column answers to a query: rows, the closest first, and their scores."""

    rows: tuple[int, ...]
    scores: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Retrieval:
    """Of one column: nDCG, MRR and recall among the first k rows, over the queries that it can be asked and something is relevant to.

    behind: nDCG less than the best column's, over the queries both have; 0 within it means they cannot be told apart. None for the best.
    left_out: queries that it cannot be asked. answers: by the query's id.
    """

    key: str
    k: int
    ndcg: Interval
    mrr: Interval
    recall: Interval
    behind: Interval | None = None
    left_out: int = 0
    answers: dict[str, Answers] = field(default_factory=dict, repr=False)
