"""Playing a recording at any speed, with its pitch kept (`services.speech.sound.Player`)."""

from __future__ import annotations

import time
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer, QUrl, Signal, Slot
from PySide6.QtMultimedia import QAudioOutput, QMediaDevices, QMediaPlayer

from workbench.domain.errors import InvalidInput, WorkbenchError
from workbench.services.speech.sound import FASTEST, SLOWEST

_TICK_MS = 12
_MOST_AHEAD_S = 0.12
"""The player tells where it is a few times a second. In between it is worked out, but no further than this: it may be waiting."""
_IN_THE_PIPE_S = 0.04
"""What is still heard after a pause: it is on its way to the device already."""
_State, _Status = QMediaPlayer.PlaybackState, QMediaPlayer.MediaStatus


class QtPlayer(QObject):
    """Signals: position_changed (seconds), playing_changed, speed_changed, trouble_changed (a sentence, or ""), failed (WorkbenchError)."""

    position_changed = Signal(float)
    playing_changed = Signal(bool)
    speed_changed = Signal(float)
    trouble_changed = Signal(str)
    failed = Signal(object)  # WorkbenchError

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._devices = QMediaDevices(self)
        self._media = QMediaPlayer(self)
        self._output: QAudioOutput | None = None
        self._path: Path | None = None
        self._seconds = 0.0
        self._position = 0.0
        self._end = 0.0
        self._span: tuple[float, float] | None = None
        self._playing = False
        self._speed = 1.0
        self._ready = False
        self._told = self._told_at = 0.0
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._media.setPitchCompensation(True)
        self._media.mediaStatusChanged.connect(self._status_changed)
        self._media.errorOccurred.connect(self._broken)
        self._devices.audioOutputsChanged.connect(self._find_output)
        self._find_output()

    @property
    def playing(self) -> bool:
        return self._playing

    @property
    def position(self) -> float:
        return self._position

    @property
    def seconds(self) -> float:
        return self._seconds

    @property
    def speed(self) -> float:
        return self._speed

    @property
    def trouble(self) -> str:
        if self._output is None:
            return self.tr("There is no device to play on. Connect headphones or a loudspeaker.")
        return ""

    def open(self, path: Path | None, seconds: float = 0.0) -> None:
        self.pause()
        self._path, self._seconds, self._span = path, seconds, None
        self._ready = False
        self._media.setSource(QUrl.fromLocalFile(str(path)) if path is not None else QUrl())
        self._move(0.0)

    def play(self, start_s: float | None = None, end_s: float | None = None, *, loop: bool = False) -> None:
        if self._path is None:
            return
        if self._output is None:
            self.failed.emit(InvalidInput(self.tr("Nothing can be heard."), why=self.trouble))
            return
        self._end = self._seconds if end_s is None else min(end_s, self._seconds)
        start = self._position if start_s is None else max(0.0, start_s)
        if start >= self._end - _IN_THE_PIPE_S and start_s is None:
            start = 0.0  # at the end already: once more
        self._span = (start, self._end) if loop else None
        self._move(start)
        self._set_playing(True)
        if self._ready:
            self._begin()

    def loop_over(self, span: tuple[float, float] | None) -> None:
        """While it plays: stay in this span from now on; None: go on to the end."""
        self._span = span
        self._end = self._seconds if span is None else span[1]
        if span is not None and self._playing and not span[0] <= self._position < span[1]:
            self._go_to(span[0])

    def pause(self) -> None:
        if self._playing:
            self._media.pause()
            self._set_playing(False)

    def seek(self, at_s: float) -> None:
        at = max(0.0, min(at_s, self._seconds))
        if self._playing and at >= self._end:
            self._end = self._seconds
        self._go_to(at)

    def set_speed(self, speed: float) -> None:
        speed = max(SLOWEST, min(FASTEST, speed))
        if speed != self._speed:
            self._speed = speed
            self._media.setPlaybackRate(speed)
            self.speed_changed.emit(speed)

    def close(self) -> None:
        """Let go of the file and the device."""
        self.open(None)
        self._media.setAudioOutput(None)  # type: ignore[arg-type]  # the stubs forget that there may be none

    def _begin(self) -> None:
        self._media.setPosition(round(self._position * 1000))
        self._media.play()

    def _go_to(self, at: float) -> None:
        self._move(at)
        if self._ready:
            self._media.setPosition(round(at * 1000))

    def _set_playing(self, playing: bool) -> None:
        if playing:
            self._timer.start()
        else:
            self._timer.stop()
        if playing != self._playing:
            self._playing = playing
            self.playing_changed.emit(playing)

    def _move(self, at: float) -> None:
        if at != self._position:
            self._position = at
            self.position_changed.emit(at)

    @Slot()
    def _tick(self) -> None:
        if not self._ready or self._media.playbackState() != _State.PlayingState:
            return
        at = self._now()
        if at >= self._end - _IN_THE_PIPE_S * self._speed:
            self._at_end()
        else:
            self._move(at)

    def _now(self) -> float:
        told, now = self._media.position() / 1000, time.monotonic()
        if told != self._told:
            self._told, self._told_at = told, now
        at = told + min(_MOST_AHEAD_S, now - self._told_at) * self._speed
        # What was worked out may have run ahead a little: wait for it, do not step back.
        ran_ahead = 0 < self._position - at < _MOST_AHEAD_S * self._speed
        return self._position if ran_ahead else at

    def _at_end(self) -> None:
        if self._span is not None:
            self._go_to(self._span[0])
            self._media.play()
            return
        self._media.pause()
        self._move(self._end)
        self._set_playing(False)

    @Slot(QMediaPlayer.MediaStatus)
    def _status_changed(self, status: QMediaPlayer.MediaStatus) -> None:
        if status == _Status.LoadedMedia and not self._ready:
            self._ready = True
            self._media.setPlaybackRate(self._speed)
            if self._playing:
                self._begin()
        elif status == _Status.EndOfMedia and self._playing:
            self._at_end()

    @Slot(QMediaPlayer.Error, str)
    def _broken(self, error: QMediaPlayer.Error, reason: str) -> None:
        if self._path is None:
            return
        self._set_playing(False)
        self.failed.emit(self._explained(self._path, error, reason))

    def _explained(self, path: Path, error: QMediaPlayer.Error, reason: str) -> WorkbenchError:
        what = self.tr("{0} cannot be played.").format(path.name)
        if error == QMediaPlayer.Error.ResourceError:
            return InvalidInput(
                what,
                why=self.tr("The file is not there any more, or cannot be read."),
                fix=self.tr("Tell where it is now, or add it again."),
            )
        return InvalidInput(what, why=reason, fix=self.tr("What was decoded of it is still shown."))

    @Slot()
    def _find_output(self) -> None:
        """Play on the system's choice, whatever is plugged in or out."""
        before = self.trouble
        device = QMediaDevices.defaultAudioOutput()
        if device.isNull():
            self._output = None
            self.pause()
            self._media.setAudioOutput(None)  # type: ignore[arg-type]
        elif self._output is None:
            self._output = QAudioOutput(device, self)
            self._media.setAudioOutput(self._output)
        else:
            self._output.setDevice(device)
        if self.trouble != before:
            self.trouble_changed.emit(self.trouble)
