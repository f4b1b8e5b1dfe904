"""How well a model finds what should be found."""

from __future__ import annotations

from dataclasses import dataclass, field

LEAST_TO_TELL = 6
"""Queries that two models must have been asked before one can be called better."""


@dataclass(frozen=True, slots=True)
class Interval:
    """mean of `count` values; drawn anew, it lies from low to high in `share` of the draws. All NaN where there is no value."""

    mean: float
    low: float
    high: float
    count: int
    share: float = 0.95

    @property
    def more_than_chance(self) -> bool:
        """Of a difference: whether there is one. Below six values there never is: of five that all say the same, one in sixteen such
        comparisons does so by chance.
        """
        return self.count >= LEAST_TO_TELL and not self.low <= 0 <= self.high


@dataclass(frozen=True, slots=True)
class Answers:
    """What a column answers to a query: rows, the closest first, and their scores."""

    rows: tuple[int, ...]
    scores: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Retrieval:
    """Of one column: nDCG, MRR and recall among the first k rows, over the queries that it can be asked and something is relevant to.

    behind: nDCG less than the best column's, over the queries both have, None for the best; see more_than_chance.
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
