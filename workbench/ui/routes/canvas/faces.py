"""What a card says, and how that is painted: all of it, its icon and title from afar, or a box in its colour from farther.

Painting happens in the pixels of a zoom of 100 %; whoever calls has scaled the painter.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPainterPath, QPen

from workbench.domain.routes.canvas import Direction, Point
from workbench.domain.routes.elements import AnyElement
from workbench.ui.routes import words
from workbench.ui.routes.canvas.geometry import (
    CARD_WIDTH,
    PORT_ROW,
    has_port_rows,
    head_of,
    input_of,
    outputs_of,
    size_of,
)
from workbench.ui.routes.canvas.lines import broken
from workbench.ui.routes.canvas.look import Look
from workbench.ui.support.theme import CARD_RADIUS

EDGE = 36.0
"""The coloured column on the left, with the icon."""
_TEXT = EDGE + 10
_RIGHT = 12.0
_ICON = 18
PORT = 5.0
"""Radius of the dot where a wire begins."""
MARGIN = 8.0
"""How far dots and the like reach over the edge of a card."""


@dataclass(frozen=True, slots=True)
class Face:
    """What a card shows of its element. input, outputs: where wires meet it. rows: the names of its ports have rows of their own."""

    kind: str
    title: str
    detail: str
    icon: str
    role: str
    size: tuple[float, float]
    head: float
    input: Point | None
    outputs: Mapping[str, Point]
    rows: bool
    way: Direction
    figures: str = ""
    note: bool = False


def face_of(element: AnyElement, way: Direction, figures: str = "", note: bool = False) -> Face:
    return Face(
        words.kind_name(element),
        words.title_of(element),
        words.detail_of(element),
        words.icon_of(element),
        words.role_of(element),
        size_of(element, way),
        head_of(element),
        input_of(element, way),
        outputs_of(element, way),
        has_port_rows(element),
        way,
        figures,
        note,
    )


def paint_face(painter: QPainter, face: Face, look: Look, dpr: float, *, details: bool) -> None:
    """details: False leaves out what cannot be read from afar, and writes the title larger."""
    body = _body(painter, face, look)
    _edge(painter, face, look, body, dpr, large=not details)
    if details:
        _words(painter, face, look, dpr)
        _port_names(painter, face, look)
    else:
        _poster(painter, face, look)
    _outline(painter, face, look)
    _dots(painter, face, look)


def _body(painter: QPainter, face: Face, look: Look) -> QPainterPath:
    width, height = face.size
    shape = QPainterPath()
    shape.addRoundedRect(QRectF(0.5, 0.5, width - 1, height - 1), CARD_RADIUS, CARD_RADIUS)
    painter.fillPath(shape, look.raised)
    return shape


def _outline(painter: QPainter, face: Face, look: Look) -> None:
    width, height = face.size
    painter.setPen(QPen(look.border, 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(QRectF(0.5, 0.5, width - 1, height - 1), CARD_RADIUS, CARD_RADIUS)


def _edge(painter: QPainter, face: Face, look: Look, body: QPainterPath, dpr: float, *, large: bool) -> None:
    height = face.size[1]
    painter.save()
    painter.setClipPath(body, Qt.ClipOperation.IntersectClip)
    painter.fillRect(QRectF(0, 0, EDGE, height), look.tint(face.role))
    painter.fillRect(QRectF(0, 0, 4, height), look.colour(face.role))
    painter.restore()
    size = 22 if large else _ICON
    middle = height / 2 if large else face.head / 2
    picture = look.icon(face.icon, face.role, size, dpr)
    painter.drawPixmap(QPointF(4 + (EDGE - 4 - size) / 2, middle - size / 2), picture)


def _words(painter: QPainter, face: Face, look: Look, dpr: float) -> None:
    """Kind with figures, title, detail."""
    width = face.size[0] - _TEXT - _RIGHT
    top, right = 8.0, face.size[0] - _RIGHT
    if face.outputs and not face.rows and face.way is Direction.RIGHT:
        right -= _line(
            painter, next(iter(face.outputs)), look.caption, look.muted, right, top, 60, look, last=True
        )
    if face.figures:
        right -= 6 + _line(
            painter, face.figures, look.caption_bold, look.text, right, top, width - 44, look, last=True
        )
    taken = _line(painter, face.kind, look.caption, look.muted, _TEXT, top, right - _TEXT - 14, look)
    if face.note:
        painter.drawPixmap(QPointF(_TEXT + taken + 5, top + 2), look.icon("sticky-note", "warn", 12, dpr))
    top += 17
    if face.head > top + 36 and not face.detail:
        painter.setFont(look.title)
        painter.setPen(look.text)
        _two_lines(painter, face.title, QRectF(_TEXT, top, width, 36), look)
        return
    _line(painter, face.title, look.title, look.text, _TEXT, top + 2, width, look)
    if face.detail:
        _line(painter, face.detail, look.caption, look.muted, _TEXT, top + 20, width, look)


def _two_lines(painter: QPainter, text: str, box: QRectF, look: Look) -> None:
    """A title that has the room of the detail as well."""
    metrics = look.metrics(look.title)
    first = text
    while " " in first and metrics.horizontalAdvance(first) > box.width():
        first = first.rpartition(" ")[0]
    rest = text[len(first) :].strip()
    lines = [look.elided(line, look.title, box.width()) for line in (first, rest) if line]
    flags = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    for number, line in enumerate(lines):
        painter.drawText(QRectF(box.x(), box.y() + 18 * number, box.width(), 20), flags, line)


def _line(
    painter: QPainter,
    text: str,
    font: QFont,
    colour: QColor,
    x: float,
    y: float,
    most: float,
    look: Look,
    *,
    last: bool = False,
) -> float:
    """A line of text no wider than `most`; its width. x: where it begins, with `last` where it ends."""
    shown = look.elided(text, font, most)
    width = look.metrics(font).horizontalAdvance(shown)
    painter.setFont(font)
    painter.setPen(colour)
    flags = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine)
    painter.drawText(QRectF(x - width if last else x, y, width + 2, 16), flags, shown)
    return width


def _port_names(painter: QPainter, face: Face, look: Look) -> None:
    painter.setFont(look.caption)
    painter.setPen(look.muted)
    down = face.way is Direction.DOWN
    if not face.rows and not down:
        return
    if face.rows:
        painter.save()
        painter.setPen(QPen(look.line, 1))
        y = face.head + 0.5 - (0 if down else 2)
        painter.drawLine(QPointF(_TEXT, y), QPointF(face.size[0] - _RIGHT, y))
        painter.restore()
    room = CARD_WIDTH / max(len(face.outputs), 1) - 4 if down else face.size[0] - _TEXT - _RIGHT - 4
    side = Qt.AlignmentFlag.AlignHCenter if down else Qt.AlignmentFlag.AlignRight
    for port, at in face.outputs.items():
        name = look.elided(port, look.caption, room)
        if down:
            box = QRectF(at.x - room / 2, at.y - PORT_ROW - 1, room, PORT_ROW - 2)
        else:
            box = QRectF(at.x - _RIGHT - room - 1, at.y - PORT_ROW / 2, room, PORT_ROW)
        painter.drawText(box, int(side | Qt.AlignmentFlag.AlignVCenter), name)


def _poster(painter: QPainter, face: Face, look: Look) -> None:
    width, height = face.size
    box = QRectF(_TEXT, 0, width - _TEXT - 8, height)
    line = look.metrics(look.poster).height()
    most = max(1, min(int((height + 4) // line), 3))
    lines, _ = broken(face.title, look.poster, box.width(), look, most)
    painter.setPen(look.text)
    lines.draw(painter, QPointF(box.left(), (height - line * lines.lineCount()) / 2))


def _dots(painter: QPainter, face: Face, look: Look) -> None:
    """Wires begin at dots and end at bars, so that the two are told apart without their colour."""
    painter.setPen(QPen(look.wire, 1.5))
    painter.setBrush(look.raised)
    for at in face.outputs.values():
        painter.drawEllipse(QPointF(*at), PORT - 0.75, PORT - 0.75)
    if face.input is not None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.wire)
        painter.drawRoundedRect(input_bar(face.input, face.way), 2.5, 2.5)


def input_bar(at: Point, way: Direction) -> QRectF:
    if way is Direction.DOWN:
        return QRectF(at.x - 8, at.y - 2.5, 16, 5)
    return QRectF(at.x - 2.5, at.y - 8, 5, 16)
