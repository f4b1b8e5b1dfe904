"""Rankings side by side: who is where in each, and lines that follow a text from one to the next."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPolygonF,
    QTextOption,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from workbench.domain.embeddings.likeness import Neighbour
from workbench.domain.embeddings.texts import TextRow
from workbench.ui.embeddings.neighbours.model import Ranking
from workbench.ui.embeddings.numbers import number
from workbench.ui.support.spot_tips import tip_shown
from workbench.ui.support.theme import BODY, CAPTION, GRID, INSIDE, PADDING, SEMIBOLD, Theme, follow

ROW = 52
"""Two lines of a text and its score."""
_GAP = 56
_LEAST = 200
_RANK = 22


class Board(QWidget):
    """Signals: pointed (row of the set), followed (the same, to look around from it)."""

    pointed = Signal(int)
    followed = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._rankings: tuple[Ranking, ...] = ()
        self._rows: Sequence[TextRow] = ()
        self._colours: Mapping[str, QColor] = {}
        self._cell = (0, 0)
        self._hovered: int | None = None
        self._least = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self.setAccessibleName(self.tr("Nearest texts by model"))
        follow(self, theme, self.updateGeometry)

    def show_rankings(
        self, rankings: tuple[Ranking, ...], rows: Sequence[TextRow], colours: Mapping[str, QColor]
    ) -> None:
        """colours: of labels."""
        self._rankings, self._rows, self._colours = rankings, rows, colours
        self._move_to(*self._cell, tell=False)
        self.updateGeometry()
        self.update()

    # sizes: columns of equal width, in the reading direction

    def sizeHint(self) -> QSize:
        return self.minimumSizeHint()

    def minimumSizeHint(self) -> QSize:
        theme, many = self._theme, max(1, len(self._rankings))
        longest = max((len(_found(ranking)) for ranking in self._rankings), default=0)
        wide = many * theme.px(_LEAST) + (many - 1) * theme.px(_GAP) + 2 * PADDING
        return QSize(wide, max(longest * theme.px(ROW), self._least) + PADDING)

    def set_least(self, height: int) -> None:
        """Room for what else stands in the place of rankings."""
        if height != self._least:
            self._least = height
            self.updateGeometry()

    def left_of(self, place: int) -> int:
        """Where a ranking begins, for the head above it."""
        return self._field(place).left()

    @property
    def width_of(self) -> int:
        """Of a ranking."""
        many = max(1, len(self._rankings))
        return (self.width() - 2 * PADDING - (many - 1) * self._theme.px(_GAP)) // many

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for place in range(len(self._rankings) - 1):
            self._paint_lines(painter, place)
        for place, ranking in enumerate(self._rankings):
            self._paint_ranking(painter, place, ranking)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        place, rank = self._cell
        back = Qt.Key.Key_Right if self._mirrored else Qt.Key.Key_Left
        on = Qt.Key.Key_Left if self._mirrored else Qt.Key.Key_Right
        moves = {
            Qt.Key.Key_Up: (place, rank - 1),
            Qt.Key.Key_Down: (place, rank + 1),
            Qt.Key.Key_Home: (place, 0),
            Qt.Key.Key_End: (place, 10_000),
            back: (place - 1, rank),
            on: (place + 1, rank),
        }
        key = Qt.Key(event.key())
        if key in moves:
            self._move_to(*moves[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and (row := self._current()) is not None:
            self.followed.emit(row)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and (cell := self._at(event.position().toPoint())):
            self._move_to(*cell)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._at(event.position().toPoint()) and (row := self._current()) is not None:
            self.followed.emit(row)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        cell = self._at(event.position().toPoint())
        self._hover(self._row_at(*cell) if cell else None)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hover(None)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def event(self, event: QEvent) -> bool:
        return tip_shown(self, event, self._tip) or super().event(event)

    # inside

    def _tip(self, place: QPoint) -> str:
        cell = self._at(place)
        return self._said(*cell) if cell else ""

    @property
    def _mirrored(self) -> bool:
        return self.layoutDirection() is Qt.LayoutDirection.RightToLeft

    def _field(self, place: int) -> QRect:
        wide = self.width_of
        left = PADDING + place * (wide + self._theme.px(_GAP))
        if self._mirrored:
            left = self.width() - left - wide
        return QRect(left, 0, wide, self.height())

    def _cell_rect(self, place: int, rank: int) -> QRect:
        field, high = self._field(place), self._theme.px(ROW)
        return QRect(field.left(), rank * high, field.width(), high - GRID)

    def _paint_ranking(self, painter: QPainter, place: int, ranking: Ranking) -> None:
        found = _found(ranking)
        if not found:
            return
        scores = [each.score for each in found]
        least, most = min(scores), max(scores)
        closest = scores[0]
        for rank, each in enumerate(found):
            span = most - least
            share = 1.0 if span <= 0 else 1 - 0.9 * abs(each.score - closest) / span
            self._paint_cell(painter, self._cell_rect(place, rank), rank, each.row, each.score, share, place)

    def _paint_cell(
        self, painter: QPainter, cell: QRect, rank: int, row: int, score: float, share: float, place: int
    ) -> None:
        theme, tokens, text = self._theme, self._theme.tokens, self._rows[row]
        chosen = self._current() == row
        ground = theme.tint() if chosen else theme.hover() if self._hovered == row else tokens.surface
        painter.setPen(QPen(QColor(tokens.line), 1))
        if self.hasFocus() and self._cell == (place, rank):
            painter.setPen(QPen(QColor(tokens.accent), 1.5))
        painter.setBrush(QColor(ground))
        painter.drawRoundedRect(QRectF(cell).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        mark, inner = self._split(cell)
        painter.setFont(theme.font(CAPTION, SEMIBOLD))
        painter.setPen(QColor(tokens.muted))
        moved = self._moved(place, rank)
        if moved:
            high = painter.fontMetrics().height()
            upper, lower = QRect(mark), QRect(mark)
            upper.setHeight(mark.height() // 2 + high // 2 - 4)
            lower.setTop(mark.top() + mark.height() // 2 - 2)
            painter.drawText(upper, Qt.AlignmentFlag.AlignCenter, str(rank + 1))
            painter.setPen(QColor(tokens.colour("good" if moved > 0 else "warn")))
            painter.setFont(theme.font(CAPTION))
            painter.drawText(lower, Qt.AlignmentFlag.AlignCenter, f"{'▲' if moved > 0 else '▼'}{abs(moved)}")
        else:
            painter.drawText(mark, Qt.AlignmentFlag.AlignCenter, str(rank + 1))
        if (colour := self._colours.get(text.label)) is not None:
            side = mark.right() - 2 if self._mirrored else mark.left()
            painter.fillRect(QRect(side, cell.top() + 8, 3, cell.height() - 16), colour)
        painter.setFont(theme.font(BODY))
        painter.setPen(QColor(tokens.text))
        line = " ".join(text.text.split())
        words = QRect(inner.left(), inner.top(), inner.width(), inner.height() - theme.px(14))
        from_right = begins_at_the_right(line)
        side = Qt.AlignmentFlag.AlignRight if from_right else Qt.AlignmentFlag.AlignLeft
        option = QTextOption(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute | side)
        option.setWrapMode(QTextOption.WrapMode.NoWrap)
        option.setTextDirection(
            Qt.LayoutDirection.RightToLeft if from_right else Qt.LayoutDirection.LeftToRight
        )
        shown = painter.fontMetrics().elidedText(line, Qt.TextElideMode.ElideRight, words.width())
        painter.drawText(QRectF(words), shown, option)
        self._paint_score(painter, inner, score, share, text.label)

    def _label_width(self, metrics: QFontMetrics) -> int:
        """Room for the longest label of all rankings, so that bars can be compared."""
        labels = {self._rows[each.row].label for ranking in self._rankings for each in _found(ranking)}
        longest = max((metrics.horizontalAdvance(label) for label in labels), default=0)
        return longest + 1 if longest else 0

    def _paint_score(self, painter: QPainter, inner: QRect, score: float, share: float, label: str) -> None:
        theme, tokens = self._theme, self._theme.tokens
        below = QRect(inner.left(), inner.bottom() - theme.px(14), inner.width(), theme.px(14))
        told = number(score, 4 if abs(score) < 1000 else 1)
        painter.setFont(theme.font(CAPTION))
        wide = painter.fontMetrics().horizontalAdvance(number(-0.1, 4)) + INSIDE
        figure = QRect(below.left(), below.top(), wide, below.height())
        metrics = painter.fontMetrics()
        named = min(self._label_width(metrics), (below.width() - wide) // 2)
        room = below.width() - wide - (named + INSIDE if named else 0)
        bar = QRect(below.left() + wide, below.center().y() - 2, max(0, room), 4)
        name = QRect(below.right() - named + 1, below.top(), named, below.height())
        if self._mirrored:
            figure.moveRight(below.right())
            bar.moveRight(below.right() - wide)
            name.moveLeft(below.left())
        painter.setPen(QColor(tokens.muted))
        painter.drawText(figure, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading, told)
        if named:
            shown = metrics.elidedText(label, Qt.TextElideMode.ElideRight, named)
            painter.drawText(name, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignTrailing, shown)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.line))
        painter.drawRoundedRect(bar, 2, 2)
        full = round(bar.width() * max(0.02, min(1.0, share)))
        filled = QRect(
            bar.right() - full + 1 if self._mirrored else bar.left(), bar.top(), full, bar.height()
        )
        painter.setBrush(QColor(tokens.accent))
        painter.drawRoundedRect(filled, 2, 2)

    def _paint_lines(self, painter: QPainter, place: int) -> None:
        """From each text to where the next ranking has it: level, risen or fallen; a stub where it is not found there."""
        here, there = _found(self._rankings[place]), _found(self._rankings[place + 1])
        ranks = {each.row: rank for rank, each in enumerate(there)}
        tokens = self._theme.tokens
        sign = -1 if self._mirrored else 1
        for rank, each in enumerate(here):
            cell = self._cell_rect(place, rank)
            start = QPointF(cell.left() if self._mirrored else cell.right() + 1, cell.center().y() + 0.5)
            lit = each.row in (self._hovered, self._current())
            if each.row not in ranks:
                painter.setPen(QPen(QColor(tokens.line), 1.5, Qt.PenStyle.DotLine))
                painter.drawLine(start, start + QPointF(sign * self._theme.px(_GAP) * 0.3, 0))
                continue
            other = ranks[each.row]
            target = self._cell_rect(place + 1, other)
            end = QPointF(target.right() + 1 if self._mirrored else target.left(), target.center().y() + 0.5)
            role = "muted" if other == rank else "good" if other < rank else "warn"
            colour = QColor(tokens.colour(role))
            colour.setAlphaF(1.0 if lit else 0.55)
            painter.setPen(QPen(colour, 2.5 if lit else 1.25))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            path, bend = QPainterPath(start), QPointF((end.x() - start.x()) / 2, 0)
            path.cubicTo(start + bend, end - bend, end)
            painter.drawPath(path)
            head = QPolygonF([end, end + QPointF(-sign * 7, -4), end + QPointF(-sign * 7, 4)])
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour)
            painter.drawPolygon(head)

    def _split(self, cell: QRect) -> tuple[QRect, QRect]:
        """The rank's place, and the text's beside it."""
        wide = self._theme.px(_RANK) + INSIDE
        mark = QRect(cell.left() + 3, cell.top(), wide, cell.height())
        inner = QRect(
            cell.left() + wide + 3, cell.top() + 5, cell.width() - wide - INSIDE - 3, cell.height() - 10
        )
        if self._mirrored:
            mark.moveRight(cell.right() - 3)
            inner.moveLeft(cell.left() + INSIDE)
        return mark, inner

    def _at(self, point: QPoint) -> tuple[int, int] | None:
        for place, ranking in enumerate(self._rankings):
            for rank in range(len(_found(ranking))):
                if self._cell_rect(place, rank).contains(point):
                    return place, rank
        return None

    def _row_at(self, place: int, rank: int) -> int | None:
        found = _found(self._rankings[place]) if 0 <= place < len(self._rankings) else ()
        return found[rank].row if 0 <= rank < len(found) else None

    def _moved(self, place: int, rank: int) -> int:
        """How many ranks higher a text is than in the ranking before this one; 0 where it is not in that."""
        row = self._row_at(place, rank)
        before = self._rankings[place - 1].found if place else None
        was = before.rank(row) if before is not None and row is not None else None
        return was - 1 - rank if was is not None else 0

    def _current(self) -> int | None:
        return self._row_at(*self._cell)

    def _move_to(self, place: int, rank: int, *, tell: bool = True) -> None:
        place = max(0, min(len(self._rankings) - 1, place))
        last = len(_found(self._rankings[place])) - 1 if self._rankings else 0
        self._cell = (place, max(0, min(last, rank)))
        if (row := self._current()) is not None:
            self.setAccessibleDescription(self._said(*self._cell))
            if tell:
                self.pointed.emit(row)
        self.update()

    def _hover(self, row: int | None) -> None:
        if row != self._hovered:
            self._hovered = row
            self.update()

    def _said(self, place: int, rank: int) -> str:
        ranking = self._rankings[place]
        found = _found(ranking)[rank]
        row = self._rows[found.row]
        head = self.tr("{0}: number {1}, {2}").format(ranking.title, rank + 1, number(found.score, 4))
        moved = [
            self.tr("{0}: number {1}").format(other.title, where)
            if (where := other.found.rank(found.row) if other.found is not None else None) is not None
            else self.tr("{0}: not among these").format(other.title)
            for other in self._rankings
            if other is not ranking and other.found is not None
        ]
        label = [self.tr("Label: {0}").format(row.label)] if row.label else []
        return "\n".join((head, *moved, *label, row.text[:400]))


def begins_at_the_right(text: str) -> bool:
    """As Unicode has it: by the first letter with a direction."""
    for letter in text:
        kind = unicodedata.bidirectional(letter)
        if kind in ("L", "R", "AL"):
            return kind != "L"
    return False


def _found(ranking: Ranking) -> tuple[Neighbour, ...]:
    return ranking.found.found if ranking.found is not None else ()
