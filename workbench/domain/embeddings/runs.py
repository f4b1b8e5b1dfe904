"""A run: the texts of a set, made vectors by one or several models."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from workbench.domain.embeddings.requests import EmbeddingOptions
from workbench.domain.models import Cost
from workbench.domain.trouble import Trouble


class RunState(StrEnum):
    """DONE: all that is not bad has a vector. FAILED: it does not go on by itself; `trouble` says why."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"

    @property
    def over(self) -> bool:
        return self not in (RunState.WAITING, RunState.RUNNING)


@dataclass(frozen=True, slots=True)
class ModelChoice:
    model: str
    options: EmbeddingOptions = field(default_factory=EmbeddingOptions)


@dataclass(frozen=True, slots=True)
class BadRows:
    """Rows, counted from 0, for which a model gave no vector, and why."""

    trouble: Trouble
    rows: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ModelRun:
    """What one model has done. rows: that are to have a vector; empty ones are not. done: that have one; kept: of these, those
    that were known before and cost nothing.

    tokens, cost: of all calls so far, None where not told. dimensions: None until the first vector. sandbox: a simulation answered.
    origin: what its vectors are kept under (`origins`), "" until it has begun. exchange_id: of the last call whose record is kept.
    trouble: why it failed; while it runs, why it has to try again.
    """

    choice: ModelChoice
    rows: int = 0
    state: RunState = RunState.WAITING
    done: int = 0
    kept: int = 0
    bad: tuple[BadRows, ...] = ()
    calls: int = 0
    tokens: int | None = None
    cost: Cost | None = None
    dimensions: int | None = None
    sandbox: bool = False
    origin: str = ""
    trouble: Trouble | None = None
    exchange_id: str = ""

    @property
    def bad_count(self) -> int:
        return sum(len(bad.rows) for bad in self.bad)

    @property
    def bad_rows(self) -> frozenset[int]:
        return frozenset(row for bad in self.bad for row in bad.rows)


@dataclass(frozen=True, slots=True)
class EmbeddingRun:
    """target: the id of who is asked, "" for the current one when it began. created_at: Unix seconds."""

    id: str
    text_set_id: str
    target: str
    created_at: float
    models: tuple[ModelRun, ...] = ()

    @property
    def state(self) -> RunState:
        """That of its models: it goes on as long as one does."""
        states = {one.state for one in self.models}
        order = (RunState.RUNNING, RunState.WAITING, RunState.FAILED, RunState.STOPPED)
        return next((state for state in order if state in states), RunState.DONE)


def with_bad(bad: Iterable[BadRows], trouble: Trouble, rows: Iterable[int]) -> tuple[BadRows, ...]:
    """As it was, with these rows among those of the same trouble."""
    by_trouble = {each.trouble: set(each.rows) for each in bad}
    by_trouble.setdefault(trouble, set()).update(rows)
    return tuple(BadRows(each, tuple(sorted(found))) for each, found in by_trouble.items())
