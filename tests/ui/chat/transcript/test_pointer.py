"""The mouse: selecting, links, buttons, and that nothing unsafe opens."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from tests.ui.chat.transcript.stage import LONG, answer, entry, flow, place, point, question, settle
from workbench.domain.trouble import Trouble
from workbench.ui.chat.transcript.codebox import CodeBox
from workbench.ui.chat.transcript.message import Metric
from workbench.ui.chat.transcript.view import TranscriptView

Left, No = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton


def send(
    view: TranscriptView,
    kind: QEvent.Type,
    at: QPointF,
    button: Qt.MouseButton = Left,
    held: Qt.MouseButton = Left,
    keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
) -> None:
    on_screen = QPointF(view.viewport().mapToGlobal(at.toPoint()))
    QApplication.sendEvent(view.viewport(), QMouseEvent(kind, at, on_screen, button, held, keys))


def press(
    view: TranscriptView, at: QPointF, keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
) -> None:
    send(view, QEvent.Type.MouseButtonPress, at, keys=keys)


def move(view: TranscriptView, at: QPointF, held: Qt.MouseButton = Left) -> None:
    send(view, QEvent.Type.MouseMove, at, No, held)


def release(view: TranscriptView, at: QPointF) -> None:
    send(view, QEvent.Type.MouseButtonRelease, at, held=No)


def click(view: TranscriptView, at: QPointF) -> None:
    move(view, at, No)
    press(view, at)
    release(view, at)


def drag(view: TranscriptView, one: QPointF, other: QPointF) -> None:
    press(view, one)
    move(view, (one + other) / 2)
    move(view, other)
    release(view, other)


def copied(view: TranscriptView) -> str:
    QApplication.clipboard().setText("")
    view.commands.copy()
    return QApplication.clipboard().text()


def spot(view: TranscriptView, message_id: str, name: str) -> QPointF:
    found = {each.id: each for each in view.spots_of(entry(view, message_id))}
    return found[name].rect.center()


def test_dragging_selects_over_blocks_and_copies_the_source(view: TranscriptView) -> None:
    view.set_messages([answer("a", "One **two** three.\n\n- four\n- five `six`\n\nSeven.")])
    settle(view)
    drag(view, point(view, place(view, "a", "two")), point(view, place(view, "a", "six", after=True)))
    assert copied(view) == "**two** three.\n\n- four\n- five `six`"


def test_dragging_backwards_selects_the_same(view: TranscriptView) -> None:
    view.set_messages([answer("a", "One **two** three.\n\nFour.")])
    settle(view)
    drag(view, point(view, place(view, "a", "Four.", after=True)), point(view, place(view, "a", "two")))
    assert copied(view) == "**two** three.\n\nFour."


def test_dragging_selects_over_messages(view: TranscriptView) -> None:
    view.set_messages([question("q", "What is *it*?"), answer("a", "# It\n\nis this.")])
    settle(view)
    drag(view, point(view, place(view, "q", "it?")), point(view, place(view, "a", "is", after=True)))
    assert copied(view) == "*it*?\n\n# It\n\nis"


def test_a_double_click_selects_the_word_and_a_third_the_block(view: TranscriptView) -> None:
    view.set_messages([answer("a", "- some **words** here\n- more")])
    settle(view)
    at = point(view, place(view, "a", "ords"))
    press(view, at)
    release(view, at)
    send(view, QEvent.Type.MouseButtonDblClick, at)
    release(view, at)
    assert copied(view) == "**words**"
    press(view, at)
    release(view, at)
    assert copied(view) == "- some **words** here"


def test_a_drag_after_a_double_click_goes_on_by_words(view: TranscriptView) -> None:
    view.set_messages([answer("a", "alpha beta gamma delta")])
    settle(view)
    at = point(view, place(view, "a", "eta"))
    send(view, QEvent.Type.MouseButtonDblClick, at)
    move(view, point(view, place(view, "a", "mma")))
    release(view, at)
    assert copied(view) == "beta gamma"


def test_shift_and_click_extends(view: TranscriptView) -> None:
    view.set_messages([answer("a", "alpha beta\n\ngamma delta")])
    settle(view)
    click(view, point(view, place(view, "a", "beta")))
    at = point(view, place(view, "a", "gamma", after=True))
    press(view, at, keys=Qt.KeyboardModifier.ShiftModifier)
    release(view, at)
    assert copied(view) == "beta\n\ngamma"


def test_holding_the_mouse_below_scrolls_and_selects_on(view: TranscriptView, qtbot: QtBot) -> None:
    view.set_messages([answer("a", LONG)])
    settle(view)
    view.verticalScrollBar().setValue(0)
    settle(view)
    press(view, point(view, place(view, "a", "Paragraph 1 ")))
    move(view, QPointF(300, view.viewport().height() + 60))
    qtbot.waitUntil(lambda: view.offset_y > 300)
    release(view, QPointF(300, view.viewport().height() + 60))
    where = view.offset_y
    qtbot.wait(80)
    assert view.offset_y == where
    assert "Paragraph 9 " in copied(view)


def test_a_click_on_a_link_asks_to_open_it(view: TranscriptView, qtbot: QtBot) -> None:
    view.set_messages([answer("a", "See [the page](https://example.com/x).")])
    settle(view)
    at = point(view, place(view, "a", "page"))
    with qtbot.waitSignal(view.link_activated) as opened:
        click(view, at)
    assert opened.args == ["https://example.com/x"]
    move(view, at, No)
    assert view.viewport().cursor().shape() == Qt.CursorShape.PointingHandCursor


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://example.com", "readme.md", "#part"])
def test_other_links_do_not_open(view: TranscriptView, qtbot: QtBot, target: str) -> None:
    view.set_messages([answer("a", f"See [the page]({target}).")])
    settle(view)
    with qtbot.assertNotEmitted(view.link_activated):
        click(view, point(view, place(view, "a", "page")))


def test_selecting_a_link_does_not_open_it(view: TranscriptView, qtbot: QtBot) -> None:
    view.set_messages([answer("a", "See [the long page](https://example.com/x).")])
    settle(view)
    with qtbot.assertNotEmitted(view.link_activated):
        drag(view, point(view, place(view, "a", "long")), point(view, place(view, "a", "page", after=True)))


def test_the_code_button_copies_the_code_and_says_so(view: TranscriptView, qtbot: QtBot) -> None:
    view.set_messages([answer("a", "Run:\n\n```sh\necho hi\nls\n```")])
    settle(view)
    with qtbot.waitSignal(view.copied):
        click(view, spot(view, "a", "1.code:1"))
    assert QApplication.clipboard().text() == "echo hi\nls"
    box = flow(view, "a").box(1)
    assert isinstance(box, CodeBox)
    assert box.shows_copied


def test_a_click_on_a_figure_copies_it(view: TranscriptView) -> None:
    view.set_messages([answer("a", metrics=(Metric("0.42 s", "Time", "420 ms"), Metric("hit", "Cache")))])
    settle(view)
    click(view, spot(view, "a", "metric:0"))
    assert QApplication.clipboard().text() == "420 ms"
    click(view, spot(view, "a", "metric:1"))
    assert QApplication.clipboard().text() == "hit"


def test_the_buttons_ask_for_what_they_say(view: TranscriptView) -> None:
    trouble = Trouble("It failed.", "Because.", "Do this.", retryable=True)
    view.set_messages(
        [
            question("q"),
            answer("a", can_retry=True, has_exchange=True),
            answer("t", "", trouble=trouble, can_retry=True, has_exchange=True, fix_label="Open settings"),
        ]
    )
    view.resize(620, 700)
    settle(view)
    asked: list[tuple[str, str]] = []
    for name in ("retry", "details", "fix", "edit"):
        getattr(view, f"{name}_requested").connect(lambda message, name=name: asked.append((name, message)))
    click(view, spot(view, "q", "edit"))
    click(view, spot(view, "a", "retry"))
    click(view, spot(view, "a", "details"))
    click(view, spot(view, "t", "retry"))
    click(view, spot(view, "t", "fix"))
    click(view, spot(view, "t", "details"))
    assert asked == [
        ("edit", "q"),
        ("retry", "a"),
        ("details", "a"),
        ("retry", "t"),
        ("fix", "t"),
        ("details", "t"),
    ]


def test_a_press_that_is_dragged_off_the_button_does_nothing(view: TranscriptView, qtbot: QtBot) -> None:
    view.set_messages([answer("a", can_retry=True)])
    settle(view)
    with qtbot.assertNotEmitted(view.retry_requested):
        press(view, spot(view, "a", "retry"))
        release(view, QPointF(5, 5))


def test_hovering_a_message_shows_its_actions(view: TranscriptView) -> None:
    view.set_messages([answer("a", "Text.", can_retry=True)])
    settle(view)
    plain = view.grab().toImage()
    move(view, point(view, place(view, "a", "Text")), No)
    assert view.grab().toImage() != plain
    view.pointer.leave()
    assert view.grab().toImage() == plain


def test_reasoning_unfolds_and_folds(view: TranscriptView) -> None:
    view.set_messages([answer("a", "Text.", reasoning="First this.\n\nThen that.")])
    settle(view)
    before = entry(view, "a").height
    click(view, spot(view, "a", "reasoning"))
    settle(view)
    assert entry(view, "a").height > before + 20
    assert "Then that." in [b.plain(0, 99) for _, b in flow(view, "a", 0).boxes_between(0, 999)]
    click(view, spot(view, "a", "reasoning"))
    settle(view)
    assert entry(view, "a").height == before


def test_wide_code_moves_sideways_under_shift_and_wheel(view: TranscriptView) -> None:
    view.set_messages([answer("a", "```\n" + "wide " * 100 + "\n```\n\ntext")])
    settle(view)
    box = flow(view, "a").box(0)
    assert isinstance(box, CodeBox)
    at = point(view, place(view, "a", "wide"))
    event = QWheelEvent(
        at,
        QPointF(view.viewport().mapToGlobal(at.toPoint())),
        QPoint(),
        QPoint(0, -120),
        No,
        Qt.KeyboardModifier.ShiftModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view.viewport(), event)
    assert box.across > 0
    assert view.offset_y == view.verticalScrollBar().maximum()


def test_the_menu_offers_copying(view: TranscriptView, qtbot: QtBot) -> None:
    view.set_messages([answer("a", "See [the page](https://example.com/x) and **more**.")])
    settle(view)
    drag(view, point(view, place(view, "a", "See")), point(view, place(view, "a", "more", after=True)))
    at = point(view, place(view, "a", "page")).toPoint()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, view.viewport().mapToGlobal(at))
    QApplication.sendEvent(view.viewport(), event)
    (menu,) = view.findChildren(QMenu)
    actions = {action.text(): action for action in menu.actions() if action.text()}
    assert list(actions) == ["Copy", "Copy as plain text", "Copy link address", "Copy message", "Select all"]
    clipboard = QApplication.clipboard()
    actions["Copy as plain text"].trigger()
    assert clipboard.text() == "See the page and more"
    actions["Copy link address"].trigger()
    assert clipboard.text() == "https://example.com/x"
    actions["Copy message"].trigger()
    assert clipboard.text() == "See [the page](https://example.com/x) and **more**."
    menu.close()


def test_the_menu_offers_to_try_on_a_route_what_was_really_sent(view: TranscriptView) -> None:
    wanted: list[str] = []
    view.try_requested.connect(wanted.append)
    view.set_messages([answer("a", "Sent.", has_exchange=True)])
    settle(view)
    at = point(view, place(view, "a", "Sent"))
    view.commands.menu(view.viewport().mapToGlobal(at.toPoint()), at)
    (menu,) = view.findChildren(QMenu)
    next(action for action in menu.actions() if action.text() == "Try on a route").trigger()
    assert wanted == ["a"]
    menu.close()


def test_copying_also_gives_html_without_pictures(view: TranscriptView) -> None:
    view.set_messages([answer("a", "Some **bold** <b>x</b> ![p](https://example.com/p.png)")])
    settle(view)
    view.commands.copy_message(entry(view, "a"))
    html = QApplication.clipboard().mimeData().html()
    assert "<strong>bold</strong>" in html
    assert "<img" not in html
    assert "<b>x</b>" not in html
