from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run
from tests.services.fakes import FULL, refused
from tests.services.virtual_time import VirtualTime
from tests.waiting import until
from workbench.domain.errors import Failure, InvalidInput, StorageFailed
from workbench.domain.exchange import Exchange
from workbench.domain.models import Cost
from workbench.domain.speech.editing import removed, retyped
from workbench.domain.speech.takes import Part, Recording, Take, TakeState
from workbench.domain.speech.transcripts import Segment, Transcript, Word
from workbench.domain.trouble import Trouble
from workbench.services.speech.hearing import Heard
from workbench.services.speech.samples import Progress
from workbench.services.speech.takes import (
    EditedElsewhere,
    HearingHalted,
    PartChanged,
    TakeAdded,
    TakeChanged,
    TakePreparing,
    Takes,
    TakesEvent,
    TakesGone,
    TextSaved,
)
from workbench.storage.database import Database
from workbench.storage.recordings import RecordingStore
from workbench.storage.takes import ClaimedPart, TakeStore

PART_S, OVERLAP_S = 10.0, 1.0


LIMIT = refused(Failure.RATE_LIMITED, 429, retry_after_s=30.0)
CUT = refused(Failure.CUT)
LARGE = refused(Failure.TOO_LARGE, 413, why="The provider takes 1 MB at most.")


def stretches(many: int) -> tuple[Part, ...]:
    return tuple(
        Part(number, number * (PART_S - OVERLAP_S), number * (PART_S - OVERLAP_S) + PART_S)
        for number in range(many)
    )


def said(start: float, end: float) -> Transcript:
    """A word each second, at the same place whoever hears it."""
    words = tuple(
        Word(f"w{second}", second + 0.2, second + 0.7)
        for second in range(int(end))
        if second + 0.2 >= start and second + 0.7 <= end
    )
    return Transcript((Segment(f"{start:.0f}", words),), "en", end)


def words(transcript: Transcript) -> list[str]:
    return [word.text for word in transcript.words]


def all_words(parts: int) -> list[str]:
    return words(said(0, stretches(parts)[-1].end))


class FakeHearing:
    """parts: how many a recording is cut into. calls: numbers of parts in the order they were asked for.

    scripts: what happens to a part, one step a call; else it is heard. A part in `hanging` is heard when its event is set.
    """

    def __init__(self) -> None:
        self.many = 3
        self.calls: list[int] = []
        self.scripts: dict[int, list[Exception | None]] = {}
        self.hanging: dict[int, asyncio.Event] = {}
        self.cut: list[int] = []
        self.running = 0
        self.most = 0
        self.uncut: Exception | None = None
        self.decoding: asyncio.Event | None = None

    async def parts(self, take: Take, progress: Progress) -> tuple[Part, ...]:
        progress(0.5)
        if self.decoding is not None:
            await self.decoding.wait()
        if self.uncut is not None:
            raise self.uncut
        return stretches(self.many)

    async def hear(self, take: Take, part: Part, exchange: Exchange) -> Heard:
        self.calls.append(part.number)
        exchange.method = "POST"
        self.running += 1
        self.most = max(self.most, self.running)
        try:
            if part.number in self.hanging:
                await self.hanging[part.number].wait()
            await asyncio.sleep(0)
            script = self.scripts.get(part.number)
            if script and (error := script.pop(0)) is not None:
                raise error
        except asyncio.CancelledError:
            self.cut.append(part.number)
            raise
        finally:
            self.running -= 1
        return Heard(said(part.start, part.end), Cost(0.25), 500.0, sandbox=True)

    async def exchange(self, exchange_id: str) -> Exchange | None:
        return None


class FullDisk(TakeStore):
    """The real store, which fails every write while `failing`. written: writes by method."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.failing = False
        self.written: Counter[str] = Counter()

    def _write(self, what: str) -> None:
        if self.failing:
            raise FULL
        self.written[what] += 1

    async def add(self, take: Take) -> None:
        self._write("add")
        await super().add(take)

    async def begin(self, take_id: str) -> bool:
        self._write("begin")
        return await super().begin(take_id)

    async def claim(self, take_id: str, number: int, now: float) -> ClaimedPart:
        self._write("claim")
        return await super().claim(take_id, number, now)

    async def save(self, take_id: str, part: Part, *, sandbox: bool = False) -> None:
        self._write("save")
        await super().save(take_id, part, sandbox=sandbox)

    async def stop(self, take_id: str) -> Take | None:
        self._write("stop")
        return await super().stop(take_id)

    async def edit(self, take_id: str, transcript: Transcript, revision: Any, joined: Any) -> int | None:
        self._write("edit")
        return await super().edit(take_id, transcript, revision, joined)


class Desk:
    """One window, on the database of a folder. changes: the takes that were told of, the last last."""

    def __init__(self, database: Database, **options: Any) -> None:
        self.database = database
        self.store = FullDisk(database)
        self.hearing: FakeHearing = options.pop("hearing", None) or FakeHearing()
        self.time: VirtualTime = options.pop("time", None) or VirtualTime()
        self.takes = Takes(
            self.store,
            self.hearing,
            clock=self.time,
            sleep=self.time.sleep,
            dice=random.Random(1),
            **options,
        )
        self.events: list[TakesEvent] = []
        self.takes.on_change(self.events.append)

    async def begin(self, **more: Any) -> Take:
        return await self.takes.transcribe("r1", "m", {"language": "en"}, **more)

    async def over(self, take: Take) -> Take:
        """Wait until the take is over, and as it is then."""
        await until(lambda: all(one.id != take.id for one in self.takes.open))
        return await self.get(take)

    async def get(self, take: Take) -> Take:
        found = await self.takes.get(take.id)
        assert found is not None
        return found

    async def rest(self) -> None:
        """Give everything that could go on the time to do so."""
        for _ in range(8):
            await self.database.read(lambda connection: None)
            await asyncio.sleep(0)

    def told(self, kind: type) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]


def states(take: Take) -> str:
    """The first letter of each part's state."""
    return "".join(part.state[0] for part in take.parts)


Opener = Callable[..., AbstractAsyncContextManager[Desk]]
Story = Callable[[Callable[[Opener], Coroutine[Any, Any, None]]], None]


@pytest.fixture
def story(tmp_path: Path, run_async: Run) -> Story:
    """Runs a coroutine that is given `open_desk`: each call opens a window on the same database."""

    @asynccontextmanager
    async def open_desk(**options: Any) -> AsyncIterator[Desk]:
        database = await Database.open(tmp_path / "workbench.db")
        await RecordingStore(database).put(Recording("r1", "talk.wav", "/talk.wav"))
        loads = options.pop("loads", True)
        one = Desk(database, **options)
        try:
            if loads:
                await one.takes.load()
            yield one
        finally:
            one.store.failing = False
            await one.takes.aclose()
            await database.aclose()

    return lambda told: run_async(told(open_desk))


def test_a_recording_is_cut_heard_in_order_and_stitched(story: Story) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk() as one:
            take = await one.over(await one.begin(target_id="t", most_s=12.0))
            assert one.hearing.calls == [0, 1, 2]
            assert take.state is TakeState.DONE
            assert words(take.transcript) == all_words(3)
            assert take.heard == take.transcript
            assert not take.edited
            assert len(take.transcript.seams) == 2
            assert (take.cost, take.took_ms, take.sandbox) == (Cost(0.75), 1500.0, True)
            assert (take.target, take.options, take.most_s) == ("t", {"language": "en"}, 12.0)
            assert await one.takes.of("r1") == [take]
            assert await one.takes.states(["r1"]) == {"r1": {TakeState.DONE: 1}}

    story(told)


def test_what_happens_is_told_in_order_and_the_end_only_with_the_whole_text(story: Story) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk(per_model=lambda: 1) as one:
            take = await one.over(await one.begin())
            assert [type(event) for event in one.events[:3]] == [TakeAdded, TakeChanged, TakePreparing]
            assert one.events[2] == TakePreparing(take.id, 0.5)
            part_states = [(event.part.number, event.part.state) for event in one.told(PartChanged)]
            assert part_states == [(n, s) for n in range(3) for s in (TakeState.RUNNING, TakeState.DONE)]
            *before, last = one.told(TakeChanged)
            assert last.take == take
            assert all(not event.take.state.over for event in before)
            grown = [len(words(event.take.transcript)) for event in before]
            assert grown == sorted(grown)
            assert grown[-1] > 0

    story(told)


def test_so_many_parts_are_heard_at_a_time(story: Story) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk(per_model=lambda: 2) as one:
            one.hearing.many = 7
            go = asyncio.Event()
            one.hearing.hanging = dict.fromkeys(range(7), go)
            take = await one.begin()
            await until(lambda: one.hearing.running == 2)
            await one.rest()
            assert one.hearing.calls == [0, 1]
            go.set()
            await one.over(take)
            assert one.hearing.most == 2

    story(told)


def test_takes_come_in_the_order_they_were_asked_for(story: Story) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk(per_model=lambda: 1) as one:
            go = one.hearing.hanging[0] = asyncio.Event()
            first = await one.begin()
            one.time.advance(1)
            second = await one.begin()
            await until(lambda: len(one.told(TakeChanged)) >= 4)
            assert [take.id for take in one.takes.open] == [first.id, second.id]
            go.set()
            await one.over(second)
            running = [event.take_id for event in one.told(PartChanged) if event.part.state == "running"]
            assert running == [first.id] * 3 + [second.id] * 3

    story(told)


def test_a_cut_connection_in_part_17_of_40_is_tried_again_after_a_while(story: Story) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk() as one:
            one.hearing.many = 40
            one.hearing.scripts[17] = [CUT]
            take = await one.begin()
            await until(lambda: len(one.hearing.calls) == 40)
            await one.rest()
            (waiting,) = [part for part in (await one.get(take)).parts if part.state is TakeState.WAITING]
            assert waiting.number == 17
            assert waiting.trouble == Trouble.of(CUT)
            assert 1 <= waiting.not_before - one.time.now <= 2
            one.time.advance(2)
            take = await one.over(take)
            assert Counter(one.hearing.calls) == {number: 1 + (number == 17) for number in range(40)}
            assert words(take.transcript) == all_words(40)
            assert take.parts[17].attempts == 2

    story(told)


def test_a_part_that_fails_for_good_leaves_the_others_and_is_all_that_is_heard_again(story: Story) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk(attempts=1) as one:
            one.hearing.many = 40
            one.hearing.scripts[17] = [CUT]
            take = await one.over(await one.begin())
            assert (take.state, take.trouble) == (TakeState.FAILED, Trouble.of(CUT))
            assert states(take).count("d") == 39
            gap = stretches(40)[17]
            lost = set(all_words(40)) - set(words(take.transcript))
            assert lost == set(words(said(gap.start + OVERLAP_S, gap.end - OVERLAP_S)))
            await one.takes.resume(take.id)
            take = await one.over(take)
            assert take.state is TakeState.DONE
            assert one.hearing.calls[40:] == [17]
            assert words(take.transcript) == all_words(40)

    story(told)


def test_what_is_too_large_fails_at_once_with_the_providers_reason(story: Story) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk() as one:
            one.hearing.scripts[1] = [LARGE]
            take = await one.over(await one.begin())
            assert states(take) == "dfd"
            assert take.trouble is not None
            assert (take.trouble.status, take.trouble.why) == (413, "The provider takes 1 MB at most.")
            assert one.hearing.calls == [0, 1, 2]

    story(told)


def test_one_failed_part_can_be_retried_while_another_one_runs(story: Story) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk() as one:
            one.hearing.scripts = {0: [LARGE], 1: [LARGE]}
            go = one.hearing.hanging[2] = asyncio.Event()
            take = await one.begin()
            await until(lambda: one.hearing.calls == [0, 1, 2])
            await one.rest()
            await one.takes.retry_part(take.id, 1)
            await until(lambda: one.hearing.calls == [0, 1, 2, 1])
            go.set()
            assert states(await one.over(take)) == "fdd"

    story(told)


def test_a_429_holds_back_every_part_of_its_model_as_long_as_told(story: Story) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk(per_model=lambda: 1) as one:
            one.hearing.scripts[0] = [LIMIT]
            take = await one.begin()
            other = await one.takes.transcribe("r1", "n", {})
            await one.over(other)
            await one.rest()
            assert one.hearing.calls == [0, 0, 1, 2]
            (held,) = one.takes.open
            hold = one.takes.held(held)
            assert hold is not None
            assert (hold.until, hold.trouble) == (one.time.now + 30, Trouble.of(LIMIT))
            one.time.advance(29)
            await one.rest()
            assert len(one.hearing.calls) == 4
            one.time.advance(1)
            assert (await one.over(take)).state is TakeState.DONE
            assert one.takes.held(held) is None

    story(told)


def test_a_hold_of_one_window_is_kept_by_the_other(story: Story) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk() as one, open_desk(time=one.time) as two:
            one.hearing.scripts[0] = [LIMIT]
            one.hearing.many = 1
            first = await one.begin()
            await until(lambda: one.takes.held(first) is not None)
            await one.rest()
            second = await two.begin()
            await until(lambda: two.takes.held(second) is not None)
            assert two.hearing.calls == []
            one.time.advance(30)
            await one.over(first)
            await two.over(second)

    story(told)


def test_stopping_cuts_off_what_runs_and_resuming_does_not_repeat_what_is_done(story: Story) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk(per_model=lambda: 2) as one:
            one.hearing.many = 5
            one.hearing.hanging = {2: asyncio.Event(), 3: asyncio.Event()}
            take = await one.begin()
            await until(lambda: one.hearing.calls == [0, 1, 2, 3])
            await one.takes.stop(take.id)
            take = await one.over(take)
            assert sorted(one.hearing.cut) == [2, 3]
            assert (take.state, states(take)) == (TakeState.STOPPED, "ddsss")
            assert words(take.transcript) == words(said(0, stretches(2)[-1].end))
            assert one.told(TakeChanged)[-1].take == take
            one.hearing.hanging.clear()
            await one.takes.resume(take.id)
            take = await one.over(take)
            assert one.hearing.calls[4:] == [2, 3, 4]
            assert words(take.transcript) == all_words(5)

    story(told)


def test_a_take_can_be_stopped_while_its_recording_is_decoded(story: Story) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk() as one:
            one.hearing.decoding = asyncio.Event()
            take = await one.begin()
            await until(lambda: bool(one.told(TakePreparing)))
            await one.takes.stop(take.id)
            take = await one.over(take)
            assert (take.state, take.parts) == (TakeState.STOPPED, ())
            one.hearing.decoding = None
            await one.takes.resume(take.id)
            assert (await one.over(take)).state is TakeState.DONE

    story(told)


@pytest.mark.parametrize(
    "error",
    [
        InvalidInput("The recording is silent.", why="Nothing is loud.", fix="Check the microphone."),
        StorageFailed("The file is not there any more.", fix="Tell where it is now."),
    ],
)
def test_what_cannot_be_cut_fails_with_its_cause_and_can_be_resumed(
    story: Story, error: InvalidInput | StorageFailed
) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk() as one:
            one.hearing.uncut = error
            take = await one.over(await one.begin())
            assert (take.state, take.trouble) == (TakeState.FAILED, Trouble.of(error))
            assert one.hearing.calls == []
            assert one.takes.trouble is None
            one.hearing.uncut = None
            await one.takes.resume(take.id)
            assert (await one.over(take)).state is TakeState.DONE

    story(told)


def test_a_bug_is_told_of_its_part_and_the_others_go_on(
    story: Story, caplog: pytest.LogCaptureFixture
) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk() as one:
            one.hearing.scripts[1] = [RuntimeError("A bug.")]
            take = await one.over(await one.begin())
            assert states(take) == "dfd"
            assert take.trouble is not None
            assert "AI Workbench" in take.trouble.what

    story(told)
    assert "A part was not heard" in caplog.text


def test_after_a_restart_only_what_was_not_done_is_heard(story: Story) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk(per_model=lambda: 1) as one:
            one.hearing.many = 6
            one.hearing.hanging[3] = asyncio.Event()
            take = await one.begin()
            await until(lambda: one.hearing.calls == [0, 1, 2, 3])
        assert one.hearing.cut == [3]
        async with open_desk() as two:
            await until(lambda: any(words(take.heard) for take in two.takes.open))
            assert words((await two.get(take)).heard)[:10] == all_words(6)[:10]
            take = await two.over(take)
            assert two.hearing.calls == [3, 4, 5]
            assert words(take.transcript) == all_words(6)

    story(told)


def test_a_take_that_was_being_cut_at_a_restart_is_cut_then(story: Story) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk() as one:
            one.hearing.decoding = asyncio.Event()
            take = await one.begin()
            await until(lambda: bool(one.told(TakePreparing)))
        async with open_desk() as two:
            assert (await two.over(take)).state is TakeState.DONE

    story(told)


def test_takes_that_another_window_left_are_found_after_a_while(story: Story) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk() as two:
            async with open_desk() as one:
                one.hearing.hanging[0] = asyncio.Event()
                take = await one.begin()
                await until(lambda: 0 in one.hearing.calls)
                two.time.advance(30)
                await two.rest()
                assert two.hearing.calls == []
            two.time.advance(30)
            await until(lambda: bool(two.hearing.calls))
            assert words((await two.over(take)).transcript) == all_words(3)

    story(told)


def test_another_window_stops_a_take_and_its_calls_come_to_their_end(story: Story) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk(per_model=lambda: 1) as one, open_desk() as two:
            go = one.hearing.hanging[0] = asyncio.Event()
            take = await one.begin()
            await until(lambda: one.hearing.calls == [0])
            await two.takes.stop(take.id)
            assert states(await two.get(take)) == "rss"
            with pytest.raises(InvalidInput, match="Another window"):
                await two.takes.resume(take.id)
            go.set()
            take = await one.over(take)
            await one.rest()
            take = await two.get(take)
            assert (take.state, states(take)) == (TakeState.STOPPED, "dss")
            await two.takes.resume(take.id)
            assert (await two.over(take)).state is TakeState.DONE
            assert (one.hearing.calls, two.hearing.calls) == ([0], [1, 2])

    story(told)


def test_a_full_disk_halts_and_what_came_is_stored_when_there_is_room(story: Story) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk(per_model=lambda: 1) as one:
            go = one.hearing.hanging[1] = asyncio.Event()
            take = await one.begin()
            await until(lambda: one.hearing.calls == [0, 1])
            one.store.failing = True
            go.set()
            await until(lambda: one.takes.trouble is not None)
            await one.rest()
            assert one.hearing.calls == [0, 1]
            assert one.takes.trouble is not None
            assert "disk is full" in one.takes.trouble.why
            assert one.told(HearingHalted)[-1].trouble == one.takes.trouble
            (held,) = one.takes.open
            assert held.parts[1].state is TakeState.DONE
            with pytest.raises(StorageFailed):
                await one.takes.go_on()
            one.store.failing = False
            await one.takes.go_on()
            take = await one.over(take)
            assert one.takes.trouble is None
            assert one.hearing.calls == [0, 1, 2], "the one that came is not asked for again"
            assert words(take.transcript) == all_words(3)

    story(told)


def test_the_last_part_of_a_take_is_not_lost_to_a_full_disk(story: Story) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk(per_model=lambda: 1) as one:
            go = one.hearing.hanging[2] = asyncio.Event()
            take = await one.begin()
            await until(lambda: one.hearing.calls == [0, 1, 2])
            one.store.failing = True
            go.set()
            await until(lambda: one.takes.trouble is not None)
            await one.rest()
            assert len(one.takes.open) == 1
            one.store.failing = False
        async with open_desk() as two:
            take = await two.over(take)
            assert two.hearing.calls == []
            assert words(take.transcript) == all_words(3)

    story(told)


def test_a_take_that_cannot_be_stored_is_not_begun(story: Story) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk() as one:
            one.store.failing = True
            with pytest.raises(StorageFailed):
                await one.begin()
            assert one.events == []
            one.store.failing = False
            assert await one.takes.of("r1") == []

    story(told)


def test_a_take_that_cannot_be_stopped_for_a_full_disk_goes_on_afterwards(story: Story) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk(per_model=lambda: 1) as one:
            one.hearing.hanging[0] = asyncio.Event()
            take = await one.begin()
            await until(lambda: one.hearing.calls == [0])
            one.store.failing = True
            with pytest.raises(StorageFailed):
                await one.takes.stop(take.id)
            assert one.takes.trouble is not None
            one.store.failing = False
            one.hearing.hanging.clear()
            await one.takes.go_on()
            assert (await one.over(take)).state is TakeState.DONE

    story(told)


def test_an_edited_text_is_stored_as_it_is_typed_and_found_after_a_restart(story: Story) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk() as one:
            take = await one.over(await one.begin())
            first = take.transcript.segments[0].id
            once = retyped(take.transcript, first, "Hello there")
            twice = retyped(take.transcript, first, "Hello there, you")
            await asyncio.gather(one.takes.save(take.id, once), one.takes.save(take.id, twice))
            assert [event.transcript for event in one.told(TextSaved)] == [once, twice]
        async with open_desk() as two:
            found = await two.get(take)
            assert (found.transcript, found.heard, found.edited) == (twice, take.heard, True)

    story(told)


def test_a_text_is_not_stored_over_what_another_window_typed_unless_wanted(story: Story) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk() as one, open_desk() as two:
            take = await one.over(await one.begin())
            await two.get(take)
            theirs, mine = Transcript(language="de"), Transcript(language="fr")
            await one.takes.save(take.id, theirs)
            with pytest.raises(EditedElsewhere) as caught:
                await two.takes.save(take.id, mine)
            assert caught.value.take.transcript == theirs
            await two.takes.save(take.id, mine, over=True)
            await two.takes.save(take.id, mine)
            assert (await one.get(take)).transcript == mine

    story(told)


def test_a_text_can_be_stored_beside_what_another_window_typed(story: Story) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk() as one, open_desk() as two:
            take = await one.over(await one.begin())
            theirs, mine = Transcript(language="de"), Transcript(language="fr")
            await one.takes.save(take.id, theirs)
            await two.takes.save_beside(take.id, mine)
            assert [made.take.transcript for made in two.told(TakeAdded)] == [mine]
            found = await one.takes.of(take.recording_id)
            assert [each.transcript for each in found] == [theirs, mine]
            first, second = found
            assert (second.state, second.heard, second.edited) == (first.state, first.heard, True)
            assert [part.transcript for part in second.parts] == [part.transcript for part in first.parts]
            assert {part.exchange_id for part in second.parts} == {""}

    story(told)


def test_a_save_that_is_cancelled_does_not_make_the_next_one_look_like_another_windows(story: Story) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk() as one:
            take = await one.over(await one.begin())
            typing = asyncio.get_running_loop().create_task(one.takes.save(take.id, Transcript(language="a")))
            await asyncio.sleep(0)
            typing.cancel()
            await asyncio.wait([typing])
            await one.takes.save(take.id, Transcript(language="ab"))
            assert (await one.get(take)).transcript.language == "ab"

    story(told)


def test_a_text_is_not_edited_while_it_grows(story: Story) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk() as one:
            go = one.hearing.hanging[0] = asyncio.Event()
            take = await one.begin()
            with pytest.raises(InvalidInput, match="being heard"):
                await one.takes.save(take.id, Transcript())
            go.set()
            await one.over(take)

    story(told)


def test_parts_that_come_later_leave_what_was_corrected_as_it_is(story: Story) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk(attempts=1) as one:
            one.hearing.many = 4
            one.hearing.scripts[1] = [CUT]
            take = await one.over(await one.begin())
            first, *_, last = take.transcript.segments
            edited = retyped(take.transcript, first.id, "Something else entirely")
            edited = removed(edited, [last.id])
            await one.takes.save(take.id, edited)
            await one.takes.resume(take.id)
            take = await one.over(take)
            assert take.state is TakeState.DONE
            assert words(take.heard) == all_words(4)
            part = stretches(4)[1]
            certain = words(said(part.start + OVERLAP_S, part.end - OVERLAP_S))
            perhaps = words(said(part.start, part.end))
            kept = words(take.transcript)
            assert kept[:3] == ["Something", "else", "entirely"]
            assert [word for word in kept if word in certain] == certain
            assert [word for word in kept if word not in perhaps] == [
                word for word in words(edited) if word not in perhaps
            ]
            assert take == await one.get(take)

    story(told)


def test_a_part_that_came_to_an_edited_text_before_a_crash_is_in_it_after_that(story: Story) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk(attempts=1) as one:
            one.hearing.scripts[1] = [CUT]
            take = await one.over(await one.begin())
            await one.takes.save(take.id, retyped(take.transcript, take.transcript.segments[0].id, "Hm"))
            part = replace(
                take.parts[1], state=TakeState.DONE, transcript=said(take.parts[1].start, take.parts[1].end)
            )
            await one.store.save(take.id, part)
        async with open_desk() as two:
            found = await two.get(take)
            assert words(found.transcript)[0] == "Hm"
            assert "w12" in words(found.transcript)
            await two.takes.save(take.id, found.transcript)
            again = await two.get(take)
            assert again.transcript == found.transcript
            assert not any(part.fresh for part in again.parts)

    story(told)


def test_a_deleted_take_is_stopped_and_comes_back(story: Story) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk(per_model=lambda: 1) as one:
            one.hearing.hanging[1] = asyncio.Event()
            take = await one.begin()
            await until(lambda: one.hearing.calls == [0, 1])
            await one.takes.delete([take.id])
            assert one.hearing.cut == [1]
            assert await one.takes.of("r1") == []
            assert one.events[-1] == TakesGone((take.id,))
            await one.takes.restore([take.id])
            assert states((await one.takes.of("r1"))[0]) == "dss"
            assert isinstance(one.events[-1], TakeAdded)

    story(told)


def test_what_was_deleted_long_ago_is_removed_for_good(story: Story) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk() as one:
            take = await one.over(await one.begin())
            await one.takes.delete([take.id])
            one.time.advance(30 * 24 * 3600)
            await one.takes.tidy()
            assert await one.takes.get(take.id) is not None
            one.time.advance(1)
            await one.takes.tidy()
            assert await one.takes.get(take.id) is None

    story(told)


def test_a_command_leaves_what_others_left_alone_but_may_resume_its_own(story: Story) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk() as one:
            one.hearing.hanging[1] = asyncio.Event()
            take = await one.begin()
            await until(lambda: 1 in one.hearing.calls)
        async with open_desk(adopts=False, loads=False) as two:
            other = await two.over(await two.takes.transcribe("r1", "n", {}))
            two.time.advance(60)
            await two.rest()
            assert two.hearing.calls == [0, 1, 2]
            assert (await two.get(take)).state is TakeState.WAITING
            await two.takes.resume(take.id)
            assert (await two.over(take)).state is TakeState.DONE
            assert other.state is TakeState.DONE

    story(told)


def test_takes_of_a_recording_that_is_gone_are_stopped(story: Story) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk() as one:
            one.hearing.hanging[0] = asyncio.Event()
            take = await one.begin()
            await until(lambda: 0 in one.hearing.calls)
            await one.takes.stop_of(["r2"])
            assert len(one.takes.open) == 1
            await one.takes.stop_of(["r1"])
            assert (await one.get(take)).state is TakeState.STOPPED

    story(told)
