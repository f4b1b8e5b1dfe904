"""The view: what it shows, where it stands, and what it leaves undone."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui.chat.transcript.stage import LONG, answer, entry, flow, history, question, settle, shown
from workbench.ui.chat.transcript.parts import LinePart
from workbench.ui.chat.transcript.pill import Pill
from workbench.ui.chat.transcript.surface import LIVE_BOXES
from workbench.ui.chat.transcript.view import TranscriptView
from workbench.ui.support.frames import FrameClock
from workbench.ui.support.theme import Theme


def bottom(view: TranscriptView) -> int:
    return view.verticalScrollBar().maximum()


def pill_of(view: TranscriptView) -> Pill:
    (pill,) = view.findChildren(Pill)
    return pill


def top_words(view: TranscriptView) -> tuple[str, int]:
    """The words at the upper edge of the viewport and how far above the edge their block begins."""
    index = view.column.at(float(view.offset_y))
    made = view.column.entries[index]
    for _, text, corner in made.texts():
        y = view.offset_y - view.column.top(index) - corner.y()
        if text.cells and 0 <= y <= text.height:
            leaf = text.index_at(y)
            return text.box(leaf).plain(0, 30), round(text.top(leaf) - y)
    return made.message.id, round(view.entry_top(index))


def test_it_opens_at_the_end(view: TranscriptView) -> None:
    view.set_messages(history(40))
    settle(view)
    assert bottom(view) > 1000
    assert view.offset_y == bottom(view)
    assert not pill_of(view).isVisible()


def test_it_stays_at_the_end_while_an_answer_comes(view: TranscriptView) -> None:
    view.set_messages([question("q"), answer("a", "", streaming=True)])
    for number in range(60):
        view.extend("a", f"Sentence {number} of the answer.\n\n")
        settle(view)
        assert view.offset_y == bottom(view)
    assert bottom(view) > 300
    assert "Sentence 59" in shown(view, "a")


def test_it_lets_go_when_the_user_scrolls_and_comes_back_by_the_pill(
    view: TranscriptView,
) -> None:
    view.set_messages([question("q"), answer("a", LONG, streaming=True)])
    settle(view)
    wheel(view, 5)
    where, words = view.offset_y, top_words(view)
    assert where < bottom(view)
    for _ in range(30):
        view.extend("a", "\n\nMore of it.")
        settle(view)
    assert view.offset_y == where
    assert top_words(view) == words
    pill = pill_of(view)
    assert pill.isVisible()
    QTest.mouseClick(pill, Qt.MouseButton.LeftButton)
    assert view.offset_y == bottom(view)
    assert not pill.isVisible()
    view.extend("a", "\n\nThe last.")
    settle(view)
    assert view.offset_y == bottom(view)


def test_scrolling_down_to_the_end_sticks_again(view: TranscriptView) -> None:
    view.set_messages([answer("a", LONG, streaming=True)])
    settle(view)
    wheel(view, 3)
    assert not view.sticky
    wheel(view, -8)
    assert view.sticky


def test_what_the_user_reads_stays_in_place_when_estimates_become_exact(view: TranscriptView) -> None:
    view.set_messages(history(80))
    settle(view)
    for _ in range(40):
        before = view.offset_y
        words, at = top_words(view)
        view.verticalScrollBar().setValue(before - 90)
        settle(view)
        if view.offset_y == 0:
            break
        # What stood at the edge is now 90 pixels below it, whatever was laid out above.
        found = [(w, y) for w, y in visible_words(view) if w == words]
        assert any(abs(y - (at + 90)) <= 2 for _, y in found), (words, at, found)


def visible_words(view: TranscriptView) -> list[tuple[str, int]]:
    found = []
    for made in view.visible_entries():
        top = view.entry_top(view.column.index(made.message.id))
        found.append((made.message.id, round(top)))
        for _, text, corner in made.texts():
            for leaf in range(len(text.cells)):
                found.append((text.box(leaf).plain(0, 30), round(top + corner.y() + text.top(leaf))))
    return found


def test_resizing_keeps_what_is_read_in_view(view: TranscriptView) -> None:
    view.set_messages(history(60))
    settle(view)
    wheel(view, 20)
    words, _ = top_words(view)
    view.resize(420, 420)
    settle(view)
    assert any(w == words for w, y in visible_words(view) if y > -400)


def test_few_boxes_live_however_much_is_seen(view: TranscriptView) -> None:
    view.set_messages(history(400))
    settle(view)
    most = 0
    while view.offset_y > 0:
        view.verticalScrollBar().setValue(view.offset_y - 400)
        settle(view)
        most = max(most, view.column.live_boxes)
    assert 0 < most <= LIVE_BOXES
    assert sum(made.built for made in view.column.entries) < 60


def test_messages_far_away_are_not_read_at_all(view: TranscriptView) -> None:
    view.set_messages(history(500))
    settle(view)
    assert sum(made.built for made in view.column.entries) < 30


def test_a_hidden_view_does_nothing(view: TranscriptView, frames: FrameClock) -> None:
    view.set_messages([answer("a", "Start.", streaming=True)])
    settle(view)
    frames.stop()
    view.hide()
    for _ in range(100):
        view.extend("a", " More.")
    assert not frames.running
    assert flow(view, "a").source == "Start."
    view.show()
    settle(view)
    assert shown(view, "a") == "Start." + " More." * 100


def test_no_timer_runs_when_nothing_happens(view: TranscriptView, frames: FrameClock, qtbot: QtBot) -> None:
    view.set_messages([question("q"), answer("a", LONG)])
    qtbot.waitUntil(lambda: not frames.running)
    assert not view._seconds.isActive()


def test_many_deltas_are_one_frame(view: TranscriptView, frames: FrameClock, qtbot: QtBot) -> None:
    view.set_messages([answer("a", "x", streaming=True)])
    settle(view)
    painted: list[float] = []
    before = view.paint_frame

    class Counted:
        def paint_frame(self, budget_ms: float) -> None:
            painted.append(budget_ms)
            before(budget_ms)

        def is_visible(self) -> bool:
            return True

        def is_focused(self) -> bool:
            return True

    counted = Counted()
    for _ in range(200):
        view.extend("a", "word ")
        frames.forget(view)
        frames.request(counted)
    qtbot.waitUntil(lambda: bool(painted))
    assert len(painted) == 1
    assert shown(view, "a").count("word") == 200


def test_a_very_long_text_is_read_in_slices(view: TranscriptView, frames: FrameClock, qtbot: QtBot) -> None:
    view.set_messages([answer("a", "word " * 40_000)])
    view.paint_frame(0.0)
    assert flow(view, "a").unread > 0
    qtbot.waitUntil(lambda: flow(view, "a").unread == 0, timeout=20_000)


def test_the_theme_changes_live_and_in_place(view: TranscriptView, theme: Theme) -> None:
    view.set_messages(history(60))
    settle(view)
    wheel(view, 10)
    at = view.column.at(float(view.offset_y))
    light = view.grab().toImage().pixelColor(2, 2).lightness()
    theme.set_mode("dark")
    settle(view)
    assert view.grab().toImage().pixelColor(2, 2).lightness() < light
    assert view.column.at(float(view.offset_y)) == at


def test_the_font_scale_changes_live(view: TranscriptView, theme: Theme) -> None:
    view.set_messages([answer("a", "Some words. " * 80)])
    settle(view)
    before = entry(view, "a").height
    theme.set_scale(1.5)
    settle(view)
    assert entry(view, "a").height > before * 1.3


def test_a_grown_answer_is_not_read_again(view: TranscriptView) -> None:
    view.set_messages([answer("a", "One.\n\nTwo.", streaming=True)])
    settle(view)
    text, box = flow(view, "a"), flow(view, "a").box(0)
    view.replace(answer("a", "One.\n\nTwo.\n\nThree."))
    settle(view)
    assert flow(view, "a") is text
    assert text.box(0) is box
    assert shown(view, "a") == "One.\nTwo.\nThree."


def test_a_changed_answer_is_shown(view: TranscriptView) -> None:
    view.set_messages([answer("a", "One.")])
    settle(view)
    view.replace(answer("a", "Other."))
    settle(view)
    assert shown(view, "a") == "Other."


def test_a_streaming_message_that_lags_behind_takes_nothing_away(view: TranscriptView) -> None:
    view.set_messages([answer("a", "", streaming=True)])
    view.extend("a", "Some text")
    view.replace(answer("a", "Some", streaming=True, can_retry=True))
    settle(view)
    assert shown(view, "a") == "Some text"


def test_a_wait_for_the_next_attempt_says_what_failed_and_how_long(view: TranscriptView) -> None:
    view.set_messages([answer("a", "", streaming=True)])
    view.delay("a", "Too many requests.", 7.0)
    settle(view)
    assert isinstance(line := entry(view, "a").part(1), LinePart)
    assert line.text == "Too many requests. Trying again in 7 s"


def test_messages_come_and_go(view: TranscriptView) -> None:
    view.set_messages(history(6))
    view.append(answer("new", "Hello"))
    view.remove("m2")
    settle(view)
    assert [made.message.id for made in view.column.entries] == ["m0", "m1", "m3", "m4", "m5", "new"]
    view.clear()
    settle(view)
    assert not view.column.entries
    assert bottom(view) == 0


def test_unknown_messages_are_left_alone(view: TranscriptView) -> None:
    view.extend("gone", "text")
    view.replace(answer("gone"))
    view.remove("gone")
    view.reveal("gone")
    settle(view)
    assert not view.column.entries


def test_a_superseded_answer_is_one_line_until_it_is_shown(view: TranscriptView) -> None:
    view.set_messages([question("q"), answer("old", LONG, superseded=True), answer("new")])
    settle(view)
    folded = entry(view, "old")
    assert folded.height < 60
    (spot,) = view.spots_of(folded)
    view.commands.run(folded, spot)
    settle(view)
    assert folded.height > 1000


def test_an_edited_question_is_not_called_an_answer(view: TranscriptView) -> None:
    view.set_messages([question("old", superseded=True), answer("a", superseded=True), question("new")])
    settle(view)
    lines = [next(iter(view.spots_of(entry(view, message)))).label for message in ("old", "a")]
    assert lines == ["Earlier question: Show", "Earlier answer by model: Show"]


def test_reveal_brings_a_message_into_view_and_marks_the_words(view: TranscriptView) -> None:
    messages = history(100)
    messages[20] = answer("m20", "Before.\n\nHere is the **needle** in it.")
    view.set_messages(messages)
    settle(view)
    view.reveal("m20", "Needle")
    settle(view)
    assert entry(view, "m20") in view.visible_entries()
    assert view.chosen is not None
    view.commands.copy()
    assert QApplication.clipboard().text() == "**needle**"


def test_reveal_without_words_shows_the_start_of_the_message(view: TranscriptView) -> None:
    view.set_messages(history(100))
    settle(view)
    view.reveal("m30")
    settle(view)
    assert 0 <= view.entry_top(30) <= 40
    assert not view.sticky


def test_it_works_mirrored(view: TranscriptView) -> None:
    view.set_messages([question("q"), answer("a", LONG), answer("b", "مرحبا", reasoning="Hm")])
    view.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    settle(view)
    view.grab()
    assert view.column.scene.rtl
    label = next(spot for spot in view.spots_of(entry(view, "b")) if spot.id == "reasoning")
    assert label.rect.right() > view.viewport().width() / 2


def test_deleting_it_in_mid_stream_leaves_nothing(theme: Theme, frames: FrameClock, qtbot: QtBot) -> None:
    view = TranscriptView(theme, frames)
    frames.stop()
    view.show()
    view.set_messages([answer("a", "x", streaming=True)])
    view.extend("a", "more")
    assert frames.running
    view.deleteLater()
    qtbot.waitUntil(lambda: not frames.running)


def wheel(view: TranscriptView, notches: int) -> None:
    """Turn the wheel; a positive number scrolls up."""
    middle = QPointF(view.viewport().rect().center())
    for _ in range(abs(notches)):
        event = QWheelEvent(
            middle,
            QPointF(view.viewport().mapToGlobal(middle.toPoint())),
            QPoint(0, 0),
            QPoint(0, 120 if notches > 0 else -120),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(view.viewport(), event)
    settle(view)


@pytest.mark.parametrize("text", ["", "   \n", "\n\n\n", "```", "|", "- ", "[a]: b", "\u200f", "a" * 5000])
def test_odd_texts_can_be_shown(view: TranscriptView, text: str) -> None:
    view.set_messages([question("q", text), answer("a", text), answer("s", text, streaming=True)])
    settle(view)
    view.grab()
    view.commands.select_all()
    view.grab()
