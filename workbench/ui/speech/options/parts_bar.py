"""The parts of a take as a bar: each as long as it is, in the colour of its state."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from workbench.domain.speech.takes import Part, TakeState
from workbench.ui.speech.options import words
from workbench.ui.support.spot_tips import tip_shown
from workbench.ui.support.theme import Theme, follow, mixed

_HEIGHT, _GAP, _ROUND = 14, 1.5, 2.0


class PartsBar(QWidget):
    """Arrows move from part to part, Enter or a click shows the record of one. clock: Unix seconds.

    Signals: record_wanted (exchange id).
    """

    record_wanted = Signal(str)

    def __init__(
        self, theme: Theme, parent: QWidget | None = None, *, clock: Callable[[], float] = time.time
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._clock = clock
        self.parts: tuple[Part, ...] = ()
        self.current = -1
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        follow(self, theme, self._dress)

    def show_parts(self, parts: tuple[Part, ...]) -> None:
        if parts != self.parts:
            self.parts = parts
            self.current = min(self.current, len(parts) - 1)
            done = sum(part.state is TakeState.DONE for part in parts)
            self.setAccessibleName(self.tr("{0} of {1} parts done").format(done, len(parts)))
            self._tell()
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(80, self._theme.px(_HEIGHT))

    def part_at(self, x: float) -> int:
        """Number of the part at this place, -1 where there is none."""
        return next(
            (at for at, (_, box) in enumerate(self._boxes()) if box.left() <= x <= box.right() + _GAP), -1
        )

    def event(self, event: QEvent) -> bool:
        return tip_shown(self, event, self._tip_there) or super().event(event)

    def _tip_there(self, place: QPoint) -> str:
        at = self.part_at(place.x())
        return self.tip(at) if at >= 0 else ""

    def tip(self, at: int) -> str:
        return words.part_tip(self.parts[at], self._clock())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._go(self.part_at(event.position().x()))
        self._show_record()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        match event.key():
            case Qt.Key.Key_Right:
                self._go(self.current + (-1 if mirrored else 1))
            case Qt.Key.Key_Left:
                self._go(self.current + (1 if mirrored else -1))
            case Qt.Key.Key_Home:
                self._go(0)
            case Qt.Key.Key_End:
                self._go(len(self.parts) - 1)
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self._show_record()
            case _:
                super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, tokens = QPainter(self), self._theme.tokens
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        boxes = self._boxes()
        painter.setPen(Qt.PenStyle.NoPen)
        if not boxes:
            painter.setBrush(QColor(tokens.line))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 2, -0.5, -2), _ROUND, _ROUND)
        for at, (part, box) in enumerate(boxes):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._colour(part))
            painter.drawRoundedRect(box, _ROUND, _ROUND)
            if part.state is TakeState.FAILED and box.width() >= 5:
                painter.setPen(QPen(QColor(tokens.surface), 1.4))
                middle, reach = box.center(), min(2.5, box.width() / 3)
                painter.drawLine(middle - QPointF(reach, reach), middle + QPointF(reach, reach))
                painter.drawLine(middle - QPointF(reach, -reach), middle + QPointF(reach, -reach))
            if at == self.current and self.hasFocus():
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(QColor(tokens.text), 1.5))
                painter.drawRoundedRect(box.adjusted(-0.5, -1.5, 0.5, 1.5), _ROUND, _ROUND)

    def _boxes(self) -> list[tuple[Part, QRectF]]:
        if not self.parts:
            return []
        first, last = self.parts[0].start, self.parts[-1].end
        scale = (self.width() - 1) / max(0.001, last - first)
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        found = []
        for at, part in enumerate(self.parts):
            until = self.parts[at + 1].start if at + 1 < len(self.parts) else part.end
            left, width = (part.start - first) * scale, max(1.0, (until - part.start) * scale - _GAP)
            if mirrored:
                left = self.width() - 1 - left - width
            found.append((part, QRectF(left + 0.5, 2, width, self.height() - 4)))
        return found

    def _colour(self, part: Part) -> QColor:
        tokens = self._theme.tokens
        match part.state:
            case TakeState.DONE:
                return QColor(tokens.good if part.exchange_id else mixed(tokens.surface, tokens.good, 0.45))
            case TakeState.RUNNING:
                return QColor(tokens.accent)
            case TakeState.FAILED:
                return QColor(tokens.bad)
            case TakeState.STOPPED:
                return QColor(tokens.edge)
        held = part.not_before > self._clock()
        return QColor(tokens.warn if held else mixed(tokens.surface, tokens.edge, 0.45))

    def _go(self, at: int) -> None:
        if 0 <= at < len(self.parts):
            self.current = at
            self._tell()
            self.update()

    def _tell(self) -> None:
        self.setAccessibleDescription(self.tip(self.current) if 0 <= self.current < len(self.parts) else "")

    def _show_record(self) -> None:
        if 0 <= self.current < len(self.parts) and self.parts[self.current].exchange_id:
            self.record_wanted.emit(self.parts[self.current].exchange_id)

    def _dress(self) -> None:
        self.updateGeometry()
        self.update()
