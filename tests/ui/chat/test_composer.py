"""Where a question is written."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, Qt
from PySide6.QtTest import QTest

from tests.conftest import Run
from tests.ui.chat.fakes import FLASH, KIMI, Desk, conversation
from tests.waiting import until
from workbench.ui.chat.composer import Composer
from workbench.ui.support.theme import Theme


def test_enter_sends_and_shift_enter_begins_a_line(run_qt: Run, theme: Theme) -> None:
    async def story() -> None:
        async with Desk(conversation("talk")) as desk:
            composer = Composer(desk.model, theme)
            QTest.keyClicks(composer.field, "one")
            QTest.keyClick(composer.field, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
            QTest.keyClicks(composer.field, "two")
            QTest.keyClick(composer.field, Qt.Key.Key_Return)
            await until(lambda: not desk.model.busy)
            assert desk.chat.asked == ["one\ntwo"]
            assert composer.field.toPlainText() == ""
            composer.deleteLater()

    run_qt(story())


def test_ctrl_enter_and_the_button_send_too(run_qt: Run, theme: Theme) -> None:
    async def story() -> None:
        async with Desk(conversation("talk")) as desk:
            composer = Composer(desk.model, theme)
            QTest.keyClicks(composer.field, "one")
            QTest.keyClick(composer.field, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
            await until(lambda: not desk.model.busy)
            QTest.keyClicks(composer.field, "two")
            composer.send_button.click()
            await until(lambda: not desk.model.busy)
            assert desk.chat.asked == ["one", "two"]
            composer.deleteLater()

    run_qt(story())


def test_an_empty_prompt_is_not_sent_and_says_why(run_qt: Run, theme: Theme) -> None:
    async def story() -> None:
        async with Desk(conversation("talk")) as desk:
            composer = Composer(desk.model, theme)
            composer.send_button.click()
            assert composer.problem.text == "Write a question first."
            QTest.keyClicks(composer.field, "x")
            assert composer.problem.text == ""
            composer.deleteLater()

    run_qt(story())


def test_stop_stands_in_for_send_while_an_answer_comes_and_escape_stops(run_qt: Run, theme: Theme) -> None:
    async def story() -> None:
        async with Desk(conversation("talk")) as desk:
            composer = Composer(desk.model, theme)
            desk.chat.hold = True
            desk.model.send("Hi")
            assert composer.send_button.isHidden()
            assert not composer.stop_button.isHidden()
            await until(lambda: desk.model.messages and desk.model.messages[-1].text)
            QTest.keyClick(composer.field, Qt.Key.Key_Escape)
            await until(lambda: not desk.model.busy)
            assert not composer.send_button.isHidden()
            composer.deleteLater()

    run_qt(story())


def test_typing_is_the_draft_and_another_conversation_brings_its_own(run_qt: Run, theme: Theme) -> None:
    async def story() -> None:
        first, second = conversation("first", 2.0), conversation("second", 1.0, draft="from before")
        async with Desk(first, second) as desk:
            composer = Composer(desk.model, theme)
            QTest.keyClicks(composer.field, "half")
            assert desk.model.draft == "half"
            desk.model.select(second.id)
            assert composer.field.toPlainText() == "from before"
            await until(lambda: desk.model.loaded)
            composer.deleteLater()

    run_qt(story())


def test_up_in_an_empty_field_edits_the_last_question_and_escape_leaves_it(run_qt: Run, theme: Theme) -> None:
    async def story() -> None:
        async with Desk(conversation("talk")) as desk:
            composer = Composer(desk.model, theme)
            await desk.ask("Hi")
            QTest.keyClick(composer.field, Qt.Key.Key_Up)
            assert composer.field.toPlainText() == "Hi"
            assert composer.editing.text
            QTest.keyClick(composer.field, Qt.Key.Key_Escape)
            assert composer.field.toPlainText() == ""
            assert not composer.editing.text
            composer.deleteLater()

    run_qt(story())


def test_the_model_button_names_the_model(run_qt: Run, theme: Theme) -> None:
    async def story() -> None:
        async with Desk(conversation("talk")) as desk:
            composer = Composer(desk.model, theme)
            assert composer.model_button.text().strip() == FLASH.short_name
            desk.model.set_model(KIMI.id)
            assert composer.model_button.text().strip() == KIMI.short_name
            composer.deleteLater()

    run_qt(story())


def test_the_field_grows_with_its_text_up_to_its_share_of_the_tab(run_qt: Run, theme: Theme) -> None:
    async def story() -> None:
        async with Desk(conversation("talk")) as desk:
            composer = Composer(desk.model, theme)
            composer.resize(400, 200)
            composer.show()
            composer.limit(500)
            small = composer.field.height()
            composer.field.setPlainText("line\n" * 6)
            grown = composer.field.height()
            composer.field.setPlainText("line\n" * 600)
            assert small < grown < composer.field.height() <= 202
            composer.deleteLater()

    run_qt(story())


def test_each_paragraph_has_its_own_direction(run_qt: Run, theme: Theme) -> None:
    async def story() -> None:
        async with Desk(conversation("talk")) as desk:
            composer = Composer(desk.model, theme)
            composer.field.setPlainText("hello\nمرحبا")
            document = composer.field.document()
            directions = [document.findBlockByNumber(line).textDirection() for line in (0, 1)]
            assert directions == [Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft]
            composer.deleteLater()

    run_qt(story())


def test_only_the_text_of_the_clipboard_comes_in(run_qt: Run, theme: Theme) -> None:
    async def story() -> None:
        async with Desk(conversation("talk")) as desk:
            composer = Composer(desk.model, theme)
            rich = QMimeData()
            rich.setHtml("<b>bold</b><img src='http://example.invalid/x.png'>")
            rich.setText("bold")
            composer.field.insertFromMimeData(rich)
            assert composer.field.toPlainText() == "bold"
            assert "<b>" not in composer.field.toHtml().partition("<body")[2].replace("<body", "")
            composer.deleteLater()

    run_qt(story())


def test_the_estimate_is_shown_near_the_button(run_qt: Run, theme: Theme) -> None:
    async def story() -> None:
        async with Desk(conversation("talk")) as desk:
            composer = Composer(desk.model, theme)
            assert composer.estimate_label.text() == ""
            QTest.keyClicks(composer.field, "a question")
            await until(lambda: composer.estimate_label.text())
            assert composer.estimate_label.text().startswith("≈ ")
            assert composer.estimate_label.text().endswith("< $0.000001")
            composer.deleteLater()

    run_qt(story())
