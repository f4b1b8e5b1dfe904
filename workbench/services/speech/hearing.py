"""One call that hears a part of a recording, and before it, into which parts a recording is cut."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from workbench.domain.errors import InvalidInput
from workbench.domain.exchange import Exchange
from workbench.domain.models import Cost, Model
from workbench.domain.speech.abilities import HearingAbilities
from workbench.domain.speech.costs import hearing_cost
from workbench.domain.speech.cutting import FRAME_S, Cut, cuts
from workbench.domain.speech.requests import HearingReply, HearingRequest
from workbench.domain.speech.sounds import AAC, FLAC, MP3, MP4, OGG, OPUS, WAV, WEBM
from workbench.domain.speech.takes import Part, Recording, Take, TakeState
from workbench.domain.speech.transcripts import Transcript, Word
from workbench.domain.speech.wav import HEAD_SIZE, wav_of
from workbench.domain.targets import Connection
from workbench.services.speech.samples import FRAME, RATE, Progress, Samples
from workbench.services.wire_records import Store, WireRecords

LONGEST_PART_S = 300.0
"""Where a model has no limit of its own: text comes piece by piece, and what breaks off costs little to hear again."""
OVERLAP_S = 2.0
SILENT_DBFS = -60.0
_MOST_WHOLE_BYTES = 20 * 1024 * 1024
_LEAST_PART_S = 5.0
_AS_IT_IS = frozenset({WAV, MP3, FLAC, OGG, OPUS, MP4, AAC, WEBM})


class Connections(Protocol):
    """services.targets.TargetService."""

    async def connection(self, target_id: str = "") -> Connection: ...


class Models(Protocol):
    """services.speech.models.SpeechModels."""

    def find(self, model_id: str) -> Model: ...
    async def learn_hearing(self, model_id: str, target_id: str = "") -> HearingAbilities: ...


class HearingWire(Protocol):
    """client.speech.client.HearingClient."""

    async def hear(
        self, connection: Connection, request: HearingRequest, exchange: Exchange
    ) -> HearingReply: ...


class Library(Protocol):
    """services.speech.library.Recordings."""

    async def get(self, recording_id: str) -> Recording: ...
    async def samples(self, recording_id: str, progress: Progress = ...) -> Samples: ...
    async def whole(self, recording_id: str, most_bytes: int) -> bytes | None: ...


Loudness = Callable[[Samples], Sequence[float]]
"""dBFS of each FRAME_S; may block. services.speech.loudness."""


@dataclass(frozen=True, slots=True)
class Heard:
    """transcript: its times count from the beginning of the recording."""

    transcript: Transcript
    cost: Cost
    took_ms: float
    sandbox: bool = False


class Hearing:
    """Everything but when to call, which is up to Takes. Raises RequestFailed, InvalidInput, StorageFailed.

    A call that is cancelled closes its connection at once.
    """

    def __init__(
        self,
        connections: Connections,
        models: Models,
        wire: HearingWire,
        library: Library,
        loudness: Loudness,
        records: Store,
        *,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self._connections = connections
        self._models = models
        self._wire = wire
        self._library = library
        self._loudness = loudness
        self._records = WireRecords(records, ticks)

    async def parts(self, take: Take, progress: Progress) -> tuple[Part, ...]:
        """Cut in silences, each below the model's limits. Parts in which nothing can be heard are DONE from the beginning.

        Raises InvalidInput for a recording, or a selection, that is silent throughout.
        """
        abilities = await self._models.learn_hearing(take.model, take.target)
        samples = await self._library.samples(take.recording_id, progress)
        recording = await self._library.get(take.recording_id)
        loudness = await asyncio.to_thread(self._loudness, samples)
        start, end = take.span or (0.0, samples.seconds)
        end = min(end, samples.seconds)
        frames = loudness[round(start / FRAME_S) : round(end / FRAME_S) + 1]
        if end - start <= 0 or (len(frames) > 0 and max(frames) < SILENT_DBFS):
            raise _silent(recording, whole=take.span is None)
        if _goes_as_it_is(take, recording, abilities, samples.seconds):
            return (Part(0, start, end),)
        found = await asyncio.to_thread(
            cuts, frames, end - start, most_s=_most_s(take, abilities), overlap_s=OVERLAP_S
        )
        return tuple(
            _part(number, Cut(start + cut.start, start + cut.end), frames, start)
            for number, cut in enumerate(found)
        )

    async def hear(self, take: Take, part: Part, exchange: Exchange) -> Heard:
        """exchange: filled in as it happens, also when it fails; its `method` is "" if nothing was sent."""
        connection = await self._connections.connection(take.target)
        abilities = await self._models.learn_hearing(take.model, take.target)
        audio, media_type = await self._audio(take, part, abilities)
        request = HearingRequest(
            take.model,
            audio,
            media_type,
            abilities,
            seconds=part.seconds,
            options=fitting(take.options, abilities),
        )
        async with self._records.call(exchange, take.id) as call:
            reply = await self._wire.hear(connection, request, exchange)
        return Heard(
            placed(reply.transcript, part),
            hearing_cost(self._models.find(take.model), reply, part.seconds),
            call.took_ms,
            reply.served.sandbox,
        )

    async def exchange(self, exchange_id: str) -> Exchange | None:
        """The wire record of a call, also of one that runs. Raises StorageFailed."""
        return await self._records.get(exchange_id)

    async def _audio(self, take: Take, part: Part, abilities: HearingAbilities) -> tuple[bytes, str]:
        recording = await self._library.get(take.recording_id)
        if len(take.parts) == 1 and _goes_as_it_is(take, recording, abilities, part.end):
            whole = await self._library.whole(take.recording_id, _most_bytes(abilities))
            if whole is not None:
                return whole, recording.media_type
        samples = await self._library.samples(take.recording_id)
        return await asyncio.to_thread(lambda: wav_of(samples.read(part.start, part.end), samples.rate)), WAV


def fitting(options: Mapping[str, Any], abilities: HearingAbilities) -> dict[str, Any]:
    """Of a choice of options those that the model has; all where little is known of it."""
    if not abilities.known:
        return dict(options)
    names = {option.name for option in abilities.options}
    return {name: value for name, value in options.items() if name in names}


def placed(transcript: Transcript, part: Part) -> Transcript:
    """Where it is in the recording; its segments under ids that no other part has."""

    def moved(word: Word) -> Word:
        return replace(word, start=word.start + part.start, end=word.end + part.start)

    return replace(
        transcript,
        segments=tuple(
            replace(segment, id=f"{part.number}-{number}", words=tuple(map(moved, segment.words)))
            for number, segment in enumerate(transcript.segments)
        ),
        seconds=part.end,
    )


def _goes_as_it_is(take: Take, recording: Recording, abilities: HearingAbilities, seconds: float) -> bool:
    """One call takes the user's own file, which is smaller than its samples, and has lost nothing."""
    return (
        take.span is None
        and recording.media_type in _AS_IT_IS
        and 0 < recording.size <= _most_bytes(abilities)
        and seconds <= (take.most_s or abilities.most_s or LONGEST_PART_S)
        and not (recording.missing or recording.changed)
    )


def _most_bytes(abilities: HearingAbilities) -> int:
    return abilities.most_bytes or _MOST_WHOLE_BYTES


def _most_s(take: Take, abilities: HearingAbilities) -> float:
    """Of a part that is sent as samples."""
    limits = [take.most_s or LONGEST_PART_S]
    if abilities.most_s:
        limits.append(abilities.most_s)
    if abilities.most_bytes:
        limits.append((abilities.most_bytes - HEAD_SIZE) / (FRAME * RATE))
    return max(_LEAST_PART_S, min(limits))


def _part(number: int, cut: Cut, frames: Sequence[float], origin: float) -> Part:
    there = frames[int((cut.start - origin) / FRAME_S) : int((cut.end - origin) / FRAME_S) + 1]
    if len(there) and max(there) < SILENT_DBFS:
        return Part(number, cut.start, cut.end, TakeState.DONE, Transcript(seconds=cut.end))
    return Part(number, cut.start, cut.end)


def _silent(recording: Recording, *, whole: bool) -> InvalidInput:
    what = f"“{recording.name}” is silent" if whole else "The selection is silent"
    return InvalidInput(
        f"{what} from its beginning to its end.",
        why=f"Nothing in it is louder than {SILENT_DBFS:.0f} dB, so no model was asked.",
        fix="Check the microphone, or choose another recording.",
    )
