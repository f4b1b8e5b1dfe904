"""The page has all its states, filters what is shown, and takes and gives pictures."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QDate, QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QFileDialog,
    QLineEdit,
    QMenu,
    QPushButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from tests.conftest import Run
from tests.ui.images.fakes import entry
from tests.ui.images.gallery.conftest import PageScene
from workbench.domain.errors import StorageFailed
from workbench.domain.images.gallery import GalleryOrder
from workbench.ui.images.dragging import mime_of
from workbench.ui.images.gallery.dates import Span, between, stretch_of

Pages = Callable[[int], PageScene]
MIDDLE = QPointF(300, 300)


def _shown(scene: PageScene) -> object:
    return scene.page._stack.currentWidget()


def _button(scene: PageScene, words: str) -> QAbstractButton:
    return next(
        button
        for button in scene.page.findChildren(QPushButton)
        if button.text() == words and button.isVisible()
    )


async def _dialog() -> QFileDialog:
    while True:
        for widget in QApplication.topLevelWidgets():
            if isinstance(widget, QFileDialog) and widget.isVisible():
                return widget
        await asyncio.sleep(0.005)


def _drop(target: object, mime: QMimeData, at: QPointF = MIDDLE) -> bool:
    keys, mouse = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton
    entering = QDragEnterEvent(at, Qt.DropAction.CopyAction, mime, mouse, keys)
    entering.ignore()
    target.dragEnterEvent(entering)  # type: ignore[attr-defined]  # any widget that takes drops
    if not entering.isAccepted():
        return False
    target.dropEvent(QDropEvent(at, Qt.DropAction.CopyAction, mime, mouse, keys))  # type: ignore[attr-defined]
    return True


def test_an_empty_gallery_offers_to_make_and_to_import(pages: Pages, run_qt: Run) -> None:
    scene = pages(0)
    heard: list[bool] = []

    async def play() -> None:
        await scene.open()
        assert _shown(scene) is scene.page._empty
        assert not scene.page.filters.isVisible()
        scene.page.create_wanted.connect(lambda: heard.append(True))
        _button(scene, "Make a picture").click()
        scene.gallery.arrive(entry(1))
        await scene.settle()
        assert _shown(scene) is scene.page.view

    run_qt(play())
    assert heard == [True]


def test_while_it_is_read_there_are_outlines(pages: Pages, run_qt: Run) -> None:
    scene = pages(3)

    async def play() -> None:
        scene.gallery.gate = asyncio.Event()
        scene.page.show()
        await asyncio.sleep(0.01)
        assert _shown(scene) is scene.page._loading
        scene.page.grab()
        scene.gallery.gate.set()
        await scene.settle()
        assert _shown(scene) is scene.page.view

    run_qt(play())


def test_a_failure_says_why_and_can_be_tried_again(pages: Pages, run_qt: Run) -> None:
    scene = pages(3)
    scene.gallery.problem = StorageFailed("The database is locked.", why="Somebody has it.")

    async def play() -> None:
        await scene.open()
        assert _shown(scene) is scene.page._trouble
        assert "Somebody" in scene.page._trouble.why.text()
        scene.gallery.problem = None
        _button(scene, "Try again").click()
        await scene.settle()
        assert _shown(scene) is scene.page.view

    run_qt(play())


def test_nothing_found_offers_to_clear_the_filter(pages: Pages, run_qt: Run) -> None:
    scene = pages(3)

    async def play() -> None:
        await scene.open()
        scene.page.filters.search.setText("zebra")
        QTest.keyClick(scene.page.filters.search, Qt.Key.Key_Return)
        await scene.settle()
        assert _shown(scene) is scene.page._nothing
        _button(scene, "Clear the filter").click()
        await scene.settle()
        assert _shown(scene) is scene.page.view
        assert scene.page.filters.search.text() == ""

    run_qt(play())


def test_an_empty_board_says_how_pictures_get_there(pages: Pages, run_qt: Run) -> None:
    scene = pages(3)

    async def play() -> None:
        await scene.open()
        scene.model.make_board("Lights")
        await scene.settle()
        scene.model.open_board("Lights")
        await scene.settle()
        assert _shown(scene) is scene.page._nothing
        assert "board" in scene.page._nothing.what.text()
        assert not scene.page._clear.isVisible()

    run_qt(play())


def test_each_filter_narrows_what_is_shown(pages: Pages, run_qt: Run) -> None:
    scene = pages(10)
    scene.gallery.entries["image-3"] = entry(3, rating=5, tags=("sea",))

    async def play() -> None:
        await scene.open()
        bar, model = scene.page.filters, scene.model

        def choose(combo: object, value: object) -> None:
            at = combo.findData(value)  # type: ignore[attr-defined]  # a QComboBox
            combo.setCurrentIndex(at)  # type: ignore[attr-defined]
            combo.activated.emit(at)  # type: ignore[attr-defined]

        choose(bar.models, entry(1).model)
        await scene.settle()
        assert len(model.ids) == 5
        choose(bar.stars, 4)
        await scene.settle()
        assert list(model.ids) == ["image-3"]
        bar.clear.click()
        await scene.settle()
        assert len(model.ids) == 10
        choose(bar.order, GalleryOrder.OLDEST)
        await scene.settle()
        assert list(model.ids)[0] == "image-0"
        choose(bar.spans, Span.TODAY)
        await scene.settle()
        assert list(model.ids) == []
        choose(bar.spans, Span.BETWEEN)
        assert bar.days.isVisible()
        day = datetime.fromtimestamp(entry(0).created_at)
        bar.days.first.setDate(QDate(day.year, day.month, day.day))
        await scene.settle()
        assert len(model.ids) == 10
        bar.clear.click()
        assert not bar.days.isVisible()
        bar._tag_switch("sea")()
        await scene.settle()
        assert list(model.ids) == ["image-3"]
        assert bar.tags.text() == "sea"

    run_qt(play())


def test_words_are_looked_for_when_one_stops_typing(pages: Pages, run_qt: Run) -> None:
    scene = pages(10)

    async def play() -> None:
        await scene.open()
        QTest.keyClicks(scene.page.filters.search, "number  7")
        assert scene.model.filter.words == ""
        QTest.keyClick(scene.page.filters.search, Qt.Key.Key_Return)
        await scene.settle()

    run_qt(play())
    assert scene.model.ids == ("image-7",)


def test_from_the_search_one_goes_down_to_the_pictures(pages: Pages, run_qt: Run) -> None:
    scene = pages(10)

    async def play() -> None:
        await scene.open()
        scene.page.activateWindow()
        scene.page.filters.search.setFocus()
        QTest.keyClick(scene.page.filters.search, Qt.Key.Key_Down)
        assert scene.page.view.hasFocus()
        QTest.keyClick(scene.page.view, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
        assert scene.page.filters.search.hasFocus()

    run_qt(play())


def test_files_and_pictures_of_other_programs_are_imported(pages: Pages, run_qt: Run, tmp_path: Path) -> None:
    scene = pages(2)
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(tmp_path / "photo.png")), QUrl("file:///notes.txt")])

    async def play() -> None:
        await scene.open()
        assert _drop(scene.page, mime)
        await scene.settle()
        assert [image.name for image in scene.gallery.entries.values()][-1] == "photo.png"
        assert scene.model.current  # what came in is selected
        other = QMimeData()
        other.setText("words")
        assert not _drop(scene.page, other)
        ours = mime_of([entry(1)], scene.gallery.path)
        assert not _drop(scene.page, ours)

    run_qt(play())
    assert len(scene.gallery.entries) == 3


def test_keys_and_the_slider_make_the_thumbnails_larger(pages: Pages, run_qt: Run) -> None:
    scene = pages(4)
    told: list[int] = []
    scene.page.side_changed.connect(told.append)

    async def play() -> None:
        await scene.open()
        view = scene.page.view
        usual = view.side
        for key in (Qt.Key.Key_Plus, Qt.Key.Key_Minus, Qt.Key.Key_Equal, Qt.Key.Key_0):
            QTest.keyClick(view, key, Qt.KeyboardModifier.ControlModifier)
        assert view.side == usual

    run_qt(play())
    assert len(told) == 4


def test_it_looks_again_when_its_window_comes_to_the_front(pages: Pages, run_qt: Run, qtbot: QtBot) -> None:
    scene = pages(2)
    window, other = QWidget(), QWidget()
    for each in (window, other):
        qtbot.addWidget(each)
    scene.page.setParent(window)

    async def play() -> None:
        window.show()
        window.activateWindow()
        await scene.open()
        other.show()
        other.activateWindow()
        await asyncio.sleep(0.05)
        scene.gallery.entries["image-9"] = entry(9)  # nobody tells this one
        window.activateWindow()
        await asyncio.sleep(0.05)
        await scene.settle()
        assert "image-9" in scene.model.ids
        scene.page.setParent(None)

    run_qt(play())


def test_a_narrow_page_leaves_its_room_to_the_pictures(pages: Pages, run_qt: Run) -> None:
    scene = pages(4)

    async def play() -> None:
        await scene.open()
        assert scene.page.boards.isVisible()
        assert scene.page.filters.slider.isVisible()
        scene.page.resize(310, 700)
        assert not scene.page.boards.isVisible()
        assert not scene.page.filters.slider.isVisible()
        assert scene.page.boards.list not in scene.page.regions()

    run_qt(play())


def test_a_folder_can_be_dropped(pages: Pages, run_qt: Run, tmp_path: Path) -> None:
    scene = pages(0)
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(tmp_path))])

    async def play() -> None:
        await scene.open()
        scene.page.focus()
        assert scene.page.focusWidget() is scene.page._make  # Enter leads on from the empty page
        assert _drop(scene.page, mime)
        await scene.settle()

    run_qt(play())
    assert len(scene.gallery.entries) == 1


def test_the_search_field_is_plainly_empty_after_the_filter_is_cleared(pages: Pages, run_qt: Run) -> None:
    scene = pages(4)
    told: list[str] = []

    async def play() -> None:
        await scene.open()
        scene.page.filters.search.setText("number 1")
        scene.page.filters.search.returnPressed.emit()
        await scene.settle()
        scene.page.filters.search.textChanged.connect(told.append)
        scene.page.filters.clear.click()
        await scene.settle()

    run_qt(play())
    assert told == [""]  # Qt hides the field's own cross by this
    assert len(scene.model.ids) == 4


def test_a_picture_seen_elsewhere_is_selected_in_the_list(pages: Pages, run_qt: Run) -> None:
    scene = pages(200)

    async def play() -> None:
        await scene.open()
        scene.page.show_image("image-3")
        await scene.settle()
        place = scene.model.place_of("image-3")
        assert place in scene.page.view.visible()
        scene.page.show_image("not here")
        await scene.settle()

    run_qt(play())
    assert scene.model.selected == {"image-3"}


def test_a_picture_on_the_clipboard_is_pasted(pages: Pages, run_qt: Run) -> None:
    from tests.ui.pictures import image

    scene = pages(2)

    async def play() -> None:
        await scene.open()
        QGuiApplication.clipboard().setImage(image())
        scene.page.view.setFocus()
        QTest.keyClick(scene.page.view, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
        await scene.settle()

    run_qt(play())
    assert len(scene.gallery.entries) == 3


def test_pictures_are_dropped_on_a_board(pages: Pages, run_qt: Run) -> None:
    scene = pages(4)

    async def play() -> None:
        await scene.open()
        scene.model.make_board("Lights")
        await scene.settle()
        rows = scene.page.boards.list
        item = rows.item_of("Lights")
        assert item is not None
        mime = mime_of([entry(1), entry(2)], scene.gallery.path)
        assert _drop(rows, mime, QPointF(rows.visualItemRect(item).center()))
        await scene.settle()
        everything = rows.item_of("")
        assert everything is not None
        _drop(rows, mime, QPointF(rows.visualItemRect(everything).center()))  # is no board
        await scene.settle()

    run_qt(play())
    assert [id for id, image in scene.gallery.entries.items() if image.boards] == ["image-1", "image-2"]


def _typed_name(scene: PageScene, words: str, key: Qt.Key = Qt.Key.Key_Return) -> None:
    editor = scene.page.boards.list.findChild(QLineEdit)
    assert editor is not None
    editor.selectAll()
    QTest.keyClicks(editor, words)
    QTest.keyClick(editor, key)


def test_a_board_is_made_renamed_opened_and_deleted_in_the_list(pages: Pages, run_qt: Run) -> None:
    scene = pages(4)

    async def play() -> None:
        await scene.open()
        boards = scene.page.boards
        boards.add.click()
        _typed_name(scene, "Lights")
        await scene.settle()
        boards.add.click()
        _typed_name(scene, "x", Qt.Key.Key_Escape)
        await scene.settle()
        assert boards.list.count() == 2
        lights = boards.list.item_of("Lights")
        assert lights is not None
        boards.list.setCurrentItem(lights)
        await scene.settle()
        assert scene.model.filter.board == "Lights"
        boards.list.rename("Lights")
        _typed_name(scene, "Lamps")
        await scene.settle()
        assert scene.model.filter.board == "Lamps"
        current = boards.list.currentItem()
        assert current is not None
        assert current.text() == "Lamps"
        menu = boards.menu("Lamps")
        assert "Delete the board" in [act.text() for act in menu.actions()]
        menu.close()
        QTest.keyClick(boards.list, Qt.Key.Key_Delete)
        await scene.settle()
        assert boards.list.count() == 1

    run_qt(play())
    assert scene.said[-1].action is not None


def test_what_is_selected_is_exported_or_else_all_that_was_found(
    pages: Pages, run_qt: Run, tmp_path: Path
) -> None:
    scene = pages(5)

    async def play() -> None:
        await scene.open()
        for ids in ((), ("image-1", "image-3")):
            scene.model.select_these(ids)
            scene.page.foot.export.click()
            dialog = await _dialog()
            dialog.filesSelected.emit([str(tmp_path / "mine")])
            dialog.done(1)
            await scene.settle()

    run_qt(play())
    assert scene.gallery.exported == [
        (tuple(f"image-{n}" for n in (4, 3, 2, 1, 0)), tmp_path / "mine.zip"),
        (("image-3", "image-1"), tmp_path / "mine.zip"),
    ]


def test_two_can_be_compared_and_the_foot_says_how_many_there_are(pages: Pages, run_qt: Run) -> None:
    scene = pages(5)
    heard: list[tuple[str, str]] = []

    async def play() -> None:
        await scene.open()
        scene.actions.compare_wanted.connect(lambda one, other: heard.append((one, other)))
        assert not scene.page.foot.compare.isVisible()
        scene.model.select_these(["image-1", "image-4"])
        await scene.settle()
        assert "selected: 2" in scene.page.foot.words.text()
        scene.page.foot.compare.click()
        await scene.settle()

    run_qt(play())
    assert heard == [("image-4", "image-1")]


def test_the_side_hears_what_is_selected_and_what_becomes_of_it(pages: Pages, run_qt: Run) -> None:
    scene = pages(5)
    heard: list[list[tuple[str, int]]] = []

    async def play() -> None:
        await scene.open()
        scene.page.selected.connect(
            lambda images: heard.append([(image.id, image.rating) for image in images])
        )
        scene.model.select("image-2")
        await scene.settle()
        await scene.gallery.rate(["image-2"], 4)
        await scene.settle()

    run_qt(play())
    assert heard[-1] == [("image-2", 4)]


def test_the_menu_is_for_what_is_selected(pages: Pages, run_qt: Run) -> None:
    scene = pages(5)

    async def play() -> list[QAction]:
        await scene.open()
        scene.model.select_these(["image-1", "image-2"])
        scene.page.view.menu_wanted.emit(scene.page.mapToGlobal(scene.page.rect().center()))
        await scene.settle()
        menu = next(menu for menu in scene.page.findChildren(QMenu) if menu.isVisible())
        acts = [act.text() for act in menu.actions()]
        assert "Compare the two" in acts
        menu.close()
        return menu.actions()

    run_qt(play())


@pytest.mark.parametrize("width", [720, 1400])
def test_the_filters_stand_in_one_line_where_there_is_room(pages: Pages, run_qt: Run, width: int) -> None:
    scene = pages(5)
    scene.page.resize(width, 600)

    async def play() -> None:
        await scene.open()
        bar = scene.page.filters
        beside = bar.order.geometry().center().y() == bar.search.geometry().center().y()
        assert beside is (width == 1400)

    run_qt(play())


def test_stretches_of_time_are_whole_days_of_the_users_own() -> None:
    today = date(2026, 3, 30)
    start = stretch_of(Span.TODAY, today).since
    assert start == datetime(2026, 3, 30).timestamp()
    week = stretch_of(Span.WEEK, today).since
    assert week == datetime(2026, 3, 24).timestamp()
    assert stretch_of(Span.ANY, today) == (None, None)
    both = between(date(2026, 3, 30), date(2026, 3, 28))
    assert both == (datetime(2026, 3, 28).timestamp(), datetime(2026, 3, 31).timestamp())


def test_a_day_on_which_the_clocks_change_is_still_one_day(monkeypatch: pytest.MonkeyPatch) -> None:
    if not hasattr(time, "tzset"):
        pytest.skip("this system keeps its time zone to itself")
    monkeypatch.setitem(os.environ, "TZ", "Europe/Berlin")
    time.tzset()
    try:
        stretch = between(date(2026, 3, 29), date(2026, 3, 29))
        assert stretch.until is not None
        assert stretch.since is not None
        assert stretch.until - stretch.since == 23 * 3600
    finally:
        monkeypatch.undo()
        time.tzset()
