"""A recording that is being made."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from workbench.domain.errors import WorkbenchError
from workbench.services.speech.sound import Level, Microphone, Recorder
from workbench.ui.support.tasks import TaskScope

_TICK_MS = 100
_LOOK_EVERY = 50
"""Ticks between two looks at the disk."""
NOTHING_DB, NOTHING_S = -75.0, 4.0
"""What counts as nothing, and for how long it is before that is said: the microphone may be muted."""


class Recording(Recorder, Protocol):
    """ui.support.audio.recorder.QtRecorder."""

    level_changed: Any
    state_changed: Any
    microphones_changed: Any
    failed: Any

    def seconds_left(self, folder: Path) -> float | None: ...


class RecordingModel(QObject):
    """Signals: changed (what is shown in words), level_changed (Level), ticked (the clock), recorded (Path of a finished file),
    failed (what nobody expected).

    trouble: why it cannot record, or stopped doing so.
    """

    changed = Signal()
    level_changed = Signal(object)  # Level
    ticked = Signal()
    recorded = Signal(object)  # Path
    failed = Signal(object)  # Exception

    def __init__(
        self, recorder: Recording, target: Callable[[], Path], parent: QObject | None = None
    ) -> None:
        """target: where the next recording goes, a file that is not there yet."""
        super().__init__(parent)
        self._recorder = recorder
        self._target = target
        self._tasks = TaskScope(self)
        self._tasks.failed.connect(self.failed)
        self._tasks.busy_changed.connect(self._state_changed)
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self._tick)
        self._ticks = 0
        self._quiet_since = 0.0
        self.microphone_id = ""
        self.trouble: WorkbenchError | None = None
        self.seconds_left: float | None = None
        self.nothing_heard = False
        recorder.level_changed.connect(self._heard)
        recorder.state_changed.connect(self._state_changed)
        recorder.microphones_changed.connect(self._state_changed)
        recorder.failed.connect(self._broke_off)

    @property
    def microphones(self) -> tuple[Microphone, ...]:
        return self._recorder.microphones

    @property
    def recording(self) -> bool:
        return self._recorder.recording

    @property
    def paused(self) -> bool:
        return self._recorder.paused

    @property
    def seconds(self) -> float:
        return self._recorder.seconds

    @property
    def busy(self) -> bool:
        """It is about to begin or to end."""
        return self._tasks.busy

    def choose(self, microphone_id: str) -> None:
        """For the next recording; "" is the system's choice."""
        if microphone_id != self.microphone_id:
            self.microphone_id = microphone_id
            self.trouble = None
            self.changed.emit()

    @Slot()
    def forget_trouble(self) -> None:
        """It was read."""
        if self.trouble is not None:
            self.trouble = None
            self.changed.emit()

    def toggle(self) -> None:
        """Begin, or end."""
        if self.recording:
            self.stop()
        else:
            self.start()

    def start(self) -> None:
        if not self.recording and not self.busy:
            self.trouble = None
            self._tasks.start("start", self._start())
            self.changed.emit()

    def toggle_pause(self) -> None:
        if self.paused:
            self._recorder.resume()
        elif self.recording:
            self._recorder.pause()

    def stop(self) -> None:
        if self.recording and not self._tasks.running("stop"):
            self._tasks.start("stop", self._stop())
            self.changed.emit()

    async def aclose(self) -> None:
        """What is being recorded is finished, and told as `recorded`."""
        self._timer.stop()
        await self._tasks.aclose()
        if self.recording:
            await self._stop()

    async def _start(self) -> None:
        target = self._target()
        self._quiet_since = 0.0
        self.nothing_heard = False
        try:
            await self._recorder.start(target, self.microphone_id)
        except WorkbenchError as error:
            self._fail(error)
            return
        self._ticks = 0
        self._timer.start()
        self._tick()
        self.changed.emit()

    async def _stop(self) -> None:
        self._timer.stop()
        path = await self._recorder.stop()
        self.seconds_left = None
        self.changed.emit()
        if path is not None:
            self.recorded.emit(path)

    @Slot(object)
    def _broke_off(self, error: WorkbenchError) -> None:
        """What was recorded up to then is finished as if it had been stopped."""
        self._fail(error)
        self.stop()

    def _fail(self, error: WorkbenchError) -> None:
        self.trouble = error
        self.changed.emit()

    @Slot(object)
    def _heard(self, level: Level) -> None:
        if level.peak > NOTHING_DB:
            self._quiet_since = self.seconds
        nothing = self.seconds - self._quiet_since > NOTHING_S
        if nothing != self.nothing_heard:
            self.nothing_heard = nothing
            self.changed.emit()
        self.level_changed.emit(level)

    @Slot()
    def _state_changed(self) -> None:
        self.changed.emit()

    @Slot()
    def _tick(self) -> None:
        if self._ticks % _LOOK_EVERY == 0:
            self.seconds_left = self._recorder.seconds_left(self._target().parent)
        self._ticks += 1
        self.ticked.emit()
