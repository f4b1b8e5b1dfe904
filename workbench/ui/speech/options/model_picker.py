"""The popup models are chosen in: one alone, or several to compare."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QListView,
    QVBoxLayout,
    QWidget,
)

from workbench.domain.models import Model
from workbench.ui.speech.options.model_list import ModelList
from workbench.ui.speech.options.model_rows import ENTRY, Entry, ModelDelegate, ModelRows
from workbench.ui.speech.words import trouble_text
from workbench.ui.support.buttons import TextLabel, button
from workbench.ui.support.theme import CAPTION, GRID, INSIDE, RELATED, Theme, follow

Describe = Callable[[Model], tuple[str, str]]
"""A model's price and what it can do, in the user's words."""
_SIZE = QSize(440, 360)


class ModelPicker(QFrame):
    """Arrows move, Enter takes one alone, Ctrl+Enter or its box adds or removes one, Escape closes.

    many: several may be chosen. Signals: chosen (id: it alone), toggled (id).
    """

    chosen = Signal(str)
    toggled = Signal(str)

    def __init__(
        self,
        models: ModelList,
        describe: Describe,
        theme: Theme,
        *,
        many: bool,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self._models = models
        self._describe = describe
        self._theme = theme
        self._many = many
        self._current: tuple[str, ...] = ()
        self.field = QLineEdit()
        self.rows = ModelRows(self)
        self.list = QListView()
        self.delegate = ModelDelegate(theme, many, self.list)
        self._status = TextLabel(theme, size=CAPTION, role="muted", wrap=True)
        self._again = button(self.tr("Try again"), "quiet")
        self._build()
        follow(self, theme, self._dress)

    def open(self, anchor: QWidget, chosen: Sequence[str]) -> None:
        """Show it at anchor."""
        self._current = tuple(chosen)
        self.field.clear()
        self._models.refresh()
        self._show()
        self.list.setCurrentIndex(self.rows.index(max(0, self.rows.row_of(self._current))))
        self._place(anchor)
        self.show()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)

    def show_chosen(self, chosen: Sequence[str]) -> None:
        """While it is open others may be chosen."""
        self._current = tuple(chosen)
        self._show()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The field keeps the keyboard; what moves in a list goes to the list."""
        match event:
            case QKeyEvent() if watched is self.field and event.type() == QEvent.Type.KeyPress:
                return self._key(event)
            case QMouseEvent() if event.type() == QEvent.Type.MouseButtonRelease:
                return self._clicked(event)
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._key(event):
            super().keyPressEvent(event)

    def _build(self) -> None:
        self.setAccessibleName(self.tr("Choose models") if self._many else self.tr("Choose a model"))
        self.field.setPlaceholderText(self.tr("Search models, or type any id"))
        self.field.setAccessibleName(self.tr("Search models"))
        self.field.setClearButtonEnabled(True)
        self.field.installEventFilter(self)
        self.list.setModel(self.rows)
        self.list.setItemDelegate(self.delegate)
        self.list.setMouseTracking(True)
        self.list.setUniformItemSizes(True)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setAccessibleName(self.tr("Models"))
        self.list.viewport().installEventFilter(self)
        foot = QHBoxLayout()
        foot.addWidget(self._status, 1)
        foot.addWidget(self._again)
        column = QVBoxLayout(self)
        column.setContentsMargins(RELATED, RELATED, RELATED, INSIDE)
        column.setSpacing(INSIDE)
        column.addWidget(self.field)
        column.addWidget(self.list, 1)
        column.addLayout(foot)
        self.field.textChanged.connect(self._show)
        self.rows.modelReset.connect(self._first)
        self._again.clicked.connect(self._ask_again)
        self._models.changed.connect(self._show_if_open)

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
        left = at.right() - size.width() if mirrored else at.left()
        self.resize(size)
        self.move(
            max(screen.left(), min(left, screen.right() - size.width())),
            max(screen.top(), min(top, screen.bottom() - size.height())),
        )

    def _key(self, event: QKeyEvent) -> bool:
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        match event.key():
            case Qt.Key.Key_Down:
                self._move(1)
            case Qt.Key.Key_Up:
                self._move(-1)
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self._take(self._under_cursor(), alone=not (control and self._many))
            case Qt.Key.Key_Escape:
                self.close()
            case _:
                return False
        return True

    def _clicked(self, event: QMouseEvent) -> bool:
        at = event.position().toPoint()
        index = self.list.indexAt(at)
        entry = index.data(ENTRY) if index.isValid() else None
        if not isinstance(entry, Entry):
            return False
        box = self.delegate.box_in(self.list.visualRect(index), self.layoutDirection())
        self._take(entry, alone=not (self._many and box.contains(at)))
        return False

    def _move(self, step: int) -> None:
        last = self.rows.rowCount() - 1
        if last >= 0:
            row = min(last, max(0, self.list.currentIndex().row() + step))
            self.list.setCurrentIndex(self.rows.index(row))

    def _under_cursor(self) -> Entry | None:
        index: QModelIndex = self.list.currentIndex()
        entry = index.data(ENTRY) if index.isValid() else None
        return entry if isinstance(entry, Entry) else None

    def _take(self, entry: Entry | None, *, alone: bool) -> None:
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
            entries.append(Entry(self._models.find(text), chosen=text in self._current, typed=True))
        self.rows.show(entries)
        self._show_status(len(found))

    def _entry(self, model: Model) -> Entry:
        price, facts = self._describe(model)
        return Entry(model, price, facts, model.id in self._current)

    def _show_status(self, count: int) -> None:
        models = self._models
        if models.trouble is not None:
            text = trouble_text(models.trouble)
        elif models.loading:
            text = self.tr("Asking for the list…")
        elif not count:
            text = self.tr("This connection has no such model that is known.")
        else:
            text = self.tr("Enter takes one, Ctrl+Enter adds it.") if self._many else ""
        self._status.setText(text)
        self._status.set_role("bad" if models.trouble is not None else "muted")
        self._again.setVisible(models.trouble is not None)

    def _ask_again(self) -> None:
        self._models.refresh(again=True)
