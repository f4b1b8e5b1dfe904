"""The keyboard does all that the mouse does."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui.chat.transcript.stage import LONG, answer, entry, history, place, question, settle
from workbench.ui.chat.transcript.selection import Chosen
from workbench.ui.chat.transcript.view import TranscriptView

Key, Mod = Qt.Key, Qt.KeyboardModifier


def press(
    view: TranscriptView, key: Qt.Key, keys: Qt.KeyboardModifier = Mod.NoModifier, times: int = 1
) -> None:
    for _ in range(times):
        QTest.keyClick(view, key, keys)
    settle(view)


def copied(view: TranscriptView) -> str:
    QApplication.clipboard().setText("")
    press(view, Key.Key_C, Mod.ControlModifier)
    return QApplication.clipboard().text()


def test_select_all_copies_every_message_as_it_was_written(view: TranscriptView) -> None:
    messages = history(30)
    view.set_messages(messages)
    settle(view)
    press(view, Key.Key_A, Mod.ControlModifier)
    assert copied(view) == "\n\n".join(message.text.strip("\n") for message in messages)


def test_escape_clears_the_selection_and_then_belongs_to_others(view: TranscriptView) -> None:
    view.set_messages([answer("a")])
    settle(view)
    press(view, Key.Key_A, Mod.ControlModifier)
    assert view.keys._escape()
    assert view.chosen is None
    assert not view.keys._escape()


@pytest.mark.parametrize(
    ("key", "keys", "times", "source"),
    [
        (Key.Key_Right, Mod.ShiftModifier, 3, "bet"),
        (Key.Key_Left, Mod.ShiftModifier, 2, "a "),
        (Key.Key_Right, Mod.ShiftModifier | Mod.ControlModifier, 1, "beta"),
        (Key.Key_End, Mod.ShiftModifier, 1, "beta **gamma**"),
        (Key.Key_Home, Mod.ShiftModifier, 1, "alpha "),
        (Key.Key_Down, Mod.ShiftModifier, 1, "beta **gamma**\n\ndelta "),
    ],
)
def test_shift_and_arrows_extend_the_selection(
    view: TranscriptView, key: Qt.Key, keys: Qt.KeyboardModifier, times: int, source: str
) -> None:
    view.set_messages([answer("a", "alpha beta **gamma**\n\ndelta epsilon")])
    settle(view)
    start = place(view, "a", "beta")
    view.select(Chosen(start, start))
    press(view, key, keys, times)
    if key == Key.Key_Down:
        assert copied(view).startswith("beta **gamma**\n\ndelt")
    else:
        assert copied(view).strip() == source.strip()


def test_the_keys_scroll(view: TranscriptView) -> None:
    view.set_messages([answer("a", LONG)])
    settle(view)
    end = view.offset_y
    press(view, Key.Key_Home)
    assert view.offset_y == 0
    press(view, Key.Key_Down)
    line = view.offset_y
    assert line > 0
    press(view, Key.Key_PageDown)
    assert view.offset_y > line + 200
    press(view, Key.Key_PageUp)
    press(view, Key.Key_Up)
    assert view.offset_y == 0
    press(view, Key.Key_Space)
    assert view.offset_y > 200
    press(view, Key.Key_End)
    assert view.offset_y == view.verticalScrollBar().maximum()
    assert view.sticky
    assert abs(view.offset_y - end) < 50


def test_the_focus_moves_over_messages_and_brings_them_into_view(view: TranscriptView) -> None:
    view.set_messages(history(30))
    settle(view)
    view.keys.focus_on(entry(view, "m29"))
    press(view, Key.Key_Up, Mod.ControlModifier, 12)
    made = entry(view, "m17")
    assert view.keys.entry is made
    assert made in view.visible_entries()
    press(view, Key.Key_Down, Mod.ControlModifier)
    assert view.keys.entry is entry(view, "m18")


def test_tab_walks_over_the_actions_of_a_message_and_then_leaves(view: TranscriptView, qtbot: QtBot) -> None:
    view.set_messages([question("q"), answer("a", "Text.", can_retry=True, has_exchange=True)])
    settle(view)
    view.keys.focus_on(entry(view, "a"))
    seen = []
    while view.keys.step_spot(True):
        seen.append(view.keys.spot)
    assert seen == ["copy", "retry", "details"]
    assert view.keys.spot == ""
    assert view.keys.step_spot(True)
    with qtbot.waitSignal(view.retry_requested) as asked:
        view.keys.step_spot(True)
        press(view, Key.Key_Return)
    assert asked.args == ["a"]
    assert view.keys.step_spot(False)
    assert view.keys.spot == "copy"


def test_the_actions_show_for_the_message_with_the_focus(view: TranscriptView, qtbot: QtBot) -> None:
    with qtbot.waitActive(view):
        view.activateWindow()
    view.set_messages([answer("a", "Text.", can_retry=True)])
    settle(view)
    view.clearFocus()
    plain = view.grab().toImage()
    view.setFocus(Qt.FocusReason.TabFocusReason)
    assert view.keys.entry is entry(view, "a")
    assert view.grab().toImage() != plain


def test_space_on_an_action_does_not_scroll(view: TranscriptView) -> None:
    view.set_messages([answer("a", LONG)])
    settle(view)
    view.keys.focus_on(entry(view, "a"))
    view.keys.step_spot(True)
    where = view.offset_y
    press(view, Key.Key_Space)
    assert view.offset_y == where
    assert QApplication.clipboard().text() == LONG
