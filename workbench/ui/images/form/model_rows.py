"""How the rows of the model picker are drawn."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem

from workbench.domain.images.abilities import Abilities
from workbench.ui.support.listing import Index
from workbench.ui.support.models.rows import ENTRY, ModelEntry
from workbench.ui.support.models.view import RowDelegate
from workbench.ui.support.theme import CAPTION, ICON, INSIDE, ROW

_BOX, _STAR, _PRICE, _BADGES = 30, 28, 84, 84


def badges(able: Abilities) -> tuple[str, ...]:
    """Icons of what sets models apart."""
    if not able.known:
        return ()
    marks = ((able.source, "image"), (able.mask, "brush"), (able.references > 0, "images"))
    return tuple(icon for has, icon in marks if has)


class ModelDelegate(RowDelegate):
    """box | name and author | what it takes | price | star.

    Signals: box_clicked, star_clicked, name_clicked: anywhere else (id of the model).
    """

    box_clicked = Signal(str)
    star_clicked = Signal(str)
    name_clicked = Signal(str)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(0, self._theme.px(ROW))

    def editorEvent(self, event: QEvent, model: object, option: QStyleOptionViewItem, index: Index) -> bool:
        if not isinstance(event, QMouseEvent) or event.type() != QEvent.Type.MouseButtonRelease:
            return False
        if event.button() is not Qt.MouseButton.LeftButton:
            return False
        entry, at = index.data(ENTRY), event.position().toPoint()
        if self.star_rect(option).contains(at) and not entry.typed:
            self.star_clicked.emit(entry.model.id)
        elif self.box_rect(option).contains(at):
            self.box_clicked.emit(entry.model.id)
        else:
            self.name_clicked.emit(entry.model.id)
        return True

    def box_rect(self, option: QStyleOptionViewItem) -> QRect:
        return self._part(option, 0, self._theme.px(_BOX))

    def star_rect(self, option: QStyleOptionViewItem) -> QRect:
        width = self._theme.px(_STAR)
        return self._part(option, option.rect.width() - width, width)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        entry = index.data(ENTRY)
        self.draw_ground(painter, option)
        self.draw_box(painter, self.box_rect(option), chosen=entry.chosen)
        if entry.typed:
            painter.setPen(QColor(self._theme.tokens.accent))
            painter.setFont(self._theme.font())
            rest = option.rect.width() - self._theme.px(_BOX)
            self.draw_text(painter, self._part(option, self._theme.px(_BOX), rest), str(index.data()))
        else:
            self._draw_model(painter, option, entry)
        painter.restore()

    def _draw_model(self, painter: QPainter, option: QStyleOptionViewItem, entry: ModelEntry) -> None:
        px, tokens, width = self._theme.px, self._theme.tokens, option.rect.width()
        shown = bool(option.state & (QStyle.StateFlag.State_MouseOver | QStyle.StateFlag.State_Selected))
        if entry.favourite or shown:
            self.draw_icon(painter, self.star_rect(option), "star", "accent" if entry.favourite else "muted")
        price = width - px(_STAR) - px(_PRICE)
        badges = price - px(_BADGES)
        left = px(_BOX)
        painter.setFont(self._theme.font())
        painter.setPen(QColor(tokens.muted if entry.model.deprecated else tokens.text))
        used = self.draw_text(painter, self._part(option, left, badges - left), entry.model.short_name)
        painter.setFont(self._theme.font(CAPTION))
        painter.setPen(QColor(tokens.muted))
        room = badges - left - used - 2 * INSIDE
        if room > px(24):
            self.draw_text(painter, self._part(option, left + used + INSIDE, room), entry.model.author)
        end = self._part(option, price, px(_PRICE) - INSIDE)
        self.draw_text(painter, end, entry.price, Qt.AlignmentFlag.AlignTrailing)
        for place, name in enumerate(entry.badges):
            step = ICON + 6
            self.draw_icon(painter, self._part(option, badges + place * step, ICON), name, "muted", 14)

    def _part(self, option: QStyleOptionViewItem, left: int, width: int) -> QRect:
        return self.part(option.rect, option.direction, left, width)
