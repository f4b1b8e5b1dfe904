"""What is said in a recording: pocketsphinx's opinion where it is installed, else made-up words that say so.

A recording that the sandbox has spoken itself carries its text, so that speaking and transcribing give it back; so does any
piece of it. Whatever is heard follows from the sound around it alone: the parts of a long recording give what the whole gives.
"""

from __future__ import annotations

import asyncio
import threading
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec

from workbench.gateway.sandbox.media import wav
from workbench.gateway.sandbox.media.listening import RATE
from workbench.gateway.sandbox.media.loudness import FRAME_S
from workbench.gateway.sandbox.media.marks import Mark, marks_in
from workbench.gateway.sandbox.media.murmur import PAUSE_S, Utterance, murmured, utterances
from workbench.gateway.sandbox.media.outcome import SIMULATED
from workbench.gateway.sandbox.media.pitch import pitch_of
from workbench.gateway.sandbox.media.recogniser import Recogniser
from workbench.gateway.sandbox.media.recordings import Recording, recording_of

POCKETSPHINX = "pocketsphinx"
_FRAMES_PER_S = 100
_NEARBY_S = 3.0
"""Sound so close to what the sandbox has spoken belongs to it."""
_MADE_UP = "the words are made up: no recogniser is installed here"
_HIGH_HZ = 150
"""From here on a voice counts as another one than those below."""


@dataclass(frozen=True, slots=True)
class Word:
    """start, end: seconds. voice: a number for each speaker, 0 where it is not known."""

    word: str
    start: float
    end: float
    voice: int = 0


@dataclass(frozen=True, slots=True)
class Transcript:
    """note: what the reader has to know of the words, "" where they are what was said."""

    words: tuple[Word, ...]
    recording: Recording
    engine: str
    note: str = ""

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
    left = threading.Event()
    try:
        return await asyncio.to_thread(_heard, data, raw_rate, left)
    finally:
        left.set()


def _heard(data: bytes, raw_rate: int | None, left: threading.Event) -> Transcript:
    """left: nobody waits for it any more, so that what comes next need not be heard."""
    recording = recording_of(data, raw_rate=raw_rate)
    sound = recording.sound
    if sound is None:
        return Transcript(laid_out(_statement(recording), recording.parts), recording, SIMULATED)
    listens = recogniser_installed()
    marks = [mark for mark in marks_in(sound) if mark.engine == SIMULATED or not listens]
    if not marks and recording.text and (sound.engine == SIMULATED or not listens):
        return Transcript(laid_out(recording.text, recording.parts), recording, SIMULATED)
    words = [Word(mark.word, mark.start, mark.end, mark.voice) for mark in marks]
    others = [each for each in utterances(recording.peaks) if not _near(each, marks)]
    for utterance in others:
        if left.is_set():
            break
        if listens:
            words += _recognised(sound, utterance[0][0] * FRAME_S, utterance[-1][1] * FRAME_S)
        else:
            words += [Word(*word) for word in murmured(utterance, recording.peaks)]
    engine = POCKETSPHINX if listens and others else SIMULATED
    note = _MADE_UP if others and not listens else ""
    return Transcript(tuple(sorted(words, key=lambda word: word.start)), recording, engine, note)


def _near(utterance: Utterance, marks: Sequence[Mark]) -> bool:
    """The sandbox has spoken it, or something close by."""
    low = utterance[0][0] * FRAME_S - _NEARBY_S
    high = utterance[-1][1] * FRAME_S + _NEARBY_S
    first = bisect_left(marks, low, key=lambda mark: mark.start)
    return first < len(marks) and marks[first].start < high


def speakers_of(transcript: Transcript) -> tuple[int, ...]:
    """Who says each word, numbered from 0 in the order they are heard first; strangers are told apart by their pitch."""
    voices: list[int] = []
    for utterance in _spoken_in_one(transcript.words):
        known = utterance[0].voice
        voices += [known or _voice(transcript, utterance[0].start, utterance[-1].end)] * len(utterance)
    numbers = {voice: number for number, voice in enumerate(dict.fromkeys(voices))}
    return tuple(numbers[voice] for voice in voices)


def _spoken_in_one(words: Sequence[Word]) -> Iterator[list[Word]]:
    run: list[Word] = []
    for word in words:
        if run and (word.voice != run[-1].voice or word.start - run[-1].end >= PAUSE_S):
            yield run
            run = []
        run.append(word)
    if run:
        yield run


def _voice(transcript: Transcript, start: float, end: float) -> int:
    """Below 0, where the sandbox's own voices are not; the same for all that have no pitch."""
    sound = transcript.recording.sound
    pitch = None if sound is None else pitch_of(sound.samples, sound.rate, start, end)
    return -2 if pitch is not None and pitch >= _HIGH_HZ else -1


def _statement(recording: Recording) -> str:
    about = "about " if recording.guessed else ""
    return (
        f"This is a sandbox transcript. No recogniser listened to this {recording.kind} recording, "
        f"which is {about}{recording.seconds:.1f} seconds long. "
        "Its sound was not decoded."
    )


def laid_out(text: str, parts: Sequence[tuple[float, float]]) -> tuple[Word, ...]:
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
def _recogniser() -> Recogniser:
    return Recogniser()


def _recognised(sound: wav.Sound, start: float, end: float) -> tuple[Word, ...]:
    """Each utterance by itself: what came before does not change what is heard."""
    low = max(0.0, start - PAUSE_S / 2)
    piece = sound.samples[int(low * sound.rate) : int((end + PAUSE_S / 2) * sound.rate)]
    samples = wav.raw16(wav.resampled(wav.Sound(sound.rate, piece), RATE))
    return tuple(
        Word(
            word.partition("(")[0],
            round(low + first / _FRAMES_PER_S, 2),
            round(low + (last + 1) / _FRAMES_PER_S, 2),
        )
        for word, first, last in _recogniser().words(samples)
        if not word.startswith(("<", "["))
    )
