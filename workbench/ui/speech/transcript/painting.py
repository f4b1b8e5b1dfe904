"""What is drawn behind, over and beside the text of a transcript. Only for blocks in view."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QTextBlock

from workbench.domain.speech.transcripts import Segment
from workbench.ui.speech.transcript.look import SURE
from workbench.ui.speech.transcript.words import clock
from workbench.ui.support.icons import pixmap
from workbench.ui.support.theme import GRID, INSIDE

if TYPE_CHECKING:
    from workbench.ui.speech.transcript.edit import TranscriptEdit

_WAVE, _LIFT = 3.0, 1.5


class Brush:
    def __init__(self, edit: TranscriptEdit) -> None:
        self._edit = edit

    def behind(self, painter: QPainter, area: QRectF) -> None:
        """Grounds of words: not sure, found, said now."""
        edit, model, look = self._edit, self._edit.model, self._edit.page.look
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        place = model.place
        for block, segment in edit.blocks_in(area):
            number = block.blockNumber()
            hits = model.finder.hits_in(segment.id)
            said = place.word if place is not None and place.segment == number else -1
            if model.shading or said >= 0:
                spans = edit.page.spans(block)
                for at in edit.words_in(block, spans, area):
                    word, span = segment.words[at], spans[at]
                    if at == said:
                        self._ground(painter, block, span, look.spoken)
                    elif model.shading and word.confidence is not None and word.confidence < SURE:
                        self._ground(painter, block, span, look.unsure(word.confidence), dotted=True)
            for hit in hits:
                stretch = edit.page.stretch(block, hit.start, hit.end)
                self._ground(painter, block, stretch, look.found)
                if hit == model.finder.hit:
                    self._frame(painter, block, stretch, look.find)

    def over(self, painter: QPainter, area: QRectF) -> None:
        """Times, speakers, seams, and what is doubtful."""
        edit, model = self._edit, self._edit.model
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for block, segment in edit.blocks_in(area):
            self._time(painter, block, segment)
            if edit.page.has_header(block.blockNumber()):
                self._speaker(painter, block, segment)
            for mark in edit.marks_of(segment.id):
                spans = edit.page.spans(block)[mark.first : mark.last]
                if spans and mark.underlined:
                    self._wave(painter, block, (spans[0][0], spans[-1][1]))
            if edit.marks_of(segment.id):
                box = edit.mark_rect(block)
                painter.drawPixmap(
                    box.topLeft(), pixmap(edit.theme, "triangle-alert", "warn", round(box.width()))
                )
            for seconds in edit.seams_at(block.blockNumber()):
                self._seam(painter, block, segment, seconds)
        if model.place is not None:
            self._bar(painter, edit.page.block_numbered(model.place.segment))

    def _ground(
        self,
        painter: QPainter,
        block: QTextBlock,
        span: tuple[int, int],
        colour: QColor,
        dotted: bool = False,
    ) -> None:
        look = self._edit.page.look
        painter.setBrush(colour)
        painter.setPen(Qt.PenStyle.NoPen)
        for rect in self._edit.rects(block, *span):
            painter.drawRoundedRect(rect.adjusted(-1.5, -_LIFT, 1.5, _LIFT), 3, 3)
            if dotted:
                painter.setPen(QPen(look.warn, 1, Qt.PenStyle.DotLine))
                y = round(rect.bottom()) + 0.5
                painter.drawLine(QPointF(rect.left(), y), QPointF(rect.right(), y))
                painter.setPen(Qt.PenStyle.NoPen)

    def _frame(self, painter: QPainter, block: QTextBlock, span: tuple[int, int], colour: QColor) -> None:
        painter.setPen(QPen(colour, 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for rect in self._edit.rects(block, *span):
            painter.drawRoundedRect(rect.adjusted(-2, -2, 2, 2), 3, 3)

    def _time(self, painter: QPainter, block: QTextBlock, segment: Segment) -> None:
        edit, look = self._edit, self._edit.page.look
        painter.setFont(look.caption)
        painter.setPen(look.muted)
        side = Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(edit.time_rect(block), int(side), clock(segment.start))

    def _speaker(self, painter: QPainter, block: QTextBlock, segment: Segment) -> None:
        edit, look = self._edit, self._edit.page.look
        box = edit.header_rect(block)
        speakers = edit.speakers
        colour = look.speaker(speakers.index(segment.speaker) if segment.speaker in speakers else 0)
        size = float(GRID * 2)
        left = box.right() - size if edit.page.mirrored else box.left()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawEllipse(QRectF(left, box.center().y() - size / 2, size, size))
        painter.setPen(look.text)
        painter.setFont(look.strong)
        text = (
            box.adjusted(0, 0, -size - INSIDE, 0)
            if edit.page.mirrored
            else box.adjusted(size + INSIDE, 0, 0, 0)
        )
        side = Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(text, int(side), segment.speaker)

    def _wave(self, painter: QPainter, block: QTextBlock, span: tuple[int, int]) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(self._edit.page.look.warn, 1.2))
        for rect in self._edit.rects(block, *span):
            y, x, up = rect.bottom() + 1.5, rect.left(), True
            points = []
            while x < rect.right():
                points.append(QPointF(x, y + (0 if up else _WAVE - 1)))
                x, up = x + _WAVE, not up
            painter.drawPolyline(points)

    def _seam(self, painter: QPainter, block: QTextBlock, segment: Segment, seconds: float) -> None:
        """Above the segment, or before the word that the next part begins with."""
        edit, look = self._edit, self._edit.page.look
        painter.setPen(QPen(look.edge, 1, Qt.PenStyle.DashLine))
        if seconds <= segment.start:
            y = round(edit.seam_y(block)) + 0.5
            left, right = edit.text_sides()
            painter.drawLine(QPointF(left, y), QPointF(right, y))
            return
        at = next((at for at, word in enumerate(segment.words) if word.start >= seconds - 1e-6), None)
        if at is None:
            return
        span = edit.page.spans(block)[at]
        for rect in edit.rects(block, *span)[:1]:
            rtl = block.textDirection() == Qt.LayoutDirection.RightToLeft
            x = round(rect.right() + 2 if rtl else rect.left() - 2) + 0.5
            painter.drawLine(QPointF(x, rect.top() - 3), QPointF(x, rect.bottom() + 3))

    def _bar(self, painter: QPainter, block: QTextBlock) -> None:
        """Beside the segment that is said."""
        if not block.isValid():
            return
        edit = self._edit
        box = edit.block_rect(block)
        left, right = edit.text_sides()
        x = right + GRID if edit.page.mirrored else left - INSIDE
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(edit.page.look.accent)
        painter.drawRoundedRect(QRectF(x - 1, box.top() - 1, 2.5, box.height() + 2), 1, 1)
