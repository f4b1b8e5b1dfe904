"""The header: where requests go, what is open, what runs, what was said, and the way to every command."""

from __future__ import annotations

import sys

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QWidget

from workbench.ui.shell.notices import NoticeLog, NoticesButton
from workbench.ui.shell.running import WorkButton
from workbench.ui.shell.target_switcher import TargetSwitcher
from workbench.ui.support.buttons import ElidedLabel
from workbench.ui.support.icons import pixmap
from workbench.ui.support.theme import CAPTION, GROUPS, HEADER, ICON, INSIDE, RADIUS, RELATED, Theme, follow
from workbench.ui.support.work import RunningWork


class PaletteButton(QAbstractButton):
    """Looks like the search field it opens; only the icon is left where there is little room."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._keys = "⌘K" if sys.platform == "darwin" else "Ctrl+K"
        self.setText(self.tr("Search or run"))
        self.setAccessibleName(self.text())
        self.setToolTip(self.tr("Every command, tab and conversation ({0})").format(self._keys))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        words = QFontMetrics(self._theme.font()).horizontalAdvance(self.text())
        keys = QFontMetrics(self._theme.font(CAPTION)).horizontalAdvance(self._keys)
        return QSize(INSIDE + ICON + INSIDE + words + GROUPS + keys + INSIDE + 2, self._theme.px(30))

    def minimumSizeHint(self) -> QSize:
        return QSize(INSIDE + ICON + INSIDE, self._theme.px(30))

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, tokens, painter = self._theme, self._theme.tokens, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        fill = theme.pressed() if self.isDown() else theme.hover() if self.underMouse() else tokens.surface
        painter.setPen(QPen(QColor(tokens.accent if self.hasFocus() else tokens.line), 1))
        painter.setBrush(QColor(fill))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        picture = pixmap(theme, "search", "muted", ICON, self.devicePixelRatioF())
        at = self.width() - INSIDE - ICON if rtl else INSIDE
        painter.drawPixmap(at, (self.height() - ICON) // 2, picture)
        if self.width() < self.sizeHint().width():
            return
        words = self.rect().adjusted(
            *((INSIDE, 0, -2 * INSIDE - ICON, 0) if rtl else (2 * INSIDE + ICON, 0, -INSIDE, 0))
        )
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setPen(QColor(tokens.muted))
        painter.setFont(theme.font())
        painter.drawText(words, int(Qt.AlignmentFlag.AlignLeading | middle), self.text())
        painter.setFont(theme.font(CAPTION))
        painter.drawText(words, int(Qt.AlignmentFlag.AlignTrailing | middle), self._keys)


class Header(QWidget):
    """Signals: palette_wanted."""

    palette_wanted = Signal()

    def __init__(
        self, theme: Theme, running: RunningWork, log: NoticeLog, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setAccessibleName(self.tr("Header"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.switcher = TargetSwitcher(theme, self)
        self.title = ElidedLabel(theme, "", self, role="muted")
        self.palette_button = PaletteButton(theme, self)
        self.palette_button.clicked.connect(self.palette_wanted)
        self.notices = NoticesButton(theme, log, self)
        self.work = WorkButton(theme, running, self)
        row = QHBoxLayout(self)
        row.setContentsMargins(RELATED, 0, RELATED, 1)
        row.setSpacing(INSIDE)
        row.addWidget(self.switcher)
        row.addWidget(self.title, 1)
        for widget in (self.work, self.notices, self.palette_button):
            row.addWidget(widget)
        follow(self, theme, lambda: self.setFixedHeight(theme.px(HEADER)))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(0, self.height() - 1, self.width(), 1, QColor(self._theme.tokens.line))
