"""The popup in which models are chosen: a box for each, several at once."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from workbench.domain.models import Model
from workbench.ui.embeddings.models import words
from workbench.ui.embeddings.models.offered import OfferedModels
from workbench.ui.support.buttons import ElidedLabel, TextLabel
from workbench.ui.support.models.popup import ModelPopup
from workbench.ui.support.surfaces import emptied, scrolled
from workbench.ui.support.theme import BODY, CAPTION, GRID, INSIDE, RELATED, Theme, follow
from workbench.ui.support.tooltips import as_tip

_SIZE = QSize(380, 420)
_LEAST = 200


class ModelRow(QFrame):
    """A model: its box, price and facts. typed: no list has it. Signals: toggled."""

    toggled = Signal()

    def __init__(
        self, theme: Theme, model: Model, facts: str, *, typed: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self.model = model
        price = words.price(model)
        self.box = QCheckBox(self)
        self.box.setAccessibleName(", ".join(part for part in (model.id, facts, price) if part))
        text = self.tr("Use “{0}” as it is").format(model.id) if typed else model.short_name
        self._name = ElidedLabel(theme, text, self, size=BODY)
        row = QHBoxLayout()
        row.setSpacing(INSIDE)
        row.addWidget(self.box)
        row.addWidget(self._name, 1)
        row.addWidget(TextLabel(theme, price, self, size=CAPTION, role="muted"))
        column = QVBoxLayout(self)
        column.setContentsMargins(INSIDE, GRID, INSIDE, GRID)
        column.setSpacing(0)
        column.addLayout(row)
        under = QHBoxLayout()
        under.addSpacing(self.box.sizeHint().width() + INSIDE)
        under.addWidget(ElidedLabel(theme, facts, self, size=CAPTION, role="muted"), 1)
        column.addLayout(under)
        self.setToolTip(as_tip("\n".join(part for part in (model.id, model.description, model.note) if part)))
        self.box.clicked.connect(self.toggled)
        follow(self, theme, self._dress)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.rect().contains(event.position().toPoint()):
            self.box.click()

    def _dress(self) -> None:
        self.setStyleSheet(
            f"ModelRow {{ border-radius: 6px; }} ModelRow:hover {{ background: {self._theme.hover('raised')}; }}"
        )


class ModelPicker(ModelPopup):
    """Arrows move between the field and the boxes, Space and Enter work a box, Escape closes. Signals: toggled (model id)."""

    toggled = Signal(str)

    def __init__(self, theme: Theme, models: OfferedModels, parent: QWidget | None = None) -> None:
        super().__init__(theme, self.tr("Choose models"), parent)
        self._models = models
        self._chosen: tuple[str, ...] = ()
        self._shown: tuple[Sequence[tuple[Model, str]], str] | None = None
        self.rows: list[ModelRow] = []
        self._build()
        self.field.textChanged.connect(self._show)
        self.again_wanted.connect(self._ask_again)
        models.changed.connect(self._show_if_open)
        follow(self, theme, self._dress)

    def open(self, anchor: QWidget, chosen: Sequence[str]) -> None:
        """Show it at anchor. chosen: ids."""
        self._chosen = tuple(chosen)
        self.field.clear()
        self._models.refresh()
        self._show()
        self.show_at(anchor, _SIZE, _LEAST, at_end=True)

    def show_chosen(self, chosen: Sequence[str]) -> None:
        """While it is open others are chosen."""
        self._chosen = tuple(chosen)
        for row in self.rows:
            row.box.setChecked(row.model.id in self._chosen)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._key(watched, event)
        return super().eventFilter(watched, event)

    def _build(self) -> None:
        inner = QWidget()
        self._list = QVBoxLayout(inner)
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.setSpacing(0)
        outer = QWidget()
        stretched = QVBoxLayout(outer)
        stretched.setContentsMargins(0, 0, 0, 0)
        stretched.addWidget(inner)
        stretched.addStretch(1)
        self._scroll = scrolled(outer)
        column = QVBoxLayout(self)
        column.setContentsMargins(RELATED, RELATED, RELATED, INSIDE)
        column.setSpacing(INSIDE)
        column.addWidget(self.field)
        column.addWidget(self._scroll, 1)
        column.addLayout(self.foot)

    def _dress(self) -> None:
        self.setStyleSheet(self.ground())

    def _key(self, watched: QObject, event: QKeyEvent) -> bool:
        boxes = [row.box for row in self.rows]
        here = next((at for at, box in enumerate(boxes) if box is watched), -1)
        match event.key():
            case Qt.Key.Key_Down | Qt.Key.Key_Up:
                to = here + (1 if event.key() == Qt.Key.Key_Down else -1)
                if to < 0:
                    self.field.setFocus(Qt.FocusReason.TabFocusReason)
                elif to < len(boxes):
                    boxes[to].setFocus(Qt.FocusReason.TabFocusReason)
                    self._scroll.ensureWidgetVisible(self.rows[to])
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                if boxes:
                    boxes[max(0, here)].click()
            case _:
                return False
        return True

    @Slot()
    def _show_if_open(self) -> None:
        if self.isVisible():
            self._show()

    @Slot()
    def _show(self) -> None:
        text = self.field.text().strip()
        models = self._models
        found = models.found(text)
        ids = [model.id for model in found]
        typed = text if text and " " not in text and text not in ids else ""
        told = [(model, words.facts(model, models.abilities(model.id))) for model in found]
        self._make_rows(told, typed)
        self.show_chosen(self._chosen)
        self.tell(models, len(found))
        self.status.setVisible(bool(self.status.text()))

    def _make_rows(self, told: Sequence[tuple[Model, str]], typed: str) -> None:
        """The same ones stay, and with them where the keyboard is."""
        if (told, typed) == self._shown:
            return
        self._shown = (told, typed)
        if any(row.box.hasFocus() for row in self.rows):
            self.field.setFocus()
        emptied(self._list)
        self.rows = [ModelRow(self._theme, model, facts) for model, facts in told]
        if typed:
            model = self._models.find(typed)
            facts = words.facts(model, self._models.abilities(typed))
            self.rows.append(ModelRow(self._theme, model, facts, typed=True))
        for row in self.rows:
            row.toggled.connect(lambda id=row.model.id: self.toggled.emit(id))
            row.box.installEventFilter(self)
            self._list.addWidget(row)

    @Slot()
    def _ask_again(self) -> None:
        self._models.refresh(again=True)
