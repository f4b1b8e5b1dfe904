"""The panel as it is seen and worked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit

from tests.conftest import Run
from tests.ui.speech.library.fakes import parts, recording, take
from tests.ui.speech.options.fakes import NOVA, TURBO
from tests.ui.speech.options.test_export_model import settled, transcript
from tests.ui.speech.options.test_model import Stage
from workbench.domain.speech.takes import TakeState
from workbench.domain.trouble import Trouble
from workbench.ui.speech.options.export_model import ExportModel
from workbench.ui.speech.options.panel import EXPORT, OptionsPanel
from workbench.ui.support.forms import Switch
from workbench.ui.support.notify import Notifier
from workbench.ui.support.theme import Theme

DONE, RUNNING, WAITING, FAILED = TakeState.DONE, TakeState.RUNNING, TakeState.WAITING, TakeState.FAILED
Plot = Callable[[Stage, OptionsPanel], Awaitable[None]]
Tell = Callable[[Plot], None]


@pytest.fixture
def tell(theme: Theme, run_qt: Run) -> Tell:
    async def story(plot: Plot) -> None:
        async with Stage() as stage:
            export = ExportModel()
            panel = OptionsPanel(theme, stage.model, export, Notifier(), clock=lambda: 1000.0)
            panel.resize(320, 900)
            panel.show()
            try:
                await plot(stage, panel)
            finally:
                panel.hide()
                await panel.aclose()
                await export.aclose()
                panel.deleteLater()

    return lambda plot: run_qt(story(plot))


def test_a_disabled_button_says_why(tell: Tell) -> None:
    async def plot(stage: Stage, panel: OptionsPanel) -> None:
        assert not panel.transcribe.isEnabled()
        assert panel.hindrance.text() == "Choose a recording first."
        stage.model.show(recording())
        assert panel.transcribe.isEnabled()
        assert panel.hindrance.isHidden()
        assert panel.total.text() == "\u20663:05\u2069 · about \u2066$0.0015\u2069"

    tell(plot)


def test_the_keyboard_stays_at_a_take_that_is_stopped_and_resumed(tell: Tell) -> None:
    async def plot(stage: Stage, panel: OptionsPanel) -> None:
        running = take("t1", state=RUNNING, parts=parts(DONE, RUNNING))
        stage.model.show(recording(), [running])
        panel.activateWindow()
        QTest.qWaitForWindowActive(panel)
        card = panel.cards["t1"]
        card.stop.setFocus()
        card.show_take(replace(running, state=TakeState.STOPPED))
        assert card.resume.hasFocus()
        card.show_take(replace(running, state=FAILED, trouble=Trouble("Too busy.")))
        card.trouble.retry.setFocus()
        card.show_take(running)
        assert card.stop.hasFocus()

    tell(plot)


def test_control_enter_transcribes(tell: Tell) -> None:
    async def plot(stage: Stage, panel: OptionsPanel) -> None:
        stage.model.show(recording())
        panel.activateWindow()
        QTest.qWaitForWindowActive(panel)
        panel.focus()
        QTest.keyClick(panel.transcribe, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        await stage.settled()
        assert [one[1] for one in stage.takes.asked] == [TURBO.id]

    tell(plot)


def test_fields_are_drawn_from_what_the_model_has(tell: Tell) -> None:
    async def plot(stage: Stage, panel: OptionsPanel) -> None:
        fields = panel.form.fields
        assert isinstance(fields["language"].control, QComboBox)
        assert isinstance(fields["vad_filter"].control, Switch)
        assert isinstance(fields["beam_size"].control, QLineEdit)
        assert "diarize" not in fields
        panel.models.chosen.emit(NOVA.id)
        assert "diarize" in panel.form.fields
        assert "vad_filter" not in panel.form.fields

    tell(plot)


def test_what_is_done_in_the_fields_is_chosen(tell: Tell) -> None:
    async def plot(stage: Stage, panel: OptionsPanel) -> None:
        fields, model = panel.form.fields, stage.model
        task = fields["task"].control
        assert isinstance(task, QComboBox)
        task.setCurrentIndex(task.findData("translate"))
        task.activated.emit(task.currentIndex())
        vad = fields["vad_filter"].control
        assert isinstance(vad, Switch)
        vad.click()
        assert model.values == {"task": "translate", "vad_filter": True}
        fields["task"].reset_wanted.emit()
        assert model.values == {"vad_filter": True}
        assert task.currentData() == "transcribe"

    tell(plot)


def test_a_language_can_be_typed_by_name_or_by_code(tell: Tell) -> None:
    async def plot(stage: Stage, panel: OptionsPanel) -> None:
        language = panel.form.fields["language"].control
        assert isinstance(language, QComboBox)
        for typed, sent in (("German", "de"), ("yue", "yue"), ("", None)):
            language.setEditText(typed)
            line = language.lineEdit()
            assert line is not None
            line.editingFinished.emit()
            assert stage.model.values.get("language") == sent

    tell(plot)


def test_the_longest_part_is_typed_checked_and_left_to_the_model_again(tell: Tell) -> None:
    async def plot(stage: Stage, panel: OptionsPanel) -> None:
        line = panel.longest.line
        line.setFocus()
        QTest.keyClicks(line, "2")
        assert not panel.longest._problem.isHidden()
        QTest.keyClicks(line, "0")
        assert panel.longest._problem.isHidden()
        assert stage.model.most_s == 20.0
        panel.longest.reset_wanted.emit()
        assert (line.text(), stage.model.most_s) == ("", 0.0)

    tell(plot)


def test_more_options_are_folded_and_searched(tell: Tell) -> None:
    async def plot(stage: Stage, panel: OptionsPanel) -> None:
        panel.models.chosen.emit(NOVA.id)
        form = panel.form
        form.more.button.setChecked(True)
        form.search.setText("swear")
        shown = [name for name, field in form.fields.items() if not field.isHidden() and name != "language"]
        assert "profanity_filter" in shown
        assert "sentiment" not in shown

    tell(plot)


def test_the_progress_of_each_part_is_shown(tell: Tell) -> None:
    async def plot(stage: Stage, panel: OptionsPanel) -> None:
        three = parts(DONE, RUNNING, WAITING)
        running = take(state=RUNNING, parts=(replace(three[0], exchange_id="x1"), *three[1:]))
        stage.model.show(recording(), [running])
        card = panel.cards["t1"]
        assert card.word.text() == "Hearing · 1 of 3 parts"
        assert card.bar.tip(1) == "Part 2 · \u20661:00\u2069 to \u20662:00\u2069 · Hearing"
        assert not card.stop.isHidden()
        card.stop.click()
        await stage.settled()
        assert stage.takes.did == [("stop", "t1")]
        records: list[str] = []
        panel.record_wanted.connect(records.append)
        card.bar.setFocus()
        QTest.keyClick(card.bar, Qt.Key.Key_Right)
        QTest.keyClick(card.bar, Qt.Key.Key_Return)
        card.record.click()
        assert records == ["x1", "x1"]

    tell(plot)


def test_what_failed_says_why_and_is_tried_again(tell: Tell) -> None:
    async def plot(stage: Stage, panel: OptionsPanel) -> None:
        two = parts(DONE, FAILED)
        trouble = Trouble("The connection broke.", "The provider closed it.", "Try again.")
        failed = take(
            state=FAILED, parts=(two[0], replace(two[1], exchange_id="x2", trouble=trouble)), trouble=trouble
        )
        stage.model.show(recording(), [failed])
        card = panel.cards["t1"]
        assert card.trouble.what.text() == "The connection broke."
        card.trouble.retry.click()
        await stage.settled()
        assert stage.takes.did == [("resume", "t1")]

    tell(plot)


def test_a_limit_that_is_waited_out_counts_down(tell: Tell) -> None:
    async def plot(stage: Stage, panel: OptionsPanel) -> None:
        (one,) = parts(WAITING)
        stage.model.show(recording(), [take(state=WAITING, parts=(replace(one, not_before=1008.0),))])
        assert panel.cards["t1"].word.text() == "Again in \u20668 s\u2069"

    tell(plot)


def test_the_cards_of_another_recording_go(tell: Tell) -> None:
    async def plot(stage: Stage, panel: OptionsPanel) -> None:
        stage.model.show(recording(), [take(state=RUNNING)])
        assert list(panel.cards) == ["t1"]
        stage.model.show(recording("r2"), [])
        assert not panel.cards

    tell(plot)


def test_only_the_selection_is_offered_where_there_is_one(tell: Tell) -> None:
    async def plot(stage: Stage, panel: OptionsPanel) -> None:
        stage.model.show(recording())
        assert panel.only.isHidden()
        stage.model.set_selection((1.0, 9.0))
        assert panel.only.isVisible()
        panel.only.click()
        assert stage.model.span == (1.0, 9.0)

    tell(plot)


def test_export_copies_what_is_shown(tell: Tell) -> None:
    async def plot(stage: Stage, panel: OptionsPanel) -> None:
        box = panel.export
        panel.show_page(EXPORT)
        assert not box.save_as.isEnabled()
        assert box.hindrance.text() == "There is no text yet."
        box.model.show(transcript(2), "talk.mp3")
        assert box.preview.toPlainText().startswith("1\n00:00:00,000")
        assert box.rules.isVisible()
        box.form.setCurrentIndex(box.form.findData("txt"))
        box.form.activated.emit(box.form.currentIndex())
        assert not box.rules.isVisible()
        box.copy.click()
        await settled(box.model)
        assert QGuiApplication.clipboard().text().startswith("Sentence number 0")
        panel.hide()

    tell(plot)


def test_what_was_saved_can_be_saved_again(tell: Tell, tmp_path: Path) -> None:
    async def plot(stage: Stage, panel: OptionsPanel) -> None:
        panel.export.model.show(transcript(2), "talk.mp3")
        panel.export.model.save(tmp_path / "talk.srt")
        await settled(panel.export.model)
        assert (tmp_path / "talk.srt").exists()
        assert panel.export.save_as.isEnabled()

    tell(plot)


def test_a_wrong_rule_is_marked_and_keeps_what_is_typed(tell: Tell) -> None:
    async def plot(stage: Stage, panel: OptionsPanel) -> None:
        box = panel.export
        box.model.show(transcript(2))
        field = box.fields["most_characters"]
        field.edit.setText("5")
        field.typed.emit("5")
        assert field.problem.text() == "From 10 to 120."
        assert field.edit.text() == "5"
        assert not box.copy.isEnabled()

    tell(plot)


def test_the_picker_lists_models_with_prices_and_takes_any_id(tell: Tell) -> None:
    async def plot(stage: Stage, panel: OptionsPanel) -> None:
        panel.models.open()
        picker = panel.models._picker
        assert picker is not None
        assert picker.rows.rowCount() == 3
        picker.field.setText("nova")
        QTest.keyClick(picker.field, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        assert list(stage.model.chosen) == [TURBO.id, NOVA.id]
        picker.field.setText("my-own/whisper")
        assert picker.rows.index(picker.rows.rowCount() - 1).data() == "Use “my-own/whisper” as it is"
        QTest.keyClick(picker.field, Qt.Key.Key_Return)
        assert list(stage.model.chosen) == ["my-own/whisper"]
        assert not picker.isVisible()
        await stage.settled()

    tell(plot)
