"""What was heard once more against the text: a row for each difference, taken over or left with a key."""

from __future__ import annotations

from PySide6.QtCore import (
    QPointF,
    QRect,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter, QTextCharFormat, QTextLayout
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from workbench.domain.speech.transcripts import Word
from workbench.domain.speech.writing import joined
from workbench.ui.speech.transcript.model import TranscriptModel
from workbench.ui.speech.transcript.review import Around, Review
from workbench.ui.speech.transcript.words import clock, runs_right
from workbench.ui.support.buttons import IconButton, TextLabel, button
from workbench.ui.support.icons import set_icon
from workbench.ui.support.listing import Index, Listing
from workbench.ui.support.surfaces import Ground
from workbench.ui.support.theme import CAPTION, GRID, INSIDE, PADDING, ROW, SEMIBOLD, Theme, follow

AROUND = Qt.ItemDataRole.UserRole
_ENDLESS = 1e5


class _Rows(Listing[Around]):
    def __init__(self, review: Review, parent: QWidget) -> None:
        super().__init__(parent)
        self._review = review
        self.refresh()

    def refresh(self) -> None:
        self.show(self._review.around())

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self.rows[index.row()]
        if role == AROUND:
            return row
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self._said(row)
        return None

    def _said(self, row: Around) -> str:
        of = row.difference
        at = clock(of.start)
        if not of.old:
            return self.tr("{0}: put in “{1}” after “{2}”").format(at, said(of.new), row.before)
        if not of.new:
            return self.tr("{0}: take out “{1}”").format(at, said(of.old))
        return self.tr("{0}: “{1}” becomes “{2}”").format(at, said(of.old), said(of.new))


class _Delegate(QStyledItemDelegate):
    """Words that go are struck out, words that come underlined: colour is never alone."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(120, self._theme.px(ROW))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme, tokens = self._theme, self._theme.tokens
        row: Around = index.data(AROUND)
        box: QRect = option.rect
        state = option.state
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, QColor(theme.tint()))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(box, QColor(theme.hover()))
        rtl = option.direction == Qt.LayoutDirection.RightToLeft
        inner = box.adjusted(PADDING, 0, -PADDING, 0)
        caption = theme.font(CAPTION)
        width = QFontMetrics(caption).horizontalAdvance("0:00:00") + INSIDE
        time, text = QRect(inner), QRect(inner)
        if rtl:
            time.setLeft(inner.right() - width)
            text.setRight(inner.right() - width)
        else:
            time.setWidth(width)
            text.setLeft(inner.left() + width)
        painter.setFont(caption)
        painter.setPen(QColor(tokens.muted))
        painter.drawText(
            time,
            int(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter),
            clock(row.difference.start),
        )
        self._text(painter, text, row)

    def _text(self, painter: QPainter, box: QRect, row: Around) -> None:
        theme, tokens = self._theme, self._theme.tokens
        ranges: list[QTextLayout.FormatRange] = []
        text = ""
        of = row.difference
        for part, kind in ((row.before, ""), (said(of.old), "old"), (said(of.new), "new"), (row.after, "")):
            if not part:
                continue
            text += " " if text else ""
            form = QTextCharFormat()
            if kind == "old":
                form.setForeground(QColor(tokens.bad))
                form.setFontStrikeOut(True)
            elif kind == "new":
                form.setForeground(QColor(tokens.good))
                form.setFontUnderline(True)
            else:
                form.setForeground(QColor(tokens.muted))
            made = QTextLayout.FormatRange()
            made.start, made.length, made.format = len(text), len(part), form
            ranges.append(made)
            text += part
        layout = QTextLayout(text, theme.font())
        layout.setFormats(ranges)
        layout.beginLayout()
        line = layout.createLine()
        line.setLineWidth(_ENDLESS)
        layout.endLayout()
        natural = line.naturalTextRect()
        left = box.right() - natural.width() if runs_right(text) else float(box.left())
        x = left - natural.left()
        painter.save()
        painter.setClipRect(box)
        layout.draw(painter, QPointF(x, box.top() + (box.height() - line.height()) / 2))
        painter.restore()


class _List(QListView):
    """Signals: accept_wanted, keep_wanted."""

    accept_wanted = Signal()
    keep_wanted = Signal()
    leave_wanted = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self.accept_wanted.emit()
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.keep_wanted.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.leave_wanted.emit()
        else:
            super().keyPressEvent(event)


class ReviewPanel(Ground):
    """Hidden while there is no review. Signals: reveal_wanted (start, end in seconds), left."""

    reveal_wanted = Signal(float, float)
    left = Signal()

    def __init__(self, theme: Theme, model: TranscriptModel, parent: QWidget | None = None) -> None:
        super().__init__(theme, "top", "surface", parent)
        self._theme, self._model = theme, model
        self.title = TextLabel(theme, "", self, weight=SEMIBOLD)
        self.accept_all = button(self.tr("Take over all"), "primary", self)
        self.accept = button(self.tr("Take over"), "", self)
        self.accept.setToolTip(self.tr("Take over what was heard now (Enter)"))
        set_icon(self.accept, theme, "check")
        self.keep = button(self.tr("Leave as it is"), "", self)
        self.keep.setToolTip(self.tr("Leave the text as it is (Del)"))
        self.done = IconButton(theme, "x", self.tr("Close; the rest of the text stays as it is"), self)
        self.rows = _Rows(model.review, self)
        self.list = _List(self)
        self.list.setModel(self.rows)
        self.list.setItemDelegate(_Delegate(theme, self.list))
        self.list.setMouseTracking(True)
        self.list.setUniformItemSizes(True)
        self.list.setAccessibleName(self.tr("What was heard differently"))
        self._lay_out()
        self.accept_all.clicked.connect(model.accept_all)
        self.accept.clicked.connect(self._accept)
        self.keep.clicked.connect(self._keep)
        self.list.accept_wanted.connect(self._accept)
        self.list.keep_wanted.connect(self._keep)
        self.list.leave_wanted.connect(self._leave)
        self.done.clicked.connect(self._leave)
        self.list.selectionModel().currentRowChanged.connect(self._show)
        model.review.changed.connect(self.refresh)
        follow(self, theme, self._dress)
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        review = self._model.review
        was_hidden = self.isHidden()
        self.setVisible(review.open)
        at = max(0, self.list.currentIndex().row())
        self.rows.refresh()
        count = self.rows.rowCount()
        if count:
            self.title.setText(self.tr("Heard differently: %n", "", count))
        else:
            self.title.setText(self.tr("Heard the same as the text says"))
        for widget in (self.list, self.accept_all, self.accept, self.keep):
            widget.setVisible(bool(count))
        if review.open and count:
            self.list.setCurrentIndex(self.rows.index(min(at, count - 1)))
            if was_hidden:
                self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setContentsMargins(PADDING, 0, INSIDE, 0)
        top.setSpacing(INSIDE)
        top.addWidget(self.title, 1)
        for widget in (self.keep, self.accept, self.accept_all, self.done):
            top.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, INSIDE, 0, INSIDE)
        column.setSpacing(GRID)
        column.addLayout(top)
        column.addWidget(self.list)

    def _dress(self) -> None:
        self.list.setFixedHeight(5 * self._theme.px(ROW) + 4)

    @Slot()
    def _show(self) -> None:
        row = self.list.currentIndex().row()
        found = self._model.review.differences
        if 0 <= row < len(found):
            self.reveal_wanted.emit(found[row].start, found[row].end)

    @Slot()
    def _accept(self) -> None:
        row = self.list.currentIndex().row()
        if row >= 0:
            self._model.accept([row])

    @Slot()
    def _keep(self) -> None:
        row = self.list.currentIndex().row()
        if row >= 0:
            self._model.review.refuse(row)

    @Slot()
    def _leave(self) -> None:
        self._model.review.end()
        self.left.emit()


def said(words: tuple[Word, ...]) -> str:
    return joined(word.text for word in words)
