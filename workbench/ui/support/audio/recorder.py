"""Recording from a microphone into a file that survives a crash (`services.speech.sound.Recorder`)."""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from pathlib import Path

from PySide6.QtCore import (
    QCoreApplication,
    QIODevice,
    QMicrophonePermission,
    QObject,
    QPermission,
    QStorageInfo,
    Qt,
    QTimer,
    Signal,
    Slot,
)
from PySide6.QtMultimedia import QAudioDevice, QAudioFormat, QAudioSource, QMediaDevices, QtAudio

from workbench.domain.errors import InvalidInput, WorkbenchError
from workbench.domain.speech.wav import FLOAT, PCM
from workbench.services.speech.loudness import level_of
from workbench.services.speech.resampling import Resampler, as_int16, as_mono
from workbench.services.speech.samples import FRAME, RATE
from workbench.services.speech.sound import Microphone
from workbench.services.speech.wav_file import WavWriter

SETTLE_S = 0.8
"""How often the head is brought up to date, so that a crash costs less than a second."""
PATIENCE_S = 3.0
"""A microphone that sends nothing for so long, not even silence, is gone."""
_LEAVE = 64 * 1024 * 1024
"""Bytes of the disk that are not counted on."""
_Status = Qt.PermissionStatus
_FORMS = {
    QAudioFormat.SampleFormat.UInt8: (PCM, 8),
    QAudioFormat.SampleFormat.Int16: (PCM, 16),
    QAudioFormat.SampleFormat.Int32: (PCM, 32),
    QAudioFormat.SampleFormat.Float: (FLOAT, 32),
}


class QtRecorder(QObject):
    """Signals: level_changed (Level), state_changed, microphones_changed, failed (WorkbenchError).

    After `failed` nothing more is recorded; `stop` gives what was.
    """

    level_changed = Signal(object)  # Level
    state_changed = Signal()
    microphones_changed = Signal()
    failed = Signal(object)  # WorkbenchError

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._devices = QMediaDevices(self)
        self._devices.audioInputsChanged.connect(self._look_around)
        self._source: QAudioSource | None = None
        self._stream: QIODevice | None = None
        self._writing: _Writing | None = None
        self._id = b""
        self._name = ""
        self._paused = False
        self._heard = 0.0
        self._watchdog = QTimer(self)
        self._watchdog.setInterval(500)
        self._watchdog.timeout.connect(self._watch)

    @property
    def microphones(self) -> tuple[Microphone, ...]:
        return tuple(
            Microphone(_id_of(device), device.description(), device.isDefault())
            for device in QMediaDevices.audioInputs()
        )

    @property
    def recording(self) -> bool:
        return self._writing is not None

    @property
    def paused(self) -> bool:
        return self._paused

    @property
    def seconds(self) -> float:
        return self._writing.seconds if self._writing is not None else 0.0

    def seconds_left(self, folder: Path) -> float | None:
        """For how long the disk of folder has room; None where that cannot be told."""
        while not folder.exists() and folder != folder.parent:
            folder = folder.parent
        disk = QStorageInfo(str(folder))
        if not disk.isValid():
            return None
        return max(0, disk.bytesAvailable() - _LEAVE) / (RATE * FRAME)

    async def start(self, target: Path, microphone_id: str = "") -> None:
        assert self._writing is None
        await self._permitted()
        device = self._device(microphone_id)
        form = _form_of(device)
        writing = _Writing(await asyncio.to_thread(WavWriter, target, RATE), form)
        writing.level_changed.connect(self.level_changed)
        writing.failed.connect(self._fail)
        source = QAudioSource(device, form, self)
        stream = source.start()
        if stream is None or source.error() != QtAudio.Error.NoError:
            await asyncio.to_thread(writing.drop)
            source.deleteLater()
            raise self._refused(device.description())
        self._source, self._stream, self._writing = source, stream, writing
        self._id, self._name, self._paused = bytes(device.id().data()), device.description(), False
        self._heard = time.monotonic()
        self._watchdog.start()
        stream.readyRead.connect(self._take)
        source.stateChanged.connect(self._source_changed)
        self.state_changed.emit()

    def pause(self) -> None:
        """The level is still told: the microphone stays open, and what it hears is thrown away."""
        self._set_paused(True)

    def resume(self) -> None:
        self._set_paused(False)

    async def stop(self) -> Path | None:
        writing = self._writing
        if writing is None:
            return None
        self._take()
        self._let_go()
        try:
            await asyncio.to_thread(writing.end if writing.seconds else writing.drop)
        finally:
            self._writing = None
            self._paused = False
            self.state_changed.emit()
        return writing.path if writing.seconds else None

    def _set_paused(self, paused: bool) -> None:
        if self._writing is not None and paused != self._paused:
            self._take()
            self._paused = self._writing.paused = paused
            self.state_changed.emit()

    def _device(self, microphone_id: str) -> QAudioDevice:
        devices = QMediaDevices.audioInputs()
        if not devices:
            raise InvalidInput(
                self.tr("There is no microphone."),
                why=self.tr("The system knows of none."),
                fix=self.tr("Connect one, then try again. You can also drop an audio file here."),
            )
        chosen = next((device for device in devices if _id_of(device) == microphone_id), None)
        return chosen or QMediaDevices.defaultAudioInput()

    async def _permitted(self) -> None:
        app, wish = QCoreApplication.instance(), QMicrophonePermission()
        assert app is not None
        status = app.checkPermission(wish)
        if status == _Status.Undetermined:
            answered: asyncio.Future[None] = asyncio.get_running_loop().create_future()

            def settle(permission: QPermission) -> None:
                if not answered.done():
                    answered.set_result(None)

            app.requestPermission(wish, self, settle)
            await answered
            status = app.checkPermission(wish)
        if status != _Status.Granted:
            raise InvalidInput(
                self.tr("The microphone may not be used."),
                why=self.tr("The system has not given AI Workbench leave to listen."),
                fix=self.tr("Allow it in the system's privacy settings under Microphone, then try again."),
            )

    def _refused(self, name: str) -> WorkbenchError:
        return InvalidInput(
            self.tr("{0} could not be opened.").format(name),
            why=self.tr(
                "It may be unplugged, another program may hold it, or the system's privacy settings forbid its use."
            ),
            fix=self.tr("Look at that, or choose another microphone, then try again."),
        )

    @Slot()
    def _take(self) -> None:
        if self._stream is not None and self._writing is not None:
            data = self._stream.readAll().data()
            if data:
                self._heard = time.monotonic()
                self._writing.put(bytes(data))

    @Slot()
    def _look_around(self) -> None:
        self.microphones_changed.emit()
        if self._source is not None and all(
            bytes(d.id().data()) != self._id for d in QMediaDevices.audioInputs()
        ):
            self._fail(
                InvalidInput(
                    self.tr("{0} was unplugged.").format(self._name),
                    why=self.tr("The recording ended there. All of it up to then is kept."),
                    fix=self.tr("Plug it in again, or choose another microphone, and record on."),
                )
            )

    @Slot()  # without the state: PySide 6.12 cannot convert it, and would call nothing
    def _source_changed(self) -> None:
        if self._source is not None and self._source.state() == QtAudio.State.StoppedState:
            self._fall_silent()

    @Slot()
    def _watch(self) -> None:
        if time.monotonic() - self._heard > PATIENCE_S:
            self._fall_silent()

    def _fall_silent(self) -> None:
        self._fail(
            InvalidInput(
                self.tr("{0} stopped sending sound.").format(self._name),
                why=self.tr("It was unplugged, or another program took it. All of it up to then is kept."),
                fix=self.tr("Look at its cable, or choose another microphone, and record on."),
            )
        )

    @Slot(object)
    def _fail(self, error: WorkbenchError) -> None:
        if self._source is not None:
            self._let_go()
            self.failed.emit(error)

    def _let_go(self) -> None:
        """Of the microphone. A source that is stopped says so, which is no news then."""
        self._watchdog.stop()
        source, self._source, self._stream = self._source, None, None
        if source is not None:
            source.stop()
            source.deleteLater()


class _Writing(QObject):
    """Converts, measures and writes in a thread of its own, so that a slow disk holds up neither sound nor window.

    Signals, from that thread: level_changed, failed.
    """

    level_changed = Signal(object)
    failed = Signal(object)

    def __init__(self, writer: WavWriter, form: QAudioFormat) -> None:
        super().__init__()
        self.path = writer.path
        self.paused = False
        self._writer = writer
        self._tag, self._bits = _FORMS[form.sampleFormat()]
        self._channels = form.channelCount()
        self._frame = self._channels * self._bits // 8
        rate = form.sampleRate()
        self._plain = (self._tag, self._bits, self._channels, rate) == (PCM, 16, 1, RATE)
        self._resampler = Resampler(rate, RATE) if rate != RATE else None
        self._held = b""
        self._waiting: queue.SimpleQueue[tuple[bytes, bool] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="recording", daemon=True)
        self._thread.start()

    @property
    def seconds(self) -> float:
        return self._writer.size / FRAME / RATE

    def put(self, data: bytes) -> None:
        self._waiting.put((data, self.paused))

    def end(self) -> None:
        """Write what is left, and close. Blocks; what goes wrong was told by `failed`."""
        self._waiting.put(None)
        self._thread.join()

    def drop(self) -> None:
        """Close, and leave nothing behind unless something was recorded after all. Blocks."""
        self.end()
        if not self._writer.size:
            self.path.unlink(missing_ok=True)

    def _run(self) -> None:
        broken = False
        settled = time.monotonic()
        while (item := self._waiting.get()) is not None:
            data, paused = item
            samples = self._converted(data)
            if samples:
                self.level_changed.emit(level_of(samples))
            if paused or broken:
                continue
            try:
                self._writer.write(samples)
                if time.monotonic() - settled > SETTLE_S:
                    self._writer.settle()
                    settled = time.monotonic()
            except WorkbenchError as error:
                broken = True
                self.failed.emit(error)
        try:
            self._writer.close()
        except WorkbenchError as error:
            if not broken:
                self.failed.emit(error)

    def _converted(self, data: bytes) -> bytes:
        data = self._held + data
        whole = len(data) - len(data) % self._frame
        self._held, data = data[whole:], data[:whole]
        if self._plain:
            return data
        mono = as_mono(data, self._tag, self._bits, self._channels)
        return self._resampler.feed(mono) if self._resampler else as_int16(mono)


def _id_of(device: QAudioDevice) -> str:
    return bytes(device.id().data()).decode("utf-8", "replace")


def _form_of(device: QAudioDevice) -> QAudioFormat:
    """What models hear, where the device can do that; else what it likes best."""
    wanted = QAudioFormat()
    wanted.setSampleRate(RATE)
    wanted.setChannelCount(1)
    wanted.setSampleFormat(QAudioFormat.SampleFormat.Int16)
    if device.isFormatSupported(wanted):
        return wanted
    liked = device.preferredFormat()
    if liked.sampleFormat() not in _FORMS:
        liked.setSampleFormat(QAudioFormat.SampleFormat.Int16)
    return liked
