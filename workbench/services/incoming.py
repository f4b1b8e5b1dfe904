"""An answer on its way in: taken off the wire, handed out once per loop turn, stored as it comes."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import aclosing
from typing import Any, Protocol

from workbench.domain.chat import ChatReply, Delta, ReasoningDelta, Retrying, TextDelta
from workbench.domain.errors import WorkbenchError

FLUSH_S = 0.4
"""What has come is on its way to the disk this soon, so that a crash loses less than half a second and a write."""

_log = logging.getLogger(__name__)


class Incoming:
    """Reads a stream of deltas in a task of its own, so that what came in one loop turn is handed out in one piece.

    reply: what has come; settled once `batches` has ended. error: what ended it early. stopped: by `stop`.
    complete: the stream came to its own end, good or bad.
    """

    def __init__(
        self, deltas: AsyncGenerator[Delta, None], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.reply = ChatReply()
        self.error: WorkbenchError | None = None
        self.stopped = False
        self.complete = False
        self._deltas = deltas
        self._clock = clock
        self._sent_at = clock()
        self._news = asyncio.Event()
        self._text: list[str] = []
        self._reasoning: list[str] = []
        self._retrying: Retrying | None = None

    def sending(self) -> None:
        """The request leaves now; times are counted from here."""
        self._sent_at = self._clock()

    def stop(self) -> None:
        """End `batches` after what has come so far; the connection is closed at once."""
        self.stopped = True
        self._news.set()

    async def batches(
        self, *beside: Coroutine[Any, Any, None]
    ) -> AsyncGenerator[tuple[str, str] | Retrying, None]:
        """(text, reasoning) as they come, merged per loop turn, and waits between attempts; raises nothing but CancelledError.

        beside: runs as long as the answer comes in, then is cancelled.
        """
        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(work) for work in (self._read(), *beside)]
                try:
                    ended = False
                    while not ended:
                        await self._news.wait()
                        ended = self.complete or self.stopped
                        if retrying := self._retrying:
                            self._retrying = None
                            yield retrying
                        if batch := self._taken():
                            yield batch
                except (
                    GeneratorExit
                ):  # a TaskGroup would wrap it; the consumer has gone, and returning is as good
                    pass
                for task in tasks:
                    task.cancel()
        finally:
            self.reply.settle(self._ms())

    def _taken(self) -> tuple[str, str] | None:
        self._news.clear()
        text, reasoning = "".join(self._text), "".join(self._reasoning)
        self._text.clear()
        self._reasoning.clear()
        return (text, reasoning) if text or reasoning else None

    async def _read(self) -> None:
        try:
            async with aclosing(self._deltas) as deltas:
                async for delta in deltas:
                    self._take(delta)
        except WorkbenchError as error:
            self.error = error
        except Exception as error:  # noqa: BLE001  the edge: a bug ends in the message, not in the window
            _log.exception("Reading an answer failed")
            self.error = WorkbenchError(
                "Something went wrong inside AI Workbench.",
                why=f"{type(error).__name__}: {error}",
                fix="Try again. The log file has the details.",
            )
        self.complete = True
        self._news.set()

    def _take(self, delta: Delta) -> None:
        self.reply.add(delta, self._ms())
        match delta:
            case TextDelta(text):
                self._text.append(text)
            case ReasoningDelta(text):
                self._reasoning.append(text)
            case Retrying():
                self._retrying = delta
            case _:
                return
        self._news.set()

    def _ms(self) -> float:
        return (self._clock() - self._sent_at) * 1000


class Parts(Protocol):
    """storage.conversations.ConversationStore, as far as an answer in mid-stream needs it."""

    async def append_text(self, message_id: str, text: str, reasoning: str = "") -> None: ...


class Keeper:
    """Stores an answer's text while it comes. A store that fails or is slow holds up nothing: the whole is written at the end."""

    def __init__(self, store: Parts, message_id: str, flush_s: float = FLUSH_S) -> None:
        self._store = store
        self._message_id = message_id
        self._flush_s = flush_s
        self._text: list[str] = []
        self._reasoning: list[str] = []
        self._news = asyncio.Event()

    def take(self, text: str, reasoning: str) -> None:
        self._text.append(text)
        self._reasoning.append(reasoning)
        self._news.set()

    async def run(self) -> None:
        """Until cancelled. What could not be stored is tried again, so that no part is missing in the middle."""
        while True:
            await self._news.wait()
            await asyncio.sleep(self._flush_s)
            self._news.clear()
            text, reasoning = "".join(self._text), "".join(self._reasoning)
            self._text.clear()
            self._reasoning.clear()
            try:
                await self._store.append_text(self._message_id, text, reasoning)
            except WorkbenchError as error:
                _log.warning("An answer could not be stored as it came: %s", error.why or error.what)
                self._text.insert(0, text)
                self._reasoning.insert(0, reasoning)
                await asyncio.sleep(self._flush_s)
                self._news.set()
