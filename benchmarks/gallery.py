"""A gallery of 10,000 pictures: opening it, scrolling, searching; and what decoding does to the main thread.

    python -m benchmarks.gallery

The gallery is the real one, on a disk of its own, with entries, thumbnails and full-text search. A frame is what one step costs the main
thread: the event, and everything that was waiting to be done then, painting included; a step comes every 16 ms, and the thumbnails that it brings into
view have not been decoded before. The reference is measured in the same run: a bare QListView in icon mode with 10,000
items whose pixmaps are ready. "Held" is how late a timer of 4 ms fires on the main thread while other threads decode photos of 12 megapixels.
"""

from __future__ import annotations

import asyncio
import gc
import json
import math
import random
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.harness import Row, measured_alone, memory_mb, percentile, show

if TYPE_CHECKING:
    from PySide6.QtGui import QImage
    from PySide6.QtWidgets import QApplication, QListView

    from workbench.services.images.gallery import Gallery
    from workbench.ui.images.gallery.page import GalleryPage

PICTURES = 10_000
SIZE = (1400, 900)
FRAME_MS, TICK_MS = 16.0, 4
FRAMES = 300
WHEEL, FLICK = 60, 400
"""Pixels a frame: a wheel that is turned, and a list that is thrown: a page in two frames."""


def main() -> int:
    found = measured_alone("benchmarks.gallery", "--child", timeout_s=900)
    plain, held = found["plain"], found["held"]
    rows = [
        Row("open: every thumbnail in view painted", found["open"], "ms", 400, plain["open"]),
        Row("open: first paint", found["first"], "ms", math.inf),
        Row("search: what was found painted", found["search"], "ms", 400),
        Row("memory added by opening", found["open_mb"], "MB", math.inf, plain["mb"]),
        Row("memory added after all that", found["seen_mb"], "MB", 160),
    ]
    for name in ("wheel", "flick", "drag"):
        median, p99, most = found[name]
        bare = plain[name]
        rows.append(Row(f"{name}: a frame, median", median, "ms", math.inf, bare[0]))
        rows.append(Row(f"{name}: a frame, p99", p99, "ms", FRAME_MS, bare[1]))
        rows.append(Row(f"{name}: a frame, longest", most, "ms", math.inf, bare[2]))
        rows.append(Row(f"{name}: ready when it was painted", found[f"{name}_ready"], "%", math.inf, None))
    rows.append(Row("photos decoded meanwhile", held["photos"], "", 10, at_least=True))
    rows.append(Row("decoding photos: held, p99", held["p99"], "ms", FRAME_MS, held["idle_p99"]))
    rows.append(Row("decoding photos: held, longest", held["max"], "ms", math.inf, held["idle_max"]))
    return show("gallery", rows)


def _scene(dice: random.Random, wide: int, high: int) -> QImage:
    """Something like a photo: soft ground, many shapes, grain."""
    from PySide6.QtCore import QPointF, QRectF
    from PySide6.QtGui import QColor, QImage, QLinearGradient, QPainter

    image = QImage(wide, high, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    ground = QLinearGradient(QPointF(0, 0), QPointF(wide, high))
    for at in (0.0, 0.5, 1.0):
        ground.setColorAt(at, QColor.fromHsv(dice.randrange(360), 120, 80 + dice.randrange(150)))
    painter.fillRect(image.rect(), ground)
    for _ in range(160):
        colour = QColor.fromHsv(dice.randrange(360), 160, 200)
        colour.setAlpha(90)
        painter.setBrush(colour)
        side = dice.random() * wide / 4
        painter.drawEllipse(QRectF(dice.random() * wide, dice.random() * high, side, side))
    painter.end()
    return image


def _encoded(image: QImage, kind: str) -> bytes:
    from PySide6.QtCore import QBuffer, QByteArray, QIODevice
    from PySide6.QtGui import QImageWriter

    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QImageWriter(buffer, QByteArray(kind.encode()))
    writer.setQuality(88)
    assert writer.write(image)
    return bytes(buffer.data().data())


def _told(taken: list[float]) -> tuple[float, float, float]:
    return percentile(taken, 0.5), percentile(taken, 0.99), max(taken)


class Pace:
    """Runs a step every 16 ms from a timer, and measures each with everything that was due by then."""

    def __init__(self, app: QApplication) -> None:
        from PySide6.QtCore import Qt, QTimer

        self._app = app
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(round(FRAME_MS))
        self._timer.timeout.connect(self._tick)
        self._step: Callable[[int], object] = lambda number: None
        self.taken: list[float] = []
        self._most = 0
        self._done = asyncio.Event()

    async def run(self, steps: int, step: Callable[[int], object]) -> list[float]:
        self._step, self._most, self.taken = step, steps, []
        self._done.clear()
        self._timer.start()
        await self._done.wait()
        return self.taken

    def _tick(self) -> None:
        began = time.perf_counter()
        self._step(len(self.taken))
        self._app.processEvents()
        self.taken.append((time.perf_counter() - began) * 1000)
        if len(self.taken) >= self._most:
            self._timer.stop()
            self._done.set()


async def _gallery(folder: Path) -> tuple[Gallery, list[Callable[[], Awaitable[object]]]]:
    """10,000 entries over 60 different thumbnails, as ten thousand digests."""
    from workbench.domain.images.gallery import GalleryImage
    from workbench.domain.images.settings import ImageSettings
    from workbench.domain.models import Cost
    from workbench.services.images.gallery import Gallery
    from workbench.storage.database import Database
    from workbench.storage.image_files import ImageFiles
    from workbench.storage.image_thumbnails import ImageThumbnails
    from workbench.storage.images import ImageStore
    from workbench.ui.support.pixels import QtPixels

    dice = random.Random(3)
    shapes = ((256, 256), (256, 192), (192, 256), (256, 146))
    small = [_encoded(_scene(dice, *shapes[number % 4]), "jpeg") for number in range(60)]
    database = await Database.open(folder / "workbench.db")
    store, thumbnails = ImageStore(database), ImageThumbnails(folder / "thumbnails.db")
    words = [f"word{number}" for number in range(400)]
    for number in range(PICTURES):
        wide, high = shapes[number % 60 % 4]
        image = GalleryImage(
            f"image-{number:05}",
            1_700_000_000.0 + number * 60,
            f"{number:064x}",
            "image/png",
            wide * 4,
            high * 4,
            size=900_000,
            model=f"@cf/maker/model-{number % 7}",
            settings=ImageSettings(prompt=" ".join(dice.choices(words, k=20)), steps=20, seed=number),
            cost=Cost(0.001),
            rating=number % 6,
            tags=("cover",) if number % 50 == 0 else (),
        )
        await store.add(image)
        await thumbnails.put(image.digest, 256, small[number % 60])
    pixels = QtPixels()

    async def end() -> None:
        pixels.close()

    gallery = Gallery(store, ImageFiles(folder / "images"), thumbnails, pixels)
    return gallery, [thumbnails.aclose, database.aclose, end]


async def _measure(app: QApplication, folder: Path) -> dict[str, Any]:
    from workbench.ui.support.theme import Theme

    Theme("light").apply(app)
    gallery, endings = await _gallery(folder)
    found: dict[str, Any] = {"plain": await _plain(app)}
    found["held"] = await _held()
    warm = await _opened(app, gallery)  # the code is read from the disk once, whoever opens it first
    await warm["close"]()
    gc.collect()
    gc.freeze()
    before = memory_mb()
    opened = await _opened(app, gallery)
    page: GalleryPage = opened["page"]
    found |= {"open": opened["all"], "first": opened["first"], "open_mb": memory_mb() - before}
    view, pace = page.view, Pace(app)
    bar = view.verticalScrollBar()

    for name, by in (("wheel", WHEEL), ("flick", FLICK)):
        ready: list[float] = []

        def step(number: int, by: int = by, ready: list[float] = ready) -> None:
            bar.setValue(bar.value() + by)
            ready.append(_ready(page))

        found[name] = _told(await pace.run(FRAMES, step))
        found[f"{name}_ready"] = 100 * sum(ready) / len(ready)
    top, ready = bar.maximum(), []

    def drag(number: int) -> None:
        bar.setValue(round(top * (0.5 - 0.5 * math.cos(2 * math.pi * number / FRAMES))))
        ready.append(_ready(page))

    found["drag"] = _told(await pace.run(FRAMES, drag))
    found["drag_ready"] = 100 * sum(ready) / len(ready)
    found["seen_mb"] = memory_mb() - before
    await opened["close"]()
    again = await _opened(app, gallery)
    shown: GalleryPage = again["page"]
    began = time.perf_counter()
    shown.model.narrow(words="word170")
    await _until(lambda: 0 < len(shown.model.ids) < PICTURES and _ready(shown) == 1)
    found["search"] = (time.perf_counter() - began) * 1000
    await again["close"]()
    for end in endings:
        await end()
    return found


def _ready(page: GalleryPage) -> float:
    """The share of the cells in view whose thumbnail is there."""
    view, seen = page.view, page.view.visible()
    side = round(view.side * view.devicePixelRatioF())
    made = view._thumbnails._made
    there = sum(
        (entry := page.model.entry(page.model.ids[at])) is not None and (entry.digest, side) in made
        for at in seen
    )
    return there / len(seen) if seen else 0.0


async def _until(reached: Callable[[], bool]) -> None:
    while not reached():  # noqa: ASYNC110  what is waited for is on the screen, and tells nobody
        await asyncio.sleep(0.001)


async def _opened(app: QApplication, gallery: Gallery) -> dict[str, Any]:
    from workbench.services.images.incoming import IncomingPictures
    from workbench.ui.images.actions import PictureActions
    from workbench.ui.images.gallery.model import GalleryModel
    from workbench.ui.images.gallery.page import GalleryPage
    from workbench.ui.images.thumbnails import Thumbnails
    from workbench.ui.support.notify import Notifier
    from workbench.ui.support.theme import Theme
    from workbench.ui.support.work import RunningWork

    theme, notifier = Theme("light"), Notifier()
    thumbnails = Thumbnails(gallery)
    actions = PictureActions(theme, gallery, notifier)
    began = time.perf_counter()
    model = GalleryModel(gallery, IncomingPictures(gallery, gallery._pixels), notifier, RunningWork())
    page = GalleryPage(theme, model, thumbnails, actions, notifier)
    page.resize(*SIZE)
    page.show()
    await asyncio.sleep(0)
    first = (time.perf_counter() - began) * 1000
    await _until(lambda: bool(model.ids) and _ready(page) == 1)
    page.view.viewport().repaint()
    done = (time.perf_counter() - began) * 1000

    async def close() -> None:
        await page.aclose()
        await model.aclose()
        await actions.aclose()
        await thumbnails.aclose()
        page.close()
        page.deleteLater()

    return {"page": page, "first": first, "all": done, "close": close}


async def _plain(app: QApplication) -> dict[str, Any]:
    """The same number of items in a bare list view; its pixmaps are decoded before."""
    from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QSize, Qt
    from PySide6.QtGui import QIcon, QPixmap
    from PySide6.QtWidgets import QListView

    dice = random.Random(3)
    icons = [QIcon(QPixmap.fromImage(_scene(dice, 168, 168))) for _ in range(60)]
    size = QSize(168, 168)

    class Items(QAbstractListModel):
        def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008
            return PICTURES

        def data(self, index: QModelIndex | QPersistentModelIndex, role: int = 0) -> Any:
            return icons[index.row() % 60] if role == Qt.ItemDataRole.DecorationRole else None

    before = memory_mb()
    items = Items()

    def opened() -> tuple[QListView, float]:
        began = time.perf_counter()
        view = QListView()
        view.setViewMode(QListView.ViewMode.IconMode)
        view.setMovement(QListView.Movement.Static)
        view.setResizeMode(QListView.ResizeMode.Adjust)
        view.setUniformItemSizes(True)
        view.setLayoutMode(QListView.LayoutMode.Batched)
        view.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        view.setIconSize(size)
        view.setSpacing(6)
        view.setModel(items)
        view.resize(*SIZE)
        view.show()
        app.processEvents()
        view.viewport().repaint()
        return view, (time.perf_counter() - began) * 1000

    opened()[0].deleteLater()
    view, taken = opened()
    for _ in range(200):  # batches of the layout
        await asyncio.sleep(0.002)
    found: dict[str, Any] = {"open": taken, "mb": memory_mb() - before}
    bar, pace = view.verticalScrollBar(), Pace(app)
    found["wheel"] = _told(await pace.run(FRAMES, lambda n: bar.setValue(bar.value() + WHEEL)))
    found["flick"] = _told(await pace.run(FRAMES, lambda n: bar.setValue(bar.value() + FLICK)))
    top = bar.maximum()
    found["drag"] = _told(
        await pace.run(
            FRAMES, lambda n: bar.setValue(round(top * (0.5 - 0.5 * math.cos(2 * math.pi * n / FRAMES))))
        )
    )
    view.close()
    view.deleteLater()
    return found


async def _held() -> dict[str, float]:
    """How late a timer fires: with nothing to do, then while photos of 12 megapixels become thumbnails."""
    from PySide6.QtCore import Qt, QTimer

    from workbench.ui.support.pixels import QtPixels

    photo = _scene(random.Random(9), 4000, 3000)
    photos = [_encoded(photo, "jpeg"), _encoded(photo, "png")]
    pixels = QtPixels()
    late: list[float] = []
    timer = QTimer()
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.setInterval(TICK_MS)
    last = time.perf_counter()

    def tick() -> None:
        nonlocal last
        now = time.perf_counter()
        late.append(max(0.0, (now - last) * 1000 - TICK_MS))
        last = now

    timer.timeout.connect(tick)
    timer.start()
    await asyncio.sleep(2)
    idle, late[:] = list(late), []
    count, until = 0, time.perf_counter() + 4
    while time.perf_counter() < until:
        await asyncio.gather(*(pixels.thumbnail(data, 256) for data in photos))
        count += len(photos)
    timer.stop()
    pixels.close()
    return {
        "photos": count,
        "p99": percentile(late, 0.99),
        "max": max(late),
        "idle_p99": percentile(idle, 0.99),
        "idle_max": max(idle),
    }


def _child() -> None:
    from workbench.ui.interpreter import keep_none_alive

    keep_none_alive()
    import qasync  # type: ignore[import-untyped]  # ships no types
    from PySide6.QtWidgets import QApplication

    app = QApplication([])
    app.setQuitOnLastWindowClosed(False)
    with (
        tempfile.TemporaryDirectory(prefix="workbench-gallery-") as folder,
        asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(app)) as runner,
    ):
        found = runner.run(_measure(app, Path(folder)))
    print(json.dumps(found))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        _child()
    else:
        sys.exit(main())
