from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run
from tests.services.fakes import FULL, FakeConnections
from tests.services.speech.recordings import FakeDecoder, wav
from workbench.domain.chat import Served
from workbench.domain.errors import Failure, InvalidInput, Maker, RequestFailed, StorageFailed
from workbench.domain.exchange import Exchange
from workbench.domain.models import Cost, Model, Price
from workbench.domain.speech.abilities import SpeakingAbilities
from workbench.domain.speech.requests import SpeakingReply, SpeakingRequest
from workbench.domain.speech.scores import Errors
from workbench.domain.speech.spoken import Spoken
from workbench.domain.speech.takes import Take, TakeState
from workbench.domain.speech.transcripts import Segment, Transcript, Word
from workbench.domain.targets import Connection
from workbench.services.speech.library import Recordings
from workbench.services.speech.samples import SampleCache
from workbench.services.speech.speaking import (
    SoundNotStored,
    Speaking,
    SpeakingEvent,
    SpokenAdded,
    SpokenGone,
)
from workbench.storage.audio_files import OwnAudio
from workbench.storage.database import Database
from workbench.storage.exchanges import ExchangeStore
from workbench.storage.recordings import RecordingStore, SpokenStore

SOUND = wav((1.0, 0.5))
BLOCKED = RequestFailed("No.", failure=Failure.BLOCKED, maker=Maker.GATEWAY, status=400)


class FakeModels:
    def find(self, model_id: str) -> Model:
        return Model(model_id, prices=(Price("per 1k characters", 0.5),))

    async def learn_speaking(self, model_id: str, target_id: str = "") -> SpeakingAbilities:
        return SpeakingAbilities()


class FakeWire:
    def __init__(self) -> None:
        self.requests: list[SpeakingRequest] = []
        self.audio = SOUND
        self.error: Exception | None = None

    async def speak(
        self, connection: Connection, request: SpeakingRequest, exchange: Exchange
    ) -> SpeakingReply:
        self.requests.append(request)
        exchange.method, exchange.ended_ms = "POST", 90.0
        if self.error:
            raise self.error
        return SpeakingReply(self.audio, "audio/wav", served=Served(sandbox=True))


class FakeTakes:
    """Hears `text` in everything."""

    def __init__(self) -> None:
        self.takes: list[Take] = []

    async def transcribe(
        self, recording_id: str, model: str, options: Mapping[str, Any], *, target_id: str = ""
    ) -> Take:
        text = Transcript((Segment("s", (Word("Hello", 0, 1), Word("ewe", 1, 2))),))
        state = TakeState.DONE if model == "ear" else TakeState.RUNNING
        self.takes.append(Take(model, recording_id, model, options, target_id, state=state, heard=text))
        return self.takes[-1]

    async def of(self, recording_id: str) -> list[Take]:
        return [take for take in self.takes if take.recording_id == recording_id]


class FullDisk(SpokenStore):
    failing = False

    async def put(self, spoken: Spoken) -> None:
        if self.failing:
            raise FULL
        await super().put(spoken)


class Desk:
    def __init__(self, database: Database, folder: Path) -> None:
        self.folder = folder
        self.now = 1000.0
        self.wire = FakeWire()
        self.store = FullDisk(database)
        self.records = ExchangeStore(database)
        self.recordings = Recordings(
            RecordingStore(database),
            OwnAudio(folder / "own"),
            SampleCache(folder / "samples", FakeDecoder()),
        )
        self.takes = FakeTakes()
        self.speaking = Speaking(
            FakeConnections(),
            FakeModels(),
            self.wire,
            self.store,
            OwnAudio(folder / "spoken"),
            self.records,
            self.recordings,
            self.takes,
            clock=lambda: self.now,
        )
        self.events: list[SpeakingEvent] = []
        self.speaking.on_change(self.events.append)

    async def speak(self, text: str = "Hello you") -> Spoken:
        return await self.speaking.speak(text, "mouth", {"speaker": "luna"}, target_id="t")


Story = Callable[[Callable[[Desk], Awaitable[None]]], None]


@pytest.fixture
def story(tmp_path: Path, run_async: Run) -> Story:
    async def whole(told: Callable[[Desk], Awaitable[None]]) -> None:
        database = await Database.open(tmp_path / "data" / "workbench.db")
        try:
            await told(Desk(database, tmp_path))
        finally:
            await database.aclose()

    return lambda told: run_async(whole(told))


def test_what_was_spoken_is_kept_with_all_that_is_known_of_it(story: Story) -> None:
    async def told(desk: Desk) -> None:
        spoken = await desk.speak()
        (request,) = desk.wire.requests
        assert (request.model, request.text, request.options) == ("mouth", "Hello you", {"speaker": "luna"})
        assert (spoken.text, spoken.target, spoken.media_type) == ("Hello you", "Desk", "audio/wav")
        assert (spoken.size, spoken.took_ms, spoken.sandbox) == (len(SOUND), 90.0, True)
        assert spoken.cost == Cost(0.0045)
        assert desk.speaking.path(spoken).read_bytes() == SOUND
        assert desk.speaking.path(spoken).suffix == ".wav"
        record = await desk.speaking.exchange(spoken.exchange_id)
        assert record is not None
        assert record.method == "POST"
        assert await desk.speaking.all() == [spoken]
        assert desk.events == [SpokenAdded(spoken)]

    story(told)


def test_a_failure_passes_and_leaves_no_entry(story: Story) -> None:
    async def told(desk: Desk) -> None:
        desk.wire.error = BLOCKED
        exchange = Exchange("e", 1.0)
        with pytest.raises(RequestFailed):
            await desk.speaking.speak("Hello", "mouth", {}, exchange=exchange)
        assert await desk.speaking.exchange("e") is not None
        desk.wire.error, desk.wire.audio = None, b""
        with pytest.raises(InvalidInput, match="Nothing came"):
            await desk.speak()
        assert await desk.speaking.all() == []

    story(told)


def test_speech_that_a_full_disk_did_not_take_is_stored_later_without_another_call(story: Story) -> None:
    async def told(desk: Desk) -> None:
        desk.store.failing = True
        with pytest.raises(SoundNotStored, match="could not be stored"):
            await desk.speak()
        desk.store.failing = False
        spoken = await desk.speak()
        assert len(desk.wire.requests) == 1
        assert desk.speaking.path(spoken).read_bytes() == SOUND
        again = await desk.speak()
        assert len(desk.wire.requests) == 2
        assert again.id != spoken.id

    story(told)


def test_it_can_be_saved_deleted_and_restored(story: Story) -> None:
    async def told(desk: Desk) -> None:
        spoken = await desk.speak()
        await desk.speaking.save_as(spoken, desk.folder / "out.wav")
        assert (desk.folder / "out.wav").read_bytes() == SOUND
        await desk.speaking.delete([spoken.id])
        assert desk.events[-1:] == [SpokenGone((spoken.id,))]
        assert await desk.speaking.all() == []
        await desk.speaking.restore([spoken.id])
        assert desk.events[-1:] == [SpokenAdded(spoken)]
        await desk.speaking.delete([spoken.id])
        desk.now += 30 * 24 * 3600 + 1
        await desk.speaking.tidy()
        with pytest.raises(StorageFailed):
            await desk.speaking.save_as(spoken, desk.folder / "out.wav")

    story(told)


def test_a_round_trip_tells_how_much_of_the_text_was_heard(story: Story) -> None:
    async def told(desk: Desk) -> None:
        spoken = await desk.speak()
        take = await desk.speaking.check(spoken, "ear", {"language": "en"}, target_id="t")
        waiting = await desk.speaking.check(spoken, "other ear", {})
        assert take.recording_id == waiting.recording_id
        assert (take.options, take.target) == ({"language": "en"}, "t")
        recording = await desk.recordings.get(take.recording_id)
        assert (recording.reference, recording.spoken_id) == ("Hello you", spoken.id)
        assert await desk.recordings.all() == []
        done, running = await desk.speaking.checks(spoken)
        assert done.words == Errors(1, 0, 0, 2)
        assert done.characters is not None
        assert done.characters.total == 8
        assert (running.take.id, running.words) == ("other ear", None)

    story(told)
