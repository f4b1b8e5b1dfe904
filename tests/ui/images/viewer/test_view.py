from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QMouseEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui.pictures import image
from workbench.ui.images.viewer.view import MOST_ZOOM, Mode, PictureView
from workbench.ui.support.theme import Theme

NO, LEFT = Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton


@pytest.fixture
def view(theme: Theme, qtbot: QtBot) -> PictureView:
    made = PictureView(theme)
    qtbot.addWidget(made)
    made.resize(400, 300)
    return made


def mouse(view: PictureView, kind: QEvent.Type, x: float, y: float, button: Qt.MouseButton = LEFT) -> None:
    at = QPointF(x, y)
    event = QMouseEvent(kind, at, view.mapToGlobal(at), button, button, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(view, event)


def plain(colour: str, width: int = 200, height: int = 100) -> QImage:
    made = QImage(width, height, QImage.Format.Format_RGB32)
    made.fill(QColor(colour))
    return made


def seen(view: PictureView, x: int, y: int) -> str:
    return view.grab().toImage().pixelColor(x, y).name()


def test_a_small_picture_is_shown_in_its_own_size_and_a_large_one_fitted(view: PictureView) -> None:
    view.show_picture(image(100, 50))
    assert view.zoom == 1
    view.show_picture(image(4000, 1000))
    assert view.zoom == pytest.approx((400 - 16) / 4000)


def test_zooming_keeps_the_point_under_the_pointer(view: PictureView) -> None:
    view.show_picture(image(200, 100))
    seen_at: list[QPoint | None] = []
    view.pointed.connect(seen_at.append)
    mouse(view, QEvent.Type.MouseMove, 250, 160, NO)
    view.zoom_by(4, QPointF(250, 160))
    mouse(view, QEvent.Type.MouseMove, 250, 160, NO)
    assert seen_at[0] is not None
    assert seen_at[0] == seen_at[1]


def test_zoom_has_its_limits(view: PictureView) -> None:
    view.show_picture(image(200, 100))
    for _ in range(60):
        view.zoom_step(closer=True)
    assert view.zoom == MOST_ZOOM
    for _ in range(120):
        view.zoom_step(closer=False)
    assert 0 < view.zoom <= 1


def test_the_same_size_keeps_zoom_and_place_so_that_pictures_can_be_flipped_through(
    view: PictureView,
) -> None:
    view.show_picture(image(200, 100))
    view.zoom_by(3)
    view.show_picture(image(200, 100, "#ff0000"))
    assert view.zoom == 3
    view.show_picture(image(300, 100))
    assert view.zoom == 1


def test_a_small_copy_stands_in_for_the_picture_in_its_true_size(view: PictureView) -> None:
    view.show_picture(image(20, 10), QSize(200, 100))
    view.zoom_by(2)
    view.show_picture(image(200, 100))
    assert view.zoom == 2


def test_dragging_moves_and_something_stays_in_sight(view: PictureView) -> None:
    view.show_picture(plain("#ff0000"))
    mouse(view, QEvent.Type.MouseButtonPress, 200, 150)
    mouse(view, QEvent.Type.MouseMove, 2000, 150)
    mouse(view, QEvent.Type.MouseButtonRelease, 2000, 150)
    assert seen(view, 390, 150) == "#ff0000" or seen(view, 210, 150) == "#ff0000"


def test_the_slider_parts_two_pictures_and_can_be_dragged(view: PictureView) -> None:
    view.show_pair(plain("#ff0000"), plain("#0000ff"), ("one", "other"))
    assert (seen(view, 150, 120), seen(view, 250, 120)) == ("#ff0000", "#0000ff")
    mouse(view, QEvent.Type.MouseButtonPress, 200, 120)
    mouse(view, QEvent.Type.MouseMove, 280, 120)
    mouse(view, QEvent.Type.MouseButtonRelease, 280, 120)
    assert view.part == pytest.approx(0.7)
    assert seen(view, 250, 120) == "#ff0000"


@pytest.mark.parametrize("mode", list(Mode))
def test_with_the_keyboard_a_comparison_looks_the_same_but_for_its_edge(
    view: PictureView, qtbot: QtBot, mode: Mode
) -> None:
    view.show_pair(plain("#ff0000"), plain("#0000ff"), ("one", "other"))
    view.set_mode(mode)
    before = view.grab(view.rect().adjusted(2, 2, -2, -2)).toImage()
    view.show()
    view.setFocus()
    qtbot.waitUntil(view.hasFocus)
    assert view.grab(view.rect().adjusted(2, 2, -2, -2)).toImage() == before


def test_side_by_side_shows_both_and_moves_them_together(view: PictureView) -> None:
    view.show_pair(plain("#ff0000"), plain("#0000ff"), ("one", "other"))
    view.set_mode(Mode.SIDE)
    assert (seen(view, 100, 150), seen(view, 300, 150)) == ("#ff0000", "#0000ff")


def test_the_difference_is_shown_once_it_is_there(view: PictureView) -> None:
    view.show_pair(plain("#ff0000"), plain("#0000ff"), ("one", "other"))
    view.set_mode(Mode.DIFFERENCE)
    view.show_difference(plain("#00ff00"))
    assert seen(view, 200, 150) == "#00ff00"


def test_a_pixel_is_told_only_inside_the_picture(view: PictureView) -> None:
    view.show_picture(image(200, 100))
    said: list[QPoint | None] = []
    view.pointed.connect(said.append)
    mouse(view, QEvent.Type.MouseMove, 200, 150, NO)
    mouse(view, QEvent.Type.MouseMove, 2, 2, NO)
    assert said == [QPoint(100, 50), None]
