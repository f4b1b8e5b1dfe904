"""The mouse on the canvas: selecting, moving, connecting, cutting, inserting, resizing."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest

from tests.domain.routes.samples import END, model, route_of, start
from tests.ui.routes.canvas.conftest import ROUTE, MakeHand
from tests.ui.routes.canvas.hand import MIDDLE, RIGHT, Hand, Held
from workbench.domain.routes import canvas
from workbench.domain.routes.canvas import Frame, with_frame, with_note
from workbench.domain.routes.edits import without_element
from workbench.domain.routes.elements import ModelCall, Route
from workbench.ui.routes.canvas.mirror import mirrors

EMPTY = QPointF(20, 500)


def test_a_click_selects_and_a_click_on_empty_ground_selects_nothing(hand: Hand) -> None:
    hand.click(hand.card("m1"))
    assert hand.document.selected == {"m1"}
    hand.click(hand.card("m2"))
    assert hand.document.selected == {"m2"}
    hand.click(EMPTY)
    assert hand.document.selected == set()


def test_shift_and_ctrl_select_more_and_take_away(hand: Hand) -> None:
    hand.click(hand.card("m1"))
    hand.click(hand.card("m2"), Held.ShiftModifier)
    assert hand.document.selected == {"m1", "m2"}
    hand.click(hand.card("m1"), Held.ControlModifier)
    assert hand.document.selected == {"m2"}


def test_a_band_selects_what_it_touches(hand: Hand) -> None:
    hand.drag(QPointF(560, 10), QPointF(700, 400))
    assert hand.document.selected == {"m1", "m2"}


def test_moving_snaps_to_the_grid_and_is_one_step(hand: Hand) -> None:
    hand.drag(hand.card("m1"), hand.card("m1") + QPointF(53, 29), steps=9)
    assert hand.place("m1") == (656, 72)
    assert canvas.positions(hand.route)["m1"] == (656, 72)
    assert hand.steps == ["Move"]
    hand.document.history.undo()
    assert hand.place("m1") == (600, 40)


def test_the_document_stays_as_it_is_until_the_drop(hand: Hand) -> None:
    hand.press(hand.card("m1"))
    hand.move(hand.card("m1") + QPointF(80, 80))
    assert hand.place("m1") == (680, 120)
    assert canvas.positions(hand.route)["m1"] == (600, 40)
    end = hand.canvas.scene.wires["m1", "success"].start
    assert end == hand.port("m1", "success")
    hand.escape()
    assert hand.place("m1") == (600, 40)
    hand.release(hand.card("m1"))
    assert hand.steps == []


def test_several_move_together(hand: Hand) -> None:
    hand.document.select(["m1", "m2"])
    hand.drag(hand.card("m1"), hand.card("m1") + QPointF(16, 8))
    assert hand.place("m1") == (616, 48)
    assert hand.place("m2") == (616, 288)
    assert hand.steps == ["Move"]


def test_shift_keeps_the_line(hand: Hand) -> None:
    hand.drag(hand.card("m1"), hand.card("m1") + QPointF(80, 24), held=Held.ShiftModifier)
    assert hand.place("m1") == (680, 40)


def test_dragging_with_alt_leaves_a_copy(hand: Hand) -> None:
    hand.drag(hand.card("m1"), hand.card("m1") + QPointF(0, 400), held=Held.AltModifier)
    assert hand.place("m1") == (600, 40)
    assert hand.place("m1-2") == (600, 440)
    assert hand.document.selected == {"m1-2"}
    assert hand.steps == ["Duplicate"]


def test_dragging_from_a_port_connects(hand: Hand) -> None:
    hand.drag(hand.port("m2", "fallback"), hand.card("end"))
    assert hand.target("m2", "fallback") == "end"
    assert hand.step == "Connect"
    assert ("m2", "fallback") in hand.canvas.scene.wires


def test_what_cannot_take_a_wire_is_greyed_and_the_reason_shows(hand: Hand) -> None:
    hand.press(hand.port("m2", "fallback"))
    hand.move(hand.port("m2", "fallback") + QPointF(30, 30))
    cards = hand.canvas.scene.cards
    assert [id for id in cards if cards[id].refused] == ["start", "c", "m1"]
    hand.move(hand.card("m1"))
    assert "circle" in hand.view._hint.text()
    assert not hand.view._hint.isHidden()
    hand.release(hand.card("m1"))
    assert hand.target("m2", "fallback") == ""
    assert not any(card.refused for card in cards.values())
    assert hand.view._hint.isHidden()


def test_dragging_a_linked_port_leads_its_wire_elsewhere(hand: Hand) -> None:
    hand.drag(hand.port("m1", "fallback"), hand.card("end"))
    assert hand.target("m1", "fallback") == "end"
    assert hand.step == "Reconnect"


def test_the_end_of_a_wire_is_dragged_to_another_element(hand: Hand) -> None:
    hand.drag(hand.on_wire(("m1", "success"), 0.9), hand.card("m2"))
    assert hand.target("m1", "success") == "m2"


def test_the_beginning_of_a_wire_is_dragged_to_another_port(hand: Hand) -> None:
    hand.click(hand.on_wire(("m1", "success")))
    hand.drag(hand.canvas.scene.wires["m1", "success"].start, hand.port("m2", "fallback"))
    assert hand.target("m1", "success") == ""
    assert hand.target("m2", "fallback") == "end"


def test_dragging_from_an_input_looks_for_an_output(hand: Hand) -> None:
    hand.drag(hand.input("end"), hand.port("m2", "fallback"))
    assert hand.target("m2", "fallback") == "end"


def test_a_wire_that_is_dropped_on_itself_changes_nothing(hand: Hand) -> None:
    hand.drag(hand.port("c", "true"), hand.card("m1"))
    assert hand.steps == []


def test_a_wire_dropped_on_empty_ground_offers_what_fits_and_connects_it(hand: Hand) -> None:
    hand.drag(hand.port("m2", "fallback"), QPointF(840, 480))
    search = hand.canvas.search_box
    assert not search.isHidden()
    keys = [piece.key for piece in search._model.rows]
    assert "start" not in keys
    assert "note" not in keys
    hand.type("gpt-4o")
    hand.enter()
    made = hand.route.find(hand.target("m2", "fallback"))
    assert isinstance(made, ModelCall)
    assert (made.provider, made.model) == ("openai", "gpt-4o-mini")
    assert hand.steps == ["Add Model"]
    assert hand.view.hasFocus()


def test_delete_takes_a_selected_wire(hand: Hand) -> None:
    hand.click(hand.on_wire(("m1", "success")))
    assert hand.document.selected_wire == ("m1", "success")
    hand.keys(Qt.Key.Key_Delete)
    assert hand.target("m1", "success") == ""
    assert hand.step == "Cut wire"


def test_a_stroke_with_alt_cuts_the_wires_it_crosses(hand: Hand) -> None:
    hand.drag(QPointF(870, 60), QPointF(870, 460), held=Held.AltModifier, steps=12)
    assert hand.target("m1", "success") == ""
    assert hand.target("m2", "success") == ""
    assert hand.target("c", "true") == "m1"
    assert hand.steps == ["Cut 2 wires"]


def test_a_stroke_with_ctrl_and_the_right_button_cuts_too(hand: Hand) -> None:
    hand.drag(QPointF(560, 60), QPointF(560, 460), held=Held.ControlModifier, button=RIGHT, steps=12)
    assert hand.target("c", "true") == ""
    assert hand.target("c", "false") == ""


def test_a_lone_element_dropped_on_a_wire_is_put_into_it(make_hand: MakeHand) -> None:
    route = route_of(start("m1"), model("m1", "end"), END, model("m2"))
    hand = make_hand(route, {"start": (0, 100), "m1": (296, 92), "end": (900, 100), "m2": (560, 400)})
    middle = hand.on_wire(("m1", "success"))
    card = hand.canvas.scene.cards["m2"].scene_rect.center()
    hand.press(hand.card("m2"))
    hand.move(hand.card("m2") + (middle - card) * 0.5)
    hand.move(hand.card("m2") + (middle - hand.canvas.scene.cards["m2"].scene_rect.center()))
    assert hand.canvas.scene.wires["m1", "success"].hovered
    hand.release(middle)
    assert hand.target("m1", "success") == "m2"
    assert hand.target("m2", "success") == "end"
    assert hand.step == "Insert into a wire"


def test_moving_a_frame_moves_what_is_inside(make_hand: MakeHand) -> None:
    hand = make_hand(with_frame(ROUTE, "f", Frame("models", 560, 0, 300, 480)))
    hand.drag(QPointF(700, 16), QPointF(700, 56))
    assert hand.place("f") == (560, 40)
    assert hand.place("m1") == (600, 80)
    assert hand.place("m2") == (600, 320)
    assert hand.place("c") == (296, 152)
    assert hand.steps == ["Move"]


def test_a_frame_is_resized_by_its_corner_and_keeps_a_least_size(make_hand: MakeHand) -> None:
    hand = make_hand(with_frame(ROUTE, "f", Frame("models", 560, 0, 300, 480)))
    hand.drag(QPointF(860, 480), QPointF(880, 520))
    assert canvas.frames(hand.route)["f"] == Frame("models", 560, 0, 320, 520)
    hand.drag(QPointF(880, 520), QPointF(500, -30))
    assert canvas.frames(hand.route)["f"] == Frame("models", 560, 0, 120, 80)
    assert hand.steps == ["Resize frame", "Resize frame"]


def test_a_double_click_on_a_note_writes_in_it(make_hand: MakeHand) -> None:
    hand = make_hand(canvas.placed(with_note(ROUTE, "n", "old"), {"n": canvas.Point(40, 420)}))
    hand.double_click(QPointF(80, 440))
    assert hand.canvas.in_place.open
    hand.type("new text")
    hand.enter(Held.ControlModifier)
    assert canvas.notes(hand.route)["n"] == "new text"
    assert hand.step == "Edit note"
    assert hand.view.hasFocus()


def test_escape_keeps_the_note_as_it_was(make_hand: MakeHand) -> None:
    hand = make_hand(canvas.placed(with_note(ROUTE, "n", "old"), {"n": canvas.Point(40, 420)}))
    hand.double_click(QPointF(80, 440))
    hand.type("new text")
    hand.escape()
    assert canvas.notes(hand.route)["n"] == "old"
    assert hand.steps == []


def test_a_double_click_on_an_element_wants_the_inspector(hand: Hand) -> None:
    told: list[str] = []
    hand.canvas.inspect_wanted.connect(told.append)
    hand.double_click(hand.card("m1"))
    assert told == ["m1"]


def test_a_double_click_on_empty_ground_adds_what_is_searched(hand: Hand) -> None:
    hand.double_click(QPointF(200, 560))
    hand.type("percent")
    hand.enter()
    assert hand.route.find("split") is not None
    assert hand.place("split") == (88, 528)
    assert hand.document.selected == {"split"}


def test_a_double_click_on_a_wire_inserts_there(hand: Hand) -> None:
    hand.double_click(hand.on_wire(("m2", "success")))
    hand.type("rate")
    hand.enter()
    assert hand.target("m2", "success") == "limit"
    assert hand.target("limit", "success") == "end"


def test_the_middle_button_pans(hand: Hand) -> None:
    before = hand.view.shown_at(QPointF(0, 0))
    hand.press(QPointF(300, 560), button=MIDDLE)
    at = hand.shown(QPointF(300, 560))
    for step in range(1, 5):
        QTest.mouseMove(hand.view.viewport(), at - QPointF(10 * step, 5 * step).toPoint())
    moved = hand.view.scene_at(QPointF(at - QPointF(40, 20).toPoint()))
    hand.release(moved, button=MIDDLE)
    assert hand.view.shown_at(QPointF(0, 0)) == before - QPointF(40, 20)
    assert hand.steps == []


def test_an_undo_in_the_middle_of_a_drag_puts_down_what_is_dragged(hand: Hand) -> None:
    hand.document.select(["m1"])
    hand.keys(Qt.Key.Key_Right)
    hand.press(hand.card("m1"))
    hand.move(hand.card("m1") + QPointF(80, 80))
    hand.document.history.undo()
    assert hand.place("m1") == (600, 40)
    hand.release(QPointF(900, 500))
    assert hand.place("m1") == (600, 40)
    assert mirrors(hand.canvas.scene, hand.route)


def test_what_is_dragged_can_be_deleted_by_somebody_else(hand: Hand) -> None:
    hand.press(hand.port("m1", "fallback"))
    hand.move(hand.port("m1", "fallback") + QPointF(50, 50))
    hand.document.edit("Delete", without_element(hand.route, "m1"))
    hand.release(QPointF(900, 500))
    assert not hand.view.busy
    assert mirrors(hand.canvas.scene, hand.route)


def test_an_empty_canvas_says_how_to_begin(make_hand: MakeHand) -> None:
    hand = make_hand(Route("new", ()), {})
    assert not hand.canvas.empty.isHidden()
    hand.canvas.add("start")
    assert hand.canvas.empty.isHidden()
