"""The rail: one button a tab, with its name, or without when collapsed."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QEnterEvent, QFontMetrics, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QSizePolicy, QVBoxLayout, QWidget

from workbench.ui.support.buttons import IconButton
from workbench.ui.support.icons import pixmap
from workbench.ui.support.theme import (
    CAPTION,
    GRID,
    HEADER,
    INSIDE,
    RADIUS,
    RAIL,
    RAIL_COLLAPSED,
    RAIL_ICON,
    REGULAR,
    SEMIBOLD,
    Theme,
)
from workbench.ui.support.timers import once

_RESTS_MS = 50
"""Longer than it takes to pass over a button on the way to another."""


class RailButton(QAbstractButton):
    """Icon over name; the open one is marked by colour, ground and an edge. Signals: pointed (the pointer is on it, or no more)."""

    pointed = Signal(bool)

    def __init__(self, theme: Theme, icon: str, label: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._icon = icon
        self._collapsed = False
        self.setText(label)
        self.setAccessibleName(label)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)

    def set_collapsed(self, collapsed: bool) -> None:
        self._collapsed = collapsed
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        if self._collapsed:
            return QSize(RAIL_COLLAPSED, RAIL_COLLAPSED - GRID)
        # A long word in a large font widens the rail rather than being cut.
        words = QFontMetrics(self._theme.font(CAPTION, SEMIBOLD)).horizontalAdvance(self.text())
        height = RAIL_ICON + self._theme.px(CAPTION) + 3 * INSIDE
        return QSize(max(RAIL, words + 2 * INSIDE), height)

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.pointed.emit(True)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.pointed.emit(False)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, painter = self._theme, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = QRectF(self.rect()).adjusted(GRID, 1, -GRID, -1)
        if fill := self._fill():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(fill))
            painter.drawRoundedRect(ground, RADIUS, RADIUS)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(theme.tokens.accent), 1.5))
            painter.drawRoundedRect(ground.adjusted(1, 1, -1, -1), RADIUS, RADIUS)
        role = "accent" if self.isChecked() else "muted"
        self._draw_face(painter, role)

    def _fill(self) -> str:
        if self.isChecked():
            return self._theme.tint("accent", "surface")
        if self.isDown():
            return self._theme.pressed("surface")
        return self._theme.hover("surface") if self.underMouse() else ""

    def _draw_face(self, painter: QPainter, role: str) -> None:
        theme, box = self._theme, self.rect()
        height = RAIL_ICON if self._collapsed else RAIL_ICON + GRID + theme.px(CAPTION * 1.3)
        top = (box.height() - height) // 2
        picture = pixmap(theme, self._icon, role, RAIL_ICON, self.devicePixelRatioF())
        painter.drawPixmap(QPoint((box.width() - RAIL_ICON) // 2, top), picture)
        if not self._collapsed:
            painter.setFont(theme.font(CAPTION, SEMIBOLD if self.isChecked() else REGULAR))
            painter.setPen(QColor(theme.tokens.colour("text" if self.isChecked() else "muted")))
            words = QRect(0, top + RAIL_ICON + GRID, box.width(), theme.px(CAPTION * 1.3))
            painter.drawText(words, Qt.AlignmentFlag.AlignCenter, self.text())


class Rail(QWidget):
    """Signals: chosen (id of the tab asked for), considered (the pointer rests on its button), collapsed_changed."""

    chosen = Signal(str)
    considered = Signal(str)
    collapsed_changed = Signal(bool)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._collapsed = False
        self._buttons: dict[str, RailButton] = {}
        self._group = QButtonGroup(self)
        self._group.buttonClicked.connect(self._clicked)
        self._pointed = ""
        self._rest = once(self, _RESTS_MS, self._considered)
        self.setAccessibleName(self.tr("Tabs"))
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.AlternateBase)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, INSIDE, 1, INSIDE)
        self._layout.setSpacing(GRID)
        self._layout.addStretch(1)
        self._toggle = IconButton(theme, "panel-left-close", "", self)
        self._toggle.clicked.connect(self.toggle)
        self._layout.addWidget(self._toggle, 0, Qt.AlignmentFlag.AlignHCenter)
        self._name_toggle()

    @property
    def collapsed(self) -> bool:
        return self._collapsed

    def add(self, page_id: str, label: str, icon: str, *, tooltip: str = "", bottom: bool = False) -> None:
        """A button at the end of the upper or the lower group. tooltip: shown when collapsed, with the shortcut."""
        made = RailButton(self._theme, icon, label, self)
        made.setToolTip(tooltip or label)
        made.set_collapsed(self._collapsed)
        made.pointed.connect(lambda on: self._point(page_id, on))
        self._group.addButton(made)
        last = self._layout.count() - 1
        upper = sum(1 for button in self._buttons.values() if not button.property("bottom"))
        made.setProperty("bottom", bottom)
        self._layout.insertWidget(last if bottom else upper, made)
        self._buttons[page_id] = made

    def select(self, page_id: str) -> None:
        """Show which page is open; an id that has no button leaves none marked."""
        button = self._buttons.get(page_id)
        if button is not None:
            button.setChecked(True)
            return
        self._group.setExclusive(False)
        for other in self._buttons.values():
            other.setChecked(False)
        self._group.setExclusive(True)

    def set_collapsed(self, collapsed: bool) -> None:
        if collapsed != self._collapsed:
            self._collapsed = collapsed
            for button in self._buttons.values():
                button.set_collapsed(collapsed)
            self._name_toggle()
            self.updateGeometry()
            self.collapsed_changed.emit(collapsed)

    def toggle(self) -> None:
        self.set_collapsed(not self._collapsed)

    def sizeHint(self) -> QSize:
        widest = max((button.sizeHint().width() for button in self._buttons.values()), default=0)
        floor = RAIL_COLLAPSED if self._collapsed else RAIL
        return QSize(max(floor, widest) + 1, HEADER)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        edge = 0 if self.layoutDirection() == Qt.LayoutDirection.RightToLeft else self.width() - 1
        painter.fillRect(edge, 0, 1, self.height(), QColor(self._theme.tokens.line))

    def _clicked(self, button: QAbstractButton) -> None:
        self.chosen.emit(next(page_id for page_id, made in self._buttons.items() if made is button))

    def _point(self, page_id: str, on: bool) -> None:
        self._pointed = page_id
        if on:
            self._rest.start()
        else:
            self._rest.stop()

    @Slot()
    def _considered(self) -> None:
        self.considered.emit(self._pointed)

    def _name_toggle(self) -> None:
        text = self.tr("Show names") if self._collapsed else self.tr("Hide names")
        self._toggle.set_text(text, f"{text} (Ctrl+Shift+B)")
        icon = "panel-left-open" if self._collapsed else "panel-left-close"
        self._toggle.set_icon(icon)
