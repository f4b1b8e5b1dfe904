"""One frame timer for all views that show something as it streams in (performance.md §3).

A view that has new content asks for a frame instead of drawing at once, so that a hundred deltas cost one drawing; views
nobody sees are not fed at all; the one with the focus goes first; and a frame takes about 8 ms at most, so that several
views at full speed still leave the main thread to the user. When nobody asks, no timer runs.
"""

from __future__ import annotations

import time
import weakref
from collections import deque
from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QObject, Qt, QTimer, Slot
from shiboken6 import isValid

FRAME_MS = 16.0
BUDGET_MS = 8.0
IDLE_STEP_MS = 60.0


class FrameClient(Protocol):
    """A view (usually a QWidget). paint_frame brings it up to date in about budget_ms; what it did not get done it
    asks a new frame for. is_visible: False means it is left out; it asks again when it is shown."""

    def paint_frame(self, budget_ms: float) -> None: ...
    def is_visible(self) -> bool: ...
    def is_focused(self) -> bool: ...


class FrameClock(QObject):
    """clock: seconds, for tests. Clients are held weakly and may be deleted at any time."""

    def __init__(self, parent: QObject | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(parent)
        self._clock = clock
        self._pending: dict[int, weakref.ref[FrameClient]] = {}
        self._idle: deque[Callable[[], bool]] = deque()
        self._last = 0.0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)

    @property
    def running(self) -> bool:
        return self._timer.isActive()

    def request(self, client: FrameClient) -> None:
        """Call client.paint_frame at the next frame. Asking twice before it is asking once."""
        asked = self._pending.get(id(client))
        if asked is None or asked() is not client:  # an id may be that of an object long gone
            self._pending[id(client)] = weakref.ref(client)
        self._start(FRAME_MS)

    def forget(self, client: FrameClient) -> None:
        """Withdraw the request; with nothing left to do the timer stops."""
        self._pending.pop(id(client), None)
        self._rest()

    def when_idle(self, step: Callable[[], bool]) -> None:
        """Run step now and then while no view wants a frame, until it returns False. For short work (≤ 30 ms a step)."""
        self._idle.append(step)
        self._start(IDLE_STEP_MS)

    def stop(self) -> None:
        """Drop everything. Asking again starts it again."""
        self._pending.clear()
        self._idle.clear()
        self._timer.stop()

    def _start(self, least_ms: float) -> None:
        """Let the next tick come when a frame has passed since the last one, at once if that is long ago."""
        wait = max(0.0, least_ms - (self._clock() - self._last) * 1000) if self._pending else least_ms
        if not self._timer.isActive() or self._timer.remainingTime() > wait:
            self._timer.start(round(wait))

    def _rest(self) -> None:
        if not self._pending and not self._idle:
            self._timer.stop()

    @Slot()
    def _tick(self) -> None:
        self._last = self._clock()
        if self._pending:
            self._frame()
        elif self._idle:
            step = self._idle.popleft()
            if step():
                self._idle.append(step)
        if self._pending:
            self._start(FRAME_MS)
        elif self._idle:
            self._start(IDLE_STEP_MS)

    def _frame(self) -> None:
        """Feed the visible clients, focused first, until the budget is spent; the rest come first in the next frame."""
        waiting = [ref for ref in self._pending.values() if (client := ref()) is not None and _alive(client)]
        waiting.sort(key=lambda ref: not _focused(ref()))
        self._pending.clear()
        deadline = self._last + BUDGET_MS / 1000
        for index, ref in enumerate(waiting):
            left = (deadline - self._clock()) * 1000
            if index > 0 and left <= 0:
                # Keep their turn: they stand before whoever asked meanwhile.
                self._pending = {id(r()): r for r in waiting[index:] if r() is not None} | self._pending
                return
            client = ref()
            if client is not None and _alive(client) and client.is_visible():
                client.paint_frame(max(left, 1.0))


def _alive(client: FrameClient) -> bool:
    return not isinstance(client, QObject) or isValid(client)


def _focused(client: FrameClient | None) -> bool:
    return client is not None and client.is_focused()
