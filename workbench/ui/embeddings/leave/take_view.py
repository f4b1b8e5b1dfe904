"""What goes out: a choice of what, of which models and in which form, and how far the writing is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Qt, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QProgressBar,
    QSizePolicy,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from workbench.domain.embeddings.maps import MapKind
from workbench.services.embeddings.pgvector import VectorType
from workbench.services.embeddings.result_files import ResultForm
from workbench.services.embeddings.study import Column
from workbench.services.embeddings.vector_files import VectorForm
from workbench.ui.embeddings.leave import words
from workbench.ui.embeddings.leave.taking import MOST_NEIGHBOURS, Subject, TakingModel
from workbench.ui.support.buttons import ElidedLabel, IconButton, TextLabel, button
from workbench.ui.support.dialogs import open_folder, save_file
from workbench.ui.support.hindrance import Hindrance
from workbench.ui.support.notify import Notifier
from workbench.ui.support.surfaces import CalmCombo, column_of, small
from workbench.ui.support.tasks import TaskScope
from workbench.ui.support.theme import CAPTION, GRID, INSIDE, SEMIBOLD, Theme
from workbench.ui.support.trouble_box import TroubleBox

_MUCH = 10_000_000
"""Bytes; below it nobody needs to think of them."""


class _Tick(QWidget):
    """A column, and whether it is taken."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.box = QCheckBox(self)
        self.name = ElidedLabel(theme, "", self)
        self.facts = TextLabel(theme, "", self, size=CAPTION, role="muted", wrap=True)
        row = QHBoxLayout()
        row.setSpacing(INSIDE)
        row.addWidget(self.box)
        row.addWidget(self.name, 1)
        column = column_of(self, spacing=0)
        column.addLayout(row)
        under = QHBoxLayout()
        under.addSpacing(self.box.sizeHint().width() + INSIDE)
        under.addWidget(self.facts, 1)
        column.addLayout(under)

    def show_column(self, column: Column, title: str, rows: int, taken: bool) -> None:
        self.name.setText(words.ltr(title))
        self.facts.setText(words.column(column, rows))
        self.box.setAccessibleName(self.tr("Take {0}").format(title))
        self.box.setToolTip(self.tr("Whether its vectors are taken, or results of them"))
        self.box.setChecked(taken)


class TakeView(QWidget):
    """Shows a TakingModel. Signals: failed (Exception)."""

    failed = Signal(object)

    def __init__(
        self,
        theme: Theme,
        model: TakingModel,
        notifier: Notifier,
        parent: QWidget | None = None,
        *,
        open_url: Callable[[QUrl], object] = QDesktopServices.openUrl,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self.model = model
        self._notifier = notifier
        self._open_url = open_url
        self._tasks = TaskScope(self)
        self._tasks.failed.connect(self.failed)
        self.ticks: dict[str, _Tick] = {}
        self._make()
        self._lay_out()
        self._connect()
        self._show()

    async def aclose(self) -> None:
        await self._tasks.aclose()

    @Slot()
    def save(self) -> None:
        """Ask where to, then write."""
        if not self.model.hindrance and self.model.progress is None:
            self._tasks.start("save", self._save())

    def _make(self) -> None:
        theme = self._theme
        self.subject = self._combo(self.tr("What to take"))
        for subject in Subject:
            self.subject.addItem(words.subject(subject), subject)
        self.about = TextLabel(theme, "", self, size=CAPTION, role="muted", wrap=True)
        self._of = TextLabel(theme, self.tr("Of"), self, weight=SEMIBOLD)
        self.form = self._combo(self.tr("Format"))
        self.about_form = TextLabel(theme, "", self, size=CAPTION, role="muted", wrap=True)
        self.type = self._combo(self.tr("Type of the column"))
        for type in VectorType:
            self.type.addItem(words.vector_type(type), type)
        self.kind = self._combo(self.tr("Which map"))
        for kind in MapKind:
            self.kind.addItem(words.map_kind(kind), kind)
        self.k = QSpinBox(self)
        self.k.setRange(1, MOST_NEIGHBOURS)
        self.k.setAccessibleName(self.tr("Neighbours of each text"))
        self.note = TextLabel(theme, "", self, size=CAPTION, role="muted", wrap=True)
        self.save_as = button(self.tr("Save…"), "primary", self)
        self.save_as.setToolTip(self.tr("Choose where to save it (Ctrl+S)"))
        self.hindrance = Hindrance(theme, self.save_as, self)
        self.bar = QProgressBar(self)
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("How far the writing is"))
        self.cancel = button(self.tr("Cancel"), "", self)
        self.cancel.setToolTip(self.tr("Stop writing; what was there before stays"))
        self.trouble = TroubleBox(theme, self)
        self.saved = ElidedLabel(theme, "", self, size=CAPTION, role="good")
        self.reveal = small(IconButton(theme, "folder-open", self.tr("Open the folder it lies in"), self))

    def _combo(self, name: str) -> CalmCombo:
        combo = CalmCombo(self)
        combo.setAccessibleName(name)
        combo.setToolTip(name)
        combo.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        return combo

    def _lay_out(self) -> None:
        self._ticks = QVBoxLayout()
        self._ticks.setSpacing(INSIDE)
        self._form_row = self._row(self.tr("Format"), self.form)
        self._type_row = self._row(self.tr("Type"), self.type)
        self._kind_row = self._row(self.tr("Map"), self.kind)
        self._k_row = self._row(self.tr("Neighbours"), self.k)
        acts = QHBoxLayout()
        acts.setSpacing(INSIDE)
        acts.addWidget(self.bar, 1)
        acts.addWidget(self.cancel)
        after = QHBoxLayout()
        after.setSpacing(INSIDE)
        after.addWidget(self.saved, 1)
        after.addWidget(self.reveal)
        column = column_of(self, spacing=INSIDE)
        column.addWidget(TextLabel(self._theme, self.tr("Take out"), self, weight=SEMIBOLD))
        column.addWidget(self.subject)
        column.addWidget(self.about)
        column.addWidget(self._of)
        column.addLayout(self._ticks)
        column.addWidget(self._form_row)
        column.addWidget(self.about_form)
        for row in (self._type_row, self._kind_row, self._k_row):
            column.addWidget(row)
        for widget in (self.note, self.hindrance, self.save_as):
            column.addWidget(widget)
        column.addLayout(acts)
        column.addWidget(self.trouble)
        column.addLayout(after)

    def _row(self, label: str, control: QWidget) -> QWidget:
        row = QWidget(self)
        name = TextLabel(self._theme, label, row, weight=SEMIBOLD)
        name.setBuddy(control)
        column = column_of(row, spacing=GRID)
        column.addWidget(name)
        column.addWidget(control)
        return row

    def _connect(self) -> None:
        model = self.model
        self.subject.activated.connect(lambda at: model.set_subject(Subject(self.subject.itemData(at))))
        self.form.activated.connect(self._choose_form)
        self.type.activated.connect(lambda at: model.set_vector_type(VectorType(self.type.itemData(at))))
        self.kind.activated.connect(lambda at: model.set_map_kind(MapKind(self.kind.itemData(at))))
        self.k.valueChanged.connect(model.set_k)
        self.save_as.clicked.connect(self.save)
        self.cancel.clicked.connect(model.cancel)
        self.trouble.retry_wanted.connect(self.save)
        self.reveal.clicked.connect(self._reveal)
        model.changed.connect(self._show)
        model.progressed.connect(self._show_progress)
        model.saved.connect(self._tell_saved)

    @Slot()
    def _show(self) -> None:
        model, subject = self.model, self.model.subject
        vectors = subject is Subject.VECTORS
        self.subject.setCurrentIndex(self.subject.findData(subject))
        self.about.setText(words.about_subject(subject))
        self._show_forms()
        self.about_form.setText(words.about_form(model.form))
        self.about_form.setVisible(bool(self.about_form.text()))
        self._type_row.setVisible(model.form is VectorForm.SQL)
        self.type.setCurrentIndex(self.type.findData(model.vector_type))
        self._kind_row.setVisible(subject in (Subject.COORDINATES, Subject.REPORT))
        self._form_row.setVisible(subject is not Subject.REPORT)
        self.kind.setCurrentIndex(self.kind.findData(model.map_kind))
        self._k_row.setVisible(subject is Subject.NEIGHBOURS)
        with QSignalBlocker(self.k):
            self.k.setValue(model.k)
        self._show_ticks()
        told = [words.without(model.without, model.vector_form)] if vectors else []
        if model.bytes > _MUCH:
            told.append(words.size(model.bytes))
        self.note.setText(" ".join(each for each in told if each))
        self.note.setVisible(bool(self.note.text()))
        hindrance, writing = model.hindrance, model.progress is not None
        self.hindrance.say(hindrance)
        folder = self.tr("Save in a folder…") if model.into_folder else self.tr("Save…")
        self.save_as.setText(folder)
        focused = self.save_as.hasFocus() or self.cancel.hasFocus()
        self.save_as.setVisible(not writing)
        self.bar.setVisible(writing)
        self.cancel.setVisible(writing)
        if focused:
            (self.cancel if writing else self.save_as).setFocus(Qt.FocusReason.OtherFocusReason)
        self.trouble.show_trouble(model.trouble, retryable=not hindrance)
        written = model.written
        self.saved.setText(words.saved(len(written), written[0].name) if written else "")
        self.saved.setVisible(bool(written))
        self.reveal.setVisible(bool(written))
        self._show_progress()

    def _show_forms(self) -> None:
        if self.model.subject is Subject.REPORT:
            return
        forms = VectorForm if self.model.subject is Subject.VECTORS else ResultForm
        if [self.form.itemData(at) for at in range(self.form.count())] != list(forms):
            self.form.clear()
            for form in forms:
                self.form.addItem(words.form(form), form)
        self.form.setCurrentIndex(self.form.findData(self.model.form))

    def _show_ticks(self) -> None:
        """Those that stay keep the keyboard's place."""
        shared = self.model.shared
        columns = () if self.model.subject is Subject.TEXTS else shared.columns
        keys = [column.key for column in columns]
        for key in [key for key in self.ticks if key not in keys]:
            gone = self.ticks.pop(key)
            self._ticks.removeWidget(gone)
            gone.hide()
            gone.deleteLater()
        for at, column in enumerate(columns):
            tick = self.ticks.get(column.key)
            if tick is None:
                tick = self.ticks[column.key] = self._tick(column.key)
            if self._ticks.indexOf(tick) != at:
                self._ticks.insertWidget(at, tick)
            taken = self.model.is_taken(column)
            tick.show_column(column, shared.title_of(column), len(shared.rows), taken)
        self._of.setVisible(bool(columns))

    def _tick(self, key: str) -> _Tick:
        tick = _Tick(self._theme, self)
        tick.box.clicked.connect(lambda on: self.model.take(key, on))
        return tick

    @Slot()
    def _show_progress(self) -> None:
        self.bar.setValue(round((self.model.progress or 0.0) * 1000))

    @Slot(int)
    def _choose_form(self, at: int) -> None:
        forms = VectorForm if self.model.subject is Subject.VECTORS else ResultForm
        self.model.set_form(forms(self.form.itemData(at)))

    async def _save(self) -> None:
        model = self.model
        if model.into_folder:
            place = await open_folder(self, self.tr("Choose a folder for the vectors"))
        else:
            pattern = f"{words.form(model.form).partition(' (')[0]} (*.{model.form})"
            place = await save_file(self, self.tr("Save"), model.name, filters=pattern)
            if place and not Path(place).suffix:
                place = f"{place}.{model.form}"
        model.save(place)

    @Slot()
    def _reveal(self) -> None:
        if self.model.written:
            self._open_url(QUrl.fromLocalFile(str(self.model.written[0].parent)))

    @Slot(object)
    def _tell_saved(self, paths: tuple[Path, ...]) -> None:
        """Said on the whole window only where nobody sees it here."""
        if not self.isVisible():
            self._notifier.info(words.saved(len(paths), paths[0].name), key="embeddings/saved")
