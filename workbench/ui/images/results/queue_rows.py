"""How a row of the queue is drawn: an icon, what sets it apart, the prompt, and the state in a word."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPainterPath
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from workbench.domain.images.jobs import ImageJob
from workbench.domain.models import short_name
from workbench.ui.images.results import words
from workbench.ui.images.results.queue_model import JOB, QueueModel
from workbench.ui.images.results.result import Phase, Result
from workbench.ui.support.icons import pixmap
from workbench.ui.support.theme import BODY, CAPTION, GRID, ICON, INSIDE, RADIUS, ROW, Theme

Index = QModelIndex | QPersistentModelIndex
_BUTTON = 24
_MODEL_FROM, _PROMPT_FROM = 460, 32
_SLACK = 4
"""Tabular figures are set wider than they measure."""


class QueueDelegate(QStyledItemDelegate):
    """The row under the pointer and the current one show what can be done about them at their end."""

    def __init__(self, theme: Theme, model: QueueModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._model = model

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(0, self._theme.px(ROW))

    def act_place(self, row: QRect, direction: Qt.LayoutDirection) -> QRect:
        """Where the one button of a row lies: cancel, or ask again."""
        place = QRect(row.right() - _BUTTON - GRID, row.center().y() - _BUTTON // 2, _BUTTON, _BUTTON)
        return QStyle.visualRect(direction, row, place)

    def act_icon(self, job: ImageJob) -> str:
        """ "" for a call about which nothing can be done."""
        if not job.state.over:
            return "x"
        return "rotate-ccw" if Result(job).phase in (Phase.FAILED, Phase.CANCELLED) else ""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        job, theme = index.data(JOB), self._theme
        if not isinstance(job, ImageJob):
            return
        result = Result(job)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        state = option.state
        hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        focused = bool(state & QStyle.StateFlag.State_HasFocus)
        ground = QPainterPath()
        ground.addRoundedRect(option.rect.adjusted(2, 1, -2, -1), RADIUS, RADIUS)
        if state & QStyle.StateFlag.State_Selected:
            painter.fillPath(ground, QColor(theme.tint(ground="surface")))
        elif hovered:
            painter.fillPath(ground, QColor(theme.hover("surface")))
        if focused:
            painter.setPen(QColor(theme.tokens.accent))
            painter.drawPath(ground)
        box = option.rect.adjusted(INSIDE, 0, -INSIDE, 0)
        icon, role = ("circle-check", "good") if result.phase is Phase.COMING else words.ICONS[result.phase]
        at = self._cut(box, option, ICON)
        painter.drawPixmap(
            QPoint(at.left(), box.center().y() - ICON // 2 + 1), pixmap(theme, icon, role, ICON)
        )
        box = self._rest(box, option, ICON + INSIDE)
        act = self.act_icon(job) if hovered or focused else ""
        if act:
            place = self.act_place(option.rect, option.direction)
            painter.drawPixmap(
                place.center() - QPoint(ICON // 2 - 1, ICON // 2 - 1), pixmap(theme, act, "text", ICON)
            )
            box = self._rest(box, option, _BUTTON, at_end=True)
        word = self._word(result)
        painter.setFont(theme.font(CAPTION))
        room = QFontMetrics(painter.font()).horizontalAdvance(word) + _SLACK
        painter.setPen(QColor(theme.tokens.colour("bad" if result.phase is Phase.FAILED else "muted")))
        self._write(painter, option, self._cut(box, option, room, at_end=True), word)
        box = self._rest(box, option, room + INSIDE, at_end=True)
        if option.rect.width() >= theme.px(_MODEL_FROM):
            name = short_name(job.model)
            room = min(QFontMetrics(painter.font()).horizontalAdvance(name) + _SLACK, box.width() // 2)
            painter.setPen(QColor(theme.tokens.muted))
            self._write(painter, option, self._cut(box, option, room, at_end=True), name)
            box = self._rest(box, option, room + INSIDE, at_end=True)
        painter.setFont(theme.font(BODY))
        lead = theme.tokens.muted if job.state.over else theme.tokens.text
        if apart := self._model.apart(job.id):
            room = min(QFontMetrics(painter.font()).horizontalAdvance(apart) + _SLACK, box.width())
            painter.setPen(QColor(lead))
            self._write(painter, option, self._cut(box, option, room), apart)
            box, lead = self._rest(box, option, room + INSIDE), theme.tokens.muted
        if box.width() > theme.px(_PROMPT_FROM):
            painter.setPen(QColor(lead))
            self._write(painter, option, box, str(index.data()))
        painter.restore()

    def _word(self, result: Result) -> str:
        if result.phase is Phase.COMING:  # the list has no pictures, only calls
            return self.tr("Done")
        return words.brief_state(result, self._model.clock(), paused=self._model.paused)

    def _cut(self, box: QRect, option: QStyleOptionViewItem, width: int, *, at_end: bool = False) -> QRect:
        left = box.right() - width + 1 if at_end else box.left()
        return QStyle.visualRect(option.direction, box, QRect(left, box.top(), width, box.height()))

    def _rest(self, box: QRect, option: QStyleOptionViewItem, width: int, *, at_end: bool = False) -> QRect:
        rest = box.adjusted(0, 0, -width, 0) if at_end else box.adjusted(width, 0, 0, 0)
        return QStyle.visualRect(option.direction, box, rest)

    def _write(self, painter: QPainter, option: QStyleOptionViewItem, box: QRect, text: str) -> None:
        align = QStyle.visualAlignment(
            option.direction, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        )
        metrics = QFontMetrics(painter.font())
        painter.drawText(box, int(align), metrics.elidedText(text, Qt.TextElideMode.ElideRight, box.width()))
