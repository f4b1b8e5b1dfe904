"""Where requests go: a button that tells the truth about it, and the menu that changes it."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QColor, QFont, QFontMetrics, QIcon, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QAbstractButton, QMenu, QWidget

from workbench.domain.targets import Reach, Target, TargetStatus
from workbench.ui.support.icons import icon, pixmap
from workbench.ui.support.targets import TargetsModel
from workbench.ui.support.theme import BODY, CAPTION, GRID, INSIDE, RADIUS, SEMIBOLD, Theme

_DOT, _CHEVRON = 8, 14
_DOT_AT = INSIDE + 2
_WORDS_AT = _DOT_AT + _DOT + INSIDE
_AFTER_WORDS = GRID + _CHEVRON + INSIDE
_ROLES = {
    Reach.READY: "good",
    Reach.UNAUTHORISED: "bad",
    Reach.UNREACHABLE: "bad",
    Reach.CHECKING: "muted",
    Reach.STARTING: "warn",
    Reach.UNKNOWN: "muted",
}


def draw_dot(painter: QPainter, theme: Theme, reach: Reach, box: QRectF) -> None:
    """The status dot: full when ready, a ring while it is not known, a bar across when it failed, so colour is not all."""
    colour = QColor(theme.tokens.colour(_ROLES[reach]))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if reach in (Reach.UNKNOWN, Reach.CHECKING, Reach.STARTING):
        painter.setPen(QPen(colour, 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(box.adjusted(0.75, 0.75, -0.75, -0.75))
        return
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawEllipse(box)
    if reach in (Reach.UNAUTHORISED, Reach.UNREACHABLE):
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
        self._menu: QMenu | None = None
        self._entries: dict[str, QAction] = {}
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
        model.status_changed.connect(self._status_changed)
        self._refresh()

    @Slot()
    def show_menu(self) -> None:
        """Open the menu under the button, and look how every target is doing."""
        if self._model is None:
            return
        if self._menu is not None:
            self._menu.deleteLater()
        self._menu = self._build_menu(self._model)
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
        draw_dot(painter, theme, self._status().reach, QRectF(self._side(_DOT_AT, _DOT, _DOT)))
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

    def _target(self) -> Target | None:
        return self._model.current if self._model is not None else None

    def _status(self) -> TargetStatus:
        return self._model.status() if self._model is not None else TargetStatus(Reach.STARTING)

    def _name(self) -> str:
        target = self._target()
        return target.name if target is not None else self.tr("Starting…")

    def _state(self) -> str:
        return self.words(self._status())

    def words(self, status: TargetStatus) -> str:
        """A status in a few words, as it stands beside the dot."""
        match status.reach:
            case Reach.READY:
                took = self.tr("{0} ms").format(f"{status.latency_ms:.0f}") if status.latency_ms else ""
                simulated = self.tr("sandbox") if status.sandbox else ""
                return " · ".join(part for part in (simulated, took) if part) or self.tr("ready")
            case Reach.UNAUTHORISED:
                return self.tr("not authorised")
            case Reach.UNREACHABLE:
                return self.tr("unreachable")
            case Reach.STARTING:
                return self.tr("starting") if self._model is not None else ""
            case Reach.CHECKING:
                return self.tr("checking")
            case _:
                return ""

    @Slot()
    def _refresh(self) -> None:
        status = self._status()
        facts = [self._name(), self._state(), status.what, status.why, status.fix]
        self.setAccessibleName(self.tr("Connection: {0}").format(self._name()))
        self.setAccessibleDescription(" ".join(fact for fact in facts[1:] if fact))
        lines = [self.tr("Where requests go (Ctrl+T)"), *facts[2:]]
        if status.sandbox:
            lines.append(self.tr("Answers are simulated by the sandbox: no account, no network, no cost."))
        self.setToolTip("\n".join(line for line in lines if line))
        self.updateGeometry()
        self.update()

    @Slot(str, object)
    def _status_changed(self, target_id: str, status: TargetStatus) -> None:
        entry = self._entries.get(target_id)
        if entry is not None and self._menu is not None and self._menu.isVisible():
            self._label(entry, entry.data(), status)
        self._refresh()

    def _build_menu(self, model: TargetsModel) -> QMenu:
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        menu.setMinimumWidth(self._theme.px(280))
        menu.aboutToHide.connect(self.update)
        self._entries = {}
        for target in model.targets:
            entry = menu.addAction("")
            entry.setData(target)
            entry.setCheckable(True)
            entry.setChecked(target.id == model.current.id)
            entry.triggered.connect(self._chosen)
            self._label(entry, target, model.status(target.id))
            self._entries[target.id] = entry
        menu.addSeparator()
        manage = menu.addAction(icon(self._theme, "plug", "muted"), self.tr("Manage connections…"))
        manage.triggered.connect(self.connections_wanted)
        doctor = menu.addAction(icon(self._theme, "stethoscope", "muted"), self.tr("Doctor…"))
        doctor.triggered.connect(self.doctor_wanted)
        return menu

    def _label(self, entry: QAction, target: Target, status: TargetStatus) -> None:
        # What stands behind the tab is drawn in its own column at the far side.
        name = target.name.replace("&", "&&")
        words = self.words(status)
        entry.setText(f"{name}\t{words}" if words else name)
        font = self._theme.font(BODY, SEMIBOLD) if entry.isChecked() else self._theme.font()
        entry.setFont(font)
        entry.setIcon(self._dot_icon(status.reach))
        entry.setToolTip(" ".join(part for part in (status.what, status.why, status.fix) if part) or words)

    def _dot_icon(self, reach: Reach) -> QIcon:
        dpr = self.devicePixelRatioF()
        picture = QPixmap(round(16 * dpr), round(16 * dpr))
        picture.setDevicePixelRatio(dpr)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        draw_dot(painter, self._theme, reach, QRectF(4, 4, _DOT, _DOT))
        painter.end()
        return QIcon(picture)

    @Slot()
    def _chosen(self) -> None:
        entry = self.sender()
        if isinstance(entry, QAction) and self._model is not None:
            self._model.select(entry.data().id)
