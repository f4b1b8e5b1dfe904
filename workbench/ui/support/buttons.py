"""Buttons and labels that every tab needs alike."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QPushButton, QSizePolicy, QToolButton, QWidget

from workbench.ui.support.icons import pixmap
from workbench.ui.support.theme import BODY, ICON, INSIDE, REGULAR, Theme, follow


class IconButton(QToolButton):
    """An icon alone: tooltip and accessible name come with it, and it takes focus by keyboard only."""

    def __init__(
        self,
        theme: Theme,
        icon: str,
        text: str,
        parent: QWidget | None = None,
        *,
        role: str = "muted",
        size: int = ICON,
    ) -> None:
        super().__init__(parent)
        self.setIconSize(QSize(size, size))
        self._theme, self._icon, self._role = theme, icon, role
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAutoRaise(True)
        self.set_text(text)

    def set_icon(self, icon: str, role: str = "") -> None:
        """Another icon, or the same in another role."""
        self._icon, self._role = icon, role or self._role
        self.update()

    def sizeHint(self) -> QSize:
        return self.iconSize() + QSize(2 * INSIDE - 6, 2 * INSIDE - 6)

    def paintEvent(self, event: QPaintEvent) -> None:
        # Drawn here and not by a QIcon: it follows the theme by itself, and QIcon costs 2 ms before the first paint.
        super().paintEvent(event)
        role = self._role if self.isEnabled() else "line"
        size = self.iconSize()
        box = self.rect()
        picture = pixmap(self._theme, self._icon, role, size.width(), self.devicePixelRatioF())
        QPainter(self).drawPixmap(
            (box.width() - size.width()) // 2, (box.height() - size.height()) // 2, picture
        )

    def set_text(self, name: str, tooltip: str = "") -> None:
        """name is what a screen reader says; tooltip adds the shortcut, usually."""
        self.setAccessibleName(name)
        self.setToolTip(tooltip or name)


def button(text: str, kind: str = "", parent: QWidget | None = None) -> QPushButton:
    """A push button; kind: "primary", "quiet", "danger" or "" (see stylesheet). For an icon on it: `set_icon`."""
    made = QPushButton(text, parent)
    if kind:
        made.setProperty("kind", kind)
    made.setAutoDefault(False)
    return made


class TextLabel(QLabel):
    """A label in one of the theme's sizes and roles, kept so when the theme changes. Plain text unless set otherwise."""

    def __init__(
        self,
        theme: Theme,
        text: str = "",
        parent: QWidget | None = None,
        *,
        size: float = BODY,
        weight: int = REGULAR,
        role: str = "",
        wrap: bool = False,
    ) -> None:
        super().__init__(text, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wrap)
        if role:
            self.setProperty("role", role)
        follow(self, theme, lambda: self.setFont(theme.font(size, weight)))

    def set_role(self, role: str) -> None:
        if self.property("role") != role:
            self.setProperty("role", role)
            self.style().unpolish(self)
            self.style().polish(self)


class ElidedLabel(TextLabel):
    """One line that ends in “…” where there is no room; the whole text is then the tooltip."""

    def __init__(self, theme: Theme, text: str = "", parent: QWidget | None = None, **style: object) -> None:
        super().__init__(theme, text, parent, **style)  # type: ignore[arg-type]  # the keywords of TextLabel
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def setText(self, text: str) -> None:
        super().setText(text)
        self.setAccessibleName(text)
        self._explain()

    def minimumSizeHint(self) -> QSize:
        return QSize(24, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(self.font())
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(self.contentsRect(), int(self._alignment()), self._elided())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._explain()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._explain()

    def _alignment(self) -> Qt.AlignmentFlag:
        side = Qt.AlignmentFlag.AlignLeading
        return Qt.AlignmentFlag(int(side) | int(Qt.AlignmentFlag.AlignVCenter))

    def _elided(self) -> str:
        metrics = QFontMetrics(self.font())
        return metrics.elidedText(self.text(), Qt.TextElideMode.ElideRight, self.contentsRect().width())

    def _explain(self) -> None:
        self.setToolTip("" if self._elided() == self.text() else self.text())
