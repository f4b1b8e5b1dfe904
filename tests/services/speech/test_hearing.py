from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run
from tests.services.fakes import FakeConnections
from tests.services.speech.recordings import FakeDecoder, loudness, put, tone, wav
from workbench.domain.chat import Served
from workbench.domain.errors import Failure, InvalidInput, Maker, RequestFailed, StorageFailed
from workbench.domain.exchange import Exchange
from workbench.domain.models import Cost, Model, Price
from workbench.domain.speech.abilities import HearingAbilities, OptionKind, SpeechOption
from workbench.domain.speech.requests import HearingReply, HearingRequest
from workbench.domain.speech.takes import Part, Take, TakeState
from workbench.domain.speech.transcripts import Segment, Transcript, Word
from workbench.domain.speech.wav import wav_of
from workbench.domain.targets import Connection
from workbench.services.speech.hearing import Hearing, fitting
from workbench.services.speech.library import Recordings
from workbench.services.speech.samples import RATE, SampleCache
from workbench.storage.audio_files import OwnAudio
from workbench.storage.database import Database
from workbench.storage.exchanges import ExchangeStore
from workbench.storage.recordings import RecordingStore

HELLO = Transcript((Segment("s", (Word("Hello", 0.25, 0.5), Word("you", 0.5, 1.0))),), "en", 4.0)
TOO_LARGE = RequestFailed(
    "Too large.", failure=Failure.TOO_LARGE, maker=Maker.PROVIDER, status=413, why="1 MB at most."
)


class FakeModels:
    def __init__(self) -> None:
        self.abilities = HearingAbilities(options=(SpeechOption("language", OptionKind.TEXT),))

    def find(self, model_id: str) -> Model:
        return Model(model_id, prices=(Price("per audio minute", 0.6),))

    async def learn_hearing(self, model_id: str, target_id: str = "") -> HearingAbilities:
        return self.abilities


class FakeWire:
    def __init__(self) -> None:
        self.requests: list[HearingRequest] = []
        self.error: Exception | None = None
        self.hanging = False

    async def hear(self, connection: Connection, request: HearingRequest, exchange: Exchange) -> HearingReply:
        self.requests.append(request)
        exchange.method = "POST"
        exchange.ended_ms = 250.0
        if self.hanging:
            await asyncio.Event().wait()
        if self.error:
            raise self.error
        return HearingReply(HELLO, served=Served(sandbox=True))


class Desk:
    def __init__(self, database: Database, folder: Path) -> None:
        self.folder = folder
        self.decoder = FakeDecoder()
        self.models = FakeModels()
        self.wire = FakeWire()
        self.cache = SampleCache(folder / "samples", self.decoder)
        self.recordings = Recordings(RecordingStore(database), OwnAudio(folder / "own"), self.cache)
        self.hearing = Hearing(
            FakeConnections(),
            self.models,
            self.wire,
            self.recordings,
            lambda samples: loudness(samples.blocks()),
            ExchangeStore(database),
        )

    async def take(self, *stretches: tuple[float, float], **more: Any) -> Take:
        """A take of a recording of stretches, cut."""
        recording = await self.recordings.add(put(self.folder, "talk.wav", *stretches))
        take = Take("t", recording.id, "m", more.pop("options", {}), **more)
        return replace(take, parts=await self.hearing.parts(take, lambda part: None))

    def limit(self, **more: Any) -> None:
        self.models.abilities = replace(self.models.abilities, **more)


Story = Callable[[Callable[[Desk], Awaitable[None]]], None]


@pytest.fixture
def story(tmp_path: Path, run_async: Run) -> Story:
    async def whole(told: Callable[[Desk], Awaitable[None]]) -> None:
        database = await Database.open(tmp_path / "data" / "workbench.db")
        desk = Desk(database, tmp_path)
        try:
            await told(desk)
        finally:
            await desk.cache.aclose()
            await database.aclose()

    return lambda told: run_async(whole(told))


def exchange() -> Exchange:
    return Exchange("e", 1.0)


def test_a_short_recording_goes_as_the_file_it_is(story: Story) -> None:
    async def told(desk: Desk) -> None:
        take = await desk.take((4.0, 0.5))
        assert take.parts == (Part(0, 0.0, 4.0),)
        heard = await desk.hearing.hear(take, take.parts[0], exchange())
        (request,) = desk.wire.requests
        assert (request.audio, request.media_type, request.seconds) == (wav((4.0, 0.5)), "audio/wav", 4.0)
        assert [word.text for word in heard.transcript.words] == ["Hello", "you"]
        assert (heard.cost, heard.took_ms, heard.sandbox) == (Cost(0.04), 250.0, True)
        assert await desk.hearing.exchange("e") is not None

    story(told)


def test_a_long_one_is_cut_in_its_silences_below_the_models_limit(story: Story) -> None:
    async def told(desk: Desk) -> None:
        desk.limit(most_bytes=RATE * 2 * 12)
        take = await desk.take((8.0, 0.5), (1.0, 0.0), (7.0, 0.5), (1.0, 0.0), (6.0, 0.5))
        assert len(take.parts) == 3
        assert take.parts[0].start == 0.0
        assert take.parts[-1].end == 23.0
        for part, following in zip(take.parts, take.parts[1:], strict=False):
            assert part.seconds <= 12.0
            assert 0 < part.end - following.start <= 2.0
        assert 8.0 < (take.parts[0].end + take.parts[1].start) / 2 < 9.0
        assert 16.0 < (take.parts[1].end + take.parts[2].start) / 2 < 17.0
        heard = await desk.hearing.hear(take, take.parts[1], exchange())
        (request,) = desk.wire.requests
        assert len(request.audio) <= RATE * 2 * 12
        assert request.audio[:4] == b"RIFF"
        start = take.parts[1].start
        assert [word.start for word in heard.transcript.words] == [start + 0.25, start + 0.5]
        assert heard.transcript.segments[0].id == "1-0"

    story(told)


def test_a_limit_of_seconds_and_a_wish_hold_as_well(story: Story) -> None:
    async def told(desk: Desk) -> None:
        desk.limit(most_s=10.0)
        take = await desk.take((25.0, 0.5))
        assert max(part.seconds for part in take.parts) <= 10.0
        wished = Take("t2", take.recording_id, "m", most_s=6.0)
        parts = await desk.hearing.parts(wished, lambda part: None)
        assert max(part.seconds for part in parts) <= 6.0
        assert parts[-1].end == 25.0

    story(told)


def test_a_selection_is_all_that_is_cut_and_sent(story: Story) -> None:
    async def told(desk: Desk) -> None:
        take = await desk.take((9.0, 0.5), span=(2.0, 5.5))
        assert take.parts == (Part(0, 2.0, 5.5),)
        await desk.hearing.hear(take, take.parts[0], exchange())
        assert desk.wire.requests[0].audio == wav_of(tone(9.0)[2 * 2 * RATE : 11 * RATE], RATE)
        beyond = await desk.hearing.parts(replace(take, span=(8.0, 20.0)), lambda part: None)
        assert beyond == (Part(0, 8.0, 9.0),)

    story(told)


def test_a_part_in_which_nothing_can_be_heard_needs_no_call(story: Story) -> None:
    async def told(desk: Desk) -> None:
        desk.limit(most_s=10.0)
        take = await desk.take((10.0, 0.5), (30.0, 0.0), (10.0, 0.5))
        silent = [part for part in take.parts if part.state is TakeState.DONE]
        assert len(silent) >= 2
        for part in silent:
            assert part.start >= 10.0
            assert part.end <= 40.0
            assert part.transcript == Transcript(seconds=part.end)

    story(told)


def test_a_silent_recording_or_selection_is_told_before_anybody_is_asked(story: Story) -> None:
    async def told(desk: Desk) -> None:
        with pytest.raises(InvalidInput, match="“talk.wav” is silent"):
            await desk.take((9.0, 0.0))
        with pytest.raises(InvalidInput, match="The selection is silent"):
            await desk.take((9.0, 0.5), (3.0, 0.0), span=(9.5, 11.5))
        with pytest.raises(InvalidInput, match="The selection is silent"):
            await desk.take((2.0, 0.5), span=(5.0, 6.0))
        assert desk.wire.requests == []

    story(told)


def test_options_that_the_model_does_not_have_are_left_out(story: Story) -> None:
    async def told(desk: Desk) -> None:
        take = await desk.take((1.0, 0.5), options={"language": "de", "diarize": True})
        await desk.hearing.hear(take, take.parts[0], exchange())
        assert desk.wire.requests[0].options == {"language": "de"}

    story(told)


@pytest.mark.parametrize(
    ("abilities", "sent"),
    [(HearingAbilities(), {}), (HearingAbilities(known=False), {"anything": 1})],
)
def test_of_an_unknown_model_all_options_are_believed(
    abilities: HearingAbilities, sent: Mapping[str, Any]
) -> None:
    assert fitting({"anything": 1}, abilities) == sent


def test_a_failure_passes_and_its_record_is_kept(story: Story) -> None:
    async def told(desk: Desk) -> None:
        take = await desk.take((1.0, 0.5))
        desk.wire.error = TOO_LARGE
        with pytest.raises(RequestFailed, match="Too large"):
            await desk.hearing.hear(take, take.parts[0], exchange())
        assert await desk.hearing.exchange("e") is not None

    story(told)


def test_a_call_that_is_cancelled_leaves_its_record(story: Story) -> None:
    async def told(desk: Desk) -> None:
        take = await desk.take((1.0, 0.5))
        desk.wire.hanging = True
        record = exchange()
        call = asyncio.get_running_loop().create_task(desk.hearing.hear(take, take.parts[0], record))
        while not desk.wire.requests:  # noqa: ASYNC110  there is no event to wait for
            await asyncio.sleep(0.001)
        assert await desk.hearing.exchange("e") is record
        call.cancel()
        await asyncio.wait([call])
        assert call.cancelled()
        assert await desk.hearing.exchange("e") is not None

    story(told)


def test_a_file_that_went_after_it_was_cut_is_heard_from_its_samples(story: Story) -> None:
    async def told(desk: Desk) -> None:
        take = await desk.take((4.0, 0.5))
        (desk.folder / "talk.wav").unlink()
        await desk.hearing.hear(take, take.parts[0], exchange())
        assert desk.wire.requests[0].audio == wav_of(tone(4.0), RATE)
        await desk.cache.aclose()
        for file in (desk.folder / "samples").iterdir():
            file.unlink()
        with pytest.raises(StorageFailed, match="not there any more"):
            await desk.hearing.hear(take, take.parts[0], exchange())

    story(told)
