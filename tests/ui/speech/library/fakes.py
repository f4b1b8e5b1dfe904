"""Recordings, takes and examples in memory."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from workbench.domain.errors import InvalidInput, WorkbenchError
from workbench.domain.speech.takes import Part, Recording, Take, TakeState
from workbench.services.listeners import Listeners
from workbench.services.speech.library import (
    Added,
    AnotherRecording,
    LibraryEvent,
    RecordingAdded,
    RecordingChanged,
    RecordingsGone,
    Refused,
)
from workbench.services.speech.takes import TakeAdded, TakeChanged, TakesEvent, TakesGone

WHISPER, NOVA = "@cf/openai/whisper-large-v3-turbo", "@cf/deepgram/nova-3"


def recording(id: str = "r1", name: str = "Interview.mp3", **more: object) -> Recording:
    values: dict[str, object] = {"seconds": 185.0, "created_at": 1_790_000_000.0, "size": 2_400_000}
    made = Recording(id, name, f"/music/{name}", media_type="audio/mpeg")
    return replace(made, **(values | more))  # type: ignore[arg-type]  # fields of a Recording


def take(id: str = "t1", of: str = "r1", state: TakeState = TakeState.DONE, **more: object) -> Take:
    made = Take(id, of, WHISPER, state=state, created_at=1_790_000_100.0)
    return replace(made, **more)  # type: ignore[arg-type]  # fields of a Take


def parts(*states: TakeState, each_s: float = 60.0) -> tuple[Part, ...]:
    return tuple(
        Part(number, number * each_s, (number + 1) * each_s, state) for number, state in enumerate(states)
    )


class FakeRecordings:
    """trouble: raised by whatever is asked next. refuse: names that cannot be added."""

    def __init__(self, *there: Recording) -> None:
        self.there = list(there)
        self.gone: dict[str, Recording] = {}
        self.trouble: WorkbenchError | None = None
        self.refuse: set[str] = set()
        self.located: list[tuple[str, Path, bool]] = []
        self.held = asyncio.Event()
        self.held.set()
        self._listeners: Listeners[LibraryEvent] = Listeners()

    def on_change(self, listener: Callable[[LibraryEvent], object]) -> Callable[[], None]:
        return self._listeners.add(listener)

    def _fail(self) -> None:
        trouble, self.trouble = self.trouble, None
        if trouble is not None:
            raise trouble

    async def all(self) -> list[Recording]:
        await self.held.wait()
        self._fail()
        return sorted(self.there, key=lambda one: one.id, reverse=True)

    async def add_all(
        self, paths: Sequence[Path], progress: Callable[[float], object] = lambda share: None
    ) -> Added:
        added, refused = [], []
        for number, path in enumerate(paths, 1):
            await self.held.wait()
            if path.name in self.refuse:
                refused.append(Refused(path.name, InvalidInput(f"{path.name} is no recording.")))
            else:
                added.append(self.put(recording(f"r{len(self.there) + 1}", path.name)))
            progress(number / len(paths))
        return Added(tuple(added), tuple(refused))

    def put(self, one: Recording) -> Recording:
        self.there.append(one)
        self._listeners.tell(RecordingAdded(one))
        return one

    async def rename(self, recording_id: str, name: str) -> Recording:
        return self._change(recording_id, name=name)

    async def delete(self, ids: Iterable[str]) -> None:
        self._fail()
        ids = tuple(ids)
        for one in [one for one in self.there if one.id in ids]:
            self.gone[one.id] = one
            self.there.remove(one)
        self._listeners.tell(RecordingsGone(ids))

    async def restore(self, ids: Iterable[str]) -> None:
        for id in ids:
            self.put(self.gone.pop(id))

    async def locate(self, recording_id: str, path: Path, *, agreed: bool = False) -> Recording:
        self.located.append((recording_id, path, agreed))
        one = next(one for one in self.there if one.id == recording_id)
        if "other" in path.name and not agreed:
            raise AnotherRecording(one, path)
        return self._change(recording_id, path=str(path), missing=False)

    def _change(self, recording_id: str, **changes: object) -> Recording:
        at = next(at for at, one in enumerate(self.there) if one.id == recording_id)
        self.there[at] = replace(self.there[at], **changes)  # type: ignore[arg-type]
        self._listeners.tell(RecordingChanged(self.there[at]))
        return self.there[at]


class FakeTakes:
    def __init__(self, *there: Take) -> None:
        self.there = list(there)
        self.gone: dict[str, Take] = {}
        self.read: list[str] = []
        self._listeners: Listeners[TakesEvent] = Listeners()

    def on_change(self, listener: Callable[[TakesEvent], object]) -> Callable[[], None]:
        return self._listeners.add(listener)

    def tell(self, event: TakesEvent) -> None:
        self._listeners.tell(event)

    async def of(self, recording_id: str) -> list[Take]:
        self.read.append(recording_id)
        return [one for one in self.there if one.recording_id == recording_id]

    async def states(self, recording_ids: Iterable[str]) -> dict[str, dict[TakeState, int]]:
        counts: dict[str, dict[TakeState, int]] = {}
        for one in self.there:
            if one.recording_id in set(recording_ids):
                states = counts.setdefault(one.recording_id, {})
                states[one.state] = states.get(one.state, 0) + 1
        return counts

    def put(self, one: Take) -> None:
        known = [other.id for other in self.there]
        if one.id in known:
            self.there[known.index(one.id)] = one
            self.tell(TakeChanged(one))
        else:
            self.there.append(one)
            self.tell(TakeAdded(one))

    async def delete(self, ids: Iterable[str]) -> None:
        ids = tuple(ids)
        for one in [one for one in self.there if one.id in ids]:
            self.gone[one.id] = one
            self.there.remove(one)
        self.tell(TakesGone(ids))

    async def restore(self, ids: Iterable[str]) -> None:
        for id in ids:
            self.put(self.gone.pop(id))


class FakeExamples:
    def __init__(self, recordings: FakeRecordings) -> None:
        self._recordings = recordings
        self.trouble: WorkbenchError | None = None

    async def say(self, text: str) -> Recording:
        await asyncio.sleep(0)
        if self.trouble is not None:
            raise self.trouble
        return self._recordings.put(recording("r9", text))
