"""Recordings made for tests, and a decoder for them that needs no library."""

from __future__ import annotations

import asyncio
import math
import random
import struct
from collections.abc import Iterable
from pathlib import Path

from workbench.domain.errors import InvalidInput
from workbench.domain.speech.wav import head_of, wav_of
from workbench.services.speech.samples import RATE, Progress


def tone(seconds: float, loudness: float = 0.5) -> bytes:
    """Samples of a hum; of silence where loudness is 0."""
    one = [round(32767 * loudness * math.sin(2 * math.pi * n / 80)) for n in range(80)]
    count = round(seconds * RATE)
    return (struct.pack("<80h", *one) * (count // 80 + 1))[: 2 * count]


def wav(*stretches: tuple[float, float]) -> bytes:
    """A recording of stretches of so many seconds and so loud."""
    return wav_of(b"".join(tone(seconds, loudness) for seconds, loudness in stretches), RATE)


class FakeDecoder:
    """Takes WAV files as `wav` makes them. decoded: names in order. go: what a decoding waits for, if set."""

    def __init__(self) -> None:
        self.decoded: list[str] = []
        self.cut: list[str] = []
        self.go: asyncio.Event | None = None
        self.error: Exception | None = None

    async def decode(self, source: Path, to: Path, progress: Progress) -> None:
        self.decoded.append(source.name)
        try:
            await self._decode(source, to, progress)
        except asyncio.CancelledError:
            self.cut.append(source.name)
            raise

    async def _decode(self, source: Path, to: Path, progress: Progress) -> None:
        data = await asyncio.to_thread(source.read_bytes)
        head = head_of(data)
        half = head.data_size // 4 * 2
        await asyncio.to_thread(to.write_bytes, data[head.data_at : head.data_at + half])
        progress(0.5)
        if self.go is not None:
            await self.go.wait()
        if self.error is not None:
            raise self.error
        if b"broken" in data:
            raise InvalidInput(
                "The recording is damaged.", why="It ends in the middle.", fix="Choose another."
            )
        await asyncio.to_thread(to.write_bytes, data[head.data_at : head.data_at + head.data_size])
        progress(1.0)


def left(folder: Path) -> set[str]:
    """Endings of the files in a folder."""
    return {path.suffix for path in folder.iterdir()} if folder.exists() else set()


def put(folder: Path, name: str, *stretches: tuple[float, float]) -> Path:
    path = folder / name
    path.write_bytes(wav(*stretches))
    return path


def loudness(samples: Iterable[bytes]) -> list[float]:
    """dBFS of each 20 ms, slowly."""
    found = []
    for block in samples:
        for at in range(0, len(block), 640):
            frame = struct.unpack(f"<{len(block[at : at + 640]) // 2}h", block[at : at + 640])
            power = sum(value * value for value in frame) / max(1, len(frame)) / 32768**2
            found.append(10 * math.log10(max(power, 1e-10)))
    return found


def babble(seconds: float, seed: int = 5) -> bytes:
    """Samples of somebody who talks nonsense: syllables that swell and fade, and pauses."""
    dice = random.Random(seed)

    def syllable() -> bytes:
        pitch, level = dice.uniform(90, 240), dice.uniform(1500, 15000)
        count = round(dice.uniform(0.12, 0.5) * RATE)
        swell = (
            round(level * math.sin(math.pi * n / count) ** 2 * math.sin(math.tau * pitch * n / RATE))
            for n in range(count)
        )
        return struct.pack(f"<{count}h", *swell)

    syllables = [syllable() for _ in range(40)]
    said = bytearray()
    while len(said) < seconds * RATE * 2:
        said += dice.choice(syllables)
        if dice.random() < 0.25:
            said += bytes(2 * round(RATE * dice.uniform(0.1, 0.9)))
    return bytes(said[: round(seconds * RATE) * 2])
