"""Opening a recording of an hour with its waveform, and moving through one of three hours.

    python -m benchmarks.waveform

Opening is all of it: decoding the file, measuring it, finding its silences, painting; the main thread is watched meanwhile. The
reference is reading the file's bytes once. A frame is a step of the wheel and everything painted that it made necessary; the
reference for it is a widget that paints as many bars, of one fixed height each. Opening is the best of three rounds.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.harness import Row, measured_alone, memory_mb, percentile, show

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from workbench.services.speech.samples import Samples
    from workbench.ui.speech.player.view import PlayerView

SIZE = (1400, 420)
ROUNDS = 3
STEPS = 400
TICK_S = 0.004
FORMS = {"16 kHz mono": (16_000, 1), "44.1 kHz stereo": (44_100, 2)}


def main() -> int:
    found = measured_alone("benchmarks.waveform", "--child")
    rows = []
    for name in FORMS:
        open_ms, read_ms, late_ms = found[name]
        rows.append(
            Row(f"an hour, {name}: open, painted", open_ms, "ms", 2000, read_ms, note="reference: reading it")
        )
        rows.append(Row(f"an hour, {name}: main thread late, max", late_ms, "ms", 50))
    rows.append(Row("three hours: open, painted", found["long"], "ms", 6000))
    rows.append(Row("three hours: memory added", found["mb"], "MB", 200))
    for name in ("scroll", "zoom", "play"):
        median, p99 = found[name]
        rows.append(
            Row(f"three hours: {name}, median", median, "ms", 8, found["plain"][0], note="reference: bars")
        )
        rows.append(Row(f"three hours: {name}, p99", p99, "ms", 3.0, found["plain"][1], relative=True))
    return show("waveform", rows)


def _write(path: Path, seconds: int, rate: int, channels: int) -> None:
    """Speech-like: loud and silent in turns, with some noise."""
    import wave

    import numpy as np

    dice = np.random.default_rng(1)
    at = np.arange(rate * 10) / rate
    loud = np.clip(1.3 * np.sin(2 * np.pi * at / 2.7), 0, 1)
    sound = (loud * (8000 * np.sin(2 * np.pi * 210 * at) + dice.normal(0, 2500, len(at)))).astype("<i2")
    piece = np.repeat(sound, channels).tobytes()
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate)
        for _ in range(seconds // 10):
            file.writeframesraw(piece)


async def _opened(view: PlayerView, path: Path, to: Path) -> tuple[float, float]:
    """Milliseconds until it is painted, and how late the main thread was at most."""
    from workbench.ui.support.audio.decoder import QtDecoder

    late = 0.0

    async def watch() -> None:
        nonlocal late
        while True:
            due = time.perf_counter() + TICK_S
            await asyncio.sleep(TICK_S)
            late = max(late, time.perf_counter() - due)

    model = view._model
    async with asyncio.TaskGroup() as group:
        watching = group.create_task(watch())
        await asyncio.sleep(0.05)
        late, began = 0.0, time.perf_counter()
        await QtDecoder().decode(path, to, lambda part: model.wait_for(path.name, part))
        model.open(path, await asyncio.to_thread(_samples, to))
        while model.measured is None:  # noqa: ASYNC110
            await asyncio.sleep(0.002)
        view.waveform.repaint()
        took = time.perf_counter() - began
        watching.cancel()
    return took * 1000, late * 1000


def _samples(path: Path) -> Samples:
    from workbench.services.speech.samples import Samples

    return Samples(path, path.stat().st_size)


def _frames(view: PlayerView, name: str) -> tuple[float, float]:
    dice, waveform, taken = random.Random(3), view.waveform, []
    model = view._model
    waveform.fit()
    waveform.zoom_by(200)
    for step in range(STEPS):
        began = time.perf_counter()
        if name == "scroll":
            waveform.scroll_by(dice.choice((-1, 1, 1)) * 175)
        elif name == "zoom":
            waveform.zoom_by(1.5 if step % 30 < 15 else 1 / 1.5, dice.uniform(0, SIZE[0]))
        else:
            model.seek(waveform.scale.at(step * 3))
        waveform.repaint()
        view.overview.repaint()
        taken.append((time.perf_counter() - began) * 1000)
    return percentile(taken, 0.5), percentile(taken, 0.99)


def _plain(app: QApplication) -> tuple[float, float]:
    from PySide6.QtCore import QRect, Qt
    from PySide6.QtGui import QColor, QPainter, QPaintEvent
    from PySide6.QtWidgets import QWidget

    class Bars(QWidget):
        def paintEvent(self, event: QPaintEvent) -> None:
            painter = QPainter(self)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor("#2F8FC4"))
            painter.drawRects([QRect(x, 20, 1, 300) for x in range(self.width())])

    bars, taken = Bars(), []
    bars.resize(*SIZE)
    bars.show()
    app.processEvents()
    for _ in range(STEPS):
        began = time.perf_counter()
        bars.repaint()
        taken.append((time.perf_counter() - began) * 1000)
    bars.close()
    return percentile(taken, 0.5), percentile(taken, 0.99)


def _read(path: Path) -> float:
    began = time.perf_counter()
    with path.open("rb") as file:
        while file.read(4 * 1024 * 1024):
            pass
    return (time.perf_counter() - began) * 1000


def child() -> int:
    from workbench.ui.interpreter import keep_none_alive

    keep_none_alive()
    import qasync  # type: ignore[import-untyped]  # ships no types
    from PySide6.QtWidgets import QApplication

    from workbench.ui.speech.player.model import PlayerModel
    from workbench.ui.speech.player.view import PlayerView
    from workbench.ui.support.audio.player import QtPlayer
    from workbench.ui.support.theme import Theme

    app = QApplication([])
    theme = Theme("light")
    theme.apply(app)
    found: dict[str, Any] = {"plain": _plain(app)}

    async def measure(folder: Path) -> None:
        model = PlayerModel(QtPlayer())
        view = PlayerView(theme, model)
        view.resize(*SIZE)
        view.show()
        to = folder / "samples.s16"
        for name, (rate, channels) in FORMS.items():
            path = folder / "hour.wav"
            _write(path, 3600, rate, channels)
            reading = min(_read(path) for _ in range(ROUNDS))
            rounds = [await _opened(view, path, to) for _ in range(ROUNDS)]
            found[name] = (min(took for took, _ in rounds), reading, min(late for _, late in rounds))
        before = memory_mb()
        _write(path, 3 * 3600, 16_000, 1)
        found["long"], _ = await _opened(view, path, to)
        found["mb"] = memory_mb() - before
        for name in ("scroll", "zoom", "play"):
            found[name] = _frames(view, name)
        await model.aclose()
        view.close()

    with (
        tempfile.TemporaryDirectory(prefix="waveform-") as folder,
        asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(app)) as runner,
    ):
        runner.run(measure(Path(folder)))
    print(json.dumps(found))
    return 0


if __name__ == "__main__":
    sys.exit(child() if "--child" in sys.argv else main())
