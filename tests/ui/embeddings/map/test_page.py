"""The page Map, as it is seen and used."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from tests.conftest import Run
from tests.ui.embeddings.map.stage import Stage, clouds, texts
from workbench.domain.embeddings.maps import ColourBy, MapKind
from workbench.domain.embeddings.texts import TextRow
from workbench.ui.embeddings.colours import SHAPES, closeness_colours, group_colours, group_shape
from workbench.ui.embeddings.map.canvas import Hand, MapCanvas
from workbench.ui.embeddings.map.page import MapPage
from workbench.ui.embeddings.map.painting import FEW
from workbench.ui.embeddings.model import PageId
from workbench.ui.support.theme import Theme
from workbench.vectors.matrix import Vectors, vectors_of

Key, Button, Mod = Qt.Key, Qt.MouseButton, Qt.KeyboardModifier
Plot = Callable[[Stage, MapPage], Awaitable[None]]
Tell = Callable[..., None]


@pytest.fixture
def tell(run_qt: Run, theme: Theme) -> Tell:
    def run(plot: Plot, rows: tuple[TextRow, ...] | None = None, **named: Vectors) -> None:
        async def story() -> None:
            async with Stage(rows, **named) as stage:
                page = MapPage(theme, stage.model)
                page.resize(1000, 640)
                page.show()
                await stage.settled()
                try:
                    await plot(stage, page)
                finally:
                    await page._tasks.aclose()
                    await stage.model.aclose()
                    page.hide()
                    page.deleteLater()

        run_qt(story())

    return run


def at(canvas: MapCanvas, row: int) -> QPoint:
    found = canvas._pixel_of(row)
    assert found is not None
    return found.toPoint()


def drag(canvas: MapCanvas, *places: QPoint, modifiers: Qt.KeyboardModifier = Mod.NoModifier) -> None:
    def send(kind: QEvent.Type, place: QPoint, held: Qt.MouseButton) -> None:
        where = QPointF(place)
        QApplication.sendEvent(
            canvas, QMouseEvent(kind, where, canvas.mapToGlobal(where), Button.LeftButton, held, modifiers)
        )

    send(QEvent.Type.MouseButtonPress, places[0], Button.LeftButton)
    for place in places[1:]:
        send(QEvent.Type.MouseMove, place, Button.LeftButton)
    send(QEvent.Type.MouseButtonRelease, places[-1], Button.NoButton)


def box_around(places: list[QPoint], room: int = 10) -> tuple[QPoint, QPoint]:
    across, down = [place.x() for place in places], [place.y() for place in places]
    return (
        QPoint(min(across) - room, min(down) - room),
        QPoint(max(across) + room, max(down) + room),
    )


def test_all_points_are_in_sight_and_in_their_groups_colours(tell: Tell, theme: Theme) -> None:
    async def plot(stage: Stage, page: MapPage) -> None:
        canvas = page.canvases[0]
        page.names.click()  # they would lie on the points
        image = canvas.grab().toImage()
        colours = group_colours(theme, 3)
        for row in range(12):
            place = at(canvas, row)
            assert canvas.rect().contains(place)
            if row < 3:  # the first of each group; of others another may lie on top
                near = {
                    image.pixelColor(place + QPoint(x, y)).name() for x in range(-4, 5) for y in range(-4, 5)
                }
                assert colours[row].name() in near
        assert not page.canvases[1].isVisible()

    tell(plot)


def test_very_many_points_are_painted_too(tell: Tell) -> None:
    rows = FEW + 500

    async def plot(stage: Stage, page: MapPage) -> None:
        canvas = page.canvases[0]
        ground = canvas.grab().toImage()
        assert ground.pixelColor(at(canvas, rows - 1)) != ground.pixelColor(1, ground.height() - 2)

    tell(plot, texts(rows), one=clouds(rows))


def test_a_click_selects_and_one_beside_it_selects_nothing(tell: Tell) -> None:
    async def plot(stage: Stage, page: MapPage) -> None:
        canvas = page.canvases[0]
        QTest.mouseClick(canvas, Button.LeftButton, Mod.NoModifier, at(canvas, 1))
        first = stage.shared.selected
        assert len(first) == 1
        assert first[0] % 3 == 1
        QTest.mouseClick(canvas, Button.LeftButton, Mod.ControlModifier, at(canvas, 0))
        assert len(stage.shared.selected) == 2
        assert not page.selection.isHidden()
        assert page.selection.rows.model().rowCount() == 2
        QTest.mouseClick(canvas, Button.LeftButton, Mod.NoModifier, QPoint(3, 3))
        assert not stage.shared.selected
        assert page.selection.isHidden()

    tell(plot)


@pytest.mark.parametrize("by_modifier", [True, False])
def test_a_rectangle_selects_what_is_in_it(tell: Tell, by_modifier: bool) -> None:
    async def plot(stage: Stage, page: MapPage) -> None:
        canvas = page.canvases[0]
        if not by_modifier:
            page.set_hand(Hand.RECTANGLE)
        start, end = box_around([at(canvas, row) for row in range(0, 12, 3)])
        drag(canvas, start, end, modifiers=Mod.ShiftModifier if by_modifier else Mod.NoModifier)
        await stage.settled()
        assert sorted(stage.shared.selected) == [0, 3, 6, 9]

    tell(plot)


def test_a_lasso_selects_what_it_goes_around(tell: Tell) -> None:
    async def plot(stage: Stage, page: MapPage) -> None:
        canvas = page.canvases[0]
        page.set_hand(Hand.LASSO)
        start, end = box_around([at(canvas, row) for row in range(1, 12, 3)])
        drag(canvas, start, QPoint(end.x(), start.y()), end, QPoint(start.x(), end.y()))
        await stage.settled()
        assert sorted(stage.shared.selected) == [1, 4, 7, 10]

    tell(plot)


def test_shift_adds_to_what_a_tool_selects_and_alt_takes_away(tell: Tell) -> None:
    async def plot(stage: Stage, page: MapPage) -> None:
        canvas = page.canvases[0]
        page.set_hand(Hand.LASSO)

        async def around(group: int, modifiers: Qt.KeyboardModifier) -> list[int]:
            start, end = box_around([at(canvas, row) for row in range(group, 12, 3)])
            corners = (start, QPoint(end.x(), start.y()), end, QPoint(start.x(), end.y()))
            drag(canvas, *corners, modifiers=modifiers)
            await stage.settled()
            return sorted(stage.shared.selected)

        assert await around(0, Mod.NoModifier) == [0, 3, 6, 9]
        assert await around(1, Mod.ShiftModifier) == [0, 1, 3, 4, 6, 7, 9, 10]
        assert await around(0, Mod.AltModifier) == [1, 4, 7, 10]

    tell(plot)


def test_the_keyboard_selects_what_is_in_sight_and_goes_on_to_neighbours(tell: Tell) -> None:
    async def plot(stage: Stage, page: MapPage) -> None:
        canvas = page.canvases[0]
        QTest.keyClick(canvas, Key.Key_A, Mod.ControlModifier)
        await stage.settled()
        assert sorted(stage.shared.selected) == list(range(12))
        QTest.keyClick(canvas, Key.Key_Escape)
        QTest.keyClick(canvas, Key.Key_Right)
        QTest.keyClick(canvas, Key.Key_Right, Mod.ControlModifier)
        QTest.keyClick(canvas, Key.Key_Left, Mod.ControlModifier)
        assert len(stage.shared.selected) == len(set(stage.shared.selected)) >= 2
        QTest.keyClick(canvas, Key.Key_Return)
        assert stage.shared.page is PageId.NEIGHBOURS

    tell(plot)


def test_enter_in_the_search_brings_what_is_found_into_sight(tell: Tell) -> None:
    async def plot(stage: Stage, page: MapPage) -> None:
        page.camera.zoom_by(30, QPointF(300, 200))
        page.search.setText("trains")
        QTest.keyClick(page.search, Key.Key_Return)
        await stage.settled()
        assert stage.shared.selected == (1,)
        assert page.canvases[0].rect().contains(at(page.canvases[0], 1))

    tell(plot)


@pytest.mark.parametrize("value", [0.0, np.nan])
def test_vectors_of_which_none_can_be_compared_are_told(tell: Tell, value: float) -> None:
    async def plot(stage: Stage, page: MapPage) -> None:
        for kind in (MapKind.COMPONENTS, MapKind.NEIGHBOURS):
            stage.model.set_kind(kind)
            await stage.settled()
            assert page._stack.currentWidget() is page.blank
            assert "compared" in page.blank.findChildren(QLabel)[1].text()
            assert not page.save.isEnabled()

    tell(plot, one=vectors_of(np.full((12, 8), value)))


def test_maps_side_by_side_are_level(tell: Tell) -> None:
    async def plot(stage: Stage, page: MapPage) -> None:
        stage.model.show_columns(column.key for column in stage.shared.columns)
        await stage.settled()
        page.resize(700, 500)
        await stage.settled()
        one, other = page.canvases
        assert one.height() == other.height()
        assert one.y() == other.y()

    tell(plot, one=clouds(), other=clouds(turned=True))


def test_what_a_long_map_takes_is_said_and_agreed_to(tell: Tell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workbench.ui.embeddings.map.model._LONG", 11)

    async def plot(stage: Stage, page: MapPage) -> None:
        assert page.asking.isHidden()
        stage.model.set_kind(MapKind.NEIGHBOURS)
        await stage.settled()
        assert not page.asking.isHidden()
        assert "12" in page.asking.words.text()
        page.asking.act.click()
        await stage.settled()
        assert page.asking.isHidden()
        assert stage.model.shown[0].made.kind is MapKind.NEIGHBOURS

    tell(plot)


def test_the_map_follows_the_hand_and_comes_back(tell: Tell) -> None:
    async def plot(stage: Stage, page: MapPage) -> None:
        canvas = page.canvases[0]
        before = at(canvas, 0)
        drag(canvas, QPoint(5, 5), QPoint(45, 25))
        assert at(canvas, 0) - before == QPoint(40, 20)
        canvas.setFocus()
        QTest.keyClick(canvas, Key.Key_0)
        assert at(canvas, 0) == before

    tell(plot)


def test_the_wheel_zooms_at_the_pointer(tell: Tell) -> None:
    async def plot(stage: Stage, page: MapPage) -> None:
        canvas = page.canvases[0]
        place, scale = at(canvas, 2), page.camera.scale
        where = QPointF(place)
        turn = QWheelEvent(
            where,
            canvas.mapToGlobal(where),
            QPoint(),
            QPoint(0, 120),
            Button.NoButton,
            Mod.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(canvas, turn)
        assert page.camera.scale > scale
        assert (at(canvas, 2) - place).manhattanLength() <= 1

    tell(plot)


def test_arrows_go_from_text_to_text_and_escape_lets_go(tell: Tell) -> None:
    async def plot(stage: Stage, page: MapPage) -> None:
        canvas = page.canvases[0]
        QTest.keyClick(canvas, Key.Key_Right)
        first = stage.shared.selected
        assert len(first) == 1
        gone = set(first)
        for key in (Key.Key_Left, Key.Key_Up, Key.Key_Right, Key.Key_Down) * 3:
            QTest.keyClick(canvas, key)
            gone |= set(stage.shared.selected)
        assert len(gone) > 3
        current = stage.shared.rows[stage.shared.selected[-1]].text
        assert current in canvas.accessibleDescription()
        QTest.keyClick(canvas, Key.Key_Escape)
        assert not stage.shared.selected

    tell(plot)


def test_pointing_shows_the_text_here_and_marks_it_there(tell: Tell) -> None:
    async def plot(stage: Stage, page: MapPage) -> None:
        stage.model.show_columns(column.key for column in stage.shared.columns)
        await stage.settled()
        one, other = page.canvases
        QTest.mouseMove(one, at(one, 0))
        move = QPointF(at(one, 0))
        QApplication.sendEvent(
            one,
            QMouseEvent(
                QEvent.Type.MouseMove,
                move,
                one.mapToGlobal(move),
                Button.NoButton,
                Button.NoButton,
                Mod.NoModifier,
            ),
        )
        assert not one._card.isHidden()
        assert "apples" in one._card._text.text()
        assert other._hovered == one._hovered != -1
        QApplication.sendEvent(one, QEvent(QEvent.Type.Leave))
        assert one._card.isHidden()
        assert other._hovered == -1

    tell(plot, one=clouds(), other=clouds(turned=True))


def test_the_legend_leaves_groups_out(tell: Tell) -> None:
    async def plot(stage: Stage, page: MapPage) -> None:
        legend = page.legend
        assert [legend.groups.index(row).data() for row in range(3)] == ["apples", "trains", "clouds"]
        legend.list.setCurrentIndex(legend.groups.index(1))
        legend.list.setFocus()
        QTest.keyClick(legend.list, Key.Key_Space)
        await stage.settled()
        assert stage.model.hidden == {1}
        checks = [legend.groups.index(row).data(Qt.ItemDataRole.CheckStateRole) for row in range(3)]
        assert [Qt.CheckState(check) is Qt.CheckState.Checked for check in checks] == [True, False, True]
        legend.list.setCurrentIndex(legend.groups.index(2))
        legend.only.click()
        await stage.settled()
        assert stage.model.hidden == {0, 1}
        legend.all.click()
        await stage.settled()
        assert not stage.model.hidden
        legend.select.click()
        await stage.settled()
        assert sorted(stage.shared.selected) == [2, 5, 8, 11]

    tell(plot)


def test_choices_do_what_they_say(tell: Tell) -> None:
    async def plot(stage: Stage, page: MapPage) -> None:
        page.by.setCurrentIndex(page.by.findData(ColourBy.CLUSTER))
        page.by.activated.emit(page.by.currentIndex())
        await stage.settled()
        assert stage.model.by is ColourBy.CLUSTER
        assert not page.many.isHidden()
        page.many.setCurrentIndex(page.many.findData(5))
        page.many.activated.emit(page.many.currentIndex())
        await stage.settled()
        assert page.legend.groups.rowCount() == 5
        page.second.setCurrentIndex(1)
        page.second.activated.emit(1)
        await stage.settled()
        assert len(stage.model.shown) == 2
        assert page.canvases[1].isVisible()
        page.kind.chosen.emit(MapKind.NEIGHBOURS)
        await stage.settled()
        assert stage.model.kind is MapKind.NEIGHBOURS
        assert not page.anew.isHidden()

    tell(plot, texts(30), one=clouds(30), other=clouds(30, turned=True))


def test_search_says_how_many(tell: Tell) -> None:
    async def plot(stage: Stage, page: MapPage) -> None:
        page.search.setText("trains")
        page._typing.timeout.emit()
        page._typing.stop()
        await stage.settled()
        assert page._matches.text() == "4 found"
        page.take.click()
        assert len(stage.shared.selected) == 4
        page.search.clear()
        page._typing.stop()

    tell(plot)


def test_without_vectors_it_says_what_to_do(run_qt: Run, theme: Theme) -> None:
    async def story() -> None:
        stage = Stage()
        stage.desk.own.named.clear()
        async with stage:
            page = MapPage(theme, stage.model)
            page.show()
            await stage.settled()
            assert page._stack.currentWidget() is page.blank
            assert "Embed" in page.blank.why.text()
            page.hide()
            page.deleteLater()

    run_qt(story())


def test_trouble_is_told_in_place_and_can_be_tried_again(run_qt: Run, theme: Theme) -> None:
    async def story() -> None:
        stage = Stage()
        stage.desk.own.broken.add("one")
        async with stage:
            page = MapPage(theme, stage.model)
            page.show()
            await stage.settled()
            assert not page.trouble.isHidden()
            stage.desk.own.broken.clear()
            page.trouble.retry.click()
            await stage.settled()
            assert page.trouble.isHidden()
            assert page.canvases[0].isVisible()
            page.hide()
            page.deleteLater()

    run_qt(story())


def test_pictures_show_the_points_and_the_names_as_text(tell: Tell) -> None:
    async def plot(stage: Stage, page: MapPage) -> None:
        png, svg = page.picture().png(), page.picture().svg().decode()
        assert png.startswith(b"\x89PNG")
        assert "<image" not in svg
        assert "قطار" in svg
        assert svg.count("<path") + svg.count("<circle") + svg.count("<poly") >= 12

    rows = tuple(TextRow(str(n), "text", ("apples", "قطار", "clouds")[n % 3], "en") for n in range(12))
    tell(plot, rows)


def test_very_many_points_are_one_picture_within_the_drawing(tell: Tell) -> None:
    rows = FEW + 100

    async def plot(stage: Stage, page: MapPage) -> None:
        assert "<image" in page.picture().svg().decode()

    tell(plot, texts(rows), one=clouds(rows))


def test_no_pair_of_shape_and_colour_comes_twice(theme: Theme) -> None:
    pairs = [(colour.name(), group_shape(place)) for place, colour in enumerate(group_colours(theme, 56))]
    assert len(set(pairs)) == 56
    assert len({shape for _, shape in pairs}) == SHAPES


def test_what_is_closer_stands_out_more(theme: Theme) -> None:
    lightness = [colour.lightnessF() for colour in closeness_colours(theme, 9)]
    assert list(np.diff(lightness) < 0) == [True] * 8
