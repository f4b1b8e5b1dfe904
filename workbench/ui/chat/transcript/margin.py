"""What stands around a leaf: the space above it, bullets and numbers of list items, the bar of a quote."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from workbench.ui.chat.transcript.look import Look
from workbench.ui.support import icons
from workbench.ui.support.markdown.leaves import Holder, Kind, Leaf

INDENT, QUOTE = 24, 16
_BULLET = 5.0
CHECK = 13


class Placed(Protocol):
    height: float
    rtl: bool
    space: float


def space_between(above: Leaf | None, leaf: Leaf) -> int:
    """Pixels above a leaf, before scaling, from what it is and what it follows."""
    if above is None or leaf.goes_on:
        return 0
    if leaf.kind is Kind.TABLE and not leaf.head:
        return 0
    if leaf.kind is Kind.HEADING:
        return 20 if leaf.level <= 2 else 16
    if above.kind is Kind.HEADING:
        return 8
    opens = next((holder for holder in reversed(leaf.holders) if holder.opens and not holder.quote), None)
    groups = {holder.group for holder in above.holders}
    if leaf.kind is Kind.PARAGRAPH and opens is not None:
        if opens.group in groups:
            return 8 if leaf.spaced else 4
        return 8 if leaf.spaced or not above.holders else 4
    return 8 if leaf.holders and above.holders and leaf.holders[0].group in groups else 12


def paint_margin(
    painter: QPainter, look: Look, leaf: Leaf, above: Leaf | None, at: QPointF, width: float, cell: Placed
) -> None:
    """Paint the marks of the leaf's holders. at: the top left corner of the column beside the leaf."""
    inset = 0.0
    groups = {holder.group for holder in above.holders} if above is not None else set()
    depth = 0
    for holder in leaf.holders:
        step = look.px(QUOTE if holder.quote else INDENT)
        x = at.x() + (width - inset - step if cell.rtl else inset)
        room = QRectF(x, at.y(), step, cell.height)
        if holder.quote:
            top = at.y() - (cell.space if holder.group in groups else 0)
            _paint_bar(painter, look, room, top, cell.rtl)
        elif holder.opens:
            _paint_marker(painter, look, leaf, holder, room, depth, cell.rtl)
        depth += not holder.quote
        inset += step


def _paint_bar(painter: QPainter, look: Look, room: QRectF, top: float, rtl: bool) -> None:
    left = room.right() - 3 if rtl else room.left()
    painter.fillRect(QRectF(left, top, 3, room.bottom() - top), look.line)


def _paint_marker(
    painter: QPainter, look: Look, leaf: Leaf, holder: Holder, room: QRectF, depth: int, rtl: bool
) -> None:
    line = look.line_height(look.heading(leaf.level)) if leaf.level else look.body_line
    gap = 7
    if holder.checked is not None:
        x = room.left() + gap if rtl else room.right() - gap - CHECK
        _paint_check(painter, look, QRectF(x, room.top() + (line - CHECK) / 2, CHECK, CHECK), holder.checked)
    elif holder.number is not None:
        painter.setFont(look.body)
        painter.setPen(look.muted)
        side = Qt.AlignmentFlag.AlignLeft if rtl else Qt.AlignmentFlag.AlignRight
        wide = room.adjusted(gap, 0, 60, 0) if rtl else room.adjusted(-60, 0, -gap, 0)
        wide.setHeight(line)
        flags = side | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute
        painter.drawText(wide, flags, f"{holder.number}.")
    else:
        centre = QPointF(
            room.left() + gap + 3 if rtl else room.right() - gap - 4, room.top() + line / 2 + 0.5
        )
        _paint_bullet(painter, look, centre, depth)


def _paint_bullet(painter: QPainter, look: Look, centre: QPointF, depth: int) -> None:
    half = _BULLET / 2
    if depth % 3 == 1:
        painter.setPen(look.muted)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(centre, half - 0.3, half - 0.3)
        return
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.muted)
    if depth % 3 == 2:
        painter.drawRect(QRectF(centre.x() - 2, centre.y() - 2, 4, 4))
    else:
        painter.drawEllipse(centre, half, half)


def _paint_check(painter: QPainter, look: Look, box: QRectF, checked: bool) -> None:
    painter.setPen(look.edge_pen)
    painter.setBrush(look.accent if checked else look.canvas)
    painter.drawRoundedRect(box, 3, 3)
    if checked:
        mark = icons.pixmap(look.theme, "check", "on_accent", 12)
        painter.drawPixmap(QPointF(box.left() + 0.5, box.top() + 0.5), mark)
