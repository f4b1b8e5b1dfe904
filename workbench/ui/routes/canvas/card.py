"""An element on the canvas: its face, its selection, what the linter and the overlay say of it, and its ports."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QGraphicsRectItem, QStyleOptionGraphicsItem, QWidget

from workbench.domain.routes.canvas import Direction
from workbench.domain.routes.elements import AnyElement
from workbench.domain.routes.findings import Finding, Severity
from workbench.ui.routes.canvas.faces import EDGE, MARGIN, PORT, Face, face_of, input_bar, paint_face
from workbench.ui.routes.canvas.geometry import input_of, outputs_of, size_of
from workbench.ui.routes.canvas.look import DETAILS, DIMMED, SHAPES
from workbench.ui.routes.canvas.pictures import Picture
from workbench.ui.routes.canvas.stage import Stage
from workbench.ui.routes.overlay import Mark
from workbench.ui.support.theme import CARD_RADIUS, mixed

Z_CARD, Z_LIFTED = 10.0, 20.0
INPUT = ""
"""The name of the input where a port is asked for: no output is called so."""
_BADGE = 20.0
_SEVERITY = {
    Severity.ERROR: ("circle-x", "bad"),
    Severity.WARNING: ("triangle-alert", "warn"),
    Severity.INFO: ("info", "accent"),
}
_MARKS = {
    Mark.ADDED: ("plus", "good"),
    Mark.REMOVED: ("minus", "bad"),
    Mark.CHANGED: ("pencil", "warn"),
    Mark.PASSED: ("check", "good"),
    Mark.FAILED: ("x", "bad"),
}
_ORDER = list(Severity)


class Card(QGraphicsRectItem):
    """key: its id; of several elements with one id only the first is called so. ghost: drawn faintly, it is not in the route.

    Its rectangle is all that it is painted in, which the view asks of every item twice a frame: so Python is not asked.
    """

    def __init__(
        self, stage: Stage, key: str, element: AnyElement, way: Direction, *, ghost: bool = False
    ) -> None:
        super().__init__()
        self.setPen(Qt.PenStyle.NoPen)
        self.stage = stage
        self.key = key
        self.ghost = ghost
        self.element = element
        self.way = way
        self.note = ""
        self.figures = ""
        self.mark: Mark | None = None
        self.findings: Sequence[Finding] = ()
        self.dimmed = False
        self.refused = False
        self.chosen = False
        self.hovered = False
        self.hot: str | None = None
        self._face: Face | None = None
        self._colours: tuple[QColor, ...] = ()
        self._age = -1
        self._measure()
        self.setZValue(Z_CARD - 1 if ghost else Z_CARD)
        if ghost:
            self.setOpacity(0.6)

    @property
    def id(self) -> str:
        return self.element.id

    @property
    def box(self) -> QRectF:
        return QRectF(0, 0, *self.size)

    @property
    def scene_rect(self) -> QRectF:
        return self.box.translated(self.pos())

    @property
    def face(self) -> Face:
        """Worded when it is first seen."""
        if self._face is None:
            self._face = face_of(self.element, self.way, self.figures, bool(self.note))
        return self._face

    def show_element(self, element: AnyElement, way: Direction, note: str) -> None:
        if element is self.element and way is self.way and note == self.note:
            return
        self.element, self.way, self.note = element, way, note
        self._measure()
        self.repaint()

    def show_figures(self, figures: str) -> None:
        if figures != self.figures:
            self.figures = figures
            self.repaint()

    def show_findings(self, findings: Sequence[Finding]) -> None:
        if tuple(findings) != tuple(self.findings):
            self.findings = tuple(findings)
            self.setToolTip("\n".join(one.what for one in self.findings))
            self.update()

    def show_mark(self, mark: Mark | None) -> None:
        if mark is not self.mark:
            self.mark = mark
            self.update()

    def dim(self, dimmed: bool) -> None:
        self.dimmed = dimmed
        self._settle_opacity()

    def refuse(self, refused: bool) -> None:
        """It cannot take the wire that is being dragged."""
        self.refused = refused
        self._settle_opacity()

    def choose(self, chosen: bool) -> None:
        if chosen != self.chosen:
            self.chosen = chosen
            self.update()

    def hover(self, hovered: bool, port: str | None = None) -> None:
        """port: the one under the pointer, `INPUT` for the input."""
        if (hovered, port) != (self.hovered, self.hot):
            self.hovered, self.hot = hovered, port
            self.update()

    def lift(self, lifted: bool) -> None:
        """While it is dragged it is above the others."""
        self.setZValue(Z_LIFTED if lifted else Z_CARD)

    def repaint(self) -> None:
        """Its face has changed."""
        self._face = None
        self._age = -1
        self.stage.pictures.drop(self)
        self.update()

    def port_place(self, port: str) -> QPointF:
        """In the scene. A port it does not have is where the first would be."""
        outputs = self.outputs
        at = outputs.get(port) or next(iter(outputs.values()), None)
        x, y = at if at is not None else (self.size[0], self.size[1] / 2)
        return self.pos() + QPointF(x, y)

    @property
    def input_place(self) -> QPointF:
        """In the scene; of a start, which has none, the middle of the side where it would be."""
        width, height = self.size
        side = (width / 2, 0.0) if self.way is Direction.DOWN else (0.0, height / 2)
        return self.pos() + QPointF(*(self.input or side))

    def port_at(self, at: QPointF, reach: float) -> str | None:
        """The port within reach of a point of the scene, `INPUT` for the input."""
        near: list[tuple[float, str]] = []
        for port in self.outputs:
            near.append((_distance(self.port_place(port), at), port))
        if self.input is not None:
            near.append((_distance(self.input_place, at), INPUT))
        best = min(near, default=(reach + 1, ""))
        return best[1] if best[0] <= reach else None

    @property
    def severity(self) -> Severity | None:
        """The worst that the linter says."""
        return min((one.severity for one in self.findings), key=_ORDER.index, default=None)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        scale = self.stage.scale
        if scale < SHAPES:
            self._paint_shape(painter)
        else:
            self._paint_picture(painter)
        if self.chosen or self.hovered or self.findings or self.mark is not None or self.ghost:
            self._paint_state(painter, scale)

    # -- how it is painted

    def _paint_shape(self, painter: QPainter) -> None:
        if self._age != self.stage.age:
            look, role = self.stage.look, self.face.role
            self._colours = (look.border, look.tint(role), look.colour(role))
            self._age = self.stage.age
        for box, colour in zip(self._shape, self._colours, strict=True):
            painter.fillRect(box, colour)

    def _paint_picture(self, painter: QPainter) -> None:
        stage = self.stage
        scale, details = stage.scale * stage.dpr, stage.scale >= DETAILS
        picture = stage.pictures.get(self)
        if picture is None or (not stage.hurried and (picture.scale != scale or picture.details != details)):
            if stage.may_paint():
                began = time.perf_counter()
                picture = self._painted(scale, details)
                stage.pictures.put(self, picture)
                stage.spent(time.perf_counter() - began)
            elif picture is None:
                self._paint_shape(painter)
                return
        if picture.scale == scale:
            # Without the transformation, on whole pixels of the device, where letters are sharp.
            place, dpr = painter.worldTransform().map(QPointF(-MARGIN, -MARGIN)), stage.dpr
            painter.save()
            painter.resetTransform()
            corner = QPointF(round(place.x() * dpr) / dpr, round(place.y() * dpr) / dpr)
            painter.drawPixmap(corner, picture.pixels)
            painter.restore()
        else:
            width, height = self.size
            target = QRectF(-MARGIN, -MARGIN, width + 2 * MARGIN, height + 2 * MARGIN)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, stage.scale >= DETAILS)
            painter.drawPixmap(target, picture.pixels, QRectF(picture.pixels.rect()))

    def _painted(self, scale: float, details: bool) -> Picture:
        width, height = (math.ceil((side + 2 * MARGIN) * scale) for side in self.size)
        pixels = QPixmap(width, height)
        pixels.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixels)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.scale(scale, scale)
        painter.translate(MARGIN, MARGIN)
        paint_face(painter, self.face, self.stage.look, scale, details=details)
        painter.end()
        pixels.setDevicePixelRatio(self.stage.dpr)
        return Picture(pixels, scale, details)

    def _paint_state(self, painter: QPainter, scale: float) -> None:
        look = self.stage.look
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        thick = 2 / min(scale, 1.0)
        if self.mark in (Mark.ADDED, Mark.REMOVED, Mark.CHANGED):
            self._ring(painter, look.colour(_MARKS[self.mark][1]), thick, 0.0, dashed=self.ghost)
        elif self.ghost:
            self._ring(painter, look.bad, thick, 0.0, dashed=True)
        if self.chosen:
            self._ring(painter, look.accent, thick, 1 + thick)
        elif self.hovered:
            self._ring(painter, look.wire, 1 / min(scale, 1.0), 0.0)
        if self.hovered and scale >= DETAILS:
            self._paint_hot(painter)
        if self.findings:
            severity = self.severity
            assert severity is not None
            self._badge(painter, *_SEVERITY[severity], self.size[0] + 4, scale)
        if self.mark is not None:
            self._badge(painter, *_MARKS[self.mark], self.size[0] - (22 if self.findings else -4), scale)

    def _ring(
        self, painter: QPainter, colour: QColor, thick: float, outside: float, *, dashed: bool = False
    ) -> None:
        grow = outside
        pen = QPen(colour, thick)
        if dashed:
            pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        radius = CARD_RADIUS + grow
        painter.drawRoundedRect(self.box.adjusted(-grow, -grow, grow, grow), radius, radius)

    def _paint_hot(self, painter: QPainter) -> None:
        """The port under the pointer, filled, so that one sees where a wire can be taken up."""
        if self.hot is None:
            return
        look = self.stage.look
        painter.setPen(QPen(look.accent, 1.5))
        painter.setBrush(look.accent)
        if self.hot == INPUT and self.input is not None:
            painter.drawRoundedRect(input_bar(self.input, self.way).adjusted(-1, -1, 1, 1), 3, 3)
        elif self.hot in self.outputs:
            painter.drawEllipse(QPointF(*self.outputs[self.hot]), PORT + 1.5, PORT + 1.5)

    def _badge(self, painter: QPainter, icon: str, role: str, right: float, scale: float) -> None:
        """At the upper edge, of a size that can be seen from afar."""
        grow = min(max(1.0, 0.7 / scale), 2.6)
        size = _BADGE * grow
        look = self.stage.look
        tokens = look.theme.tokens
        box = QRectF(right - size, -size / 2, size, size)
        painter.setPen(QPen(look.colour(role), 1.25 * grow))
        painter.setBrush(QColor(mixed(tokens.raised, tokens.colour(role), 0.14)))
        painter.drawEllipse(box)
        inner = size * 0.6
        picture = _badge_icon(self.stage, icon, role)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawPixmap(
            QRectF(box.center().x() - inner / 2, box.center().y() - inner / 2, inner, inner),
            picture,
            QRectF(picture.rect()),
        )

    def _measure(self) -> None:
        self.size = size_of(self.element, self.way)
        width, height = self.size
        self._shape = (self.box, QRectF(4, 4, width - 8, height - 8), QRectF(0, 0, EDGE, height))
        self.outputs = outputs_of(self.element, self.way)
        self.input = input_of(self.element, self.way)
        reach = MARGIN + _BADGE * 1.4
        self.setRect(-MARGIN, -reach, width + 2.5 * MARGIN, height + MARGIN + reach)

    def _settle_opacity(self) -> None:
        self.setOpacity(DIMMED if self.dimmed or self.refused else 1.0)


def _badge_icon(stage: Stage, icon: str, role: str) -> QPixmap:
    return stage.look.icon(icon, role, 12, max(2.0, stage.dpr * math.ceil(stage.scale)))


def _distance(a: QPointF, b: QPointF) -> float:
    return math.hypot(a.x() - b.x(), a.y() - b.y())
