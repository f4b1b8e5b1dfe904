"""Where requests go: a button that tells the truth about it. The menu behind it is in `target_menu`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from workbench.ui.support.icons import pixmap
from workbench.ui.support.theme import BODY, CAPTION, GRID, INSIDE, RADIUS, SEMIBOLD, Theme

if TYPE_CHECKING:
    from workbench.domain.targets import TargetStatus
    from workbench.ui.shell.target_menu import TargetMenu
    from workbench.ui.support.targets import TargetsModel

DOT, _CHEVRON = 8, 14
_DOT_AT = INSIDE + 2
_WORDS_AT = _DOT_AT + DOT + INSIDE
_AFTER_WORDS = GRID + _CHEVRON + INSIDE
_ROLES = {"ready": "good", "unauthorised": "bad", "unreachable": "bad", "starting": "warn"}
"""Colour by domain.targets.Reach, which is not imported here: the window is painted before the domain is needed."""


def draw_dot(painter: QPainter, theme: Theme, reach: str, box: QRectF) -> None:
    """The status dot: full when ready, a ring while it is not known, a bar across when it failed, so colour is not all."""
    colour = QColor(theme.tokens.colour(_ROLES.get(reach, "muted")))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if reach in ("ready", "unauthorised", "unreachable"):
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawEllipse(box)
    else:
        painter.setPen(QPen(colour, 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(box.adjusted(0.75, 0.75, -0.75, -0.75))
    if reach in ("unauthorised", "unreachable"):
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.tokens.canvas))
        middle = box.center()
        painter.drawRect(QRectF(middle.x() - 2.5, middle.y() - 0.75, 5, 1.5))


class TargetSwitcher(QAbstractButton):
    """Signals: connections_wanted, doctor_wanted (from its menu)."""

    connections_wanted = Signal()
    doctor_wanted = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._model: TargetsModel | None = None
        self._menu: TargetMenu | None = None
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.clicked.connect(self.show_menu)
        theme.changed.connect(self._refresh)
        self._refresh()

    def set_model(self, model: TargetsModel) -> None:
        """Show these targets from now on; until then it says that it is starting."""
        self._model = model
        model.changed.connect(self._refresh)
        model.current_changed.connect(self._refresh)
        model.status_changed.connect(self._refresh)
        self._refresh()

    @Slot()
    def show_menu(self) -> None:
        """Open the menu under the button, and look how every target is doing."""
        if self._model is None:
            return
        from workbench.ui.shell.target_menu import TargetMenu

        if self._menu is not None:
            self._menu.deleteLater()
        self._menu = TargetMenu(self._theme, self._model, self)
        self._menu.connections_wanted.connect(self.connections_wanted)
        self._menu.doctor_wanted.connect(self.doctor_wanted)
        self._menu.aboutToHide.connect(self.update)
        self._menu.popup(self.mapToGlobal(QPoint(0, self.height() + GRID)))
        self._model.refresh_all()

    def sizeHint(self) -> QSize:
        name = QFontMetrics(self._name_font()).horizontalAdvance(self._name())
        state = QFontMetrics(self._theme.font(CAPTION)).horizontalAdvance(self._state())
        words = name + (INSIDE + state if state else 0)
        wide = _WORDS_AT + words + _AFTER_WORDS + 2
        return QSize(min(wide, self._theme.px(360)), self._theme.px(30))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(120), self._theme.px(30))

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, painter = self._theme, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        open_menu = self._menu is not None and self._menu.isVisible()
        fill = theme.pressed() if self.isDown() or open_menu else theme.hover() if self.underMouse() else ""
        painter.setPen(QPen(QColor(theme.tokens.accent if self.hasFocus() else theme.tokens.line), 1))
        painter.setBrush(QColor(fill) if fill else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box, RADIUS, RADIUS)
        draw_dot(painter, theme, self._reach(), QRectF(self._side(_DOT_AT, DOT, DOT)))
        self._draw_words(painter)
        picture = pixmap(theme, "chevrons-up-down", "muted", _CHEVRON, self.devicePixelRatioF())
        painter.drawPixmap(
            self._side(self.width() - INSIDE - _CHEVRON, _CHEVRON, _CHEVRON).topLeft(), picture
        )

    def _draw_words(self, painter: QPainter) -> None:
        theme = self._theme
        left = _WORDS_AT
        room = self.width() - left - _AFTER_WORDS
        name_metrics, state_font = QFontMetrics(self._name_font()), theme.font(CAPTION)
        name = name_metrics.horizontalAdvance(self._name())
        state = QFontMetrics(state_font).horizontalAdvance(self._state())
        # The state goes first when there is little room: the dot still tells it.
        with_state = bool(state) and name + INSIDE + state <= room
        painter.setFont(self._name_font())
        painter.setPen(QColor(theme.tokens.text))
        alignment = Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter
        elided = name_metrics.elidedText(self._name(), Qt.TextElideMode.ElideRight, room)
        painter.drawText(self._side(left, room, self.height()), int(alignment), elided)
        if with_state:
            painter.setFont(state_font)
            painter.setPen(QColor(theme.tokens.muted))
            start = left + name + INSIDE
            painter.drawText(self._side(start, state + 2, self.height()), int(alignment), self._state())

    def _side(self, left: int, width: int, height: int) -> QRect:
        """A box so far from the leading side, centred in height."""
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            left = self.width() - left - width
        return QRect(left, (self.height() - height) // 2, width, height)

    def _name_font(self) -> QFont:
        return self._theme.font(BODY, SEMIBOLD)

    def _reach(self) -> str:
        return self._model.status().reach if self._model is not None else "starting"

    def _name(self) -> str:
        return self._model.current.name if self._model is not None else self.tr("Starting…")

    def _state(self) -> str:
        return self.words(self._model.status()) if self._model is not None else ""

    def words(self, status: TargetStatus) -> str:
        """A status in a few words, as it stands beside the dot."""
        match status.reach.value:
            case "ready":
                took = self.tr("{0} ms").format(f"{status.latency_ms:.0f}") if status.latency_ms else ""
                simulated = self.tr("sandbox") if status.sandbox else ""
                return " · ".join(part for part in (simulated, took) if part) or self.tr("ready")
            case "unauthorised":
                return self.tr("not authorised")
            case "unreachable":
                return self.tr("unreachable")
            case "starting":
                return self.tr("starting")
            case "checking":
                return self.tr("checking")
            case _:
                return ""

    @Slot()
    def _refresh(self) -> None:
        status = self._model.status() if self._model is not None else None
        facts = [status.what, status.why, status.fix] if status is not None else []
        facts = [fact for fact in facts if fact]
        self.setAccessibleName(self.tr("Connection: {0}").format(self._name()))
        self.setAccessibleDescription(" ".join([self._state(), *facts]))
        if status is not None and status.sandbox:
            facts.append(self.tr("Answers are simulated by the sandbox: no account, no network, no cost."))
        self.setToolTip("\n".join([self.tr("Where requests go (Ctrl+T)"), *facts]))
        self.updateGeometry()
        self.update()
