from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QDialog,
    QFileDialog,
    QMessageBox,
    QPushButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from tests.conftest import Run
from workbench.ui.support import dialogs
from workbench.ui.support.tasks import TaskScope


async def shown(kind: type[QDialog]) -> QDialog:
    while True:
        for widget in QApplication.topLevelWidgets():
            if isinstance(widget, kind) and widget.isVisible():
                return widget
        await asyncio.sleep(0.005)


def test_asking_tells_which_button_was_chosen(qtbot: QtBot, run_qt: Run) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)

    async def scenario(label: str) -> bool:
        answers: list[bool] = []

        async def question() -> None:
            answers.append(await dialogs.ask(parent, "Purge?", "It cannot be undone.", accept="Purge"))

        scope = TaskScope()
        scope.start("ask", question())
        box = await shown(QMessageBox)
        next(button for button in box.findChildren(QPushButton) if button.text() == label).click()
        await asyncio.sleep(0.01)
        await scope.aclose()
        return answers[0]

    assert run_qt(scenario("Purge"))
    assert not run_qt(scenario("Cancel"))


def test_other_tasks_go_on_while_a_dialog_is_open(qtbot: QtBot, run_qt: Run) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)

    async def scenario() -> int:
        scope, turns = TaskScope(), 0

        async def question() -> None:
            await dialogs.ask(parent, "Purge?", "", accept="Purge")

        scope.start("ask", question())
        await shown(QMessageBox)
        for _ in range(5):
            await asyncio.sleep(0)
            turns += 1
        await scope.aclose()
        return turns

    assert run_qt(scenario()) == 5


def test_a_cancelled_file_dialog_names_no_files_and_goes_away(qtbot: QtBot, run_qt: Run) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)

    async def scenario() -> list[str]:
        scope, answers = TaskScope(), list[list[str]]()

        async def question() -> None:
            answers.append(await dialogs.open_files(parent, "Import"))

        scope.start("ask", question())
        (await shown(QFileDialog)).reject()
        await asyncio.sleep(0.01)
        await scope.aclose()
        return answers[0]

    assert run_qt(scenario()) == []


def test_a_place_to_write_to_is_named_or_not(qtbot: QtBot, run_qt: Run) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)

    async def scenario() -> str:
        scope, answers = TaskScope(), list[str]()

        async def question() -> None:
            answers.append(await dialogs.save_file(parent, "Export", "rows.json"))

        scope.start("ask", question())
        dialog = await shown(QFileDialog)
        assert isinstance(dialog, QFileDialog)
        assert dialog.acceptMode() is QFileDialog.AcceptMode.AcceptSave
        assert [file.rpartition("/")[2] for file in dialog.selectedFiles()] == ["rows.json"]
        dialog.reject()
        await asyncio.sleep(0.01)
        await scope.aclose()
        return answers[0]

    assert run_qt(scenario()) == ""


def test_a_folder_is_picked(qtbot: QtBot, run_qt: Run) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)

    async def scenario() -> str:
        scope, answers = TaskScope(), list[str]()

        async def question() -> None:
            answers.append(await dialogs.open_folder(parent, "Save into"))

        scope.start("ask", question())
        dialog = await shown(QFileDialog)
        assert isinstance(dialog, QFileDialog)
        assert dialog.fileMode() is QFileDialog.FileMode.Directory
        dialog.filesSelected.emit(["/pictures"])
        dialog.done(1)
        await asyncio.sleep(0.01)
        await scope.aclose()
        return answers[0]

    assert run_qt(scenario()) == "/pictures"


async def _look(parent: QWidget, asked: Coroutine[Any, Any, object]) -> QFileDialog:
    """The file dialog that this opens; it is closed with its parent."""

    async def ask() -> None:
        await asked

    scope = TaskScope(parent)
    scope.start("ask", ask())
    dialog = await shown(QFileDialog)
    assert isinstance(dialog, QFileDialog)
    return dialog


def test_no_dialog_moves_what_is_dragged_in_it(qtbot: QtBot, run_qt: Run) -> None:
    async def scenario(open_it: Callable[[QWidget], Coroutine[Any, Any, object]]) -> None:
        parent = QWidget()
        dialog = await _look(parent, open_it(parent))
        views = dialog.findChildren(QAbstractItemView)
        assert views
        assert not any(view.dragEnabled() or view.acceptDrops() for view in views)
        dialog.reject()
        await asyncio.sleep(0.01)
        parent.deleteLater()

    run_qt(scenario(lambda parent: dialogs.open_files(parent, "Open")))
    run_qt(scenario(lambda parent: dialogs.save_file(parent, "Save", "a.json")))
    run_qt(scenario(lambda parent: dialogs.open_folder(parent, "Folder")))


def test_who_only_opens_files_changes_none(qtbot: QtBot, run_qt: Run, tmp_path: Path) -> None:
    (tmp_path / "kept.txt").write_text("x", encoding="utf-8")

    async def scenario() -> bool:
        parent = QWidget()
        dialog = await _look(parent, dialogs.open_files(parent, "Open", folder=str(tmp_path)))
        read_only = dialog.testOption(QFileDialog.Option.ReadOnly)
        dialog.reject()
        await asyncio.sleep(0.01)
        parent.deleteLater()
        return read_only

    assert run_qt(scenario())
