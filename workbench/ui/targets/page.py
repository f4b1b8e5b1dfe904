"""The page of connections: the list at the side, the form of one beside it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import pairwise

from PySide6.QtCore import QMimeData, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from workbench.ui.support.buttons import ElidedLabel, IconButton, TextLabel, button
from workbench.ui.support.dialogs import open_files
from workbench.ui.support.drops import DropArea, local_file
from workbench.ui.support.icons import set_icon
from workbench.ui.support.notify import Notifier
from workbench.ui.support.pages import Found, Page
from workbench.ui.support.save_bar import SaveBar
from workbench.ui.support.shortcuts import on_keys
from workbench.ui.support.surfaces import Ground, readable
from workbench.ui.support.tasks import TaskScope
from workbench.ui.support.theme import (
    GRID,
    GROUPS,
    INSIDE,
    PADDING,
    SECTION,
    SEMIBOLD,
    TITLE,
    Theme,
    follow,
)
from workbench.ui.targets.connection_list import ConnectionList
from workbench.ui.targets.form import ConnectionForm
from workbench.ui.targets.model import ConnectionsModel
from workbench.ui.targets.review import ImportReview
from workbench.ui.targets.status import StatusCard
from workbench.ui.targets.words import Words

_SIDE = 264
_FORM = 620


class TargetsPage(QWidget):
    """Shows a ConnectionsModel; what it asks of the window comes as signals of the model."""

    def __init__(
        self, theme: Theme, model: ConnectionsModel, notifier: Notifier, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._model = model
        self._words = Words(self)
        self._tasks = TaskScope(self)
        self._tasks.failed.connect(notifier.error)
        self.list = ConnectionList(theme, model, self)
        self.list.chosen.connect(model.open)
        self.form = ConnectionForm(theme, model)
        self.review = ImportReview(theme, model)
        self.status = StatusCard(theme, self)
        self.status.test_wanted.connect(model.test)
        self.status.doctor_wanted.connect(model.examine)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self._build_form())
        self._stack.addWidget(readable(theme, self.review, _FORM))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._build_side())
        row.addWidget(self._stack, 1)
        self._set_tab_order()
        hint = self.tr("Drop to read the connection in this file")
        DropArea(theme, hint, self, _dropped, self._import)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            on_keys(keys, self, self._main_action)
        model.opened.connect(self.refresh)
        model.edited.connect(self.refresh)
        model.changed.connect(self.refresh)
        model.status_changed.connect(self.refresh)
        model.busy_changed.connect(self.refresh)
        model.review_changed.connect(self._show_review)
        self.refresh()

    def page(self) -> Page:
        """What the window needs of it; closing it closes the model too."""
        return Page(
            self,
            find=self._find,
            focus=self.list.setFocus,
            regions=lambda: (self.list, self._stack),
            aclose=self.aclose,
        )

    @Slot()
    def choose_file(self) -> None:
        """Ask for a file to import."""
        self._tasks.start("choose", self._choose_file())

    async def aclose(self) -> None:
        await self._tasks.aclose()
        await self._model.aclose()

    @Slot()
    def refresh(self) -> None:
        draft = self._model.draft
        if draft is None:
            return
        editable, current = draft.target.can.editable, draft.target.id == self._model.current_id
        self._name.setText(draft.target.name or self.tr("New connection"))
        self._kind.setText(self._words.kind(draft.target))
        self.use.setVisible(not draft.new)
        self.use.setEnabled(not current)
        self.use.setText(self.tr("In use") if current else self.tr("Use this connection"))
        self.use.setToolTip(
            self.tr("Requests go here already.") if current else self.tr("Send requests here")
        )
        self.copy.setVisible(editable and not draft.new)
        self.delete.setVisible(editable and not draft.new)
        self.status.setVisible(not draft.new)
        self.status.show_status(self._model.status(draft.target.id), tested=not draft.new)
        self.status.test.setText(self.tr("Save and test") if draft.dirty else self.tr("Test"))
        self._bar.setVisible(editable)
        self.save.setEnabled(draft.dirty)
        self.save.setToolTip("" if draft.dirty else self.tr("There is nothing to save."))
        self.revert.setVisible(draft.dirty)
        self.revert.setText(self.tr("Discard") if draft.new else self.tr("Revert"))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._model.open_first()

    def _import(self, dropped: tuple[str, str]) -> None:
        path, text = dropped
        if path:
            self._model.import_file(path)
        else:
            self._model.import_text(text, self.tr("dropped text"))

    def _find(self, words: str) -> Sequence[Found]:
        return [
            Found(target.name, partial(self._model.open, target.id), "plug", self._words.kind(target))
            for target in self._model.stored
            if words.casefold() in target.name.casefold()
        ]

    async def _choose_file(self) -> None:
        paths = await open_files(
            self,
            self.tr("Import a connection"),
            filters=self.tr("Environment files (.env* .dev.vars* *.env *.vars);;All files (*)"),
        )
        for path in paths:
            self._model.import_file(path)

    def _set_tab_order(self) -> None:
        """As the eye goes: the list, what is under it, the heading, the status, the form, its buttons."""
        order: list[QWidget] = [self.list, self.new, self.load, self.copy, self.delete, self.use]
        order += [self.status.doctor, self.status.test, *self.form.focus_order(), self.save, self.revert]
        for first, second in pairwise(order):
            self.setTabOrder(first, second)

    def _build_side(self) -> QWidget:
        side = Ground(self._theme, "right", "surface", self)
        self.new = new = button(self.tr("New connection"), "", side)
        set_icon(new, self._theme, "plus", "text")
        new.clicked.connect(self._add)
        self.load = load = button(self.tr("Import a .env file…"), "quiet", side)
        load.setToolTip(self.tr("Reads GATEWAY_URL and GATEWAY_TOKEN; a file can also be dropped here"))
        set_icon(load, self._theme, "file-input", "muted")
        load.clicked.connect(self.choose_file)
        column = QVBoxLayout(side)
        column.setContentsMargins(INSIDE, PADDING, INSIDE + 1, PADDING)
        column.setSpacing(INSIDE)
        heading = TextLabel(self._theme, self.tr("Connections"), side, size=SECTION, weight=SEMIBOLD)
        heading.setContentsMargins(INSIDE, 0, 0, GRID)
        column.addWidget(heading)
        column.addWidget(self.list, 1)
        column.addWidget(new)
        column.addWidget(load)
        follow(side, self._theme, lambda: side.setFixedWidth(self._theme.px(_SIDE)))
        return side

    def _build_form(self) -> QWidget:
        holder = QWidget(self)
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        inner = QWidget(holder)
        inside = QVBoxLayout(inner)
        inside.setContentsMargins(GROUPS, GROUPS, GROUPS, GROUPS)
        inside.setSpacing(PADDING)
        inside.addLayout(self._build_heading(inner))
        inside.addWidget(self.status)
        inside.addWidget(self.form, 1)
        column.addWidget(readable(self._theme, inner, _FORM), 1)
        self._bar = SaveBar(self._theme, holder)
        self.save, self.revert = self._bar.save, self._bar.revert
        self.save.clicked.connect(self._save)
        self.revert.clicked.connect(self._model.revert)
        column.addWidget(self._bar)
        return holder

    def _build_heading(self, parent: QWidget) -> QHBoxLayout:
        self._name = ElidedLabel(self._theme, "", parent, size=TITLE, weight=SEMIBOLD)
        self._kind = TextLabel(self._theme, "", parent, role="muted")
        self.use = button("", "", parent)
        self.use.clicked.connect(self._model.use)
        self.copy = IconButton(self._theme, "copy-plus", self.tr("Duplicate"), parent)
        self.copy.clicked.connect(self._model.duplicate)
        self.delete = IconButton(self._theme, "trash-2", self.tr("Delete"), parent)
        self.delete.clicked.connect(self._model.delete)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._name)
        words.addWidget(self._kind)
        row = QHBoxLayout()
        row.setSpacing(GRID)
        row.addLayout(words, 1)
        row.addWidget(self.copy)
        row.addWidget(self.delete)
        row.addWidget(self.use)
        return row

    @Slot()
    def _show_review(self) -> None:
        self._stack.setCurrentIndex(1 if self._model.review is not None else 0)
        if self._model.review is not None:
            (self.review.accept if self.review.accept.isVisible() else self.review.discard).setFocus()

    @Slot()
    def _add(self) -> None:
        self._model.open_new()
        self.form.focus_first()

    @Slot()
    def _save(self) -> None:
        self._model.save()
        if self._model.problems:
            self.form.focus_first()

    @Slot()
    def _main_action(self) -> None:
        if self._model.review is not None:
            self._model.accept_review()
        elif self.save.isEnabled():
            self._save()


def _dropped(data: QMimeData) -> tuple[str, str] | None:
    """(path, text) of what is dragged, one of them empty; None when neither can be imported."""
    if path := local_file(data):
        return path, ""
    if data.hasText() and "=" in data.text():
        return "", data.text()
    return None
