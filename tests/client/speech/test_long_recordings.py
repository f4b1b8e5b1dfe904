"""Recordings that are heard in parts, by a gateway that really runs: together they give what the whole gives."""

from __future__ import annotations

import math
import random
import shutil
import struct
import subprocess
from array import array
from dataclasses import replace
from pathlib import Path

import pytest

from tests.client.speech.asking import NOVA, TURBO, WHISPER
from tests.client.speech.running import (
    RATE,
    TEXT,
    Asking,
    to_hear,
)
from workbench.domain.speech.cutting import FRAME_S, cuts
from workbench.domain.speech.stitching import stitched
from workbench.domain.speech.transcripts import Segment, Transcript, Word
from workbench.domain.speech.wav import head_of, wav_of


def babble(seconds: float, seed: int = 5) -> array[int]:
    """Somebody who is not the sandbox: syllables that swell and fade, and pauses."""
    dice = random.Random(seed)
    syllables = []
    for _ in range(40):
        pitch, level, count = (
            dice.uniform(90, 240),
            dice.uniform(1500, 15000),
            int(dice.uniform(0.12, 0.5) * RATE),
        )
        syllables.append(
            array(
                "h",
                (
                    int(level * math.sin(math.pi * at / count) ** 2 * math.sin(math.tau * pitch * at / RATE))
                    for at in range(count)
                ),
            )
        )
    samples = array("h")
    while len(samples) < seconds * RATE:
        samples.extend(dice.choice(syllables))
        if dice.random() < 0.25:
            samples.extend(array("h", bytes(2 * int(RATE * dice.uniform(0.1, 0.9)))))
    return samples[: int(seconds * RATE)]


def loudness(samples: array[int]) -> list[float]:
    size = int(RATE * FRAME_S)
    frames = (samples[at : at + size] for at in range(0, len(samples), size))
    return [10 * math.log10(sum(v * v for v in frame) / len(frame) / 32768**2 + 1e-10) for frame in frames]


def in_parts(ask: Asking, model: str, samples: array[int], most_s: float) -> Transcript:
    parts = []
    for cut in cuts(loudness(samples), len(samples) / RATE, most_s=most_s, overlap_s=2.0):
        piece = samples[round(cut.start * RATE) : round(cut.end * RATE)]
        heard_part = ask.hear(to_hear(model, wav_of(piece.tobytes(), RATE), cut.seconds)).transcript
        parts.append((cut, moved(heard_part, cut.start)))
    assert len(parts) > 3
    return stitched(parts)


def moved(transcript: Transcript, seconds: float) -> Transcript:
    def later(word: Word) -> Word:
        return replace(word, start=round(word.start + seconds, 2), end=round(word.end + seconds, 2))

    segments = (Segment(s.id, tuple(map(later, s.words)), s.speaker) for s in transcript.segments)
    return replace(transcript, segments=tuple(segments))


@pytest.mark.parametrize("model", [WHISPER, TURBO, NOVA])
def test_parts_give_together_what_the_whole_gives(ask: Asking, model: str) -> None:
    samples = babble(150.0)
    whole = ask.hear(to_hear(model, wav_of(samples.tobytes(), RATE), 150.0)).transcript
    parts = in_parts(ask, model, samples, 30.0)
    assert len(whole.words) > 200
    assert [word.text for word in parts.words] == [word.text for word in whole.words]


def eight_bit(samples: array[int]) -> bytes:
    """A WAV file of half the size, so that half an hour fits into one call."""
    data = bytes((value >> 8) + 128 for value in samples)
    form = struct.pack("<IHHIIHH", 16, 1, 1, RATE, RATE, 1, 8)
    size = struct.pack("<I", len(data))
    return b"RIFF" + struct.pack("<I", len(data) + 36) + b"WAVEfmt " + form + b"data" + size + data


@pytest.mark.skipif(not shutil.which("flite"), reason="flite is not installed")
def test_half_an_hour_of_real_speech_in_parts_is_the_same_text_as_at_once(
    ask: Asking, tmp_path: Path
) -> None:
    dice = random.Random(11)
    said = []
    for number, voice in enumerate(("rms", "slt", "rms", "slt")):
        file = tmp_path / f"{number}.wav"
        words = dice.choices([*TEXT.split(), "and", "whatever", "morning."], k=40)
        text = f"Chapter {number}. {' '.join(words)}"
        subprocess.run(["flite", "-voice", voice, "-t", text, "-o", str(file)], check=True)
        data = file.read_bytes()
        said.append(array("h", data[head_of(data).data_at :])[::2])
    samples = array("h")
    while len(samples) < 1800 * RATE:
        samples.extend(dice.choice(said))
        samples.extend(array("h", bytes(2 * int(RATE * dice.uniform(0.1, 1.0)))))
    samples = array("h", (value >> 8 << 8 for value in samples[: 1800 * RATE]))
    whole = ask.hear(to_hear(WHISPER, eight_bit(samples), 1800.0)).transcript
    parts = in_parts(ask, WHISPER, samples, 120.0)
    assert len(whole.words) > 2000
    assert [word.text for word in parts.words] == [word.text for word in whole.words]
