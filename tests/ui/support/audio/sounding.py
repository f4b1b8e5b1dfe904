"""Run as a program with a sound server of its own: plays a file, records what is played, and prints what came of it as JSON.

python -m tests.ui.support.audio.sounding FOLDER
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import qasync  # type: ignore[import-untyped]  # ships no types
from PySide6.QtCore import QCoreApplication

from tests.services.speech.waves import heard, read, silence, tone, wav
from workbench.services.speech.wav_file import look
from workbench.ui.interpreter import keep_none_alive
from workbench.ui.support.audio.player import QtPlayer
from workbench.ui.support.audio.recorder import QtRecorder


async def run(folder: Path) -> dict[str, Any]:
    source, target = folder / "played.wav", folder / "recorded.wav"
    sound = silence(2) + tone(2, 880, 0.8)
    source.write_bytes(wav(sound.tobytes()))
    player, recorder = QtPlayer(), QtRecorder()
    levels: list[Any] = []
    failures: list[str] = []
    recorder.level_changed.connect(levels.append)
    player.failed.connect(lambda error: failures.append(error.what))
    await recorder.start(target)
    player.open(source, 4.0)
    player.set_speed(0.5)
    player.play(2.2, 2.7)
    await _until(lambda: not player.playing)
    ended_at = player.position
    recorder.pause()
    before = recorder.seconds
    await asyncio.sleep(0.3)
    while_paused = recorder.seconds - before
    recorder.resume()
    player.play(2.2, 2.4, loop=True)
    await _until(lambda: player.position > 2.3)
    await _until(lambda: player.position < 2.3)
    looped = player.playing
    player.pause()
    path = await recorder.stop()
    player.close()
    assert path is not None
    head = look(path)
    assert head is not None
    (folder / "bare").write_bytes(path.read_bytes()[head.data_at :])
    samples = read(folder / "bare")
    loud = [at for at, value in enumerate(samples) if abs(value) > 3000]
    part = samples[loud[0] : loud[0] + 8000]
    return {
        "microphones": len(recorder.microphones),
        "trouble": player.trouble,
        "failures": failures,
        "levels": len(levels),
        "loudest": max(level.peak for level in levels),
        "ended_at": ended_at,
        "while_paused": while_paused,
        "looped": looped,
        "pitch_kept": heard(part, 880) > 5 * heard(part, 440),
        "seconds": head.seconds,
    }


async def _until(done: Any) -> None:
    async with asyncio.timeout(20):
        while not done():  # noqa: ASYNC110  what is waited for is what a person would hear
            await asyncio.sleep(0.01)


if __name__ == "__main__":
    keep_none_alive()
    app = QCoreApplication([])
    with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(app)) as runner:
        sys.stdout.write(json.dumps(runner.run(run(Path(sys.argv[1])))) + "\n")
