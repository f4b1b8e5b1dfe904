"""Texts of several lines on the canvas."""

from __future__ import annotations

from PySide6.QtCore import QPointF
from PySide6.QtGui import QFont, QTextLayout, QTextOption

from workbench.ui.routes.canvas.look import Look

MOST = 40


def broken(text: str, font: QFont, width: float, look: Look, most: int = MOST) -> tuple[QTextLayout, float]:
    """A text in lines of this width, no more than `most`, and how high they are together; what is left out shows as "…"."""
    lines = QTextLayout(text.replace("\n", "\u2028"), font)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    lines.setTextOption(option)
    step = look.metrics(font).height() * (1.0 if most < MOST else 1.2)
    top, end = 0.0, 0
    lines.beginLayout()
    for _ in range(most):
        line = lines.createLine()
        if not line.isValid():
            break
        line.setLineWidth(width)
        line.setPosition(QPointF(0, top))
        end = line.textStart() + line.textLength()
        top += step
    lines.endLayout()
    if end < len(lines.text()) and end > 1:
        return broken(text[: end - 1].rstrip() + "…", font, width, look, most)
    return lines, top


def box_width(lines: QTextLayout) -> float:
    """How wide its widest line is."""
    return max((lines.lineAt(n).naturalTextWidth() for n in range(lines.lineCount())), default=0.0)
