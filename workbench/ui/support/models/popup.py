"""What the popups that models are chosen in are made of: the ground, the search field, the line at the foot."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from workbench.ui.support.buttons import TextLabel, button
from workbench.ui.support.models.target_models import TargetModels
from workbench.ui.support.search_field import SearchField
from workbench.ui.support.sentences import in_words
from workbench.ui.support.theme import CAPTION, GRID, RELATED, Theme


class ModelPopup(QFrame):
    """Escape closes it. A picker lays out field and foot, says what `key` does, and wears `ground`.

    Signals: closed, again_wanted.
    """

    closed = Signal()
    again_wanted = Signal()

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self._theme = theme
        self.setAccessibleName(name)
        self.field = SearchField(self.tr("Search models"))
        self.field.setPlaceholderText(self.tr("Search models, or type any id"))
        self.field.installEventFilter(self)
        self.status = TextLabel(theme, size=CAPTION, role="muted", wrap=True)
        self._again = button(self.tr("Try again"), "quiet")
        self._again.clicked.connect(self.again_wanted)
        self.foot = QHBoxLayout()
        self.foot.addWidget(self.status, 1)
        self.foot.addWidget(self._again)

    def ground(self) -> str:
        """The style sheet of the popup itself."""
        tokens = self._theme.tokens
        return f"ModelPopup {{ background: {tokens.raised}; border: 1px solid {tokens.edge}; }}"

    def say(self, text: str, trouble: str = "") -> None:
        """At the foot. trouble: the role of the text where the list did not come and can be asked for again."""
        self.status.setText(text)
        self.status.set_role(trouble or "muted")
        self._again.setVisible(bool(trouble))

    def tell(self, models: TargetModels, count: int, otherwise: str = "") -> None:
        """At the foot: how far the list is, of which so many are shown."""
        if models.trouble is not None:
            self.say(in_words(models.trouble), "bad")
        elif models.loading:
            self.say(self.tr("Asking for the list…"))
        elif not count:
            self.say(self.tr("This connection has no such model that is known."))
        else:
            self.say(otherwise)

    def show_at(self, anchor: QWidget, size: QSize, least: int, *, at_end: bool = False) -> None:
        """Under the anchor, or above it where there is more room; inside the screen; the keyboard in the field.

        size: at a text size of 100 %. least: how high it is at any rate. at_end: it ends where the anchor ends.
        """
        screen = anchor.screen().availableGeometry()
        size = QSize(self._theme.px(size.width()), self._theme.px(size.height()))
        size = size.boundedTo(QSize(screen.width() - 2 * RELATED, screen.height() - 2 * RELATED))
        at = QRect(anchor.mapToGlobal(QPoint(0, 0)), anchor.size())
        below, above = screen.bottom() - at.bottom() - RELATED, at.top() - screen.top() - RELATED
        up = below < size.height() and above > below
        size.setHeight(min(size.height(), max(above if up else below, least)))
        top = at.top() - GRID - size.height() if up else at.bottom() + GRID
        mirrored = anchor.layoutDirection() == Qt.LayoutDirection.RightToLeft
        left = at.left() if mirrored == at_end else at.right() - size.width()
        self.resize(size)
        self.move(
            max(screen.left(), min(left, screen.right() - size.width())),
            max(screen.top(), min(top, screen.bottom() - size.height())),
        )
        self.show()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)

    def key(self, event: QKeyEvent) -> bool:
        """A key in the field, or one that nothing else in the popup takes. Whether it meant something."""
        return False

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The field keeps the keyboard; what moves in a list goes to the list."""
        if watched is self.field and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self.key(event)
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self.key(event):
            super().keyPressEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.closed.emit()
