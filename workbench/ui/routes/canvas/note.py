"""A free note on the canvas, and the sentence that the overlay puts under a card."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QTextLayout
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from workbench.domain.routes.canvas import Direction
from workbench.ui.routes.canvas.card import Card
from workbench.ui.routes.canvas.geometry import CARD_WIDTH, NOTE_WIDTH
from workbench.ui.routes.canvas.lines import box_width, broken
from workbench.ui.routes.canvas.look import DETAILS, SHAPES
from workbench.ui.routes.canvas.stage import Stage
from workbench.ui.support.theme import CARD_RADIUS, RADIUS, RELATED, mixed
from workbench.ui.support.tooltips import as_tip

Z_NOTE, Z_SAYS = 8.0, 14.0
_LEAST = 56.0
_MOST_LINES = 40


class Note(QGraphicsItem):
    """As high as its text."""

    def __init__(self, stage: Stage, id: str, text: str) -> None:
        super().__init__()
        self.stage = stage
        self.id = id
        self.chosen = False
        self.text = ""
        self._lines = QTextLayout()
        self._height = _LEAST
        self.setZValue(Z_NOTE)
        self.show_text(text)

    @property
    def rect(self) -> QRectF:
        return QRectF(0, 0, NOTE_WIDTH, self._height)

    @property
    def scene_rect(self) -> QRectF:
        return self.rect.translated(self.pos())

    def show_text(self, text: str) -> None:
        self.text = text
        self.refit()

    def refit(self) -> None:
        """After its text or the fonts have changed."""
        self.prepareGeometryChange()
        look = self.stage.look
        self._lines, height = broken(self.text, look.body, NOTE_WIDTH - 2 * RELATED, look)
        self._height = max(_LEAST, height + 2 * RELATED - 2)
        self.update()

    def choose(self, chosen: bool) -> None:
        if chosen != self.chosen:
            self.chosen = chosen
            self.update()

    def boundingRect(self) -> QRectF:
        return self.rect.adjusted(-6, -6, 6, 6)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        look, scale = self.stage.look, self.stage.scale
        painter.setPen(QPen(look.tint("warn", 0.45), 1))
        painter.setBrush(look.tint("warn", 0.17 if look.theme.dark else 0.12))
        painter.drawRoundedRect(self.rect.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
        if scale >= DETAILS:
            painter.setPen(look.text)
            self._lines.draw(painter, QPointF(RELATED, RELATED - 2))
        elif scale >= SHAPES:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.tint("warn", 0.5))
            for line in range(min(self._lines.lineCount(), _MOST_LINES)):
                box = self._lines.lineAt(line).naturalTextRect()
                painter.drawRect(QRectF(RELATED, RELATED + box.y() + 4, box.width(), box.height() * 0.35))
        if self.chosen:
            thick = 2 / min(scale, 1.0)
            painter.setPen(QPen(look.accent, thick))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            grow = 1 + thick
            painter.drawRoundedRect(
                self.rect.adjusted(-grow, -grow, grow, grow), RADIUS + grow, RADIUS + grow
            )


class Says(QGraphicsItem):
    """What the overlay says of an element: under its card where the route runs right, beside it where it runs down."""

    def __init__(self, stage: Stage, card: Card, text: str) -> None:
        super().__init__(card)
        self.stage = stage
        self.text = text
        self._of = (text, card.way, card.size)
        look = stage.look
        self._lines, height = broken(text, look.caption, CARD_WIDTH - 24, look)
        width = min(CARD_WIDTH, max(box_width(self._lines) + 24, 48))
        self._box = QRectF(0, 0, width, height + 12)
        self.setToolTip(as_tip(text))
        self.setZValue(Z_SAYS)
        if card.way is Direction.DOWN:
            self.setPos(card.size[0] + 12, (card.size[1] - self._box.height()) / 2)
        else:
            self.setPos(0, card.size[1] + 8)

    def fits(self, card: Card, text: str) -> bool:
        """Whether it says this, where it would be said of the card as it is."""
        return self._of == (text, card.way, card.size)

    def boundingRect(self) -> QRectF:
        return self._box

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        if self.stage.scale < DETAILS:
            return
        look = self.stage.look
        tokens = look.theme.tokens
        painter.setPen(QPen(QColor(mixed(tokens.canvas, tokens.accent, 0.4)), 1))
        painter.setBrush(QColor(mixed(tokens.canvas, tokens.accent, 0.14 if look.theme.dark else 0.07)))
        painter.drawRoundedRect(self._box.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
        painter.setPen(look.text)
        self._lines.draw(painter, QPointF(12, 6))


class Pane(QGraphicsItem):
    """A faint rounded box over a part of the scene: the band of a selection."""

    def __init__(self, stage: Stage) -> None:
        super().__init__()
        self.stage = stage
        self._box = QRectF()
        self.setZValue(100)

    def show_box(self, box: QRectF) -> None:
        self.prepareGeometryChange()
        self._box = box

    def boundingRect(self) -> QRectF:
        return self._box.adjusted(-2, -2, 2, 2)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        look = self.stage.look
        fill = QColor(look.accent)
        fill.setAlphaF(0.1)
        painter.setPen(QPen(look.accent, 1 / self.stage.scale))
        painter.setBrush(fill)
        corner = min(CARD_RADIUS / 4, 3) / self.stage.scale
        painter.drawRoundedRect(self._box, corner, corner)
