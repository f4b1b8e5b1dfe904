"""Runs: sets of texts made vectors in batches, several at once, gone on with after failures, restarts and used-up quotas."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import count
from typing import TYPE_CHECKING, Protocol

from workbench.domain.embeddings.abilities import EmbeddingAbilities
from workbench.domain.embeddings.batching import batches
from workbench.domain.embeddings.costs import token_estimates
from workbench.domain.embeddings.runs import (
    EmbeddingRun,
    ModelChoice,
    ModelRun,
    RunState,
    with_bad,
)
from workbench.domain.embeddings.texts import TextRow, TextSet
from workbench.domain.errors import Failure, InvalidInput, RequestFailed, StorageFailed, WorkbenchError
from workbench.domain.exchange import Exchange
from workbench.domain.ids import new_id
from workbench.domain.models import sum_of
from workbench.domain.trouble import Trouble
from workbench.services.background import Background, to_the_end
from workbench.services.calls import Calls
from workbench.services.embeddings.embedding import Asking, Embedded
from workbench.services.embeddings.planning import Distinct, distinct
from workbench.services.listeners import Listeners
from workbench.services.retrying import is_of_the_model, pause_s
from workbench.services.waiting import Hold, Lane, Turn

if TYPE_CHECKING:
    from workbench.vectors.gathering import Gathering
    from workbench.vectors.matrix import Vectors

PER_MODEL = 4
AT_ONCE = 8
ATTEMPTS = 5
_FOR_A_HALF = 2
"""Attempts of a part of a batch that has used up its own."""
_LIMITS_PER_ATTEMPT = 3
"""A limit is waited out more often than a failure is tried again: the batch has done nothing wrong."""
MOST_IN_A_ROW = 40
"""Calls of a model that fail one after the other, in whatever they carry, before it is left alone."""
_RECORDED = 20
"""Calls of a model whose record is kept although all was well."""
_READ_AT_ONCE = 4096

_OF_THE_TEXTS = frozenset(
    {
        Failure.BAD_REQUEST,
        Failure.TOO_LARGE,
        Failure.BLOCKED,
        Failure.PROTOCOL,
        Failure.SERVER,
        Failure.TIMEOUT,
        Failure.CUT,
    }
)
"""What may be the fault of one text in a batch; everything else any other batch would meet as well."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RunAdded:
    run: EmbeddingRun


@dataclass(frozen=True, slots=True)
class RunChanged:
    run: EmbeddingRun


@dataclass(frozen=True, slots=True)
class RunGone:
    run_id: str


@dataclass(frozen=True, slots=True)
class RunsHalted:
    """Nothing is called until `go_on`, and why; None when it goes on."""

    trouble: Trouble | None


RunsEvent = RunAdded | RunChanged | RunGone | RunsHalted


class Store(Protocol):
    """storage.text_sets.EmbeddingRunStore."""

    async def put(self, run: EmbeddingRun) -> None: ...
    async def get(self, run_id: str) -> EmbeddingRun | None: ...
    async def of(self, set_id: str) -> Sequence[EmbeddingRun]: ...
    async def delete(self, run_id: str) -> None: ...
    async def is_elsewhere(self, run_id: str) -> bool: ...
    async def adopt(self) -> Sequence[EmbeddingRun]: ...
    async def release(self) -> None: ...


class Texts(Protocol):
    """storage.text_sets.TextSetStore."""

    async def get(self, set_id: str) -> TextSet | None: ...


class Embeddings(Protocol):
    """services.embeddings.embedding.Embedding."""

    async def asking(self, target_id: str, choice: ModelChoice) -> Asking: ...
    async def embed(
        self, asking: Asking, texts: Sequence[str], exchange: Exchange, of: str, *, recorded: bool = True
    ) -> Embedded: ...
    async def known(self, origin: str, texts: Iterable[str]) -> list[bool]: ...
    async def kept(self, origin: str, texts: Iterable[str]) -> list[bytes | None]: ...
    async def keep(self, origin: str, texts: Sequence[str], vectors: Sequence[bytes]) -> None: ...
    async def exchange(self, exchange_id: str) -> Exchange | None: ...


@dataclass(slots=True)
class _Batch:
    """items: places among the different texts. half: a part of a batch that has failed."""

    items: tuple[int, ...]
    attempts: int = 0
    half: bool = False


@dataclass(slots=True)
class _Work:
    """What is under way for one model of a run. failed: calls that failed since the last that did not."""

    asking: Asking
    found: Distinct
    open: dict[int, _Batch] = field(default_factory=dict)
    failed: int = 0


_Key = tuple[str, int]
"""A run, and which of its models."""


class Runs:
    """Runs this window's runs. Those of a window that is gone are taken over at `load`, unless adopts is False, as for a command
    that does one thing and ends.

    clock: Unix seconds. per_model: calls at a time to one model of one target; at_once: in all. attempts: calls that one batch
    may take. A failure that can pass is tried again after a while; a 429 holds back every batch of its model. A batch that fails
    for what may be the fault of a text is halved until the bad ones are known; the others are kept. Any other failure ends the
    model's part: `resume` goes on from there, today or tomorrow, and asks for nothing twice. When the disk fails nothing is
    called until `go_on`: `trouble` says why, and vectors that came are kept in memory until then.

    Methods that change something raise StorageFailed when it could not be stored.
    """

    def __init__(
        self,
        store: Store,
        texts: Texts,
        embedding: Embeddings,
        *,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        per_model: Callable[[], int] = lambda: PER_MODEL,
        at_once: int = AT_ONCE,
        attempts: int = ATTEMPTS,
        adopts: bool = True,
        dice: random.Random | None = None,
    ) -> None:
        self._store = store
        self._texts = texts
        self._embedding = embedding
        self._clock = clock
        self._attempts = attempts
        self._adopts = adopts
        self._dice = dice or random.Random()
        self._background = Background()
        self._calls = Calls(
            "embedding",
            self._run,
            clock=clock,
            sleep=sleep,
            per_lane=per_model,
            at_once=at_once,
            may_begin=lambda: self._trouble is None,
        )
        self._listeners: Listeners[RunsEvent] = Listeners()
        self._open: dict[str, EmbeddingRun] = {}
        self._work: dict[_Key, _Work] = {}
        self._unkept: list[tuple[_Key, str, tuple[str, ...], tuple[bytes, ...], int]] = []
        self._trouble: Trouble | None = None
        self._numbers = count()
        self._preparing = asyncio.Lock()
        self._keeping = asyncio.Lock()
        self._closed = False

    # looking

    @property
    def open(self) -> tuple[EmbeddingRun, ...]:
        """This window's runs that are not over, in the order they were asked for."""
        return tuple(self._open.values())

    @property
    def trouble(self) -> Trouble | None:
        """Why nothing is called."""
        return self._trouble

    def held(self, run: EmbeddingRun, number: int) -> Hold | None:
        """Until when that model is left alone, and what is waited out."""
        return self._calls.waiting.held(_lane(run, number), self._clock())

    async def get(self, run_id: str) -> EmbeddingRun | None:
        return self._open.get(run_id) or await self._store.get(run_id)

    async def of(self, set_id: str) -> list[EmbeddingRun]:
        """Those of a set of texts, the newest first."""
        return [self._open.get(run.id, run) for run in await self._store.of(set_id)]

    async def exchange(self, exchange_id: str) -> Exchange | None:
        """The wire record of a call, also of one that runs. Of calls that went well those of the first are kept."""
        return await self._embedding.exchange(exchange_id)

    async def vectors(self, run_id: str, number: int) -> Vectors:
        """What that model of the run has made so far: one row for each of the set's, MISSING where it has none.

        Raises InvalidInput where run or texts are gone.
        """
        run = await self.get(run_id)
        texts = None if run is None else await self._texts.get(run.text_set_id)
        if run is None or texts is None:
            raise _gone()
        return await self._gathered(run.models[number], texts.rows)

    def on_change(self, listener: Callable[[RunsEvent], object]) -> Callable[[], None]:
        """Call listener with what happens; returns what ends that."""
        return self._listeners.add(listener)

    # changing

    async def load(self) -> None:
        """Take up what an earlier run left, and begin to work. May be called again after a failure."""
        if self._adopts:
            for run in await self._store.adopt():
                self._take_in(run)

    async def begin(
        self, text_set_id: str, choices: Sequence[ModelChoice], *, target_id: str = ""
    ) -> EmbeddingRun:
        """Raises InvalidInput for no choice."""
        if not choices:
            raise InvalidInput("No model is chosen.", field="model", fix="Choose one or several models.")
        models = tuple(map(ModelRun, dict.fromkeys(choices)))
        run = EmbeddingRun(new_id(), text_set_id, target_id, self._clock(), models)
        await to_the_end(self._store.put(run))
        self._listeners.tell(RunAdded(run))
        self._take_in(run)
        return run

    async def stop(self, run_id: str) -> None:
        """What runs is cut off at once; what is done stays, and `resume` goes on from there."""
        await to_the_end(self._stop(run_id))

    async def resume(self, run_id: str) -> None:
        """Ask for what has no vector yet: rows that were never asked for first, then those that were bad. Ends a halt that the disk
        caused.

        Raises InvalidInput where another window is at it, or the run is gone.
        """
        await self.go_on()
        if run_id not in self._open:
            await self._reopen(run_id)
        run = self._open[run_id]
        again = [
            number
            for number, model in enumerate(run.models)
            if model.state.over and (model.state is not RunState.DONE or model.bad)
        ]
        for number in again:
            await self._cut_off((run_id, number))
        last = {}
        for number in again:
            last[number] = self._open[run_id].models[number].bad_rows
            self._change((run_id, number), state=RunState.WAITING, bad=(), trouble=None)
        self._take_in(self._open[run_id], again, last)
        await to_the_end(self._settle(run_id))

    async def delete(self, run_id: str) -> None:
        """Vectors stay where they are kept, for whoever asks again."""
        await self.stop(run_id)
        await self._store.delete(run_id)
        self._listeners.tell(RunGone(run_id))

    async def restore(self, run: EmbeddingRun) -> None:
        """Take back that it was deleted; what it had not done is not begun again. The records of its calls stay gone."""
        models = (
            replace(model, state=model.state if model.state.over else RunState.STOPPED, exchange_id="")
            for model in run.models
        )
        run = replace(run, models=tuple(models))
        await to_the_end(self._store.put(run))
        self._listeners.tell(RunAdded(run))

    async def go_on(self) -> None:
        """After the disk failed: keep what came, then call again."""
        async with self._keeping:
            while self._unkept:
                key, origin, texts, vectors, rows = self._unkept[0]
                await self._embedding.keep(origin, texts, vectors)
                self._unkept.pop(0)
                self._count(key, rows)
        for run in self.open:
            await self._store.put(run)
        if self._trouble is not None:
            self._trouble = None
            self._listeners.tell(RunsHalted(None))
        for run in self.open:
            await self._settle(run.id)
            self._prepare_again(run.id)
        self._calls.wake()

    async def aclose(self) -> None:
        """Cut off what runs, and leave it to whoever comes next."""
        self._closed = True
        await self._background.aclose()
        await self._calls.aclose()
        with suppress(StorageFailed):
            await self._store.release()

    # taking in

    async def _reopen(self, run_id: str) -> None:
        run = await self._store.get(run_id)
        if run is None:
            raise _gone()
        if await self._store.is_elsewhere(run_id):
            raise InvalidInput(
                "Another window is at this run just now.",
                why="It was begun or resumed there.",
                fix="Go on in that window, or close it first.",
            )
        self._open[run_id] = run

    def _take_in(
        self,
        run: EmbeddingRun,
        numbers: Iterable[int] | None = None,
        last: Mapping[int, frozenset[int]] | None = None,
    ) -> None:
        """last: rows, by model, that come after all others."""
        self._open[run.id] = run
        for number, model in enumerate(run.models):
            if not model.state.over and (numbers is None or number in numbers):
                self._prepare((run.id, number), (last or {}).get(number, frozenset()))

    def _prepare_again(self, run_id: str) -> None:
        """Those whose preparation the disk had ended."""
        run = self._open.get(run_id)
        for number, model in enumerate(run.models if run is not None else ()):
            if not model.state.over and (run_id, number) not in self._work:
                self._prepare((run_id, number), frozenset())

    def _prepare(self, key: _Key, last: frozenset[int]) -> None:
        if not self._closed:
            self._background.start(_name(key), self._prepared(key, last))

    async def _prepared(self, key: _Key, last: frozenset[int]) -> None:
        """One at a time: a hundred thousand texts are gone through."""
        try:
            async with self._preparing:
                await self._made_ready(key, last)
        except StorageFailed as error:
            self._halt(error)
        except WorkbenchError as error:
            await self._give_up(key, Trouble.of(error))
        except Exception:  # noqa: BLE001  it is told of this model, and logged
            _log.exception("A run was not begun")
            await self._give_up(key, Trouble.of(_our_fault()))

    async def _made_ready(self, key: _Key, last: frozenset[int]) -> None:
        run = self._open[key[0]]
        texts = await self._texts.get(run.text_set_id)
        if texts is None:
            raise _gone()
        asking = await self._embedding.asking(run.target, run.models[key[1]].choice)
        found = await self._distinct(run, texts)
        known = await self._embedding.known(asking.origin, found.texts)
        work = _Work(asking, found)
        parts = await asyncio.to_thread(_parts, found, known, asking.abilities, last)
        done = sum(len(rows) for rows, is_known in zip(found.rows, known, strict=True) if is_known)
        run = self._open[key[0]]
        if not run.target:  # it stays with whom it began, whoever is chosen later
            self._open[run.id] = replace(run, target=asking.target_id)
        model = run.models[key[1]]
        dimensions = model.dimensions or await self._dimensions(asking.origin, found, known)
        self._work[key] = work
        self._change(
            key,
            rows=sum(map(len, found.rows)),
            done=done,
            kept=model.kept if model.calls and model.origin == asking.origin else done,
            origin=asking.origin,
            state=RunState.RUNNING,
            dimensions=dimensions,
        )
        for items in parts:
            self._add(key, _Batch(items))
        await self._settle(key[0])
        self._calls.wake()

    async def _distinct(self, run: EmbeddingRun, texts: TextSet) -> Distinct:
        """The models of a run share it."""
        shared = next((work.found for key, work in self._work.items() if key[0] == run.id), None)
        if shared is not None:
            return shared
        return await asyncio.to_thread(lambda: distinct([row.text for row in texts.rows]))

    async def _dimensions(self, origin: str, found: Distinct, known: Sequence[bool]) -> int | None:
        first = next((text for text, is_known in zip(found.texts, known, strict=True) if is_known), None)
        vector = None if first is None else (await self._embedding.kept(origin, [first]))[0]
        return None if vector is None else len(vector) // 4

    def _add(self, key: _Key, batch: _Batch, not_before: float = 0.0) -> None:
        """Halves come first, so that bad rows are known before a lot is sent after them."""
        work = self._work[key]
        number = next(self._numbers)
        work.open[number] = batch
        run = self._open[key[0]]
        position = run.created_at - (0.5 if batch.half else 0.0)
        self._calls.waiting.add(Turn(_job(key, number), position, not_before), _lane(run, key[1]))

    # the calls

    async def _run(self, job_id: str, lane: Lane) -> None:
        key, number = _of_job(job_id)
        work = self._work[key]
        batch = work.open[number]
        batch.attempts += 1
        exchange = Exchange(new_id(), self._clock())
        texts = tuple(work.found.texts[item] for item in batch.items)
        recorded = self._open[key[0]].models[key[1]].calls < _RECORDED
        try:
            came = await self._embedding.embed(work.asking, texts, exchange, key[0], recorded=recorded)
        except WorkbenchError as error:
            await to_the_end(self._failed(key, number, lane, error, exchange))
        except Exception:  # noqa: BLE001  it is told of this model, and logged
            _log.exception("A batch was not embedded")
            await to_the_end(self._failed(key, number, lane, _our_fault(), exchange))
        else:
            await to_the_end(self._came(key, number, texts, came, exchange if recorded else None))

    async def _came(
        self, key: _Key, number: int, texts: tuple[str, ...], came: Embedded, exchange: Exchange | None
    ) -> None:
        work = self._work[key]
        batch = work.open[number]
        work.failed = 0
        model = self._open[key[0]].models[key[1]]
        rows = sum(len(work.found.rows[item]) for item in batch.items)
        if model.dimensions not in (None, came.dimensions):
            del work.open[number]
            await self._give_up(key, Trouble.of(_other_dimensions(model, came.dimensions)))
            return
        self._change(
            key,
            calls=model.calls + 1,
            tokens=(model.tokens or 0) + came.tokens,
            cost=sum_of(model.cost, came.cost),
            dimensions=came.dimensions,
            trouble=None,
            sandbox=model.sandbox or came.sandbox,
            exchange_id=exchange.id if exchange is not None and exchange.method else model.exchange_id,
        )
        try:
            await self._embedding.keep(work.asking.origin, texts, came.vectors)
        except StorageFailed as error:
            self._unkept.append((key, work.asking.origin, texts, came.vectors, rows))
            self._halt(error)
        else:
            self._count(key, rows)
        del work.open[number]  # not before it is kept: what has nothing open is over
        await self._settle(key[0])

    async def _failed(
        self, key: _Key, number: int, lane: Lane, error: WorkbenchError, exchange: Exchange
    ) -> None:
        work = self._work[key]
        batch = work.open[number]
        trouble = Trouble.of(error)
        model = self._open[key[0]].models[key[1]]
        if exchange.method:
            self._change(key, calls=model.calls + 1, exchange_id=exchange.id)
        if model.state is not RunState.RUNNING:
            del work.open[number]
            await self._settle(key[0])
            return
        of_the_model = isinstance(error, RequestFailed) and is_of_the_model(error)
        work.failed += not of_the_model
        if isinstance(error, RequestFailed) and error.retryable:
            until = self._clock() + pause_s(error, batch.attempts, self._dice)
            if of_the_model:
                self._calls.waiting.hold(lane, Hold(until, trouble))
            if batch.attempts < self._most_attempts(batch, of_the_model=of_the_model):
                self._change(key, trouble=trouble)
                run = self._open[key[0]]
                self._calls.waiting.add(Turn(_job(key, number), run.created_at, until), lane)
                self._listeners.tell(RunChanged(run))
                return
        del work.open[number]
        if not _may_be_the_texts(error) or work.failed >= MOST_IN_A_ROW:
            await self._give_up(key, trouble)
        elif len(batch.items) > 1:
            middle = len(batch.items) // 2
            for items in (batch.items[:middle], batch.items[middle:]):
                self._add(key, _Batch(items, half=True))
            self._listeners.tell(RunChanged(self._open[key[0]]))
        else:
            model = self._open[key[0]].models[key[1]]
            bad = with_bad(model.bad, trouble, work.found.rows[batch.items[0]])
            self._change(key, bad=bad, trouble=None)
            await self._settle(key[0])

    def _most_attempts(self, batch: _Batch, *, of_the_model: bool) -> int:
        if of_the_model:
            return self._attempts * _LIMITS_PER_ATTEMPT
        return _FOR_A_HALF if batch.half else self._attempts

    # how it ends

    async def _give_up(self, key: _Key, trouble: Trouble) -> None:
        """This model does not go on by itself; calls that are out come to their end."""
        work = self._work.get(key)
        if work is not None:
            for number in [number for number in work.open if _job(key, number) in self._calls.waiting]:
                self._calls.waiting.discard(_job(key, number))
                del work.open[number]
        self._change(key, state=RunState.FAILED, trouble=trouble)
        await self._settle(key[0])

    async def _settle(self, run_id: str) -> None:
        """Store how far it has come, and see what is over."""
        run = self._open.get(run_id)
        if run is None:
            return
        unkept = {key for key, *_ in self._unkept}
        for number, model in enumerate(run.models):
            key = (run_id, number)
            work = self._work.get(key)
            if model.state is RunState.RUNNING and work is not None and not work.open and key not in unkept:
                self._change(key, state=RunState.DONE)
        run = self._open[run_id]
        try:
            await self._store.put(run)
        except StorageFailed as error:
            self._halt(error)
            return
        now = self._open.get(run_id)
        if now is None or (now is not run and now.state.over):
            return  # whoever has ended it tells that
        if now.state.over:
            if self._is_at_work(run_id):
                return  # the last call that is out tells it
            self._close(now)
        self._listeners.tell(RunChanged(now))

    def _is_at_work(self, run_id: str) -> bool:
        """Calls of it are out, or vectors wait for the disk."""
        return any(key[0] == run_id for key, *_ in self._unkept) or any(
            work.open for key, work in self._work.items() if key[0] == run_id
        )

    def _close(self, run: EmbeddingRun) -> None:
        del self._open[run.id]
        for number in range(len(run.models)):
            self._work.pop((run.id, number), None)

    async def _stop(self, run_id: str) -> None:
        run = self._open.get(run_id)
        if run is None:
            return
        for number in range(len(run.models)):
            key = (run_id, number)
            await self._background.cancel(_name(key))
            await self._cut_off(key)
        run = self._open.get(run_id)
        if run is None:
            return  # it came to its end meanwhile
        for number, model in enumerate(run.models):
            if not model.state.over:
                self._change((run_id, number), state=RunState.STOPPED)
        await self._store.put(self._open[run_id])
        await self._settle(run_id)

    async def _cut_off(self, key: _Key) -> None:
        work = self._work.get(key)
        if work is not None:
            await self._calls.cancel([_job(key, number) for number in work.open])
            work.open.clear()

    def _halt(self, error: StorageFailed) -> None:
        if self._trouble is None:
            self._trouble = Trouble.of(error)
            self._listeners.tell(RunsHalted(self._trouble))

    def _count(self, key: _Key, rows: int) -> None:
        run = self._open.get(key[0])
        if run is not None:
            self._change(key, done=run.models[key[1]].done + rows)

    def _change(self, key: _Key, **changes: object) -> None:
        run = self._open[key[0]]
        models = list(run.models)
        models[key[1]] = replace(models[key[1]], **changes)  # type: ignore[arg-type]
        self._open[run.id] = replace(run, models=tuple(models))

    # what came of it

    async def _gathered(self, model: ModelRun, texts: Sequence[TextRow]) -> Vectors:
        gathering = await asyncio.to_thread(_gathering, len(texts), model.dimensions or 1)
        for start in range(0, len(texts), _READ_AT_ONCE):
            some = [
                (row, text.text)
                for row, text in enumerate(texts[start : start + _READ_AT_ONCE], start)
                if text.text.strip()
            ]
            found = await self._embedding.kept(model.origin, [text for _, text in some])
            await asyncio.to_thread(gathering.put, [row for row, _ in some], found)
        return await asyncio.to_thread(gathering.vectors)


def _gathering(rows: int, dimensions: int) -> Gathering:
    """Importing it takes a moment, too."""
    from workbench.vectors.gathering import Gathering

    return Gathering(rows, dimensions)


def _parts(
    found: Distinct, known: Sequence[bool], abilities: EmbeddingAbilities, last: frozenset[int]
) -> list[tuple[int, ...]]:
    """Batches of the texts that have no vector yet; those of the rows in `last` come after all others."""
    tokens = token_estimates(found.texts)
    left = [place for place, is_known in enumerate(known) if not is_known]
    late = [place for place in left if not last.isdisjoint(found.rows[place])]
    lately = frozenset(late)
    early = [place for place in left if place not in lately]
    return [*batches(early, tokens, abilities), *batches(late, tokens, abilities)]


def _may_be_the_texts(error: WorkbenchError) -> bool:
    return isinstance(error, RequestFailed) and error.failure in _OF_THE_TEXTS


def _lane(run: EmbeddingRun, number: int) -> Lane:
    return Lane(run.target, run.models[number].choice.model)


def _name(key: _Key) -> str:
    return f"embedding: prepare {key[0]} {key[1]}"


def _job(key: _Key, number: int) -> str:
    return f"{key[0]}/{key[1]}/{number:08}"


def _of_job(job_id: str) -> tuple[_Key, int]:
    run_id, model, number = job_id.split("/")
    return (run_id, int(model)), int(number)


def _gone() -> InvalidInput:
    return InvalidInput("These texts are no longer there.", fix="Choose others, or load them again.")


def _other_dimensions(model: ModelRun, came: int) -> InvalidInput:
    return InvalidInput(
        f"“{model.choice.model}” makes vectors of another length now.",
        why=f"They had {model.dimensions:,} numbers before; now they have {came:,}.",
        fix="Begin a new run; if the model has changed, empty the store of vectors first.",
    )


def _our_fault() -> InvalidInput:
    return InvalidInput(
        "The workbench made a mistake.",
        why="What happened is in its log.",
        fix="Try again; if it happens again, report it with the log.",
    )
