"""A place for one photo: by dialog, drop, paste, or from the gallery."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData, Qt, Signal, Slot
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
)
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from workbench.domain.images.try_on import OUTFIT, PERSON
from workbench.ui.images.dragging import digests_in, files_in, picture_in, takes
from workbench.ui.images.form.picture_field import Question
from workbench.ui.images.form.ports import Thumbnails
from workbench.ui.images.form.thumb import AddTile, Thumb
from workbench.ui.images.try_on.model import TryOnModel
from workbench.ui.support.buttons import ElidedLabel, IconButton, TextLabel
from workbench.ui.support.dialogs import open_files
from workbench.ui.support.surfaces import small
from workbench.ui.support.tasks import TaskScope
from workbench.ui.support.theme import CAPTION, GRID, SEMIBOLD, Theme, follow

SIDE = 142


class PhotoSlot(QWidget):
    """role: PERSON or OUTFIT. Signals: opened (digest)."""

    opened = Signal(str)

    def __init__(
        self,
        theme: Theme,
        model: TryOnModel,
        role: str,
        thumbnails: Thumbnails,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._model = model
        self._role = role
        self._tasks = TaskScope(self)
        self._tasks.failed.connect(model.failed)
        is_person = role == PERSON
        name = self.tr("A: person") if is_person else self.tr("B: outfit")
        hint = self.tr("Drop a photo of a person") if is_person else self.tr("Drop a photo of an outfit")
        self.label = ElidedLabel(theme, name, self, size=CAPTION + 1, weight=SEMIBOLD)
        self.paste = small(IconButton(theme, "clipboard-paste", self.tr("Paste: {0}").format(name), self))
        self.browse = small(
            IconButton(theme, "folder-open", self.tr("Choose a file: {0}").format(name), self)
        )
        self.remove = small(IconButton(theme, "x", self.tr("Remove: {0}").format(name), self))
        self.add = AddTile(theme, hint, "image-plus", self)
        self.thumb = Thumb(theme, thumbnails, SIDE, self)
        self.note = TextLabel(theme, "", self, size=CAPTION, role="muted", wrap=True)
        self._name, self._hint = name, hint
        self.setAcceptDrops(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        head = QHBoxLayout()
        head.setSpacing(0)
        head.addWidget(self.label, 1)
        for act in (self.paste, self.browse, self.remove):
            head.addWidget(act)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        column.addLayout(head)
        column.addWidget(self.add)
        column.addWidget(self.thumb, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self.note)
        self.browse.clicked.connect(self.ask_for_file)
        self.add.pressed.connect(self.ask_for_file)
        self.paste.clicked.connect(self.paste_picture)
        self.remove.clicked.connect(self._remove)
        self.thumb.opened.connect(self.opened)
        self.thumb.removed.connect(self._remove)
        model.pictures_changed.connect(self.refresh)
        model.changed.connect(self.refresh)
        follow(self, theme, self._dress)
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        draft = self._model.draft
        digest = draft.person if self._role == PERSON else draft.outfit
        image = self._model.picture(self._role)
        told = f"{self._name}, {image.width} × {image.height}" if image is not None else self._name
        if image is not None and image.name:
            told = f"{told}, {image.name}"
        self.thumb.show_picture(digest, told)
        self.thumb.setVisible(bool(digest))
        self.add.setVisible(not digest)
        self.remove.setVisible(bool(digest))
        refused = self._model.refused(self._role)
        reading = self._model.taking_in and not digest
        hint = "" if digest else self._hint
        self.note.setText(refused or (self.tr("Reading the photo…") if reading else hint))
        self.note.set_role("bad" if refused else "muted")
        self.note.setVisible(bool(self.note.text()))
        self.setAccessibleDescription(self.note.text())

    def take(self, mime: QMimeData) -> bool:
        """Use what is dropped or pasted; False where there is no picture in it."""
        if digests := digests_in(mime):
            self._model.use_picture(digests[0], self._role)
        elif files := files_in(mime):
            self._model.add_files(files, self._role)
        elif data := picture_in(mime):
            self._model.add_data(data, self._role)
        else:
            return False
        return True

    @Slot()
    def ask_for_file(self) -> None:
        self._tasks.start("browse", self._browse())

    @Slot()
    def paste_picture(self) -> None:
        mime = QGuiApplication.clipboard().mimeData()
        if mime is None or not self.take(mime):
            self.note.set_role("muted")
            self.note.setText(self.tr("There is no picture in the clipboard."))
            self.note.show()

    async def aclose(self) -> None:
        await self._tasks.aclose()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Paste):
            self.paste_picture()
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if takes(event.mimeData()):
            event.acceptProposedAction()
            self._light(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._light(False)

    def dropEvent(self, event: QDropEvent) -> None:
        self._light(False)
        if self.take(event.mimeData()):
            event.acceptProposedAction()

    async def _browse(self) -> None:
        filters = self.tr("Pictures (*.png *.jpg *.jpeg *.webp *.gif *.bmp)")
        paths = await open_files(self, self._name, filters=filters)
        if paths:
            self._model.add_files([Path(paths[0])], self._role)

    def _light(self, lit: bool) -> None:
        self.add.set_lit(lit)
        self.thumb.set_lit(lit)

    @Slot()
    def _remove(self) -> None:
        self._model.remove(self._role)
        self.add.setFocus()

    def _dress(self) -> None:
        self.add.setFixedHeight(self._theme.px(SIDE))


class PhotoPair(QWidget):
    """Both photos side by side, a button between them, and the question about one that is too large. Signals: opened (digest)."""

    opened = Signal(str)

    def __init__(
        self, theme: Theme, model: TryOnModel, thumbnails: Thumbnails, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._model = model
        self.person = PhotoSlot(theme, model, PERSON, thumbnails, self)
        self.outfit = PhotoSlot(theme, model, OUTFIT, thumbnails, self)
        self.swap = small(IconButton(theme, "arrow-right-left", self.tr("Swap the photos"), self))
        self.swap.clicked.connect(model.swap)
        self.question = Question(theme, self)
        self.question.answered.connect(model.answer)
        row = QHBoxLayout()
        row.setSpacing(GRID)
        row.addWidget(self.person, 1)
        row.addWidget(self.swap, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.outfit, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(row)
        column.addWidget(self.question)
        self.person.opened.connect(self.opened)
        self.outfit.opened.connect(self.opened)
        model.question_changed.connect(self._ask)

    async def aclose(self) -> None:
        await self.person.aclose()
        await self.outfit.aclose()

    @Slot()
    def _ask(self) -> None:
        self.question.ask(self._model.question)
