"""What the list of recordings needs from the rest of the program, as it is seen from here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from workbench.domain.speech.takes import Recording, Take, TakeState
from workbench.services.speech.library import Added, LibraryEvent
from workbench.services.speech.takes import TakesEvent


class Recordings(Protocol):
    """services.speech.library.Recordings."""

    async def all(self) -> list[Recording]: ...
    async def add_all(self, paths: Sequence[Path], progress: Callable[[float], object] = ...) -> Added: ...
    async def rename(self, recording_id: str, name: str) -> Recording: ...
    async def delete(self, ids: Iterable[str]) -> None: ...
    async def restore(self, ids: Iterable[str]) -> None: ...
    async def locate(self, recording_id: str, path: Path, *, agreed: bool = False) -> Recording: ...
    def on_change(self, listener: Callable[[LibraryEvent], object]) -> Callable[[], None]: ...


class Takes(Protocol):
    """services.speech.takes.Takes."""

    async def of(self, recording_id: str) -> Sequence[Take]: ...
    async def states(self, recording_ids: Iterable[str]) -> dict[str, dict[TakeState, int]]: ...
    async def delete(self, ids: Iterable[str]) -> None: ...
    async def restore(self, ids: Iterable[str]) -> None: ...
    def on_change(self, listener: Callable[[TakesEvent], object]) -> Callable[[], None]: ...


@dataclass(frozen=True, slots=True)
class Example:
    """Something to hear for who has no recording at hand. text: what is said in it."""

    id: str
    title: str
    text: str


class Examples(Protocol):
    """Says short texts aloud, with whatever speaks here. make raises RequestFailed, InvalidInput and StorageFailed."""

    def all(self) -> Sequence[Example]: ...
    async def make(self, example_id: str) -> Recording: ...
