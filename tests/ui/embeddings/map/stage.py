"""A tab with vectors that were made up, and the map on it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, cast

import numpy as np

from workbench.domain.embeddings.own import OwnVectors
from workbench.domain.embeddings.runs import EmbeddingRun
from workbench.domain.embeddings.texts import TextRow, TextSet
from workbench.domain.errors import StorageFailed
from workbench.services.embeddings.desk import EmbeddingsDesk
from workbench.services.embeddings.maps import Maps
from workbench.services.embeddings.study import Study
from workbench.ui.embeddings.map.model import MapModel
from workbench.ui.embeddings.model import EmbeddingsModel
from workbench.vectors.matrix import Vectors, vectors_of


def clouds(rows: int = 12, seed: int = 1, turned: bool = False) -> Vectors:
    """A third of the rows in each of three directions of eight."""
    dice = np.random.default_rng(seed)
    middles = np.eye(8)[[3, 5, 1] if turned else [0, 1, 2]]
    return vectors_of(middles[np.arange(rows) % 3] + dice.normal(0, 0.05, (rows, 8)))


def texts(rows: int = 12) -> tuple[TextRow, ...]:
    """Labels that fit to the clouds, two languages."""
    names = ("apples", "trains", "clouds")
    return tuple(
        TextRow(str(n + 1), f"about {names[n % 3]} no {n}", names[n % 3], "en" if n < rows / 2 else "ar")
        for n in range(rows)
    )


class NoRuns:
    async def of(self, set_id: str) -> Sequence[EmbeddingRun]:
        return ()

    async def vectors(self, run_id: str, number: int) -> Vectors:
        raise AssertionError("there are none")

    def on_change(self, listener: Callable[..., object]) -> Callable[[], None]:
        return lambda: None


class FakeOwn:
    """broken: keys whose file cannot be read. reads: how often one was."""

    def __init__(self, named: Mapping[str, Vectors]) -> None:
        self.named = dict(named)
        self.broken: set[str] = set()
        self.reads = 0

    async def of(self, set_id: str) -> Sequence[OwnVectors]:
        return [
            OwnVectors(name, set_id, name, vectors.dimensions, len(vectors), 0.0)
            for name, vectors in self.named.items()
        ]

    async def read(self, own: OwnVectors) -> Vectors:
        self.reads += 1
        if own.id in self.broken:
            raise StorageFailed(
                "The vectors cannot be read.", why="The disk is gone.", fix="Load them again."
            )
        return self.named[own.id]


@dataclass
class FakeSets:
    texts: TextSet

    async def get(self, set_id: str) -> TextSet:
        return self.texts


class FakeDesk:
    def __init__(self, rows: tuple[TextRow, ...], named: Mapping[str, Vectors]) -> None:
        self.sets = FakeSets(TextSet("s", "Some texts", rows))
        self.own = FakeOwn(named)
        self.maps = Maps()
        self.calls = None

    def study(self, found: TextSet) -> Study:
        return Study(found, NoRuns(), self.own)


class Stage:
    """failures: what the model could not show in place."""

    def __init__(self, rows: tuple[TextRow, ...] | None = None, **named: Vectors) -> None:
        self.desk = FakeDesk(texts() if rows is None else rows, named or {"one": clouds()})
        desk = cast("EmbeddingsDesk", cast("Any", self.desk))
        self.shared = EmbeddingsModel(desk)
        self.model = MapModel(self.shared, desk)
        self.failures: list[Exception] = []
        self.drawn = self.laid_out = 0
        self.model.failed.connect(self.failures.append)
        self.model.drawn.connect(self._count_drawn)
        self.model.laid_out.connect(self._count_laid_out)

    def _count_drawn(self) -> None:
        self.drawn += 1

    def _count_laid_out(self) -> None:
        self.laid_out += 1

    async def __aenter__(self) -> Stage:
        self.shared.open("s")
        await self.shared._tasks.finish()
        self.model.set_seen(True)
        await self.settled()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.model.aclose()
        await self.shared.aclose()
        assert not self.failures, self.failures

    async def settled(self) -> None:
        """Give all that runs, threads included, the time to end."""
        for _ in range(3):
            await asyncio.sleep(0.002)
            await self.model._tasks.finish()
