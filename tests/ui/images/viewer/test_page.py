from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

import pytest
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QMenu, QWidget

from tests.conftest import Run
from tests.ui.pictures import picture
from tests.waiting import until
from workbench.domain.errors import StorageFailed
from workbench.domain.images.gallery import GalleryImage
from workbench.domain.images.settings import ImageSettings
from workbench.ui.images.viewer.page import ViewerPage
from workbench.ui.support.pixels import QtPixels
from workbench.ui.support.theme import Theme

COLOURS = {"a": "#ff0000", "b": "#00ff00", "c": "#0000ff"}


class Pictures:
    def __init__(self) -> None:
        self.gone: set[str] = set()
        self.lost: set[str] = set()
        self.settings: dict[str, ImageSettings] = {}

    async def get(self, image_id: str) -> GalleryImage | None:
        if image_id in self.gone:
            return None
        return GalleryImage(
            image_id,
            0.0,
            image_id,
            "image/png",
            64,
            48,
            model="@cf/x/flux",
            settings=self.settings.get(image_id, ImageSettings(f"picture {image_id}", seed=7)),
        )

    async def data(self, digest: str) -> bytes:
        if digest in self.lost:
            raise StorageFailed("The file is gone.", fix="Restore it.")
        return picture(64, 48, COLOURS[digest])


class Thumbnails:
    def nearest(self, digest: str, side: int) -> QPixmap | None:
        return None


class Actions:
    def menu(self, images: Sequence[GalleryImage], parent: QWidget, *, opened: bool = False) -> QMenu:
        return QMenu(parent)


Work = Callable[[ViewerPage, Pictures], Awaitable[None]]


@pytest.fixture
def run_page(theme: Theme, pixels: QtPixels, run_qt: Run) -> Callable[[Work], None]:
    def run(work: Work) -> None:
        async def with_page() -> None:
            pictures = Pictures()
            page = ViewerPage(theme, pictures, pixels, Thumbnails(), Actions())
            page.resize(700, 500)
            try:
                await work(page, pictures)
            finally:
                await page.aclose()
                page.deleteLater()

        run_qt(with_page())

    return run


def test_left_and_right_lead_through_the_list_and_stop_at_its_ends(run_page: Callable[[Work], None]) -> None:
    async def work(page: ViewerPage, pictures: Pictures) -> None:
        said: list[str] = []
        page.current_changed.connect(said.append)
        page.show_images(("a", "b", "c"), "b")
        await until(lambda: page.ready)
        page.step(1)
        page.step(1)
        page.step(-1)
        page.step(-1)
        page.step(-1)
        await until(lambda: page.ready)
        assert said == ["b", "c", "b", "a"]
        assert page.current_id == "a"
        assert "picture a" in page._title.text()
        assert "seed 7" in page._facts.text()

    run_page(work)


def test_two_are_compared_and_the_difference_is_told(run_page: Callable[[Work], None]) -> None:
    async def work(page: ViewerPage, pictures: Pictures) -> None:
        page.compare("a", "b")
        await until(lambda: page.ready)
        assert page.view.comparing
        assert "255" in page._facts.text()
        page._swap.click()
        await until(lambda: page.ready)
        assert page.current_id == "b"

    run_page(work)


def test_what_is_opened_anew_is_fitted(run_page: Callable[[Work], None]) -> None:
    async def work(page: ViewerPage, pictures: Pictures) -> None:
        page.show_images(("a",), "a")
        await until(lambda: page.ready)
        fitted = page.view.zoom
        page.view.zoom_by(4)
        page.show_images(("a",), "a")
        await until(lambda: page.ready)
        assert page.view.zoom == fitted

    run_page(work)


def test_two_with_one_prompt_are_called_by_what_sets_them_apart(run_page: Callable[[Work], None]) -> None:
    async def work(page: ViewerPage, pictures: Pictures) -> None:
        pictures.settings = {
            "a": ImageSettings("a mill", seed=1, steps=20),
            "b": ImageSettings("a mill", seed=2, steps=20),
        }
        page.compare("a", "b")
        await until(lambda: page.ready)
        assert page.view.names == ("seed 1", "seed 2")
        assert page._title.text() == "a mill"

    run_page(work)


def test_a_picture_compared_with_itself_is_the_same(run_page: Callable[[Work], None]) -> None:
    async def work(page: ViewerPage, pictures: Pictures) -> None:
        page.compare("a", "a")
        await until(lambda: page.ready)
        assert "Every pixel is the same" in page._facts.text()

    run_page(work)


def test_after_a_comparison_one_is_shown_again(run_page: Callable[[Work], None]) -> None:
    async def work(page: ViewerPage, pictures: Pictures) -> None:
        page.compare("a", "b")
        await until(lambda: page.ready)
        page.show_images(("c",), "c")
        await until(lambda: page.ready)
        assert not page.view.comparing
        assert page.current_id == "c"

    run_page(work)


def test_a_picture_that_cannot_be_opened_says_why_and_can_be_tried_again(
    run_page: Callable[[Work], None],
) -> None:
    async def work(page: ViewerPage, pictures: Pictures) -> None:
        pictures.lost = {"a"}
        page.show_images(("a", "b"), "a")
        await until(lambda: "gone" in page.blank.what.text())
        assert "Restore" in page.blank.why.text()
        pictures.lost = set()
        page._again.click()
        await until(lambda: page.ready)

    run_page(work)


def test_a_damaged_neighbour_does_not_disturb(run_page: Callable[[Work], None]) -> None:
    async def work(page: ViewerPage, pictures: Pictures) -> None:
        pictures.lost, pictures.gone = {"b"}, {"c"}
        page.show_images(("c", "a", "b"), "a")
        await until(lambda: page.ready)
        assert "picture a" in page._title.text()

    run_page(work)
