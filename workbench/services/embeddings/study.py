"""A set of texts, open to be looked at: what each model made of them, and what was brought along."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from workbench.domain.embeddings.own import OwnVectors
from workbench.domain.embeddings.runs import EmbeddingRun, ModelChoice, ModelRun
from workbench.domain.embeddings.texts import TextSet
from workbench.domain.errors import InvalidInput
from workbench.services.embeddings.runs import RunAdded, RunChanged, RunGone, RunsEvent
from workbench.services.listeners import Listeners

if TYPE_CHECKING:
    from workbench.vectors.matrix import Vectors


class Runs(Protocol):
    """services.embeddings.runs.Runs."""

    async def of(self, set_id: str) -> Sequence[EmbeddingRun]: ...
    async def vectors(self, run_id: str, number: int) -> Vectors: ...
    def on_change(self, listener: Callable[[RunsEvent], object]) -> Callable[[], None]: ...


class Own(Protocol):
    """services.embeddings.own.Own."""

    async def of(self, set_id: str) -> Sequence[OwnVectors]: ...
    async def read(self, own: OwnVectors) -> Vectors: ...


@dataclass(frozen=True, slots=True)
class Column:
    """The vectors of one model with its options, or of a file. key: names it within the set; equal keys are equal vectors.

    run: what made them, and number, which model of it; model: how far that is. own: what was brought along instead.
    """

    key: str
    run: EmbeddingRun | None = None
    number: int = 0
    own: OwnVectors | None = None

    @property
    def model(self) -> ModelRun | None:
        return None if self.run is None else self.run.models[self.number]

    @property
    def choice(self) -> ModelChoice:
        """For what was brought along its name stands for the model."""
        if self.model is not None:
            return self.model.choice
        return ModelChoice(self.own.name if self.own is not None else "")

    @property
    def dimensions(self) -> int:
        if self.own is not None:
            return self.own.dimensions
        return (self.model.dimensions if self.model is not None else None) or 0

    @property
    def done(self) -> int:
        """Rows that have a vector."""
        if self.own is not None:
            return self.own.rows
        return self.model.done if self.model is not None else 0

    @property
    def over(self) -> bool:
        """No more vectors are coming just now."""
        return self.model is None or self.model.state.over


@dataclass(slots=True)
class _Read:
    """Vectors that are in memory. done: how many there were then."""

    done: int
    vectors: Vectors


class Study:
    """Vectors are read when they are first asked for and stay in memory until `close`."""

    def __init__(self, texts: TextSet, runs: Runs, own: Own) -> None:
        self.texts = texts
        self._runs = runs
        self._own = own
        self._of_runs: dict[str, EmbeddingRun] = {}
        self._brought: tuple[OwnVectors, ...] = ()
        self._columns: tuple[Column, ...] = ()
        self._read: dict[str, _Read] = {}
        self._reading = asyncio.Lock()
        self._listeners: Listeners[None] = Listeners()
        self._quiet = runs.on_change(self._changed)

    @property
    def columns(self) -> tuple[Column, ...]:
        """Those with at least one vector, in the order they were first asked for. Of runs with equal vectors the fullest."""
        return self._columns

    def column(self, key: str) -> Column:
        """Raises InvalidInput where it is gone."""
        for column in self._columns:
            if column.key == key:
                return column
        raise InvalidInput("These vectors are gone.", why="Their run was deleted.", fix="Choose others.")

    def on_change(self, listener: Callable[[None], object]) -> Callable[[], None]:
        """Call listener when columns come, go or grow; returns what ends that."""
        return self._listeners.add(listener)

    async def load(self) -> None:
        """Look for what there is of the set. Raises StorageFailed; may be called again."""
        self._of_runs = {run.id: run for run in await self._runs.of(self.texts.id)}
        self._brought = tuple(await self._own.of(self.texts.id))
        self._arrange()

    async def vectors(self, key: str) -> Vectors:
        """One row for each of the set's; those of a model that is not done are read again when there are more.

        Raises InvalidInput, StorageFailed.
        """
        async with self._reading:
            column = self.column(key)
            known = self._read.get(key)
            if known is None or known.done != column.done:
                known = _Read(column.done, await self._vectors(column))
                self._read[key] = known
            return known.vectors

    def close(self) -> None:
        self._quiet()
        self._read.clear()

    async def _vectors(self, column: Column) -> Vectors:
        if column.own is not None:
            return await self._own.read(column.own)
        assert column.run is not None
        return await self._runs.vectors(column.run.id, column.number)

    def _changed(self, event: RunsEvent) -> None:
        match event:
            case RunAdded(run) | RunChanged(run) if run.text_set_id == self.texts.id:
                self._of_runs[run.id] = run
            case RunGone(run_id) if run_id in self._of_runs:
                del self._of_runs[run_id]
            case _:
                return
        self._arrange()

    def _arrange(self) -> None:
        found: dict[str, Column] = {}
        for run in sorted(self._of_runs.values(), key=lambda run: (run.created_at, run.id)):
            for number, model in enumerate(run.models):
                key = model.origin
                if key and model.done and model.done >= (found[key].done if key in found else 0):
                    found[key] = Column(key, run, number)
        for own in self._brought:
            found[f"own:{own.id}"] = Column(f"own:{own.id}", own=own)
        columns = tuple(found.values())
        if columns != self._columns:
            self._columns = columns
            for gone in set(self._read) - {column.key for column in columns}:
                del self._read[gone]
            self._listeners.tell(None)
