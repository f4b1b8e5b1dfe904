"""Seeing: zoom, scrolling, fitting, the map, what an overlay shows, what passes."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QByteArray, QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from tests.ui.routes.canvas.conftest import MakeHand
from tests.ui.routes.canvas.hand import Hand, Held
from workbench.domain.routes.canvas import Point
from workbench.domain.routes.elements import ModelCall
from workbench.domain.routes.findings import Finding, Severity
from workbench.ui.routes.canvas.look import DIMMED
from workbench.ui.routes.canvas.palette import Palette
from workbench.ui.routes.canvas.pictures import Picture, Pictures
from workbench.ui.routes.canvas.pieces import MIME, piece_of
from workbench.ui.routes.canvas.wire import MOST_FLOW, WIDTH
from workbench.ui.routes.overlay import NOTHING, Ghost, Mark, Overlay
from workbench.ui.support.theme import Theme


def wheel(
    hand: Hand, at: QPointF, angle: QPoint, held: Held = Held.NoModifier, pixels: QPoint | None = None
) -> None:
    viewport = hand.view.viewport()
    event = QWheelEvent(
        at,
        QPointF(viewport.mapToGlobal(at)),
        pixels or QPoint(),
        angle,
        Qt.MouseButton.NoButton,
        held,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(viewport, event)


def test_ctrl_and_wheel_zoom_at_the_pointer(hand: Hand) -> None:
    at = QPointF(700, 120)
    before = hand.view.scene_at(at)
    wheel(hand, at, QPoint(0, 360), Held.ControlModifier)
    assert hand.view.zoom == pytest.approx(1.2**3)
    assert (hand.view.scene_at(at) - before).manhattanLength() < 2
    for _ in range(20):
        wheel(hand, at, QPoint(0, -360), Held.ControlModifier)
    assert hand.view.zoom == 0.1
    for _ in range(40):
        wheel(hand, at, QPoint(0, 360), Held.ControlModifier)
    assert hand.view.zoom == 4.0


def test_wheel_and_touchpad_scroll(hand: Hand) -> None:
    before = hand.view.shown_at(QPointF(0, 0))
    wheel(hand, QPointF(300, 300), QPoint(0, -120))
    assert hand.view.shown_at(QPointF(0, 0)) == before - QPointF(0, 60)
    wheel(hand, QPointF(300, 300), QPoint(0, -120), Held.ShiftModifier)
    assert hand.view.shown_at(QPointF(0, 0)) == before - QPointF(60, 60)
    wheel(hand, QPointF(300, 300), QPoint(0, 0), pixels=QPoint(13, 7))
    assert hand.view.shown_at(QPointF(0, 0)) == before - QPointF(47, 53)


def test_the_content_cannot_be_lost_from_sight(hand: Hand) -> None:
    for _ in range(100):
        hand.view.scroll_by(500, 500)
    assert hand.view.seen.intersects(hand.canvas.scene.content)


def test_what_is_revealed_comes_into_view(hand: Hand) -> None:
    hand.view.scroll_by(-2000, -2000)
    hand.document.reveal("end")
    assert hand.view.seen.contains(hand.canvas.scene.cards["end"].scene_rect)


def test_at_150_percent_text_cards_are_larger_and_the_zoom_is_the_same(
    make_hand: MakeHand, theme: Theme
) -> None:
    hand = make_hand()
    theme.set_scale(1.5)
    card = hand.canvas.scene.cards["m1"].scene_rect
    assert hand.view.viewportTransform().mapRect(card).width() == pytest.approx(1.5 * card.width())
    assert hand.view.zoom == 1.0
    theme.set_scale(1.0)


def test_a_click_on_the_map_goes_there(hand: Hand) -> None:
    hand.canvas.set_minimap_shown(True)
    hand.canvas.minimap.grab()
    hand.view.set_zoom(2.0)
    QTest.mouseClick(hand.canvas.minimap, Qt.MouseButton.LeftButton, pos=QPoint(130, 50))
    assert hand.view.seen.contains(hand.input("end"))
    hand.keys(Qt.Key.Key_M)
    assert hand.canvas.minimap.isHidden()


def test_a_lit_path_dims_the_rest(hand: Hand) -> None:
    lit = Overlay(
        elements=frozenset({"start", "c", "m2"}),
        wires=frozenset({("start", "next"), ("c", "false")}),
        says={"c": "metadata.plan is missing"},
        figures={"c": "100 %"},
        labels={("c", "false"): "62 %"},
        marks={"m2": Mark.PASSED},
    )
    hand.document.show_overlay(lit)
    scene = hand.canvas.scene
    assert [scene.cards[id].opacity() for id in ("c", "m1")] == [1.0, DIMMED]
    assert scene.wires["c", "false"].lit
    assert scene.wires["c", "true"].opacity() == DIMMED
    label = scene.wires["c", "false"].label
    assert label is not None
    assert label.text == "false · 62 %"
    assert scene.lighting.says["c"].text == "metadata.plan is missing"
    assert scene.cards["c"].face.figures == "100 %"
    assert scene.cards["m2"].mark is Mark.PASSED
    hand.document.show_overlay(NOTHING)
    assert scene.cards["m1"].opacity() == 1.0
    assert scene.lighting.says == {}
    assert scene.cards["m2"].mark is None


def test_an_overlay_stays_over_what_is_edited(hand: Hand) -> None:
    hand.document.show_overlay(Overlay(elements=frozenset({"c"}), wires=frozenset()))
    hand.canvas.add("model")
    assert hand.canvas.scene.cards["model"].opacity() == DIMMED
    hand.document.history.undo()
    assert hand.canvas.scene.cards["m1"].opacity() == DIMMED


def test_wires_are_as_wide_as_what_flows(hand: Hand) -> None:
    hand.document.show_overlay(Overlay(flow={("c", "true"): 1.0, ("c", "false"): 0.25}))
    wires = hand.canvas.scene.wires
    assert wires["c", "true"].width > wires["c", "false"].width > wires["start", "next"].width


def test_wires_are_thin_only_while_the_zoom_changes(hand: Hand, qtbot: QtBot) -> None:
    stage = hand.canvas.scene.stage
    hand.view.set_zoom(0.6)
    assert stage.wire_pen(stage.look.wire, WIDTH).isCosmetic()
    assert not stage.wire_pen(stage.look.wire, MOST_FLOW).isCosmetic()
    qtbot.waitUntil(lambda: not stage.hurried)
    assert not stage.wire_pen(stage.look.wire, WIDTH).isCosmetic()
    hand.view.set_zoom(0.9)
    assert not stage.wire_pen(stage.look.wire, WIDTH).isCosmetic()


def test_what_is_gone_is_shown_faintly_and_is_not_to_be_taken(hand: Hand) -> None:
    gone = ModelCall(id="gone", provider="openai", model="gpt-4o")
    hand.document.show_overlay(Overlay(ghosts=(Ghost(gone, Point(0, 400)),)))
    hand.click(QPointF(100, 430))
    assert hand.document.selected == set()
    hand.document.show_overlay(NOTHING)
    assert hand.canvas.scene.lighting.ghosts == []


def test_the_worst_finding_is_the_badge_and_all_are_in_the_tooltip(make_hand: MakeHand) -> None:
    found = (
        Finding("a", Severity.WARNING, "It is slow.", element="m1"),
        Finding("b", Severity.ERROR, "Nobody knows it.", element="m1"),
    )
    hand = make_hand(lint=lambda route: found)
    card = hand.canvas.scene.cards["m1"]
    assert card.severity is Severity.ERROR
    assert card.toolTip() == "It is slow.\nNobody knows it."
    assert hand.canvas.scene.cards["m2"].severity is None


def test_a_wire_lights_up_when_something_passes_and_goes_out(hand: Hand, qtbot: QtBot) -> None:
    hand.canvas.pulse([("c", "true"), ("nobody", "next")])
    wire = hand.canvas.scene.wires["c", "true"]
    assert wire.flashing == 1.0
    qtbot.waitUntil(lambda: wire.flashing == 0.0)


def test_the_palette_has_everything_and_a_click_adds_it(hand: Hand, theme: Theme, qtbot: QtBot) -> None:
    palette = Palette(theme)
    qtbot.addWidget(palette)
    palette.show()
    palette.wanted.connect(hand.canvas.add)
    assert [button.text() for button in palette.buttons] == [
        "Start",
        "Condition",
        "Percentage",
        "Rate limit",
        "Budget limit",
        "Model",
        "End",
        "Note",
        "Frame",
    ]
    QTest.mouseClick(palette.buttons[2], Qt.MouseButton.LeftButton)
    assert hand.route.find("split") is not None
    assert hand.step == "Add Percentage"
    QTest.keyClick(palette.buttons[5], Qt.Key.Key_Return)
    assert hand.route.find("model") is not None


def _dropped(hand: Hand, key: str, at: QPointF) -> bool:
    """Drag a piece over the canvas and drop it; whether a wire showed that it would take it."""
    data = QMimeData()
    data.setData(MIME, QByteArray(key.encode()))
    shown = hand.view.shown_at(at)
    copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    hand.view.dragEnterEvent(QDragEnterEvent(shown, copy, data, left, Held.NoModifier))
    hand.view.dragMoveEvent(QDragMoveEvent(shown, copy, data, left, Held.NoModifier))
    over = any(wire.hovered for wire in hand.canvas.scene.wires.values())
    hand.view.dropEvent(QDropEvent(shown, copy, data, left, Held.NoModifier))
    return over


def test_a_piece_is_dropped_where_it_is_let_go_on_the_grid(hand: Hand) -> None:
    assert not _dropped(hand, "conditional", QPointF(203, 561))
    assert hand.place("condition") == (88, 528)


def test_a_piece_dropped_on_a_wire_is_put_into_it(hand: Hand) -> None:
    assert _dropped(hand, "model:openai/gpt-4o", hand.on_wire(("start", "next")))
    assert hand.target("start", "next") == "model"
    assert "c" in (hand.target("model", "success"), hand.target("model", "fallback"))
    assert hand.steps == ["Add Model"]


def test_an_end_is_never_put_into_a_wire(hand: Hand) -> None:
    assert not _dropped(hand, "end", hand.on_wire(("start", "next")))
    assert hand.target("start", "next") == "c"


def test_what_somebody_else_drags_is_not_taken(hand: Hand) -> None:
    assert piece_of("nonsense") is None
    data = QMimeData()
    data.setText("hello")
    event = QDragEnterEvent(
        QPointF(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Held.NoModifier
    )
    hand.view.dragEnterEvent(event)
    assert not event.isAccepted()


def test_the_menu_offers_what_fits_the_selection(hand: Hand) -> None:
    hand.document.select(["m1", "m2"])
    hand.view.menu_wanted.emit(QPoint(10, 10))
    (menu,) = hand.canvas.findChildren(QMenu, options=Qt.FindChildOption.FindDirectChildrenOnly)
    titles = [action.text().split("\t")[0] for action in menu.actions() if action.text()]
    assert "Align" in titles
    assert "Delete and reconnect" in titles
    assert "Paste" not in titles
    next(action for action in menu.actions() if action.text().startswith("Duplicate")).trigger()
    assert hand.route.find("m1-2") is not None
    menu.close()


def test_pictures_used_least_lately_are_let_go() -> None:
    from PySide6.QtGui import QPixmap

    pictures = Pictures(most_bytes=3 * 400)
    for name in "abc":
        pictures.put(name, Picture(QPixmap(10, 10), 1.0, True))
    assert pictures.get("a") is not None
    pictures.put("d", Picture(QPixmap(10, 10), 1.0, True))
    assert pictures.get("b") is None
    assert pictures.get("a") is not None
