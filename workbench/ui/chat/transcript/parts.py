"""The parts a message is made of, from top to bottom: label, reasoning, text, tool calls, note, trouble, foot.

A part knows its height for a width, paints itself, and names its spots: the places that do something. What they do is
the view's business. Everything is placed from left to right and mirrored as a whole for a right-to-left window.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from workbench.ui.chat.transcript.boxes import TextBlock
from workbench.ui.chat.transcript.codebox import CodeBox
from workbench.ui.chat.transcript.flow import Flow, Position
from workbench.ui.chat.transcript.look import Look
from workbench.ui.chat.transcript.words import Words
from workbench.ui.support import icons
from workbench.ui.support.markdown.direction import runs_rtl
from workbench.ui.support.markdown.inline import InlineText
from workbench.ui.support.theme import CARD_RADIUS, ICON, INSIDE, RADIUS, RELATED

ACTION = 24
LABEL_BELOW = 4


@dataclass(frozen=True, slots=True)
class Spot:
    """A place that does something. id: unique in its message. rect: in the part, then in the message, then the viewport.

    label: its accessible name. tip: shown on hover. text, icon: what is painted.
    """

    id: str
    rect: QRectF
    label: str
    tip: str = ""
    text: str = ""
    icon: str = ""

    def moved(self, dx: float, dy: float) -> Spot:
        return Spot(self.id, self.rect.translated(dx, dy), self.label, self.tip, self.text, self.icon)


@dataclass(frozen=True, slots=True)
class Brush:
    """What painting needs beside the place. active: the message is hovered or has the focus, so its actions show.

    hot, focused: ids of the spot under the mouse and of the one with the keyboard focus.
    """

    painter: QPainter
    clip: QRectF
    active: bool = False
    hot: str = ""
    focused: str = ""


class Part:
    height: float = 0.0
    above: int = 0
    """Empty pixels between the part before and this one."""
    flow: Flow | None = None
    """The text that can be selected in this part, if any; it stands at flow_at."""

    def __init__(self, look: Look, words: Words, rtl: bool) -> None:
        self.look, self.words, self.rtl = look, words, rtl
        self.width = 0.0
        self.flow_at = QPointF(0, 0)

    def set_width(self, width: float) -> None:
        self.width = width

    @property
    def text_left(self) -> float:
        """Where the flow begins, from the left."""
        return self.flow_at.x()

    def settle(self) -> None:
        """Take over the height of the flow after it changed."""

    def paint(self, brush: Brush, x: float, y: float, chosen: tuple[Position, Position] | None) -> None:
        raise NotImplementedError

    def spots(self, top: float, bottom: float) -> Iterator[Spot]:
        """The spots between two heights of the part."""
        return iter(())

    # -- helpers of painting

    def mirrored(self, rect: QRectF) -> QRectF:
        """rect as it is placed in a right-to-left window."""
        if not self.rtl:
            return rect
        return QRectF(self.width - rect.right(), rect.top(), rect.width(), rect.height())

    def say(
        self, painter: QPainter, rect: QRectF, text: str, font: QFont, colour: QColor, middle: bool = False
    ) -> None:
        """One line of the window's own words, at the leading edge of rect."""
        painter.setFont(font)
        painter.setPen(colour)
        side = Qt.AlignmentFlag.AlignRight if self.rtl else Qt.AlignmentFlag.AlignLeft
        if middle:
            side = Qt.AlignmentFlag.AlignHCenter
        flags = side | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute
        elided = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, rect.width() + 1)
        own = Qt.LayoutDirection.RightToLeft if runs_rtl(text) else Qt.LayoutDirection.LeftToRight
        painter.setLayoutDirection(own)
        painter.drawText(rect, flags, elided)
        painter.setLayoutDirection(Qt.LayoutDirection.LeftToRight)

    def draw_icon(self, painter: QPainter, rect: QRectF, name: str, role: str) -> None:
        spot = QPointF(rect.center().x() - ICON / 2, rect.center().y() - ICON / 2)
        painter.drawPixmap(spot, icons.pixmap(self.look.theme, name, role, ICON))

    def paint_ring(self, brush: Brush, spot: Spot, x: float, y: float, radius: float = RADIUS) -> None:
        """The ground of a spot under the mouse and the ring of one with the focus."""
        rect = spot.rect.translated(x, y)
        if spot.id == brush.hot:
            brush.painter.setPen(Qt.PenStyle.NoPen)
            brush.painter.setBrush(self.look.hover)
            brush.painter.drawRoundedRect(rect, radius, radius)
        if spot.id == brush.focused:
            paint_focus(brush.painter, self.look, rect, radius)


def paint_focus(painter: QPainter, look: Look, rect: QRectF, radius: float = RADIUS) -> None:
    painter.setPen(QPen(look.accent, 2))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(rect.adjusted(-1, -1, 1, 1), radius, radius)


class LabelPart(Part):
    """Who speaks."""

    def __init__(self, look: Look, words: Words, rtl: bool, text: str) -> None:
        super().__init__(look, words, rtl)
        self._text = text
        self.height = look.caption_line + LABEL_BELOW

    def paint(self, brush: Brush, x: float, y: float, chosen: tuple[Position, Position] | None) -> None:
        rect = QRectF(x, y, self.width, self.look.caption_line)
        self.say(brush.painter, rect, self._text, self.look.caption_strong, self.look.muted)


class TextPart(Part):
    """The text of a message; a card where a person wrote it."""

    def __init__(self, look: Look, words: Words, rtl: bool, flow: Flow, card: bool) -> None:
        super().__init__(look, words, rtl)
        self.flow = flow
        self._card = card
        self.streaming = False
        if card:
            self.flow_at = QPointF(RELATED, RELATED - 2)

    def set_width(self, width: float) -> None:
        super().set_width(width)
        assert self.flow is not None
        self.flow.set_width(width - 2 * self.flow_at.x())
        self.settle()

    def settle(self) -> None:
        assert self.flow is not None
        self.height = self.flow.height + 2 * self.flow_at.y()

    def paint(self, brush: Brush, x: float, y: float, chosen: tuple[Position, Position] | None) -> None:
        assert self.flow is not None
        painter, look = brush.painter, self.look
        if self._card:
            painter.setPen(look.line_pen)
            painter.setBrush(look.raised if look.theme.dark else look.surface)
            painter.drawRoundedRect(
                QRectF(x + 0.5, y + 0.5, self.width - 1, self.height - 1), CARD_RADIUS, CARD_RADIUS
            )
        left, top = x + self.flow_at.x(), y + self.flow_at.y()
        self.flow.paint(painter, left, top, brush.clip, chosen)
        if self.streaming:
            self._paint_caret(painter, left, top)
        for spot in self.spots(brush.clip.top() - y, brush.clip.bottom() - y):
            if spot.id in (brush.hot, brush.focused):
                self._paint_code_spot(brush, spot, x, y)

    def _paint_caret(self, painter: QPainter, x: float, y: float) -> None:
        """A still mark where the next words will stand."""
        assert self.flow is not None
        place = self.flow.caret_place()
        if place is not None:
            bar = QRectF(x + place.left() + 2, y + place.top() + 2, 6, place.height() - 4)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self.look.accent)
            painter.drawRoundedRect(bar, 2, 2)

    def _paint_code_spot(self, brush: Brush, spot: Spot, x: float, y: float) -> None:
        self.paint_ring(brush, spot, x, y)
        self.draw_icon(brush.painter, spot.rect.translated(x, y), spot.icon, "text")

    def spots(self, top: float, bottom: float) -> Iterator[Spot]:
        """The copy buttons of the code blocks that are there."""
        assert self.flow is not None
        above = self.flow_at.y()
        for index, box in self.flow.boxes_between(top - above, bottom - above):
            if isinstance(box, CodeBox):
                rect = box.copy_spot().translated(
                    self.flow_at.x() + self.flow.left(index), above + self.flow.top(index)
                )
                words = self.words.copy_code()
                icon = "check" if box.shows_copied else "copy"
                yield Spot(f"code:{index}", rect, words, words, icon=icon)


class ReasoningPart(Part):
    """A row that unfolds what the model thought."""

    def __init__(self, look: Look, words: Words, rtl: bool, flow: Flow) -> None:
        super().__init__(look, words, rtl)
        self.flow = flow
        self.title = ""
        self.unfolded = False
        self._row = look.px(ACTION)
        self.flow_at = QPointF(RELATED, self._row + 4)

    def set_width(self, width: float) -> None:
        super().set_width(width)
        assert self.flow is not None
        self.flow.set_width(width - self.flow_at.x())
        self.settle()

    def settle(self) -> None:
        assert self.flow is not None
        inner = self.flow.height + 8 if self.unfolded else 0
        self.height = self._row + inner + INSIDE

    def spots(self, top: float, bottom: float) -> Iterator[Spot]:
        metrics = QFontMetricsF(self.look.caption)
        wide = min(metrics.horizontalAdvance(self.title) + ICON + 16, self.width)
        rect = self.mirrored(QRectF(-4, 0, wide, self._row))
        yield Spot("reasoning", rect, self.title, text=self.title)

    def paint(self, brush: Brush, x: float, y: float, chosen: tuple[Position, Position] | None) -> None:
        painter = brush.painter
        (spot,) = self.spots(0, 0)
        self.paint_ring(brush, spot, x, y)
        folded = "chevron-left" if self.rtl else "chevron-right"
        icon = self.mirrored(QRectF(-2, 0, ICON, self._row)).translated(x, y)
        self.draw_icon(painter, icon, "chevron-down" if self.unfolded else folded, "muted")
        room = self.mirrored(QRectF(ICON + 4, 0, self.width - ICON - 4, self._row)).translated(x, y)
        self.say(painter, room, self.title, self.look.caption, self.look.muted)
        if self.unfolded and self.flow is not None:
            bar = self.mirrored(QRectF(2, self.flow_at.y(), 2, self.flow.height)).translated(x, y)
            painter.fillRect(bar, self.look.line)
            left = x + self.text_left
            self.flow.paint(painter, left, y + self.flow_at.y(), brush.clip, chosen)

    @property
    def text_left(self) -> float:
        return 0.0 if self.rtl else self.flow_at.x()


class LinePart(Part):
    """One muted line with an icon: a state ("Stopped"), or that something is awaited."""

    def __init__(self, look: Look, words: Words, rtl: bool, icon: str, text: str) -> None:
        super().__init__(look, words, rtl)
        self._icon = icon
        self.text = text
        self.height = look.px(ACTION)

    def paint(self, brush: Brush, x: float, y: float, chosen: tuple[Position, Position] | None) -> None:
        icon = self.mirrored(QRectF(0, 0, ICON, self.height)).translated(x, y)
        self.draw_icon(brush.painter, icon, self._icon, "muted")
        room = self.mirrored(QRectF(ICON + 6, 0, self.width - ICON - 6, self.height)).translated(x, y)
        self.say(brush.painter, room, self.text, self.look.caption, self.look.muted)


class FoldPart(Part):
    """What is left of an answer that another one replaced: a line that shows it again."""

    def __init__(self, look: Look, words: Words, rtl: bool, text: str, unfolded: bool) -> None:
        super().__init__(look, words, rtl)
        self._text = text
        self._button = words.hide() if unfolded else words.show()
        self.height = look.px(ACTION)

    def spots(self, top: float, bottom: float) -> Iterator[Spot]:
        metrics = QFontMetricsF(self.look.caption)
        left = ICON + 6 + metrics.horizontalAdvance(self._text) + 8
        wide = metrics.horizontalAdvance(self._button) + 12
        left = min(left, self.width - wide)
        label = f"{self._text}: {self._button}"
        yield Spot("fold", self.mirrored(QRectF(left, 2, wide, self.height - 4)), label, text=self._button)

    def paint(self, brush: Brush, x: float, y: float, chosen: tuple[Position, Position] | None) -> None:
        painter, look = brush.painter, self.look
        (spot,) = self.spots(0, 0)
        icon = self.mirrored(QRectF(0, 0, ICON, self.height)).translated(x, y)
        self.draw_icon(painter, icon, "history", "muted")
        wide = self.width - ICON - 6 - spot.rect.width()
        room = self.mirrored(QRectF(ICON + 6, 0, wide, self.height)).translated(x, y)
        self.say(painter, room, self._text, look.caption, look.muted)
        self.paint_ring(brush, spot, x, y)
        self.say(painter, spot.rect.translated(x, y), spot.text, look.caption, look.accent, middle=True)


def words_block(look: Look, text: str, font: QFont, rtl: bool) -> TextBlock:
    """A wrapped sentence of a card, in its own direction."""
    own = runs_rtl(text)
    block = TextBlock(
        look, InlineText(text, (), own), font, look.line_height(font), rtl if own is None else own
    )
    block.prepare(False)
    return block
