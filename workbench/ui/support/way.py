"""A request's way through its route, step by step: what each element saw, why it chose, which port it took."""

from __future__ import annotations

import json

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from workbench.domain.routes.trace import Trace, Visit
from workbench.ui.support.buttons import TextLabel
from workbench.ui.support.icons import pixmap
from workbench.ui.support.surfaces import Pill
from workbench.ui.support.theme import CAPTION, GRID, INSIDE, RELATED, SEMIBOLD, Theme, follow

ICONS = {
    "start": "play",
    "conditional": "split",
    "percentage": "scale",
    "rate": "gauge",
    "model": "bot",
    "end": "circle-stop",
}
_DOT = 24
_GOOD, _BAD = frozenset({"true", "success"}), frozenset({"false", "fallback"})


class Way(QWidget):
    """The visits from top to bottom, joined by a line."""

    def __init__(self, theme: Theme, trace: Trace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setAccessibleName(self.tr("Way through dynamic/{0}").format(trace.route))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(RELATED)
        self._steps = [_Step(theme, visit, self) for visit in trace.visits]
        for step in self._steps:
            column.addWidget(step)
        answered = self.tr("Answered by {0}.").format(f"{trace.provider}/{trace.model}")
        end = answered if trace.answered else self.tr("Nobody answered.")
        label = TextLabel(
            theme, end, self, size=CAPTION + 1, role="good" if trace.answered else "bad", wrap=True
        )
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addSpacing(_DOT + INSIDE)
        row.addWidget(label, 1)
        column.addLayout(row)
        follow(self, theme, self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The line that joins the steps."""
        if len(self._steps) < 2:
            return
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        x = self.width() - _DOT // 2 if rtl else _DOT // 2
        painter = QPainter(self)
        painter.setPen(QPen(QColor(self._theme.tokens.line), 2))
        top, bottom = self._steps[0].y() + _DOT // 2, self._steps[-1].y() + _DOT // 2
        painter.drawLine(QPoint(x, top), QPoint(x, bottom))


class _Step(QWidget):
    def __init__(self, theme: Theme, visit: Visit, parent: QWidget) -> None:
        super().__init__(parent)
        mark = QLabel(self)
        mark.setFixedSize(_DOT, _DOT)
        mark.setAlignment(Qt.AlignmentFlag.AlignCenter)

        def dress() -> None:
            tokens = theme.tokens
            mark.setPixmap(pixmap(theme, ICONS.get(visit.kind, "circle-dot"), "accent", 14))
            mark.setStyleSheet(
                f"background: {tokens.raised}; border: 1px solid {tokens.line}; border-radius: {_DOT // 2}px;"
            )

        follow(self, theme, dress)
        head = QHBoxLayout()
        head.setSpacing(INSIDE)
        head.addWidget(TextLabel(theme, visit.element, self, weight=SEMIBOLD))
        head.addWidget(TextLabel(theme, visit.kind, self, size=CAPTION + 1, role="muted"))
        if visit.port:
            role = "good" if visit.port in _GOOD else "warn" if visit.port in _BAD else "accent"
            head.addWidget(Pill(theme, f"→ {visit.port}", role, self))
        head.addStretch(1)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.setContentsMargins(0, 3, 0, 0)
        words.addLayout(head)
        if visit.why:
            words.addWidget(TextLabel(theme, visit.why, self, wrap=True))
        if visit.saw:
            words.addWidget(self._saw(theme, visit))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(INSIDE)
        row.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        self.setAccessibleName(f"{visit.element}, {visit.kind}, {visit.port}: {visit.why}")

    def _saw(self, theme: Theme, visit: Visit) -> QWidget:
        """The values it looked at, as they were."""
        lines = [
            f"{name} = {json.dumps(value, ensure_ascii=False, default=str)}"
            for name, value in visit.saw.items()
        ]
        label = TextLabel(theme, "\n".join(lines), self, role="muted", wrap=True)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        follow(label, theme, lambda: label.setFont(theme.mono(CAPTION)))
        label.setContentsMargins(0, GRID // 2, 0, 0)
        return label
