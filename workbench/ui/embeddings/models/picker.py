"""The popup in which models are chosen: a box for each, several at once."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from workbench.domain.models import Model
from workbench.ui.embeddings.models import words
from workbench.ui.embeddings.models.offered import OfferedModels
from workbench.ui.support.buttons import ElidedLabel, TextLabel, button
from workbench.ui.support.surfaces import emptied
from workbench.ui.support.theme import BODY, CAPTION, GRID, INSIDE, RELATED, Theme, follow
from workbench.ui.support.tooltips import as_tip

_SIZE = QSize(380, 420)


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


class ModelPicker(QFrame):
    """Arrows move between the field and the boxes, Space and Enter work a box, Escape closes. Signals: toggled (model id)."""

    toggled = Signal(str)

    def __init__(self, theme: Theme, models: OfferedModels, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self._theme = theme
        self._models = models
        self._chosen: tuple[str, ...] = ()
        self._shown: tuple[Sequence[tuple[Model, str]], str] | None = None
        self.rows: list[ModelRow] = []
        self.field = QLineEdit()
        self._status = TextLabel(theme, size=CAPTION, role="muted", wrap=True)
        self._again = button(self.tr("Try again"), "quiet")
        self._build()
        self.field.textChanged.connect(self._show)
        self._again.clicked.connect(self._ask_again)
        models.changed.connect(self._show_if_open)
        follow(self, theme, self._dress)

    def open(self, anchor: QWidget, chosen: Sequence[str]) -> None:
        """Show it at anchor. chosen: ids."""
        self._chosen = tuple(chosen)
        self.field.clear()
        self._models.refresh()
        self._show()
        self._place(anchor)
        self.show()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)

    def show_chosen(self, chosen: Sequence[str]) -> None:
        """While it is open others are chosen."""
        self._chosen = tuple(chosen)
        for row in self.rows:
            row.box.setChecked(row.model.id in self._chosen)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._key(watched, event)
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    def _build(self) -> None:
        self.setAccessibleName(self.tr("Choose models"))
        self.field.setPlaceholderText(self.tr("Search models, or type any id"))
        self.field.setAccessibleName(self.tr("Search models"))
        self.field.setClearButtonEnabled(True)
        self.field.installEventFilter(self)
        inner = QWidget()
        self._list = QVBoxLayout(inner)
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.setSpacing(0)
        outer = QWidget()
        stretched = QVBoxLayout(outer)
        stretched.setContentsMargins(0, 0, 0, 0)
        stretched.addWidget(inner)
        stretched.addStretch(1)
        self._scroll = QScrollArea()
        self._scroll.setWidget(outer)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.viewport().setAutoFillBackground(False)
        outer.setAutoFillBackground(False)
        foot = QHBoxLayout()
        foot.addWidget(self._status, 1)
        foot.addWidget(self._again)
        column = QVBoxLayout(self)
        column.setContentsMargins(RELATED, RELATED, RELATED, INSIDE)
        column.setSpacing(INSIDE)
        column.addWidget(self.field)
        column.addWidget(self._scroll, 1)
        column.addLayout(foot)

    def _dress(self) -> None:
        tokens = self._theme.tokens
        self.setStyleSheet(f"ModelPicker {{ background: {tokens.raised}; border: 1px solid {tokens.edge}; }}")

    def _place(self, anchor: QWidget) -> None:
        """Under the anchor, or above it where there is more room; inside the screen."""
        screen = anchor.screen().availableGeometry()
        size = QSize(self._theme.px(_SIZE.width()), self._theme.px(_SIZE.height()))
        size = size.boundedTo(QSize(screen.width() - 2 * RELATED, screen.height() - 2 * RELATED))
        at = QRect(anchor.mapToGlobal(QPoint(0, 0)), anchor.size())
        below, above = screen.bottom() - at.bottom() - RELATED, at.top() - screen.top() - RELATED
        up = below < size.height() and above > below
        size.setHeight(min(size.height(), max(above if up else below, 200)))
        top = at.top() - GRID - size.height() if up else at.bottom() + GRID
        mirrored = anchor.layoutDirection() == Qt.LayoutDirection.RightToLeft
        left = at.left() if mirrored else at.right() - size.width()
        self.resize(size)
        self.move(
            max(screen.left(), min(left, screen.right() - size.width())),
            max(screen.top(), min(top, screen.bottom() - size.height())),
        )

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
            case Qt.Key.Key_Escape:
                self.close()
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
        self._show_status(len(found))

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

    def _show_status(self, count: int) -> None:
        models = self._models
        if models.trouble is not None:
            text = words.trouble(models.trouble)
        elif models.loading:
            text = self.tr("Asking for the list…")
        elif not count:
            text = self.tr("This connection has no such model that is known.")
        else:
            text = ""
        self._status.setText(text)
        self._status.setVisible(bool(text))
        self._status.set_role("bad" if models.trouble is not None else "muted")
        self._again.setVisible(models.trouble is not None)

    @Slot()
    def _ask_again(self) -> None:
        self._models.refresh(again=True)
