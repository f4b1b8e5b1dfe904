"""A titled box behind what it holds together."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from workbench.domain.routes.canvas import Frame
from workbench.ui.routes.canvas.geometry import FRAME_TITLE
from workbench.ui.routes.canvas.look import DETAILS, SHAPES
from workbench.ui.routes.canvas.stage import Stage
from workbench.ui.support.theme import CARD_RADIUS, mixed

Z_FRAME = 0.0
SIDES = ("left", "right", "top", "bottom")


class FrameItem(QGraphicsItem):
    def __init__(self, stage: Stage, id: str, frame: Frame) -> None:
        super().__init__()
        self.stage = stage
        self.id = id
        self.chosen = False
        self.frame = frame
        self.setZValue(Z_FRAME)
        self.show_frame(frame)

    def show_frame(self, frame: Frame) -> None:
        self.prepareGeometryChange()
        self.frame = frame
        self.setPos(frame.x, frame.y)
        # Smaller ones lie on larger ones, so that one in another can be seen and taken.
        self.setZValue(Z_FRAME - min(frame.width * frame.height / 1e9, 0.99))
        self.update()

    @property
    def title(self) -> str:
        return self.frame.title

    @property
    def rect(self) -> QRectF:
        return QRectF(0, 0, max(self.frame.width, 1), max(self.frame.height, 1))

    @property
    def scene_rect(self) -> QRectF:
        return self.rect.translated(self.pos())

    def choose(self, chosen: bool) -> None:
        if chosen != self.chosen:
            self.chosen = chosen
            self.update()

    def sides_at(self, at: QPointF, reach: float) -> frozenset[str]:
        """The sides within reach of a point of the scene, two at a corner: by these it is resized."""
        box = self.scene_rect
        if not box.adjusted(-reach, -reach, reach, reach).contains(at):
            return frozenset()
        near = {
            "left": abs(at.x() - box.left()),
            "right": abs(at.x() - box.right()),
            "top": abs(at.y() - box.top()),
            "bottom": abs(at.y() - box.bottom()),
        }
        return frozenset(side for side in SIDES if near[side] <= reach)

    def holds_by(self, at: QPointF, scale: float) -> bool:
        """Whether it is moved from there: by its title."""
        box = self.scene_rect
        high = FRAME_TITLE / min(scale, 1.0) if scale < DETAILS else FRAME_TITLE
        return box.contains(at) and at.y() - box.top() <= high

    def boundingRect(self) -> QRectF:
        return self.rect.adjusted(-6, -6, 6, 6)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        look, scale = self.stage.look, self.stage.scale
        tokens = look.theme.tokens
        thick = (2.0 if self.chosen else 1.0) / min(scale, 1.0)
        painter.setPen(QPen(look.accent if self.chosen else look.border, thick))
        ground = QColor(mixed(tokens.canvas, tokens.text, 0.07 if look.theme.dark else 0.045))
        ground.setAlphaF(0.75)
        painter.setBrush(ground)
        painter.drawRoundedRect(self.rect.adjusted(0.5, 0.5, -0.5, -0.5), CARD_RADIUS, CARD_RADIUS)
        if scale < SHAPES or not self.title:
            return
        font = look.title if scale >= DETAILS else look.poster
        box = QRectF(14, 0, self.rect.width() - 28, FRAME_TITLE if scale >= DETAILS else FRAME_TITLE * 1.4)
        painter.setFont(font)
        painter.setPen(look.accent if self.chosen else look.muted)
        painter.drawText(
            box,
            int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter),
            look.elided(self.title, font, box.width()),
        )
