"""Awaitable dialogs. Never `exec()`: a nested loop inside a coroutine breaks another task (house-style §3)."""

from __future__ import annotations

import asyncio

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QDialog, QFileDialog, QMessageBox, QPushButton, QWidget


async def finished(dialog: QDialog) -> int:
    """Open dialog, wait for its end, delete it, and return its result code. A cancelled wait closes it."""
    done: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def settle(result: int) -> None:
        if not done.done():
            done.set_result(result)

    dialog.finished.connect(settle)
    dialog.setWindowModality(Qt.WindowModality.WindowModal)
    dialog.open()
    try:
        return await done
    finally:
        dialog.finished.disconnect(settle)
        dialog.close()
        dialog.deleteLater()


async def ask(
    parent: QWidget, title: str, text: str, *, accept: str, cancel: str = "", dangerous: bool = False
) -> bool:
    """Ask before something that cannot be undone; True if the user chose `accept`. What can be undone needs no question."""
    box = QMessageBox(parent)
    box.setWindowTitle(title)
    box.setText(title)
    box.setInformativeText(text)
    yes = QPushButton(accept, box)
    yes.setProperty("kind", "danger" if dangerous else "primary")
    box.addButton(yes, QMessageBox.ButtonRole.AcceptRole)
    no = box.addButton(cancel or box.tr("Cancel"), QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(no if dangerous else yes)
    box.setEscapeButton(no)
    chosen: list[object] = []
    box.buttonClicked.connect(chosen.append)
    await finished(box)
    return chosen == [yes]


async def open_files(
    parent: QWidget, title: str, *, filters: str = "", folder: str = "", several: bool = False
) -> list[str]:
    """Paths the user picked; empty when they changed their mind. filters: as QFileDialog writes them."""
    dialog = QFileDialog(parent, title, folder, filters)
    mode = QFileDialog.FileMode.ExistingFiles if several else QFileDialog.FileMode.ExistingFile
    dialog.setFileMode(mode)
    dialog.setOption(QFileDialog.Option.ReadOnly)
    return await _picked(dialog)


async def save_file(parent: QWidget, title: str, name: str, *, filters: str = "") -> str:
    """The path the user chose to write to; "" when they changed their mind. name: what is proposed. filters: as QFileDialog writes them."""
    dialog = QFileDialog(parent, title, name, filters)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setFileMode(QFileDialog.FileMode.AnyFile)
    dialog.selectFile(name)
    return next(iter(await _picked(dialog)), "")


async def open_folder(parent: QWidget, title: str, *, folder: str = "") -> str:
    """The folder the user picked; "" when they changed their mind."""
    dialog = QFileDialog(parent, title, folder)
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    return next(iter(await _picked(dialog)), "")


async def _picked(dialog: QFileDialog) -> list[str]:
    # In Qt's own dialog a folder that is dragged onto another one is moved into it, without a question.
    for view in dialog.findChildren(QAbstractItemView):
        view.setDragDropMode(QAbstractItemView.DragDropMode.NoDragDrop)
    picked: list[str] = []
    dialog.filesSelected.connect(picked.extend)
    await finished(dialog)
    return picked
