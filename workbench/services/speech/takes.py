"""Takes: recordings heard in parts, several at once, gone on with after failures and restarts, and their texts kept."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, Protocol

from workbench.domain.errors import InvalidInput, RequestFailed, StorageFailed, WorkbenchError
from workbench.domain.exchange import Exchange
from workbench.domain.ids import new_id
from workbench.domain.speech.growing import grown
from workbench.domain.speech.takes import Part, Take, TakeState, state_of, trouble_of
from workbench.domain.speech.transcripts import Transcript
from workbench.domain.trouble import Trouble
from workbench.services.background import Background, to_the_end
from workbench.services.calls import AT_ONCE, PER_LANE, Calls, our_fault
from workbench.services.listeners import Listeners
from workbench.services.retrying import is_of_the_model, pause_s
from workbench.services.speech.hearing import Heard
from workbench.services.speech.library import KEEP_DELETED_S
from workbench.services.speech.samples import Progress
from workbench.services.waiting import Hold, Lane, Turn
from workbench.storage.takes import ClaimedPart

ATTEMPTS = 5
LOOK_S = 30.0
"""How often to look for what other windows left behind."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class TakeAdded:
    take: Take


@dataclass(frozen=True, slots=True)
class TakeChanged:
    """Its state, its parts as a whole, or its text."""

    take: Take


@dataclass(frozen=True, slots=True)
class TakePreparing:
    """How much of the recording has been decoded, from 0 to 1, before it is cut."""

    take_id: str
    part: float


@dataclass(frozen=True, slots=True)
class PartChanged:
    """One part. The take's text follows as TakeChanged as soon as it has been stitched in."""

    take_id: str
    part: Part


@dataclass(frozen=True, slots=True)
class TakesGone:
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TextSaved:
    """What somebody typed is stored."""

    take_id: str
    transcript: Transcript


@dataclass(frozen=True, slots=True)
class HearingHalted:
    """Nothing is called until `go_on`, and why; None when it goes on."""

    trouble: Trouble | None


TakesEvent = TakeAdded | TakeChanged | TakePreparing | PartChanged | TakesGone | TextSaved | HearingHalted


class Store(Protocol):
    """storage.takes.TakeStore."""

    async def add(self, take: Take) -> None: ...
    async def get(self, take_id: str) -> Take | None: ...
    async def of(self, recording_id: str) -> Sequence[Take]: ...
    async def states(self, recording_ids: Iterable[str]) -> dict[str, dict[TakeState, int]]: ...
    async def begin(self, take_id: str) -> bool: ...
    async def cut(self, take_id: str, parts: Sequence[Part]) -> bool: ...
    async def fail(self, take_id: str, trouble: Trouble) -> None: ...
    async def claim(self, take_id: str, number: int, now: float) -> ClaimedPart: ...
    async def save(self, take_id: str, part: Part, *, sandbox: bool = False) -> None: ...
    async def stop(self, take_id: str) -> Take | None: ...
    async def reopen(self, take_id: str, numbers: Iterable[int] | None = None) -> Take | None: ...
    async def adopt(self) -> Sequence[Take]: ...
    async def release(self) -> None: ...
    async def hold(self, target_id: str, model: str, until: float, now: float) -> None: ...
    async def keep_heard(self, take_id: str, heard: Transcript) -> None: ...
    async def edit(
        self, take_id: str, transcript: Transcript, revision: int | None, joined: Iterable[int] | None
    ) -> int | None: ...
    async def copy(self, take_id: str, copy_id: str, transcript: Transcript, now: float) -> None: ...
    async def delete(self, ids: Iterable[str], now: float) -> None: ...
    async def restore(self, ids: Iterable[str]) -> None: ...
    async def purge(self, deleted_before: float) -> None: ...


class HearingParts(Protocol):
    """services.speech.hearing.Hearing."""

    async def parts(self, take: Take, progress: Progress) -> tuple[Part, ...]: ...
    async def hear(self, take: Take, part: Part, exchange: Exchange) -> Heard: ...
    async def exchange(self, exchange_id: str) -> Exchange | None: ...


class EditedElsewhere(StorageFailed):
    """take: as it is now. Show it, or `save` again with `over`."""

    def __init__(self, take: Take) -> None:
        super().__init__(
            "This text was changed in another window meanwhile, so it was not stored over that.",
            why="Both windows have it open.",
            fix="Take the other window's text, or store yours over it.",
        )
        self.take = take


class Takes:
    """Runs this window's takes. Those of a window that is gone are taken over at `load`, and looked for now and then, unless
    adopts is False, as for a command that does one thing and ends.

    clock: Unix seconds. per_model: calls at a time to one model of one target, asked before each; at_once: in all.
    attempts: calls that one part may take. A failure that can pass is tried again after a while; a 429, or whatever
    tells when to come back, holds back every part of its model. A part that is done is never asked for again. When the
    disk fails nothing is called until `go_on`: `trouble` says why, and what came is kept in memory until then.

    Methods that change something raise StorageFailed when it could not be stored.
    """

    def __init__(
        self,
        store: Store,
        hearing: HearingParts,
        *,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        per_model: Callable[[], int] = lambda: PER_LANE,
        at_once: int = AT_ONCE,
        attempts: int = ATTEMPTS,
        adopts: bool = True,
        dice: random.Random | None = None,
    ) -> None:
        self._store = store
        self._hearing = hearing
        self._clock = clock
        self._sleep = sleep
        self._attempts = attempts
        self._adopts = adopts
        self._dice = dice or random.Random()
        self._background = Background()
        self._calls = Calls(
            "hearing",
            self._run,
            clock=clock,
            sleep=sleep,
            per_lane=per_model,
            at_once=at_once,
            may_begin=lambda: self._trouble is None,
        )
        self._listeners: Listeners[TakesEvent] = Listeners()
        self._open: dict[str, Take] = {}
        self._unjoined: set[str] = set()
        self._unwritten: dict[tuple[str, int], tuple[Part, bool]] = {}
        self._revisions: dict[str, int] = {}
        self._trouble: Trouble | None = None
        self._cutting = asyncio.Lock()
        self._editing = asyncio.Lock()
        self._closed = False

    # looking

    @property
    def open(self) -> tuple[Take, ...]:
        """This window's takes that are not over, in the order they were asked for."""
        return tuple(self._open.values())

    @property
    def trouble(self) -> Trouble | None:
        """Why nothing is called."""
        return self._trouble

    def held(self, take: Take) -> Hold | None:
        """Until when its model is left alone, and what is waited out."""
        return self._calls.waiting.held(_lane(take), self._clock())

    async def of(self, recording_id: str) -> list[Take]:
        """The oldest first."""
        return [await self._whole(take) for take in await self._store.of(recording_id)]

    async def get(self, take_id: str) -> Take | None:
        take = await self._store.get(take_id)
        return None if take is None else await self._whole(take)

    async def states(self, recording_ids: Iterable[str]) -> dict[str, dict[TakeState, int]]:
        """How many takes of each recording are in which state; cheap for many."""
        return await self._store.states(recording_ids)

    async def exchange(self, exchange_id: str) -> Exchange | None:
        """The wire record of a part's last call, also of one that runs."""
        return await self._hearing.exchange(exchange_id)

    def on_change(self, listener: Callable[[TakesEvent], object]) -> Callable[[], None]:
        """Call listener with what happens; returns what ends that."""
        return self._listeners.add(listener)

    # changing

    async def load(self) -> None:
        """Take up what an earlier run left, and begin to work. May be called again after a failure."""
        self._take_in(await self._store.adopt())
        self._work()

    async def transcribe(
        self,
        recording_id: str,
        model: str,
        options: Mapping[str, Any],
        *,
        span: tuple[float, float] | None = None,
        target_id: str = "",
        most_s: float = 0.0,
    ) -> Take:
        """Begin a new one. span: hear only what is between these seconds. most_s: of a part; 0.0 for what suits the model."""
        take = Take(
            new_id(),
            recording_id,
            model,
            dict(options),
            target_id,
            self._clock(),
            span=span,
            most_s=most_s,
        )
        await to_the_end(self._store.add(take))
        self._listeners.tell(TakeAdded(take))
        self._take_in((take,))
        self._work()
        return take

    async def stop(self, take_id: str) -> None:
        """What runs is cut off at once; what is done stays, and `resume` goes on from there."""
        await to_the_end(self._stop(take_id))

    async def resume(self, take_id: str) -> None:
        """Hear what failed or was stopped; parts that are done are not sent again. Ends a halt that the disk caused.

        Raises InvalidInput where another window has it heard just now.
        """
        await self._reopen(take_id, None)

    async def retry_part(self, take_id: str, number: int) -> None:
        """As `resume`, for one part."""
        await self._reopen(take_id, (number,))

    async def go_on(self) -> None:
        """After the disk failed: store what came, then call again."""
        for key, (part, sandbox) in tuple(self._unwritten.items()):
            await self._store.save(key[0], part, sandbox=sandbox)
            if (kept := self._unwritten.get(key)) and kept[0] is part:
                del self._unwritten[key]
            if key[0] not in self._open:
                await self._tell_of(key[0])
        if self._trouble is not None:
            self._trouble = None
            self._listeners.tell(HearingHalted(None))
        for take in self.open:
            if not take.parts:
                self._prepare(take.id)
            else:
                self._join(take.id)
        self._work()

    async def save(self, take_id: str, transcript: Transcript, *, over: bool = False) -> None:
        """Store the text as it is typed. over: whatever another window has stored.

        Raises EditedElsewhere, InvalidInput while the take is being heard.
        """
        await to_the_end(self._save(take_id, transcript, over=over))

    async def save_beside(self, take_id: str, transcript: Transcript) -> None:
        """Store the text as a take of its own, beside what another window has stored."""
        copy_id = new_id()
        await to_the_end(self._store.copy(take_id, copy_id, transcript, self._clock()))
        if (copy := await self.get(copy_id)) is not None:
            self._listeners.tell(TakeAdded(copy))

    async def delete(self, ids: Iterable[str]) -> None:
        """They are stopped. `restore` brings them back for 30 days."""
        ids = tuple(ids)
        for take_id in ids:
            if take_id in self._open:
                await self.stop(take_id)
        await self._store.delete(ids, self._clock())
        self._listeners.tell(TakesGone(ids))

    async def restore(self, ids: Iterable[str]) -> None:
        ids = tuple(ids)
        await self._store.restore(ids)
        for take_id in ids:
            if (take := await self.get(take_id)) is not None:
                self._listeners.tell(TakeAdded(take))

    async def tidy(self) -> None:
        """Once a run: remove for good what was deleted long ago."""
        await self._store.purge(self._clock() - KEEP_DELETED_S)

    async def stop_of(self, recording_ids: Iterable[str]) -> None:
        """Stop the takes of recordings that are gone."""
        gone = set(recording_ids)
        for take in self.open:
            if take.recording_id in gone:
                await self.stop(take.id)

    async def aclose(self) -> None:
        """Cut off what runs, and leave what is not over to the next start."""
        self._closed = True
        await self._background.aclose()
        await self._calls.aclose()
        try:
            for (take_id, _), (part, sandbox) in tuple(self._unwritten.items()):
                await self._store.save(take_id, part, sandbox=sandbox)
            await self._store.release()
        except StorageFailed as error:  # whoever comes next sees that this window is gone
            _log.warning("Takes were left as they are: %s", error.why or error.what)

    # takes

    async def _whole(self, take: Take) -> Take:
        """With its text, which nobody may have stitched yet, and as this window knows it."""
        if take.id in self._open:
            return self._open[take.id]
        self._revisions[take.id] = take.revision
        stitched = take.heard.seconds > 0 and not any(part.fresh for part in take.parts)
        if stitched or not any(part.transcript for part in take.parts):
            return take
        whole = await asyncio.to_thread(grown, take)
        if take.state.over:
            with suppress(StorageFailed):
                await self._store.keep_heard(take.id, whole.heard)
        return whole

    def _take_in(self, takes: Iterable[Take]) -> None:
        """Takes that are this window's from now on, and wait."""
        for take in takes:
            self._open[take.id] = take
            self._revisions[take.id] = take.revision
            if not take.parts:
                self._prepare(take.id)
                continue
            self._unjoined.add(take.id)
            for part in take.parts:
                if part.state is TakeState.WAITING:
                    self._wait(take, part)
            self._join(take.id)

    def _wait(self, take: Take, part: Part) -> None:
        """Takes come in the order they were asked for, and their parts in that of the recording."""
        turn = Turn(_job(take.id, part.number), take.created_at, part.not_before)
        self._calls.waiting.add(turn, _lane(take))

    def _put_part(self, take_id: str, part: Part) -> None:
        """What this window knows of a part. That all are over is told when the text is stitched."""
        take = self._open.get(take_id)
        if take is None:
            return
        parts = tuple(part if one.number == part.number else one for one in take.parts)
        state = state_of(parts)
        self._open[take_id] = replace(
            take,
            parts=parts,
            state=TakeState.RUNNING if state.over else state,
            trouble=trouble_of(parts),
        )
        self._listeners.tell(PartChanged(take_id, part))

    async def _stop(self, take_id: str) -> None:
        await self._background.cancel(_preparing(take_id))
        known = self._open.get(take_id)
        if known is not None:
            await self._calls.cancel(_job(take_id, part.number) for part in known.parts)
        try:
            stopped = await self._store.stop(take_id)
        except StorageFailed as error:
            if known is not None:
                self._put_back(self._open[take_id])
            await self._halt(error)
            raise
        if stopped is not None and take_id in self._open:
            mine = self._open[take_id]
            parts = tuple(
                self._unwritten.get((take_id, part.number), (part, False))[0] for part in stopped.parts
            )
            self._open[take_id] = replace(mine, parts=parts, state=stopped.state, trouble=trouble_of(parts))
            self._join(take_id)
            await self._background.ended(_stitching(take_id))
        elif stopped is not None:
            self._listeners.tell(TakeChanged(await self._whole(stopped)))

    def _put_back(self, take: Take) -> None:
        """It goes on waiting, for it could not be stored that it does not. Its calls have been cut off."""
        cut_off = {
            part.number: replace(part, state=TakeState.WAITING)
            for part in take.parts
            if part.state is TakeState.RUNNING
        }
        self._unwritten.update(((take.id, number), (part, False)) for number, part in cut_off.items())
        parts = tuple(cut_off.get(part.number, part) for part in take.parts)
        self._open[take.id] = take = replace(take, parts=parts, state=TakeState.WAITING)
        for part in parts:
            if part.state is TakeState.WAITING:
                self._wait(take, part)
        self._listeners.tell(TakeChanged(take))

    async def _reopen(self, take_id: str, numbers: Iterable[int] | None) -> None:
        await self.go_on()
        reopened = await self._store.reopen(take_id, numbers)
        if reopened is None:
            raise InvalidInput(
                "Another window has this recording heard just now.",
                why="It was begun or resumed there.",
                fix="Go on in that window, or close it first.",
            )
        if take_id in self._open:
            known = {part.number: part for part in self._open[take_id].parts}
            again = [
                part
                for part in reopened.parts
                if part.state is TakeState.WAITING and known[part.number].state.over
            ]
            for part in again:
                self._put_part(take_id, part)
                self._wait(self._open[take_id], part)
        elif not reopened.state.over:
            self._take_in((await self._whole(reopened),))
            self._listeners.tell(TakeChanged(self._open[take_id]))
        self._work()

    # cutting

    def _prepare(self, take_id: str) -> None:
        self._background.start(_preparing(take_id), self._cut(take_id))

    async def _cut(self, take_id: str) -> None:
        """One at a time: decoding takes all of the processor there is."""
        async with self._cutting:
            if self._trouble is not None:
                return
            try:
                if await self._store.begin(take_id):
                    self._open[take_id] = replace(self._open[take_id], state=TakeState.RUNNING)
                    self._listeners.tell(TakeChanged(self._open[take_id]))
                    await self._cut_into_parts(self._open[take_id])
                else:
                    await self._lost(take_id)
            except StorageFailed as error:
                await self._halt(error)

    async def _cut_into_parts(self, take: Take) -> None:
        try:
            parts = await self._hearing.parts(
                take, lambda part: self._listeners.tell(TakePreparing(take.id, part))
            )
        except WorkbenchError as error:
            await self._could_not_be_cut(take, Trouble.of(error))
        except Exception:  # noqa: BLE001  it is told of this take, and logged
            _log.exception("A recording was not cut")
            await self._could_not_be_cut(take, Trouble.of(our_fault("the recording was heard")))
        else:
            if not await self._store.cut(take.id, parts):
                await self._lost(take.id)
                return
            self._open[take.id] = take = replace(take, parts=parts, state=TakeState.WAITING)
            self._listeners.tell(TakeChanged(take))
            self._take_in((take,))
            self._work()

    async def _could_not_be_cut(self, take: Take, trouble: Trouble) -> None:
        await self._store.fail(take.id, trouble)
        del self._open[take.id]
        self._listeners.tell(TakeChanged(replace(take, state=TakeState.FAILED, trouble=trouble)))

    # the calls

    def _work(self) -> None:
        if not self._closed:
            if self._adopts:
                self._background.start("hearing: look around", self._look_around())
            self._calls.wake()

    async def _look_around(self) -> None:
        while True:
            await self._sleep(LOOK_S)
            try:
                self._take_in(await self._store.adopt())
            except StorageFailed as error:
                _log.info("Other windows were not looked for: %s", error.why or error.what)
            self._calls.wake()

    async def _run(self, job_id: str, lane: Lane) -> None:
        take_id, number = _take_and_number(job_id)
        take = self._open[take_id]
        part = await self._claimed(take, number, lane)
        if part is not None:
            ended, sandbox = await self._outcome(take, part, lane)
            await to_the_end(self._settle(take_id, ended, sandbox=sandbox))

    async def _claimed(self, take: Take, number: int, lane: Lane) -> Part | None:
        """Take the part in the database, where another window may have changed it. This also shows that the disk can be written."""
        try:
            claim = await self._store.claim(take.id, number, self._clock())
        except StorageFailed as error:
            self._wait(take, take.parts[number])
            await self._halt(error)
            return None
        if claim.part is not None:
            return claim.part
        if claim.held_until:
            self._wait(take, take.parts[number])
            self._hold(lane, Hold(claim.held_until))
        else:
            await self._lost(take.id)
        return None

    async def _outcome(self, take: Take, part: Part, lane: Lane) -> tuple[Part, bool]:
        """Call, and what the part is after it; whether a simulation heard it."""
        exchange = Exchange(new_id(), self._clock())
        before, part = part, replace(part, exchange_id=exchange.id)
        self._put_part(take.id, part)
        try:
            heard = await self._hearing.hear(take, part, exchange)
        except WorkbenchError as failed:
            error = failed
        except Exception:  # noqa: BLE001  it is told of this part, and logged
            _log.exception("A part was not heard")
            error = our_fault("the recording was heard")
        else:
            return replace(
                part,
                state=TakeState.DONE,
                transcript=heard.transcript,
                cost=heard.cost,
                took_ms=heard.took_ms,
            ), heard.sandbox
        if not exchange.method:
            part = replace(part, exchange_id=before.exchange_id)
        return await self._after(part, lane, error), False

    async def _after(self, part: Part, lane: Lane, error: WorkbenchError) -> Part:
        """A part whose call failed: waiting for another, or failed."""
        trouble = Trouble.of(error)
        if not isinstance(error, RequestFailed) or not error.retryable:
            return replace(part, state=TakeState.FAILED, trouble=trouble)
        now = self._clock()
        until = now + pause_s(error, part.attempts, self._dice)
        if is_of_the_model(error):
            self._hold(lane, Hold(until, trouble))
            with suppress(StorageFailed):  # it holds in this window
                await self._store.hold(*lane, until, now)
        if part.attempts >= self._attempts:
            return replace(part, state=TakeState.FAILED, trouble=trouble)
        return replace(part, state=TakeState.WAITING, not_before=until, trouble=trouble)

    async def _settle(self, take_id: str, part: Part, *, sandbox: bool) -> None:
        """Store how the call ended, and go on from there."""
        try:
            await self._store.save(take_id, part, sandbox=sandbox)
        except StorageFailed as error:
            self._unwritten[take_id, part.number] = (part, sandbox)
            await self._halt(error)
        take = self._open.get(take_id)
        if take is None:
            await self._tell_of(take_id)
            return
        self._open[take_id] = replace(take, sandbox=take.sandbox or sandbox)
        part = replace(part, fresh=part.state is TakeState.DONE and take.edited)
        self._put_part(take_id, part)
        if part.state is TakeState.WAITING:
            self._wait(self._open[take_id], part)
        elif part.state is TakeState.DONE:
            self._unjoined.add(take_id)
        self._join(take_id)

    async def _lost(self, take_id: str) -> None:
        """Another window has stopped it, taken it over, or removed it."""
        known = self._open.pop(take_id, None)
        if known is None:
            return
        for part in known.parts:
            self._calls.waiting.discard(_job(take_id, part.number))
        self._unjoined.discard(take_id)
        await self._tell_of(take_id)

    async def _tell_of(self, take_id: str) -> None:
        """How a take that is not this window's stands now."""
        with suppress(StorageFailed):
            take = await self.get(take_id)
            self._listeners.tell(TakesGone((take_id,)) if take is None else TakeChanged(take))

    def _hold(self, lane: Lane, hold: Hold) -> None:
        self._calls.waiting.hold(lane, hold)
        for take in self.open:
            if _lane(take) == lane:
                self._listeners.tell(TakeChanged(take))

    # the text

    def _join(self, take_id: str) -> None:
        """Stitch in what has come, and end the take when nothing more comes; not in this thread."""
        if not self._closed:
            self._background.start(_stitching(take_id), self._joined(take_id))

    async def _joined(self, take_id: str) -> None:
        while (take := self._open.get(take_id)) is not None:
            if take_id in self._unjoined:
                if not await self._grow(take):
                    return  # `go_on` comes back to it
                continue
            state = state_of(take.parts) if take.parts else take.state
            if state.over and not self._is_unwritten(take_id):
                await self._finish(take, state)
            return

    def _is_unwritten(self, take_id: str) -> bool:
        """For the disk it is not over yet."""
        return any(of == take_id for of, _ in self._unwritten)

    async def _grow(self, take: Take) -> bool:
        """False where the disk did not take it."""
        self._unjoined.discard(take.id)
        text = await asyncio.to_thread(grown, take)
        if any(part.fresh for part in take.parts):
            text = await self._kept_edit(take, text)
        now = self._open.get(take.id)
        if now is not None:
            joined = {part.number for part in take.parts if part.fresh} if text is not take else set()
            self._open[take.id] = now = replace(
                now,
                heard=text.heard,
                transcript=text.transcript,
                revision=text.revision,
                parts=tuple(
                    replace(part, fresh=False) if part.number in joined else part for part in now.parts
                ),
            )
            self._listeners.tell(TakeChanged(now))
        return take.id not in self._unjoined or self._trouble is None

    async def _kept_edit(self, before: Take, text: Take) -> Take:
        """A text that somebody had worked on, with what has come since: stored, or as it was before."""
        joined = tuple(part.number for part in before.parts if part.fresh)
        try:
            revision = await self._store.edit(before.id, text.transcript, before.revision, joined)
            if revision is None:  # another window has edited it
                theirs = await self._store.get(before.id)
                if theirs is None:
                    return text
                text = await asyncio.to_thread(grown, replace(theirs, parts=before.parts))
                revision = await self._store.edit(before.id, text.transcript, None, joined)
        except StorageFailed as error:
            self._unjoined.add(before.id)
            await self._halt(error)
            return before
        self._revisions[before.id] = revision or text.revision
        return replace(text, revision=self._revisions[before.id])

    async def _finish(self, take: Take, state: TakeState) -> None:
        """Nothing of it waits or runs any more."""
        del self._open[take.id]
        self._revisions[take.id] = take.revision
        self._listeners.tell(TakeChanged(replace(take, state=state)))
        with suppress(StorageFailed):  # it is stitched again when it is read
            await self._store.keep_heard(take.id, take.heard)

    async def _save(self, take_id: str, transcript: Transcript, *, over: bool) -> None:
        async with self._editing:
            if take_id in self._open:
                raise InvalidInput(
                    "The text cannot be changed while the recording is being heard.",
                    why="What comes would be lost, or what you type.",
                    fix="Wait until it is done, or stop it.",
                )
            revision = await self._store.edit(
                take_id, transcript, None if over else self._revisions.get(take_id, 0), None
            )
            if revision is None:
                take = await self.get(take_id)
                if take is None:
                    raise InvalidInput("This take is gone.", fix="Restore it first.")
                raise EditedElsewhere(take)
            self._revisions[take_id] = revision
        self._listeners.tell(TextSaved(take_id, transcript))

    # the disk

    async def _halt(self, error: StorageFailed) -> None:
        """Call nothing while what comes of it cannot be kept."""
        self._trouble = Trouble(
            "Hearing has paused itself, so that no call is wasted.",
            why=f"{error.what} {error.why}".strip(),
            fix=f"{error.fix} Then go on.".strip(),
        )
        self._listeners.tell(HearingHalted(self._trouble))


def _preparing(take_id: str) -> str:
    return f"cut {take_id}"


def _stitching(take_id: str) -> str:
    return f"stitch {take_id}"


def _lane(take: Take) -> Lane:
    return Lane(take.target, take.model)


def _job(take_id: str, number: int) -> str:
    """Sorts by number within a take."""
    return f"{take_id} {number:06}"


def _take_and_number(job_id: str) -> tuple[str, int]:
    take_id, _, number = job_id.rpartition(" ")
    return take_id, int(number)
