"""Decoding any sound file to samples, in a thread and in bounded memory (`services.speech.samples.Decoder`)."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEventLoop, QObject, QTimer, QUrl, Slot
from PySide6.QtMultimedia import QAudioDecoder, QAudioFormat

from workbench.domain.errors import InvalidInput
from workbench.domain.speech.wav import PCM
from workbench.services.speech.protection import is_protected
from workbench.services.speech.resampling import Resampler, as_mono
from workbench.services.speech.samples import RATE, Progress
from workbench.services.speech.wav_decoding import can_decode, decode_wav
from workbench.services.speech.wav_file import SampleFile, cannot_read, look

PATIENCE_S = 30.0
"""A decoder that says nothing for so long is stuck; a slow disk is quicker than that."""
_TOLD_S = 0.1
_PIECE = 256 * 1024
_LOOK_MS = 50
_NO_TRACK = "contain an audio stream"
"""What Qt says of a film without sound; it has the same error code as damage."""
_INT16 = QAudioFormat.SampleFormat.Int16


class QtDecoder:
    """Plain WAV files are read directly, which is ten times faster; everything else goes through QtMultimedia.

    Needs an application object, in a command without a window too.
    """

    def __init__(self, patience_s: float = PATIENCE_S) -> None:
        self._patience_s = patience_s

    async def decode(self, source: Path, to: Path, progress: Progress) -> None:
        assert QCoreApplication.instance() is not None
        stop = threading.Event()
        teller = _Teller(asyncio.get_running_loop(), progress)
        work = asyncio.get_running_loop().run_in_executor(
            None, self._decode, source, to, stop.is_set, teller.tell
        )
        try:
            await asyncio.shield(work)
        finally:
            stop.set()
            teller.stop()
            if not work.done():
                await asyncio.wait((work,))

    def _decode(
        self, source: Path, to: Path, stopped: Callable[[], bool], tell: Callable[[float], None]
    ) -> None:
        _check(source)
        if is_protected(source):
            raise _protected(source)
        head = look(source)
        if head is not None and can_decode(head):
            decode_wav(source, head, to, stopped, tell)
        else:
            _through_qt(source, to, stopped, tell, self._patience_s)
        if not stopped():
            if not to.stat().st_size:
                raise _silent(source)
            tell(1.0)


class _Teller:
    """From the thread to the loop, now and then."""

    def __init__(self, loop: asyncio.AbstractEventLoop, progress: Progress) -> None:
        self._loop = loop
        self._progress = progress
        self._next = 0.0
        self._over = False

    def tell(self, part: float) -> None:
        now = time.monotonic()
        if now >= self._next or part >= 1:
            self._next = now + _TOLD_S
            self._loop.call_soon_threadsafe(self._pass_on, min(1.0, max(0.0, part)))

    def stop(self) -> None:
        self._over = True

    def _pass_on(self, part: float) -> None:
        if not self._over:
            self._progress(part)


def _through_qt(
    source: Path,
    to: Path,
    stopped: Callable[[], bool],
    tell: Callable[[float], None],
    patience_s: float,
) -> None:
    # At the rate it has: asked for another one, the decoder of Qt 6.12 stops for good at the first piece that is too
    # short to become a sample, which every MP3 file begins with.
    rate = _Reading(source, None, _Ignored(), stopped, tell, patience_s).run()
    if stopped():
        return
    wanted = QAudioFormat()
    wanted.setSampleFormat(_INT16)
    wanted.setChannelCount(1)
    wanted.setSampleRate(rate)
    with SampleFile(to) as file:
        sink = _Converted(file, rate)
        _Reading(source, wanted, sink, stopped, tell, patience_s).run()
        if not stopped():
            sink.end()


class _Ignored:
    def write(self, samples: bytes) -> None:
        """The first piece is only looked at."""


class _Converted:
    """int16 at any rate into a file at RATE, in pieces that are worth the while."""

    def __init__(self, file: SampleFile, rate: int) -> None:
        self._file = file
        self._resampler = Resampler(rate, RATE) if rate != RATE else None
        self._held: list[bytes] = []
        self._size = 0

    def write(self, samples: bytes) -> None:
        self._held.append(samples)
        self._size += len(samples)
        if self._size >= _PIECE:
            self._pass_on()

    def end(self) -> None:
        self._pass_on()
        if self._resampler:
            self._file.write(self._resampler.end())

    def _pass_on(self) -> None:
        piece = b"".join(self._held)
        self._held.clear()
        self._size = 0
        self._file.write(self._resampler.feed(as_mono(piece, PCM, 16, 1)) if self._resampler else piece)


class _Reading(QObject):
    """One run of the decoder with a loop of its own, all in the thread that makes it."""

    def __init__(
        self,
        source: Path,
        wanted: QAudioFormat | None,
        sink: _Ignored | _Converted,
        stopped: Callable[[], bool],
        tell: Callable[[float], None],
        patience_s: float,
    ) -> None:
        super().__init__()
        self._source = source
        self._sink = sink
        self._stopped = stopped
        self._tell = tell
        self._patience_s = patience_s
        self._only_looks = wanted is None
        self._rate = 0
        self._microseconds = 0
        self._failure: BaseException | None = None
        self._heard = time.monotonic()
        self._loop = QEventLoop(self)
        self._watch = QTimer(self)
        self._watch.setInterval(_LOOK_MS)
        self._watch.timeout.connect(self._look)
        self._decoder = QAudioDecoder(self)
        if wanted is not None:
            self._decoder.setAudioFormat(wanted)
        self._decoder.setSource(QUrl.fromLocalFile(str(source)))
        self._decoder.bufferReady.connect(self._take)
        self._decoder.finished.connect(self._loop.quit)
        self._decoder.error.connect(self._fail)

    def run(self) -> int:
        """The rate it has; raises what went wrong."""
        self._watch.start()
        self._decoder.start()
        if self._failure is None:
            self._loop.exec()
        self._watch.stop()
        self._decoder.stop()
        if self._failure is not None:
            raise self._failure
        if not self._rate and not self._stopped():
            raise _silent(self._source)
        return self._rate

    @Slot()
    def _take(self) -> None:
        self._heard = time.monotonic()
        buffer = self._decoder.read()
        if not buffer.isValid():
            return
        self._rate = buffer.format().sampleRate()
        if self._only_looks:
            self._loop.quit()
            return
        try:
            self._sink.write(bytes(buffer.constData()))
        except Exception as error:  # noqa: BLE001  raised by `run`, which an exception in a slot does not reach
            self._failure = error
            self._loop.quit()
        duration = self._decoder.duration()
        if duration > 0:
            self._tell(buffer.startTime() / 1000 / duration)

    @Slot()
    def _look(self) -> None:
        if self._stopped():
            self._loop.quit()
        elif time.monotonic() - self._heard > self._patience_s:
            self._failure = _undecodable(self._source, _tr("The decoder got stuck in it."))
            self._loop.quit()

    @Slot(QAudioDecoder.Error)
    def _fail(self, error: QAudioDecoder.Error) -> None:
        reason = self._decoder.errorString()
        no_track = _NO_TRACK in reason
        self._failure = _silent(self._source) if no_track else _undecodable(self._source, reason)
        self._loop.quit()


def _check(source: Path) -> None:
    try:
        with source.open("rb") as file:
            if not file.read(1):
                raise InvalidInput(
                    _tr("{0} is empty.").format(source.name),
                    why=_tr("The file has no bytes."),
                    fix=_tr("Choose another one, or make it anew."),
                )
    except OSError as error:
        raise cannot_read(source, error) from error


def _silent(source: Path) -> InvalidInput:
    return InvalidInput(
        _tr("There is no sound in {0}.").format(source.name),
        why=_tr("It has no audio track, or one of zero length."),
        fix=_tr("Choose another file."),
    )


def _protected(source: Path) -> InvalidInput:
    return InvalidInput(
        _tr("{0} is protected against copying.").format(source.name),
        why=_tr("Its sound is encrypted, and only the program it was bought for can play it."),
        fix=_tr("Choose a file without copy protection."),
    )


def _undecodable(source: Path, reason: str) -> InvalidInput:
    return InvalidInput(
        _tr("{0} cannot be decoded.").format(source.name),
        why=_tr("It is damaged, or of a kind that is not known here ({0}).").format(reason.rstrip(". ")),
        fix=_tr("If other programs play it, convert it to WAV, FLAC or MP3 and add that."),
    )


def _tr(text: str) -> str:
    return QCoreApplication.translate("QtDecoder", text)
