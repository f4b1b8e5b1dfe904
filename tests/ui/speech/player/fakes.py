"""A player and a recorder that do nothing but remember, and say what real ones would say."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from workbench.domain.errors import WorkbenchError
from workbench.services.speech.sound import Microphone


class FakePlayer(QObject):
    position_changed = Signal(float)
    playing_changed = Signal(bool)
    speed_changed = Signal(float)
    trouble_changed = Signal(str)
    failed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.path: Path | None = None
        self.seconds = 0.0
        self.position = 0.0
        self.playing = False
        self.speed = 1.0
        self.trouble = ""
        self.played: list[tuple[float | None, float | None, bool]] = []
        self.looped: list[tuple[float, float] | None] = []

    def open(self, path: Path | None, seconds: float = 0.0) -> None:
        self.path, self.seconds, self.playing = path, seconds, False
        self.seek(0.0)

    def play(self, start_s: float | None = None, end_s: float | None = None, *, loop: bool = False) -> None:
        self.played.append((start_s, end_s, loop))
        if start_s is not None:
            self.seek(start_s)
        self.playing = True
        self.playing_changed.emit(True)

    def loop_over(self, span: tuple[float, float] | None) -> None:
        self.looped.append(span)

    def pause(self) -> None:
        if self.playing:
            self.playing = False
            self.playing_changed.emit(False)

    def seek(self, at_s: float) -> None:
        if at_s != self.position:
            self.position = at_s
            self.position_changed.emit(at_s)

    def set_speed(self, speed: float) -> None:
        self.speed = speed
        self.speed_changed.emit(speed)

    def close(self) -> None:
        self.open(None)


class FakeRecorder(QObject):
    level_changed = Signal(object)
    state_changed = Signal()
    microphones_changed = Signal()
    failed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.microphones: tuple[Microphone, ...] = (
            Microphone("a", "Built-in microphone", is_default=True),
            Microphone("b", "Headset"),
        )
        self.refuses: WorkbenchError | None = None
        self.recording = False
        self.paused = False
        self.seconds = 0.0
        self.left: float | None = 7200.0
        self.used = ""
        self.target = Path()

    def seconds_left(self, folder: Path) -> float | None:
        return self.left

    async def start(self, target: Path, microphone_id: str = "") -> None:
        if self.refuses is not None:
            raise self.refuses
        self.target, self.used, self.recording, self.seconds = target, microphone_id, True, 0.0
        self.state_changed.emit()

    def pause(self) -> None:
        self.paused = True
        self.state_changed.emit()

    def resume(self) -> None:
        self.paused = False
        self.state_changed.emit()

    async def stop(self) -> Path | None:
        self.recording = self.paused = False
        self.state_changed.emit()
        return self.target if self.seconds else None
