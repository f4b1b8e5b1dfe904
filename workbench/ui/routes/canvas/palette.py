"""The strip beside the canvas with everything that can be put there: drag it, or click to add it in the middle."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QMimeData, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QDrag,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
)
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from workbench.ui.routes.canvas.look import Look
from workbench.ui.routes.canvas.pieces import MIME, Piece, drawn_pieces, element_pieces
from workbench.ui.support.surfaces import Ground
from workbench.ui.support.theme import CAPTION, GRID, INSIDE, RADIUS, Theme, follow

_WIDTH, _BUTTON, _ICON = 84, 50, 20
_FAR = 8


class Palette(Ground):
    """Signals: wanted (Piece: it was clicked, or chosen with Enter)."""

    wanted = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, "right", "surface", parent)
        self._look = Look(theme)
        self._scroll = QScrollArea(self)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.viewport().setAutoFillBackground(False)
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(GRID, INSIDE, GRID + 1, INSIDE)
        column.setSpacing(GRID // 2)
        self.buttons: list[PieceButton] = []
        for group, pieces in enumerate((element_pieces(), drawn_pieces())):
            if group:
                column.addSpacing(INSIDE)
            for piece in pieces:
                made = PieceButton(self._look, piece, inner)
                made.clicked.connect(self._clicked)
                column.addWidget(made)
                self.buttons.append(made)
        column.addStretch(1)
        self._scroll.setWidget(inner)
        inner.setAutoFillBackground(False)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 1, 0)
        whole.addWidget(self._scroll)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Elements to add"))
        follow(self, theme, self._dress)

    def _clicked(self) -> None:
        sender = self.sender()
        if isinstance(sender, PieceButton):
            self.wanted.emit(sender.piece)

    def _dress(self) -> None:
        self._look.refresh()
        self.setFixedWidth(self._look.theme.px(_WIDTH))
        for button in self.buttons:
            button.setFixedHeight(self._look.theme.px(_BUTTON))
            button.update()


class PieceButton(QToolButton):
    """Icon over a word. Up and down go to the next; dragging it carries the piece."""

    def __init__(self, look: Look, piece: Piece, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = look
        self.piece = piece
        self._pressed: QPoint | None = None
        self.setText(piece.title)
        self.setAccessibleName(self.tr("Add {0}").format(piece.title))
        self.setAccessibleDescription(piece.detail)
        self.setToolTip(
            self.tr("{0}: {1}\nDrag it onto the canvas or a wire, or click.").format(
                piece.title, piece.detail
            )
        )
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.OpenHandCursor)

    def sizeHint(self) -> QSize:
        return QSize(self._look.theme.px(_WIDTH) - 3 * GRID, self._look.theme.px(_BUTTON))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self._look.theme.px(_BUTTON))

    def paintEvent(self, event: QPaintEvent) -> None:
        look = self._look
        theme = look.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        if self.isDown() or self.underMouse() or self.hasFocus():
            painter.setBrush(QColor(theme.pressed("surface") if self.isDown() else theme.hover("surface")))
            painter.setPen(QPen(look.accent, 1) if self.hasFocus() else Qt.PenStyle.NoPen)
            painter.drawRoundedRect(box, RADIUS, RADIUS)
        size = theme.px(_ICON)
        picture = look.icon(self.piece.icon, self.piece.role, size, self.devicePixelRatioF())
        painter.drawPixmap(QPointF((self.width() - size) / 2, theme.px(7)), picture)
        font = theme.font(CAPTION)  # the application’s stylesheet takes no other font for a button
        painter.setFont(font)
        painter.setPen(look.text)
        text = QRectF(0, theme.px(7) + size + 2, self.width(), self.height() - theme.px(7) - size - 3)
        words = QFontMetrics(font).elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width() - 2)
        painter.drawText(text, int(Qt.AlignmentFlag.AlignCenter), words)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.focusNextPrevChild(event.key() == Qt.Key.Key_Down)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        if event.button() is Qt.MouseButton.LeftButton:
            self._pressed = event.position().toPoint()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        if self._pressed is None or not event.buttons() & Qt.MouseButton.LeftButton:
            return
        if (event.position().toPoint() - self._pressed).manhattanLength() < _FAR:
            return
        self._pressed = None
        self.setDown(False)
        drag = QDrag(self)
        drag.setMimeData(self.mime())
        picture = self._ghost()
        drag.setPixmap(picture)
        drag.setHotSpot(QPoint(round(picture.width() / picture.devicePixelRatio() / 2), 20))
        drag.exec(Qt.DropAction.CopyAction)  # the platform's own loop, as every drag needs it

    def mime(self) -> QMimeData:
        """What a drag carries."""
        data = QMimeData()
        data.setData(MIME, QByteArray(self.piece.key.encode()))
        return data

    def _ghost(self) -> QPixmap:
        """The card as it will be, in outline."""
        look, dpr = self._look, self.devicePixelRatioF()
        size = QSize(self._look.theme.px(150), self._look.theme.px(40))
        picture = QPixmap(size * dpr)
        picture.setDevicePixelRatio(dpr)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(look.colour(self.piece.role), 1.5))
        painter.setBrush(look.raised)
        painter.drawRoundedRect(QRectF(1, 1, size.width() - 2, size.height() - 2), RADIUS, RADIUS)
        side = self._look.theme.px(16)
        icon = look.icon(self.piece.icon, self.piece.role, side, dpr)
        painter.drawPixmap(QPointF(10, (size.height() - side) / 2), icon)
        painter.setFont(look.theme.font())
        painter.setPen(look.text)
        painter.drawText(
            QRectF(side + 18, 0, size.width() - side - 22, size.height()),
            int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter),
            self.piece.title,
        )
        painter.end()
        return picture
