"""From a file on disk to a text in a file: a real database and real samples, and a gateway that really runs."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run
from tests.fakes.running_local import OnlyHere
from tests.running_gateway import running_gateway
from tests.services.speech.recordings import babble
from tests.waiting import until
from workbench.cli.sound import CommandDecoder
from workbench.client.connection import HttpClient
from workbench.client.speech.client import HearingClient, SpeakingClient
from workbench.domain.exchange import Exchange
from workbench.domain.speech import srt
from workbench.domain.speech.abilities import (
    HearingAbilities,
    SpeakingAbilities,
    hearing_abilities_of,
    speaking_abilities_of,
)
from workbench.domain.speech.editing import retyped
from workbench.domain.speech.forms import ExportRules, TextForm
from workbench.domain.speech.requests import HearingReply, HearingRequest
from workbench.domain.speech.takes import Recording, Take, TakeState
from workbench.domain.speech.wav import wav_of
from workbench.domain.targets import Connection
from workbench.services.speech.batch import Batches
from workbench.services.speech.comparison import Difference, compared
from workbench.services.speech.export import export
from workbench.services.speech.hearing import Hearing
from workbench.services.speech.library import Recordings
from workbench.services.speech.loudness import Measure
from workbench.services.speech.samples import RATE, SampleCache
from workbench.services.speech.speaking import Speaking
from workbench.services.speech.takes import PartChanged, Takes
from workbench.storage.audio_files import OwnAudio
from workbench.storage.database import Database
from workbench.storage.exchanges import ExchangeStore
from workbench.storage.recordings import RecordingStore, SpokenStore
from workbench.storage.speech_batches import SpeechBatchStore
from workbench.storage.takes import TakeStore

TOKEN = "canary-access-token-for-takes"
TURBO, NOVA, WHISPER = "@cf/openai/whisper-large-v3-turbo", "@cf/deepgram/nova-3", "@cf/openai/whisper"
AURA = "@cf/deepgram/aura-1"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_gateway(tmp_path_factory.mktemp("gateway"), TOKEN) as found:
        yield found


class Here(OnlyHere):
    async def learn_hearing(self, model_id: str, target_id: str = "") -> HearingAbilities:
        return hearing_abilities_of(self.find(model_id))

    async def learn_speaking(self, model_id: str, target_id: str = "") -> SpeakingAbilities:
        return speaking_abilities_of(self.find(model_id))


class Meddling:
    """The real client. orders: what the sandbox is told for the call of that number, from 0. calls: how many there have been."""

    def __init__(self, http: HttpClient) -> None:
        self._client = HearingClient(http)
        self.orders: dict[int, str] = {}
        self.calls = 0

    async def hear(self, connection: Connection, request: HearingRequest, exchange: Exchange) -> HearingReply:
        order = self.orders.get(self.calls)
        self.calls += 1
        if order:
            request = replace(
                request, options={**request.options, "initial_prompt": f"Talk.\n[sandbox {order}]"}
            )
        return await self._client.hear(connection, request, exchange)


class Desk:
    def __init__(self, database: Database, folder: Path, address: str, **options: Any) -> None:
        here, self.http, self.folder = Here(address, TOKEN), HttpClient(), folder
        self.cache = SampleCache(folder / "samples", CommandDecoder())
        self.recordings = Recordings(RecordingStore(database), OwnAudio(folder / "own"), self.cache)
        self.records = ExchangeStore(database)
        self.wire = Meddling(self.http)
        hearing = Hearing(
            here,
            here,
            self.wire,
            self.recordings,
            lambda samples: Measure().take(samples).loudness,
            self.records,
        )
        self.takes = Takes(TakeStore(database), hearing, **options)
        self.batches = Batches(SpeechBatchStore(database), self.recordings, self.takes)
        self.speaking = Speaking(
            here,
            here,
            SpeakingClient(self.http),
            SpokenStore(database),
            OwnAudio(folder / "spoken"),
            self.records,
            self.recordings,
            self.takes,
        )

    async def add(self, samples: bytes, name: str = "talk.wav") -> Recording:
        path = self.folder / name
        path.write_bytes(wav_of(samples, RATE))
        return await self.recordings.add(path)

    async def begin(self, recording: Recording, model: str = TURBO, **more: Any) -> Take:
        return await self.takes.transcribe(recording.id, model, {}, target_id="local", **more)

    async def over(self, take: Take) -> Take:
        await until(lambda: all(one.id != take.id for one in self.takes.open))
        found = await self.takes.get(take.id)
        assert found is not None
        return found


Opener = Callable[..., AbstractAsyncContextManager[Desk]]
Story = Callable[[Callable[[Opener], Coroutine[Any, Any, None]]], None]


@pytest.fixture
def story(tmp_path: Path, address: str, run_async: Run) -> Story:
    """Runs a coroutine that is given `open_desk`: each call opens a window on the same database."""

    @asynccontextmanager
    async def open_desk(**options: Any) -> AsyncIterator[Desk]:
        database = await Database.open(tmp_path / "workbench.db")
        desk = Desk(database, tmp_path, address, **options)
        try:
            await desk.takes.load()
            await desk.batches.load()
            yield desk
        finally:
            await desk.batches.aclose()
            await desk.takes.aclose()
            await desk.cache.aclose()
            await desk.http.aclose()
            await database.aclose()

    return lambda told: run_async(told(open_desk))


def words(take: Take) -> list[str]:
    return [word.text for word in take.transcript.words]


@pytest.mark.parametrize("model", [TURBO, NOVA, WHISPER])
def test_a_long_recording_in_parts_gives_the_text_of_the_whole(story: Story, model: str) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk() as desk:
            recording = await desk.add(babble(200.0))
            whole = await desk.over(await desk.begin(recording, model))
            assert (whole.state, len(whole.parts)) == (TakeState.DONE, 1), whole.trouble
            parts = await desk.over(await desk.begin(recording, model, most_s=30.0))
            assert (parts.state, len(parts.parts) > 6) == (TakeState.DONE, True), parts.trouble
            assert len(words(whole)) > 200
            assert words(parts) == words(whole)
            assert len(parts.transcript.seams) == len(parts.parts) - 1
            assert parts.sandbox
            assert parts.cost is not None
            for part in parts.parts:
                record = await desk.takes.exchange(part.exchange_id)
                assert record is not None
                assert record.status == 200
                assert TOKEN not in repr(record)
                assert len(record.request_body) < 2000
            differences = {
                word.difference
                for row in compared([whole, parts]).rows
                for cell in row.cells
                for word in cell
            }
            assert differences == {Difference.NONE}

    story(told)


def test_a_cut_connection_in_part_17_is_gone_on_with_and_nothing_is_heard_twice(story: Story) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk(per_model=lambda: 1, attempts=1) as desk:
            recording = await desk.add(babble(240.0))
            whole = await desk.over(await desk.begin(recording))
            desk.wire.calls, desk.wire.orders = 0, {17: "cut-after=1"}
            take = await desk.over(await desk.begin(recording, most_s=7.0))
            many = len(take.parts)
            assert many >= 40
            assert (take.state, take.parts[17].state) == (TakeState.FAILED, TakeState.FAILED)
            assert take.trouble is not None
            assert take.trouble.failure == "cut", take.trouble
            assert desk.wire.calls == many
            before = [part.exchange_id for part in take.parts]
            await desk.takes.resume(take.id)
            take = await desk.over(take)
            assert take.state is TakeState.DONE, take.trouble
            assert desk.wire.calls == many + 1
            after = [part.exchange_id for part in take.parts]
            assert [number for number in range(many) if before[number] != after[number]] == [17]
            assert words(take) == words(whole)

    story(told)


def test_it_goes_on_after_a_restart_where_it_was(story: Story) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk(per_model=lambda: 2) as one:
            recording = await one.add(babble(150.0))
            whole = await one.over(await one.begin(recording))
            done: list[int] = []
            one.takes.on_change(
                lambda event: (
                    done.append(event.part.number)
                    if isinstance(event, PartChanged) and event.part.state is TakeState.DONE
                    else None
                )
            )
            take = await one.begin(recording, most_s=8.0)
            await until(lambda: len(done) >= 5)
        async with open_desk() as two:
            take = await two.over(take)
            assert take.state is TakeState.DONE, take.trouble
            assert two.wire.calls <= len(take.parts) - 5
            assert words(take) == words(whole)

    story(told)


def test_a_limit_is_waited_out_and_a_413_tells_the_providers_reason(story: Story) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk(per_model=lambda: 1) as desk:
            recording = await desk.add(babble(20.0))
            desk.wire.orders = {0: "status=429 retry-after=1"}
            take = await desk.over(await desk.begin(recording))
            assert (take.state, take.parts[0].attempts) == (TakeState.DONE, 2)
            desk.wire.orders = {2: "status=413 message=The_recording_is_too_long"}
            take = await desk.over(await desk.begin(recording))
            assert take.state is TakeState.FAILED
            assert take.trouble is not None
            assert take.trouble.status == 413
            assert "The recording is too long" in take.trouble.why
            assert take.trouble.fix

    story(told)


def test_a_spoken_text_is_heard_corrected_and_written_as_srt(story: Story) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk() as desk:
            text = "The quick brown fox jumps over the lazy dog. Then it sleeps, as foxes do!"
            spoken = await desk.speaking.speak(
                text, AURA, {"encoding": "linear16", "container": "wav"}, target_id="local"
            )
            await desk.over(await desk.speaking.check(spoken, WHISPER, {}, target_id="local"))
            (check,) = await desk.speaking.checks(spoken)
            assert check.words is not None
            assert (check.words.count, check.words.total) == (0, 15)
            take = check.take
            first = take.transcript.segments[0]
            edited = retyped(take.transcript, first.id, first.text.replace("brown", "red"))
            await desk.takes.save(take.id, edited)
            path = desk.folder / "fox.srt"
            await export(edited, path, TextForm.SRT, rules=ExportRules(speakers=False))
            read = " ".join(caption.text for caption in srt.read(path.read_text()))
            assert read == text.replace("brown", "red")

    story(told)


def test_a_batch_writes_what_can_be_heard_and_says_why_the_rest_cannot(story: Story) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk() as desk:
            for name, samples in (
                ("a.wav", babble(12.0)),
                ("silent.wav", bytes(RATE)),
                ("c.wav", babble(9.0, 7)),
            ):
                (desk.folder / name).write_bytes(wav_of(samples, RATE))
            (desk.folder / "empty.wav").write_bytes(b"")
            names = ("a.wav", "silent.wav", "empty.wav", "c.wav", "gone.wav")
            batch = await desk.batches.begin(
                [desk.folder / name for name in names],
                WHISPER,
                {},
                target_id="local",
                folder=desk.folder / "out",
                forms=(TextForm.JSON, TextForm.VTT),
            )
            await until(lambda: not desk.batches.open)
            found = await desk.batches.get(batch.id)
            assert found is not None
            assert "".join(item.state[0] for item in found.items) == "dffdf"
            assert all(item.trouble.fix for item in found.items if item.trouble)
            written = sorted(path.name for path in (desk.folder / "out").iterdir())
            assert written == ["a.json", "a.vtt", "c.json", "c.vtt"]

    story(told)
