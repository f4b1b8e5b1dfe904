"""What the list of sets needs from the rest of the program, as it is seen from here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from workbench.domain.embeddings.runs import EmbeddingRun
from workbench.domain.embeddings.texts import TextSet


class Entry(Protocol):
    """A set as the list shows it. created_at: Unix seconds; count: of its rows."""

    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def created_at(self) -> float: ...
    @property
    def count(self) -> int: ...


class Sets(Protocol):
    """storage.text_sets.TextSetStore. Raises StorageFailed."""

    async def put(self, texts: TextSet) -> None: ...
    async def all(self) -> Sequence[Entry]: ...
    async def rename(self, set_id: str, name: str) -> None: ...
    async def delete(self, set_id: str) -> None: ...


class Runs(Protocol):
    """services.embeddings.runs.Runs."""

    @property
    def open(self) -> tuple[EmbeddingRun, ...]: ...
    async def stop(self, run_id: str) -> None: ...


class Opening(Protocol):
    """ui.embeddings.model.EmbeddingsModel."""

    def open(self, set_id: str) -> None: ...
