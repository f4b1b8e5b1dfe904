"""The search that adds: a line to type in and what fits, at the place where it will go."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QColor, QFontMetrics, QHideEvent, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from workbench.ui.routes.canvas.look import Look
from workbench.ui.routes.canvas.pieces import Piece, drawn_pieces, element_pieces, model_pieces
from workbench.ui.support.buttons import TextLabel
from workbench.ui.support.listing import Index, Listing
from workbench.ui.support.theme import BODY, CAPTION, GRID, ICON, INSIDE, RADIUS, RELATED, follow

_WIDTH, _ROW, _ROWS, _MOST = 320, 36, 8, 80


def found_pieces(words: str, pieces: Sequence[Piece]) -> list[Piece]:
    """Those with every typed word in them, the ones that begin with the first typed word first."""
    typed = words.casefold().split()
    if not typed:
        return list(pieces)
    hits = []
    for number, piece in enumerate(pieces):
        text = f"{piece.title} {piece.detail} {piece.key}".casefold()
        if all(word in text for word in typed):
            title = piece.title.casefold()
            rank = 0 if title.startswith(typed[0]) else 1 if typed[0] in title else 2
            hits.append((rank, number, piece))
    return [piece for _, _, piece in sorted(hits, key=lambda hit: hit[:2])]


class _Pieces(Listing[Piece]):
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        piece = self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return piece.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{piece.title}, {piece.detail}"
        return None


class _Row(QStyledItemDelegate):
    """Icon in the colour of its kind, title, what it is for."""

    def __init__(self, look: Look, model: _Pieces) -> None:
        super().__init__(model)
        self._look = look
        self._model = model

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(0, self._look.theme.px(_ROW))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme, piece = self._look.theme, self._model.rows[index.row()]
        box: QRect = option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.tint("accent", "raised")))
            painter.drawRoundedRect(box.adjusted(0, 1, 0, -1), RADIUS, RADIUS)
        rtl = option.direction == Qt.LayoutDirection.RightToLeft
        inner = box.adjusted(INSIDE, 0, -INSIDE, 0)
        picture = self._look.icon(piece.icon, piece.role, ICON, painter.device().devicePixelRatioF())
        left = inner.right() - ICON if rtl else inner.left()
        painter.drawPixmap(left, inner.center().y() - ICON // 2 + 1, picture)
        room = ICON + INSIDE + GRID
        text = inner.adjusted(0, 0, -room, 0) if rtl else inner.adjusted(room, 0, 0, 0)
        body, caption = theme.font(BODY), theme.font(CAPTION)
        flags = int(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter)
        title = QFontMetrics(body).elidedText(piece.title, Qt.TextElideMode.ElideMiddle, text.width())
        taken = QFontMetrics(body).horizontalAdvance(title) + INSIDE
        painter.setFont(body)
        painter.setPen(QColor(theme.tokens.text))
        painter.drawText(text, flags, title)
        if text.width() - taken > theme.px(48):
            rest = text.adjusted(0, 0, -taken, 0) if rtl else text.adjusted(taken, 0, 0, 0)
            detail = QFontMetrics(caption).elidedText(piece.detail, Qt.TextElideMode.ElideRight, rest.width())
            painter.setFont(caption)
            painter.setPen(QColor(theme.tokens.muted))
            painter.drawText(rest, flags, detail)
        painter.restore()


class PieceSearch(QFrame):
    """Signals: chosen (Piece); closed. It takes the keyboard while it is open, and closes when that goes elsewhere."""

    chosen = Signal(object)
    closed = Signal()

    def __init__(self, look: Look, models: Callable[[], Sequence[str]], parent: QWidget) -> None:
        super().__init__(parent)
        self._room = parent
        self._look = look
        self._models = models
        self._fits: Callable[[Piece], bool] = lambda piece: True
        self._pieces: list[Piece] = []
        theme = look.theme
        self.setObjectName("pieceSearch")
        self.setAccessibleName(self.tr("Add to the route"))
        self.title = TextLabel(theme, "", self, size=CAPTION, role="muted")
        self.field = QLineEdit(self)
        self.field.setPlaceholderText(self.tr("Search kinds and models"))
        self.field.setAccessibleName(self.field.placeholderText())
        self.field.textChanged.connect(self._search)
        self.field.installEventFilter(self)
        self._model = _Pieces(self)
        self.list = QListView(self)
        self.list.setAccessibleName(self.tr("What can be added"))
        self.list.setModel(self._model)
        self.list.setItemDelegate(_Row(look, self._model))
        self.list.setUniformItemSizes(True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setMouseTracking(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.entered.connect(self.list.setCurrentIndex)
        self.list.clicked.connect(self._choose)
        self.nothing = TextLabel(theme, self.tr("Nothing fits."), self, role="muted")
        column = QVBoxLayout(self)
        column.setContentsMargins(INSIDE, INSIDE, INSIDE, INSIDE)
        column.setSpacing(GRID + 2)
        for widget in (self.title, self.field, self.list, self.nothing):
            column.addWidget(widget)
        follow(self, theme, self._dress)
        self.hide()

    def open(self, at: QPoint, title: str = "", fits: Callable[[Piece], bool] = lambda piece: True) -> None:
        """Show it with its corner at a point of the parent, offering only what fits."""
        self._fits = fits
        self._pieces = [
            piece
            for piece in (*element_pieces(), *drawn_pieces(), *model_pieces(self._models()))
            if fits(piece)
        ]
        self.title.setText(title)
        self.title.setVisible(bool(title))
        self.field.clear()
        self._search("")
        self.setFixedWidth(min(self._look.theme.px(_WIDTH), self._room.width() - 2 * INSIDE))
        self._fit()
        room = self._room.rect().adjusted(INSIDE, INSIDE, -INSIDE, -INSIDE)
        x = max(room.left(), min(at.x(), room.right() - self.width()))
        y = max(room.top(), min(at.y(), room.bottom() - self.height()))
        self.move(x, y)
        self.show()
        self.raise_()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            if event.key() != Qt.Key.Key_Escape:
                return False
            event.accept()  # it closes this, and nothing of the window
            return True
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._key(event)
        if event.type() == QEvent.Type.FocusOut and self.isVisible():
            self.hide()
        return False

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.closed.emit()

    def _key(self, event: QKeyEvent) -> bool:
        key = event.key()
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: _ROWS, Qt.Key.Key_PageUp: -_ROWS}
        if key == Qt.Key.Key_Escape:
            self.hide()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose(self.list.currentIndex())
        elif key in step:
            rows = self._model.rowCount()
            row = min(max(self.list.currentIndex().row() + step[Qt.Key(key)], 0), rows - 1)
            self.list.setCurrentIndex(self._model.index(row))
        else:
            return key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab)  # it stays in the field
        return True

    @Slot(str)
    def _search(self, words: str) -> None:
        self._model.show(found_pieces(words, self._pieces)[:_MOST])
        some = bool(self._model.rows)
        self.list.setVisible(some)
        self.nothing.setVisible(not some)
        if some:
            self.list.setCurrentIndex(self._model.index(0))
        self._fit()

    def _fit(self) -> None:
        """As high as what is found."""
        rows = min(_ROWS, max(self._model.rowCount(), 1))
        self.list.setFixedHeight(self._look.theme.px(_ROW) * rows + 2)
        self.adjustSize()

    @Slot(QModelIndex)
    def _choose(self, index: QModelIndex) -> None:
        if (piece := self._model.at(index)) is not None:
            self.hide()
            self.chosen.emit(piece)

    def _dress(self) -> None:
        tokens = self._look.theme.tokens
        self.title.setContentsMargins(GRID, 0, GRID, 0)
        self.nothing.setContentsMargins(RELATED, INSIDE, RELATED, INSIDE)
        self.setStyleSheet(
            f"#pieceSearch {{ background: {tokens.raised}; border: 1px solid {tokens.edge}; border-radius: 10px; }}"
        )
