"""The ends of a message: the card of a failure, and the line of figures with the actions."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QFontMetricsF

from workbench.domain.trouble import Trouble
from workbench.ui.chat.transcript.flow import Position
from workbench.ui.chat.transcript.look import Look
from workbench.ui.chat.transcript.message import Metric
from workbench.ui.chat.transcript.parts import ACTION, Brush, Part, Spot, words_block
from workbench.ui.chat.transcript.words import Words
from workbench.ui.support.theme import CARD_RADIUS, ICON, INSIDE, RADIUS, RELATED

SEPARATOR = "  ·  "


class TroublePart(Part):
    """What happened, why, what to do, and buttons for it. buttons: (spot id, words)."""

    above = INSIDE

    def __init__(
        self, look: Look, words: Words, rtl: bool, trouble: Trouble, buttons: tuple[tuple[str, str], ...]
    ) -> None:
        super().__init__(look, words, rtl)
        self._buttons = buttons
        sentences = ((trouble.what, look.strong), (trouble.why, look.body), (trouble.fix, look.body))
        self._blocks = [words_block(look, text, font, rtl) for text, font in sentences if text]
        self._text_left = RELATED + ICON + INSIDE
        self._row = look.px(28)
        self._spots: list[Spot] = []

    def set_width(self, width: float) -> None:
        super().set_width(width)
        room = width - self._text_left - RELATED
        y = float(RELATED)
        for block in self._blocks:
            block.set_width(room)
            y += block.height + 2
        if self._buttons:
            y = self._place_buttons(y + INSIDE - 2, room)
        self.height = y + RELATED

    def _place_buttons(self, top: float, room: float) -> float:
        """In rows, as wide as they need but no wider than the card; where the last row ends."""
        metrics = QFontMetricsF(self.look.body)
        self._spots, left = [], 0.0
        for name, text in self._buttons:
            wide = min(metrics.horizontalAdvance(text) + 24, room)
            if left and left + wide > room:
                left, top = 0.0, top + self._row + INSIDE
            rect = QRectF(self._text_left + left, top, wide, self._row)
            self._spots.append(Spot(name, self.mirrored(rect), text, text=text))
            left += wide + INSIDE
        return top + self._row

    def spots(self, top: float, bottom: float) -> Iterator[Spot]:
        yield from self._spots

    def paint(self, brush: Brush, x: float, y: float, chosen: tuple[Position, Position] | None) -> None:
        painter, look = brush.painter, self.look
        painter.setPen(look.line_pen)
        painter.setBrush(QColor(look.theme.tint("bad")))
        painter.drawRoundedRect(
            QRectF(x + 0.5, y + 0.5, self.width - 1, self.height - 1), CARD_RADIUS, CARD_RADIUS
        )
        icon = self.mirrored(QRectF(RELATED, RELATED, ICON, look.body_line)).translated(x, y)
        self.draw_icon(painter, icon, "circle-alert", "bad")
        top = y + RELATED
        room = self.width - self._text_left - RELATED
        for block in self._blocks:
            left = self.mirrored(QRectF(self._text_left, 0, room, 1)).left()
            painter.setPen(look.text)
            block.paint(painter, x + left, top, brush.clip, None)
            top += block.height + 2
        for spot in self.spots(0, 0):
            self._paint_button(brush, spot, x, y)

    def _paint_button(self, brush: Brush, spot: Spot, x: float, y: float) -> None:
        painter, look = brush.painter, self.look
        rect = spot.rect.translated(x, y)
        painter.setPen(look.line_pen)
        painter.setBrush(look.raised)
        painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
        self.paint_ring(brush, spot, x, y)
        self.say(painter, rect, spot.text, look.body, look.text, middle=True)


class FootPart(Part):
    """The figures of an answer, always; its actions, while the mouse or the focus is on the message.

    actions: (spot id, icon, words). The room for them is always there, so that nothing moves.
    """

    def __init__(
        self,
        look: Look,
        words: Words,
        rtl: bool,
        metrics: tuple[Metric, ...],
        actions: tuple[tuple[str, str, str], ...],
        actions_last: bool,
    ) -> None:
        super().__init__(look, words, rtl)
        self._metrics, self._actions, self._actions_last = metrics, actions, actions_last
        self._row = look.px(ACTION)
        self._spots: list[Spot] = []
        self.copied = ""
        """The id of a spot that has just been copied from; it says so for a moment."""

    def set_width(self, width: float) -> None:
        super().set_width(width)
        self._spots = []
        left, top = self._place_metrics(width)
        wide = len(self._actions) * (ACTION + 2)
        if self._metrics and left + wide > width:
            left, top = 0.0, top + self._row
        if self._actions_last or self._metrics:
            left = width - wide + 2
        for name, icon, words in self._actions:
            rect = QRectF(left, top, ACTION, self._row)
            self._spots.append(Spot(name, self.mirrored(rect), words, words, icon=icon))
            left += ACTION + 2
        self.height = top + self._row if self._spots else float(INSIDE)

    def _place_metrics(self, width: float) -> tuple[float, float]:
        """Place the figures in rows; where the last one ends."""
        metrics = QFontMetricsF(self.look.caption)
        gap = metrics.horizontalAdvance(SEPARATOR)
        left, top = 0.0, 0.0
        for number, metric in enumerate(self._metrics):
            wide = min(metrics.horizontalAdvance(metric.text), width)
            if left and left + wide > width:
                left, top = 0.0, top + self.look.caption_line + 2
            rect = self.mirrored(QRectF(left, top, wide, self._row))
            label = f"{metric.text}. {metric.tooltip}"
            self._spots.append(Spot(f"metric:{number}", rect, label, metric.tooltip, text=metric.text))
            left += wide + gap
        return left, top

    def spots(self, top: float, bottom: float) -> Iterator[Spot]:
        return iter(self._spots)

    def paint(self, brush: Brush, x: float, y: float, chosen: tuple[Position, Position] | None) -> None:
        before: Spot | None = None
        for spot in self._spots:
            if spot.text:
                self._paint_metric(brush, spot, before, x, y)
                before = spot
            elif brush.active:
                self.paint_ring(brush, spot, x, y)
                name = "check" if spot.id == self.copied else spot.icon
                role = "good" if spot.id == self.copied else "text" if spot.id == brush.hot else "muted"
                self.draw_icon(brush.painter, spot.rect.translated(x, y), name, role)

    def _paint_metric(self, brush: Brush, spot: Spot, before: Spot | None, x: float, y: float) -> None:
        look, painter = self.look, brush.painter
        colour = look.muted
        if spot.id == brush.hot:
            colour = look.text
        if spot.id == self.copied:
            colour = QColor(look.tokens.good)
        rect = spot.rect.translated(x, y)
        self.say(painter, rect, spot.text, look.caption, colour)
        if spot.id == brush.focused:
            self.paint_ring(brush, spot.moved(0, 0), x, y, 4)
        if before is not None and before.rect.top() == spot.rect.top():
            middle = (before.rect.right() + spot.rect.left()) / 2
            if self.rtl:
                middle = (spot.rect.right() + before.rect.left()) / 2
            painter.setPen(look.muted)
            painter.drawText(
                QPointF(
                    x + middle - 2, y + spot.rect.center().y() + QFontMetricsF(look.caption).ascent() / 2 - 1
                ),
                "·",
            )
