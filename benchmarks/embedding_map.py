"""Moving over a map of 100,000 points: panning, zooming, pointing at one.

    python -m benchmarks.embedding_map

A frame is a step of the hand and everything painted that it made necessary: the points drawn anew, their names, the rings of what
is selected. The reference is a widget of the same size that paints one picture which is there already. The map is the worst case:
all points in sight at the start, in forty groups, as many of them selected as get a ring. Where others use the processors as well,
the time of the own thread tells what a frame takes without them.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
from array import array
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from benchmarks.harness import Row, measured_alone, percentile, show

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from workbench.ui.embeddings.map.canvas import MapCanvas

POINTS, GROUPS, SELECTED = 100_000, 40, 50
SIZE = (1400, 900)
STEPS = 300


def main() -> int:
    found = measured_alone("benchmarks.embedding_map", "--child")
    rows = []
    for name in ("pan", "zoom"):
        median, p99, own = found[name]
        rows.append(Row(f"{name}: median", median, "ms", 33, found["blit"][0], note="reference: a picture"))
        rows.append(Row(f"{name}: p99", p99, "ms", 33, found["blit"][1]))
        rows.append(Row(f"{name}: p99, own thread", own, "ms", 33, found["blit"][2]))
    rows.append(Row("pointing: p99", found["point"][1], "ms", 16))
    rows.append(Row("other colours, hidden groups: p99", found["colours"][1], "ms", 200))
    return show("embedding map, 100,000 points", rows)


def _canvas(app: QApplication) -> MapCanvas:
    import numpy as np
    from PySide6.QtCore import QObject, QSizeF

    from workbench.domain.embeddings.maps import Bounds, ColourBy, Colouring, MapKind
    from workbench.domain.embeddings.texts import TextRow
    from workbench.services.embeddings.maps import Dots, point_map
    from workbench.services.embeddings.study import Column
    from workbench.ui.embeddings.map.camera import Camera
    from workbench.ui.embeddings.map.canvas import MapCanvas
    from workbench.ui.embeddings.map.model import MapModel, Shown
    from workbench.ui.embeddings.model import EmbeddingsModel
    from workbench.ui.support.theme import Theme

    theme = Theme("light")
    theme.apply(app)
    dice = np.random.default_rng(1)
    groups = dice.integers(0, GROUPS, POINTS).astype(np.int32)
    middles = dice.uniform(-20, 20, (GROUPS, 2))
    places = (middles[groups] + dice.normal(0, 1.5, (POINTS, 2))).astype(np.float32)
    shades = array("i")
    shades.frombytes(groups.tobytes())
    colours = Colouring(
        ColourBy.CLUSTER,
        shades,
        tuple(f"group {n}" for n in range(GROUPS)),
        tuple([POINTS // GROUPS] * GROUPS),
    )
    made = point_map(MapKind.NEIGHBOURS, 0, places)
    shared = EmbeddingsModel(cast("Any", None))
    model = MapModel(shared, cast("Any", None))
    model.shown = (
        Shown(
            Column("k"),
            made,
            colours=colours,
            middles=tuple((float(x), float(y)) for x, y in middles),
            dots=Dots(made, shades, GROUPS, None),
        ),
    )
    shared.study = cast("Any", _Texts(tuple(TextRow(str(n), f"text {n}") for n in range(POINTS))))
    shared.selected = tuple(range(SELECTED))
    canvas = MapCanvas(theme, model, Camera(model), 0)
    cast("QObject", model).setParent(canvas)
    shared.setParent(canvas)
    canvas.resize(*SIZE)
    canvas.show()
    canvas.show_points()
    bounds = made.bounds
    assert isinstance(bounds, Bounds)
    canvas._camera.fit(bounds, QSizeF(*SIZE))
    app.processEvents()
    return canvas


class _Texts:
    """What is open, as far as it is asked for here."""

    def __init__(self, rows: tuple[Any, ...]) -> None:
        self.texts = self
        self.rows = rows
        self.columns = ()

    def close(self) -> None: ...


def _timed(step: Callable[[int], object]) -> tuple[float, float, float]:
    """Median and 99th percentile, and that of what the thread itself was busy."""
    taken, own = [], []
    for number in range(STEPS):
        began, busy = time.perf_counter(), time.thread_time()
        step(number)
        own.append((time.thread_time() - busy) * 1000)
        taken.append((time.perf_counter() - began) * 1000)
    return percentile(taken, 0.5), percentile(taken, 0.99), percentile(own, 0.99)


def _blit(app: QApplication) -> tuple[float, float, float]:
    from PySide6.QtGui import QImage, QPainter, QPaintEvent
    from PySide6.QtWidgets import QWidget

    image = QImage(*SIZE, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0x7F102030)

    class Picture(QWidget):
        def paintEvent(self, event: QPaintEvent) -> None:
            painter = QPainter(self)
            painter.drawImage(0, 0, image)
            painter.end()

    picture = Picture()
    picture.resize(*SIZE)
    picture.show()
    app.processEvents()
    found = _timed(lambda number: picture.repaint())
    picture.close()
    return found


def child() -> int:
    from workbench.ui.interpreter import keep_none_alive

    keep_none_alive()
    import qasync  # type: ignore[import-untyped]  # ships no types
    from PySide6.QtCore import QPointF
    from PySide6.QtWidgets import QApplication

    app = QApplication([])
    app.setQuitOnLastWindowClosed(False)
    found: dict[str, Any] = {"blit": _blit(app)}

    async def measure() -> None:
        from workbench.services.embeddings.maps import Dots

        canvas, dice = _canvas(app), random.Random(3)
        shown = canvas.shown
        assert shown is not None
        assert shown.colours is not None

        def pan(number: int) -> None:
            way = 1 if number % 40 < 20 else -1
            canvas._camera.pan_by(QPointF(way * dice.uniform(2, 20), way * dice.uniform(2, 12)))
            canvas.repaint()

        def zoom(number: int) -> None:
            at = QPointF(dice.uniform(-300, 300), dice.uniform(-200, 200))
            canvas._camera.zoom_by(1.25 if number % 24 < 12 else 1 / 1.25, at)
            canvas.repaint()

        def point(number: int) -> None:
            canvas._row_at(QPointF(dice.uniform(0, SIZE[0]), dice.uniform(0, SIZE[1])))

        def colour(number: int) -> None:
            assert shown is not None
            assert shown.colours is not None
            Dots(shown.made, shown.colours.shades, GROUPS, range(0, POINTS, 7), (1, 2, 3))

        for name, step in (("pan", pan), ("zoom", zoom), ("point", point), ("colours", colour)):
            found[name] = _timed(step)
        canvas.close()

    with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(app)) as runner:
        runner.run(measure())
    print(json.dumps(found))
    return 0


if __name__ == "__main__":
    sys.exit(child() if "--child" in sys.argv else main())
