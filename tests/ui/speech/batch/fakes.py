"""Batches in memory: what is begun is stored, and becomes what the test says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from workbench.domain.errors import WorkbenchError
from workbench.domain.speech.batches import BatchItem, SpeechBatch
from workbench.domain.speech.forms import USUAL, ExportRules, TextForm
from workbench.domain.speech.takes import Take, TakeState
from workbench.services.listeners import Listeners
from workbench.services.speech.batch import BatchChanged, BatchEvent, BatchGone
from workbench.services.speech.takes import TakesEvent


class FakeBatches:
    def __init__(self) -> None:
        self.there: dict[str, SpeechBatch] = {}
        self.refuses: WorkbenchError | None = None
        self.retried: list[tuple[str, Sequence[int] | None]] = []
        self._listeners: Listeners[BatchEvent] = Listeners()

    def on_change(self, listener: Callable[[BatchEvent], object]) -> Callable[[], None]:
        return self._listeners.add(listener)

    async def all(self, limit: int = 50, before: str = "") -> list[SpeechBatch]:
        self._fail()
        return list(self.there.values())

    async def begin(
        self,
        paths: Sequence[Path],
        model: str,
        options: Mapping[str, Any],
        *,
        target_id: str = "",
        folder: Path | None = None,
        forms: Sequence[TextForm] = (TextForm.TXT,),
        rules: ExportRules = USUAL,
        most_s: float = 0.0,
    ) -> SpeechBatch:
        self._fail()
        items = tuple(BatchItem(number, str(path), path.stem) for number, path in enumerate(paths))
        batch = SpeechBatch(
            f"b{len(self.there)}",
            1.0,
            model,
            options,
            target_id,
            str(folder or ""),
            tuple(forms),
            rules,
            most_s,
            items,
        )
        self.put(batch)
        return batch

    def put(self, batch: SpeechBatch) -> None:
        self.there[batch.id] = batch
        self._listeners.tell(BatchChanged(batch))

    def become(self, batch_id: str, number: int, state: TakeState, **more: Any) -> None:
        batch = self.there[batch_id]
        items = list(batch.items)
        items[number] = replace(items[number], state=state, **more)
        self.put(replace(batch, items=tuple(items)))

    async def stop(self, batch_id: str) -> None:
        for item in self.there[batch_id].items:
            if not item.state.over:
                self.become(batch_id, item.number, TakeState.STOPPED)

    async def retry(self, batch_id: str, numbers: Iterable[int] | None = None) -> None:
        self.retried.append((batch_id, None if numbers is None else tuple(numbers)))

    async def delete(self, batch_id: str) -> None:
        del self.there[batch_id]
        self._listeners.tell(BatchGone(batch_id))

    def _fail(self) -> None:
        refuses, self.refuses = self.refuses, None
        if refuses is not None:
            raise refuses


class FakeTakes:
    def __init__(self) -> None:
        self.there: dict[str, Take] = {}
        self._listeners: Listeners[TakesEvent] = Listeners()

    def on_change(self, listener: Callable[[TakesEvent], object]) -> Callable[[], None]:
        return self._listeners.add(listener)

    def tell(self, event: TakesEvent) -> None:
        self._listeners.tell(event)

    async def get(self, take_id: str) -> Take | None:
        return self.there.get(take_id)
