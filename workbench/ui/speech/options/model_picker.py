"""The popup models are chosen in: one alone, or several to compare."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from workbench.domain.models import Model
from workbench.ui.speech.options.model_rows import ModelDelegate
from workbench.ui.support.models.popup import ModelPopup
from workbench.ui.support.models.rows import ModelEntry, ModelRows
from workbench.ui.support.models.target_models import TargetModels
from workbench.ui.support.models.view import ModelView
from workbench.ui.support.theme import INSIDE, RELATED, Theme, follow

Describe = Callable[[Model], tuple[str, str]]
"""A model's price and what it can do, in the user's words."""
_SIZE = QSize(440, 360)
_LEAST = 200


class ModelPicker(ModelPopup):
    """Arrows move, Enter takes one alone, Ctrl+Enter or its box adds or removes one, Escape closes.

    many: several may be chosen. Signals: chosen (id: it alone), toggled (id).
    """

    chosen = Signal(str)
    toggled = Signal(str)

    def __init__(
        self,
        models: TargetModels,
        describe: Describe,
        theme: Theme,
        *,
        many: bool,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(theme, self.tr("Choose models") if many else self.tr("Choose a model"), parent)
        self._models = models
        self._describe = describe
        self._many = many
        self._current: tuple[str, ...] = ()
        self.rows = ModelRows(self)
        self.list = ModelView(self.rows)
        self.delegate = ModelDelegate(theme, many, self.list)
        self.list.setItemDelegate(self.delegate)
        self.list.viewport().installEventFilter(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(RELATED, RELATED, RELATED, INSIDE)
        column.setSpacing(INSIDE)
        column.addWidget(self.field)
        column.addWidget(self.list, 1)
        column.addLayout(self.foot)
        self.field.textChanged.connect(self._show)
        self.rows.modelReset.connect(self._first)
        self.again_wanted.connect(self._ask_again)
        models.changed.connect(self._show_if_open)
        follow(self, theme, self._dress)

    def open(self, anchor: QWidget, chosen: Sequence[str]) -> None:
        """Show it at anchor."""
        self._current = tuple(chosen)
        self.field.clear()
        self._models.refresh()
        self._show()
        self.list.setCurrentIndex(self.rows.index(max(0, self.rows.row_of(self._current))))
        self.show_at(anchor, _SIZE, _LEAST)

    def show_chosen(self, chosen: Sequence[str]) -> None:
        """While it is open others may be chosen."""
        self._current = tuple(chosen)
        self._show()

    def key(self, event: QKeyEvent) -> bool:
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            return self.list.moves(event)
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        self._take(self.rows.at(self.list.currentIndex()), alone=not (control and self._many))
        return True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseButtonRelease:
            self._clicked(event)
        return super().eventFilter(watched, event)

    def _dress(self) -> None:
        self.setStyleSheet(self.ground())

    def _clicked(self, event: QMouseEvent) -> None:
        at = event.position().toPoint()
        index = self.list.indexAt(at)
        box = self.delegate.box_in(self.list.visualRect(index), self.layoutDirection())
        self._take(self.rows.at(index), alone=not (self._many and box.contains(at)))

    def _take(self, entry: ModelEntry | None, *, alone: bool) -> None:
        if entry is None:
            return
        if alone:
            self.close()
            self.chosen.emit(entry.model.id)
        else:
            self.toggled.emit(entry.model.id)

    def _show_if_open(self) -> None:
        if self.isVisible():
            self._show()

    def _first(self) -> None:
        self.list.setCurrentIndex(self.rows.index(0))

    def _show(self) -> None:
        text = self.field.text().strip()
        found = self._models.found(text)
        entries = [self._entry(model) for model in found]
        if text and " " not in text and text not in [model.id for model in found]:
            entries.append(self._entry(self._models.find(text), typed=True))
        self.rows.show(entries)
        many = self.tr("Enter takes one, Ctrl+Enter adds it.") if self._many else ""
        self.tell(self._models, len(found), many)

    def _entry(self, model: Model, *, typed: bool = False) -> ModelEntry:
        price, facts = ("", "") if typed else self._describe(model)
        tip = "\n".join(part for part in (model.id, facts, model.note) if part)
        chosen = model.id in self._current
        return ModelEntry(model, price, facts, told=(price, facts), tip=tip, chosen=chosen, typed=typed)

    def _ask_again(self) -> None:
        self._models.refresh(again=True)
