from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, QPointF, QSize, Qt
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication

from tests.conftest import Run
from tests.ui.pictures import picture
from tests.waiting import until
from workbench.domain.errors import StorageFailed
from workbench.domain.images.gallery import GalleryImage, Origin
from workbench.ui.images.mask.page import MaskPage
from workbench.ui.images.mask.painting import from_bytes, is_empty
from workbench.ui.support.pixels import QtPixels
from workbench.ui.support.theme import Theme


class Pictures:
    def __init__(self) -> None:
        self.files = {"source": picture(200, 100)}
        self.failing = False

    async def data(self, digest: str) -> bytes:
        if self.failing or digest not in self.files:
            raise StorageFailed("The picture is gone.", fix="Take another one.")
        return self.files[digest]

    async def keep(self, data: bytes, name: str = "", side: int | None = None) -> GalleryImage:
        if self.failing:
            raise StorageFailed("The disk is full.")
        self.files["mask"] = data
        return GalleryImage("1", 0.0, "mask", "image/png", 200, 100, origin=Origin.INPUT)


@pytest.fixture
def run_page(theme: Theme, pixels: QtPixels, run_qt: Run) -> Callable[[Callable[..., object]], None]:
    """Run a coroutine function with a page, its pictures and what it said."""

    def run(work: Callable[..., object]) -> None:
        async def with_page() -> None:
            pictures = Pictures()
            page = MaskPage(theme, pictures, pixels)
            page.resize(800, 600)
            said: list[str] = []
            page.done.connect(said.append)
            page.closed.connect(lambda: said.append("closed"))
            try:
                await work(page, pictures, said)  # type: ignore[misc]  # a coroutine
            finally:
                await page.aclose()
                page.deleteLater()

        run_qt(with_page())

    return run


async def opened(page: MaskPage) -> None:
    page.edit("source")
    await until(lambda: page.ready)


def drag(page: MaskPage, button: Qt.MouseButton = Qt.MouseButton.LeftButton) -> None:
    middle = QPointF(page.canvas.rect().center())
    mouse(page, QEvent.Type.MouseButtonPress, middle - QPointF(100, 0), button)
    mouse(page, QEvent.Type.MouseMove, middle, button)
    mouse(page, QEvent.Type.MouseButtonRelease, middle, button)


def mouse(page: MaskPage, kind: QEvent.Type, at: QPointF, button: Qt.MouseButton) -> None:
    """Sent at once: QTest lets the loop run meanwhile, which a coroutine must not."""
    event = QMouseEvent(kind, at, page.canvas.mapToGlobal(at), button, button, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(page.canvas, event)


def key(page: MaskPage, kind: QEvent.Type, which: Qt.Key) -> None:
    QApplication.sendEvent(page.canvas, QKeyEvent(kind, which, Qt.KeyboardModifier.NoModifier))


def test_a_stroke_of_the_mouse_becomes_a_mask_as_large_as_the_picture(
    run_page: Callable[..., None],
) -> None:
    async def work(page: MaskPage, pictures: Pictures, said: list[str]) -> None:
        await opened(page)
        drag(page)
        page.finish()
        await until(lambda: said)
        assert said == ["mask"]
        mask: QImage = from_bytes(pictures.files["mask"])
        assert mask.size() == QSize(200, 100)
        assert not is_empty(mask.convertToFormat(QImage.Format.Format_Grayscale8))

    run_page(work)


def test_the_keyboard_paints_too(run_page: Callable[..., None]) -> None:
    async def work(page: MaskPage, pictures: Pictures, said: list[str]) -> None:
        await opened(page)
        key(page, QEvent.Type.KeyPress, Qt.Key.Key_Space)
        key(page, QEvent.Type.KeyPress, Qt.Key.Key_Right)
        key(page, QEvent.Type.KeyRelease, Qt.Key.Key_Space)
        assert page.painting.history.count() == 1
        assert not is_empty(page.painting.image)

    run_page(work)


def test_the_right_button_erases(run_page: Callable[..., None]) -> None:
    async def work(page: MaskPage, pictures: Pictures, said: list[str]) -> None:
        await opened(page)
        drag(page)
        drag(page, Qt.MouseButton.RightButton)
        assert is_empty(page.painting.image)

    run_page(work)


def test_an_empty_mask_is_none(run_page: Callable[..., None]) -> None:
    async def work(page: MaskPage, pictures: Pictures, said: list[str]) -> None:
        await opened(page)
        page.finish()
        await until(lambda: said)
        assert said == [""]
        assert "mask" not in pictures.files

    run_page(work)


def test_leaving_keeps_what_was_painted_until_it_is_opened_again(run_page: Callable[..., None]) -> None:
    async def work(page: MaskPage, pictures: Pictures, said: list[str]) -> None:
        await opened(page)
        drag(page)
        page._cancel.click()
        assert said == ["closed"]
        await opened(page)
        assert page.painting.history.count() == 1
        assert not is_empty(page.painting.image)

    run_page(work)


def test_a_mask_that_cannot_be_kept_stays_on_the_page(run_page: Callable[..., None]) -> None:
    async def work(page: MaskPage, pictures: Pictures, said: list[str]) -> None:
        await opened(page)
        drag(page)
        pictures.failing = True
        page.finish()
        await until(lambda: "full" in page._share.text())
        assert not is_empty(page.painting.image)
        assert said == []

    run_page(work)


def test_a_picture_that_is_gone_is_told_with_a_way_to_try_again(run_page: Callable[..., None]) -> None:
    async def work(page: MaskPage, pictures: Pictures, said: list[str]) -> None:
        page.edit("nowhere")
        await until(lambda: "gone" in page.blank.what.text())
        assert not page.ready
        pictures.files["nowhere"] = pictures.files["source"]
        page._again.click()
        await until(lambda: page.ready)

    run_page(work)
