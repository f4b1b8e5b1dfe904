"""The panel as it is seen and worked."""

from __future__ import annotations

import asyncio
from array import array
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QMessageBox

from tests.conftest import Run
from tests.services.embeddings.desk import BAD, LIMIT, numbered
from tests.services.fakes import FakeConnections, refused
from tests.ui.embeddings.models.stage import GEMMA, LARGE, M3, QWEN, SMALL, Stage, stage
from tests.waiting import until
from workbench.domain.embeddings.runs import ModelChoice, RunState
from workbench.domain.errors import Failure
from workbench.domain.models import Model
from workbench.domain.targets import Target, TargetKind
from workbench.ui.embeddings.models.panel import ModelsPanel
from workbench.ui.support.forms import Switch
from workbench.ui.support.notify import Notice, Notifier
from workbench.ui.support.theme import Theme

Plot = Callable[[Stage, ModelsPanel], Awaitable[None]]
Tell = Callable[..., None]


@pytest.fixture
def notices() -> list[Notice]:
    return []


@pytest.fixture
def tell(theme: Theme, run_qt: Run, tmp_path: Path, notices: list[Notice]) -> Tell:
    async def story(plot: Plot, *models: Model, **options: Any) -> None:
        async with stage(tmp_path, *models, **options) as one:
            notifier = Notifier()
            notifier.posted.connect(notices.append)
            panel = ModelsPanel(theme, one.model, notifier, clock=one.time)
            panel.resize(320, 900)
            panel.show()
            try:
                await plot(one, panel)
            finally:
                panel.hide()
                await panel.aclose()
                panel.deleteLater()

    return lambda plot, *models, **options: run_qt(story(plot, *models, **options))


def test_a_disabled_button_says_why(tell: Tell) -> None:
    async def plot(one: Stage, panel: ModelsPanel) -> None:
        assert not panel.embed.isEnabled()
        assert panel.hindrance.text() == "Open a set of texts first."
        await one.open("a", "b")
        assert panel.embed.isEnabled()
        assert panel.hindrance.isHidden()
        assert panel.embed.text() == "Embed with 2 models"
        assert panel.total.text().startswith("\u20662\u2069 models · \u20664\u2069 vectors")

    tell(plot)


def test_control_enter_embeds_and_each_model_gets_a_line(tell: Tell) -> None:
    async def plot(one: Stage, panel: ModelsPanel) -> None:
        await one.open("a", "b")
        panel.activateWindow()
        QTest.qWaitForWindowActive(panel)
        panel.focus()
        QTest.keyClick(panel.embed, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        await one.settled(lambda: one.model.entries and one.model.entries[0].run.state.over)
        (card,) = panel.runs.values()
        assert [line.name.text() for line in card.lines] == ["bge-m3", "bge-small-en-v1.5"]
        assert [line.word.text() for line in card.lines] == ["Done · \u20662\u2069"] * 2
        assert not panel.embed.isEnabled()

    tell(plot)


def test_options_are_there_only_where_the_model_has_them(tell: Tell) -> None:
    async def plot(one: Stage, panel: ModelsPanel) -> None:
        one.model.set_choices([ModelChoice(each.id) for each in (M3, SMALL, LARGE, QWEN)])
        assert [list(card.fields) for card in panel.cards] == [
            [],
            ["pooling"],
            ["dimensions"],
            ["query", "instruction"],
        ]
        assert panel.cards[0].options.isHidden()
        assert panel.cards[1].body.isHidden()
        panel.cards[1].options.click()
        assert not panel.cards[1].body.isHidden()

    tell(plot)


def test_what_is_done_in_the_fields_is_chosen(tell: Tell) -> None:
    async def plot(one: Stage, panel: ModelsPanel) -> None:
        model = one.model
        model.set_choices([ModelChoice(LARGE.id), ModelChoice(QWEN.id)])
        line = panel.cards[0].fields["dimensions"].control
        assert isinstance(line, QLineEdit)
        QTest.keyClicks(line, "1")
        assert model.choices[0].options.dimensions == 1
        QTest.keyClicks(line, "7")
        assert model.problems == {0: "From 1 to 2."}
        assert line.accessibleDescription() == "From 1 to 2."
        panel.cards[0].fields["dimensions"].reset_wanted.emit()
        assert model.choices[0].options.dimensions is None
        assert (line.text(), model.problems) == ("", {})
        query = panel.cards[1].fields["query"].control
        assert isinstance(query, Switch)
        query.click()
        instruction = panel.cards[1].fields["instruction"].control
        assert isinstance(instruction, QLineEdit)
        QTest.keyClicks(instruction, "Find ")
        assert (model.wanted[1].options.query, model.wanted[1].options.instruction) == (True, "Find")
        panel.cards[1].twin.click()
        assert not panel.cards[2].double.isHidden()
        assert not panel.cards[2].body.isHidden()
        panel.cards[0].remove.click()
        assert [each.model for each in model.choices] == [QWEN.id, QWEN.id]

    tell(plot)


def test_models_are_chosen_by_keyboard(tell: Tell) -> None:
    async def plot(one: Stage, panel: ModelsPanel) -> None:
        panel.choose()
        picker = panel._picker
        assert picker is not None
        assert [row.model.id for row in picker.rows if row.box.isChecked()] == [SMALL.id, M3.id]
        QTest.keyClicks(picker.field, "gemma")
        assert [row.model.id for row in picker.rows] == [GEMMA.id, "gemma"]
        QTest.keyClick(picker.field, Qt.Key.Key_Down)
        QTest.keyClick(picker.rows[0].box, Qt.Key.Key_Space)
        assert [each.model for each in one.model.choices] == [M3.id, SMALL.id, GEMMA.id]
        assert picker.rows[0].box.isChecked()
        QTest.keyClick(picker.rows[0].box, Qt.Key.Key_Up)
        picker.field.setText("own/embedder")
        QTest.keyClick(picker.field, Qt.Key.Key_Return)
        assert one.model.choices[-1] == ModelChoice("own/embedder")
        QTest.keyClick(picker.field, Qt.Key.Key_Escape)
        assert not picker.isVisible()

    tell(plot)


def test_rows_without_a_vector_are_told_with_the_way_to_mend_it(tell: Tell) -> None:
    async def plot(one: Stage, panel: ModelsPanel) -> None:
        await one.open(*numbered(12))
        one.wire.bad = {"text 3": BAD}
        await one.embedded()
        (line,) = next(iter(panel.runs.values())).lines
        assert line.word.text() == "Done · \u206611\u00a0/\u00a012\u2069"
        assert not line._again.isHidden()
        one.wire.bad = {}
        line._again.click()
        await one.settled(lambda: one.model.entries[0].run.models[0].done == 12)
        assert line._again.isHidden()

    tell(plot, M3)


def test_a_hold_counts_down(tell: Tell) -> None:
    async def plot(one: Stage, panel: ModelsPanel) -> None:
        await one.open("a")
        one.wire.script = [LIMIT]
        one.model.embed()
        await until(lambda: bool(panel.runs) and next(iter(panel.runs.values()))._tick.active)
        card = next(iter(panel.runs.values()))
        before = card.lines[0].word.text()
        assert before.startswith("Again in")
        one.time.now += 1.0
        card._tick.tick()
        assert card.lines[0].word.text() != before
        one.time.advance(60)
        await one.settled(lambda: one.model.entries[0].run.state is RunState.DONE)
        card._tick.tick()
        assert not card._tick.active

    tell(plot, M3)


def test_the_keyboard_stays_at_a_run_that_is_stopped_and_resumed(tell: Tell) -> None:
    async def plot(one: Stage, panel: ModelsPanel) -> None:
        await one.open(*numbered(30))
        panel.activateWindow()
        QTest.qWaitForWindowActive(panel)
        one.wire.gate = asyncio.Event()
        one.model.embed()
        await until(lambda: one.wire.running > 0)
        card = next(iter(panel.runs.values()))
        card.stop.setFocus()
        card.stop.click()
        await one.settled(lambda: one.model.entries[0].run.state is RunState.STOPPED)
        assert card.resume.hasFocus()
        one.wire.gate.set()
        card.resume.click()
        await one.settled(lambda: one.model.entries[0].run.state is RunState.DONE)
        assert card.delete.hasFocus()

    tell(plot, M3)


def test_a_deleted_run_comes_back_by_undo(tell: Tell, notices: list[Notice]) -> None:
    async def plot(one: Stage, panel: ModelsPanel) -> None:
        await one.open("a")
        await one.embedded()
        next(iter(panel.runs.values())).delete.click()
        await one.settled(lambda: not panel.runs)
        assert notices[-1].action is not None
        notices[-1].action()
        await one.settled(lambda: panel.runs)

    tell(plot, M3)


def test_a_box_leaves_vectors_out_of_what_is_compared(tell: Tell) -> None:
    async def plot(one: Stage, panel: ModelsPanel) -> None:
        await one.open("a")
        await one.embedded()
        first = next(iter(panel.runs.values())).lines[0]
        first.box.click()
        assert [column.choice.model for column in one.shared.chosen] == [SMALL.id]
        first.box.click()
        assert len(one.shared.chosen) == 2

    tell(plot)


def test_the_sandbox_says_that_two_models_cannot_differ(tell: Tell) -> None:
    local = FakeConnections()
    local.target = Target("local", "Local gateway", TargetKind.LOCAL)

    async def plot(one: Stage, panel: ModelsPanel) -> None:
        one.targets.current = local.target
        one.wire.engine = "minilm"
        one.model.load()
        await one.open("a")
        assert "nothing is charged" in panel.sandbox.words.text()
        assert "free here" in panel.total.text()
        assert panel.alike.isHidden()
        await one.embedded()
        assert "have equal vectors" in panel.alike.words.text()
        assert "free" in next(iter(panel.runs.values())).lines[0].facts.text()

    tell(plot, connections=local)


def test_vectors_that_were_brought_along_are_listed_and_deleted_after_a_question(tell: Tell) -> None:
    async def plot(one: Stage, panel: ModelsPanel) -> None:
        from workbench.vectors.matrix import read

        await one.open("a", "b")
        await one.own.add("s1", "mine.npy", read([array("f", [1.0, 0.0]), array("f", [0.0, 1.0])]))
        one.shared.reload()
        await until(lambda: bool(panel.brought))
        (card,) = panel.brought.values()
        card.box.click()
        assert one.shared.chosen == ()
        card.delete.click()
        await until(lambda: panel.findChild(QMessageBox) is not None)
        box = panel.findChild(QMessageBox)
        assert box is not None
        next(each for each in box.buttons() if each.text() == "Delete").click()
        await until(lambda: not panel.brought)
        assert await one.own.of("s1") == []

    tell(plot)


def test_a_disk_that_fails_is_told_with_the_way_on(tell: Tell) -> None:
    async def plot(one: Stage, panel: ModelsPanel) -> None:
        await one.open("a")
        one.services.cache.failing = True
        one.model.embed()
        await until(lambda: not panel.halted.isHidden())
        one.services.cache.failing = False
        panel.halted.retry.click()
        await one.settled(lambda: one.model.entries[0].run.state is RunState.DONE)
        assert panel.halted.isHidden()

    tell(plot, M3)


def test_a_refused_token_leads_to_the_connection(tell: Tell) -> None:
    async def plot(one: Stage, panel: ModelsPanel) -> None:
        wanted: list[bool] = []
        one.shared.connection_wanted.connect(lambda: wanted.append(True))
        await one.open("a")
        one.wire.script = [refused(Failure.UNAUTHORIZED, 401)]
        await one.embedded()
        (line,) = next(iter(panel.runs.values())).lines
        assert not line.trouble.connection.isHidden()
        line.trouble.connection.click()
        assert wanted == [True]

    tell(plot, M3)


def test_what_takes_much_memory_is_told_first(tell: Tell) -> None:
    async def plot(one: Stage, panel: ModelsPanel) -> None:
        one.models.abilities_of[M3.id] = replace(one.models.abilities(M3.id), dimensions=2_000_000_000)
        await one.open("a")
        assert "GB\u2069 of memory" in panel.memory.text().replace("\u00a0", " ")

    tell(plot, M3)
