"""The panel as it is seen and worked."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog

from tests.conftest import Run
from tests.services.embeddings.report.study import PALETTES
from tests.ui.dragging import drop, files
from tests.ui.embeddings.leave.test_coding import record_requests
from tests.ui.embeddings.models.stage import M3, SMALL, Stage, stage
from tests.ui.embeddings.opened import opened
from tests.waiting import until
from workbench.services.embeddings.run_code import RunLanguage
from workbench.services.embeddings.vector_files import VectorForm
from workbench.ui.embeddings.leave.model import LeaveModel
from workbench.ui.embeddings.leave.panel import LeavePanel
from workbench.ui.embeddings.leave.taking import Subject
from workbench.ui.embeddings.model import EmbeddingsModel
from workbench.ui.support.notify import Notice, Notifier
from workbench.ui.support.theme import Theme

Plot = Callable[[EmbeddingsModel, LeavePanel], Awaitable[None]]


class Panels:
    """opened_urls: what the desktop was asked to open."""

    def __init__(self, theme: Theme, folder: Path, run: Run) -> None:
        self.theme, self.folder, self.run = theme, folder, run
        self.notices: list[Notice] = []
        self.opened_urls: list[QUrl] = []

    def tell(self, plot: Plot) -> None:
        async def story() -> None:
            async with opened(self.folder) as shared:
                await self.show(shared, shared.desk, plot)  # type: ignore[attr-defined]  # see opened

        self.run(story())

    async def show(self, shared: EmbeddingsModel, desk: Any, plot: Plot) -> None:
        notifier = Notifier()
        notifier.posted.connect(self.notices.append)
        model = LeaveModel(shared, desk, PALETTES)
        panel = LeavePanel(self.theme, model, notifier, open_url=self.opened_urls.append)
        panel.resize(320, 900)
        panel.show()
        try:
            await plot(shared, panel)
        finally:
            panel.hide()
            await panel.aclose()
            await model.aclose()
            panel.deleteLater()


@pytest.fixture
def panels(theme: Theme, tmp_path: Path, run_qt: Run) -> Panels:
    return Panels(theme, tmp_path, run_qt)


async def picked(panel: LeavePanel, path: Path) -> None:
    """In the dialog that opens."""
    await until(lambda: bool(panel.findChildren(QFileDialog)))
    for dialog in panel.findChildren(QFileDialog):
        dialog.filesSelected.emit([str(path)])
        dialog.done(1)


def test_all_choices_are_there_and_those_that_matter_are_shown(panels: Panels) -> None:
    async def plot(shared: EmbeddingsModel, panel: LeavePanel) -> None:
        take = panel.take
        assert [take.subject.itemData(at) for at in range(take.subject.count())] == list(Subject)
        assert [take.form.itemData(at) for at in range(take.form.count())] == list(VectorForm)
        assert not take._type_row.isVisible()
        take.form.setCurrentIndex(take.form.findData(VectorForm.SQL))
        take.form.activated.emit(take.form.currentIndex())
        assert take._type_row.isVisible()
        take.subject.activated.emit(take.subject.findData(Subject.NEIGHBOURS))
        assert take._k_row.isVisible()
        assert not take._type_row.isVisible()
        assert take.form.count() == 3
        take.subject.activated.emit(take.subject.findData(Subject.REPORT))
        assert take._kind_row.isVisible()
        assert not take._form_row.isVisible()

    panels.tell(plot)


def test_a_model_is_left_out_by_its_box(panels: Panels) -> None:
    async def plot(shared: EmbeddingsModel, panel: LeavePanel) -> None:
        left, right = panel.take.ticks.values()
        assert panel.take.save_as.text() == "Save in a folder…"
        left.box.click()
        assert panel.take.save_as.text() == "Save…"
        assert panel.take.note.text() == "1 text has no vector and is left out."
        right.box.click()
        assert not panel.take.save_as.isEnabled()
        assert panel.take.hindrance.text() == "Tick at least one model."

    panels.tell(plot)


def test_saving_asks_where_to_and_says_where_it_is(panels: Panels) -> None:
    path = panels.folder / "out.csv"

    async def plot(shared: EmbeddingsModel, panel: LeavePanel) -> None:
        panel.model.taking.set_subject(Subject.TEXTS)
        panel.take.save()
        await picked(panel, path)
        await until(lambda: panel.take.reveal.isVisible())
        assert "out.csv" in panel.take.saved.text()
        panel.take.reveal.click()

    panels.tell(plot)
    assert path.exists()
    assert panels.opened_urls == [QUrl.fromLocalFile(str(panels.folder))]
    assert panels.notices == []


def test_the_keyboard_stays_where_something_is_saved(panels: Panels) -> None:
    async def plot(shared: EmbeddingsModel, panel: LeavePanel) -> None:
        take, model = panel.take, panel.model.taking
        panel.activateWindow()
        take.save_as.setFocus()
        await until(take.save_as.hasFocus)
        model.progress = 0.5
        model.changed.emit()
        assert take.cancel.hasFocus()
        model.progress = None
        model.changed.emit()
        assert take.save_as.hasFocus()

    panels.tell(plot)


def test_who_has_closed_the_panel_is_told_all_the_same(panels: Panels) -> None:
    async def plot(shared: EmbeddingsModel, panel: LeavePanel) -> None:
        panel.hide()
        panel.model.taking.set_subject(Subject.TEXTS)
        panel.model.taking.save(str(panels.folder / "out.csv"))
        await until(lambda: bool(panels.notices))

    panels.tell(plot)
    assert "out.csv" in panels.notices[0].text


def test_what_could_not_be_written_is_told_in_place(panels: Panels) -> None:
    async def plot(shared: EmbeddingsModel, panel: LeavePanel) -> None:
        panel.model.taking.set_subject(Subject.TEXTS)
        panel.model.taking.save(str(panels.folder / "gone" / "out.csv"))
        await until(lambda: panel.take.trouble.isVisible())
        assert panel.take.save_as.isVisible()

    panels.tell(plot)


def test_a_file_that_is_dropped_is_read_told_and_added(panels: Panels) -> None:
    path = panels.folder / "mine.jsonl"
    rows = [
        {"id": "1", "v": [1, 2]},
        {"id": "2", "v": [1]},
        {"id": "x", "v": [3, 4]},
        {"id": "3", "v": [0, 0]},
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows) + "{\n", encoding="utf-8")

    async def plot(shared: EmbeddingsModel, panel: LeavePanel) -> None:
        bring = panel.bring
        drop(panel, files(path))
        await until(lambda: bring.card.isVisible() and bring.add.isEnabled())
        assert bring.facts.text() == "4 rows · 2 dimensions"
        assert bring.told.text() == "3 texts get a vector."
        warned = bring.warned.text().split("\n")
        assert warned[:4] == [
            "2 texts get none: the file has nothing for them.",
            "1 row of the file is left over.",
            "1 vector has another number of dimensions than most.",
            "1 vector is zero and points nowhere.",
        ]
        assert warned[4].startswith("Line 5: It is not JSON")
        bring.add.click()
        await until(lambda: len(shared.columns) == 3)
        await until(lambda: bring.added.isVisible())
        assert "mine" in bring.added.text()
        assert not bring.card.isVisible()

    panels.tell(plot)


def test_a_file_is_chosen_and_another_way_of_using_it(panels: Panels) -> None:
    path = panels.folder / "mine.jsonl"
    path.write_text('{"text": "red", "v": [1, 2]}\n{"text": "new", "v": [1, 2]}\n', encoding="utf-8")

    async def plot(shared: EmbeddingsModel, panel: LeavePanel) -> None:
        panel.model.set_made.connect(lambda texts: shared.open(texts.id))
        bring = panel.bring
        bring.load.click()
        await picked(panel, path)
        await until(lambda: bring.card.isVisible() and bring.add.isEnabled())
        assert bring.add.text() == "Add"
        bring.way.activated.emit(1)
        await until(lambda: bring.add.text() == "Make the set" and bring.add.isEnabled())
        bring.add.click()
        await until(lambda: [row.text for row in shared.rows] == ["red", "new"])

    panels.tell(plot)


def test_a_file_that_does_not_fit_is_told_in_place(panels: Panels) -> None:
    np.save(panels.folder / "mine.npy", np.ones((4, 2)))

    async def plot(shared: EmbeddingsModel, panel: LeavePanel) -> None:
        panel.model.bringing.load(str(panels.folder / "mine.npy"))
        await until(lambda: panel.bring.trouble.isVisible())
        assert "4 vectors" in panel.bring.trouble.why.text()
        assert panel.bring.load.isVisible()
        assert not panel.bring.card.isVisible()

    panels.tell(plot)


def test_code_is_there_when_it_is_unfolded(panels: Panels) -> None:
    async def plot(one: Stage) -> None:
        async def inner(shared: EmbeddingsModel, panel: LeavePanel) -> None:
            code = panel.code
            code.section.button.click()
            await until(lambda: code.block.isVisible())
            assert code.block.text.startswith("workbench embed")
            assert code.column.count() == 2
            code.language.activated.emit(code.language.findData(RunLanguage.PYTHON))
            await until(lambda: "httpx" in code.block.text)
            code.block.copy.click()
            assert "httpx" in QGuiApplication.clipboard().text()

        await panels.show(one.shared, one.desk, inner)

    async def story() -> None:
        async with stage(panels.folder, M3, SMALL) as one:
            record_requests(one)
            await one.open("a", "b")
            await one.embedded()
            await plot(one)

    panels.run(story())
    assert [notice.text for notice in panels.notices] == ["Code copied."]


def test_every_control_has_a_name(panels: Panels) -> None:
    async def plot(shared: EmbeddingsModel, panel: LeavePanel) -> None:
        from PySide6.QtWidgets import QAbstractButton, QComboBox, QSpinBox

        for kind in (QAbstractButton, QComboBox, QSpinBox):
            for control in filter(lambda each: each.isVisible(), panel.findChildren(kind)):
                named = control.accessibleName() or getattr(control, "text", str)()
                assert named, control

    panels.tell(plot)
