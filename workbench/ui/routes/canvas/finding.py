"""Finding an element: a line to type in, and from match to match with Enter."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QHideEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QWidget

from workbench.domain.routes.canvas import direction, frames, notes, positions
from workbench.domain.routes.elements import Route
from workbench.ui.routes import words
from workbench.ui.routes.canvas.following import reading_order
from workbench.ui.routes.document import RouteDocument
from workbench.ui.support.buttons import IconButton, TextLabel
from workbench.ui.support.theme import CAPTION, GRID, INSIDE, Theme, follow


def matches(route: Route, typed: str) -> tuple[str, ...]:
    """Ids of the elements, notes and frames that say all the typed words, in reading order."""
    wanted = typed.casefold().split()
    if not wanted:
        return ()
    remarks = notes(route)
    texts = {
        one.id: " ".join(
            (one.id, words.kind_name(one), words.title_of(one), words.detail_of(one), remarks.get(one.id, ""))
        )
        for one in route.elements
    }
    texts = {**remarks, **{id: frame.title for id, frame in frames(route).items()}, **texts}
    found = [id for id, text in texts.items() if all(word in text.casefold() for word in wanted)]
    order = reading_order(positions(route), direction(route))
    place = {id: number for number, id in enumerate(order)}
    return tuple(sorted(found, key=lambda id: place.get(id, len(place))))


class FindBar(QFrame):
    """Signals: closed. The match it is at is selected in the document and brought into view."""

    closed = Signal()

    def __init__(self, theme: Theme, document: RouteDocument, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._document = document
        self._found: tuple[str, ...] = ()
        self._at = 0
        self.setObjectName("findBar")
        self.field = QLineEdit(self)
        self.field.setPlaceholderText(self.tr("Find an element"))
        self.field.setAccessibleName(self.field.placeholderText())
        self.field.installEventFilter(self)
        self.field.textChanged.connect(self._search)
        self.count = TextLabel(theme, "", self, size=CAPTION, role="muted")
        self.before = IconButton(theme, "chevron-up", self.tr("Previous match"), self)
        self.before.set_text(self.tr("Previous match"), self.tr("Previous match (Shift+Enter)"))
        self.after = IconButton(theme, "chevron-down", self.tr("Next match"), self)
        self.after.set_text(self.tr("Next match"), self.tr("Next match (Enter)"))
        self.shut = IconButton(theme, "x", self.tr("Close"), self)
        self.shut.set_text(self.tr("Close"), self.tr("Close (Esc)"))
        self.before.clicked.connect(lambda: self.step(-1))
        self.after.clicked.connect(lambda: self.step(1))
        self.shut.clicked.connect(self.hide)
        row = QHBoxLayout(self)
        row.setContentsMargins(INSIDE, GRID, GRID, GRID)
        row.setSpacing(GRID)
        row.addWidget(self.field, 1)
        for widget in (self.count, self.before, self.after, self.shut):
            row.addWidget(widget)
        document.edited.connect(self._edited)
        follow(self, theme, self._dress)
        self.hide()

    def open(self) -> None:
        self.show()
        self.raise_()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()
        self._search(self.field.text())

    def step(self, by: int) -> None:
        """To the next match, or the one before."""
        if self._found:
            self._at = (self._at + by) % len(self._found)
            self._show()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() in (
            QEvent.Type.KeyPress,
            QEvent.Type.ShortcutOverride,
        ):
            key, press = event.key(), event.type() == QEvent.Type.KeyPress
            if key == Qt.Key.Key_Escape:
                event.accept()
                if press:
                    self.hide()
                return True
            if press and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.step(-1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
                return True
        return False

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.closed.emit()

    @Slot(str)
    def _search(self, typed: str) -> None:
        self._found, self._at = matches(self._document.route, typed), 0
        self._show()

    @Slot()
    def _edited(self) -> None:
        if self.isVisible():
            here = self._found[self._at] if self._found else ""
            self._found = matches(self._document.route, self.field.text())
            self._at = self._found.index(here) if here in self._found else 0
            self._say()

    def _show(self) -> None:
        self._say()
        if self._found:
            self._document.reveal(self._found[self._at])

    def _say(self) -> None:
        some = bool(self._found)
        if some:
            text = self.tr("{0} of {1}").format(self._at + 1, len(self._found))
        else:
            text = self.tr("No match") if self.field.text().strip() else ""
        self.count.setText(text)
        self.before.setEnabled(some)
        self.after.setEnabled(some)
        self.field.setProperty("invalid", bool(self.field.text().strip()) and not some)
        self.field.style().unpolish(self.field)
        self.field.style().polish(self.field)

    def _dress(self) -> None:
        tokens = self._theme.tokens
        self.setFixedWidth(self._theme.px(340))
        self.setStyleSheet(
            f"#findBar {{ background: {tokens.raised}; border: 1px solid {tokens.line}; border-radius: 8px; }}"
        )
