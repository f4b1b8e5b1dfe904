"""What is said in a recording: pocketsphinx's opinion where it is installed, else the sandbox's own plain statement.

A recording that the sandbox has spoken itself carries its text, so that speaking and transcribing give it back.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from workbench.gateway.sandbox.media import wav
from workbench.gateway.sandbox.media.outcome import SIMULATED
from workbench.gateway.sandbox.media.recordings import Recording, recording_of

POCKETSPHINX = "pocketsphinx"
_RATE = 16000
_FRAMES_PER_S = 100
_MOST_S = 120
"""Longer recordings are not given to the recogniser, which takes a fifth of their length."""
_ONE_AT_A_TIME = threading.Lock()


@dataclass(frozen=True, slots=True)
class Word:
    """start, end: seconds."""

    word: str
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Transcript:
    words: tuple[Word, ...]
    recording: Recording
    engine: str

    @property
    def text(self) -> str:
        return " ".join(word.word for word in self.words)

    @property
    def seconds(self) -> float:
        return self.recording.seconds

    @property
    def heard_s(self) -> float:
        """Seconds that are not silent."""
        return round(sum(end - start for start, end in self.recording.parts), 2)


async def heard(data: bytes, *, raw_rate: int | None = None) -> Transcript:
    """Raises Undecodable for what is no recording, or a silent one. raw_rate: the bytes are bare 16 bit samples."""
    return await asyncio.to_thread(_heard, data, raw_rate)


def _heard(data: bytes, raw_rate: int | None) -> Transcript:
    recording = recording_of(data, raw_rate=raw_rate)
    sound = recording.sound
    sung = recording.text and sound is not None and sound.engine == SIMULATED
    if sound is not None and not sung and recording.seconds <= _MOST_S and recogniser_installed():
        return Transcript(_recognised(sound), recording, POCKETSPHINX)
    return Transcript(_spread(recording.text or _statement(recording), recording.parts), recording, SIMULATED)


def _statement(recording: Recording) -> str:
    count = len(recording.parts)
    parts = "one part that is" if count == 1 else f"{count} parts that are"
    told = "Its sound was not decoded." if recording.sound is None else f"It has {parts} not silent."
    about = "about " if recording.guessed else ""
    return (
        f"This is a sandbox transcript. No recogniser listened to this {recording.kind} recording, "
        f"which is {about}{recording.seconds:.1f} seconds long. {told}"
    )


def _spread(text: str, parts: Sequence[tuple[float, float]]) -> tuple[Word, ...]:
    """Words laid over the parts that are not silent, longer words longer."""
    words = text.split()
    total = sum(end - start for start, end in parts)
    share = total / (sum(len(word) + 1 for word in words) or 1)
    made = []
    at = 0.0
    for word in words:
        end = at + share * (len(word) + 1)
        made.append(Word(word, _placed(at, parts), max(_placed(at, parts), _placed(end, parts))))
        at = end
    return tuple(made)


def _placed(heard_s: float, parts: Sequence[tuple[float, float]]) -> float:
    """The moment at which so many seconds have been heard."""
    for start, end in parts:
        if heard_s <= end - start:
            return round(start + heard_s, 2)
        heard_s -= end - start
    return round(parts[-1][1], 2)


@cache
def recogniser_installed() -> bool:
    return find_spec("pocketsphinx") is not None


@cache
def _decoder() -> Any:
    """By name, since it is no dependency of the program. Loading takes half a second."""
    return import_module("pocketsphinx").Decoder(samprate=_RATE, loglevel="FATAL")


def _recognised(sound: wav.Sound) -> tuple[Word, ...]:
    with _ONE_AT_A_TIME:
        decoder = _decoder()
        decoder.start_utt()
        decoder.process_raw(wav.raw16(wav.resampled(sound, _RATE)), full_utt=True)
        decoder.end_utt()
        segments = decoder.seg() or ()
        return tuple(
            Word(
                str(each.word).partition("(")[0],
                each.start_frame / _FRAMES_PER_S,
                (each.end_frame + 1) / _FRAMES_PER_S,
            )
            for each in segments
            if not str(each.word).startswith(("<", "["))
        )
