"""The keyboard on the canvas: everything can be done with it."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from tests.domain.routes.samples import END, model, route_of, start
from tests.ui.routes.canvas.conftest import ROUTE, MakeHand
from tests.ui.routes.canvas.hand import Hand, Held
from workbench.domain.routes import canvas
from workbench.domain.routes.canvas import Direction, Frame, directed, with_frame
from workbench.domain.routes.elements import Route

Key = Qt.Key


def test_tab_goes_from_element_to_element_in_reading_order_and_out(hand: Hand) -> None:
    seen: list[str] = []
    for _ in range(5):
        hand.keys(Key.Key_Tab)
        seen.append(*hand.document.selected)
    assert seen == ["start", "c", "m1", "m2", "end"]
    hand.keys(Key.Key_Backtab)
    assert hand.document.selected == {"m2"}


def test_tab_leaves_the_canvas_behind_the_last_element(hand: Hand, qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    after = QPushButton("after", window)
    column.addWidget(hand.canvas)
    column.addWidget(after)
    window.show()
    QTest.qWaitForWindowActive(window)
    hand.view.setFocus()
    hand.document.select(["end"])
    hand.keys(Key.Key_Tab)
    assert not hand.view.hasFocus()
    hand.canvas.setParent(None)


def test_ctrl_and_arrows_follow_the_wires(hand: Hand) -> None:
    hand.document.select(["c"])
    hand.keys(Key.Key_Right, held=Held.ControlModifier)
    assert hand.document.selected == {"m1"}
    hand.keys(Key.Key_Down, held=Held.ControlModifier)
    assert hand.document.selected == {"m2"}
    hand.keys(Key.Key_Left, held=Held.ControlModifier)
    assert hand.document.selected == {"c"}


def test_in_a_route_that_runs_down_the_arrows_turn_too(make_hand: MakeHand) -> None:
    hand = make_hand(directed(ROUTE, Direction.DOWN))
    hand.document.select(["c"])
    hand.keys(Key.Key_Down, held=Held.ControlModifier)
    assert hand.document.selected == {"m1"}
    hand.keys(Key.Key_Right, held=Held.ControlModifier)
    assert hand.document.selected == {"m2"}


def test_arrows_move_the_selection_and_are_one_step_together(hand: Hand) -> None:
    hand.document.select(["m1"])
    hand.keys(Key.Key_Right, Key.Key_Right, Key.Key_Up)
    hand.keys(Key.Key_Down, held=Held.ShiftModifier)
    assert hand.place("m1") == (616, 56)
    assert hand.steps == ["Move"]


def test_arrows_scroll_while_nothing_is_selected(hand: Hand) -> None:
    before = hand.view.shown_at(QPointF(0, 0))
    hand.keys(Key.Key_Right)
    assert hand.view.shown_at(QPointF(0, 0)).x() < before.x()


def test_a_element_is_added_by_keyboard_alone(hand: Hand) -> None:
    hand.keys(Key.Key_A)
    hand.type("budget")
    hand.enter()
    assert hand.route.find("budget") is not None
    assert hand.document.selected == {"budget"}
    assert hand.view.hasFocus()


def test_escape_in_the_search_adds_nothing(hand: Hand) -> None:
    hand.keys(Key.Key_Insert)
    assert not hand.canvas.search_box.isHidden()
    hand.escape()
    assert hand.canvas.search_box.isHidden()
    assert hand.steps == []
    assert hand.view.hasFocus()


def test_a_wire_is_drawn_by_keyboard_alone(hand: Hand) -> None:
    hand.document.select(["m2"])
    hand.keys(Key.Key_C)
    assert hand.canvas.connecting
    assert hand.canvas.scene.cards["m1"].refused
    hand.keys(Key.Key_Right, Key.Key_Return)
    assert hand.target("m2", "fallback") == "end"
    assert hand.step == "Connect"
    assert not hand.canvas.connecting
    assert not any(card.refused for card in hand.canvas.scene.cards.values())


def test_the_port_is_chosen_before_the_target(hand: Hand) -> None:
    hand.document.select(["c"])
    hand.keys(Key.Key_C, Key.Key_Down, Key.Key_Right, Key.Key_Return)
    assert hand.target("c", "false") in ("m1", "m2")
    assert hand.target("c", "true") == "m1"


def test_escape_gives_a_connection_up(hand: Hand) -> None:
    items = len(hand.canvas.scene.items())
    hand.document.select(["m2"])
    hand.keys(Key.Key_C, Key.Key_Right, Key.Key_Escape)
    assert not hand.canvas.connecting
    assert hand.steps == []
    assert len(hand.canvas.scene.items()) == items
    assert hand.document.selected == {"m2"}


def test_a_new_target_can_be_added_while_connecting(hand: Hand) -> None:
    hand.document.select(["m2"])
    hand.keys(Key.Key_C, Key.Key_A)
    hand.type("end")
    hand.enter()
    assert hand.target("m2", "fallback") == "end-2"


def test_connecting_without_a_selection_says_what_to_do(hand: Hand) -> None:
    hand.keys(Key.Key_C)
    assert len(hand.refused) == 1
    hand.document.select(["end"])
    hand.keys(Key.Key_C)
    assert len(hand.refused) == 2


def test_delete_and_undo(hand: Hand) -> None:
    hand.document.select(["m1"])
    hand.keys(Key.Key_Delete)
    assert hand.route.find("m1") is None
    assert "m1" not in hand.canvas.scene.cards
    hand.keys(Key.Key_Z, held=Held.ControlModifier)
    assert hand.route.find("m1") is not None
    assert hand.canvas.scene.wires["c", "true"].end == hand.input("m1")
    hand.keys(Key.Key_Z, held=Held.ControlModifier | Held.ShiftModifier)
    assert hand.route.find("m1") is None


def test_delete_and_reconnect_joins_the_neighbours_where_there_is_one_way(make_hand: MakeHand) -> None:
    route = route_of(start("m1"), model("m1", "m2"), model("m2", "end"), END)
    hand = make_hand(route, {})
    hand.document.select(["m1", "m2"])
    hand.keys(Key.Key_Delete, held=Held.ControlModifier)
    assert hand.target("start", "next") == "end"
    assert hand.step == "Delete and reconnect"


def test_delete_and_reconnect_joins_nothing_where_there_are_two_ways(hand: Hand) -> None:
    hand.document.select(["c"])
    hand.keys(Key.Key_Delete, held=Held.ControlModifier)
    assert hand.target("start", "next") == ""


def test_enter_wants_the_inspector(hand: Hand) -> None:
    told: list[str] = []
    hand.canvas.inspect_wanted.connect(told.append)
    hand.document.select(["m1"])
    hand.keys(Key.Key_Return)
    assert told == ["m1"]


def test_f2_gives_an_element_another_id(hand: Hand) -> None:
    hand.document.select(["m1"])
    hand.keys(Key.Key_F2)
    hand.type("cheap")
    hand.enter()
    assert hand.target("c", "true") == "cheap"
    assert hand.place("cheap") == (600, 40)
    assert hand.document.selected == {"cheap"}


def test_an_id_that_is_taken_is_refused(hand: Hand) -> None:
    hand.document.select(["m1"])
    hand.keys(Key.Key_F2)
    hand.type("m2")
    hand.enter()
    assert hand.route.find("m1") is not None
    assert hand.refused == ["Another element is called “m2”."]


def test_n_writes_a_note_about_the_element(hand: Hand) -> None:
    hand.document.select(["m1"])
    hand.keys(Key.Key_N)
    hand.type("cheap on purpose")
    hand.enter(Held.ControlModifier)
    assert canvas.notes(hand.route) == {"m1": "cheap on purpose"}
    assert hand.canvas.scene.cards["m1"].note == "cheap on purpose"


def test_n_without_a_selection_makes_a_free_note(hand: Hand) -> None:
    hand.keys(Key.Key_N)
    hand.type("ask Lena")
    hand.enter(Held.ControlModifier)
    assert canvas.free_notes(hand.route) == {"note": "ask Lena"}


def test_a_frame_is_put_around_the_selection(hand: Hand) -> None:
    hand.document.select(["m1", "m2"])
    hand.keys(Key.Key_G, held=Held.ControlModifier)
    hand.type("models")
    hand.enter()
    (frame,) = canvas.frames(hand.route).values()
    assert frame.title == "models"
    assert hand.canvas.scene.held_by(next(iter(hand.canvas.scene.frames.values()))) == {"m1", "m2"}


def test_copy_and_paste_make_a_copy_at_the_pointer(hand: Hand) -> None:
    hand.document.select(["m1", "m2"])
    hand.keys(Key.Key_C, held=Held.ControlModifier)
    hand.move(QPointF(304, 400), button=Qt.MouseButton.NoButton)
    hand.keys(Key.Key_V, held=Held.ControlModifier)
    assert hand.target("m1-2", "fallback") == "m2-2"
    assert hand.target("m1-2", "success") == ""
    assert hand.place("m1-2") == (304, 400)
    assert hand.document.selected == {"m1-2", "m2-2"}
    assert hand.step == "Paste"


def test_cut_puts_on_the_clipboard_what_a_text_editor_can_hold(hand: Hand) -> None:
    hand.document.select(["m1"])
    hand.keys(Key.Key_X, held=Held.ControlModifier)
    assert hand.route.find("m1") is None
    assert '"model": "m1"' in QApplication.clipboard().text()


def test_a_route_written_by_hand_can_be_pasted(hand: Hand) -> None:
    QApplication.clipboard().setText('{"primary": "openai/gpt-4o", "fallbacks": ["anthropic/claude-x"]}')
    before = len(hand.route.elements)
    hand.keys(Key.Key_V, held=Held.ControlModifier)
    assert len(hand.route.elements) > before
    assert hand.refused == []
    places = [hand.place(id) for id in hand.document.selected]
    assert len(set(places)) == len(places)


def test_nonsense_is_refused_calmly_and_changes_nothing(hand: Hand) -> None:
    for text in ("hello", "", "[1, 2]", '{"a": NaN}', "[" * 5000):
        QApplication.clipboard().setText(text)
        hand.keys(Key.Key_V, held=Held.ControlModifier)
    assert len(hand.refused) == 5
    assert hand.steps == []


def test_duplicate_puts_copies_a_step_away(hand: Hand) -> None:
    hand.document.select(["m1"])
    hand.keys(Key.Key_D, held=Held.ControlModifier)
    assert hand.place("m1-2") == (632, 72)
    assert hand.document.selected == {"m1-2"}


def test_select_all_and_escape(hand: Hand) -> None:
    hand.keys(Key.Key_A, held=Held.ControlModifier)
    assert len(hand.document.selected) == 5
    hand.keys(Key.Key_Escape)
    assert hand.document.selected == set()
    assert not hand.canvas.can_escape


def test_align_and_distribute(make_hand: MakeHand) -> None:
    route = route_of(model("a"), model("b"), model("d"))
    hand = make_hand(route, {"a": (0, 0), "b": (40, 160), "d": (80, 480)})
    hand.keys(Key.Key_A, held=Held.ControlModifier)
    hand.keys(Key.Key_A, held=Held.AltModifier)
    assert [hand.place(id)[0] for id in "abd"] == [0, 0, 0]
    hand.keys(Key.Key_V, held=Held.AltModifier | Held.ShiftModifier)
    assert [hand.place(id)[1] for id in "abd"] == [0, 240, 480]
    assert hand.steps == ["Align", "Distribute"]


def test_l_arranges_the_route_in_its_direction(hand: Hand) -> None:
    hand.keys(Key.Key_L)
    x = {id: hand.place(id)[0] for id in ("start", "c", "m1", "m2", "end")}
    assert x["start"] < x["c"] < x["m1"] < x["m2"] < x["end"]
    hand.canvas.turn(Direction.DOWN)
    y = {id: hand.place(id)[1] for id in ("start", "c", "m1", "m2", "end")}
    assert y["start"] < y["c"] < y["m1"] < y["m2"] < y["end"]
    assert hand.steps == ["Arrange", "Arrange"]


def test_zoom_keys(hand: Hand) -> None:
    hand.keys(Key.Key_Plus, held=Held.ControlModifier)
    assert hand.view.zoom > 1
    hand.keys(Key.Key_0, held=Held.ControlModifier)
    assert hand.view.zoom == 1
    hand.keys(Key.Key_Exclam, held=Held.ShiftModifier)
    assert hand.view.seen.contains(hand.canvas.scene.content)
    hand.document.select(["m1"])
    hand.keys(Key.Key_2, held=Held.ShiftModifier)
    assert hand.view.zoom == 2
    assert hand.view.seen.contains(hand.canvas.scene.cards["m1"].scene_rect)


def test_find_goes_from_match_to_match(hand: Hand) -> None:
    hand.keys(Key.Key_F, held=Held.ControlModifier)
    hand.type("model")
    assert hand.document.selected == {"m1"}
    hand.enter()
    assert hand.document.selected == {"m2"}
    assert hand.canvas.find_bar.count.text() == "2 of 2"
    hand.enter(Held.ShiftModifier)
    assert hand.document.selected == {"m1"}
    hand.type(" no such thing")
    assert hand.canvas.find_bar.count.text() == "No match"
    hand.escape()
    assert hand.canvas.find_bar.isHidden()
    assert hand.view.hasFocus()


def test_keys_of_the_canvas_come_before_those_of_the_window(hand: Hand) -> None:
    told: list[bool] = []
    hand.document.select(["m1"])
    action = hand.canvas.addAction("Something else")
    action.setShortcut("Ctrl+D")
    action.triggered.connect(told.append)
    hand.keys(Key.Key_D, held=Held.ControlModifier)
    assert told == []
    assert hand.route.find("m1-2") is not None


def test_an_empty_canvas_is_built_up_by_keyboard(make_hand: MakeHand) -> None:
    hand = make_hand(Route("new", ()), {})
    for text in ("start", "gpt-4o-mini", "end"):
        hand.keys(Key.Key_A)
        hand.type(text)
        hand.enter()
    hand.document.select(["start"])
    hand.keys(Key.Key_C, Key.Key_Right, Key.Key_Return)
    assert hand.target("start", "next") == "model"
    hand.document.select(["model"])
    hand.keys(Key.Key_C, Key.Key_Right, Key.Key_Return)
    assert hand.target("model", "success") == "end"


def test_what_is_in_a_frame_is_copied_and_nudged_with_it(make_hand: MakeHand) -> None:
    hand = make_hand(with_frame(ROUTE, "f", Frame("models", 560, 0, 300, 480)))
    hand.document.select(["f"])
    hand.keys(Key.Key_Right)
    assert hand.place("m1") == (608, 40)
    hand.keys(Key.Key_D, held=Held.ControlModifier)
    assert hand.route.find("m1-2") is not None
    assert "f-2" in canvas.frames(hand.route)


def test_what_a_screen_reader_is_told(hand: Hand) -> None:
    assert "5 elements" in hand.view.accessibleDescription()
    hand.document.select(["m2"])
    said = hand.view.accessibleDescription()
    assert "Model: m2." in said
    assert "success leads to" in said
    assert "fallback leads nowhere." in said
    hand.document.select(wire=("c", "true"))
    assert "Wire from plan = free, true, to m1." in hand.view.accessibleDescription()
