"""The popup models are chosen in: one to draw alone, or several to compare."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent
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
from workbench.ui.images.form.drawing_models import DrawingModels
from workbench.ui.images.form.model_rows import ENTRY, Entry, ModelDelegate, ModelRows
from workbench.ui.images.form.words import facts_text
from workbench.ui.support import figures
from workbench.ui.support.buttons import TextLabel, button
from workbench.ui.support.icons import set_icon
from workbench.ui.support.theme import CAPTION, GRID, INSIDE, RELATED, SEMIBOLD, Theme, follow

_SIZE = QSize(560, 460)


class ModelPicker(QFrame):
    """Arrows move, Enter takes one alone, Ctrl+Enter adds or removes one, Ctrl+D marks a favourite, Escape closes.

    Signals: chosen (id: it alone), toggled (id), closed.
    """

    chosen = Signal(str)
    toggled = Signal(str)
    closed = Signal()

    def __init__(self, models: DrawingModels, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self._models = models
        self._theme = theme
        self._current: tuple[str, ...] = ()
        self._many = False
        self.field = QLineEdit()
        self.rows = ModelRows(self)
        self.list = QListView()
        self.favourites = button(" " + self.tr("Favourites"))
        self.retired = button(self.tr("With retired"))
        self._name = TextLabel(theme, weight=SEMIBOLD)
        self._facts = TextLabel(theme, size=CAPTION + 1, role="muted", wrap=True)
        self._status = TextLabel(theme, size=CAPTION, role="muted", wrap=True)
        self._again = button(self.tr("Try again"), "quiet")
        self._build()
        self._connect()
        follow(self, theme, self._dress)

    def open(self, anchor: QWidget, chosen: tuple[str, ...], *, many: bool = False) -> None:
        """Show it at anchor. many: Enter or a click adds to what is chosen, or removes it."""
        self._current, self._many = chosen, many
        self.field.clear()
        self._models.refresh()
        self._show()
        row = self.rows.row_of(chosen)
        self.list.setCurrentIndex(self.rows.index(max(0, row)))
        self._place(anchor)
        self.show()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)

    def show_chosen(self, chosen: tuple[str, ...]) -> None:
        """While it is open others may be chosen."""
        self._current = chosen
        self._show()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The field keeps the keyboard; what moves in a list goes to the list."""
        if watched is self.field and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._key(event)
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._key(event):
            super().keyPressEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.closed.emit()

    def _build(self) -> None:
        self.setAccessibleName(self.tr("Choose models"))
        self.field.setPlaceholderText(self.tr("Search models, or type any id"))
        self.field.setAccessibleName(self.tr("Search models"))
        self.field.setClearButtonEnabled(True)
        self.field.installEventFilter(self)
        self.list.setModel(self.rows)
        self.delegate = ModelDelegate(self._theme, self.list)
        self.list.setItemDelegate(self.delegate)
        self.list.setMouseTracking(True)
        self.list.setUniformItemSizes(True)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setAccessibleName(self.tr("Models"))
        for flag in (self.favourites, self.retired):
            flag.setCheckable(True)
            flag.setProperty("kind", "segment")
        set_icon(self.favourites, self._theme, "star", "muted", 14)
        top = QHBoxLayout()
        top.setSpacing(GRID)
        top.addWidget(self.field, 1)
        top.addWidget(self.favourites)
        top.addWidget(self.retired)
        foot = QHBoxLayout()
        foot.addWidget(self._status, 1)
        foot.addWidget(self._again)
        column = QVBoxLayout(self)
        column.setContentsMargins(RELATED, RELATED, RELATED, INSIDE)
        column.setSpacing(INSIDE)
        column.addLayout(top)
        column.addWidget(self.list, 1)
        column.addWidget(self._name)
        column.addWidget(self._facts)
        column.addLayout(foot)

    def _connect(self) -> None:
        self.field.textChanged.connect(self._show)
        self.favourites.toggled.connect(self._show)
        self.retired.toggled.connect(self._show)
        self.list.selectionModel().currentChanged.connect(self._tell)
        self.rows.modelReset.connect(self._first)
        self.delegate.box_clicked.connect(self.toggled)
        self.delegate.name_clicked.connect(self._clicked)
        self.delegate.star_clicked.connect(self._models.toggle_favourite)
        self._again.clicked.connect(self._ask_again)
        self._models.changed.connect(self._show_if_open)

    def _dress(self) -> None:
        tokens = self._theme.tokens
        self.setStyleSheet(
            f"ModelPicker {{ background: {tokens.raised}; border: 1px solid {tokens.edge}; }}"
            "QPushButton { padding: 3px 8px; }"
        )

    def _place(self, anchor: QWidget) -> None:
        """Under the anchor, or above it where there is more room; inside the screen."""
        screen = anchor.screen().availableGeometry()
        size = QSize(self._theme.px(_SIZE.width()), self._theme.px(_SIZE.height()))
        size = size.boundedTo(QSize(screen.width() - 2 * RELATED, screen.height() - 2 * RELATED))
        at = QRect(anchor.mapToGlobal(QPoint(0, 0)), anchor.size())
        below, above = screen.bottom() - at.bottom() - RELATED, at.top() - screen.top() - RELATED
        up = below < size.height() and above > below
        size.setHeight(min(size.height(), max(above if up else below, 260)))
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
            case Qt.Key.Key_PageDown:
                self._move(10)
            case Qt.Key.Key_PageUp:
                self._move(-10)
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self._take_current(alone=not control and not self._many)
            case Qt.Key.Key_D if control:
                if (entry := self._under_cursor()) is not None:
                    self._models.toggle_favourite(entry.model.id)
            case Qt.Key.Key_Escape:
                self.close()
            case _:
                return False
        return True

    def _move(self, step: int) -> None:
        last = self.rows.rowCount() - 1
        if last >= 0:
            self.list.setCurrentIndex(
                self.rows.index(min(last, max(0, self.list.currentIndex().row() + step)))
            )

    def _under_cursor(self) -> Entry | None:
        entry = self.list.currentIndex().data(ENTRY) if self.list.currentIndex().isValid() else None
        return entry if isinstance(entry, Entry) else None

    def _show_if_open(self) -> None:
        if self.isVisible():
            self._show()

    def _show(self) -> None:
        models = self._models
        text = self.field.text().strip()
        found = models.found(text, favourites=self.favourites.isChecked(), retired=self.retired.isChecked())
        stars = frozenset(models.favourites)
        entries = [self._entry(model, stars) for model in found]
        if typed := self._typed_id(text, found):
            entries.append(self._entry(models.find(typed), stars, typed=True))
        self.rows.show(entries)
        self._tell()
        self._show_status(len(found))

    def _entry(self, model: Model, stars: frozenset[str], *, typed: bool = False) -> Entry:
        return Entry(
            model,
            self._models.abilities_of(model.id),
            self._models.usual_price(model),
            model.id in self._current,
            model.id in stars,
            typed,
        )

    def _typed_id(self, text: str, found: tuple[Model, ...]) -> str:
        """What was typed, where it may be the id of a model that the list does not have."""
        like_an_id = text and not any(char.isspace() for char in text)
        return text if like_an_id and "/" in text and all(model.id != text for model in found) else ""

    def _show_status(self, count: int) -> None:
        trouble = self._models.trouble
        if self._models.loading:
            text = self.tr("Asking the connection for its own list…")
        elif trouble is not None:
            text = self.tr("The connection's own list did not come: {0}").format(trouble.what)
        elif not count:
            text = self.tr("No model matches.")
        elif self._many:
            text = self.tr("Enter adds or removes it.")
        else:
            text = self.tr(
                "Enter takes it alone, Ctrl+Enter adds it to compare, Ctrl+D makes it a favourite."
            )
        self._status.setText(text)
        self._status.set_role("warn" if trouble is not None else "muted")
        self._again.setVisible(trouble is not None)

    def _ask_again(self) -> None:
        self._models.refresh(again=True)

    def _first(self) -> None:
        self.list.setCurrentIndex(self.rows.index(0))

    def _tell(self) -> None:
        entry = self._under_cursor()
        self._name.setVisible(entry is not None)
        self._facts.setVisible(entry is not None)
        if entry is None:
            return
        model = entry.model
        self._name.setText(model.id)
        parts = [model.description, *facts_text(entry.abilities)]
        parts += [f"{figures.usd(price.usd)} {price.unit}" for price in model.prices if price.usd]
        if model.deprecated:
            parts.insert(0, self.tr("Retired; use {0}.").format(model.replacement or self.tr("another one")))
        self._facts.setText(" · ".join(part for part in parts if part))

    def _take_current(self, *, alone: bool) -> None:
        if (entry := self._under_cursor()) is not None:
            self._take(entry.model.id, alone=alone)

    def _clicked(self, model_id: str) -> None:
        self._take(model_id, alone=not self._many)

    def _take(self, model_id: str, *, alone: bool) -> None:
        if alone:
            self.close()
            self.chosen.emit(model_id)
        else:
            self.toggled.emit(model_id)
