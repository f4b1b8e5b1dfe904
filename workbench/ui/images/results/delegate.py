"""How a result is drawn: a card with its words below, or a cell of a grid."""

from __future__ import annotations

from enum import Enum, auto
from typing import Protocol

from PySide6.QtCore import QObject, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from workbench.domain.models import short_name
from workbench.ui.images.results import words
from workbench.ui.images.results.items import Index
from workbench.ui.images.results.model import ResultsModel
from workbench.ui.images.results.pictures import Pictures
from workbench.ui.images.results.result import Phase, Result
from workbench.ui.images.results.states import States
from workbench.ui.support.icons import pixmap
from workbench.ui.support.theme import BODY, CAPTION, GRID, ICON, INSIDE, RADIUS, SEMIBOLD, Theme

GAP = 6
"""Around each item, so that twice as much lies between two."""
_CORNER = 24
_CALM = frozenset({Phase.DONE, Phase.COMING, Phase.GONE})
"""Nothing can be done about the call of these."""


class Act(Enum):
    """What a painted button does."""

    CANCEL = auto()
    RETRY = auto()
    DETAILS = auto()


class Shown(Protocol):
    """The items as they are painted: asked directly, for a detour through Qt takes longer than painting."""

    def shown(self, row: int, column: int) -> tuple[Result | None, int]: ...


class ResultDelegate(QStyledItemDelegate):
    """captions: words below the picture. hovered: the item under the pointer, which shows its buttons. size: of every item."""

    def __init__(
        self,
        theme: Theme,
        model: ResultsModel,
        items: Shown,
        pictures: Pictures,
        *,
        captions: bool,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._model = model
        self._items = items
        self._pictures = pictures
        self._states = States(theme)
        self.captions = captions
        self.size = QSize(160, 160)
        self.hovered: Index | None = None
        self.gap = GAP if captions else 2

    @property
    def caption_height(self) -> int:
        if not self.captions:
            return 0
        return (
            QFontMetrics(self._theme.font(BODY)).height()
            + QFontMetrics(self._theme.font(CAPTION)).height()
            + INSIDE
        )

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return self.size

    def acts(self, result: Result, item: QRect, direction: Qt.LayoutDirection) -> dict[Act, QRect]:
        """Where the painted buttons of a result lie within its item."""
        box = self._box(item)
        if result.phase in (Phase.WAITING, Phase.HELD, Phase.RUNNING):
            return {Act.CANCEL: self._corner(box, direction)}
        if result.phase not in (Phase.FAILED, Phase.CANCELLED):
            return {}
        if not self._states.roomy(box.size()):
            return {Act.RETRY: self._corner(box, direction)}
        height = self._theme.px(24)
        names = self._names(result)
        metrics = QFontMetrics(self._theme.font(CAPTION + 1, SEMIBOLD))
        widths = {act: metrics.horizontalAdvance(name) + 2 * INSIDE for act, name in names.items()}
        x = box.center().x() - (sum(widths.values()) + GRID * (len(widths) - 1)) // 2
        places = {}
        for act, width in widths.items():
            place = QRect(x, box.bottom() - height - INSIDE, width, height)
            places[act] = QStyle.visualRect(direction, box, place)
            x += width + GRID
        return places

    def act_at(self, result: Result, item: QRect, direction: Qt.LayoutDirection, pos: QPoint) -> Act | None:
        return next(
            (act for act, place in self.acts(result, item, direction).items() if place.contains(pos)), None
        )

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        result, more = self._items.shown(index.row(), index.column())
        state = option.state
        selected = bool(state & QStyle.StateFlag.State_Selected)
        focused = bool(state & QStyle.StateFlag.State_HasFocus)
        near = focused or (self.hovered is not None and self.hovered == index)
        box = self._box(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if result is None:
            self._draw_missing(painter, box)
        else:
            self._draw_box(painter, box, result)
            if self.captions:
                self._draw_caption(painter, option, box, result)
            if result.phase not in _CALM and (near or self.captions or self._states.roomy(box.size())):
                self._draw_acts(painter, option, result, near)
            if more:
                self._draw_more(painter, option, box, more)
        if selected or focused:
            self._draw_ring(painter, option, box, selected, focused)
        painter.restore()

    def _box(self, item: QRect) -> QRect:
        return item.adjusted(self.gap, self.gap, -self.gap, -self.gap - self.caption_height)

    def _corner(self, box: QRect, direction: Qt.LayoutDirection) -> QRect:
        side = min(_CORNER, box.width() // 2)
        place = QRect(box.right() - side - 1, box.top() + 2, side, side)
        return QStyle.visualRect(direction, box, place)

    def _names(self, result: Result) -> dict[Act, str]:
        names = {Act.RETRY: self.tr("Retry")}
        if result.job.exchange_id:
            names[Act.DETAILS] = self.tr("Details")
        return names

    # the picture, or what stands in its place

    def _draw_box(self, painter: QPainter, box: QRect, result: Result) -> None:
        dpr = painter.device().devicePixelRatioF()
        picture, unreadable = None, ""
        if result.image is not None:
            picture = self._pictures.fitted(result.image.digest, box.size(), dpr)
            if picture is None and self._pictures.broken(result.image.digest):
                unreadable = self.tr("The file cannot be read")
        if picture is not None:
            size = picture.deviceIndependentSize().toSize()
            if abs(size.width() - box.width()) > 1 or abs(size.height() - box.height()) > 1:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(self._theme.tokens.surface))
                painter.drawRoundedRect(QRectF(box), RADIUS, RADIUS)
            left, top = (box.width() - size.width()) // 2, (box.height() - size.height()) // 2
            painter.drawPixmap(box.left() + left, box.top() + top, picture)
        elif result.image is not None and not unreadable:  # its thumbnail is being decoded
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self._theme.tokens.surface))
            painter.drawRoundedRect(QRectF(box), RADIUS, RADIUS)
        else:
            now, paused = self._model.clock(), self._model.paused
            state = self._states.picture(result, box.size(), dpr, now, paused=paused, unreadable=unreadable)
            painter.drawPixmap(box.topLeft(), state)

    def _draw_missing(self, painter: QPainter, box: QRect) -> None:
        """A cell that no call was made for."""
        painter.setPen(QPen(QColor(self._theme.tokens.line), 1, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)

    # what lies around it

    def _draw_caption(
        self, painter: QPainter, option: QStyleOptionViewItem, box: QRect, result: Result
    ) -> None:
        """The model with its seed, and below it size, cost and time; less where there is no room for all."""
        theme, tokens = self._theme, self._theme.tokens
        body, small = theme.font(BODY), theme.font(CAPTION)
        top = QRect(box.left() + 2, box.bottom() + GRID, box.width() - 4, QFontMetrics(body).height())
        below = QRect(top.left(), top.bottom(), top.width(), QFontMetrics(small).height() + 2)
        model, number = short_name(result.job.model), words.seed(result)
        room = top.width() - QFontMetrics(body).horizontalAdvance(model) - INSIDE
        seeds = (self.tr("seed {0}").format(number), number) if number else ()
        seed = next((one for one in seeds if QFontMetrics(small).horizontalAdvance(one) <= room), "")
        used = QFontMetrics(small).horizontalAdvance(seed) + INSIDE if seed else 0
        name = QRect(top.left(), top.top(), max(0, top.width() - used), top.height())
        painter.setFont(body)
        painter.setPen(QColor(tokens.text))
        self._draw_line(painter, option, QStyle.visualRect(option.direction, top, name), model)
        painter.setFont(small)
        painter.setPen(QColor(tokens.muted))
        self._draw_line(painter, option, top, seed, at_end=True)
        facts = " · ".join(words.metrics(result))
        if QFontMetrics(small).horizontalAdvance(facts) > below.width():
            facts = " · ".join(words.metrics(result)[1:])  # the size is that of most others too
        self._draw_line(painter, option, below, facts)

    def _draw_line(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        box: QRect,
        text: str,
        *,
        at_end: bool = False,
    ) -> None:
        side = Qt.AlignmentFlag.AlignRight if at_end else Qt.AlignmentFlag.AlignLeft
        align = QStyle.visualAlignment(option.direction, side | Qt.AlignmentFlag.AlignVCenter)
        elided = QFontMetrics(painter.font()).elidedText(text, Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(box, int(align), elided)

    def _draw_acts(self, painter: QPainter, option: QStyleOptionViewItem, result: Result, near: bool) -> None:
        theme, tokens = self._theme, self._theme.tokens
        names = self._names(result)
        for act, place in self.acts(result, option.rect, option.direction).items():
            corner = place.width() <= _CORNER
            always = self.captions and result.phase is Phase.RUNNING
            if corner and not (near or always):
                continue
            painter.setPen(QPen(QColor(tokens.line), 1))
            painter.setBrush(QColor(tokens.raised))
            painter.drawRoundedRect(QRectF(place).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
            if corner:
                icon = "x" if act is Act.CANCEL else "rotate-ccw"
                side = min(ICON, place.width() - 4)
                at = place.center() - QPoint(side // 2 - 1, side // 2 - 1)
                painter.drawPixmap(at, pixmap(theme, icon, "text", side))
            else:
                painter.setFont(theme.font(CAPTION + 1, SEMIBOLD))
                painter.setPen(QColor(tokens.text))
                painter.drawText(place, int(Qt.AlignmentFlag.AlignCenter), names[act])

    def _draw_more(self, painter: QPainter, option: QStyleOptionViewItem, box: QRect, more: int) -> None:
        """The call brought more pictures than the cell shows."""
        theme, tokens = self._theme, self._theme.tokens
        text = f"+{more}"
        painter.setFont(theme.font(CAPTION, SEMIBOLD))
        metrics = QFontMetrics(painter.font())
        place = QRect(
            box.left() + GRID,
            box.top() + GRID,
            metrics.horizontalAdvance(text) + INSIDE,
            metrics.height() + 2,
        )
        place = QStyle.visualRect(option.direction, box, place)
        painter.setPen(QPen(QColor(tokens.line), 1))
        painter.setBrush(QColor(tokens.raised))
        painter.drawRoundedRect(QRectF(place), 4, 4)
        painter.setPen(QColor(tokens.text))
        painter.drawText(place, int(Qt.AlignmentFlag.AlignCenter), text)

    def _draw_ring(
        self, painter: QPainter, option: QStyleOptionViewItem, box: QRect, selected: bool, focused: bool
    ) -> None:
        """Selected: a ring in the accent; current with the keyboard in the view: a second, thinner one around it."""
        view = option.widget if isinstance(option.widget, QWidget) else None
        painter.setBrush(Qt.BrushStyle.NoBrush)
        accent = QColor(self._theme.tokens.accent)
        if selected:
            painter.setPen(QPen(accent, 2))
            painter.drawRoundedRect(QRectF(box), RADIUS, RADIUS)
        if focused and view is not None and view.hasFocus():
            painter.setPen(QPen(accent, 1, Qt.PenStyle.SolidLine if selected else Qt.PenStyle.DotLine))
            out = 3 if self.captions else 1.5
            painter.drawRoundedRect(QRectF(box).adjusted(-out, -out, out, out), RADIUS + 2, RADIUS + 2)
