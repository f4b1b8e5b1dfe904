"""Many files at once: each heard, and its text written into a folder, one after the other, whatever becomes of the others."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from workbench.domain.errors import InvalidInput, StorageFailed, WorkbenchError
from workbench.domain.ids import new_id
from workbench.domain.speech.batches import BatchItem, SpeechBatch
from workbench.domain.speech.forms import USUAL, ExportRules, TextForm
from workbench.domain.speech.takes import Recording, Take, TakeState
from workbench.domain.trouble import Trouble
from workbench.services.background import Background, to_the_end
from workbench.services.listeners import Listeners
from workbench.services.speech.export import export_all, stem_of
from workbench.services.speech.takes import TakeChanged, TakesEvent, TakesGone

AT_A_TIME = 2
"""Recordings whose parts are being heard, or that are being decoded: samples of all of them at once would not fit."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class BatchChanged:
    batch: SpeechBatch


@dataclass(frozen=True, slots=True)
class BatchGone:
    id: str


BatchEvent = BatchChanged | BatchGone


class Store(Protocol):
    """storage.speech_batches.SpeechBatchStore."""

    async def put(self, batch: SpeechBatch) -> None: ...
    async def get(self, batch_id: str) -> SpeechBatch | None: ...
    async def all(self, limit: int, before: str = "") -> Sequence[SpeechBatch]: ...
    async def delete(self, batch_id: str) -> None: ...
    async def is_elsewhere(self, batch_id: str) -> bool: ...
    async def adopt(self) -> Sequence[SpeechBatch]: ...
    async def release(self) -> None: ...


class Library(Protocol):
    """services.speech.library.Recordings."""

    async def add(self, path: Path) -> Recording: ...


class Hearing(Protocol):
    """services.speech.takes.Takes."""

    async def transcribe(
        self,
        recording_id: str,
        model: str,
        options: Mapping[str, Any],
        *,
        target_id: str = "",
        most_s: float = 0.0,
    ) -> Take: ...
    async def get(self, take_id: str) -> Take | None: ...
    async def of(self, recording_id: str) -> Sequence[Take]: ...
    async def stop(self, take_id: str) -> None: ...
    async def resume(self, take_id: str) -> None: ...
    def on_change(self, listener: Callable[[TakesEvent], object]) -> Callable[[], None]: ...


class Batches:
    """Runs this window's batches; those of a window that is gone are taken over at `load`.

    A take of the same recording that was not finished, by the same model with the same options, is resumed rather than
    begun anew. Methods that change something raise StorageFailed.
    """

    def __init__(
        self,
        store: Store,
        library: Library,
        takes: Hearing,
        *,
        clock: Callable[[], float] = time.time,
        at_a_time: int = AT_A_TIME,
    ) -> None:
        self._store = store
        self._library = library
        self._takes = takes
        self._clock = clock
        self._room = asyncio.Semaphore(at_a_time)
        self._background = Background()
        self._listeners: Listeners[BatchEvent] = Listeners()
        self._open: dict[str, SpeechBatch] = {}
        self._awaited: defaultdict[str, list[asyncio.Future[Take | None]]] = defaultdict(list)
        self._end = takes.on_change(self._take_changed)

    @property
    def open(self) -> tuple[SpeechBatch, ...]:
        """This window's that are not over."""
        return tuple(self._open.values())

    def on_change(self, listener: Callable[[BatchEvent], object]) -> Callable[[], None]:
        """Call listener with what happens; returns what ends that."""
        return self._listeners.add(listener)

    async def all(self, limit: int = 50, before: str = "") -> list[SpeechBatch]:
        """Of all windows, the newest first; before: id of the last one known already."""
        return [self._open.get(batch.id, batch) for batch in await self._store.all(limit, before)]

    async def get(self, batch_id: str) -> SpeechBatch | None:
        return self._open.get(batch_id) or await self._store.get(batch_id)

    async def load(self) -> None:
        """Take up what an earlier run left; after `Takes.load`."""
        for batch in await self._store.adopt():
            self._run(batch)

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
        """folder: is made; None for beside each recording. Texts that are there already are written over.

        Raises InvalidInput where there is nothing to do, StorageFailed for a folder that cannot be made.
        """
        if not paths or not forms:
            raise InvalidInput(
                "There is nothing to do." if not paths else "No form of text is chosen.",
                fix="Choose some recordings first." if not paths else "Choose at least one, such as SRT.",
            )
        if folder is not None:
            folder = await asyncio.to_thread(_made, folder)
        batch = SpeechBatch(
            new_id(),
            self._clock(),
            model,
            dict(options),
            target_id,
            "" if folder is None else str(folder),
            tuple(forms),
            rules,
            most_s,
            _items(paths, apart=folder is None),
        )
        await to_the_end(self._store.put(batch))
        self._run(batch)
        return batch

    async def stop(self, batch_id: str) -> None:
        """What is being heard is cut off; what is written stays."""
        await self._mine(batch_id)
        await self._background.cancel(_running(batch_id))
        batch = self._open.pop(batch_id, None) or await self._store.get(batch_id)
        if batch is None:
            return
        for item in batch.items:
            if item.state is TakeState.RUNNING and item.take_id:
                await self._takes.stop(item.take_id)
        items = tuple(
            item if item.state.over else replace(item, state=TakeState.STOPPED) for item in batch.items
        )
        await self._changed(replace(batch, items=items))

    async def retry(self, batch_id: str, numbers: Iterable[int] | None = None) -> None:
        """Let items that failed or were stopped be heard; numbers: only those. Parts that are done are not sent again."""
        await self._mine(batch_id)
        batch = await self.get(batch_id)
        if batch is None:
            return
        wanted = None if numbers is None else set(numbers)
        items = tuple(
            replace(item, state=TakeState.WAITING, trouble=None)
            if item.state in (TakeState.FAILED, TakeState.STOPPED)
            and (wanted is None or item.number in wanted)
            else item
            for item in batch.items
        )
        batch = replace(batch, items=items)
        await self._store.put(batch)
        self._run(batch)

    async def delete(self, batch_id: str) -> None:
        """It is stopped. Recordings, takes and files stay."""
        await self.stop(batch_id)
        await self._store.delete(batch_id)
        self._listeners.tell(BatchGone(batch_id))

    async def aclose(self) -> None:
        """Leave what is not over to the next start."""
        self._end()
        await self._background.aclose()
        try:
            await self._store.release()
        except StorageFailed as error:  # whoever comes next sees that this window is gone
            _log.warning("Batches were left as they are: %s", error.why or error.what)

    def _run(self, batch: SpeechBatch) -> None:
        if batch.state.over:
            return
        self._open[batch.id] = batch
        self._listeners.tell(BatchChanged(batch))
        self._background.start(_running(batch.id), self._all_items(batch.id))

    async def _all_items(self, batch_id: str) -> None:
        async with asyncio.TaskGroup() as group:
            begun: set[int] = set()
            while True:
                waiting = [
                    item
                    for item in self._open[batch_id].items
                    if not item.state.over and item.number not in begun
                ]
                if not waiting:
                    break
                await self._room.acquire()
                begun.add(waiting[0].number)
                group.create_task(self._one(batch_id, waiting[0].number), name=f"batch {batch_id}")
        batch = self._open[batch_id]
        if batch.state.over:
            del self._open[batch_id]
            await self._changed(batch)
        else:  # something was retried at the last moment
            await self._all_items(batch_id)

    async def _one(self, batch_id: str, number: int) -> None:
        try:
            try:
                await self._heard(batch_id, number)
            except WorkbenchError as error:
                await self._set(batch_id, number, state=TakeState.FAILED, trouble=Trouble.of(error))
            except Exception:  # noqa: BLE001  it is told of this file, and logged
                _log.exception("A file of a batch was not heard")
                trouble = Trouble(
                    "Something in AI Workbench went wrong with this file.",
                    "The log has the details.",
                    "Retry; if it happens again, please report it.",
                )
                await self._set(batch_id, number, state=TakeState.FAILED, trouble=trouble)
        finally:
            self._room.release()

    async def _heard(self, batch_id: str, number: int) -> None:
        batch = self._open[batch_id]
        item = batch.items[number]
        await self._set(batch_id, number, state=TakeState.RUNNING)
        recording = await self._library.add(Path(item.path))
        take = await self._take(batch, item, recording)
        await self._set(batch_id, number, recording_id=recording.id, take_id=take.id)
        ended = await self._over(take.id)
        if ended is None or ended.state is TakeState.STOPPED:
            await self._set(batch_id, number, state=TakeState.STOPPED)
        elif ended.state is TakeState.FAILED:
            await self._set(batch_id, number, state=TakeState.FAILED, trouble=ended.trouble)
        else:
            folder = Path(batch.folder) if batch.folder else Path(item.path).parent
            paths = await export_all(
                ended.transcript, folder, item.stem, batch.forms, title=recording.name, rules=batch.rules
            )
            await self._set(batch_id, number, state=TakeState.DONE, files=tuple(map(str, paths)))

    async def _take(self, batch: SpeechBatch, item: BatchItem, recording: Recording) -> Take:
        """The item's own, or one that was not finished, or a new one."""
        take = await self._takes.get(item.take_id) if item.take_id else None
        if take is None:
            unfinished = (
                one
                for one in await self._takes.of(recording.id)
                if one.state is not TakeState.DONE
                and (one.model, one.options, one.target) == (batch.model, batch.options, batch.target)
                and (one.span, one.most_s) == (None, batch.most_s)
            )
            take = next(unfinished, None)
        if take is None:
            return await self._takes.transcribe(
                recording.id, batch.model, batch.options, target_id=batch.target, most_s=batch.most_s
            )
        if take.state is not TakeState.DONE:
            await self._takes.resume(take.id)
        return take

    async def _over(self, take_id: str) -> Take | None:
        """As it is when nothing more comes; None where it was deleted."""
        ended: asyncio.Future[Take | None] = asyncio.get_running_loop().create_future()
        self._awaited[take_id].append(ended)
        try:
            take = await self._takes.get(take_id)
            return take if take is None or take.state.over else await ended
        finally:
            self._awaited[take_id].remove(ended)

    def _take_changed(self, event: TakesEvent) -> None:
        if isinstance(event, TakeChanged) and event.take.state.over:
            self._end_of(event.take.id, event.take)
        elif isinstance(event, TakesGone):
            for take_id in event.ids:
                self._end_of(take_id, None)

    def _end_of(self, take_id: str, take: Take | None) -> None:
        for ended in self._awaited.get(take_id, ()):
            if not ended.done():
                ended.set_result(take)

    async def _set(self, batch_id: str, number: int, **news: Any) -> None:
        batch = self._open[batch_id]
        items = tuple(replace(item, **news) if item.number == number else item for item in batch.items)
        self._open[batch_id] = batch = replace(batch, items=items)
        await self._changed(batch)

    async def _changed(self, batch: SpeechBatch) -> None:
        """How far a batch has come is worth less than its going on."""
        try:
            await self._store.put(batch)
        except StorageFailed as error:
            _log.warning("How far a batch has come was not stored: %s", error.why or error.what)
        self._listeners.tell(BatchChanged(batch))

    async def _mine(self, batch_id: str) -> None:
        if batch_id not in self._open and await self._store.is_elsewhere(batch_id):
            raise InvalidInput(
                "Another window is at this batch.", fix="Stop it there, or close that window first."
            )


def _running(batch_id: str) -> str:
    return f"batch {batch_id}"


def _items(paths: Sequence[Path], *, apart: bool) -> tuple[BatchItem, ...]:
    """Their texts have different names where they come into the same folder. apart: each beside its recording.

    Paths are made absolute: whoever takes the batch up may have been started elsewhere.
    """
    taken: set[tuple[str, str]] = set()
    items = []
    for number, path in enumerate(path.absolute() for path in paths):
        folder = str(path.parent) if apart else ""
        stem = base = stem_of(path.name)
        count = 1
        while (folder, stem.casefold()) in taken:
            count += 1
            stem = f"{base} ({count})"
        taken.add((folder, stem.casefold()))
        items.append(BatchItem(number, str(path), stem))
    return tuple(items)


def _made(folder: Path) -> Path:
    """The same, absolute."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageFailed(
            f"The folder {folder.name} cannot be made.",
            why=f"{folder}: {error.strerror or error}.",
            fix="Choose another one.",
        ) from error
    return folder.absolute()
