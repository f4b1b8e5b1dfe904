"""Decoding of WAV files without any library for sound: they are read as they are, and an hour takes half a second."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from workbench.domain.speech.wav import PCM, WavHead
from workbench.services.speech.samples import RATE
from workbench.services.speech.wav_file import SampleFile, cannot_read

_PIECE = 4 * 1024 * 1024


def can_decode(head: WavHead) -> bool:
    """False for what is packed inside (A-law, ADPCM, MP3 …)."""
    from workbench.services.speech.resampling import can_convert

    return can_convert(head.tag, head.bits)


def decode_wav(
    source: Path, head: WavHead, to: Path, stopped: Callable[[], bool], tell: Callable[[float], object]
) -> None:
    """Write the sound of source to `to` as services.speech.samples.Decoder says. Blocks; ends early when stopped.

    head: one that `can_decode`. tell: how far it is, 0 to 1.
    """
    from workbench.services.speech.resampling import Resampler, as_int16, as_mono

    plain = (head.tag, head.channels, head.bits, head.rate) == (PCM, 1, 16, RATE)
    resampler = Resampler(head.rate, RATE) if head.rate != RATE else None
    written = 0

    def converted(piece: bytes) -> bytes:
        if plain:
            return piece
        mono = as_mono(piece, head.tag, head.bits, head.channels)
        return resampler.feed(mono) if resampler else as_int16(mono)

    with SampleFile(to) as file:
        for piece in _pieces(source, head):
            if stopped():
                return
            file.write(converted(piece))
            written += len(piece)
            tell(written / head.data_size)
        if resampler:
            file.write(resampler.end())


def _pieces(source: Path, head: WavHead) -> Iterator[bytes]:
    """Whole frames; the last one may be missing from a file that was cut off."""
    size, left = _PIECE - _PIECE % head.frame, head.data_size
    try:
        with source.open("rb") as file:
            file.seek(head.data_at)
            while left > 0 and (piece := file.read(min(size, left))):
                left -= len(piece)
                yield piece[: len(piece) - len(piece) % head.frame]
    except OSError as error:
        raise cannot_read(source, error) from error
