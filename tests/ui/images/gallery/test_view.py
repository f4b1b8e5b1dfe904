"""Thumbnails are chosen with mouse and keyboard, and keep their place."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.conftest import Run
from tests.ui.images.fakes import entry
from tests.ui.images.gallery.conftest import PageScene
from workbench.ui.images.gallery.accessible import ListInterface
from workbench.ui.images.gallery.view import LEAST_SIDE, ThumbnailView

Pages = Callable[[int], PageScene]
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
NONE, LEFT = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton


def _centre(view: ThumbnailView, index: int) -> QPoint:
    return view.rect_of(index).center()


def _click(view: ThumbnailView, index: int, keys: Qt.KeyboardModifier = NONE) -> None:
    QTest.mouseClick(view.viewport(), LEFT, keys, _centre(view, index))


def _pressed(view: ThumbnailView, key: Qt.Key, keys: Qt.KeyboardModifier = NONE) -> str:
    QTest.keyClick(view, key, keys)
    return view.model.current


def test_clicks_choose_one_several_and_a_range(pages: Pages, run_qt: Run) -> None:
    scene = pages(30)

    async def play() -> None:
        await scene.open()
        view, ids = scene.page.view, scene.model.ids
        _click(view, 2)
        assert scene.model.selected == {ids[2]}
        _click(view, 4, CTRL)
        assert scene.model.selected == {ids[2], ids[4]}
        _click(view, 6, SHIFT)
        assert scene.model.selected == {ids[4], ids[5], ids[6]}
        _click(view, 5)  # one of several: after the release it is the only one
        assert scene.model.selected == {ids[5]}
        QTest.mouseClick(view.viewport(), LEFT, pos=QPoint(2, 2))
        assert scene.model.selected == set()

    run_qt(play())


def test_a_rubber_band_chooses_what_it_touches(pages: Pages, run_qt: Run) -> None:
    scene = pages(30)

    async def play() -> None:
        await scene.open()
        view, ids = scene.page.view, scene.model.ids
        start, end = QPoint(2, 2), _centre(view, 1)
        QTest.mousePress(view.viewport(), LEFT, pos=start)
        for share in (0.3, 0.6, 1.0):
            QTest.mouseMove(view.viewport(), start + (end - start) * share)
        assert scene.model.selected == {ids[0], ids[1]}
        QTest.mouseMove(view.viewport(), _centre(view, 0))
        assert scene.model.selected == {ids[0]}
        QTest.mouseRelease(view.viewport(), LEFT, pos=_centre(view, 0))

    run_qt(play())


def test_the_keyboard_goes_everywhere(pages: Pages, run_qt: Run) -> None:
    scene = pages(200)

    async def play() -> None:
        await scene.open()
        view, ids = scene.page.view, scene.model.ids
        view.setFocus()
        columns = view._grid.columns
        assert _pressed(view, Qt.Key.Key_Right) == ids[1]
        assert _pressed(view, Qt.Key.Key_Down) == ids[1 + columns]
        assert _pressed(view, Qt.Key.Key_Up, SHIFT) == ids[1]
        assert scene.model.selected == set(ids[1 : 2 + columns])
        assert _pressed(view, Qt.Key.Key_End) == ids[-1]
        assert view.visible().stop == 200  # it came into view
        assert _pressed(view, Qt.Key.Key_Right) == ids[-1]
        assert _pressed(view, Qt.Key.Key_Home) == ids[0]
        assert view.verticalScrollBar().value() == 0
        assert _pressed(view, Qt.Key.Key_PageDown) != ids[0]
        _pressed(view, Qt.Key.Key_Home)
        _pressed(view, Qt.Key.Key_Right, CTRL)
        assert scene.model.selected == {ids[0]}  # the keyboard went on, the selection stayed
        _pressed(view, Qt.Key.Key_Space)
        assert scene.model.selected == {ids[0], ids[1]}
        _pressed(view, Qt.Key.Key_A, CTRL)
        assert len(scene.model.selected) == 200
        _pressed(view, Qt.Key.Key_Escape)
        assert scene.model.selected == set()

    run_qt(play())


def test_left_and_right_are_where_they_are_in_a_language_from_right_to_left(
    pages: Pages, run_qt: Run
) -> None:
    scene = pages(30)
    scene.page.setLayoutDirection(Qt.LayoutDirection.RightToLeft)

    async def play() -> None:
        await scene.open()
        view, ids = scene.page.view, scene.model.ids
        assert view.rect_of(0).left() > view.rect_of(1).left()
        _click(view, 0)
        assert _pressed(view, Qt.Key.Key_Left) == ids[1]
        assert _pressed(view, Qt.Key.Key_Right) == ids[0]

    run_qt(play())


def test_keys_rate_open_and_delete(pages: Pages, run_qt: Run) -> None:
    scene = pages(10)
    opened: list[str] = []

    async def play() -> None:
        await scene.open()
        view, ids = scene.page.view, scene.model.ids
        scene.page.opened.connect(opened.append)
        _click(view, 1)
        _click(view, 2, CTRL)
        QTest.keyClick(view, Qt.Key.Key_4)
        await scene.settle()
        assert [scene.gallery.entries[id].rating for id in ids[:4]] == [0, 4, 4, 0]
        QTest.keyClick(view, Qt.Key.Key_Return)
        QTest.mouseDClick(view.viewport(), LEFT, pos=_centre(view, 5))
        QTest.keyClick(view, Qt.Key.Key_Delete)
        await scene.settle()
        assert set(ids) - set(scene.gallery.entries)
        QTest.keyClick(scene.page, Qt.Key.Key_Z, CTRL)
        await scene.settle()

    run_qt(play())
    assert opened == ["image-7", "image-4"]
    assert len(scene.gallery.entries) == 10


def test_what_is_looked_at_stays_where_it_is_when_new_ones_come(pages: Pages, run_qt: Run) -> None:
    scene = pages(200)

    async def play() -> None:
        await scene.open()
        view = scene.page.view
        view.verticalScrollBar().setValue(1500)
        await scene.settle()
        index = view.visible().start
        id, top = scene.model.ids[index], view.rect_of(index).top()
        columns = view._grid.columns
        for number in range(300, 300 + 2 * columns):
            scene.gallery.arrive(entry(number))
        await scene.settle()
        assert view.rect_of(scene.model.place_of(id)).top() == top
        view.verticalScrollBar().setValue(0)
        scene.gallery.arrive(entry(900))
        await scene.settle()
        assert view.verticalScrollBar().value() == 0  # at the top one sees what is new
        assert scene.model.ids[0] == "image-900"

    run_qt(play())


def test_another_search_begins_at_the_top(pages: Pages, run_qt: Run) -> None:
    scene = pages(200)

    async def play() -> None:
        await scene.open()
        scene.page.view.verticalScrollBar().setValue(1500)
        scene.model.narrow(words="lighthouse")
        scene.model.narrow(words="number 1")
        await scene.settle()

    run_qt(play())
    assert scene.page.view.verticalScrollBar().value() == 0


def test_only_what_is_seen_is_read_and_decoded(pages: Pages, run_qt: Run) -> None:
    scene = pages(2000)

    async def play() -> None:
        await scene.open()
        QApplication.processEvents()
        await scene.settle()

    run_qt(play())
    assert 0 < sum(scene.gallery.fetched) < 150
    assert len(scene.thumbnails._made) <= len(scene.page.view.visible())


def test_another_size_keeps_what_is_looked_at(pages: Pages, run_qt: Run) -> None:
    scene = pages(500)

    async def play() -> None:
        await scene.open()
        view = scene.page.view
        view.verticalScrollBar().setValue(2000)
        id = scene.model.ids[view.visible().start]
        view.set_side(LEAST_SIDE)
        assert view.side == LEAST_SIDE
        assert scene.model.place_of(id) in view.visible()
        view.set_side(1)
        assert view.side == LEAST_SIDE
        await scene.settle()

    run_qt(play())


def test_the_wheel_with_control_makes_them_larger(pages: Pages, run_qt: Run) -> None:
    scene = pages(30)

    async def play() -> None:
        await scene.open()
        view = scene.page.view
        before = view.side

        def turn(delta: int) -> None:
            nothing, there = QPoint(), QPointF(_centre(view, 0))
            phase = Qt.ScrollPhase.NoScrollPhase
            angle = QPoint(0, delta)
            event = QWheelEvent(there, there, nothing, angle, Qt.MouseButton.NoButton, CTRL, phase, False)
            view.wheelEvent(event)

        for delta in (60, 60):  # a fine wheel tells halves of a notch
            turn(delta)
        assert view.side == before + scene.page.filters.slider.pageStep()
        turn(-120)
        assert view.side == before
        QTest.keyClick(view, Qt.Key.Key_Minus, CTRL)
        assert view.side < before
        await scene.settle()

    run_qt(play())


def test_a_screen_reader_gets_the_pictures_in_view(pages: Pages, run_qt: Run) -> None:
    scene = pages(5)

    async def play() -> None:
        await scene.open()
        await scene.gallery.rate(["image-4"], 3)
        await scene.settle()
        view = scene.page.view
        _click(view, 0)
        read = QAccessible.queryAccessibleInterface(view)
        assert isinstance(read, ListInterface)
        assert read.childCount() == 5
        first = read.child(0)
        said = first.text(QAccessible.Text.Name)
        assert "lighthouse" in said
        assert "3 stars" in said
        assert first.state().selected
        assert read.childAt(*first.rect().center().toTuple()) is first
        assert read.indexOfChild(first) == 0

    run_qt(play())


@pytest.mark.parametrize("dark", [False, True])
def test_it_is_painted_with_missing_broken_and_ready_pictures(
    pages: Pages, run_qt: Run, theme: object, dark: bool
) -> None:
    scene = pages(3)
    scene.gallery.entries["image-1"] = entry(1, digest="", rating=2)

    async def play() -> None:
        scene.page._theme.set_mode("dark" if dark else "light")
        await scene.open()
        scene.thumbnails._broken.add(entry(0).digest)
        ground = scene.page.view.viewport().grab().toImage()
        await scene.settle()
        painted = scene.page.view.viewport().grab().toImage()
        assert ground.size() == painted.size()
        centre = _centre(scene.page.view, 0)
        assert painted.pixelColor(centre) != painted.pixelColor(2, 2)

    run_qt(play())
