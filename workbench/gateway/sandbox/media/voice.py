"""Speaking: flite or espeak-ng where they are installed, else one chord for each word, with the text inside the file.

espeak-ng is under the GPL: it is found on PATH and run as a program, never linked or brought along.
"""

from __future__ import annotations

import asyncio
import math
import shutil
import subprocess
import tempfile
from array import array
from hashlib import blake2b
from pathlib import Path

from workbench.gateway.sandbox.media.hearing import laid_out
from workbench.gateway.sandbox.media.loudness import loud_parts, peaks_of
from workbench.gateway.sandbox.media.marks import Mark, marked
from workbench.gateway.sandbox.media.outcome import SIMULATED
from workbench.gateway.sandbox.media.wav import Sound, Undecodable, read

RATE = 16000
_LIMIT_S = 20
_FLITE_VOICES = ("rms", "slt")
"""The two of its voices that are understood best."""
_WORD_S, _LETTER_S, _GAP_S = 0.06, 0.055, 0.07


async def spoken(text: str, speaker: str, language: str = "en", speed: float = 1.0) -> Sound:
    """The text as sound; `engine` says who spoke. language: such as en or es."""
    return await asyncio.to_thread(_spoken, text, speaker, language.lower()[:2], speed)


def _spoken(text: str, speaker: str, language: str, speed: float) -> Sound:
    for engine in ("flite", "espeak-ng") if language == "en" else ("espeak-ng",):
        program = shutil.which(engine)
        if program is not None:
            try:
                said = _run(program, engine, text, _number(speaker), language, speed)
            except (OSError, subprocess.SubprocessError, Undecodable):
                continue  # a broken program is no reason to stay silent
            if said.samples:
                return Sound(said.rate, said.samples, text, engine)
    return tones(text, speaker, speed)


def _run(program: str, engine: str, text: str, number: int, language: str, speed: float) -> Sound:
    """The text goes in a file: on a command line it could be taken for an option."""
    with tempfile.TemporaryDirectory() as folder:
        said, heard = Path(folder, "said.txt"), Path(folder, "heard.wav")
        said.write_text(text, encoding="utf-8", errors="replace")
        if engine == "flite":
            voice = _FLITE_VOICES[number % len(_FLITE_VOICES)]
            options = ["-voice", voice, "--setf", f"duration_stretch={1 / speed:.3f}"]
            command = [program, *options, "-f", str(said), "-o", str(heard)]
        else:
            options = ["-v", f"{language}+{'mf'[number % 2]}{1 + number % 3}", "-s", str(round(165 * speed))]
            command = [program, *options, "-f", str(said), "-w", str(heard)]
        subprocess.run(command, check=True, capture_output=True, timeout=_LIMIT_S, stdin=subprocess.DEVNULL)
        return read(heard.read_bytes())


def signed(sound: Sound, speaker: str) -> Sound:
    """With its words inside, each where it is said, as far as the pauses tell."""
    parts = loud_parts(peaks_of(sound.samples, sound.rate), sound.seconds)
    if not parts:
        return sound
    voice = 1 + _number(speaker) % 255
    words = laid_out(sound.text, parts)
    return marked(sound, [Mark(word.word, word.start, word.end, voice, sound.engine) for word in words])


def _number(speaker: str) -> int:
    return int.from_bytes(blake2b(speaker.encode(errors="replace"), digest_size=4).digest())


def tones(text: str, speaker: str, speed: float = 1.0) -> Sound:
    """A chord for each word: longer words sound longer, other words sound otherwise, each speaker has a pitch."""
    base = 110 + _number(speaker) % 110
    samples = array("h")
    for word in text.split():
        step = _number(word) % 12
        seconds = (_WORD_S + _LETTER_S * min(len(word), 12)) / speed
        samples.extend(_note(base * 2 ** (step / 12), seconds))
        pause = _GAP_S * (4 if word[-1] in ".!?:;" else 1) / speed
        samples.extend(array("h", bytes(2 * int(RATE * pause))))
    return Sound(RATE, samples, text, SIMULATED)


def _note(pitch: float, seconds: float) -> array[int]:
    """Whole periods, swelling at the start and fading at the end, so that nothing clicks."""
    length = max(2, round(RATE / pitch))
    turn = math.tau / length
    cycle = [
        math.sin(turn * at) + 0.4 * math.sin(2 * turn * at) + 0.2 * math.sin(3 * turn * at)
        for at in range(length)
    ]
    count = max(6, int(RATE * seconds / length))
    made = array("h")
    steps = {
        share: array("h", [int(5500 * share * value) for value in cycle]) for share in (0.25, 0.5, 0.75, 1.0)
    }
    for share in (0.25, 0.5, 0.75):
        made.extend(steps[share])
    made.extend(steps[1.0] * (count - 6))
    for share in (0.75, 0.5, 0.25):
        made.extend(steps[share])
    return made
