"""What is heard follows from the sound alone: a piece of a recording gives its piece of the words."""

from __future__ import annotations

import asyncio
import math
import random
import shutil
import subprocess
import threading
from array import array
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.gateway.sandbox.media import wav
from workbench.gateway.sandbox.media.hearing import (
    Transcript,
    Word,
    _heard,
    heard,
    recogniser_installed,
    speakers_of,
)
from workbench.gateway.sandbox.media.loudness import FRAME_S
from workbench.gateway.sandbox.media.marks import Mark, marked, marks_in
from workbench.gateway.sandbox.media.murmur import murmured, utterances
from workbench.gateway.sandbox.media.pitch import pitch_of
from workbench.gateway.sandbox.media.voice import signed, tones
from workbench.gateway.sandbox.media.wav import Sound

RATE = 8000
TEXT = "The quick brown fox jumps over the lazy dog. Then it sleeps, as foxes do! Nobody minds: it is late."
RECOGNISED = pytest.mark.skipif(recogniser_installed(), reason="pocketsphinx listens instead")


def heard_in(sound: Sound) -> Transcript:
    return asyncio.run(heard(wav.write(sound)))


def piece(sound: Sound, start: float, end: float) -> Sound:
    """Without the text that the file as a whole would carry."""
    return Sound(sound.rate, sound.samples[round(start * sound.rate) : round(end * sound.rate)])


def babble(seed: int, seconds: float, rate: int = RATE) -> Sound:
    """Something like speech: syllables that swell and fade, with pauses between some of them."""
    dice = random.Random(seed)
    samples = array("h")
    while len(samples) < seconds * rate:
        pitch, level, length = dice.uniform(90, 240), dice.uniform(1500, 15000), dice.uniform(0.12, 0.5)
        count = int(length * rate)
        samples.extend(
            int(level * math.sin(math.pi * at / count) ** 2 * math.sin(math.tau * pitch * at / rate))
            for at in range(count)
        )
        if dice.random() < 0.25:
            samples.extend(array("h", bytes(2 * int(rate * dice.uniform(0.1, 0.9)))))
    return Sound(rate, samples[: int(seconds * rate)])


def inside(words: tuple[Word, ...], start: float, end: float, moved: float = 0.0) -> list[tuple[str, float]]:
    return [
        (word.word, round(word.start + moved, 2))
        for word in words
        if start <= word.start + moved and word.end + moved <= end
    ]


NOISE = Sound(RATE, array("h", random.Random(7).randbytes(2 * 6 * RATE)))


def test_nothing_more_is_heard_for_somebody_who_has_left() -> None:
    left = threading.Event()
    left.set()
    assert _heard(wav.write(babble(3, 5.0)), None, left).words == ()


# marks


@given(
    st.lists(
        st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=20), max_size=6
    ),
    st.integers(1, 255),
    st.sampled_from(["simulated", "flite", "espeak-ng"]),
)
def test_marks_are_read_back(words: list[str], voice: int, engine: str) -> None:
    marks = [Mark(word, float(place), place + 0.5, voice, engine) for place, word in enumerate(words)]
    made = marked(NOISE, marks)
    assert marks_in(made) == tuple(marks)
    assert array("h", (value | 1 for value in made.samples)) == array(
        "h", (value | 1 for value in NOISE.samples)
    )


def test_marks_that_touch_are_pushed_on_and_none_is_written_over() -> None:
    marks = [Mark("word", 0.0, 0.1), Mark("another", 0.0, 0.1), Mark("third", 0.02, 0.1)]
    found = marks_in(marked(Sound(RATE, array("h", bytes(2 * RATE))), marks))
    assert [mark.word for mark in found] == ["word", "another", "third"]


@pytest.mark.parametrize("rate", [8000, 16000, 24000])
def test_what_the_sandbox_has_spoken_is_in_any_piece_of_it(rate: int) -> None:
    sound = signed(wav.resampled(tones(TEXT, "luna"), rate), "luna")
    whole = heard_in(sound)
    assert whole.text == TEXT
    middle = whole.words[9].start - 0.02
    first, second = piece(sound, 0, middle), piece(sound, middle, sound.seconds)
    assert f"{heard_in(first).text} {heard_in(second).text}" == TEXT
    assert [round(word.start + middle, 1) for word in heard_in(second).words] == [
        round(word.start, 1) for word in whole.words[9:]
    ]


def test_a_louder_copy_has_no_marks_but_is_still_heard() -> None:
    sound = signed(tones(TEXT, "luna"), "luna")
    louder = Sound(sound.rate, array("h", (value * 2 for value in sound.samples)))
    assert marks_in(louder) == ()
    assert heard_in(louder).words


@pytest.mark.skipif(not shutil.which("flite"), reason="flite is not installed")
@RECOGNISED
def test_real_speech_of_the_sandbox_is_in_its_pieces_too(tmp_path: Path) -> None:
    file = tmp_path / "said.wav"
    subprocess.run(["flite", "-voice", "rms", "-t", TEXT, "-o", str(file)], check=True)
    said = wav.read(file.read_bytes())
    sound = signed(Sound(said.rate, said.samples, TEXT, "flite"), "zeus")
    assert heard_in(piece(sound, 0, sound.seconds)).text == TEXT


# made-up words


@RECOGNISED
@pytest.mark.parametrize("rate", [8000, 11025, 22050])
def test_a_piece_gives_its_piece_of_the_words(rate: int) -> None:
    sound = babble(1, 8.0, rate)
    whole = heard_in(sound)
    part = heard_in(piece(sound, 2.0, 7.0))
    wanted = inside(whole.words, 2.6, 6.4)
    assert len(wanted) > 6
    assert inside(part.words, 2.6, 6.4, moved=2.0) == wanted


def loudness(seed: int, frames: int) -> list[int]:
    """Peaks of syllables and pauses."""
    dice = random.Random(seed)
    peaks: list[int] = []
    while len(peaks) < frames:
        top, length = dice.randrange(300, 20000), dice.randrange(3, 30)
        peaks += [
            int(top * dice.uniform(0.3, 1) * math.sin(math.pi * (at + 1) / (length + 1)))
            for at in range(length)
        ]
        peaks += [dice.randrange(0, 200) for _ in range(dice.choice((0, 0, 0, 2, 20)))]
    return peaks[:frames]


@given(st.integers(0, 100_000), st.integers(0, 150), st.integers(200, 300))
def test_wherever_it_is_cut(seed: int, first: int, last: int) -> None:
    def said(peaks: list[int], moved: int) -> list[tuple[str, int]]:
        words = [word for each in utterances(peaks) for word in murmured(each, peaks)]
        frames = [
            (word.word, round(word.start / FRAME_S) + moved, round(word.end / FRAME_S) + moved)
            for word in words
        ]
        return [(word, start) for word, start, end in frames if first + 25 <= start and end <= last - 25]

    whole = loudness(seed, 320)
    assert said(whole[first:last], first) == said(whole, 0)


@RECOGNISED
def test_a_long_recording_in_overlapping_parts_gives_the_whole() -> None:
    sound = babble(2, 60.0)
    whole = heard_in(sound)
    seams = [0.0, 14.0, 31.0, 44.5, 60.0]
    found: list[tuple[str, float]] = []
    for start, end in zip(seams, seams[1:], strict=False):
        low, high = max(0.0, start - 1.0), min(60.0, end + 1.0)
        part = heard_in(piece(sound, low, high))
        found += [
            (word.word, round(word.start + low, 2)) for word in part.words if start <= word.start + low < end
        ]
    assert found == [(word.word, word.start) for word in whole.words]


@RECOGNISED
def test_made_up_words_are_said_to_be() -> None:
    assert "made up" in heard_in(babble(1, 3.0)).note
    assert heard_in(signed(tones(TEXT, "luna"), "luna")).note == ""


@RECOGNISED
def test_a_stranger_after_the_sandboxs_own_voice_is_heard_as_well() -> None:
    own = signed(tones("Hello there.", "luna"), "luna")
    quiet = array("h", bytes(2 * 5 * own.rate))
    whole = Sound(own.rate, own.samples + quiet + babble(3, 4.0, own.rate).samples)
    words = heard_in(whole).words
    assert [word.word for word in words[:2]] == ["Hello", "there."]
    assert len(words) > 5


# speakers


def test_voices_of_the_sandbox_are_told_apart() -> None:
    first, second = signed(tones("One two.", "luna"), "luna"), signed(tones("Three.", "zeus"), "zeus")
    whole = Sound(first.rate, first.samples + second.samples + first.samples)
    assert speakers_of(heard_in(whole)) == (0, 0, 1, 0, 0)


@RECOGNISED
def test_strangers_are_told_apart_by_their_pitch() -> None:
    def hum(pitch: float) -> array[int]:
        return array("h", (int(9000 * math.sin(math.tau * pitch * at / RATE)) for at in range(RATE)))

    quiet = array("h", bytes(2 * RATE))
    whole = Sound(RATE, hum(110) + quiet + hum(220) + quiet + hum(112))
    assert sorted(set(speakers_of(heard_in(whole)))) == [0, 1]
    assert speakers_of(heard_in(whole))[0] == speakers_of(heard_in(whole))[-1] == 0


@pytest.mark.parametrize("pitch", [80, 110, 160, 220, 300])
def test_the_pitch_of_a_voice_is_measured(pitch: int) -> None:
    voice = array("h", (int(6000 * (math.sin(math.tau * pitch * at / 16000) + 0.5 * math.sin(2 * math.tau * pitch * at / 16000))) for at in range(16000)))  # fmt: skip
    assert pitch_of(voice, 16000, 0, 1) == pytest.approx(pitch, rel=0.05)


def test_noise_and_silence_have_no_pitch() -> None:
    dice = random.Random(1)
    noise = array("h", (dice.randrange(-9000, 9000) for _ in range(16000)))
    assert pitch_of(noise, 16000, 0, 1) is None
    assert pitch_of(array("h", bytes(32000)), 16000, 0, 1) is None
