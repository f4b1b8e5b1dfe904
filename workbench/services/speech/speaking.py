"""Texts that models say aloud: asked for, kept, and heard again to find out what of them can be understood."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import msgspec

from workbench.domain.errors import InvalidInput, StorageFailed
from workbench.domain.exchange import Exchange
from workbench.domain.ids import new_id
from workbench.domain.models import Model
from workbench.domain.speech.abilities import SpeakingAbilities
from workbench.domain.speech.costs import speaking_cost
from workbench.domain.speech.requests import SpeakingReply, SpeakingRequest
from workbench.domain.speech.scores import Errors, character_errors, word_errors
from workbench.domain.speech.sounds import extension_of
from workbench.domain.speech.spoken import Spoken
from workbench.domain.speech.takes import Recording, Take, TakeState
from workbench.domain.targets import Connection
from workbench.services.background import to_the_end
from workbench.services.listeners import Listeners
from workbench.services.speech.library import KEEP_DELETED_S
from workbench.services.wire_records import Store as RecordStore
from workbench.services.wire_records import WireRecords
from workbench.storage.audio_files import OwnAudio


class Connections(Protocol):
    """services.targets.TargetService."""

    async def connection(self, target_id: str = "") -> Connection: ...


class Models(Protocol):
    """services.speech.models.SpeechModels."""

    def find(self, model_id: str) -> Model: ...
    async def learn_speaking(self, model_id: str, target_id: str = "") -> SpeakingAbilities: ...


class SpeakingWire(Protocol):
    """client.speech.client.SpeakingClient."""

    async def speak(
        self, connection: Connection, request: SpeakingRequest, exchange: Exchange
    ) -> SpeakingReply: ...


class Store(Protocol):
    """storage.recordings.SpokenStore."""

    async def put(self, spoken: Spoken) -> None: ...
    async def get(self, spoken_id: str) -> Spoken | None: ...
    async def all(self, limit: int, before: str = "") -> Sequence[Spoken]: ...
    async def delete(self, ids: Iterable[str], now: float) -> None: ...
    async def restore(self, ids: Iterable[str]) -> None: ...
    async def purge(self, deleted_before: float) -> Sequence[Spoken]: ...


class Library(Protocol):
    """services.speech.library.Recordings."""

    async def add(self, path: Path, *, reference: str = "", spoken_id: str = "") -> Recording: ...


class Hearing(Protocol):
    """services.speech.takes.Takes."""

    async def transcribe(
        self, recording_id: str, model: str, options: Mapping[str, Any], *, target_id: str = ""
    ) -> Take: ...
    async def of(self, recording_id: str) -> Sequence[Take]: ...


@dataclass(frozen=True, slots=True)
class SpokenAdded:
    spoken: Spoken


@dataclass(frozen=True, slots=True)
class SpokenGone:
    ids: tuple[str, ...]


SpeakingEvent = SpokenAdded | SpokenGone


@dataclass(frozen=True, slots=True)
class Check:
    """A take of what was spoken. words, characters: how far it is from the text; None while it is being heard."""

    take: Take
    words: Errors | None = None
    characters: Errors | None = None


class SoundNotStored(StorageFailed):
    """What came is kept in memory. The same call again stores it, and does not ask the model."""

    def __init__(self, cause: StorageFailed) -> None:
        super().__init__(
            "The speech came, but it could not be stored.",
            why=f"{cause.what} {cause.why}".strip(),
            fix=f"{cause.fix} Then speak again: it is kept in memory until the window is closed, and the model is not asked again.".strip(),
        )


class Speaking:
    """Raises RequestFailed, InvalidInput, StorageFailed. A call that is cancelled closes its connection at once."""

    def __init__(
        self,
        connections: Connections,
        models: Models,
        wire: SpeakingWire,
        store: Store,
        files: OwnAudio,
        records: RecordStore,
        library: Library,
        hearing: Hearing,
        *,
        clock: Callable[[], float] = time.time,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self._connections = connections
        self._models = models
        self._wire = wire
        self._store = store
        self._files = files
        self._records = WireRecords(records, ticks)
        self._library = library
        self._hearing = hearing
        self._clock = clock
        self._listeners: Listeners[SpeakingEvent] = Listeners()
        self._came: dict[bytes, tuple[Spoken, bytes]] = {}

    def on_change(self, listener: Callable[[SpeakingEvent], object]) -> Callable[[], None]:
        """Call listener with what happens; returns what ends that."""
        return self._listeners.add(listener)

    # speaking

    async def speak(
        self,
        text: str,
        model: str,
        options: Mapping[str, Any],
        *,
        target_id: str = "",
        exchange: Exchange | None = None,
    ) -> Spoken:
        """exchange: filled in as it happens, also when it fails. Raises SoundNotStored, too."""
        key = msgspec.json.encode((text, model, sorted(options.items()), target_id))
        if key not in self._came:
            self._came[key] = await self._asked(text, model, options, target_id, exchange)
        return await to_the_end(self._keep(key))

    async def exchange(self, exchange_id: str) -> Exchange | None:
        """The wire record of a call, also of one that runs."""
        return await self._records.get(exchange_id)

    # the history

    async def all(self, limit: int = 50, before: str = "") -> list[Spoken]:
        """The newest first; before: id of the last one known already."""
        return list(await self._store.all(limit, before))

    def path(self, spoken: Spoken) -> Path:
        """Where it lies; not to be changed."""
        return self._files.path(spoken.file)

    async def save_as(self, spoken: Spoken, path: Path) -> None:
        """Write the sound to a file of the user's, over what is there."""
        await asyncio.to_thread(self._files.copy, spoken.file, path)

    async def delete(self, ids: Iterable[str]) -> None:
        """`restore` brings them back for 30 days."""
        ids = tuple(ids)
        await self._store.delete(ids, self._clock())
        self._listeners.tell(SpokenGone(ids))

    async def restore(self, ids: Iterable[str]) -> None:
        ids = tuple(ids)
        await self._store.restore(ids)
        for spoken_id in ids:
            if (spoken := await self._store.get(spoken_id)) is not None:
                self._listeners.tell(SpokenAdded(spoken))

    async def tidy(self) -> None:
        """Once a run: remove for good what was deleted long ago."""
        for gone in await self._store.purge(self._clock() - KEEP_DELETED_S):
            await asyncio.to_thread(self._files.remove, gone.file)

    # heard again

    async def recording(self, spoken: Spoken) -> Recording:
        """What was said as a recording, with its text for a reference. It is not listed among the others."""
        return await self._library.add(self.path(spoken), reference=spoken.text, spoken_id=spoken.id)

    async def check(
        self, spoken: Spoken, model: str, options: Mapping[str, Any], *, target_id: str = ""
    ) -> Take:
        """Have it heard by another model; `checks` tells what came of it."""
        recording = await self.recording(spoken)
        return await self._hearing.transcribe(recording.id, model, options, target_id=target_id)

    async def checks(self, spoken: Spoken) -> list[Check]:
        """The oldest first."""
        recording = await self.recording(spoken)
        takes = await self._hearing.of(recording.id)
        return await asyncio.to_thread(lambda: [checked(take, spoken.text) for take in takes])

    async def _asked(
        self, text: str, model: str, options: Mapping[str, Any], target_id: str, exchange: Exchange | None
    ) -> tuple[Spoken, bytes]:
        connection = await self._connections.connection(target_id)
        abilities = await self._models.learn_speaking(model, target_id)
        record = exchange or Exchange(new_id(), self._clock())
        spoken_id = new_id()
        request = SpeakingRequest(model, text, abilities, dict(options))
        async with self._records.call(record, spoken_id) as call:
            reply = await self._wire.speak(connection, request, record)
        if not reply.audio:
            raise InvalidInput(
                "Nothing came to be heard.",
                why=f"“{model}” answered with an empty sound.",
                fix="Change the text, or choose another voice or model.",
            )
        spoken = Spoken(
            spoken_id,
            text,
            model,
            dict(options),
            connection.target.name,
            self._clock(),
            f"{spoken_id}{extension_of(reply.media_type)}",
            reply.media_type,
            len(reply.audio),
            speaking_cost(self._models.find(model), reply, text),
            call.took_ms,
            record.id if record.method else "",
            reply.served.sandbox,
        )
        return spoken, reply.audio

    async def _keep(self, key: bytes) -> Spoken:
        spoken, audio = self._came[key]
        try:
            await asyncio.to_thread(self._files.put, spoken.file, audio)
            await self._store.put(spoken)
        except StorageFailed as error:
            raise SoundNotStored(error) from error
        del self._came[key]
        self._listeners.tell(SpokenAdded(spoken))
        return spoken


def checked(take: Take, text: str) -> Check:
    """How much of the text was heard; seconds of work for an hour."""
    if take.state is not TakeState.DONE:
        return Check(take)
    return Check(take, word_errors(text, take.heard.text), character_errors(text, take.heard.text))
