"""Files dragged onto a page: which one it is, the hint that lies over the page meanwhile, and what is taken."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from PySide6.QtCore import QEvent, QMimeData, QObject, QRectF, Qt
from PySide6.QtGui import QColor, QDropEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from workbench.ui.support.theme import CARD_RADIUS, GROUPS, SECTION, SEMIBOLD, Theme

Dragged = TypeVar("Dragged")


def local_file(data: QMimeData) -> str:
    """The one local file that is dragged; "" for anything else."""
    if data.hasUrls() and len(data.urls()) == 1 and data.urls()[0].isLocalFile():
        return data.urls()[0].toLocalFile()
    return ""


class DropHint(QWidget):
    """Lies over its parent while something is dragged over it. words: what dropping it would do."""

    def __init__(self, theme: Theme, words: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._words = words
        self._page = parent
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def cover(self) -> None:
        """All of the parent, on top."""
        self.setGeometry(self._page.rect())
        self.raise_()
        self.show()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens, painter = self._theme.tokens, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = QColor(tokens.canvas)
        ground.setAlphaF(0.85)
        painter.fillRect(self.rect(), ground)
        painter.setPen(QPen(QColor(tokens.accent), 2, Qt.PenStyle.DashLine))
        box = QRectF(self.rect()).adjusted(GROUPS, GROUPS, -GROUPS, -GROUPS)
        painter.drawRoundedRect(box, CARD_RADIUS, CARD_RADIUS)
        painter.setFont(self._theme.font(SECTION, SEMIBOLD))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self._words)


class DropArea(QObject):
    """Takes what is dropped onto a page. words: what that would do, said by a hint over the page meanwhile.

    read: what of the data is for this page; nothing, or an empty one, where none of it is. take: is given that. over: the part of the
    page that the hint lies over, where it is not all of it.
    """

    def __init__(
        self,
        theme: Theme,
        words: str,
        page: QWidget,
        read: Callable[[QMimeData], Dragged | None],
        take: Callable[[Dragged], object],
        *,
        over: QWidget | None = None,
    ) -> None:
        super().__init__(page)
        self.hint = DropHint(theme, words, over or page)
        self._read: Callable[[QMimeData], Any] = read
        self._take: Callable[[Any], object] = take
        page.setAcceptDrops(True)
        # A page that scrolls hears of what is dragged through its viewport only.
        watched = page.viewport() if isinstance(page, QAbstractScrollArea) else page
        watched.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind is QEvent.Type.DragLeave:
            self.hint.hide()
        elif kind is QEvent.Type.Resize and self.hint.isVisible():
            self.hint.cover()
        elif isinstance(event, QDropEvent) and kind in (QEvent.Type.DragEnter, QEvent.Type.Drop):
            return self._offered(event, dropped=kind is QEvent.Type.Drop)
        return False

    def _offered(self, event: QDropEvent, *, dropped: bool) -> bool:
        """Whether it is taken."""
        self.hint.hide()
        found = self._read(event.mimeData())
        if not found:
            return False
        event.acceptProposedAction()
        if dropped:
            self._take(found)
        else:
            self.hint.cover()
        return True
